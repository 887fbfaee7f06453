"""One order from the inside: its flights, and how each one's money has gone out day by day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.domain.entities import Flight
from core.domain.event_calendar import Event
from core.domain.flights import (
    Span,
    allotted,
    day_span,
    fraction_of_day,
    local_days,
    plan_by_day,
    span,
)
from core.domain.pacing import BAND, LATE_BAND, LATE_FROM
from core.domain.periods import ONE_DAY, DateRange
from core.domain.spend_shape import SpendShape
from core.domain.what_if import Standing
from core.errors import Defect
from core.insight.audience import Audience
from core.insight.calendar import events_of
from core.insight.desk import Desk
from core.insight.directory import KnownOrder
from core.insight.known_days import KnownDays
from core.insight.pace_book import FlightPace, PaceBook, money
from core.insight.spending import spending
from core.insight.trend import Caution, moving_days

_NOTHING = Decimal(0)
_FEW = 3


@dataclass(frozen=True, slots=True)
class FlightRow:
    """A flight of an order in order of start; `paced` is None where its days are not kept."""

    number: int
    flight: Flight
    paced: FlightPace | None

    @property
    def remark(self) -> str:
        """Return what its figures leave out or estimate; "" for nothing.

        Amazon tells spend by day: what a day of two flights took is divided by their hours on it.
        """
        if self.paced is None:
            return ""
        since, shared = self.paced.known_since, sorted(self.paced.pace.shared_days)
        told = [f"since {since:%-d %b}"] if since else []
        if len(shared) > _FEW:
            told.append(f"{len(shared)} days shared with other flights, divided by hours")
        elif shared:
            days = ", ".join(f"{day:%-d %b}" for day in shared)
            told.append(f"{days} shared with another flight, divided by hours")
        return "; ".join(told)


@dataclass(frozen=True, slots=True)
class Curve:
    """A flight's money, added up to the end of each of its days; amounts in step with `days`.

    `spent` is None from the first day that is not known on; `expected` ends at the effective
    budget, `low` and `high` are how far off still is on pace; `projected` goes on from the last
    whole day at the present rate, None before it and where there is no rate.
    """

    days: tuple[date, ...]
    spent: tuple[Decimal | None, ...]
    expected: tuple[Decimal, ...]
    low: tuple[Decimal, ...]
    high: tuple[Decimal, ...]
    projected: tuple[Decimal | None, ...]
    events: tuple[Event, ...]
    cautions: tuple[Caution, ...]
    shape: SpendShape


def flight_rows(known: KnownOrder, book: PaceBook) -> list[FlightRow]:
    """Return every flight of an order, oldest first."""
    paced = {one.flight.entity_id: one for one in book.of(known.id)}
    return [
        FlightRow(number, flight, paced.get(flight.entity_id))
        for number, flight in enumerate(known.flights, 1)
    ]


def present(rows: list[FlightRow], wanted: str = "") -> FlightRow | None:
    """Return the flight to look at: the wanted one, else one that runs, else the last known."""
    known = [row for row in rows if row.paced]
    for row in known:
        if row.flight.entity_id == wanted:
            return row
    running = [row for row in known if row.paced and row.paced.is_running]
    return next(iter([*running, *known[::-1]]), None)


def curve(
    desk: Desk, audience: Audience, known: KnownOrder, book: PaceBook, one: FlightPace
) -> Curve:
    """Return how a flight's money went out, and should. Money in the order's currency."""
    days = audience.days[known.order.advertiser_id]
    shape = book.shape(known.order.advertiser_id)
    period = _known_part(one, days.zone)
    plan = plan_by_day(one.pace.budget, period, days.zone, shape)
    listed = tuple(plan)
    expected = _added(list(plan.values()))
    bands = [_band(period, day, days.zone) for day in listed]
    advertisers = [a for a in audience.advertisers if a.advertiser_id == known.order.advertiser_id]
    return Curve(
        days=listed,
        spent=_spent(desk, known, one, listed, days),
        expected=expected,
        low=tuple(e * (1 - b) for e, b in zip(expected, bands, strict=True)),
        high=tuple(min(e * (1 + b), one.pace.budget) for e, b in zip(expected, bands, strict=True)),
        projected=_projected(one, period, listed, days, shape),
        events=events_of(desk, advertisers, DateRange(listed[0], listed[-1])),
        cautions=moving_days(days.unsettled, days.provisional, DateRange(listed[0], listed[-1])),
        shape=shape,
    )


def _known_part(one: FlightPace, zone: str) -> Span:
    """Return the flight from its first known day on: what its pace and budget speak of."""
    whole = span(one.flight)
    if one.known_since is None:
        return whole
    return Span(max(whole.start, day_span(one.known_since, zone).start), whole.end)


def _band(period: Span, day: date, zone: str) -> Decimal:
    """Return how far off a flight may be at the end of a day: less in its last fifth."""
    end = min(day_span(day, zone).end, period.end)
    gone = Decimal(Span(period.start, end).seconds) / max(period.seconds, 1)
    return LATE_BAND if gone >= LATE_FROM else BAND


def _spent(
    desk: Desk, known: KnownOrder, one: FlightPace, days: tuple[date, ...], held: KnownDays
) -> tuple[Decimal | None, ...]:
    by_day = daily_spend(desk, known, DateRange(days[0], days[-1]), held.zone)
    own = by_day.get(one.flight.entity_id, {})
    sums = _added([own.get(day, _NOTHING) for day in days])
    through = held.through
    return tuple(
        amount if through is not None and day <= through else None
        for day, amount in zip(days, sums, strict=True)
    )


def daily_spend(
    desk: Desk, known: KnownOrder, days: DateRange, zone: str
) -> Mapping[str, Mapping[date, Decimal]]:
    """Return the budget-consuming spend of each flight of an order by day."""
    found = spending(desk, {known.id: known}, days).by_order().get(known.id)
    if found is None:
        return {}
    pairs = zip(found[0].tolist(), found[1].tolist(), strict=True)
    spend = {date.fromordinal(day): money(amount) for day, amount in pairs}
    return allotted(spend, known.flights, zone).by_flight


def _projected(
    one: FlightPace, period: Span, days: tuple[date, ...], held: KnownDays, shape: SpendShape
) -> tuple[Decimal | None, ...]:
    firm, rate = held.firm_through, one.pace.run_rate
    if rate is None or firm is None or not one.is_running:
        return (None,) * len(days)
    found: list[Decimal | None] = []
    reached = one.pace.spent
    for day in days:
        if day > firm:
            reached += rate * fraction_of_day(period, day, held.zone) * shape.factor(day)
        found.append(reached if day >= firm else None)
    return tuple(found)


def _added(amounts: list[Decimal]) -> tuple[Decimal, ...]:
    sums, whole = [], _NOTHING
    for amount in amounts:
        whole += amount
        sums.append(whole)
    return tuple(sums)


def days_of(one: FlightPace, held: KnownDays) -> DateRange | None:
    """Return the days of a flight that are known and whole; None before its first."""
    first, last = local_days(_known_part(one, held.zone), held.zone)
    if held.firm_through is None or first > held.firm_through:
        return None
    return DateRange(first, min(last, held.firm_through))


def standing(audience: Audience, known: KnownOrder, book: PaceBook, one: FlightPace) -> Standing:
    """Return a running flight as it stands, for trials. Raises Defect before its data has come."""
    held = audience.days[known.order.advertiser_id]
    if held.firm_through is None:
        raise Defect("a flight is tried before any of its days is known")
    first, last = local_days(span(one.flight), held.zone)
    return Standing(
        budget=one.pace.budget,
        spent=one.pace.spent,
        rate=one.pace.run_rate,
        next_day=max(first, held.firm_through + ONE_DAY),
        last_day=last,
        zone=held.zone,
        shape=book.shape(known.order.advertiser_id),
        end=span(one.flight).end,
    )
