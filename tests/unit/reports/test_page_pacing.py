"""The Pacing screen as a document, beside sums reckoned from the rows delivered."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from core.domain.entities import Budget, LineItem, State
from core.domain.ids import AdvertiserId, OrderId
from core.domain.stream import HourFigures, HourRecord, StreamDataset
from core.domain.views import Screen, Sort
from core.reports.document import Chart, Document, Figures, Table
from core.reports.press import Press
from core.store.content.client_budgets import Given
from tests.unit.insight.office import (
    NOW,
    ONE,
    PHOENIX,
    TWO,
    Office,
    day,
    days,
    delivered,
    flight,
    midnight,
    order,
)
from tests.unit.reports.papers import (
    HOSTILE,
    blocks,
    column,
    flat,
    number,
    page,
    read_back,
    sentences,
    table,
    titles,
    told,
    total,
)

ORDERS = 30
BOARD = "Pacing of orders"


def _line(of: str, name: str = "") -> LineItem:
    return LineItem(
        entity_id=f"{of}-line", advertiser_id=ONE, parent_id=of, name=name, state=State.ENABLED
    )


@pytest.fixture
def board(office: Office) -> Office:
    """Thirty orders that run for forty days, ten to thirty-nine dollars a day since day 29."""
    office.advertiser(chosen_at=NOW - timedelta(days=90))
    office.keep(
        *(order(f"o{n}", f"Order {n:02}") for n in range(ORDERS)),
        *(flight(f"o{n}", 29, -10, str(600 + 40 * n)) for n in range(ORDERS)),
        *(_line(f"o{n}", f"Line {n}") for n in range(ORDERS)),
        order("idle"),
    )
    facts = [
        one
        for n in range(ORDERS)
        for one in delivered(f"o{n}", 29, total_cost=10 + n, supply_cost=9, impressions=1000)
    ]
    office.deliver(facts, days(29))
    return office


def shown(office: Office, **view: Any) -> Document:
    return page(office, Screen.PACING, **view)


def test_the_total_is_what_all_orders_spent_and_not_those_of_the_page(board: Office) -> None:
    made = shown(board)
    found = table(made, BOARD)
    assert len(found.rows) == 25
    assert number(total(found, "Spent, USD")) == sum(30 * (10 + n) for n in range(ORDERS))
    assert number(total(found, "Budget, USD")) == sum(600 + 40 * n for n in range(ORDERS))
    assert "0 paused, 1 without a known budget" in found.note
    assert found.sheet
    assert len(found.sheet.rows) == ORDERS
    [tiles] = [block for block in blocks(made) if isinstance(block, Figures)]
    assert tiles.tiles[1].exact == "$22,050.00"
    assert made.sections[1].beside == "1 to 25 of 30 running, by money at stake"


def test_rows_come_in_the_order_and_page_of_the_view(board: Office) -> None:
    made = shown(board, sort=Sort("name", descending=False), page=2)
    assert column(table(made, BOARD), "Order") == [f"Order {n}" for n in range(25, 30)]
    assert made.sections[1].beside == "26 to 30 of 30 running, by name, A to Z"


def test_it_speaks_of_now_whatever_the_days_of_the_view(board: Office) -> None:
    made = shown(board)
    assert (made.period, made.compared) == ("flights that run on 23 Nov 2026", "")
    assert (made.kind, made.has_cover, made.is_empty) == ("Pacing", False, False)


def test_one_order_is_told_from_the_inside(board: Office) -> None:
    made = shown(board, orders=("o7",))
    assert titles(made)[:4] == ["Flights", "Which budget counts", "Likely causes", "Line items"]
    [chart] = [block.chart for block in blocks(made) if isinstance(block, Chart)]
    assert chart.question == "Is the flight's money going out as expected?"
    [only] = table(made, "Flights").rows
    assert only[0].text == "Flight 1, shown"
    assert (only[1].text, only[1].small) == ("10", "30 run")
    assert (only[2].text, only[3].text) == ("880.00", "510.00"), "30 days at 17 dollars"
    lines = table(made, "Line items")
    assert total(lines, "In this flight") == "510.00"
    assert total(lines, "Seven days") == "119.00"
    assert [row[0].text for row in lines.rows] == ["Line 7"]
    assert made.subject == "Order 07"


def test_a_line_item_with_a_budget_and_dates_of_its_own_is_paced_as_a_flight(
    board: Office,
) -> None:
    bought = replace(
        _line("o7", "Bought"), budget=Budget(Decimal(600), "USD"), start=midnight(day(29)),
        end=midnight(day(-10)),
    )  # fmt: skip
    board.keep(order("o7", "Order 07"), flight("o7", 29, -10, "880"), bought)
    lines = table(shown(board, orders=("o7",)), "Line items")
    [only] = lines.rows
    titles = [head.title for head in lines.heads]
    told = {name: (c.text, c.small) for name, c in zip(titles, only, strict=True)}
    # Of 39 days 30 are over, at 17 a day: 510 of the 461.54 due, and 90 are left for nine days.
    assert told["Budget"] == ("600.00", "110.5\u00a0% of expected")
    assert told["Days left"] == ("9", "30 run")
    assert told["Needed a day"] == ("10.00", "17.00 now")
    assert told["Projected end"] == ("663.00", "63.00 at its end")
    assert told["Pacing"] == ("slightly ahead", "")
    sheet = lines.sheet
    assert sheet is not None
    [row] = sheet.rows
    assert row[sheet.titles.index("Expected by now, USD")] == "461.54"
    assert row[sheet.titles.index("Delivery rate by Amazon's formula")] == "1.105"


def test_a_flight_that_spends_nothing_says_so_with_its_zeros(office: Office) -> None:
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(order("o1"), flight("o1", 9, -10, "200"))
    office.deliver([], days(9))
    [only] = table(shown(office, orders=("o1",)), "Flights").rows
    assert [cell.small for cell in only[3:6]] == ["0\u00a0% of expected", "", "0.00 now"]


def test_a_day_shared_by_two_flights_says_so(office: Office) -> None:
    """At noon of 13 November one flight hands over to the next."""
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    noon = midnight(day(9)) + timedelta(hours=12)
    first = replace(flight("o1", 19, 9, "1050", id="f1"), end=noon)
    second = replace(flight("o1", 9, -10, "1950", id="f2"), start=noon)
    office.keep(order("o1"), first, second)
    office.deliver(delivered("o1", 19, total_cost=100), days(19))
    found = table(shown(office, orders=("o1",)), "Flights")
    shared = "13 Nov shared with another flight, divided by hours"
    assert [row[0].small for row in found.rows] == [
        f"13 Nov – 2 Dec 2026; {shared}",
        f"3 Nov – 13 Nov 2026; {shared}",
    ]
    assert found.sheet is not None
    assert {row[found.sheet.titles.index("Remark")] for row in found.sheet.rows} == {shared}


def test_an_order_without_a_budget_says_that_there_is_nothing_to_pace(board: Office) -> None:
    made = shown(board, orders=("idle",))
    assert sentences(made) == ["No budget of this order is known, so there is nothing to pace."]
    assert made.is_empty


def test_each_currency_has_a_board_of_its_own(board: Office) -> None:
    board.advertiser(TWO, "Zephyr", currency="EUR", chosen_at=NOW - timedelta(days=90))
    board.keep(
        order("z", "Euros", advertiser=TWO, currency="EUR"),
        flight("z", 29, -10, "900", advertiser=TWO, currency="EUR"),
        advertiser=TWO,
    )
    board.deliver(delivered("z", 29, total_cost=5), days(29), advertiser=TWO, currency="EUR")
    made = shown(board)
    boards = [b for b in blocks(made) if isinstance(b, Table) and b.name == BOARD]
    assert [number(total(boards[0], "Spent, USD")), number(total(boards[1], "Spent, EUR"))] == [
        22050, 150,
    ]  # fmt: skip
    assert {"Orders, USD", "Orders, EUR", "Advertisers, EUR"} <= set(titles(made))


def test_a_limited_member_is_told_of_their_own_advertiser_alone(board: Office) -> None:
    board.advertiser(TWO, "Zephyr", chosen_at=NOW - timedelta(days=90))
    board.keep(
        order("z", "Zephyr's", advertiser=TWO),
        flight("z", 29, -10, "900", advertiser=TWO),
        advertiser=TWO,
    )
    board.deliver(delivered("z", 29, total_cost=5), days(29), advertiser=TWO)
    whole, limited = shown(board), page(board, Screen.PACING, board.org.limited)
    assert number(total(table(whole, BOARD), "Spent, USD")) == 22050 + 150
    assert number(total(table(limited, BOARD), "Spent, USD")) == 22050
    assert "Zephyr" in told(whole)
    assert "Zephyr" not in told(limited)
    assert TWO not in told(limited)
    other = page(board, Screen.PACING, board.org.limited, orders=("z",))
    assert sentences(other) == ["None of the chosen advertisers or orders is known."]


def test_where_nothing_runs_it_says_why(office: Office) -> None:
    office.advertiser()
    assert shown(office).is_empty
    office.keep(order("o1"), order("o2", state=State.PAUSED))
    office.deliver([], days(13))
    made = shown(office)
    assert made.is_empty
    assert (
        "No order runs now: 0 wait for a flight or are over, 1 are paused, and of 1 no budget is "
        "known."
    ) in sentences(made)


def test_as_of_an_earlier_moment_it_tells_what_was_known_then(board: Office) -> None:
    before = shown(board, as_of=NOW)
    board.now = NOW + timedelta(hours=2)
    board.deliver(delivered("o1", 29, total_cost=1), days(29))
    then = shown(board, as_of=NOW)
    assert total(table(then, BOARD), "Spent, USD") == total(table(before, BOARD), "Spent, USD")
    assert total(table(shown(board), BOARD), "Spent, USD") != total(
        table(then, BOARD), "Spent, USD"
    )


def test_both_are_set_in_type_and_names_are_text(
    office: Office, press: Press, tmp_path: Path
) -> None:
    office.advertiser(chosen_at=NOW - timedelta(days=90))
    office.keep(
        *(order(f"o{n}", name) for n, name in enumerate(HOSTILE)),
        *(flight(f"o{n}", 29, -10, "98765432.10") for n in range(len(HOSTILE))),
        *(_line(f"o{n}", name) for n, name in enumerate(HOSTILE)),
    )
    cost = Decimal("1234567.89")
    office.deliver([r for n in range(5) for r in delivered(f"o{n}", 29, total_cost=cost)], days(29))
    text = flat(" ".join(read_back(shown(office), press, tmp_path))).replace(" ", "")
    for name in HOSTILE:
        assert name.replace(" ", "") in text
    assert f"{150 * cost:,.2f}" in text, "a figure is never broken"
    inside = flat(" ".join(read_back(shown(office, orders=("o2",)), press, tmp_path)))
    assert HOSTILE[2].replace(" ", "") in inside.replace(" ", "")
    assert f"{day(29):%-d %b}" in inside


def test_the_hours_of_an_order_stand_by_weekday_and_the_dearest_is_the_deepest(
    board: Office,
) -> None:
    hours = ((14, 9, "6"), (14, 10, "2"), (7, 9, "2"), (-1, 1, "3"), (21, 9, "1"))
    records = [
        HourRecord(
            f"{back}-{hour}", StreamDataset.TRAFFIC, AdvertiserId(ONE), OrderId("o7"),
            midnight(day(back)) + timedelta(hours=hour),
            HourFigures(cost=Decimal(cost), impressions=9),
        )
        for back, hour, cost in hours
    ]  # fmt: skip
    with board.background.writing(board.org.job) as tenant:
        tenant.stream_hours.add(ONE, ZoneInfo(PHOENIX), records, board.now)
    made = shown(board, orders=("o7",))
    found = table(made, "Cost by hour and weekday")
    assert len(found.rows) == 24
    # Two Sundays: six and two dollars at nine o'clock, two and none at ten.
    nine, ten = (found.rows[hour][7] for hour in (9, 10))
    assert (nine.text, nine.depth, ten.text) == ("$4.00", 1.0, "$1.00")
    assert "Today so far" in told(made)
    # Of 880 dollars thirty days took 17 each: 370 are left for ten.
    assert "To end on budget, today needs $37.00" in told(made)
    assert "By the hour" not in titles(shown(board, orders=("o8",)))


def test_a_clients_budget_stands_below_the_board(board: Office) -> None:
    given = Given(
        advertiser_id=ONE, name="<b>Client</b> #1", amount=Decimal(9000),
        first_month=date(2026, 11, 1),
    )  # fmt: skip
    with board.store.writing(board.org.scope()) as tenant:
        tenant.client_budgets.add(given, NOW)
    [only] = table(shown(board), "Client budgets").rows
    assert (only[0].text, only[1].text) == ("<b>Client</b> #1", "9,000.00")
    # 22 days of November, at 10 to 39 dollars a day.
    assert number(only[3].text) == 22 * sum(10 + n for n in range(ORDERS))
