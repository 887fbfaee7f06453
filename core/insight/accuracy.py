"""Sum checks, and one figure of how far the last thirty days can be relied upon.

Every table of a day is held against the campaign report of that day, by the rule that its type
allows (`core.lake.checks.TIES`), and orders against their own line items.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from core.domain.catalogue import answerable, metric
from core.domain.metrics import Dataset, Metric
from core.domain.periods import ONE_DAY, DateRange, yesterday
from core.insight.desk import Desk
from core.lake.checks import TIES, Tie, off_by
from core.lake.question import Among, Question
from core.store.accounts.advertisers import Advertiser
from core.store.ingest.coverage import CoveredDay
from core.store.schema.words import DayState

DAYS = 30
DEFINITION = (
    "Of every table and day of the last 30 days, in the advertiser's own zone, the share that is "
    "loaded, not set aside, and adds up to the campaign report within half a percent by the rule "
    "of its table. Yesterday is expected from 14:00 on; before, what of it is here counts. Tables "
    "that were never loaded are not counted."
)
_DUE = time(14)  # asked for until half past ten, built in three hours at most
_EQUAL = "adds up to the campaign report"
_AT_MOST = "is no more than the campaign report"
_NO_RULE = "its rows overlap, so that no sum means anything"
_LINES = ("impressions", "clicks", "total_cost", "total_sales")


@dataclass(frozen=True, slots=True)
class Gap:
    """A sum that breaks its rule: what the part adds up to, and what the whole is."""

    day: date
    metric: Metric
    part: Decimal
    whole: Decimal


@dataclass(frozen=True, slots=True)
class SumCheck:
    """One table's check: its rule in words, the days looked at, and what breaks the rule.

    `dataset` is None for orders against their line items.
    """

    dataset: Dataset | None
    rule: str
    days: int
    gaps: tuple[Gap, ...]

    @property
    def days_off(self) -> frozenset[date]:
        """Return the days on which the rule is broken."""
        return frozenset(gap.day for gap in self.gaps)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """The figure and what it rests on; see `DEFINITION`. All 0 while nothing was loaded."""

    days: DateRange
    expected: int
    missing: int
    aside: int
    off: int
    checks: tuple[SumCheck, ...]

    @property
    def good(self) -> int:
        """Return how many tables of a day are as they should be."""
        return self.expected - self.missing - self.aside - self.off

    @property
    def share(self) -> Decimal | None:
        """Return the figure, None while nothing was loaded."""
        return Decimal(self.good) / self.expected if self.expected else None


def accuracy(desk: Desk, advertiser: Advertiser) -> Accuracy:
    """Return how far an advertiser's last thirty days can be relied upon, with every sum check."""
    last = yesterday(desk.now, advertiser.timezone)
    days = DateRange(last - (DAYS - 1) * ONE_DAY, last)
    is_due = desk.now.astimezone(ZoneInfo(advertiser.timezone)).time() >= _DUE
    key = ("accuracy", str(advertiser.advertiser_id), days, is_due, desk.tenant.coverage.mark())
    generation = desk.reader.manifest.generation
    return desk.recall(lambda: _accuracy(desk, advertiser, days, is_due), *key, generation)


def _accuracy(desk: Desk, advertiser: Advertiser, days: DateRange, is_due: bool) -> Accuracy:
    covered = _covered(desk, advertiser, days)
    due = [day for day in days.days() if is_due or day != days.end]
    checks = tuple(_checks(desk, advertiser, days, covered))
    off = {(c.dataset or Dataset.CAMPAIGN, day) for c in checks for day in c.days_off}
    aside = {
        (dataset, day)
        for dataset, known in covered.items()
        for day, told in known.items()
        if told.state is DayState.QUARANTINED
    }
    expected = [known.keys() | due for known in covered.values()]
    return Accuracy(
        days,
        expected=sum(map(len, expected)),
        missing=sum(map(len, expected)) - sum(map(len, covered.values())),
        aside=len(aside),
        off=len(off - aside),
        checks=checks,
    )


