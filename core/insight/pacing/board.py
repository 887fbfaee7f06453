"""The pacing board: every running order of one currency, the most money at stake first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.domain.entities import State
from core.domain.pacing import Pace, PacingStatus
from core.domain.views import Sort
from core.insight.audience import Audience, Group
from core.insight.delivery_gaps import serving_orders, silent_orders
from core.insight.desk import Desk
from core.insight.directory import KnownOrder, PlanSource
from core.insight.order_table import OrderStatus, status_of
from core.insight.pace_book import FlightPace, PaceBook

PAGE_ROWS = 25
_NOTHING = Decimal(0)
_SPENT, _NAME = "total_cost", "name"


@dataclass(frozen=True, slots=True)
class Amounts:
    """Money of some running flights; each adds up from flights to orders to advertisers.

    `needed` and `rate` are a day's: what must be spent until the ends, and what an ordinary day
    spends now. `projected` is known of `judged` flights alone; the others count in it as on plan.
    `unspent` and `beyond` are the two sides of the gaps, so that one does not hide the other.
    """

    budget: Decimal = _NOTHING
    rolled_over: Decimal = _NOTHING
    spent: Decimal = _NOTHING
    planned: Decimal = _NOTHING
    needed: Decimal = _NOTHING
    rate: Decimal = _NOTHING
    projected: Decimal = _NOTHING
    unspent: Decimal = _NOTHING
    beyond: Decimal = _NOTHING
    judged: int = 0
    flights: int = 0

    @property
    def gap(self) -> Decimal | None:
        """Return projected spend less budget; None where no flight can be judged yet."""
        return self.beyond - self.unspent if self.judged else None

    @property
    def stake(self) -> Decimal:
        """Return the money that ends on the wrong side: unspent, or asked for beyond a budget."""
        return self.unspent + self.beyond

    @property
    def ratio(self) -> Decimal | None:
        """Return spent over what should be by now."""
        return self.spent / self.planned if self.planned else None

    def __add__(self, other: Amounts) -> Amounts:
        return Amounts(*(getattr(self, n) + getattr(other, n) for n in Amounts.__slots__))


def amounts_of(pace: Pace) -> Amounts:
    """Return one flight's amounts. Of a flight too young to judge no gap is told."""
    is_judged = pace.gap is not None and pace.status is not PacingStatus.TOO_EARLY
    gap = pace.gap if is_judged and pace.gap is not None else _NOTHING
    return Amounts(
        budget=pace.budget,
        rolled_over=pace.rolled_over,
        spent=pace.spent,
        planned=pace.planned,
        needed=pace.needed_per_day or _NOTHING,
        rate=pace.run_rate or _NOTHING,
        projected=pace.budget + gap,
        unspent=max(_NOTHING, -gap),
        beyond=max(_NOTHING, gap),
        judged=int(is_judged),
        flights=1,
    )


def summed(parts: Iterable[Amounts]) -> Amounts:
    """Return the sum of amounts of one currency; all zero without any."""
    return sum(parts, Amounts())


