"""From nothing to true figures, in a browser: log in, link, keep, watch the days arrive, read the
tiles, take the file, change the days, log out. What is shown is held against the simulation's own
totals, to the cent.
"""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Opened, Visit
from tests.flightdeck_process import FlightdeckProcess, start_flightdeck

TODAY = date(2026, 6, 15)
CENT = Decimal("0.01")
RIVAL = "Quite Secret Rival"


@pytest.fixture(scope="module")
def running_flightdeck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlightdeckProcess]:
    """A Flightdeck of this file's own, on a day and at an hour at which nothing is published."""
    home = tmp_path_factory.mktemp("journey")
    with start_flightdeck(home, scheduler=True, today=TODAY.isoformat()) as running:
        running.sandbox.control("clock", {"now": f"{TODAY}T14:30:00+00:00"})
        rival = running.person("person-rival")
        rival.log_in()
        rival.found(RIVAL)
        yield running


@dataclass
class Truth:
    """What the simulation says of one advertiser as of now."""

    running: FlightdeckProcess
    advertiser_id: str

    def by_order(self, days: int) -> dict[str, dict[str, Decimal]]:
        """Return the sums of each order over the last whole days."""
        last = TODAY - timedelta(days=1)
        query = {
            "advertiserId": self.advertiser_id,
            "from": str(last - timedelta(days=days - 1)),
            "to": str(last),
            "by": "order",
            "asOf": "now",
        }
        told = self.running.sandbox.http.get("/_sandbox/truth/daily", params=query).json()
        sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        for row in told["rows"]:
            for name in ("totalCost", "impressions", "totalSales"):
                sums[row["orderId"]][name] += Decimal(str(row[name]))
        return sums

    def cost_between(self, order_id: str, first: date, last: date) -> Decimal:
        """Return an order's total cost over some days."""
        query = {"advertiserId": self.advertiser_id, "from": str(first), "to": str(last),
                 "by": "order", "asOf": "now"}  # fmt: skip
        told = self.running.sandbox.http.get("/_sandbox/truth/daily", params=query).json()
        own = (row for row in told["rows"] if row["orderId"] == order_id)
        return sum((Decimal(str(row["totalCost"])) for row in own), Decimal(0))

    def total(self, days: int, name: str) -> Decimal:
        """Return one sum over all orders."""
        return sum((order[name] for order in self.by_order(days).values()), Decimal(0))


@pytest.fixture
def truth(running_flightdeck: FlightdeckProcess) -> Truth:
    known = running_flightdeck.sandbox.http.get("/_sandbox/truth/entities").json()
    (alder,) = (a for a in known["advertisers"] if a["name"].startswith("Alder"))
    return Truth(running_flightdeck, alder["advertiserId"])


def test_what_a_newcomer_sees_is_what_happened_to_the_cent(
    visit: Opened, truth: Truth, tmp_path: Path
) -> None:
    mine = visit(height=1600)
    _link_and_keep(mine)
    _watch_it_arrive(mine)
    assert RIVAL not in mine.text()

    assert _exact(mine, "Spend") == _dollars(truth.total(7, "totalCost"))
    assert _exact(mine, "Impressions") == f"{truth.total(7, 'impressions'):,}"
    rows, address = _downloaded(mine, tmp_path)
    _hold_the_file_against(rows, truth.by_order(7))
    _hold_return_on_ad_spend_against(mine, rows, truth.by_order(7))
    _refuse_a_copied_link(visit, address)

    mine.choose("Days", "Last 30 days", exact=True)
    mine.page.wait_for_url(re.compile("range=30d"))
    expect(_tile(mine, "Spend")).to_have_attribute("title", _dollars(truth.total(30, "totalCost")))

    _pace_an_order(mine, truth)
    _keep_a_clients_budget(mine)
    _add_an_event(mine)
    mine.open("/?v=1&range=30d")
    _set_a_stage(mine, rows)
    _bring_a_plan_that_is_wrong(mine)

    mine.page.get_by_role("link", name="Log out").click()
    mine.settle()
    mine.open("/?v=1&range=30d")
    expect(mine.page.get_by_role("link", name=re.compile("^Log in"))).to_be_visible()
    assert "Spend" not in mine.text()