def _covered(
    desk: Desk, advertiser: Advertiser, days: DateRange
) -> dict[Dataset, dict[date, CoveredDay]]:
    """Return what is known in these days of each table that was ever loaded or is read in them."""
    wanted = (Dataset.CAMPAIGN, *TIES)
    ids = [str(advertiser.advertiser_id)]
    ever = desk.tenant.coverage.first_days(ids[0])
    found: dict[Dataset, dict[date, CoveredDay]] = defaultdict(dict)
    found.update({dataset: {} for dataset in wanted if dataset in ever})
    for day in desk.tenant.coverage.days(days, *wanted, advertiser_ids=ids):
        found[day.dataset][day.day] = day
    return dict(found)


def _checks(
    desk: Desk,
    advertiser: Advertiser,
    days: DateRange,
    covered: Mapping[Dataset, Mapping[date, CoveredDay]],
) -> Iterator[SumCheck]:
    if not covered.get(Dataset.CAMPAIGN):
        return
    yield _lines(desk, advertiser, days, covered[Dataset.CAMPAIGN])
    for dataset, tie in TIES.items():
        both = covered.get(dataset, {}).keys() & covered[Dataset.CAMPAIGN].keys()
        if not both:
            continue
        gaps = tuple(_gaps(desk, advertiser, days, dataset, tie, both))
        yield SumCheck(dataset, _words(tie), len(both), gaps)


def _words(tie: Tie) -> str:
    if tie.equal:
        return _EQUAL
    return _AT_MOST if tie.at_most else _NO_RULE


def _gaps(
    desk: Desk,
    advertiser: Advertiser,
    days: DateRange,
    dataset: Dataset,
    tie: Tie,
    both: Collection[date],
) -> Iterator[Gap]:
    keys = tuple(k for k in (*tie.equal, *tie.at_most) if answerable(k, dataset))
    if not keys:
        return
    parts = _by_day(desk, advertiser, days, dataset, keys)
    wholes = _by_day(desk, advertiser, days, Dataset.CAMPAIGN, keys)
    for day in sorted(both):
        for key in keys:
            part, whole = parts.get(day, {}).get(key), wholes.get(day, {}).get(key)
            if part is not None and whole is not None and off_by(tie, key, part, whole):
                yield Gap(day, metric(key), part, whole)


def _lines(
    desk: Desk, advertiser: Advertiser, days: DateRange, known: Mapping[date, CoveredDay]
) -> SumCheck:
    """Hold orders, which are answered from kept sums, against their line items, from the facts."""
    wholes = _by_day(desk, advertiser, days, Dataset.CAMPAIGN, _LINES)
    question = Question(
        Dataset.CAMPAIGN, _LINES, days, by=("day", "line_item_id"), where=_of(advertiser)
    )
    sums: dict[tuple[date, str], Decimal] = defaultdict(Decimal)
    for row in desk.reader.ask(question).table.to_pylist():
        for key in _LINES:
            sums[row["day"], key] += Decimal(row[key] or 0)
    gaps = tuple(
        Gap(day, metric(key), sums[day, key], whole)
        for day, totals in sorted(wholes.items())
        for key, whole in totals.items()
        if sums[day, key] != whole
    )
    return SumCheck(None, "orders are the sum of their line items, exactly", len(known), gaps)


def _by_day(
    desk: Desk,
    advertiser: Advertiser,
    days: DateRange,
    dataset: Dataset,
    keys: tuple[str, ...],
) -> dict[date, dict[str, Decimal]]:
    question = Question(dataset, keys, days, by=("day",), where=_of(advertiser))
    rows: list[dict[str, Any]] = desk.reader.ask(question).table.to_pylist()
    return {
        row["day"]: {key: Decimal(row[key]) for key in keys if row[key] is not None} for row in rows
    }


def _of(advertiser: Advertiser) -> tuple[Among]:
    return (Among("advertiser_id", frozenset({str(advertiser.advertiser_id)})),)
