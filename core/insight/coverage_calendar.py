"""The coverage calendar: what is known of each day, by advertiser and table."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from core.amazon.reports.v1_specs import DAYS_KEPT
from core.domain.freshness import Cell, Reading, cell
from core.domain.ids import AdvertiserId
from core.domain.metrics import Dataset
from core.domain.periods import ONE_DAY, DateRange
from core.insight import known_days
from core.insight.desk import Desk
from core.lake.schema import TABLES
from core.store.accounts.advertisers import Advertiser
from core.store.ingest.coverage import CoveredDay
from core.store.schema.words import DayState


@dataclass(frozen=True, slots=True)
class Month:
    """How many of a month's days are known, of those that can be."""

    first: date
    known: int
    days: int


@dataclass(frozen=True, slots=True)
class Strip:
    """One table of one advertiser over the days that can be fetched, oldest first.

    `cells` go in step with `days`. `fetched_at` is the last reading's, `generated_at` when Amazon
    built it; None before any. `older` are the months before `days`, the oldest first, as far as
    something is kept or on its way; empty where nothing is.
    """

    advertiser: Advertiser
    dataset: Dataset
    days: DateRange
    cells: tuple[Cell, ...]
    fetched_at: datetime | None
    generated_at: datetime | None
    older: tuple[Month, ...] = ()

    @property
    def older_known(self) -> int:
        """Return how many days before `days` are known."""
        return sum(month.known for month in self.older)

    @property
    def older_days(self) -> int:
        """Return how many days before `days` can be known."""
        return sum(month.days for month in self.older)

    @property
    def counts(self) -> Mapping[Cell, int]:
        """Return how many days are in each state that occurs, in the order of `Cell`."""
        found = Counter(self.cells)
        return {state: found[state] for state in Cell if found[state]}

    @property
    def is_windowed(self) -> bool:
        """Return whether the table is read by whole windows: a day is then a window's last."""
        return TABLES[self.dataset].is_windowed

    def stretches(self, *states: Cell) -> list[DateRange]:
        """Return the days in these states as ranges, oldest first."""
        return ranges(
            day for day, state in zip(self.days.days(), self.cells, strict=True) if state in states
        )


def calendar(
    desk: Desk, advertisers: Sequence[Advertiser], datasets: Sequence[Dataset]
) -> list[Strip]:
    """Return a strip for each advertiser and table, in the order given.

    A member limited to some advertisers is given theirs alone: `advertisers` come from the scope.
    """
    ids = [str(a.advertiser_id) for a in advertisers]
    spans = {str(a.advertiser_id): reachable(a, desk.now) for a in advertisers}
    if not spans:
        return []
    whole = DateRange(min(s.start for s in spans.values()), max(s.end for s in spans.values()))
    covered: dict[tuple[str, Dataset], dict[date, CoveredDay]] = defaultdict(dict)
    for day in desk.tenant.coverage.days(whole, *datasets, advertiser_ids=ids):
        covered[day.advertiser_id, day.dataset][day.day] = day
    lines = desk.tenant.settling.all()
    older = _Older.of(desk, whole.start)
    return [
        _strip(
            advertiser,
            dataset,
            spans[str(advertiser.advertiser_id)],
            covered[str(advertiser.advertiser_id), dataset],
            known_days.settled_after(lines.get(advertiser.advertiser_id, {})),
            older.months(advertiser, dataset, spans[str(advertiser.advertiser_id)].start),
        )
        for advertiser in advertisers
        for dataset in datasets
    ]


def reachable(advertiser: Advertiser, now: datetime) -> DateRange:
    """Return the days of an advertiser that Amazon can still be asked for."""
    return known_days.reachable(advertiser.timezone, now)


def ranges(days: Iterable[date]) -> list[DateRange]:
    """Return days as the fewest ranges, oldest first."""
    found: list[DateRange] = []
    for day in sorted(days):
        if found and found[-1].end + ONE_DAY == day:
            found[-1] = DateRange(found[-1].start, day)
        else:
            found.append(DateRange(day, day))
    return found


def _strip(
    advertiser: Advertiser,
    dataset: Dataset,
    days: DateRange,
    covered: Mapping[date, CoveredDay],
    after: int,
    older: tuple[Month, ...],
) -> Strip:
    settles = None if TABLES[dataset].is_windowed else after
    readings = covered.values()
    return Strip(
        advertiser,
        dataset,
        days,
        tuple(_cell(covered.get(day), day, advertiser.timezone, settles) for day in days.days()),
        max((one.fetched_at for one in readings), default=None),
        max((one.generated_at for one in readings if one.generated_at), default=None),
        older,
    )


@dataclass(frozen=True, slots=True)
class _Older:
    """The days that version 3 no longer has: those kept, and where the others are on their way."""

    known: Mapping[tuple[AdvertiserId, Dataset], set[date]]
    coming: frozenset[tuple[AdvertiserId, Dataset]]
    first: date

    @classmethod
    def of(cls, desk: Desk, before: date) -> _Older:
        first = desk.now.date() - (DAYS_KEPT - 1) * ONE_DAY
        span = DateRange(min(first, before - ONE_DAY), before - ONE_DAY)
        return cls(
            desk.tenant.coverage.known_or_read_since(span, desk.now),
            frozenset(
                (one.advertiser_id, one.dataset)
                for one in desk.tenant.comparisons.all()
                if one.is_equal
            ),
            first,
        )

    def months(self, advertiser: Advertiser, dataset: Dataset, before: date) -> tuple[Month, ...]:
        """Return the months before a day: from the oldest that can be known, or is."""
        key = advertiser.advertiser_id, dataset
        known = {day for day in self.known.get(key, ()) if day < before}
        if not known and key not in self.coming:
            return ()
        first = self.first if key in self.coming else min(known)
        days = Counter(d.replace(day=1) for d in DateRange(first, before - ONE_DAY).days())
        held = Counter(day.replace(day=1) for day in known)
        return tuple(Month(month, held[month], many) for month, many in sorted(days.items()))


def _cell(covered: CoveredDay | None, day: date, zone: str, settles: int | None) -> Cell:
    if covered is None:
        return Cell.MISSING
    if covered.state is DayState.QUARANTINED:
        return Cell.QUARANTINED
    # A day that was said twice to hold nothing any more is known as well as any other.
    read_at = covered.generated_at or covered.fetched_at
    return cell(Reading("present", read_at, covered.equal_reads), day, zone, settles)
