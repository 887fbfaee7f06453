"""Whether weekdays differ: a metric by weekday, over whole weeks.

A week shows each weekday once, which is no pattern. So at least four weeks are read, up to the
last day shown, and a weekday stands beside the range of its single days: where ranges overlap,
weekdays do not differ by more than days do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.domain.metrics import Dataset, Metric
from core.domain.periods import ONE_DAY, DateRange
from core.insight.audience import Audience, Group
from core.insight.desk import Desk
from core.insight.history import Amount, Sums, added_up, measures, of
from core.insight.known_days import known_days
from core.insight.volumes import can_answer, is_enough, is_sum, preferred, resting_on
from core.lake.question import Among, Question

WEEKS_LEAST, WEEKS_USUAL = 4, 8
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Weekday:
    """One weekday: `value` over all its days (a sum is told per day), the lowest and highest day.

    `index` is the value over that of all days; None where it rests on too little.
    """

    name: str
    days: int
    value: Amount
    low: Amount
    high: Amount
    index: Decimal | None


@dataclass(frozen=True, slots=True)
class WeekdayPattern:
    """Seven weekdays over the days of `span` that are known and whole; `average` is of all days."""

    metric: Metric
    span: DateRange
    weekdays: tuple[Weekday, ...]
    average: Amount
    days: int

    @property
    def weeks(self) -> int:
        """Return of how many days the rarest weekday is known."""
        return min((one.days for one in self.weekdays), default=0)

    @property
    def is_pattern(self) -> bool:
        """Return whether each weekday was seen often enough to speak of one."""
        return self.weeks >= WEEKS_LEAST


def weekday_pattern(desk: Desk, audience: Audience, group: Group, entry: Metric) -> WeekdayPattern:
    """Return a metric by weekday over eight weeks up to the last day shown, or over the whole
    weeks shown where they are more.

    A metric that the base facts do not know is told of as the one they are best for.
    """
    asked = entry if can_answer(entry.key, Dataset.CAMPAIGN) else preferred(Dataset.CAMPAIGN)
    weeks = max(WEEKS_USUAL, group.shown.length // 7)
    last = min(group.shown.end, max(_known(desk, group), default=group.shown.end))
    span = DateRange(last - (7 * weeks - 1) * ONE_DAY, last)
    by_day = _by_day(desk, audience, group, asked, span)
    return _pattern(asked, span, by_day)


def _by_day(
    desk: Desk, audience: Audience, group: Group, entry: Metric, span: DateRange
) -> dict[date, Sums]:
    parts = tuple(dict.fromkeys((*measures(entry), resting_on(entry, Dataset.CAMPAIGN))))
    question = Question(
        Dataset.CAMPAIGN,
        parts,
        span,
        by=("day",),
        where=(Among("advertiser_id", group.advertiser_ids), *group.where),
        as_of=group.as_of,
    )
    rows = desk.reader.ask(question).table.to_pylist()
    found: dict[date, Sums] = {row["day"]: {part: row[part] for part in parts} for row in rows}
    known = _known(desk, group)
    nothing: Sums = dict.fromkeys(parts, 0)
    return {day: found.get(day, nothing) for day in span.days() if day in known}


def _known(desk: Desk, group: Group) -> frozenset[date]:
    """Return the days that are known of every advertiser that has any, and are whole."""
    several = [days for days in known_days(desk, group.advertisers).values() if days.days]
    held = [days.days.difference(days.provisional) for days in several]
    return frozenset.intersection(*held) if held else frozenset()


def _pattern(entry: Metric, span: DateRange, by_day: Mapping[date, Sums]) -> WeekdayPattern:
    together: dict[int, list[Sums]] = defaultdict(list)
    for day, sums in sorted(by_day.items()):
        together[day.weekday()].append(sums)
    average = _over(entry, list(by_day.values()))
    weekdays = tuple(_weekday(entry, n, together[n], average) for n in range(7))
    return WeekdayPattern(entry, span, weekdays, average, len(by_day))


def _weekday(entry: Metric, number: int, days: Sequence[Sums], average: Amount) -> Weekday:
    value = _over(entry, days)
    single = [Decimal(v) for v in (_over(entry, [day]) for day in days) if v is not None]
    parts = dict.fromkeys(part for day in days for part in day)
    counted = {part: added_up(part, [day.get(part) for day in days]) for part in parts}
    enough = is_enough(counted, resting_on(entry, Dataset.CAMPAIGN))
    index = Decimal(value) / Decimal(average) if enough and value is not None and average else None
    low, high = min(single, default=None), max(single, default=None)
    return Weekday(NAMES[number], len(days), value, low, high, index)


def _over(entry: Metric, days: Sequence[Sums]) -> Amount:
    """Return a ratio over days, or a sum per day; None for no days."""
    if not days:
        return None
    sums = {part: added_up(part, [day.get(part) for day in days]) for part in days[0]}
    value = of(entry, sums)
    return value if value is None or not is_sum(entry) else Decimal(value) / len(days)
