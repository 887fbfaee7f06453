"""What is known of each advertiser's days, how far it can be trusted, and how that is said.

A day is known when the lake holds it, be it as a day on which nothing happened. It is said of
the base facts, on which nearly every figure rests, unless another table is asked about.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.domain.catalogue.costs import AMAZON_FEES, COST, VENDOR_FEES
from core.domain.catalogue.delivery import IMPRESSIONS_AND_CLICKS, SPECIAL_IMPRESSIONS, VIEWABILITY
from core.domain.catalogue.playback import AUDIO, VIDEO, VIDEO_PLAYER
from core.domain.freshness import (
    CONVERSIONS_SETTLE_AFTER,
    TRAFFIC_SETTLES_AFTER,
    Cell,
    DataThrough,
    Reading,
    age_in_days,
    cell,
    data_through,
)
from core.domain.metrics import Dataset, Metric
from core.domain.periods import ONE_DAY, DateRange, yesterday
from core.insight.desk import Desk
from core.store.accounts.advertisers import Advertiser
from core.store.ingest.checks import SettledLine
from core.store.ingest.coverage import CoveredDay
from core.store.schema.words import DayState

REACHABLE_DAYS = 94
"""So far back a report can be asked for; Amazon keeps 95 days, today's included."""

FIRST_LOAD = timedelta(hours=36)
"""So long missing days of a newly chosen advertiser are on their way rather than late."""

LATE_AFTER = time(12)
"""Local time by which yesterday should be here: read from six on, built in three hours at most."""

_EVER = DateRange(date(2000, 1, 1), date(2099, 12, 31))

TRAFFIC = frozenset(
    entry.key
    for family in (
        IMPRESSIONS_AND_CLICKS,
        SPECIAL_IMPRESSIONS,
        VIEWABILITY,
        COST,
        AMAZON_FEES,
        VENDOR_FEES,
        VIDEO,
        VIDEO_PLAYER,
        AUDIO,
    )
    for entry in family
)
"""What was served and what it cost: it stands once Amazon has judged the traffic. All else is
what people did after seeing an ad, and is corrected as long as an ad may be credited."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownDays:
    """One advertiser's days. All None and empty while nothing was loaded.

    through          the last day known
    firm_through     the last known day that is certainly a whole one
    unbroken_since   the first of the days up to firm_through that are known without a gap
    settled_through  the last known day that no longer moves
    chosen_at        since when people keep the advertiser
    generated_at     when Amazon built the report that the last day is from
    read_at_age      how many days old each day was when its report was built
    """

    advertiser_id: str
    zone: str
    days: frozenset[date] = frozenset()
    through: date | None = None
    firm_through: date | None = None
    unbroken_since: date | None = None
    settled_through: date | None = None
    chosen_at: datetime | None = None
    provisional: tuple[date, ...] = ()
    unsettled: tuple[date, ...] = ()
    generated_at: datetime | None = None
    read_at_age: Mapping[date, int] = field(default_factory=dict)

    @property
    def first(self) -> date | None:
        """Return the oldest day known."""
        return min(self.days, default=None)

    def missing(self, period: DateRange, now: datetime) -> list[date]:
        """Return the days of a period that are over and not known, oldest first."""
        last = yesterday(now, self.zone)
        return [day for day in period.days() if day <= last and day not in self.days]

    def is_loading(self, now: datetime) -> bool:
        """Return whether the first load is still under way: chosen lately, and days are missing."""
        if self.chosen_at is None or now - self.chosen_at > FIRST_LOAD:
            return False
        return bool(self.missing(reachable(self.zone, now), now))

    def awaits_newest(self, now: datetime) -> bool:
        """Return whether the first load has brought older days and the newest are to come."""
        if self.through is None or not self.is_loading(now):
            return False
        return (yesterday(now, self.zone) - self.through).days > 1

    def is_late(self, now: datetime) -> bool:
        """Return whether yesterday should be here by now, and is not."""
        if self.through is None or self.is_loading(now):
            return False
        behind = (yesterday(now, self.zone) - self.through).days
        local = now.astimezone(ZoneInfo(self.zone)).time()
        return behind > 1 or (behind == 1 and local >= LATE_AFTER)

    def moving(self, settled_after: int) -> tuple[date, ...]:
        """Return the days last read when younger than `settled_after` days, oldest first."""
        return tuple(sorted(day for day, age in self.read_at_age.items() if age < settled_after))


@dataclass(frozen=True, slots=True)
class Through:
    """The data-through line: of the advertiser whose data is oldest, when there are several."""

    line: DataThrough | None
    advertiser: Advertiser | None
    advertisers: int
    late: tuple[Advertiser, ...] = ()

    @property
    def sentence(self) -> str:
        """Return the line as it stands over a screen; it says when nothing is loaded."""
        if self.line is None or self.advertiser is None:
            return "No data has been loaded yet."
        if self.advertisers == 1:
            return str(self.line)
        oldest = f"the oldest of {self.advertisers} advertisers: {self.advertiser.name}"
        return f"{str(self.line).removesuffix('.')}; {oldest}."


def known_days(
    desk: Desk, advertisers: Sequence[Advertiser], dataset: Dataset = Dataset.CAMPAIGN
) -> dict[str, KnownDays]:
    """Return the days of each advertiser by its id; empty ones for those never loaded."""
    lines = desk.tenant.settling.all()
    asked = tuple(
        _Asked(
            str(a.advertiser_id),
            a.timezone,
            settled_after(lines.get(a.advertiser_id, {})),
            a.selected_at,
        )
        for a in advertisers
    )
    key = (desk.tenant.coverage.mark(), asked, dataset)
    return desk.recall(lambda: _read(desk, asked, dataset), "known days", *key)


def reachable(zone: str, now: datetime) -> DateRange:
    """Return the days of a zone that Amazon can still be asked for."""
    last = yesterday(now, zone)
    return DateRange(last - (REACHABLE_DAYS - 1) * ONE_DAY, last)


def settled_after(lines: Mapping[str, SettledLine], metric: Metric | None = None) -> int:
    """Return after how many days a metric stands, as learnt from revisions, else as assumed.

    Without a metric it is said of cost. Of a few figures the line is learnt; the others stand
    when those of their kind do, what was served or what was bought, and a ratio with its last part.
    """
    parts = ["total_cost"] if metric is None else _measures(metric)
    return max(_stands_after(lines, part) for part in parts)


def _stands_after(lines: Mapping[str, SettledLine], part: str) -> int:
    if part in lines:
        return lines[part].settled_after_days
    is_traffic = part in TRAFFIC
    kin = ("impressions", "total_cost") if is_traffic else ("sales", "total_purchases")
    learnt = [lines[key].settled_after_days for key in kin if key in lines]
    assumed = TRAFFIC_SETTLES_AFTER if is_traffic else CONVERSIONS_SETTLE_AFTER
    return max(learnt, default=assumed)


def through(
    advertisers: Sequence[Advertiser], known: Mapping[str, KnownDays], now: datetime
) -> Through:
    """Return how far the data of these advertisers goes, as of the one that is furthest behind."""
    loaded = [a for a in advertisers if known[a.advertiser_id].through is not None]
    if not loaded:
        return Through(None, None, len(advertisers))
    oldest = min(loaded, key=lambda a: _age(known[a.advertiser_id], now))
    late = tuple(a for a in loaded if known[a.advertiser_id].is_late(now))
    return Through(line(known[oldest.advertiser_id], now), oldest, len(advertisers), late)


def kept_days(known: Mapping[str, KnownDays], now: datetime) -> DateRange:
    """Return the span from the oldest day known of any advertiser to the latest yesterday."""
    last = max((yesterday(now, d.zone) for d in known.values()), default=now.date() - ONE_DAY)
    first = min((d.first for d in known.values() if d.first), default=last)
    return DateRange(min(first, last), last)


def line(days: KnownDays, now: datetime) -> DataThrough | None:
    """Return one advertiser's data-through line, None while nothing was loaded."""
    if days.through is None:
        return None
    return data_through(
        days.through,
        days.zone,
        days.generated_at or now,
        now,
        provisional_days=_last_of(days, days.provisional),
        unsettled_days=_last_of(days, days.unsettled),
    )


