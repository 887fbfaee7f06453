"""From a written plan to an order: dates, flights and budgets in the advertiser's zone."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise

from sandbox.world.blueprint import OrderPlan, Trouble
from sandbox.world.calendar import nearest_event
from sandbox.world.chance import between, key, one_of
from sandbox.world.draft import Draft
from sandbox.world.entities import ENABLED, PAUSED, Flight, Order
from sandbox.world.identifiers import long_id
from sandbox.world.line_items import line_items
from sandbox.world.rates import Stage
from sandbox.world.timeline import Timeline

_KPIS: dict[Stage, tuple[tuple[str, str | None], ...]] = {
    Stage.AWARENESS: (("REACH", None), ("VIDEO_COMPLETION_RATE", "92.0")),
    Stage.CONSIDERATION: (("DETAIL_PAGE_VIEW_RATE", "0.45"), ("COST_PER_DETAIL_PAGE_VIEW", "1.80")),
    Stage.CONVERSION: (("TOTAL_RETURN_ON_AD_SPEND", "4.0"), ("RETURN_ON_AD_SPEND", "3.0")),
}
_RAISE_CHANCE = 0.004
_LEAD_UP_DAYS, _LEAD_OUT_DAYS = 11, 8
_EVENT_MONEY = 6.0


def planned_order(draft: Draft, number: int, plan: OrderPlan) -> Order:
    """Return the order that a plan describes."""
    address = (draft.seed, draft.plan.slug, plan.label, number)
    flights = _flights(draft, plan, address)
    kpi, value = one_of(_KPIS[plan.stage], *address, "kpi")
    return Order(
        order_id=long_id(*address),
        name=plan.name or _name(draft, plan),
        external_id=f"PO-{key('po', *address) % 900_000 + 100_000}",
        stage=plan.stage,
        kpi=kpi,
        kpi_value=None if value is None else Decimal(value),
        bid_strategy="PRIORITIZE_KPI_TARGET" if value else "SPEND_BUDGET_IN_FULL",
        allocation=plan.allocation,
        rollover=plan.rollover,
        agency_fee=Decimal(str(plan.agency_fee)),
        daily_cap=draft.money(plan.per_day * 2.5) if plan.daily_cap else None,
        frequency=(5, 1, "DAYS") if plan.stage is Stage.AWARENESS else None,
        state=_state(draft, plan),
        created=flights[0].start - timedelta(days=round(between(2, 9, *address, "created"))),
        flights=flights,
        line_items=line_items(draft, plan, flights, address),
    )


def _name(draft: Draft, plan: OrderPlan) -> str:
    start = nearest_event(plan.event, draft.anchor)[0] if plan.event else draft.day(plan.starts)
    quarter = f"{start:%y}Q{(start.month - 1) // 3 + 1}"
    return f"{draft.plan.brand}_{draft.advertiser.seat.country}_{plan.label}_{quarter}"


def _state(draft: Draft, plan: OrderPlan) -> Timeline[str]:
    paused = plan.trouble is Trouble.PAUSED
    start = max(plan.starts + 4, -150)
    return Timeline(ENABLED, ((draft.instant(start, 10), PAUSED),) if paused else ())


def _flights(draft: Draft, plan: OrderPlan, address: tuple[object, ...]) -> tuple[Flight, ...]:
    marks = _event_marks(draft, plan) if plan.event else _plain_marks(draft, plan)
    return tuple(
        _flight(draft, plan, (*address, number), start, end, money)
        for number, ((start, money), (end, _)) in enumerate(pairwise(marks), 1)
    )


def _plain_marks(draft: Draft, plan: OrderPlan) -> list[tuple[datetime, float]]:
    """Return where flights begin (the last mark: end), each with the money of a day."""
    noon = 12 if plan.flights_share_a_day else 0
    inner = range(plan.starts + plan.flight_days, plan.ends, plan.flight_days)
    instants = [
        draft.instant(plan.starts, plan.first_hour),
        *(draft.instant(day, noon) for day in inner),
        draft.instant(plan.ends),
    ]
    return [(instant, plan.per_day) for instant in instants]


def _event_marks(draft: Draft, plan: OrderPlan) -> list[tuple[datetime, float]]:
    first, last = (day - draft.anchor for day in nearest_event(plan.event, draft.anchor))
    usual = plan.per_day
    return [
        (draft.instant(first.days - _LEAD_UP_DAYS), usual),
        (draft.instant(first.days), usual * _EVENT_MONEY),
        (draft.instant(last.days + 1), usual),
        (draft.instant(last.days + 1 + _LEAD_OUT_DAYS), 0.0),
    ]


def _flight(
    draft: Draft,
    plan: OrderPlan,
    address: tuple[object, ...],
    start: datetime,
    end: datetime,
    per_day: float,
) -> Flight:
    days = (end - start).total_seconds() / 86_400
    amount = draft.money(per_day * days * between(0.9, 1.1, *address, "amount"))
    budget = Timeline(amount)
    if plan.trouble is Trouble.BUDGET_RAISED:
        raised = draft.instant(-6, 15, 20)
        budget = budget.then(raised, draft.money(float(amount) * 1.25))
    elif plan.trouble is None:
        budget = _raised_now_and_then(draft, budget, start, end, address)
    tonight = draft.instant(0, 18, 30)
    if plan.touched and start < tonight < end:
        budget = budget.then(tonight, draft.money(float(budget.at(tonight)) * 1.06))
    return Flight(long_id(*address, "flight"), f"Flight {address[-1]}", start, end, budget)


def _raised_now_and_then(
    draft: Draft,
    budget: Timeline[Decimal],
    start: datetime,
    end: datetime,
    address: tuple[object, ...],
) -> Timeline[Decimal]:
    amount = float(budget.first)
    for day, at in draft.change_days(start, end, _RAISE_CHANCE, *address, "raise"):
        amount *= between(1.05, 1.15, *address, "raise", day)
        budget = budget.then(at, draft.money(amount))
    return budget
