"""Whether a flight's money goes out as planned, and where it ends if nothing changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from core.domain.entities import Flight, Rollover
from core.domain.flights import (
    SMALLEST,
    Span,
    allotted,
    day_span,
    days_in,
    effective_budgets,
    fraction_of_day,
    local_days,
    planned_by,
    shaped_days,
    span,
)
from core.domain.periods import ONE_DAY
from core.domain.spend_shape import EVEN, SpendShape

RUN_RATE_DAYS = 7
QUIET_DAYS = Decimal(2)  # the first days of a flight say nothing yet
BAND = Decimal("0.10")
LATE_BAND = Decimal("0.05")  # near the end little can be made up
LATE_FROM = Decimal("0.80")
CRITICAL_BELOW = Decimal("0.40")
CRITICAL_FROM = Decimal("0.50")

_NOTHING = Decimal(0)


class PacingStatus(StrEnum):
    """What a flight's pace asks of people."""

    NO_BUDGET = "no budget"
    NOT_STARTED = "not started"
    TOO_EARLY = "too early to say"
    ON_PACE = "on pace"
    WATCH = "watch"
    ACT = "act"
    CRITICAL = "critical"
    ENDED = "ended"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """One flight as of the end of a day. Money in the order's currency, days in local days.

    `budget` is the effective one: own plus `rolled_over`. `planned` is what its shape expects to
    be spent by now. `run_rate` is spend on an ordinary day; `projected` lets it go on with each
    day's weight, and `gap` is that less the budget: negative is money that will not be spent.
    `ratio` is spent over planned;
    `delivery_rate` is Amazon's own formula over calendar days, as a cross-check. Figures that
    cannot be known are None: no planned money yet, no day to take a run rate from.
    """

    flight_id: str
    own_budget: Decimal
    rolled_over: Decimal
    budget: Decimal
    spent: Decimal
    planned: Decimal
    days_total: Decimal
    days_run: Decimal
    days_left: Decimal
    needed_per_day: Decimal | None
    run_rate: Decimal | None
    projected: Decimal | None
    gap: Decimal | None
    ratio: Decimal | None
    delivery_rate: Decimal | None
    status: PacingStatus
    shared_days: frozenset[date]

    @property
    def is_behind(self) -> bool:
        """Return whether less was spent than planned to date."""
        return self.ratio is not None and self.ratio < 1


def paces(
    flights: Sequence[Flight],
    rollover: Rollover,
    spend: Mapping[date, Decimal],
    zone: str,
    through: date,
    *,
    settled_through: date | None = None,
    shape: SpendShape = EVEN,
) -> list[Pace]:
    """Return the pace of each flight of one order, in order of start; empty without flights.

    `spend` is the order's budget-consuming cost by the advertiser's days (absent days spent
    nothing), `through` the last day of it that is not provisional. The run rate looks at the
    last 7 days up to `settled_through` (default `through`). `shape` says how much of a budget
    falls on which days; without one it is spread evenly.
    """
    known = {day: amount for day, amount in spend.items() if day <= through}
    now = day_span(through, zone).end
    shares = allotted(known, flights, zone)
    spent = {flight.entity_id: shares.spent(flight.entity_id) for flight in flights}
    budgets = effective_budgets(flights, rollover, spent, now)
    by_id = {flight.entity_id: flight for flight in flights}
    return [
        _pace(
            by_id[flight_id],
            budget,
            shares.by_flight[flight_id],
            shares.shared_days,
            zone,
            now,
            min(through, settled_through or through),
            shape,
        )
        for flight_id, budget in budgets.items()
    ]