def _link_and_keep(mine: Visit) -> None:
    mine.log_in("person-newcomer", "/accounts")
    mine.found("Newcomer's Agency")
    mine.link()
    mine.page.get_by_role("link", name="Go to your accounts").click()
    mine.settle()
    mine.choose("Fetch and keep these advertisers", "Alder Test Foods")
    mine.page.keyboard.press("Escape")
    mine.page.get_by_role("button", name="Keep these").click()
    expect(mine.page.get_by_role("cell", name="kept", exact=True).first).to_be_visible()


def _watch_it_arrive(mine: Visit) -> None:
    """Days come by themselves, and the screen tells how many there are until all are."""
    mine.open("/")
    expect(mine.page.get_by_text(re.compile(r"\d+ of 94 days")).first).to_be_visible()
    for _ in range(60):
        if not re.search(r"\d+ of 94 days", mine.text()):
            break
        mine.page.wait_for_timeout(1_000)
        mine.open("/")
    expect(mine.page.get_by_text(re.compile(r"^Data through 1[34] Jun \(America"))).to_be_visible()


def _tile(mine: Visit, label: str) -> Any:
    tile = mine.page.locator(".fd-tile", has=mine.page.locator(f'dt:text-is("{label}")'))
    return tile.locator(".fd-figure")


def _exact(mine: Visit, label: str) -> str | None:
    told: str | None = _tile(mine, label).get_attribute("title")
    return told


def _downloaded(mine: Visit, folder: Path) -> tuple[list[dict[str, str]], str]:
    """Take the orders table as a file; return its rows and the address it came from."""
    menu = mine.page.locator(".st-key-morning-orders-file")
    menu.get_by_role("button", name="Download").click()
    link = mine.page.get_by_role("link", name="CSV", exact=True)
    address = link.get_attribute("href") or ""
    with mine.page.expect_download() as waiting:
        link.click()
    path = folder / "orders.csv"
    waiting.value.save_as(path)
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    first = next(n for n, line in enumerate(lines) if line.startswith("Order,Order ID"))
    mine.page.keyboard.press("Escape")
    return list(csv.DictReader(lines[first:])), address


def _hold_the_file_against(
    rows: list[dict[str, str]], truth: Mapping[str, Mapping[str, Decimal]]
) -> None:
    spent = {row["Order ID"]: Decimal(row["Spend, USD"] or 0) for row in rows}
    assert spent == {
        order_id: sums["totalCost"].quantize(CENT, ROUND_HALF_UP)
        for order_id, sums in truth.items()
        if order_id in spent
    }
    left_out = {o for o, sums in truth.items() if sums["totalCost"] or sums["impressions"]}
    assert left_out <= set(spent)
    names = [row["Order"] for row in rows]
    assert not [name for name in names if name[0] in "=+-@"], "nothing a spreadsheet would run"
    assert [name for name in names if name.startswith("'")], "the hostile name is among them"


def _hold_return_on_ad_spend_against(
    mine: Visit, rows: list[dict[str, str]], truth: Mapping[str, Mapping[str, Decimal]]
) -> None:
    meant = [row["Order ID"] for row in rows if row["Stage"] == "conversion"]
    sales = sum((truth[o]["totalSales"] for o in meant), Decimal(0))
    cost = sum((truth[o]["totalCost"] for o in meant), Decimal(0))
    assert _exact(mine, "Total ROAS") == f"{sales / cost:.2f}"


