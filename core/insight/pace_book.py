"""Plan, budget-consuming spend and pace of every flight that ran since a day."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np

from core.domain.entities import Flight, Rollover
from core.domain.flights import allotted, day_span, fraction_of_day, local_days, planned_by, span
from core.domain.pacing import Pace, PacingStatus, paces
from core.domain.periods import ONE_DAY, DateRange
from core.domain.spend_shape import EVEN, SpendShape
from core.insight.audience import Audience
from core.insight.calendar import edits_of
from core.insight.desk import Desk
from core.insight.directory import KnownOrder
from core.insight.flight_columns import FlightColumns, RunningFlight
from core.insight.known_days import KnownDays
from core.insight.spend_shapes import spend_shapes
from core.insight.spending import Spending, spending
from core.lake.decimals import MICRO, SCALE

_QUIET = {PacingStatus.NO_BUDGET, PacingStatus.NOT_STARTED, PacingStatus.ENDED}


@dataclass(frozen=True, slots=True)
class FlightPace:
    """A flight and its pace at the end of its advertiser's last whole day.

    Where its first days are not known, because Amazon no longer tells them or they are still on
    their way, `known_since` is the first day that is: the pace is then of the rest of the flight
    with the rest of its budget, as if it had been on plan before.
    """

    flight: Flight
    pace: Pace
    known_since: date | None = None

    @property
    def is_running(self) -> bool:
        """Return whether it has begun, has not ended, and has money to spend."""
        return self.pace.status not in _QUIET


@dataclass(frozen=True)
class PaceBook:
    """The flights of a scope that touch a day since `since`, by order.

    An order without any plan, or of an advertiser whose newest days have not come, is not in it.
    Paces follow the shape of the advertiser's own spend, by its id in `shapes`, in `columns`, too;
    the plan of days there is the even one, which adds up over any days. `mark` is another for
    another book.
    """

    since: date
    flights: Mapping[str, tuple[FlightPace, ...]]
    columns: FlightColumns
    shapes: Mapping[str, SpendShape] = field(default_factory=dict)
    mark: Hashable = None

    def of(self, order_id: str) -> tuple[FlightPace, ...]:
        """Return an order's flights in order of start; empty when its plan is not known."""
        return self.flights.get(order_id, ())

    def shape(self, advertiser_id: str) -> SpendShape:
        """Return how an advertiser's money falls on days."""
        return self.shapes.get(advertiser_id, EVEN)

    def needed_on(self, order_id: str, day: date, zone: str) -> Decimal | None:
        """Return what an order must spend on a day to come, so that each flight ends on budget.

        A flight that begins or ends on the day counts by its hours; None where none runs on it.
        """
        parts = [
            one.pace.needed_per_day * part
            for one in self.of(order_id)
            if one.pace.needed_per_day is not None
            and (part := fraction_of_day(span(one.flight), day, zone))
        ]
        return sum(parts, Decimal(0)) if parts else None

    def running(self, order_id: str) -> list[FlightPace]:
        """Return the flights of an order that run now, in order of start."""
        return [found for found in self.of(order_id) if found.is_running]


def pace_book(desk: Desk, audience: Audience) -> PaceBook:
    """Return the book of everything that ran in the days shown or compared, or runs now."""
    since = _since(audience)
    known = {a: d for a, d in audience.days.items() if not d.awaits_newest(desk.now)}
    key = (
        "pace book",
        audience.directory.mark,
        desk.tenant.coverage.mark(),
        desk.reader.manifest.generation,
        frozenset(
            (a, d.firm_through, d.settled_through, d.unbroken_since) for a, d in known.items()
        ),
        since,
        edits_of(desk),
    )
    orders = audience.directory.orders
    return desk.recall(lambda: replace(_book(desk, orders, known, since), mark=key), *key)


def money(micros: Any) -> Decimal:
    """Return whole millionths as an exact amount."""
    return Decimal(int(micros)).scaleb(-SCALE)


def _since(audience: Audience) -> date:
    """Return the first of the month of the oldest day in view: few different books are made."""
    spans = [span for group in audience.groups for span in (group.shown, group.compared) if span]
    now = [d.firm_through for d in audience.days.values() if d.firm_through]
    oldest = min([*(span.start for span in spans), *now], default=date(2000, 1, 1))
    return oldest.replace(day=1)


def _book(
    desk: Desk, orders: Mapping[str, KnownOrder], known: Mapping[str, KnownDays], since: date
) -> PaceBook:
    meant = {
        order_id: flights
        for order_id, one in orders.items()
        if one.order.advertiser_id in known
        and (flights := _needed(one, known[one.order.advertiser_id], since))
    }
    if not meant:
        return PaceBook(since, {}, FlightColumns.of(()))
    days = _days_of(meant, orders, known)
    spent = spending(desk, {order_id: orders[order_id] for order_id in meant}, days)
    shapes = spend_shapes(desk, orders, known)
    read = dict(_read(meant, orders, known, spent, shapes))
    columns = [running for _, running in read.values()]
    return PaceBook(
        since,
        {order_id: pacing for order_id, (pacing, _) in read.items()},
        FlightColumns.of([one for running in columns for one in running], shapes),
        shapes,
    )


