"""The key figures of one currency: spend against plan, pacing, impressions, and what they bought.

Orders of different funnel stages are never judged together. Where all orders work for one stage
there is one KPI; where stages are mixed each has its own, and return on ad spend and new-to-brand
are told of the conversion orders alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from core.domain.catalogue import answerable, metric
from core.domain.metrics import Dataset, Metric, Stage
from core.domain.pacing import PacingStatus
from core.domain.periods import ONE_DAY, DateRange
from core.domain.stages import stage_kpi
from core.insight.audience import Audience, Cohort, Group, Periods
from core.insight.desk import Desk
from core.insight.directory import Stages
from core.insight.history import Figure, History, history
from core.insight.pace_book import PaceBook, money
from core.lake.question import Among, Question

TRAILING_DAYS = 14
"""The attribution window: over as many days, sales and the spend that bought them meet."""

_SPEND, _IMPRESSIONS = metric("total_cost"), metric("impressions")
_ROAS, _NTB, _PURCHASE = metric("total_roas"), metric("ntb_percent"), metric("ecpp")
_OFF_PACE = {PacingStatus.WATCH, PacingStatus.ACT, PacingStatus.CRITICAL}


@dataclass(frozen=True, slots=True)
class Planned:
    """Budget-consuming spend held against the even plan, over those days shown that are whole.

    `through` is the last of those days, None when all days shown are whole; `is_early` says that
    none of them is whole yet. `without_plan` orders delivered and have no known budget, `paused`
    ones are left out.
    """

    planned: Decimal
    spent: Decimal
    through: date | None
    without_plan: int
    paused: int
    is_early: bool = False

    @property
    def share(self) -> Decimal | None:
        """Return spend as a share of the plan, None when nothing was planned."""
        return self.spent / self.planned if self.planned else None


@dataclass(frozen=True, slots=True)
class Pacing:
    """Spend since the flights began as a share of what they should have spent by their shapes, at
    the period's end; `before` at the end of the days compared. Paused orders do not count.

    `flights` run now; `behind` and `ahead` of them are more than the tolerance off, and of
    `partly` the first days are not known.
    """

    ratio: Decimal | None
    before: Decimal | None
    trail: tuple[Decimal | None, ...]
    flights: int
    behind: int
    ahead: int
    partly: int


@dataclass(frozen=True, slots=True)
class StageKpi:
    """What the delivering orders of one stage are judged by, over that stage alone.

    The figure is None for a metric that days cannot be added up to (reach).
    """

    stage: Stage
    metric: Metric
    figure: Figure | None
    orders: int


@dataclass(frozen=True, slots=True)
class Tiles:
    """The key figures of a group.

    `returns`, `cost_per_purchase` and `new_to_brand` are about the conversion orders when
    `is_mixed`, and None when there is none of those. `trailing_returns` is total ROAS over the
    fourteen days up to the last, None unless all of them are known.
    """

    group: Group
    spend: Figure
    plan: Planned
    pacing: Pacing
    impressions: Figure
    kpis: tuple[StageKpi, ...]
    is_mixed: bool
    returns: Figure | None
    cost_per_purchase: Figure | None
    new_to_brand: Figure | None
    trailing_returns: Decimal | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """The orders of a group that have a row in the days shown, by stage; some only conversions."""

    seen: Mapping[Stage, frozenset[str]]
    delivering: Mapping[Stage, frozenset[str]]

    @property
    def is_mixed(self) -> bool:
        """Return whether a sum over all of them would mix funnel stages."""
        return len(self.seen) > 1

    @property
    def orders(self) -> frozenset[str]:
        """Return those that served an impression or cost anything."""
        return frozenset().union(*self.delivering.values())


def tiles(desk: Desk, audience: Audience, group: Group, book: PaceBook) -> Tiles:
    """Return the key figures of a group for its periods."""
    found = delivery(desk, audience.stages, group)
    returns = _returns(desk, audience, group, found)
    whole = history(desk, group, audience.days, (_SPEND, _IMPRESSIONS))
    return Tiles(
        group=group,
        spend=whole.figure(_SPEND),
        plan=_planned(audience, book, group, found.orders),
        pacing=_pacing(book, group),
        impressions=whole.figure(_IMPRESSIONS),
        kpis=tuple(
            _kpi(desk, audience, group, stage, orders, is_mixed=found.is_mixed)
            for stage, orders in found.delivering.items()
        ),
        is_mixed=found.is_mixed,
        returns=returns.figure(_ROAS) if returns else None,
        cost_per_purchase=returns.figure(_PURCHASE) if returns else None,
        new_to_brand=returns.figure(_NTB) if returns else None,
        trailing_returns=_trailing(desk, audience, group, found) if returns else None,
    )


def delivery(desk: Desk, stages: Stages, group: Group) -> Delivery:
    """Return which orders of a group have rows in the days shown, in the order of stages."""
    seen: dict[Stage, set[str]] = {stage: set() for stage in Stage}
    delivering: dict[Stage, set[str]] = {stage: set() for stage in Stage}
    for cohort in group.cohorts:
        columns = _asked_by_order(desk, group, cohort)
        rows = zip(columns["order_id"], columns[_IMPRESSIONS.key], columns[_SPEND.key], strict=True)
        for order_id, impressions, cost in rows:
            stage = stages.of(order_id).stage
            seen[stage].add(order_id)
            if impressions or cost:
                delivering[stage].add(order_id)
    return Delivery(_filled(seen), _filled(delivering))


def within_stage(stages: Stages, stage: Stage) -> tuple[Among, ...]:
    """Return the condition that an order works for a stage; DELIVERY holds those not known."""
    if stage is not Stage.DELIVERY:
        return (Among("order_id", stages.orders.get(stage, frozenset())),)
    others = (orders for other, orders in stages.orders.items() if other is not stage)
    return (Among("order_id", frozenset().union(*others), is_excluded=True),)


def _filled(by_stage: Mapping[Stage, set[str]]) -> dict[Stage, frozenset[str]]:
    return {stage: frozenset(orders) for stage, orders in by_stage.items() if orders}


def _asked_by_order(desk: Desk, group: Group, cohort: Cohort) -> Mapping[str, list[Any]]:
    question = Question(
        Dataset.CAMPAIGN,
        (_IMPRESSIONS.key, _SPEND.key),
        cohort.periods.shown,
        by=("order_id",),
        where=(Among("advertiser_id", cohort.advertiser_ids), *group.where),
        as_of=group.as_of,
    )
    columns: Mapping[str, list[Any]] = desk.reader.ask(question).table.to_pydict()
    return columns


def _kpi(
    desk: Desk,
    audience: Audience,
    group: Group,
    stage: Stage,
    orders: frozenset[str],
    *,
    is_mixed: bool,
) -> StageKpi:
    judged_by = _judged_by(audience, stage, orders)
    if not answerable(judged_by.key, Dataset.CAMPAIGN) or not _adds_up(judged_by):
        return StageKpi(stage, judged_by, None, len(orders))
    where = within_stage(audience.stages, stage) if is_mixed else ()
    found = history(desk, group, audience.days, (judged_by,), where)
    return StageKpi(stage, judged_by, found.figure(judged_by), len(orders))


def _judged_by(audience: Audience, stage: Stage, orders: frozenset[str]) -> Metric:
    """Return the KPI that all these orders name, else what their stage is judged by."""
    known = [audience.directory.orders[o] for o in orders if o in audience.directory.orders]
    named = {audience.stages.kpi(one) for one in known}
    (only,) = named if len(named) == 1 else (None,)
    if only is not None:
        return only
    kinds = {kind for one in known for kind in one.order.inventory_types}
    return stage_kpi(stage, tuple(sorted(kinds)))


def _adds_up(judged_by: Metric) -> bool:
    return judged_by.is_ratio or judged_by.additive


def _returns(desk: Desk, audience: Audience, group: Group, found: Delivery) -> History | None:
    if found.is_mixed and Stage.CONVERSION not in found.seen:
        return None
    where = within_stage(audience.stages, Stage.CONVERSION) if found.is_mixed else ()
    return history(desk, group, audience.days, (_ROAS, _PURCHASE, _NTB), where)


def _trailing(desk: Desk, audience: Audience, group: Group, found: Delivery) -> Decimal | None:
    where = within_stage(audience.stages, Stage.CONVERSION) if found.is_mixed else ()
    back = (TRAILING_DAYS - 1) * ONE_DAY
    cohorts = tuple(
        Cohort(
            Periods(DateRange(c.periods.shown.end - back, c.periods.shown.end)), c.advertiser_ids
        )
        for c in group.cohorts
    )
    if not all(_is_whole(audience, cohort) for cohort in cohorts):
        return None
    value = (
        history(desk, replace(group, cohorts=cohorts), audience.days, (_ROAS,), where)
        .figure(_ROAS)
        .value
    )
    return None if value is None else Decimal(value)


def _is_whole(audience: Audience, cohort: Cohort) -> bool:
    known = audience.known_to_all(cohort.advertiser_ids)
    return not known or known.issuperset(cohort.periods.shown.days())


def _planned(
    audience: Audience, book: PaceBook, group: Group, delivering: frozenset[str]
) -> Planned:
    columns = book.columns
    firm = [d for a in group.advertiser_ids if (d := audience.days[a].firm_through)]
    last = max(firm, default=None)
    planned = spent = 0
    for cohort in group.cohorts:
        chosen = columns.chosen(_orders_of(group, cohort))
        shown = cohort.periods.shown
        planned += int(columns.plan_by_day(chosen, shown, firm_only=True).sum())
        spent += int(columns.spend_by_day(chosen, shown, firm_only=True).sum())
    return Planned(
        money(planned),
        money(spent),
        through=last if last and last < group.shown.end else None,
        without_plan=sum(order_id not in book.flights for order_id in delivering),
        paused=len(columns.left_out(group.orders, group.shown)),
        is_early=last is not None and last < group.shown.start,
    )


def _orders_of(group: Group, cohort: Cohort) -> list[str]:
    ids = cohort.advertiser_ids
    return [o for o, known in group.orders.items() if known.order.advertiser_id in ids]


def _pacing(book: PaceBook, group: Group) -> Pacing:
    flights = [
        found
        for order_id, known in group.orders.items()
        if not known.is_paused
        for found in book.running(order_id)
    ]
    off = [found.pace for found in flights if found.pace.status in _OFF_PACE]
    behind = sum(pace.is_behind for pace in off)
    return Pacing(
        ratio=pace_at_end(book, group, [c.periods.shown for c in group.cohorts]),
        before=pace_at_end(book, group, [c.periods.compared for c in group.cohorts]),
        trail=_pace_trail(book, group),
        flights=len(flights),
        behind=behind,
        ahead=len(off) - behind,
        partly=sum(found.known_since is not None for found in flights),
    )


def pace_at_end(book: PaceBook, group: Group, days: Sequence[DateRange | None]) -> Decimal | None:
    """Return spent over planned at each cohort's last whole day of its range, all together."""
    columns = book.columns
    spent = planned = 0
    for cohort, wanted in zip(group.cohorts, days, strict=True):
        if wanted is None:
            continue
        chosen = columns.chosen(_orders_of(group, cohort))
        for so_far, should in columns.at_last_firm_day(chosen, wanted.end).values():
            spent, planned = spent + so_far, planned + should
    return money(spent) / money(planned) if planned else None


def _pace_trail(book: PaceBook, group: Group) -> tuple[Decimal | None, ...]:
    spent, planned = book.columns.to_date(book.columns.chosen(group.orders), group.shown)
    pairs = zip(spent.tolist(), planned.tolist(), strict=True)
    return tuple(money(done) / money(should) if should else None for done, should in pairs)
