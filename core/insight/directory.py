"""Orders with their flights, as they stand, and the funnel stage that each works for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import cast

from core.domain.entities import Budget, Flight, Kind, Order, State
from core.domain.ids import OrderId
from core.domain.metrics import Metric, Stage, Unit
from core.domain.stages import OrderStage, Origin, kpi_metric, kpi_stage, order_stage
from core.insight.desk import Desk
from core.insight.own_goals import GoalBook, HandGoal, goal_book
from core.store.entities.versions import EntityVersion
from core.store.schema.words import Source

UNKNOWN_STAGE = OrderStage(Stage.DELIVERY, Origin.UNKNOWN)


class PlanSource(StrEnum):
    """Where an order's plan is known from; the screens say it."""

    FLIGHTS = "from its flights at Amazon"
    IMPORTED = "from an imported flight plan"
    REPORT = "from the order's budget and dates in the reports"
    NONE = "no budget is known"


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """An order and its flights, in order of start.

    Where campaigns may not be queried and no plan was imported, its whole budget over its dates
    stands as one flight. `has_known_fees` is False where fees may not be read.
    """

    order: Order
    flights: tuple[Flight, ...]
    plan: PlanSource
    has_known_fees: bool
    by_hand: HandGoal | None = None

    @property
    def id(self) -> str:
        """Return the order's id."""
        return self.order.entity_id

    @property
    def is_paused(self) -> bool:
        """Return whether people have it switched off: its plan is then nobody's promise."""
        return self.order.state in {State.PAUSED, State.ARCHIVED}

    @property
    def kpi(self) -> Metric | None:
        """Return what it is judged by: the figure of its goal by hand, else its KPI at Amazon.

        None for no KPI, or an unknown one.
        """
        return kpi_metric(self.order.kpi) if self.by_hand is None else self.by_hand.metric

    @property
    def kpi_target(self) -> Decimal | None:
        """Return the goal in the metric's own unit: Amazon writes rates as percentages."""
        if self.by_hand is not None:
            return self.by_hand.target
        kpi, target = self.kpi, self.order.kpi_target
        if kpi is None or target is None:
            return None
        return target / 100 if kpi.unit is Unit.RATE else target


@dataclass(frozen=True, slots=True)
class Directory:
    """Every order that the scope sees, by id. `mark` changes whenever one of them does."""

    mark: str
    orders: Mapping[str, KnownOrder]

    def of(self, advertiser_ids: Iterable[str]) -> list[KnownOrder]:
        """Return the orders of these advertisers, by name."""
        wanted = frozenset(advertiser_ids)
        return [known for known in self.orders.values() if known.order.advertiser_id in wanted]


@dataclass(frozen=True, slots=True)
class Stages:
    """The stage of each known order, and the orders of each stage.

    `mark` changes whenever one of them does.
    """

    by_order: Mapping[str, OrderStage]
    orders: Mapping[Stage, frozenset[str]]
    mark: Hashable

    def of(self, order_id: str) -> OrderStage:
        """Return an order's stage; DELIVERY, not known, for one that is not in the directory."""
        return self.by_order.get(order_id, UNKNOWN_STAGE)

    def kpi(self, known: KnownOrder) -> Metric | None:
        """Return what an order names to be judged by: its own goal by hand, else its KPI.

        A stage set by hand goes before a KPI at Amazon that works for another one: None then.
        """
        told, own = self.of(known.id), known.by_hand
        if own is not None and own.is_orders_own:
            return known.kpi
        named = kpi_stage(known.order.kpi)
        is_overruled = told.origin is Origin.BY_HAND and named not in (None, told.stage)
        return None if is_overruled else known.kpi


def directory(desk: Desk) -> Directory:
    """Return the orders that the scope sees, with their flights; empty before any snapshot."""
    mark = desk.tenant.entities.mark()
    found = desk.recall(lambda: _read(desk, mark), "directory", mark)
    goals = goal_book(desk)
    if not goals.mark:
        return found
    return desk.recall(lambda: _judged(found, goals), "directory", mark, goals.mark)


def _judged(found: Directory, goals: GoalBook) -> Directory:
    """Return the orders with the goals that people set."""
    orders = {
        order_id: replace(
            one, by_hand=goals.of(order_id, one.order.advertiser_id, kpi_metric(one.order.kpi))
        )
        for order_id, one in found.orders.items()
    }
    return Directory(f"{found.mark}:{goals.mark}", orders)


def stages(desk: Desk, known: Directory) -> Stages:
    """Return the stage of every order: by hand, else by its KPI, else by its goal."""
    by_hand = desk.tenant.order_settings.stages()
    key = ("stages", known.mark, frozenset(by_hand.items()))
    return desk.recall(lambda: _stages(known, by_hand, key), *key)


def _read(desk: Desk, mark: str) -> Directory:
    versions = desk.tenant.entities.current(Kind.ORDER, Kind.FLIGHT)
    flights: dict[str | None, list[EntityVersion]] = defaultdict(list)
    for version in versions:
        if version.kind is Kind.FLIGHT:
            flights[version.parent_id].append(version)
    orders = [v for v in versions if v.kind is Kind.ORDER]
    return Directory(mark, {v.entity_id: _known(v, flights[v.entity_id]) for v in orders})


def _known(version: EntityVersion, found: list[EntityVersion]) -> KnownOrder:
    order = cast(Order, version.entity)
    # An imported plan stands in for flights that Amazon does not tell, never beside them.
    told = [flight for flight in found if flight.source is not Source.PLAN]
    own = [cast(Flight, flight.entity) for flight in told or found]
    plan = PlanSource.NONE
    if found:
        plan = PlanSource.FLIGHTS if told else PlanSource.IMPORTED
    elif (whole := _whole(order)) is not None:
        own, plan = [whole], PlanSource.REPORT
    ordered = tuple(sorted(own, key=lambda flight: (flight.start, flight.entity_id)))
    return KnownOrder(order, ordered, plan, version.source is Source.CAMPAIGNS)


def _whole(order: Order) -> Flight | None:
    """Return an order's budget over its dates as one flight, None when one of them is missing."""
    if order.budget is None or order.start is None or order.end is None:
        return None
    return Flight(
        entity_id=order.entity_id,
        advertiser_id=order.advertiser_id,
        parent_id=order.entity_id,
        start=order.start,
        end=order.end,
        budget=Budget(order.budget, order.currency),
    )


def _stages(known: Directory, by_hand: Mapping[OrderId, Stage], mark: Hashable) -> Stages:
    found = {
        order_id: order_stage(one.order.goal, one.order.kpi, by_hand.get(OrderId(order_id)))
        for order_id, one in known.orders.items()
    }
    orders: dict[Stage, set[str]] = defaultdict(set)
    for order_id, told in found.items():
        orders[told.stage].add(order_id)
    return Stages(found, {stage: frozenset(ids) for stage, ids in orders.items()}, mark)