def _needed(one: KnownOrder, days: KnownDays, since: date) -> tuple[Flight, ...]:
    """Return the flights that touch the days; where money rolls over, also all before them.

    What was spent on days that are not known is not known either: flights, or parts of them,
    before the unbroken run of known days are left out, and no money rolls over from them.
    """
    flights = _known(one, days)
    touching = tuple(f for f in flights if local_days(span(f), days.zone)[1] >= since)
    return touching if one.order.rollover is Rollover.NO or not touching else flights


def _known(one: KnownOrder, days: KnownDays) -> tuple[Flight, ...]:
    if days.unbroken_since is None:
        return ()
    known_from = day_span(days.unbroken_since, days.zone).start
    return tuple(rest for f in one.flights if (rest := known_rest(f, known_from)) is not None)


def _with_sharing(
    flights: Sequence[Flight], one: KnownOrder, days: KnownDays
) -> tuple[Flight, ...]:
    """Return flights and those left out that have their hours of a day of them, too."""
    first = min(local_days(span(flight), days.zone)[0] for flight in flights)
    return tuple(f for f in _known(one, days) if local_days(span(f), days.zone)[1] >= first)


def known_rest(flight: Flight, known_from: datetime) -> Flight | None:
    """Return the part of a flight from an instant on, with its part of the even plan.

    None for one that is over by then.
    """
    whole = span(flight)
    if whole.start >= known_from:
        return flight
    if whole.end <= known_from:
        return None
    left = flight.budget.amount - planned_by(flight.budget.amount, whole, known_from)
    return replace(flight, start=known_from, budget=replace(flight.budget, amount=left))


def _days_of(
    meant: Mapping[str, Sequence[Flight]],
    orders: Mapping[str, KnownOrder],
    known: Mapping[str, KnownDays],
) -> DateRange:
    starts = (
        local_days(span(flight), known[orders[order_id].order.advertiser_id].zone)[0]
        for order_id, flights in meant.items()
        for flight in flights
    )
    last = max(days.through for days in known.values() if days.through)
    # Corrections may come for days before a flight: its order's spend outside is not the plan's.
    return DateRange(min(min(starts), last) - ONE_DAY, last)


_Read = tuple[tuple[FlightPace, ...], list[RunningFlight]]


def _read(
    meant: Mapping[str, Sequence[Flight]],
    orders: Mapping[str, KnownOrder],
    known: Mapping[str, KnownDays],
    spent: Spending,
    shapes: Mapping[str, SpendShape],
) -> Iterator[tuple[str, _Read]]:
    by_order = spent.by_order()
    nothing = (np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64))
    for order_id, flights in meant.items():
        days, amounts = by_order.get(order_id, nothing)
        pairs = zip(days.tolist(), amounts.tolist(), strict=True)
        spend = {date.fromordinal(day): money(amount) for day, amount in pairs}
        one = orders[order_id]
        advertiser_id = one.order.advertiser_id
        yield order_id, _paced(one, flights, spend, known[advertiser_id], shapes[advertiser_id])


def _paced(
    one: KnownOrder,
    flights: Sequence[Flight],
    spend: Mapping[date, Decimal],
    days: KnownDays,
    shape: SpendShape,
) -> _Read:
    assert days.firm_through is not None
    by_id = {flight.entity_id: flight for flight in flights}
    sharing = _with_sharing(flights, one, days)
    reckoned = paces(
        sharing,
        one.order.rollover,
        spend,
        days.zone,
        days.firm_through,
        settled_through=days.settled_through,
        shape=shape,
    )
    found = [pace for pace in reckoned if pace.flight_id in by_id]
    shares = allotted(spend, sharing, days.zone).by_flight
    whole = {flight.entity_id: flight for flight in one.flights}
    running = [
        RunningFlight(
            flight=by_id[pace.flight_id],
            zone=days.zone,
            budget=int(pace.budget * MICRO),
            firm=days.firm_through,
            spent=dict(_micros(shares[pace.flight_id].items())),
            counts=not one.is_paused,
        )
        for pace in found
    ]
    paced = tuple(
        FlightPace(
            whole[pace.flight_id],
            pace,
            days.unbroken_since if whole[pace.flight_id] != by_id[pace.flight_id] else None,
        )
        for pace in found
    )
    return paced, running


def _micros(spend: Iterable[tuple[date, Decimal]]) -> Iterator[tuple[date, int]]:
    return ((day, int(amount * MICRO)) for day, amount in spend)