def _pace(
    flight: Flight,
    budget: Decimal,
    spend: Mapping[date, Decimal],
    shared_days: frozenset[date],
    zone: str,
    now: datetime,
    run_through: date,
    shape: SpendShape,
) -> Pace:
    period = span(flight)
    spent = sum(spend.values(), _NOTHING)
    planned = planned_by(budget, period, now, zone, shape)
    total = days_in(period, zone)
    run = days_in(Span(period.start, min(period.end, now)), zone)
    left = total - run
    rate = run_rate(spend, period, zone, run_through, shape)
    to_come = shaped_days(Span(max(period.start, now), period.end), zone, shape)
    projected = _projected(spent, rate, to_come if left else _NOTHING)
    ratio = spent / planned if planned else None
    return Pace(
        flight_id=flight.entity_id,
        own_budget=flight.budget.amount,
        rolled_over=budget - flight.budget.amount,
        budget=budget,
        spent=spent,
        planned=planned,
        days_total=total,
        days_run=run,
        days_left=left,
        needed_per_day=max(_NOTHING, budget - spent) / left if left else None,
        run_rate=rate,
        projected=projected,
        gap=None if projected is None else projected - budget,
        ratio=ratio,
        delivery_rate=delivery_rate(spent, budget, period, zone, now),
        status=judged(ratio, run, total, budget),
        shared_days=frozenset(day for day in shared_days if day in spend),
    )


def run_rate(
    spend: Mapping[date, Decimal],
    period: Span,
    zone: str,
    through: date,
    shape: SpendShape = EVEN,
) -> Decimal | None:
    """Return spend on an ordinary day, from the last 7 days of the flight, newer ones weighing
    more.

    The newest day weighs 7, the oldest 1; a part day counts by its hours, and a busy weekday or
    an event as much as its weight in the shape. None when the flight ran on none of these days.
    """
    money = weight = _NOTHING
    for age in range(RUN_RATE_DAYS):
        day = through - age * ONE_DAY
        fraction = fraction_of_day(period, day, zone)
        if fraction:
            money += (RUN_RATE_DAYS - age) * spend.get(day, _NOTHING)
            weight += (RUN_RATE_DAYS - age) * fraction * shape.factor(day)
    return money / weight if weight else None


def spent_up_on(
    left: Decimal, rate: Decimal, period: Span, zone: str, through: date, shape: SpendShape = EVEN
) -> date | None:
    """Return the day on which the money left is gone, None when it lasts to the period's end.

    `rate` is spend on an ordinary day; each day after `through` takes it by its weight and the
    hours of the period on it. Nothing left is gone on `through`.
    """
    day, last = through, local_days(period, zone)[1]
    while left >= SMALLEST and day < last:
        day += ONE_DAY
        left -= rate * shape.factor(day) * fraction_of_day(period, day, zone)
    return day if left < SMALLEST else None


def delivery_rate(
    spent: Decimal, budget: Decimal, period: Span, zone: str, now: datetime
) -> Decimal | None:
    """Return Amazon's delivery rate: (cost / budget) / (running days / total days).

    Counted in calendar days as Amazon does; None before the first day or without a budget.
    Source: Amazon Ads API documentation, Reporting version 3, lineItemDeliveryRate.
    """
    if not budget or now <= period.start:
        return None
    first, last = local_days(period, zone)
    _, latest = local_days(Span(period.start, min(now, period.end)), zone)
    running, total = (latest - first).days + 1, (last - first).days + 1
    return spent / budget * total / running


def judged(
    ratio: Decimal | None, days_run: Decimal, days_total: Decimal, budget: Decimal
) -> PacingStatus:
    """Return what a pace asks for.

    Within 10 % of the plan is on pace, up to 20 % to be watched, beyond to be acted on; half
    of that in the last 20 % of the days; below 40 % from the middle on is critical. Nothing is
    said about the first two days.
    """
    if budget <= 0:
        return PacingStatus.NO_BUDGET
    if ratio is None:
        return PacingStatus.NOT_STARTED
    if days_run >= days_total:
        return PacingStatus.ENDED
    if days_run <= QUIET_DAYS:
        return PacingStatus.TOO_EARLY
    share = days_run / days_total
    if ratio < CRITICAL_BELOW and share >= CRITICAL_FROM:
        return PacingStatus.CRITICAL
    band = LATE_BAND if share >= LATE_FROM else BAND
    off = abs(ratio - 1)
    if off <= band:
        return PacingStatus.ON_PACE
    return PacingStatus.WATCH if off <= 2 * band else PacingStatus.ACT


def _projected(spent: Decimal, rate: Decimal | None, days_left: Decimal) -> Decimal | None:
    if not days_left:
        return spent
    return None if rate is None else (spent + rate * days_left).quantize(SMALLEST)
