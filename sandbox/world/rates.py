"""What a thousand impressions cost and bring, by supply and funnel stage.

Medians and ranges are those published for Amazon DSP and streaming TV in 2024-2026 (Amazon's
own Marketing Cloud examples, DoubleVerify benchmarks, agency price lists), for the United
States in dollars. Return follows from them and is never drawn itself:
total ROAS = 10 x DPV rate in % x purchases per DPV x order value x halo / CPM.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import exp, log

from sandbox.world.chance import one_normal


class Stage(StrEnum):
    """Funnel stage of an order."""

    AWARENESS = "Awareness"
    CONSIDERATION = "Consideration"
    CONVERSION = "Conversion"


@dataclass(frozen=True)
class Spread:
    """A log-normal quantity: its median and the range that holds nine in ten draws."""

    median: float
    low: float
    high: float

    def draw(self, *address: object) -> float:
        """Return the draw at this address, kept within the range."""
        if self.median == 0:
            return 0.0
        width = log(self.high / self.low) / 3.29
        drawn = self.median * exp(width * one_normal("spread", *address))
        return min(max(drawn, self.low), self.high)


@dataclass(frozen=True)
class Mix:
    """One supply used for one purpose: a row of the table below. Rates are fractions."""

    key: str
    label: str
    inventory: str
    stage: Stage
    cpm: Spread
    click_rate: Spread
    viewability: float
    measurable: float
    completion: float
    page_view_rate: Spread
    cart_per_view: float
    purchase_per_view: float
    halo: float
    new_to_brand: float
    click_share: float
    targets_audience: bool = True

    @property
    def is_video(self) -> bool:
        return self.inventory in {"ONLINE_VIDEO", "STREAMING_TV"}

    @property
    def is_audio(self) -> bool:
        return self.inventory == "AUDIO"


def _percent(median: float, low: float, high: float) -> Spread:
    return Spread(median / 100, low / 100, high / 100)


_A, _B, _C = Stage.AWARENESS, Stage.CONSIDERATION, Stage.CONVERSION

MIXES: dict[str, Mix] = {
    mix.key: mix
    for mix in (
        Mix("oo-remarketing", "O&O | RMKT-30d", "DISPLAY", _C, Spread(6, 3.5, 11),
            _percent(0.25, 0.12, 0.5), 0.72, 0.97, 0.0, _percent(1.3, 0.6, 2.5),
            0.14, 0.07, 1.6, 0.25, 0.18),
        Mix("oo-inmarket", "O&O | In-market", "DISPLAY", _B, Spread(5, 2.5, 9),
            _percent(0.12, 0.06, 0.25), 0.70, 0.97, 0.0, _percent(0.45, 0.15, 0.9),
            0.10, 0.05, 1.7, 0.60, 0.14),
        Mix("web-remarketing", "3P | RMKT-60d", "DISPLAY", _C, Spread(3.2, 1.5, 6),
            _percent(0.10, 0.05, 0.2), 0.66, 0.95, 0.0, _percent(0.5, 0.2, 1.1),
            0.12, 0.06, 1.6, 0.28, 0.12),
        Mix("web-prospecting", "3P | Prospecting", "DISPLAY", _B, Spread(2.2, 1, 4.5),
            _percent(0.06, 0.03, 0.12), 0.62, 0.94, 0.0, _percent(0.11, 0.04, 0.25),
            0.08, 0.035, 1.7, 0.68, 0.10, targets_audience=False),
        Mix("online-video", "OLV | LAL-Buyers", "ONLINE_VIDEO", _B, Spread(13, 8, 22),
            _percent(0.20, 0.08, 0.5), 0.74, 0.92, 0.68, _percent(0.25, 0.1, 0.5),
            0.08, 0.05, 1.8, 0.70, 0.08),
        Mix("streaming-tv", "STV | Lifestyle", "STREAMING_TV", _A, Spread(28, 18, 42),
            _percent(0.01, 0.005, 0.02), 0.97, 0.90, 0.96, _percent(0.30, 0.05, 0.7),
            0.08, 0.06, 2.0, 0.75, 0.01),
        Mix("twitch-video", "Twitch | Gamers", "ONLINE_VIDEO", _A, Spread(15, 5, 22),
            _percent(0.05, 0.02, 0.1), 0.80, 0.91, 0.88, _percent(0.15, 0.05, 0.3),
            0.07, 0.05, 1.8, 0.75, 0.05),
        Mix("audio", "Audio | Commuters", "AUDIO", _A, Spread(14, 8, 20),
            _percent(0.02, 0.01, 0.04), 0.0, 0.0, 0.95, _percent(0.12, 0.05, 0.25),
            0.07, 0.05, 1.8, 0.75, 0.02, targets_audience=False),
    )
}  # fmt: skip

# What a dollar of US media costs elsewhere, in the country's own currency.
PRICE_LEVEL = {"US": 1.0, "CA": 0.9 * 1.36, "UK": 0.85 * 0.79, "DE": 0.9 * 0.92, "JP": 0.8 * 150.0}
CONSOLE_FEE = 0.05
AUDIENCE_CPM = Spread(1.0, 0.5, 2.0)
OMNICHANNEL_FEE = 0.02
INVALID_RATE = Spread(0.008, 0.003, 0.015)
