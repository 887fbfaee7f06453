"""How each advertiser's money falls on weekdays and events, learnt from its own settled days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from core.domain.event_calendar import Event, Weight
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.spend_shape import EVEN, EventDays, SpendShape, learnt
from core.insight.calendar import events_of
from core.insight.desk import Desk
from core.insight.directory import KnownOrder
from core.insight.flight_columns import FlightColumns, RunningFlight
from core.insight.known_days import KnownDays
from core.lake.decimals import MICRO, micros
from core.lake.question import Among, Question

LEARNT_DAYS = 400
"""So far back the past teaches; it holds each event of a year once."""

_AHEAD = timedelta(days=400)  # a flight's end beyond is expected without events


def spend_shapes(
    desk: Desk, orders: Mapping[str, KnownOrder], known: Mapping[str, KnownDays]
) -> dict[str, SpendShape]:
    """Return the shape of each advertiser's spend, EVEN where too little of it is settled.

    Only orders that are switched on and whose plan is known teach anything.
    """
    spans = {a: taught for a, days in known.items() if (taught := _taught(days))}
    teaching = {
        order_id: one
        for order_id, one in orders.items()
        if one.flights and not one.is_paused and one.order.advertiser_id in spans
    }
    if not teaching:
        return dict.fromkeys(known, EVEN)
    spent, columns = _spent(desk, teaching, spans), _columns(teaching, known, spans)
    shapes = dict.fromkeys(known, EVEN)
    for advertiser in desk.tenant.advertisers.all():
        days = spans.get(advertiser.advertiser_id)
        if days:
            lived = DateRange(days.start, days.end + _AHEAD)
            events = _event_days(events_of(desk, [advertiser], lived))
            planned = _planned(columns, advertiser.advertiser_id, days)
            shapes[advertiser.advertiser_id] = learnt(
                {d: a for d, a in spent[advertiser.advertiser_id].items() if d in days},
                {d: a for d, a in planned.items() if d in known[advertiser.advertiser_id].days},
                events,
            )
    return shapes


def _taught(days: KnownDays) -> DateRange | None:
    first, last = days.first, days.settled_through
    if first is None or last is None or last < first:
        return None
    return DateRange(max(first, last - timedelta(days=LEARNT_DAYS - 1)), last)


def _spent(
    desk: Desk, orders: Iterable[str], spans: Mapping[str, DateRange]
) -> Mapping[str, dict[date, int]]:
    """Return total cost by advertiser and day, in millionths."""
    whole = DateRange(min(s.start for s in spans.values()), max(s.end for s in spans.values()))
    question = Question(
        Dataset.CAMPAIGN,
        ("total_cost",),
        whole,
        by=("advertiser_id", "day"),
        where=(Among("order_id", frozenset(orders)),),
    )
    table = desk.reader.ask(question).table
    found: dict[str, dict[date, int]] = defaultdict(dict)
    rows = zip(
        table["advertiser_id"].to_pylist(),
        table["day"].to_pylist(),
        micros(table["total_cost"]).tolist(),
        strict=True,
    )
    for advertiser_id, day, amount in rows:
        found[advertiser_id][day] = amount
    return found


def _columns(
    orders: Mapping[str, KnownOrder],
    known: Mapping[str, KnownDays],
    spans: Mapping[str, DateRange],
) -> FlightColumns:
    return FlightColumns.of(
        [
            RunningFlight(
                flight=flight,
                zone=known[one.order.advertiser_id].zone,
                budget=int(flight.budget.amount * MICRO),
                firm=spans[one.order.advertiser_id].end,
                spent={},
            )
            for one in orders.values()
            for flight in one.flights
        ]
    )


def _planned(columns: FlightColumns, advertiser_id: str, days: DateRange) -> dict[date, int]:
    """Return what the even plans of an advertiser's flights spend on each day, in millionths."""
    own = columns.only(columns.of_advertiser(advertiser_id))
    amounts = own.plan_by_day(own.counts, days, firm_only=True).tolist()
    return dict(zip(days.days(), amounts, strict=True))


def _event_days(events: Sequence[Event]) -> list[EventDays]:
    return [
        EventDays(event.series, event.name, event.days)
        for event in events
        if event.weight is Weight.MAJOR
    ]
