"""A long table as a file: every row, reckoned when the file is made and not by the page."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.domain.columns import Column
from core.domain.metrics import Dataset
from core.domain.views import Screen
from core.errors import UserError
from core.insight.sheets import Sheet
from core.reports.file_specs import ROWS_MAX, SheetFile, TableFile
from core.reports.whole_tables import whole_table
from core.web.parts.downloads import bounded, mark
from tests.unit.insight.office import TWO, Office, days, order, row

ROWS = 60  # ten more than a page of either screen


def rows(prefix: str) -> list[dict[str, object]]:
    return [
        row(f"{prefix}{n}", 0, total_cost=n + 1, impressions=1000, supply_source=f"{prefix}{n}")
        for n in range(ROWS)
    ]


@pytest.fixture
def busy(office: Office) -> Office:
    """Sixty orders in dollars; three in yen, and the neighbour's, which are no part of them."""
    office.advertiser()
    office.advertiser(TWO, "Sakura", currency="JPY")
    office.keep(*(order(f"o{n}", f"Order {n}") for n in range(ROWS)))
    office.deliver(rows("o"), days(6))
    office.deliver(rows("o"), days(6), dataset=Dataset.INVENTORY)
    office.deliver(rows("y")[:3], days(6), advertiser=TWO, currency="JPY")
    office.deliver(rows("n"), days(6), org=office.neighbour)
    return office


@pytest.mark.parametrize(
    ("screen", "query"), [(Screen.PERFORMANCE, {}), (Screen.EXPLORE, {"cut": "supply_source"})]
)
def test_a_long_table_is_whole_in_its_own_currency_whatever_page_is_shown(
    busy: Office, screen: Screen, query: dict[str, str]
) -> None:
    spec = TableFile("Rows", screen, {**query, "page": "2", "cmp": "none"}, "USD", 0, ("As of: x",))
    with busy.desk() as desk:
        found = whole_table(desk, spec)
    cost = next(n for n, head in enumerate(found.sheet.titles) if head == "Total cost, USD")
    parts = [Decimal(str(one[cost])) for one in found.sheet.rows if one[0] != "All"]
    assert len(parts) == ROWS
    assert sum(parts) == ROWS * (ROWS + 1) // 2
    assert found.sheet.lines[-1] == "As of: x"


def test_a_currency_that_is_no_longer_in_view_is_said(busy: Office) -> None:
    with busy.desk() as desk, pytest.raises(UserError, match="Nothing in EUR"):
        whole_table(desk, TableFile("Rows", Screen.PERFORMANCE, {}, "EUR", 0))


def test_a_table_beyond_what_a_page_keeps_says_what_it_leaves_out_and_never_breaks() -> None:
    sheet = Sheet((Column("Name"),), tuple((str(n),) for n in range(ROWS_MAX + 1)), ("Days: x",))
    kept = SheetFile("Rows", bounded(sheet)).as_json()
    assert len(kept["rows"]) == ROWS_MAX
    assert kept["lines"] == [
        "Days: x",
        "Rows: the first 20,000 of 20,001; narrow the view for the others.",
    ]
    whole = Sheet(sheet.columns, sheet.rows[:ROWS_MAX])
    assert bounded(whole) is whole


def test_what_was_made_of_one_view_is_not_offered_for_another() -> None:
    assert mark({"range": "7d", "adv": "1"}) == mark({"adv": "1", "range": "7d"})
    assert mark({"range": "7d"}) != mark({"range": "30d"})
