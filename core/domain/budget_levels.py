"""Budgets on three levels, and caps: which of them says how much a flight can still spend.

Amazon holds money in flights, in line items (where people divide it) and under caps of the order
and of line items by day, calendar month or whole life. Each is turned into the same thing here:
the room it leaves until the flight ends. The least room counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.domain.entities import Allocation, BudgetCap, CapPeriod, LineItem, Order, State
from core.domain.periods import DateRange

_NOTHING = Decimal(0)


class Level(StrEnum):
    """Where a limit is set."""

    FLIGHT = "flight budget"
    ORDER_DAILY = "order's daily cap"
    ORDER_MONTHLY = "order's monthly cap"
    ORDER_LIFETIME = "order's lifetime cap"
    LINE_ITEMS = "line items' budgets and caps"


@dataclass(frozen=True, slots=True)
class Limit:
    """One level, what it is set to, and the most that can be spent under it until the end.

    `room` is None where the level holds no limit or nobody knows how much of it is used, and
    `why` says so.
    """

    level: Level
    amount: Decimal | None
    room: Decimal | None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Gone:
    """What an order or a line item spent in the month of the last whole day, and ever.

    None where days before the first known one are part of it: what they took is not known.
    """

    this_month: Decimal | None = _NOTHING
    ever: Decimal | None = _NOTHING


@dataclass(frozen=True, slots=True)
class Spent:
    """What is left of the flight, and what was spent, all by the last whole day.

    Line items are by id. `rest` are the days left, both ends included; None when the flight is
    over. `known_since` is the first known day.
    """

    left: Decimal
    order: Gone
    by_line_item: Mapping[str, Gone]
    rest: DateRange | None
    zone: str
    known_since: date

    @property
    def unknown(self) -> str:
        """Return why a room is not known."""
        return f"what was spent before {self.known_since:%-d %b} is not known"


def limits(order: Order, budget: Decimal, lines: Sequence[LineItem], spent: Spent) -> list[Limit]:
    """Return the limits of a flight, the flight's own first; `budget` is its effective one."""
    found = [Limit(Level.FLIGHT, budget, max(_NOTHING, spent.left))]
    found += [_order_cap(cap, spent) for cap in order.caps]
    return [*found, _line_items(order, lines, spent)]


def counting(found: Iterable[Limit]) -> Limit:
    """Return the limit that counts: that with the least room, the flight's own among equals."""
    return min((one for one in found if one.room is not None), key=lambda one: one.room or 0)


def room_under(cap: BudgetCap, rest: DateRange | None, spent_so_far: Decimal) -> Decimal:
    """Return what a cap lets through on the days left.

    `spent_so_far` is this calendar month's for a monthly cap, everything for a lifetime one, and
    means nothing to a daily one. Later months have their whole cap.
    """
    if rest is None:
        return _NOTHING
    if cap.period is CapPeriod.DAILY:
        return cap.amount * rest.length
    left = max(_NOTHING, cap.amount - spent_so_far)
    if cap.period is CapPeriod.LIFETIME:
        return left
    return left + cap.amount * _later_months(rest)


def _later_months(rest: DateRange) -> int:
    first, last = rest.start, rest.end
    return (last.year - first.year) * 12 + last.month - first.month


def _order_cap(cap: BudgetCap, spent: Spent) -> Limit:
    level = {
        CapPeriod.DAILY: Level.ORDER_DAILY,
        CapPeriod.MONTHLY: Level.ORDER_MONTHLY,
        CapPeriod.LIFETIME: Level.ORDER_LIFETIME,
    }[cap.period]
    room = _room(cap, spent.rest, spent.order, spent)
    return Limit(level, cap.amount, room, spent.unknown if room is None else "")


def _room(cap: BudgetCap, rest: DateRange | None, gone: Gone, spent: Spent) -> Decimal | None:
    so_far: Decimal | None = _NOTHING
    if cap.period is CapPeriod.LIFETIME:
        so_far = gone.ever
    elif cap.period is CapPeriod.MONTHLY and _is_this_month(spent.rest):
        so_far = gone.this_month
    return None if so_far is None and rest else room_under(cap, rest, so_far or _NOTHING)


def _is_this_month(rest: DateRange | None) -> bool:
    """Return whether days are left in the month that was spent in.

    On a month's first day left, yesterday's month is over and its spend says nothing.
    """
    return rest is not None and rest.start.day > 1


def _line_items(order: Order, lines: Sequence[LineItem], spent: Spent) -> Limit:
    running = [line for line in lines if line.state not in {State.PAUSED, State.ARCHIVED}]
    if not running:
        return Limit(Level.LINE_ITEMS, None, None, "no line item is switched on")
    budgets = [line.budget.amount for line in running if line.budget is not None]
    is_divided = order.allocation is not Allocation.AUTO and len(budgets) == len(running)
    rooms = [_line_rooms(line, spent, with_budget=is_divided) for line in running]
    whole = sum(budgets, _NOTHING) if is_divided else None
    if not all(rooms):
        why = "Amazon divides the money" if not is_divided else "a line item has none"
        return Limit(Level.LINE_ITEMS, whole, None, why)
    known = [[room for room in own if room is not None] for own in rooms]
    if not all(known):
        return Limit(Level.LINE_ITEMS, whole, None, spent.unknown)
    return Limit(Level.LINE_ITEMS, whole, sum(map(min, known), _NOTHING))


def _line_rooms(line: LineItem, spent: Spent, *, with_budget: bool) -> list[Decimal | None]:
    """Return the room under each limit of a line item, None for one that is not known."""
    caps = line.caps
    if with_budget and line.budget is not None:
        whole = BudgetCap(line.budget.amount, line.budget.currency, CapPeriod.LIFETIME)
        caps = (*caps, whole)
    rest, gone = _own_rest(line, spent), spent.by_line_item.get(line.entity_id, Gone())
    return [_room(cap, rest, gone, spent) for cap in caps]


def _own_rest(line: LineItem, spent: Spent) -> DateRange | None:
    """Return the days left on which the line item runs; its own end may come first."""
    rest = spent.rest
    if rest is None:
        return None
    zone = ZoneInfo(spent.zone)
    first = line.start.astimezone(zone).date() if line.start else rest.start
    last = line.end.astimezone(zone).date() if line.end else rest.end
    return rest.intersection(DateRange(first, last)) if first <= last else None
