"""Orders and line items that should deliver and do not, told from whole days alone.

A provisional day raises nothing. What never delivered much raises nothing either.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import cast
from zoneinfo import ZoneInfo

from core.domain.entities import Kind, LineItem, State
from core.domain.metrics import Dataset
from core.domain.periods import ONE_DAY, DateRange
from core.insight.audience import Audience
from core.insight.desk import Desk
from core.insight.known_days import KnownDays
from core.insight.pace_book import FlightPace, PaceBook
from core.lake.question import Among, Question

LOOKED_AT_DAYS = 14
ENOUGH_IMPRESSIONS = 1_000
"""So much in the week before makes silence worth a word."""

WEEK = timedelta(days=7)
STARTED_DAYS = 2
"""So many whole days a new flight or line item may take to begin."""


@dataclass(frozen=True, slots=True)
class Silence:
    """An order or line item without an impression on the last whole days.

    `delivered_until` is the last day it served any, None for none in the days looked at;
    `through` the last whole day; `per_day` what it served a day in the week before it stopped.
    """

    entity_id: str
    order_id: str
    name: str
    delivered_until: date | None
    through: date
    per_day: int

    @property
    def has_stopped(self) -> bool:
        """Return whether it delivered before, rather than never began."""
        return self.delivered_until is not None

    @property
    def days(self) -> int | None:
        """Return how many whole days it has been silent, None when it never delivered."""
        return (self.through - self.delivered_until).days if self.delivered_until else None


def silent_orders(desk: Desk, audience: Audience, book: PaceBook) -> dict[str, Silence]:
    """Return the running orders that serve nothing, by id."""
    key = ("silent orders", *_depends(desk, audience))
    return desk.recall(lambda: _silent_orders(desk, audience, book), *key)


def silent_line_items(desk: Desk, audience: Audience, book: PaceBook) -> dict[str, Silence]:
    """Return the enabled line items that serve nothing in orders that do, by id."""
    key = ("silent line items", *_depends(desk, audience))
    return desk.recall(lambda: _silent_line_items(desk, audience, book), *key)


def serving_orders(desk: Desk, audience: Audience, order_ids: Iterable[str]) -> frozenset[str]:
    """Return which of these orders served an impression on the days looked at."""
    ids = frozenset(order_ids)
    key = ("serving orders", *_depends(desk, audience), ids)
    return desk.recall(lambda: frozenset(_served(desk, audience.days, "order_id", ids)), *key)


def _depends(desk: Desk, audience: Audience) -> tuple[object, ...]:
    return (
        audience.directory.mark,
        desk.reader.manifest.generation,
        frozenset((a, d.firm_through) for a, d in audience.days.items()),
    )


def _silent_orders(desk: Desk, audience: Audience, book: PaceBook) -> dict[str, Silence]:
    running = _running(audience, book)
    served = _served(desk, audience.days, "order_id", frozenset(running))
    silent = {}
    for order_id, flights in running.items():
        known = audience.directory.orders[order_id]
        days = audience.days[known.order.advertiser_id]
        found = _silence(served[order_id], days, _first_day(flights, days))
        if found:
            silent[order_id] = Silence(order_id, order_id, known.order.name, *found)
    return silent


def _silent_line_items(desk: Desk, audience: Audience, book: PaceBook) -> dict[str, Silence]:
    silent_ones = silent_orders(desk, audience, book)
    running = {o: f for o, f in _running(audience, book).items() if o not in silent_ones}
    served = _served(desk, audience.days, "line_item_id", frozenset(running))
    silent = {}
    for line in _enabled_lines(desk, running):
        order_id = str(line.parent_id)
        days = audience.days[line.advertiser_id]
        began = _first_day(running[order_id], days)
        if line.start is not None:
            began = max(began, _local_day(line.start, days))
        found = None if _is_over(line, days) else _silence(served[line.entity_id], days, began)
        if found:
            silent[line.entity_id] = Silence(line.entity_id, order_id, line.name, *found)
    return silent


def _first_day(flights: Sequence[FlightPace], days: KnownDays) -> date:
    return min(_local_day(found.flight.start, days) for found in flights)


def _local_day(instant: datetime, days: KnownDays) -> date:
    return instant.astimezone(ZoneInfo(days.zone)).date()


def _is_over(line: LineItem, days: KnownDays) -> bool:
    return (
        line.end is not None
        and days.firm_through is not None
        and _local_day(line.end, days) <= days.firm_through
    )


def _running(audience: Audience, book: PaceBook) -> dict[str, list[FlightPace]]:
    """Return the running flights of every order that people have switched on."""
    return {
        order_id: running
        for order_id, known in audience.directory.orders.items()
        if not known.is_paused and (running := book.running(order_id))
    }


def _enabled_lines(desk: Desk, orders: Collection[str]) -> list[LineItem]:
    if not orders:
        return []
    versions = desk.tenant.entities.named(Kind.LINE_ITEM, parent_ids=orders)
    idle = {State.PAUSED.value, State.ARCHIVED.value}
    return [cast(LineItem, version.entity) for version in versions if version.state not in idle]


def _served(
    desk: Desk, known: Mapping[str, KnownDays], field: str, orders: frozenset[str]
) -> Mapping[str, dict[date, int]]:
    """Return impressions by entity and day over the days looked at; absent days served none."""
    served: dict[str, dict[date, int]] = defaultdict(dict)
    lasts = [days.firm_through for days in known.values() if days.firm_through]
    if not lasts or not orders:
        return served
    period = DateRange(min(lasts) - LOOKED_AT_DAYS * ONE_DAY, max(lasts))
    by = ("order_id", "day") if field == "order_id" else ("order_id", field, "day")
    where = (Among("order_id", orders),)
    question = Question(Dataset.CAMPAIGN, ("impressions",), period, by=by, where=where)
    columns = desk.reader.ask(question).table.to_pydict()
    rows = zip(columns[field], columns["day"], columns["impressions"], strict=True)
    for entity_id, day, impressions in rows:
        if impressions:
            served[entity_id][day] = impressions
    return served


def _silence(
    served: Mapping[date, int], days: KnownDays, began: date
) -> tuple[date | None, date, int] | None:
    """Return (delivered until, last whole day, impressions a day before), None when it serves."""
    through = days.firm_through
    if through is None or through not in days.days:
        return None
    until = max((day for day in served if day <= through), default=None)
    if until == through:
        return None
    if until is None:
        whole_days = sum(day > began for day in days.days if day <= through)
        return (None, through, 0) if whole_days >= STARTED_DAYS else None
    week = sum(n for day, n in served.items() if until - WEEK < day <= until)
    return (until, through, week // WEEK.days) if week >= ENOUGH_IMPRESSIONS else None
