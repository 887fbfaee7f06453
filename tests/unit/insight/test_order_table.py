"""The orders table, the portfolio and the goals, beside figures made by hand."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from core.domain.catalogue import metric
from core.domain.entities import State
from core.domain.periods import Comparison, Preset
from core.domain.views import Screen, Sort, View
from core.insight.audience import audience
from core.insight.directory import PlanSource
from core.insight.goals import Goal, Goals, evidence, goal_of
from core.insight.order_table import OrderStatus, OrderTable, order_table
from core.insight.pace_book import pace_book
from core.insight.portfolio import PortfolioRow, portfolio
from core.insight.sheets import Sheet, order_sheet, portfolio_sheet
from tests.unit.insight.office import (
    NOW,
    ONE,
    TWO,
    Office,
    day,
    days,
    delivered,
    flight,
    order,
    row,
)


def table(office: Office, *, whole: bool = False, **view: object) -> OrderTable:
    with office.desk() as desk:
        whom = audience(desk, View(screen=Screen.MORNING, **view))  # type: ignore[arg-type]
        [group] = whom.groups
        return order_table(desk, whom, group, pace_book(desk, whom), whole=whole)


def sheet(office: Office, **view: object) -> Sheet:
    with office.desk() as desk:
        whom = audience(desk, View(screen=Screen.MORNING, **view))  # type: ignore[arg-type]
        [group] = whom.groups
        found = order_table(desk, whom, group, pace_book(desk, whom), whole=True)
        return order_sheet(whom, group, found.rows)


def rows(office: Office, **view: object) -> list[PortfolioRow]:
    with office.desk() as desk:
        whom = audience(desk, View(screen=Screen.MORNING, **view))  # type: ignore[arg-type]
        return portfolio(desk, whom, pace_book(desk, whom))


def ids(found: OrderTable) -> list[str]:
    return [one.order_id for one in found.rows]


@pytest.fixture
def three(office: Office) -> Office:
    """Three orders that spend 1, 2 and 3 a day for four weeks."""
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(*(order(f"o{n}", name) for n, name in ((1, "beta"), (2, "Alpha"), (3, "gamma"))))
    facts = [r for n in (1, 2, 3)
             for r in delivered(f"o{n}", 27, impressions=10 * (4 - n), total_cost=n)]  # fmt: skip
    office.deliver(facts, days(27))
    return office


def test_the_largest_spend_comes_first_unless_another_order_is_asked_for(three: Office) -> None:
    assert ids(table(three)) == ["o3", "o2", "o1"]
    assert ids(table(three, sort=Sort("total_cost", descending=False))) == ["o1", "o2", "o3"]
    assert ids(table(three, sort=Sort("impressions"))) == ["o1", "o2", "o3"]
    assert ids(table(three, sort=Sort("name", descending=False))) == ["o2", "o1", "o3"]
    assert ids(table(three, sort=Sort("name"))) == ["o3", "o1", "o2"]
    # A column that is not sorted by is passed over.
    assert ids(table(three, sort=Sort("total_roas"))) == ["o3", "o2", "o1"]


def test_rows_carry_both_periods_and_their_change(three: Office) -> None:
    more = delivered("o1", 6, impressions=10, total_cost=4)
    three.deliver([*more, *delivered("o2", 6, total_cost=2)], days(6))
    found = {one.order_id: one for one in table(three).rows}
    assert (found["o1"].spend, found["o1"].spend_before, found["o1"].spend_change) == (28, 7, 3)
    assert found["o2"].spend_change == 0
    # It delivered before and no longer does: it stays in sight.
    assert (found["o3"].spend, found["o3"].spend_before) == (None, 21)


def test_pages_hold_fifty_rows_and_a_page_beyond_the_last_is_the_last(office: Office) -> None:
    office.advertiser()
    names = [f"o{n:03}" for n in range(120)]
    office.keep(*map(order, names))
    office.deliver([row(name, 0, total_cost=n + 1) for n, name in enumerate(names)], days(0))
    first, last = table(office), table(office, page=99)
    assert (first.total, first.pages, len(first.rows)) == (120, 3, 50)
    assert ids(first)[0] == "o119"
    assert (last.page, len(last.rows), ids(last)[-1]) == (3, 20, "o000")
    assert len(table(office, whole=True).rows) == 120


def test_a_running_order_without_a_row_is_listed_with_nothing_spent(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1"), flight("o1", 19, -10, "300"), order("o2"))
    office.deliver([], days(19))
    [found] = table(office).rows
    assert (found.order_id, found.spend, found.planned, found.consumed) == ("o1", None, 70, 0)
    assert found.status is OrderStatus.NO_IMPRESSIONS


@pytest.mark.parametrize(
    ("spent", "budget", "status", "tone"),
    [
        ("10", "300", OrderStatus.ON_PACE, "good"),
        ("10", "375", OrderStatus.SLIGHTLY_BEHIND, "warn"),
        ("10", "450", OrderStatus.BEHIND, "bad"),
        ("10", "900", OrderStatus.CRITICAL, "bad"),
        ("10", "255", OrderStatus.SLIGHTLY_AHEAD, "warn"),
        ("10", "240", OrderStatus.AHEAD, "bad"),
    ],
)
def test_a_status_says_how_an_order_paces(
    office: Office, spent: str, budget: str, status: OrderStatus, tone: str
) -> None:
    office.advertiser()
    office.keep(order("o1"), flight("o1", 19, -10, budget))
    office.deliver(delivered("o1", 19, impressions=1000, total_cost=spent), days(19))
    [found] = table(office).rows
    assert (found.status, found.status.tone) == (status, tone)


def test_paused_ended_coming_and_planless_orders_say_so(office: Office) -> None:
    office.advertiser()
    office.keep(
        order("paused", state=State.PAUSED),
        flight("paused", 19, -10, "300"),
        order("ended"),
        flight("ended", 19, 3, "170"),
        order("coming"),
        flight("coming", -2, -10, "300"),
        order("planless"),
    )
    names = ("paused", "ended", "coming", "planless")
    facts = [r for name in names for r in delivered(name, 19, 3, impressions=9, total_cost="10")]
    office.deliver(facts, days(19))
    found = {one.order_id: one.status for one in table(office).rows}
    assert found == {
        "paused": OrderStatus.PAUSED,
        "ended": OrderStatus.ENDED,
        "coming": OrderStatus.NOT_STARTED,
        "planless": OrderStatus.NO_PLAN,
    }


def test_a_purchase_after_the_end_leaves_an_order_ended_and_its_budget_known(
    office: Office,
) -> None:
    office.advertiser()
    # It ended on 29 October; somebody bought on the 9th of November.
    office.keep(order("o1"), flight("o1", 60, 24, "3700"))
    bought = row("o1", 13, total_purchases=1, total_sales="30")
    office.deliver([*delivered("o1", 60, 24, impressions=9, total_cost="100"), bought], days(60))
    [found] = table(office, range=days(13, 7)).rows
    assert (found.status, found.plan) == (OrderStatus.ENDED, PlanSource.FLIGHTS)


def test_a_kpi_is_a_ratio_of_sums_and_held_against_its_goal(office: Office) -> None:
    office.advertiser()
    named = {"goal": "CONSIDERATION", "kpi": "DETAIL_PAGE_VIEW_RATE"}
    office.keep(order("o1", kpi_target=Decimal("0.5"), **named))  # Amazon writes per cent
    office.deliver(
        [
            row("o1", 0, impressions=9_000, detail_page_views=30),
            row("o1", 1, impressions=1_000, detail_page_views=30),
        ],
        days(6),
    )
    [found] = table(office).rows
    assert found.kpi.key == "dpvr"
    assert found.kpi_value == Decimal(60) / 10_000
    assert found.kpi_target == Decimal("0.005")
    assert found.goal is Goal.MET
    assert found.kpi_before is None


def test_little_is_not_judged_and_a_goal_in_another_figure_is_not_either(office: Office) -> None:
    office.advertiser()
    office.keep(
        order("few", kpi="DETAIL_PAGE_VIEW_RATE", kpi_target=Decimal("0.1")),
        order("reach", kpi="REACH", goal="AWARENESS", kpi_target=Decimal(5000)),
    )
    office.deliver(
        [row("few", 0, impressions=1000, detail_page_views=29), row("reach", 0, impressions=9)],
        days(0),
    )
    found = {one.order_id: one for one in table(office).rows}
    assert found["few"].goal is Goal.TOO_LITTLE
    assert (found["reach"].kpi.key, found["reach"].kpi_target) == ("viewability_rate", None)
    assert found["reach"].goal is Goal.NONE


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("dpvr", "detail_page_views"),
        ("ecpdpv", "detail_page_views"),
        ("ctr", "clicks"),
        ("viewability_rate", "viewable_impressions"),
        ("total_roas", "total_purchases"),
        ("roas", "purchases"),
        ("impressions", "impressions"),
    ],
)
def test_a_metric_rests_on_its_rarer_count(key: str, part: str) -> None:
    assert evidence(metric(key)) == part


def test_a_cost_is_better_low() -> None:
    low, high = Decimal(1), Decimal(3)
    assert goal_of(metric("ecpdpv"), low, Decimal(2), 100) is Goal.MET
    assert goal_of(metric("ecpdpv"), high, Decimal(2), 100) is Goal.MISSED
    assert goal_of(metric("ecpdpv"), None, Decimal(2), 100) is Goal.NONE
    assert goal_of(metric("ecpdpv"), low, None, 100) is Goal.NONE


def test_an_order_that_only_the_lake_knows_is_listed_by_its_id(office: Office) -> None:
    office.advertiser()
    office.deliver([row("999", 0, impressions=5, total_cost="2")], days(0))
    [found] = table(office).rows
    assert (found.name, found.plan, found.status) == ("999", PlanSource.NONE, OrderStatus.NO_PLAN)


def test_the_file_holds_every_row_in_the_tables_order_with_plain_figures(three: Office) -> None:
    told = sheet(three, sort=Sort("name", descending=False))
    named = [dict(zip(told.titles, one, strict=True)) for one in told.rows]
    assert [one["Order"] for one in named] == ["Alpha", "beta", "gamma"]
    assert named[0]["Spend, USD"] == "14.00"
    assert named[0]["Change of spend"] == "0"
    assert named[0]["Plan, USD"] is None
    assert "Spend, USD" in told.numbers
    assert "Order" not in told.numbers
    assert told.lines[0].startswith("Days: 16 Nov – 22 Nov 2026")


def test_without_a_comparison_the_file_compares_nothing(three: Office) -> None:
    told = sheet(three, comparison=Comparison.NONE)
    [first, *_] = [dict(zip(told.titles, one, strict=True)) for one in told.rows]
    assert (first["Spend compared, USD"], first["Change of spend"]) == (None, None)
    assert len(told.lines) == 1


# The portfolio


def test_a_row_tells_the_month_against_plan_and_where_it_ends(office: Office) -> None:
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    # From the 3rd of the month to the 2nd of the next: thirty days of 20 dollars.
    office.keep(order("o1"), flight("o1", 19, -10, "600"))
    office.deliver(delivered("o1", 30, impressions=1000, total_cost="18"), days(30))
    [found] = rows(office, range=Preset.YESTERDAY)
    assert (str(found.month.start), str(found.month.end)) == ("2026-11-01", "2026-11-22")
    assert found.spend == 22 * 18
    assert (found.planned, found.consumed) == (400, 360)
    assert found.of_plan == Decimal("0.9")
    assert found.planned_month == 560
    assert found.projected == 360 + 8 * 18
    assert (found.tone, found.calls) == ("good", [])


def test_a_flight_to_come_is_projected_as_planned_and_a_paused_one_not_at_all(
    office: Office,
) -> None:
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(
        order("o1"),
        flight("o1", -4, -13, "100"),
        order("o2", state=State.PAUSED),
        flight("o2", 9, -9, "999"),
    )
    office.deliver([], days(30))
    [found] = rows(office)
    # Five of its ten days lie in this month.
    assert (found.planned_month, found.projected, found.planned) == (50, 50, 0)
    assert found.of_plan is None


def test_goals_are_counted_where_they_can_be_judged(office: Office) -> None:
    office.advertiser()
    named = {"kpi": "DETAIL_PAGE_VIEW_RATE", "kpi_target": Decimal("0.5")}
    office.keep(*(order(o, **named) for o in ("met", "missed", "few")), order("none"))
    office.deliver(
        [
            row("met", 0, impressions=1000, detail_page_views=50),
            row("missed", 0, impressions=100_000, detail_page_views=50),
            row("few", 0, impressions=1000, detail_page_views=5),
            row("none", 0, impressions=1000, detail_page_views=500),
        ],
        days(0),
    )
    [found] = rows(office)
    assert found.goals == Goals(met=1, missed=1, too_little=1)


def test_the_most_pressing_status_sets_the_tone(office: Office) -> None:
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(order("o1"), flight("o1", 19, -10, "375"), order("o2"), flight("o2", 19, -10, "90"))
    office.deliver(delivered("o1", 19, impressions=1000, total_cost="10"), days(19))
    [found] = rows(office)
    assert found.calls == [(OrderStatus.NO_IMPRESSIONS, 1), (OrderStatus.SLIGHTLY_BEHIND, 1)]
    assert found.tone == "bad"


def test_each_row_keeps_its_currency_and_its_own_month(office: Office) -> None:
    office.advertiser(ONE, "Lumen")
    office.advertiser(TWO, "Tsukishiro", currency="JPY", zone="Asia/Tokyo")
    office.deliver(delivered("o1", 3, total_cost="1.5"), days(3))
    yen = delivered("o2", 3, total_cost="1500")
    office.deliver(yen, days(3), advertiser=TWO, currency="JPY")
    with office.desk() as desk:
        whom = audience(desk, View(screen=Screen.MORNING))
        told = portfolio_sheet(portfolio(desk, whom, pace_book(desk, whom)))
    named = [dict(zip(told.titles, one, strict=True)) for one in told.rows]
    assert [(one["Advertiser"], one["Currency"], one["Month to date"]) for one in named] == [
        ("Lumen", "USD", "6.00"),
        ("Tsukishiro", "JPY", "6000"),
    ]
    assert named[0]["Data through"] == str(day(0))


def test_a_filter_narrows_the_rows_figures(three: Office) -> None:
    [whole] = rows(three)
    [narrow] = rows(three, text="beta")
    assert (whole.spend, narrow.spend) == (22 * 6, 22)