def _last_of(days: KnownDays, among: Sequence[date]) -> int:
    """Return how many of the last days known are all among these."""
    newest_first = sorted(days.days, reverse=True)
    return next((n for n, day in enumerate(newest_first) if day not in among), len(newest_first))


def _age(days: KnownDays, now: datetime) -> tuple[int, datetime]:
    assert days.through is not None
    behind = (yesterday(now, days.zone) - days.through).days
    return -behind, days.generated_at or now


def _measures(metric: Metric) -> tuple[str, ...]:
    return metric.formula.parts if metric.formula else (metric.key,)


@dataclass(frozen=True, slots=True)
class _Asked:
    """An advertiser whose days are asked about; `after` so many days they stand."""

    advertiser_id: str
    zone: str
    after: int
    chosen_at: datetime | None


def _read(desk: Desk, asked: Sequence[_Asked], dataset: Dataset) -> dict[str, KnownDays]:
    covered: dict[str, list[CoveredDay]] = {one.advertiser_id: [] for one in asked}
    found = desk.tenant.coverage.days(_EVER, dataset, advertiser_ids=covered)
    for day in found:
        if is_held(day):
            covered[day.advertiser_id].append(day)
    return {one.advertiser_id: _known(one, covered[one.advertiser_id]) for one in asked}


def is_held(day: CoveredDay) -> bool:
    """Return whether the lake says something of the day; a first reading kept aside says none."""
    return day.state is not DayState.QUARANTINED or day.load_id is not None


def _known(asked: _Asked, days: Sequence[CoveredDay]) -> KnownDays:
    whose = KnownDays(advertiser_id=asked.advertiser_id, zone=asked.zone, chosen_at=asked.chosen_at)
    if not days:
        return whose
    cells = {day.day: _cell(day, asked.zone, asked.after) for day in days}
    newest = max(days, key=lambda day: day.day)
    provisional = _among(cells, {Cell.PROVISIONAL})
    unsettled = _among(cells, {Cell.PROVISIONAL, Cell.UNSETTLED})
    firm = max((day for day in cells if day not in provisional), default=None)
    return replace(
        whose,
        days=frozenset(cells),
        through=newest.day,
        firm_through=firm,
        unbroken_since=_unbroken(cells, firm),
        settled_through=max((day for day in cells if day not in unsettled), default=None),
        provisional=provisional,
        unsettled=unsettled,
        generated_at=_read_at(newest),
        read_at_age={day.day: age_in_days(day.day, asked.zone, _read_at(day)) for day in days},
    )


def _read_at(day: CoveredDay) -> datetime:
    return day.generated_at or day.fetched_at


def _unbroken(known: Collection[date], until: date | None) -> date | None:
    if until is None:
        return None
    first = until
    while first - ONE_DAY in known:
        first -= ONE_DAY
    return first


def _cell(day: CoveredDay, zone: str, after: int) -> Cell:
    return cell(Reading("present", _read_at(day), day.equal_reads), day.day, zone, after)


def _among(cells: Mapping[date, Cell], wanted: Iterable[Cell]) -> tuple[date, ...]:
    kinds = frozenset(wanted)
    return tuple(sorted(day for day, found in cells.items() if found in kinds))
