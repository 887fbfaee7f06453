"""Every measure column as a sum of atoms or a ratio of two such sums."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

import numpy as np

from sandbox.world.chance import Counts, Floats
from sandbox.world.families import CLICK, FAMILIES, HALO, NEW, PROMOTED, VIEW

Totals = Callable[[str], Counts]


class Step(Enum):
    """What one unit of an atom is."""

    COUNT = "an event"
    MICRO = "a millionth of the currency"
    MINOR = "the currency's smallest coin"


@dataclass(frozen=True)
class Sum:
    """A sum of atoms of one kind."""

    atoms: tuple[str, ...]
    step: Step = Step.COUNT

    def __add__(self, other: Sum) -> Sum:
        return Sum((*self.atoms, *other.atoms), self.step)

    @property
    def wanted(self) -> frozenset[str]:
        """Return the atoms whose presence makes a row worth showing."""
        return frozenset(self.atoms)

    def whole(self, totals: Totals) -> Counts:
        """Return the sum in its own step."""
        found: Counts = np.sum([totals(atom) for atom in self.atoms], axis=0)
        return found

    def value(self, totals: Totals, minor_units: int) -> Floats | Counts:
        """Return counts as whole numbers and money in the currency."""
        whole = self.whole(totals)
        if self.step is Step.COUNT:
            return whole
        return whole / (1e6 if self.step is Step.MICRO else 10.0**minor_units)


@dataclass(frozen=True)
class Ratio:
    """One sum over another; undefined, and shown as null, over nothing."""

    top: Sum
    bottom: Sum
    times: float = 1.0
    is_share: bool = False

    @property
    def wanted(self) -> frozenset[str]:
        return self.top.wanted

    def value(self, totals: Totals, minor_units: int) -> Floats:
        """Return the ratio, NaN where the bottom is zero."""
        top = self.top.value(totals, minor_units) * self.times
        bottom = np.asarray(self.bottom.value(totals, minor_units), dtype=np.float64)
        found: Floats = np.divide(top, bottom, out=np.full(bottom.shape, np.nan), where=bottom != 0)
        return found


Measure = Sum | Ratio


def events(
    family: str, *, relation: str = "", channel: str = "", age: str = "", prefix: str = ""
) -> Sum:
    """Return the events of a family, narrowed to parts; `prefix` makes them units or sales."""
    wanted = {relation, channel, age} - {""}
    parts = [p for p in FAMILIES[family].parts if wanted <= set(p.split(".")[1:])]
    step = Step.MINOR if prefix == "sales." else Step.COUNT
    return Sum(tuple(prefix + part for part in parts), step)


NOTHING = Sum(("nothing",))
NO_MONEY = Sum(("nothing",), Step.MICRO)
IMPRESSIONS = Sum(("impressions",))
CLICKS = Sum(("clicked",))
COST = Sum(("supply", "console", "audience", "omnichannel"), Step.MICRO)
SALES = events("purchase", prefix="sales.")
PROMOTED_SALES = events("purchase", relation=PROMOTED, prefix="sales.")
_MEASURED = Sum(("clicked", "viewed", "out_of_view"))
_VIEWED = Sum(("clicked", "viewed"))

Columns = dict[str, Measure]


def share(top: Sum, bottom: Sum) -> Ratio:
    """Return a ratio that a percent switch multiplies by a hundred."""
    return Ratio(top, bottom, is_share=True)


def conversion(
    name: str,
    found: Callable[[str], Sum],
    *,
    stem: str = "",
    rate: str = "",
    cost: str = "",
) -> Columns:
    """Return a family's columns: all, by views, by clicks, per impression, cost of one."""
    stem = stem or name
    columns: Columns = {
        name: found(""),
        f"{stem}Views": found(VIEW),
        f"{stem}Clicks": found(CLICK),
    }
    if rate:
        columns[rate] = share(found(""), IMPRESSIONS)
    if cost:
        columns[cost] = Ratio(COST, found(""))
    return columns


def promoted(family: str) -> Callable[[str], Sum]:
    """Return the events on promoted products."""
    return lambda channel: events(family, relation=PROMOTED, channel=channel)


def every(family: str) -> Callable[[str], Sum]:
    """Return the events on any product of the brand."""
    return lambda channel: events(family, channel=channel)


def halo(family: str) -> Callable[[str], Sum]:
    """Return the events on products beside the promoted ones."""
    return lambda channel: events(family, relation=HALO, channel=channel)


def new(family: str, relation: str = "") -> Callable[[str], Sum]:
    """Return the events of buyers who are new to the brand."""
    return lambda channel: events(family, relation=relation, channel=channel, age=NEW)


