"""A row per order: what it spent against plan, how it paces, and its KPI against its goal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.domain.catalogue import answerable, metric
from core.domain.flights import span
from core.domain.formats import relative_change
from core.domain.metrics import Dataset, Metric
from core.domain.pacing import Pace, PacingStatus
from core.domain.stages import OrderStage, stage_kpi
from core.domain.views import Sort
from core.insight.audience import Audience, Group
from core.insight.delivery_gaps import Silence, silent_orders
from core.insight.desk import Desk
from core.insight.directory import KnownOrder, PlanSource
from core.insight.flight_columns import FlightColumns
from core.insight.goals import Goal, evidence, goal_of
from core.insight.history import Amount, measures, of
from core.insight.order_sums import NOTHING, alike_before, asked, order_sums
from core.insight.pace_book import FlightPace, PaceBook, money
from core.lake.question import Among

PAGE_ROWS = 50
_SPEND, _IMPRESSIONS = metric("total_cost"), metric("impressions")
SORTABLE = (_SPEND.key, _IMPRESSIONS.key, "name")
DEFAULT_SORT = Sort(_SPEND.key)


class OrderStatus(StrEnum):
    """What an order's delivery asks of people, in a word or two."""

    STOPPED = "stopped"
    NO_IMPRESSIONS = "no impressions"
    CRITICAL = "far behind plan"
    BEHIND = "behind plan"
    AHEAD = "ahead of plan"
    SLIGHTLY_BEHIND = "slightly behind"
    SLIGHTLY_AHEAD = "slightly ahead"
    ON_PACE = "on pace"
    TOO_EARLY = "too early to say"
    NOT_STARTED = "not started"
    NO_PLAN = "no budget known"
    PAUSED = "paused"
    ENDED = "ended"

    @property
    def tone(self) -> str:
        """Return how pressing it is: good, warn, bad, or "" for neither."""
        return _TONES.get(self, "")


