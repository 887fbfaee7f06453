"""Flights in time: which days they cover, which spend is theirs, what they may spend.

A flight starts and ends at instants; spend is known by the advertiser's own days. All three
are brought together here with exact decimals, so that parts always add up to their whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from core.domain.entities import Flight, Rollover
from core.domain.periods import ONE_DAY, DateRange
from core.domain.spend_shape import EVEN, ORDINARY, SpendShape

SMALLEST = Decimal("0.000001")  # what a stored amount can hold
_LAST_SECOND = timedelta(seconds=1)
_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Span:
    """Time from `start` to just before `end`, as UTC instants."""

    start: datetime
    end: datetime

    @property
    def seconds(self) -> int:
        """Return its length in whole seconds; 0 when it ends before it starts."""
        return max(0, int((self.end - self.start).total_seconds()))

    def within(self, other: Span) -> Span:
        """Return the part of this span inside the other; of length 0 when there is none."""
        return Span(max(self.start, other.start), min(self.end, other.end))


def day_span(day: date, zone: str) -> Span:
    """Return the instants of one local day: 23, 24 or 25 hours, by the zone's clock changes."""
    return Span(_midnight(day, zone), _midnight(day + ONE_DAY, zone))


def span(flight: Flight) -> Span:
    """Return when the flight runs.

    An end at 23:59:59 means the whole of that second, so the span ends with the next one.
    """
    end = flight.end + _LAST_SECOND if flight.end.second == 59 else flight.end
    start = flight.start.replace(microsecond=0)
    return Span(start.astimezone(UTC), end.replace(microsecond=0).astimezone(UTC))


def local_days(period: Span, zone: str) -> tuple[date, date]:
    """Return the first and the last local day that the span touches."""
    tz = ZoneInfo(zone)
    last = period.end - _LAST_SECOND if period.seconds else period.end
    return period.start.astimezone(tz).date(), last.astimezone(tz).date()


def fraction_of_day(period: Span, day: date, zone: str) -> Decimal:
    """Return how much of a local day the span covers, from 0 to 1."""
    whole = day_span(day, zone)
    return Decimal(period.within(whole).seconds) / Decimal(whole.seconds)


def days_in(period: Span, zone: str) -> Decimal:
    """Return the length of the span in local days, part days by their hours.

    A day of a clock change counts as one day, although it has 23 or 25 hours.
    """
    if not period.seconds:
        return _NOTHING
    first, last = local_days(period, zone)
    if first == last:
        return fraction_of_day(period, first, zone)
    between = Decimal((last - first).days - 1)
    return fraction_of_day(period, first, zone) + between + fraction_of_day(period, last, zone)


def divided(amount: Decimal, weights: Sequence[int]) -> list[Decimal]:
    """Return `amount` in parts by weight, each to a millionth, adding up to it exactly.

    Each part is the difference of two rounded running sums, so no rounding error gathers.
    An empty list for no weights; everything goes to the last part when all weights are 0.
    """
    total = sum(weights)
    parts, given, passed = [], _NOTHING, 0
    for index, weight in enumerate(weights):
        passed += weight
        is_last = index == len(weights) - 1
        upto = amount if is_last else (amount * passed / (total or 1)).quantize(SMALLEST)
        parts.append(upto - given)
        given = upto
    return parts


def plan_by_day(
    budget: Decimal, period: Span, zone: str, shape: SpendShape = EVEN
) -> dict[date, Decimal]:
    """Return the budget spread over the span's time, by local day, oldest first.

    Each day has its weight (all the same unless a shape is given); one on which the flight
    starts or ends takes its share by the hours. The days add up to the budget exactly. Empty for
    a span of no length.
    """
    if not period.seconds:
        return {}
    first, _ = local_days(period, zone)
    parts = divided(budget, _weighted_days(period, zone, shape))
    return {first + i * ONE_DAY: part for i, part in enumerate(parts)}


def planned_by(
    budget: Decimal, period: Span, instant: datetime, zone: str = "UTC", shape: SpendShape = EVEN
) -> Decimal:
    """Return what the plan would have spent by an instant: 0 before, all of it after.

    Days weigh as in `plan_by_day`; inside a day money goes out by the hours. `zone` matters only
    to a shape.
    """
    gone = weighted_seconds(Span(period.start, min(period.end, instant)), zone, shape)
    if not gone:
        return _NOTHING
    return (budget * gone / weighted_seconds(period, zone, shape)).quantize(SMALLEST)


def weighted_seconds(period: Span, zone: str, shape: SpendShape = EVEN) -> int:
    """Return the length of a span, a second of an ordinary day counting `ORDINARY`."""
    if shape.is_even or not period.seconds:
        return period.seconds * ORDINARY
    return sum(_weighted_days(period, zone, shape))