def _set_a_stage(mine: Visit, rows: list[dict[str, str]]) -> None:
    """What a person sets is shown, with the word that it was set by hand."""
    order = next(
        row["Order"]
        for row in rows
        if row["Stage"] == "consideration" and not row["Order"].startswith("'")
    )
    mine.page.get_by_role("button", name="Set stages").click()
    dialog = mine.page.get_by_role("dialog")
    dialog.get_by_label("Order").click()
    mine.page.get_by_role("option", name=order, exact=True).click()
    expect(dialog.get_by_text("It is consideration now")).to_be_visible()
    dialog.get_by_text("awareness", exact=True).click()
    dialog.get_by_role("button", name="Set it").click()
    row = mine.page.get_by_role("row").filter(has_text=order)
    expect(row.get_by_text("by hand")).to_be_visible()


def _bring_a_plan_that_is_wrong(mine: Visit) -> None:
    """A plan with a fault says which row, and cannot be kept."""
    mine.page.get_by_role("link", name="Data health").click()
    mine.settle()
    mine.page.get_by_role("button", name="Bring a flight plan").click()
    dialog = mine.page.get_by_role("dialog")
    wrong = b"order_id,flight,start,end,budget\n1,June,2026-06-01,2026-06-30,5000\n"
    dialog.locator("input[type=file]").set_input_files(
        {"name": "plan.csv", "mimeType": "text/csv", "buffer": wrong}
    )
    expect(dialog.get_by_text("Row 2: there is no order '1' here. Check the id.")).to_be_visible()
    expect(dialog.get_by_role("button", name="Keep it")).to_be_disabled()
    mine.page.keyboard.press("Escape")


def _refuse_a_copied_link(visit: Opened, address: str) -> None:
    stranger = visit()
    answer = stranger.context.request.get(stranger.address + address)
    assert answer.status in {401, 403, 404}
    assert "Order ID" not in answer.text()


def _pace_an_order(mine: Visit, truth: Truth) -> None:
    """The board's money, from order to line items, is the simulation's; trials change nothing."""
    page = mine.page
    mine.open("/pacing")
    row = page.get_by_role("row").filter(has_text="Bid-Too-Low")
    told = row.inner_text()
    days_run = re.search(r"(\d+) run", told)
    assert days_run is not None
    first = TODAY - timedelta(days=20)  # such orders begin twenty days before today
    last = first + timedelta(days=int(days_run[1]) - 1)
    way = row.get_by_role("link")
    order_id = (way.get_attribute("href") or "").partition("order=")[2].partition("&")[0]
    spent = f"{truth.cost_between(order_id, first, last).quantize(CENT, ROUND_HALF_UP):,}"
    assert spent in told
    assert "line item fell" in told

    way.click()
    expect(page.get_by_role("heading", name="Which budget counts")).to_be_visible()
    mine.settle()
    expect(page.get_by_role("row").filter(has_text="All 2")).to_contain_text(spent)
    expect(page.get_by_text("an inference from what can be seen").first).to_be_visible()
    expect(page.get_by_text("Nothing is changed at Amazon")).to_be_visible()
    page.get_by_label("Budget, USD").fill("1")
    page.keyboard.press("Enter")
    expect(page.get_by_text("lower than what is spent already")).to_be_visible()


def _keep_a_clients_budget(mine: Visit) -> None:
    page = mine.page
    mine.open("/pacing")
    page.get_by_text("Keep a client's budget").click()
    page.get_by_role("textbox", name="Client").fill("Lumen <b>&</b> Co")
    page.get_by_label("Gives a month, USD").fill("90000")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("rowheader").filter(has_text="Lumen <b>&</b> Co")).to_be_visible()


def _add_an_event(mine: Visit) -> None:
    page = mine.page
    mine.open("/events")
    expect(page.get_by_role("rowheader", name="Black Friday")).to_be_visible()
    page.get_by_role("textbox", name="Name").fill("Our <i>fair</i>")
    page.get_by_role("button", name="Save", exact=True).click()
    row = page.get_by_role("row").filter(has_text="Our <i>fair</i>")
    expect(row.get_by_text("yours")).to_be_visible()


def _dollars(amount: Decimal) -> str:
    return f"${amount.quantize(CENT, ROUND_HALF_UP):,}"
