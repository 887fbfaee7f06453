"""The monthly review and the flight wrap-up, held to figures worked out by hand."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from core.domain.periods import DateRange, Preset
from core.reports.document import Points
from core.reports.making import Kind
from core.reports.press import Press
from tests.unit.insight.office import NOW, Office, day, days, delivered, flight, order
from tests.unit.reports.papers import flat, read_back, report, table


@pytest.fixture
def autumn(office: Office) -> Office:
    """Two orders for seventy days: ten dollars a day, and twenty that became thirty in October.

    The first has a flight that ended on 12 November with 100 of its 710 dollars unspent.
    """
    office.advertiser(chosen_at=NOW - timedelta(days=120))
    office.keep(
        order("o1", "Lumen Remarketing", goal="CONVERSIONS"),
        flight("o1", 70, 10, "710"),
        order("o2", "Lumen Prospecting", goal="CONVERSIONS"),
        flight("o2", 70, -10, "3000"),
    )
    sold = {"impressions": 1000, "total_sales": "40", "total_purchases": 2}
    # Yesterday is 22 November: 53 to 22 days back are October, the 31 days before end on the 54th.
    october, before = (52, 22), (93, 53)
    office.deliver(
        [
            *delivered("o1", 93, 10, total_cost="10", **sold),
            *delivered("o2", *october, total_cost="30", **sold),
            *delivered("o2", *before, total_cost="20", **sold),
        ],
        days(93),
    )
    return office


def test_the_month_is_told_by_week_and_its_parts_add_up(autumn: Office) -> None:
    made = report(autumn, Kind.MONTHLY)
    assert (made.kind, made.period) == ("Monthly business review", "1 Oct – 31 Oct 2026")
    # 31 x (10 + 30) after 31 x (10 + 20).
    assert made.headlines[0].title == "Spend up 33\u00a0%"
    weeks = table(made, "Weeks")
    # 1 October 2026 is a Thursday: four days, then three whole weeks, then six days.
    told = [[cell.text for cell in row] for row in weeks.rows]
    assert [row[0] for row in told] == [
        "1 Oct – 4 Oct 2026", "5 Oct – 11 Oct 2026", "12 Oct – 18 Oct 2026",
        "19 Oct – 25 Oct 2026", "26 Oct – 31 Oct 2026",
    ]  # fmt: skip
    assert [row[1] for row in told] == ["$160.00", "$280.00", "$280.00", "$280.00", "$240.00"]
    assert {row[5] for row in told} == {"2.00"}, "80 in sales for 40 spent, on every day"
    assert weeks.rows[0][0].small == "4 days of it"


def test_what_moved_spend_adds_up_to_its_change(autumn: Office) -> None:
    moved = table(report(autumn, Kind.MONTHLY), "What moved Total cost")
    assert [cell.text for cell in moved.rows[0]] == [
        "Lumen Prospecting",
        "+$310.00",
        "100.0\u00a0%",
    ]
    assert moved.totals[1].text == "+$310.00"
    assert moved.sheet
    assert sum(Decimal(str(row[2])) for row in moved.sheet.rows) == 310


def test_a_wrap_up_is_of_whole_flights_whatever_the_days_of_the_view(autumn: Office) -> None:
    made = report(autumn, Kind.WRAP_UP, range=Preset.LAST_14)
    assert made.period == str(DateRange(day(70), day(10)))
    flights = table(made, "Flights")
    [only] = flights.rows
    # 61 days at ten dollars, of 710.
    assert [cell.text for cell in only] == [
        "Lumen Remarketing", str(DateRange(day(70), day(10))), "710.00", "610.00",
        "85.9\u00a0%", "100.00",
    ]  # fmt: skip
    assert made.headlines[0].title == "85.9\u00a0% of the budget spent"
    assert "$610.00 of $710.00 was spent by one flight." in made.headlines[0].sentence
    assert "Lumen Remarketing, $100.00 left unspent" in made.headlines[0].sentence
    assert [row[0].text for row in table(made, "Orders").rows] == ["Lumen Remarketing"]


def test_without_a_flight_that_ended_there_is_nothing_to_wrap_up(autumn: Office) -> None:
    made = report(autumn, Kind.WRAP_UP, range=Preset.LAST_7)
    assert made.is_empty
    [section] = made.sections
    [block] = section.blocks
    assert isinstance(block, Points)
    assert block.empty == "No flight of these orders ended in these days."


@pytest.mark.parametrize("kind", [Kind.MONTHLY, Kind.WRAP_UP])
def test_both_are_set_in_type(autumn: Office, press: Press, tmp_path: Path, kind: Kind) -> None:
    pages = read_back(report(autumn, kind, range=Preset.LAST_14), press, tmp_path)
    text = flat(" ".join(pages))
    assert kind.label in text
    assert "Lumen Remarketing" in text
    assert f"Page 1 of {len(pages)}" in text