def _weighted_days(period: Span, zone: str, shape: SpendShape) -> list[int]:
    """Return what each local day of a span weighs, its first and last by their hours in it."""
    first, last = local_days(period, zone)
    years = range(first.year, last.year + 1)
    weights = [weight for year in years for weight in _weighted_year(year, zone, shape)]
    begin = first.timetuple().tm_yday - 1
    weights = weights[begin : begin + (last - first).days + 1]
    for place, day in ((0, first), (-1, last)):
        weights[place] = period.within(day_span(day, zone)).seconds * shape.weight(day)
    return weights


@lru_cache(maxsize=512)
def _weighted_year(year: int, zone: str, shape: SpendShape) -> tuple[int, ...]:
    """Return the weighted seconds of every day of a year: thousands of flights ask for the same."""
    days = DateRange(date(year, 1, 1), date(year, 12, 31)).days()
    return tuple(day_span(day, zone).seconds * shape.weight(day) for day in days)


def shaped_days(period: Span, zone: str, shape: SpendShape) -> Decimal:
    """Return the length of the span in ordinary days: each day counts as much as it weighs."""
    if shape.is_even or not period.seconds:
        return days_in(period, zone)
    first, last = local_days(period, zone)
    days = (first + i * ONE_DAY for i in range((last - first).days + 1))
    return sum((fraction_of_day(period, d, zone) * shape.factor(d) for d in days), _NOTHING)


@dataclass(frozen=True, slots=True)
class Allotment:
    """Spend given to flights by day.

    `by_flight` has every flight, `shared_days` the days that two flights divided by hours, and
    `outside` the spend of days on which no flight ran (late corrections).
    """

    by_flight: Mapping[str, Mapping[date, Decimal]]
    shared_days: frozenset[date]
    outside: Mapping[date, Decimal]

    def spent(self, flight_id: str) -> Decimal:
        """Return all that was given to one flight."""
        return sum(self.by_flight[flight_id].values(), _NOTHING)


def allotted(spend: Mapping[date, Decimal], flights: Sequence[Flight], zone: str) -> Allotment:
    """Return an order's daily spend given to its flights by the advertiser's days.

    Amazon reports spend by order and day and not by flight. A day that several flights touch is
    divided by their hours on it, which is an estimate, so the day is named in `shared_days`.
    """
    spans = {flight.entity_id: span(flight) for flight in flights}
    touched = {key: local_days(period, zone) for key, period in spans.items() if period.seconds}
    given: dict[str, dict[date, Decimal]] = {flight.entity_id: {} for flight in flights}
    outside: dict[date, Decimal] = {}
    shared = set()
    for day, amount in sorted(spend.items()):
        running = [key for key, (first, last) in touched.items() if first <= day <= last]
        if not running:
            outside[day] = amount
        elif len(running) == 1:
            given[running[0]][day] = amount
        else:
            shared.add(day)
            whole = day_span(day, zone)
            hours = [spans[key].within(whole).seconds for key in running]
            for key, part in zip(running, divided(amount, hours), strict=True):
                given[key][day] = part
    return Allotment(given, frozenset(shared), outside)


def effective_budgets(
    flights: Sequence[Flight],
    rollover: Rollover,
    spent: Mapping[str, Decimal],
    at: datetime,
) -> dict[str, Decimal]:
    """Return what each flight may spend, as known at an instant, in order of start.

    NO: its own budget. PRIOR: its own, and what the flight before left of that flight's *own*
    budget. CUMULATIVE: its own, and what the flight before left of all it *had*, rolled-over
    money included. Overspending rolls nothing over and takes nothing away. Money rolls over
    once the flight before has ended; until then a later flight shows its own budget.

    Source: the names are those of Amazon's campaign API (flightBudgetRolloverStrategy); it does
    not publish the arithmetic, so this is our reading of them.
    """
    ordered = sorted(flights, key=lambda flight: (span(flight).start, flight.entity_id))
    budgets: dict[str, Decimal] = {}
    left_over = _NOTHING
    for flight in ordered:
        own = flight.budget.amount
        budgets[flight.entity_id] = own + left_over
        has_ended = span(flight).end <= at
        had = budgets[flight.entity_id] if rollover is Rollover.CUMULATIVE else own
        rolls = has_ended and rollover is not Rollover.NO
        left = had - spent.get(flight.entity_id, _NOTHING)
        left_over = max(_NOTHING, left) if rolls else _NOTHING
    return budgets


@lru_cache(maxsize=8192)
def _midnight(day: date, zone: str) -> datetime:
    # Where clocks skip midnight, the earlier offset gives the instant of the change itself.
    return datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
