"""Explore and Compare in a browser: true totals, parts that add up, and reasons."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Opened, Visit
from tests.flightdeck_process import FlightdeckProcess

PERSON = "person-planner"
TOTALS = "tfoot td"


@dataclass
class Account:
    """An advertiser that somebody keeps, and a week of it that no longer moves."""

    running: FlightdeckProcess
    advertiser_id: str
    first: date

    def address(self, screen: str) -> str:
        """Return the address of the week on a screen."""
        week = f"range={self.first}..{self.first + timedelta(days=6)}"
        return f"/{screen}?v=1&adv={self.advertiser_id}&{week}"

    def cost(self) -> str:
        """Return what the week cost, as the simulation tells it, in cents."""
        query = {
            "advertiserId": self.advertiser_id,
            "from": str(self.first),
            "to": str(self.first + timedelta(days=6)),
        }
        rows = self.running.sandbox.http.get("/_sandbox/truth/daily", params=query).json()["rows"]
        cost = sum((Decimal(row["totalCost"]) for row in rows), Decimal(0))
        return f"{cost.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"


@pytest.fixture(scope="module")
def account(running_flightdeck: FlightdeckProcess) -> Account:
    """One agency's advertisers, linked and chosen."""
    person = running_flightdeck.person(PERSON)
    person.log_in()
    org_id = person.found("Agency of performance")
    if not person.connections(org_id):
        person.consent(org_id, "NA", decision="allow")
    person.choose(org_id, running_flightdeck.wait_until)
    told = running_flightdeck.sandbox.http.get("/_sandbox/truth/entities").json()
    (alder,) = (a for a in told["advertisers"] if a["name"].startswith("Alder"))
    now = datetime.fromisoformat(running_flightdeck.sandbox.control("clock")["now"])
    return Account(running_flightdeck, alder["advertiserId"], now.date() - timedelta(days=30))


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
    made.log_in(PERSON, account.address("explore"))
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
    made.log_in(PERSON, account.address("compare"))
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
    days = f"{account.first:%-d %b}"
    expect(page.locator(".fd-facts dd").first).to_contain_text(days)

    page.get_by_label("Lay over one another").click()
    page.get_by_role("option", name="by day of flight").click()
    page.wait_for_url(re.compile("align=flight"))
    made.settle()
    expect(page.locator(".fd-facts, .fd-panel").first).to_be_visible()