_TONES = {
    OrderStatus.STOPPED: "bad",
    OrderStatus.NO_IMPRESSIONS: "bad",
    OrderStatus.CRITICAL: "bad",
    OrderStatus.BEHIND: "bad",
    OrderStatus.AHEAD: "bad",
    OrderStatus.SLIGHTLY_BEHIND: "warn",
    OrderStatus.SLIGHTLY_AHEAD: "warn",
    OrderStatus.ON_PACE: "good",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """One order. Money in the group's currency; None where not known.

    Spend and impressions are over the days shown; the `_before` figures, and the `_alike` ones
    they are held against, over the days that may be compared. `planned` and `consumed` (the
    budget-consuming spend) are over the whole days shown, evenly. `pacing` is by the shape of its
    days: of the flights that run at the end of the days shown, else of the last one that ended.
    None of one that is paused.
    """

    order_id: str
    name: str
    advertiser_id: str
    advertiser: str
    stage: OrderStage
    status: OrderStatus
    spend: Amount
    spend_alike: Amount
    spend_before: Amount
    impressions: Amount
    planned: Decimal | None
    consumed: Decimal | None
    plan: PlanSource
    pacing: Decimal | None
    gap: Decimal | None
    ends: datetime | None
    kpi: Metric
    kpi_value: Amount
    kpi_alike: Amount
    kpi_before: Amount
    kpi_target: Decimal | None
    kpi_events: Amount
    is_goal_by_hand: bool = False

    @property
    def spend_change(self) -> Decimal | None:
        """Return the relative change of spend, None where nothing can be compared."""
        return relative_change(self.spend_alike, self.spend_before)

    @property
    def kpi_change(self) -> Decimal | None:
        """Return the relative change of the KPI."""
        return relative_change(self.kpi_alike, self.kpi_before)

    @property
    def of_plan(self) -> Decimal | None:
        """Return the budget-consuming spend as a share of the plan."""
        return self.consumed / self.planned if self.planned and self.consumed is not None else None

    @property
    def goal(self) -> Goal:
        """Return how the KPI stands towards its goal."""
        return goal_of(self.kpi, self.kpi_value, self.kpi_target, self.kpi_events)


@dataclass(frozen=True, slots=True)
class OrderTable:
    """A page of rows; `total` counts all orders, `pages` is at least 1."""

    group: Group
    rows: tuple[OrderRow, ...]
    total: int
    page: int
    sort: Sort

    @property
    def pages(self) -> int:
        """Return how many pages there are."""
        return max(1, -(-self.total // PAGE_ROWS))


def order_table(
    desk: Desk, audience: Audience, group: Group, book: PaceBook, *, whole: bool = False
) -> OrderTable:
    """Return the page of orders that the view asks for, or every row when `whole`.

    Orders come that have a row in the days shown or compared, and those that run and have none.
    They are sorted by spend, impressions or name, ties by name; the largest spend first unless
    the view says otherwise. A page beyond the last is the last.
    """
    wanted = audience.view.sort
    sort = wanted if wanted and wanted.key in SORTABLE else DEFAULT_SORT
    ids = _sorted(desk, audience, group, book, sort)
    pages = max(1, -(-len(ids) // PAGE_ROWS))
    page = min(audience.view.page, pages)
    shown = ids if whole else ids[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    rows = _rows(desk, audience, group, book, shown)
    return OrderTable(group, tuple(rows), len(ids), page, sort)


def _sorted(desk: Desk, audience: Audience, group: Group, book: PaceBook, sort: Sort) -> list[str]:
    amounts: dict[str, Any] = {}
    for cohort in group.cohorts:
        figures = (_SPEND.key, _IMPRESSIONS.key)
        columns = asked(desk, group, cohort, figures, alike_before(cohort)).to_pydict()
        key = sort.key if sort.key in columns else _SPEND.key
        amounts |= dict(zip(columns["order_id"], columns[key], strict=True))
    quiet = (o for o in group.orders if o not in amounts and book.running(o))
    ids = sorted([*amounts, *quiet], key=lambda o: (_name(audience, o).casefold(), o))
    if sort.key == "name":
        return ids[::-1] if sort.descending else ids
    # Equal amounts stay in the order of names, whichever way the amounts go.
    sign = -1 if sort.descending else 1
    return sorted(ids, key=lambda o: sign * (amounts.get(o) or 0))


def _rows(
    desk: Desk, audience: Audience, group: Group, book: PaceBook, ids: Sequence[str]
) -> Iterator[OrderRow]:
    kpis = {order_id: _kpi(audience, order_id) for order_id in ids}
    entries = (_SPEND, _IMPRESSIONS, *kpis.values())
    parts = tuple(
        sorted({part for entry in entries for part in (*measures(entry), evidence(entry))})
    )
    narrowed = replace(group, where=(*group.where, Among("order_id", frozenset(ids))))
    sums = order_sums(desk, narrowed, parts) if ids else {}
    columns = book.columns.only(book.columns.chosen(ids))
    plans, paces = _plans(group, columns), _paces(group, columns)
    silent = silent_orders(desk, audience, book)
    names = {str(a.advertiser_id): a.name for a in group.advertisers}
    for order_id in ids:
        known = audience.directory.orders.get(order_id)
        found = sums.get(order_id, NOTHING)
        advertiser_id = found.advertiser_id or (known.order.advertiser_id if known else "")
        kpi = kpis[order_id]
        planned, consumed = plans.get(order_id, (None, None))
        running = _present(book.of(order_id))
        yield OrderRow(
            order_id=order_id,
            name=_name(audience, order_id),
            advertiser_id=advertiser_id,
            advertiser=names.get(advertiser_id, ""),
            stage=audience.stages.of(order_id),
            status=_status(known, book.of(order_id), silent.get(order_id), desk.now),
            spend=of(_SPEND, found.now),
            spend_alike=of(_SPEND, found.alike),
            spend_before=of(_SPEND, found.before),
            impressions=of(_IMPRESSIONS, found.now),
            planned=planned,
            consumed=consumed,
            plan=known.plan if known else PlanSource.NONE,
            pacing=paces.get(order_id, _final(running)),
            gap=running.pace.gap if running and running.is_running else None,
            ends=running.flight.end if running else None,
            kpi=kpi,
            kpi_value=of(kpi, found.now),
            kpi_alike=of(kpi, found.alike),
            kpi_before=of(kpi, found.before),
            kpi_target=known.kpi_target if known and known.kpi == kpi else None,
            kpi_events=found.now.get(evidence(kpi)),
            is_goal_by_hand=bool(known and known.by_hand and known.kpi == kpi),
        )


def status_of(
    known: KnownOrder | None, flights: Sequence[FlightPace], silence: Silence | None
) -> OrderStatus:
    """Return what an order's delivery asks for: the most pressing of its running flights."""
    if known is not None and known.is_paused:
        return OrderStatus.PAUSED
    if silence is not None:
        return OrderStatus.STOPPED if silence.has_stopped else OrderStatus.NO_IMPRESSIONS
    found = {flight_status(one.pace) for one in flights}
    return min(found, key=list(OrderStatus).index, default=OrderStatus.NO_PLAN)


def _status(
    known: KnownOrder | None, flights: Sequence[FlightPace], silence: Silence | None, now: datetime
) -> OrderStatus:
    """Return the same of an order that may have rows long after its flights, or before them."""
    found = status_of(known, flights, silence)
    if found is not OrderStatus.NO_PLAN or flights or known is None or not known.flights:
        return found
    if all(span(flight).end <= now for flight in known.flights):
        return OrderStatus.ENDED
    is_to_come = all(now < span(flight).start for flight in known.flights)
    return OrderStatus.NOT_STARTED if is_to_come else OrderStatus.TOO_EARLY


def flight_status(pace: Pace) -> OrderStatus:
    """Return what one flight asks for."""
    return standing_of(pace.status, is_behind=pace.is_behind)


def standing_of(status: PacingStatus, *, is_behind: bool) -> OrderStatus:
    """Return a pace's status in the words of orders."""
    if status is PacingStatus.ACT:
        return OrderStatus.BEHIND if is_behind else OrderStatus.AHEAD
    if status is PacingStatus.WATCH:
        return OrderStatus.SLIGHTLY_BEHIND if is_behind else OrderStatus.SLIGHTLY_AHEAD
    return _STATUSES[status]


_STATUSES = {
    PacingStatus.CRITICAL: OrderStatus.CRITICAL,
    PacingStatus.ON_PACE: OrderStatus.ON_PACE,
    PacingStatus.TOO_EARLY: OrderStatus.TOO_EARLY,
    PacingStatus.NOT_STARTED: OrderStatus.NOT_STARTED,
    PacingStatus.ENDED: OrderStatus.ENDED,
    PacingStatus.NO_BUDGET: OrderStatus.NO_PLAN,
}


def _present(flights: Sequence[FlightPace]) -> FlightPace | None:
    """Return the flight to speak of: the first that runs, else the last that has begun."""
    running = [one for one in flights if one.is_running]
    begun = [one for one in flights if one.pace.status is PacingStatus.ENDED]
    return next(iter([*running, *begun[::-1]]), None)


def _plans(group: Group, columns: FlightColumns) -> dict[str, tuple[Decimal, Decimal]]:
    """Return plan and budget-consuming spend of each order, over the whole days shown."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for cohort in group.cohorts:
        totals = columns.by_order(cohort.advertiser_ids, cohort.periods.shown)
        found |= {order_id: (money(plan), money(done)) for order_id, (plan, done) in totals.items()}
    return found


def _paces(group: Group, columns: FlightColumns) -> dict[str, Decimal | None]:
    """Return the pace of each order whose flights run at the end of its days shown."""
    found: dict[str, Decimal | None] = {}
    for cohort in group.cohorts:
        ids = cohort.advertiser_ids
        mine = columns.chosen(o for o, k in group.orders.items() if k.order.advertiser_id in ids)
        totals = columns.at_last_firm_day(mine, cohort.periods.shown.end)
        found |= {o: money(done) / money(due) if due else None for o, (done, due) in totals.items()}
    return found


def _final(spoken_of: FlightPace | None) -> Decimal | None:
    """Return the pace at which an order's flight ended, None while it runs."""
    return None if spoken_of is None or spoken_of.is_running else spoken_of.pace.ratio


def _name(audience: Audience, order_id: str) -> str:
    known = audience.directory.orders.get(order_id)
    return known.order.name if known else order_id


def _kpi(audience: Audience, order_id: str) -> Metric:
    """Return what an order is judged by, day by day: its own KPI where days can be added up."""
    known = audience.directory.orders.get(order_id)
    named = audience.stages.kpi(known) if known else None
    if named and answerable(named.key, Dataset.CAMPAIGN) and (named.is_ratio or named.additive):
        return named
    stage = audience.stages.of(order_id).stage
    return stage_kpi(stage, known.order.inventory_types if known else ())