def delivery_columns() -> Columns:
    """Return impressions, clicks, quality and cost of delivery."""
    gross = IMPRESSIONS + Sum(("invalid",))
    gross_clicks = CLICKS + Sum(("invalid_clicks",))
    return {
        "impressions": IMPRESSIONS,
        "grossImpressions": gross,
        "invalidImpressions": Sum(("invalid",)),
        "invalidImpressionRate": share(Sum(("invalid",)), gross),
        "clicks": CLICKS,
        "grossClickThroughs": gross_clicks,
        "invalidClickThroughs": Sum(("invalid_clicks",)),
        "invalidClickThroughRate": share(Sum(("invalid_clicks",)), gross_clicks),
        "clickThroughRate": share(CLICKS, IMPRESSIONS),
        "measurableImpressions": _MEASURED,
        "measurableRate": share(_MEASURED, IMPRESSIONS),
        "viewableImpressions": _VIEWED,
        "viewabilityRate": share(_VIEWED, _MEASURED),
        "eCPM": Ratio(COST, IMPRESSIONS, 1000.0),
        "costPerThousandImpressions": Ratio(COST, IMPRESSIONS, 1000.0),
        "eCPC": Ratio(COST, CLICKS),
        "interactiveImpressions": Sum(("video.interactive",)),
        "masterImpressions": NOTHING,
        "masterClicks": NOTHING,
        "onTargetImpressions": Sum(("on_target",)),
        "onTargetImpressionCost": Sum(("on_target_cost",), Step.MICRO),
        "onTargetCPM": Ratio(Sum(("on_target_cost",), Step.MICRO), Sum(("on_target",)), 1000.0),
        "onTargetCostPerImpression": Ratio(
            Sum(("on_target_cost",), Step.MICRO), Sum(("on_target",)), 1000.0
        ),
    }


_THIRD_PARTIES = (
    "3pFeeAutomotive", "3pFeeComScore", "3pFeeCPM1", "3pFeeCPM2", "3pFeeCPM3",
    "3pFeeDoubleclickCampaignManager", "3pFeeDoubleVerify", "3pFeeIntegralAdScience",
)  # fmt: skip
_PRE_BID = (
    "3PPreBidFeeDoubleVerify", "3PPreBidFeeIntegralAdScience", "3PPreBidFeeOracleDataCloud",
    "3PPreBidFeePixalate",
)  # fmt: skip


def _third(names: Iterable[str]) -> Sum:
    return Sum(tuple(f"third.{name}" for name in names), Step.MICRO)


def fee_columns() -> Columns:
    """Return the costs and fees.

    Total cost is supply cost with Amazon's own fees. The agency's fee, and third parties' fees
    where the line item adds them to its budget, come out of the budget beside it; the others are
    itemised as absorbed and paid elsewhere.
    """
    singles = {name: Sum((f"third.{name}",), Step.MICRO) for name in (*_THIRD_PARTIES, *_PRE_BID)}
    absorbed = {
        f"{name}Absorbed": Sum((f"third.{name}Absorbed",), Step.MICRO) for name in _THIRD_PARTIES
    }
    charged = _third(_THIRD_PARTIES)
    pre_bid = _third(_PRE_BID)
    own = Sum(("console", "audience", "omnichannel"), Step.MICRO)
    agency = Sum(("agency",), Step.MICRO)
    return {
        "totalCost": COST,
        "supplyCost": Sum(("supply",), Step.MICRO),
        "amazonDSPConsoleFee": Sum(("console",), Step.MICRO),
        "amazonDSPAudienceFee": Sum(("audience",), Step.MICRO),
        "omnichannelMetricsFee": Sum(("omnichannel",), Step.MICRO),
        "agencyFee": agency,
        "3PFees": charged + _third(f"{name}Absorbed" for name in _THIRD_PARTIES),
        "3PPreBidFee": pre_bid,
        "totalFee": own + agency + charged + pre_bid,
        **singles,
        **absorbed,
    }


_VIDEO_STEPS = {
    "videoAdImpressions": "impressions", "videoAdCreativeViews": "start", "videoAdStart": "start",
    "videoAdFirstQuartile": "first", "videoAdMidpoint": "midpoint", "videoAdThirdQuartile": "third",
    "videoAdComplete": "complete", "videoAdPause": "pause", "videoAdResume": "resume",
    "videoAdMute": "mute", "videoAdUnmute": "unmute", "videoAdReplays": "replay",
    "videoAdSkipBacks": "back", "videoAdSkipForwards": "forward", "videoAdClicks": "clicks",
}  # fmt: skip
_AUDIO_STEPS = {
    "audioAdViews": "impressions", "audioAdStart": "start", "audioAdFirstQuartile": "first",
    "audioAdMidpoint": "midpoint", "audioAdThirdQuartile": "third",
    "audioAdCompletions": "complete",
    "audioAdPause": "pause", "audioAdResume": "resume", "audioAdRewind": "back",
    "audioAdSkip": "skip", "audioAdMute": "mute", "audioAdUnmute": "unmute",
    "audioAdProgression": "progress", "audioAdCompanionBannerViews": "companion",
    "audioAdCompanionBannerClicks": "clicks",
}  # fmt: skip


def media_columns() -> Columns:
    """Return what happened to video and audio ads."""
    video = {name: Sum((f"video.{step}",)) for name, step in _VIDEO_STEPS.items()}
    audio = {name: Sum((f"audio.{step}",)) for name, step in _AUDIO_STEPS.items()}
    complete, heard = video["videoAdComplete"], audio["audioAdCompletions"]
    return {
        **video,
        **audio,
        "videoAdEndStateClicks": NOTHING,
        "videoAdCompletionRate": share(complete, video["videoAdStart"]),
        "eCPVideoAdCompletion": Ratio(COST, complete),
        "audioAdCompletionRate": share(heard, audio["audioAdStart"]),
        "eCPAudioAdCompletion": Ratio(COST, heard),
    }
