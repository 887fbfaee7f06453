"""Goals: which side of a target is good, and when there is too little to judge by."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.domain.catalogue import metric
from core.domain.metrics import Stage
from core.domain.views import Screen, View
from core.insight.audience import audience
from core.insight.goals import Goal, Goals, evidence, goal_of, goals
from tests.unit.insight.office import NOW, ONE, TWO, Office, days, order, row


@pytest.mark.parametrize(
    ("key", "value", "target", "stands"),
    [
        ("dpvr", "0.006", "0.005", Goal.MET),  # more is better
        ("dpvr", "0.005", "0.005", Goal.MET),  # reached is met
        ("dpvr", "0.004", "0.005", Goal.MISSED),
        ("ecpm", "4", "5", Goal.MET),  # less is better
        ("ecpm", "6", "5", Goal.MISSED),
        ("ecpm", None, "5", Goal.NONE),
        ("ecpm", "4", None, Goal.NONE),
    ],
)
def test_a_target_is_met_on_its_good_side(
    key: str, value: str | None, target: str | None, stands: Goal
) -> None:
    figure = None if value is None else Decimal(value)
    goal = None if target is None else Decimal(target)
    assert goal_of(metric(key), figure, goal, 1000) is stands


@pytest.mark.parametrize(
    ("events", "stands"), [(None, Goal.TOO_LITTLE), (29, Goal.TOO_LITTLE), (30, Goal.MET)]
)
def test_under_thirty_events_nothing_is_judged(events: int | None, stands: Goal) -> None:
    assert goal_of(metric("ctr"), Decimal("0.9"), Decimal("0.1"), events) is stands


def test_a_rate_rests_on_its_rarer_count_and_returns_on_purchases() -> None:
    assert evidence(metric("ctr")) == "clicks"
    assert evidence(metric("dpvr")) == "detail_page_views"
    assert evidence(metric("ecpm")) == "impressions"
    assert evidence(metric("total_roas")) == "total_purchases"
    assert evidence(metric("roas")) == "purchases"


def test_a_kpi_of_another_stage_than_the_one_set_by_hand_has_no_goal(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1", kpi="TOTAL_RETURN_ON_AD_SPEND", kpi_target=Decimal(4)))
    sold = row("o1", 0, total_cost=100, total_sales=401, total_purchases=40)
    office.deliver([sold], days(6))
    assert judged(office) == {ONE: Goals(met=1)}
    with office.store.writing(office.org.scope()) as tenant:
        tenant.order_settings.set_stage(ONE, "o1", Stage.AWARENESS, NOW)
    assert judged(office) == {}


def judged(office: Office) -> dict[str, Goals]:
    with office.desk() as desk:
        whom = audience(desk, View(screen=Screen.MORNING))
        orders = {o: k for group in whom.groups for o, k in group.orders.items()}
        return goals(desk, whom.stages, orders, frozenset({ONE, TWO}), days(6))


def test_orders_of_several_kpis_and_advertisers_are_judged_each_by_its_own(
    office: Office,
) -> None:
    office.advertiser(ONE)
    office.advertiser(TWO)
    returns = {"kpi": "TOTAL_RETURN_ON_AD_SPEND", "kpi_target": Decimal(4)}
    clicks = {"kpi": "CLICK_THROUGH_RATE", "kpi_target": Decimal("0.2")}
    office.keep(order("o1", **returns), order("o2", **clicks))
    office.keep(order("o3", advertiser=TWO, **returns), advertiser=TWO)
    office.deliver(
        [
            row("o1", 0, total_cost=100, total_sales=401, total_purchases=40),
            row("o2", 1, impressions=30_000, clicks=59),
        ],
        days(6),
    )
    office.deliver(
        [row("o3", 2, total_cost=100, total_sales=399, total_purchases=40)], days(6), advertiser=TWO
    )
    assert judged(office) == {ONE: Goals(met=1, missed=1), TWO: Goals(missed=1)}
    assert judged(office)[ONE].judged == 2


def test_an_order_without_rows_or_with_a_kpi_that_is_not_measured_daily_is_not_counted(
    office: Office,
) -> None:
    office.advertiser(ONE)
    office.keep(
        order("silent", kpi="CLICK_THROUGH_RATE", kpi_target=Decimal(1)),
        order("reached", kpi="REACH", kpi_target=Decimal(1000)),
        order("aimless", kpi="CLICK_THROUGH_RATE"),
    )
    facts = [row(o, 0, impressions=9000, clicks=90) for o in ("reached", "aimless")]
    office.deliver(facts, days(6))
    assert judged(office) == {}
