"""What changed in figures after they were first told: since a moment or a report, and day by day.

what_changed   by metric and day, what loads after an instant made of what stood then
way_of_days    each step by which days came to what they are
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from core.domain.catalogue import measured, metric
from core.domain.formats import relative_change
from core.domain.freshness import age_in_days
from core.domain.metrics import Dataset, Metric
from core.domain.periods import DateRange
from core.insight.desk import Desk
from core.insight.history import Amount
from core.lake.asof import Between
from core.lake.question import Among, Question
from core.store.accounts.advertisers import Advertiser

MEASURES = tuple(entry.key for entry in measured(Dataset.CAMPAIGN) if entry.additive)
"""Every measure of the campaign report that adds up, in the glossary's order."""

WATCHED = ("impressions", "clicks", "total_cost", "total_purchases", "total_sales")
"""The measures by which the way of a day is told: what was served, what it cost, what it sold."""

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Revision:
    """One measure of one day: what stood at the earlier instant, and what stands now.

    `before` is None on a day that was not known then: `after` is then its first reading and no
    correction. `age` is how many days old the day was at the earlier instant.
    """

    advertiser: Advertiser
    day: date
    metric: Metric
    before: Amount
    after: Amount
    age: int

    @property
    def change(self) -> Decimal:
        """Return by how much it moved, in the measure's own unit."""
        return Decimal(self.after or 0) - Decimal(self.before or 0)

    @property
    def share(self) -> Decimal | None:
        """Return the change as a share of what stood before; None when nothing did."""
        return relative_change(self.after, self.before)

    @property
    def is_new(self) -> bool:
        """Return whether the day was first told of after the earlier instant."""
        return self.before is None


@dataclass(frozen=True, slots=True)
class Step:
    """A load that changed a day: when, how old the day was, and what each measure came to.

    `grown` is by how much each of the measures asked for moved; `stood` what it was afterwards.
    """

    at: datetime
    age: int
    grown: tuple[Decimal, ...]
    stood: tuple[Decimal, ...]


def what_changed(
    desk: Desk, advertisers: Sequence[Advertiser], days: DateRange, since: datetime
) -> list[Revision]:
    """Return what loads after `since` changed in these days, by advertiser, day and measure.

    Every one of `MEASURES` is looked at, in their order. New days come with it, told apart by
    `is_new`. Empty when nothing changed.
    """
    whose = {str(a.advertiser_id): a for a in advertisers}
    if not whose or since >= desk.now:
        return []
    every = _question(whose, days, MEASURES)
    moved = desk.reader.changes(every, Between(since, desk.as_of or _NEVER)).to_pylist()
    keys = tuple(key for key in MEASURES if any(row[key] for row in moved))
    if not keys:
        return []
    question = _question(whose, days, keys)
    then = desk.as_known_at(since)
    stood = _known_empty(then, whose, days) | _by_day(then.reader.ask(question).table.to_pylist())
    stands = _by_day(desk.reader.ask(question).table.to_pylist())
    return list(_revisions(whose, keys, moved, stood, stands, since))


def way_of_days(
    desk: Desk, advertiser: Advertiser, days: DateRange, keys: Sequence[str] = WATCHED
) -> dict[date, list[Step]]:
    """Return the steps by which each day came to what it is in these measures, oldest first; the
    first is its first reading. A day without a row has none.
    """
    question = _question([str(advertiser.advertiser_id)], days, keys)
    rows = desk.reader.restatements(question).to_pylist()
    found: dict[date, list[Step]] = defaultdict(list)
    for row in rows:
        if desk.as_of and row["at"] > desk.as_of:
            continue
        steps = found[row["day"]]
        grown = tuple(Decimal(row[key] or 0) for key in keys)
        before = steps[-1].stood if steps else (Decimal(0),) * len(keys)
        stood = tuple(b + g for b, g in zip(before, grown, strict=True))
        if any(grown) or not steps:
            age = age_in_days(row["day"], advertiser.timezone, row["at"])
            steps.append(Step(row["at"], age, grown, stood))
    return dict(found)


def _question(advertiser_ids: Iterable[str], days: DateRange, keys: Sequence[str]) -> Question:
    where = (Among("advertiser_id", frozenset(advertiser_ids)),)
    return Question(Dataset.CAMPAIGN, tuple(keys), days, by=("advertiser_id", "day"), where=where)


def _by_day(rows: Iterable[dict[str, Any]]) -> dict[tuple[str, date], dict[str, Any]]:
    return {(row["advertiser_id"], row["day"]): row for row in rows}


def _known_empty(
    desk: Desk, advertiser_ids: Iterable[str], days: DateRange
) -> dict[tuple[str, date], dict[str, Any]]:
    """Return every known day as one on which nothing was delivered."""
    ids = list(advertiser_ids)
    known = desk.tenant.coverage.days(days, Dataset.CAMPAIGN, advertiser_ids=ids)
    return {(str(day.advertiser_id), day.day): {} for day in known if day.load_id is not None}


def _revisions(
    whose: dict[str, Advertiser],
    keys: Sequence[str],
    moved: Iterable[dict[str, Any]],
    stood: dict[tuple[str, date], dict[str, Any]],
    stands: dict[tuple[str, date], dict[str, Any]],
    since: datetime,
) -> Iterator[Revision]:
    for row in moved:
        key = (row["advertiser_id"], row["day"])
        advertiser = whose[key[0]]
        before, after = stood.get(key), stands.get(key, {})
        age = age_in_days(key[1], advertiser.timezone, since)
        for name in keys:
            if row[name]:
                then = None if before is None else before.get(name) or 0
                yield Revision(advertiser, key[1], metric(name), then, after.get(name) or 0, age)
