"""Explore and Compare in a browser: true totals, parts that add up, and reasons."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from tests.e2e.conftest import PLANNER, Account, Opened, Visit

TOTALS = "tfoot td"


def ready(made: Visit, address: str, told: str) -> Visit:
    """Open an address anew until it tells what is to come: the days arrive meanwhile."""
    for _ in range(60):
        made.open(address)
        if made.page.locator(TOTALS).count() and told in made.text():
            break
        made.page.wait_for_timeout(1_000)
    return made


def test_a_cut_adds_up_to_the_whole_and_its_changes_to_the_change(
    visit: Opened, account: Account
) -> None:
    made = visit(height=2400)
    made.log_in(PLANNER, account.address("explore"))
    cost = account.cost()
    page = ready(made, account.address("explore"), f"{cost} of ").page
    expect(page.locator(TOTALS).first).to_have_text(re.compile(rf"{re.escape(cost)}$"))
    told = page.get_by_text(re.compile("The rows add up to the whole"))
    expect(told).to_contain_text(f"{cost} of ")
    expect(page.get_by_role("heading", name=re.compile("^What moved "))).to_be_visible()
    expect(page.get_by_text(re.compile("add up (to it )?exactly"))).to_be_visible()

    expect(page.get_by_role("button", name="Site", exact=True)).to_be_disabled()
    page.get_by_text(re.compile("^Why [0-9]+ of these cannot be chosen")).click()
    expect(page.get_by_text(re.compile("no report counts both at once")).first).to_be_visible()
    page.get_by_role("button", name="Order", exact=True).click()
    page.wait_for_url(re.compile("pivot=order"))
    made.settle()
    crossed = page.get_by_role("region", name=re.compile("^Supply source by Order"))
    expect(crossed.locator("tfoot")).to_be_visible()


def test_orders_are_compared_and_what_is_said_of_them_is_in_words(
    visit: Opened, account: Account
) -> None:
    made = visit(height=1800)
    made.log_in(PLANNER, account.address("compare"))
    page = made.page
    for _ in range(60):
        if page.get_by_text("Choose two to eight orders").count():
            break
        page.wait_for_timeout(1_000)
        made.open(account.address("compare"))
    page.get_by_role("link", name=re.compile("Compare the [0-9] that spent most")).click()
    page.wait_for_url(re.compile("order="))
    made.settle()
    table = page.get_by_role("region", name=re.compile("^Differences of"))
    expect(table).to_be_visible()
    expect(table.get_by_text("counted, not estimated").first).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("^How does "))).to_be_visible()
    names = page.locator(".fd-facts").first.locator("dt").all_inner_texts()
    assert len(names) > 1
    expect(page.locator(".stVegaLiteChart .role-legend-label text")).to_have_text(names)
    days = f"{account.first:%-d %b}"
    expect(page.locator(".fd-facts dd").first).to_contain_text(days)

    made.choose("Lay over one another", "by day of flight")
    page.wait_for_url(re.compile("align=flight"))
    made.settle()
    expect(page.locator(".fd-facts, .fd-panel").first).to_be_visible()

    page.get_by_role("button", name="Export", exact=True).click()
    page.get_by_role("button", name="PDF", exact=True).click()
    saves = page.get_by_role("link", name="Save PDF")
    expect(saves).to_be_visible(timeout=60_000)
    with page.expect_download() as fetched:
        saves.click()
    assert fetched.value.path().read_bytes().startswith(b"%PDF")