@dataclass(frozen=True, slots=True, kw_only=True)
class BoardRow:
    """One order that runs. Its days are those of the running flight that ends first.

    `delivery_rate` is Amazon's formula over the same flight, as a cross-check on our own ratio.
    """

    order_id: str
    name: str
    advertiser_id: str
    advertiser: str
    zone: str
    status: OrderStatus
    plan: PlanSource
    flights: tuple[FlightPace, ...]
    amounts: Amounts
    days_run: Decimal
    days_left: Decimal
    ends: datetime
    delivery_rate: Decimal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvertiserRow:
    """One advertiser: its orders' amounts added up, and how many orders have which status."""

    advertiser_id: str
    name: str
    amounts: Amounts
    statuses: Mapping[OrderStatus, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """A page of orders; `amounts` and `advertisers` are of all orders, not of the page.

    `waiting` orders have a plan that has not begun or is over, `paused` ones are switched off,
    and of `planless` ones no budget is known: none of them is in a row. An order that only reports
    know has no state, and is planless while it serves.
    """

    group: Group
    rows: tuple[BoardRow, ...]
    total: int
    page: int
    sort: Sort | None
    amounts: Amounts
    advertisers: tuple[AdvertiserRow, ...]
    waiting: int
    paused: int
    planless: int

    @property
    def pages(self) -> int:
        """Return how many pages there are, at least 1."""
        return max(1, -(-self.total // PAGE_ROWS))


def board(
    desk: Desk, audience: Audience, group: Group, book: PaceBook, *, whole: bool = False
) -> Board:
    """Return the board's page that the view asks for, or every row when `whole`.

    Orders come by money at stake, those too young to judge last; by what they spent, or by name,
    where the view says so. A page beyond the last is the last.
    """
    running = _rows(desk, audience, group, book)
    sort = audience.view.sort if _is_sort(audience.view.sort) else None
    ordered = sorted(running, key=lambda row: (row.name.casefold(), row.order_id))
    ordered.sort(key=lambda row: _rank(row, sort), reverse=bool(sort and sort.descending))
    pages = max(1, -(-len(ordered) // PAGE_ROWS))
    page = min(audience.view.page, pages)
    shown = ordered if whole else ordered[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    idle = [known for order_id, known in group.orders.items() if not book.running(order_id)]
    return Board(
        group=group,
        rows=tuple(shown),
        total=len(ordered),
        page=page,
        sort=sort,
        amounts=summed(row.amounts for row in ordered),
        advertisers=_advertisers(group, ordered),
        waiting=sum(bool(known.flights) and not known.is_paused for known in idle),
        paused=sum(known.is_paused for known in group.orders.values()),
        planless=len(_planless(desk, audience, idle)),
    )


def row_of(desk: Desk, audience: Audience, group: Group, book: PaceBook, order_id: str) -> BoardRow:
    """Return the row of one running order. Raises KeyError for one that does not run."""
    return next(row for row in _rows(desk, audience, group, book) if row.order_id == order_id)


def _is_sort(sort: Sort | None) -> bool:
    return sort is not None and sort.key in {_SPENT, _NAME}


def _rank(row: BoardRow, sort: Sort | None) -> tuple[object, ...]:
    if sort is not None and sort.key == _SPENT:
        return (row.amounts.spent,)
    if sort is not None:
        return (row.name.casefold(),)
    return (row.amounts.judged == 0, -row.amounts.stake)


def _planless(desk: Desk, audience: Audience, idle: Iterable[KnownOrder]) -> set[str]:
    bare = [one for one in idle if one.plan is PlanSource.NONE and not one.is_paused]
    enabled = {one.id for one in bare if one.order.state is State.ENABLED}
    return enabled | serving_orders(desk, audience, {one.id for one in bare} - enabled)


def _rows(desk: Desk, audience: Audience, group: Group, book: PaceBook) -> list[BoardRow]:
    silent = silent_orders(desk, audience, book)
    names = {str(a.advertiser_id): a.name for a in group.advertisers}
    return [
        _row(known, running, names, audience.days[known.order.advertiser_id].zone,
             status_of(known, running, silent.get(order_id)))
        for order_id, known in group.orders.items()
        if not known.is_paused and (running := book.running(order_id))
    ]  # fmt: skip


def _row(
    known: KnownOrder,
    running: Sequence[FlightPace],
    names: Mapping[str, str],
    zone: str,
    status: OrderStatus,
) -> BoardRow:
    first = min(running, key=lambda one: one.flight.end)
    return BoardRow(
        order_id=known.id,
        name=known.order.name or known.id,
        advertiser_id=known.order.advertiser_id,
        advertiser=names.get(known.order.advertiser_id, ""),
        zone=zone,
        status=status,
        plan=known.plan,
        flights=tuple(running),
        amounts=summed(amounts_of(one.pace) for one in running),
        days_run=first.pace.days_run,
        days_left=first.pace.days_left,
        ends=first.flight.end,
        delivery_rate=first.pace.delivery_rate,
    )


def _advertisers(group: Group, rows: Sequence[BoardRow]) -> tuple[AdvertiserRow, ...]:
    """Return a row an advertiser that runs anything, the most money at stake first."""
    own: dict[str, list[BoardRow]] = defaultdict(list)
    for row in rows:
        own[row.advertiser_id].append(row)
    found = [
        AdvertiserRow(
            advertiser_id=str(a.advertiser_id),
            name=a.name,
            amounts=summed(row.amounts for row in own[str(a.advertiser_id)]),
            statuses=_counted(own[str(a.advertiser_id)]),
        )
        for a in group.advertisers
        if str(a.advertiser_id) in own
    ]
    return tuple(sorted(found, key=lambda row: (-row.amounts.stake, row.name.casefold())))


def _counted(rows: Sequence[BoardRow]) -> dict[OrderStatus, int]:
    counts: dict[OrderStatus, int] = defaultdict(int)
    for row in rows:
        counts[row.status] += 1
    return {status: counts[status] for status in OrderStatus if counts.get(status)}
