"""The board: what is at stake, in which order, and that parts add up to their wholes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.entities import Budget, LineItem, Rollover, State
from core.domain.views import Screen, Sort, View
from core.domain.what_if import Change, what_if
from core.insight.audience import audience
from core.insight.order_table import OrderStatus
from core.insight.pace_book import pace_book
from core.insight.pacing.board import Amounts, Board, board, row_of, summed
from core.insight.pacing.flights import curve, days_of, flight_rows, present, standing
from core.insight.pacing.lines import costs_between, line_facts, line_paces
from core.insight.pacing.sheets import board_sheet, flight_sheet
from core.store.schema.words import Source
from tests.unit.insight.office import (
    ONE,
    TWO,
    Office,
    day,
    days,
    delivered,
    flight,
    midnight,
    order,
    row,
)

D = Decimal
PACING = View(screen=Screen.PACING)


def shown(office: Office, view: View = PACING, *, whole: bool = False) -> Board:
    with office.desk() as desk:
        whom = audience(desk, view)
        return board(desk, whom, whom.groups[0], pace_book(desk, whom), whole=whole)


@pytest.fixture
def three(office: Office) -> Office:
    """Ten days of twenty: o1 spends 8 of 10 a day, o2 13 of 10, o3 what it should."""
    office.advertiser()
    kept: list[Any] = []
    rows: list[dict[str, Any]] = []
    for order_id, a_day in (("o1", "8"), ("o2", "13"), ("o3", "10")):
        kept += [order(order_id, f"Order {order_id}"), flight(order_id, 9, -10, "200")]
        rows += delivered(order_id, 9, total_cost=a_day, impressions=5000)
    office.keep(*kept, order("off", state=State.PAUSED), flight("off", 9, -10, "900"),
                order("later"), flight("later", -5, -20, "500"), order("bare"))  # fmt: skip
    office.deliver(rows, days(9))
    return office


def test_the_most_money_at_stake_comes_first(three: Office) -> None:
    found = shown(three)
    assert [r.order_id for r in found.rows] == ["o2", "o1", "o3"]
    ahead, behind, steady = (r.amounts for r in found.rows)
    # 130 spent and 13 a day for ten days more; 80 and 8; 100 and 10.
    assert (ahead.projected, ahead.gap, ahead.beyond, ahead.unspent) == (260, 60, 60, 0)
    assert (behind.projected, behind.gap, behind.beyond, behind.unspent) == (160, -40, 0, 40)
    assert (steady.gap, steady.stake) == (0, 0)
    assert [r.status for r in found.rows] == [
        OrderStatus.AHEAD,
        OrderStatus.SLIGHTLY_BEHIND,
        OrderStatus.ON_PACE,
    ]


def test_a_row_says_days_needs_and_amazons_rate(three: Office) -> None:
    [_, behind, _] = shown(three).rows
    assert (behind.days_run, behind.days_left) == (10, 10)
    assert (behind.amounts.needed, behind.amounts.rate) == (12, 8)
    # (80 / 200) / (10 / 20)
    assert behind.delivery_rate == D("0.8")


def test_gaps_of_both_sides_do_not_hide_each_other(three: Office) -> None:
    sums = shown(three).amounts
    assert (sums.unspent, sums.beyond, sums.gap, sums.stake) == (40, 60, 20, 100)
    assert (sums.budget, sums.spent, sums.planned, sums.flights) == (600, 310, 300, 3)


def test_what_does_not_run_is_counted_and_not_shown(three: Office) -> None:
    found = shown(three)
    assert (found.waiting, found.paused, found.planless) == (1, 1, 1)


def test_an_order_that_only_reports_know_is_without_a_budget_while_it_serves(
    office: Office,
) -> None:
    office.advertiser()
    told = [order(key, state=State.UNKNOWN) for key in ("serves", "gone")]
    office.keep(*told, source=Source.REPORT)
    office.deliver(delivered("serves", 9, total_cost="10", impressions=2000), days(9))
    found = shown(office)
    assert (found.total, found.waiting, found.paused, found.planless) == (0, 0, 0, 1)


def test_the_address_may_ask_for_another_order(three: Office) -> None:
    by_name = View(screen=Screen.PACING, sort=Sort("name", descending=False))
    assert [r.order_id for r in shown(three, by_name).rows] == ["o1", "o2", "o3"]
    by_spend = View(screen=Screen.PACING, sort=Sort("total_cost"))
    assert [r.order_id for r in shown(three, by_spend).rows] == ["o2", "o3", "o1"]
    nonsense = View(screen=Screen.PACING, sort=Sort("total_roas"))
    assert shown(three, nonsense).sort is None


def test_a_flight_of_two_days_is_at_nobodys_stake_yet(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1"), flight("o1", 1, -18, "200"))
    office.deliver(delivered("o1", 1, total_cost="1"), days(1))
    [only] = shown(office).rows
    assert (only.amounts.gap, only.amounts.judged, only.amounts.stake) == (None, 0, 0)
    assert only.amounts.projected == 200, "in the sums it counts as on plan"


def test_rolled_over_money_is_in_the_budget_and_named(office: Office) -> None:
    office.advertiser()
    flights = (flight("o1", 19, 10, "100", id="f1"), flight("o1", 9, -10, "200", id="f2"))
    office.keep(order("o1", rollover=Rollover.PRIOR), *flights)
    office.deliver(delivered("o1", 19, total_cost="8"), days(19))
    [only] = shown(office).rows
    assert (only.amounts.budget, only.amounts.rolled_over) == (220, 20)


def test_advertisers_are_the_sums_of_their_orders(three: Office) -> None:
    three.advertiser(TWO, "Second")
    three.keep(order("p1", advertiser=TWO), flight("p1", 9, -10, "400", advertiser=TWO),
               advertiser=TWO)  # fmt: skip
    three.deliver(delivered("p1", 9, total_cost="5"), days(9), advertiser=TWO)
    found = shown(three)
    second, first = found.advertisers
    assert (second.advertiser_id, first.advertiser_id) == (TWO, ONE)
    assert second.amounts.unspent == 300
    assert first.amounts == summed(r.amounts for r in found.rows if r.advertiser_id == ONE)
    assert first.amounts + second.amounts == found.amounts
    assert first.statuses[OrderStatus.AHEAD] == 1


def test_the_neighbours_money_is_in_no_sum(three: Office) -> None:
    assert shown(three).amounts.budget < 1000


def test_the_file_holds_every_row_of_the_screen(three: Office) -> None:
    found = shown(three, whole=True)
    sheet = board_sheet(found, found.rows, {})
    assert [r[1] for r in sheet.rows] == ["o2", "o1", "o3"]
    at = sheet.titles.index("Projected less budget, USD")
    assert [r[at] for r in sheet.rows] == ["60.00", "-40.00", "0.00"]


def test_an_order_that_does_not_run_has_no_row(three: Office) -> None:
    with three.desk() as desk:
        whom = audience(desk, PACING)
        with pytest.raises(StopIteration):
            row_of(desk, whom, whom.groups[0], pace_book(desk, whom), "off")


def test_line_items_add_up_to_the_order_and_the_curve_to_both(office: Office) -> None:
    office.advertiser()
    lines = [LineItem(entity_id=k, advertiser_id=ONE, parent_id="o1", name=k) for k in ("l1", "l2")]
    office.keep(order("o1"), flight("o1", 9, -10, "200"), *lines)
    office.deliver(
        [row("o1", n, line_item_id=k, total_cost=a, supply_cost=a, impressions=1000)
         for n in range(10) for k, a in (("l1", "3"), ("l2", "5"))],
        days(9),
    )  # fmt: skip
    with office.desk() as desk:
        whom = audience(desk, PACING)
        book, known = pace_book(desk, whom), whom.directory.orders["o1"]
        looked_at = present(flight_rows(known, book))
        assert looked_at is not None
        assert looked_at.paced is not None
        found = curve(desk, whom, known, book, looked_at.paced)
        period = days_of(looked_at.paced, whom.days[ONE])
        assert period is not None
        parts = costs_between(desk, "o1", period)
        facts = line_facts(desk, whom, ["o1"])["o1"]
        sheet = flight_sheet(flight_rows(known, book), "USD")
    assert parts == {"l1": 30, "l2": 50}
    assert sum(parts.values()) == looked_at.paced.pace.spent == found.spent[9] == 80
    assert found.spent[10:] == (None,) * 10
    assert found.expected[-1] == looked_at.paced.pace.budget == 200
    assert (found.low[0], found.high[0]) == (9, 11)  # a tenth around the first day's ten
    assert found.high[-1] == 200, "no more than the budget can be spent"
    assert (found.low[-1], found.projected[9], found.projected[-1]) == (190, 80, 160)
    assert [(f.line.entity_id, f.week.cost, f.week.cpm, f.ever) for f in facts] == [
        ("l2", 35, 5, 50),
        ("l1", 21, 3, 30),
    ]
    assert sheet.rows[0][sheet.titles.index("Spent, USD")] == "80.00"
    assert sheet.rows[0][sheet.titles.index("Status")] == "slightly behind"


def test_a_trial_that_changes_nothing_says_what_the_board_says(office: Office) -> None:
    office.advertiser()
    half = flight("o1", 9, -8, "1750", id="f1")  # through noon of 30 November
    office.keep(order("o1"), replace(half, end=midnight(day(-8)) + timedelta(hours=12)))
    office.deliver(delivered("o1", 9, total_cost="100"), days(9))
    with office.desk() as desk:
        whom = audience(desk, PACING)
        book, known = pace_book(desk, whom), whom.directory.orders["o1"]
        [one] = book.of("o1")
        now = standing(whom, known, book, one)
    found = what_if(now, Change(budget=now.budget, last_day=now.last_day))
    assert (found.days_left, found.low, found.needed_per_day) == (D("7.5"), 1750, 100)
    assert (one.pace.days_left, one.pace.projected) == (found.days_left, found.low)


def test_only_line_items_that_are_on_and_have_budget_and_dates_are_paced(office: Office) -> None:
    own = {"budget": Budget(D(600), "USD"), "start": midnight(day(39)), "end": midnight(day(-21))}
    kinds: dict[str, dict[str, Any]] = {
        "own": own, "divided": {**own, "budget": None}, "off": {**own, "state": State.PAUSED},
    }  # fmt: skip
    office.advertiser()
    office.keep(
        order("o1"),
        flight("o1", 39, -20, "1200"),
        *(LineItem(entity_id=k, advertiser_id=ONE, parent_id="o1", name=k, **more)
          for k, more in kinds.items()),
    )  # fmt: skip
    office.deliver([row("o1", n, line_item_id=k, total_cost="5") for n in range(20) for k in kinds],
                   days(19))  # fmt: skip
    with office.desk() as desk:
        whom = audience(desk, PACING)
        facts = line_facts(desk, whom, ["o1"])["o1"]
        paced = line_paces(desk, whom, pace_book(desk, whom), whom.directory.orders["o1"], facts)
    [(key, one)] = paced.items()
    # Twenty of its sixty days are not known: the others have their part of its budget.
    assert (key, one.known_since, one.pace.budget) == ("own", day(19), 400)
    assert (one.pace.spent, one.pace.days_run, one.pace.days_left) == (100, 20, 20)


MONEY = st.decimals("-99999", "99999", places=2)
PARTS = st.lists(st.builds(Amounts, *[MONEY] * 9, st.integers(0, 3), st.integers(1, 3)), max_size=8)


@given(PARTS, PARTS)
def test_sums_of_parts_are_the_sum_of_all(some: list[Amounts], others: list[Amounts]) -> None:
    assert summed(some) + summed(others) == summed([*some, *others])
