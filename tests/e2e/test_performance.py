"""Performance and Reach & video in a browser: down into the account and back, with true totals."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.conftest import PLANNER, Account, Opened, Visit


@pytest.fixture
def mine(visit: Opened, account: Account) -> Visit:
    """Whoever keeps it, logged in at the Performance screen once its week is here."""
    made = visit(height=1800)
    made.log_in(PLANNER, account.address("performance"))
    for _ in range(90):
        if made.page.locator(".fd-funnel").count() and "still loading" not in made.text():
            break
        made.page.wait_for_timeout(1_000)
        made.open(account.address("performance"))
    expect(made.page.locator(".fd-funnel")).to_be_visible()
    return made


def test_from_the_funnel_down_to_a_creative_and_back(
    mine: Visit, account: Account, tmp_path: Path
) -> None:
    page = mine.page
    for stage in ("Awareness", "Consideration", "Purchase", "New-to-brand"):
        expect(page.locator(".fd-funnel").get_by_role("heading", name=stage)).to_be_visible()
    expect(page.get_by_text("Amazon dates a sale by the sale")).to_be_visible()
    assert _total(mine, "Total cost, USD") == account.cost()

    name = page.get_by_role("link", name=re.compile("Plain-1")).first
    name.click()
    page.wait_for_url(re.compile("by=line"))
    mine.settle()
    expect(page.get_by_role("heading", name="Line items")).to_be_visible()
    way = page.get_by_role("navigation", name="The way back")
    expect(way.get_by_text(re.compile("Plain-1"))).to_be_visible()
    rows = _table(mine).locator("tbody tr")
    expect(rows).to_have_count(2)
    rows.first.get_by_role("link").first.click()
    page.wait_for_url(re.compile("by=creative"))
    mine.settle()
    expect(page.get_by_role("heading", name="Creatives")).to_be_visible()
    page.get_by_role("link", name="All orders").click()
    page.wait_for_url(re.compile(r"^((?!by=).)*$"))
    mine.settle()
    expect(page.get_by_role("heading", name="Orders", exact=True)).to_be_visible()
    _choose_columns_and_order(mine)
    _hold_the_file_against_the_screen(mine, tmp_path)
    _fits_a_phone(mine)


def _choose_columns_and_order(mine: Visit) -> None:
    page = mine.page
    line = _table(mine).locator(".fd-spark").first
    expect(line).to_have_css("background-color", re.compile(r"^rgb\("))  # drawn, not clear
    mine.choose("Columns for", "Purchase", exact=True)
    page.wait_for_url(re.compile("show=total_cost%2Ctotal_purchases"))
    mine.settle()
    mine.choose("Order by", "Total ROAS, highest first")
    page.wait_for_url(re.compile("sort=-total_roas"))
    mine.settle()
    heads = _table(mine).locator("thead th").all_inner_texts()
    assert heads[2:6] == ["Total cost, USD", "Total purchases", "Total purchase rate",
                          "Total eCPP, USD"]  # fmt: skip


def _hold_the_file_against_the_screen(mine: Visit, folder: Path) -> None:
    page = mine.page
    menu = page.locator(".st-key-performance-table-USD")
    menu.get_by_role("button", name="Download").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="CSV", exact=True).click()
    waiting.value.save_as(folder / "rows.csv")
    lines = (folder / "rows.csv").read_text(encoding="utf-8-sig").splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines) if line.startswith("Order,Order ID"))
    told = list(csv.DictReader(lines[first:]))
    assert told[-1]["Order"] == "All"
    ids = [row["Order ID"] for row in told[:-1]]
    drawn = _table(mine).locator("tbody tr").all_inner_texts()
    assert len(drawn) == len(ids)
    assert all(order_id in text for order_id, text in zip(ids, drawn, strict=True))


def test_reach_names_its_windows_and_says_why_there_is_none(mine: Visit, account: Account) -> None:
    page = mine.page
    mine.open(account.address("reach"))
    expect(page.get_by_role("heading", name="Reach & video")).to_be_visible()
    tiles = page.get_by_role("group", name="People reached").locator(".fd-tile")
    expect(tiles.first).to_contain_text("Days chosen")
    expect(tiles.first).to_contain_text("n/a")
    expect(page.get_by_text("none is added to another")).to_be_visible()
    page.get_by_role("radio", name="14 days").or_(
        page.get_by_role("button", name="14 days")
    ).first.click()
    page.wait_for_url(re.compile("window=14d"))
    mine.settle()
    expect(page.get_by_role("heading", name="Video and viewability")).to_be_visible()
    _fits_a_phone(mine)
    page.get_by_role("link", name="By order, line item, creative").click()
    page.wait_for_url(re.compile("/performance.*video_starts"))


def _fits_a_phone(mine: Visit) -> None:
    """Hold that nothing but tables scrolls sideways on a narrow screen."""
    mine.page.set_viewport_size({"width": 390, "height": 900})
    mine.eventually("document.documentElement.scrollWidth <= 390")


def _table(mine: Visit) -> Locator:
    return mine.page.get_by_role("region", name=re.compile(r"^(Orders|Line items|Creatives), "))


def _total(mine: Visit, head: str) -> str:
    """Return the first line of a column's total."""
    expect(_table(mine)).to_be_visible()
    heads = _table(mine).locator("thead th").all_inner_texts()
    cell = _table(mine).locator("tfoot tr > *").nth(heads.index(head))
    return cell.inner_text().splitlines()[0]
