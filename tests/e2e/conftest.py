"""The whole product in a browser: one running Flightdeck and one chromium a session.

    running_flightdeck   sandbox (tiny), scheduler and web on free ports, in a fresh home
    account              an advertiser that PLANNER keeps there
    browser              chromium; each test opens contexts of its own
    visit                opens a page as somebody; at the end no page may have broken a rule

Every test here is marked slow. Files go whole to one worker (`--dist loadfile`), in any order:
what a file sets up, it sets up as somebody for whom no other file sets up anything, or in a
Flightdeck of its own.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from shutil import which

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError, expect, sync_playwright

from tests.flightdeck_process import FlightdeckProcess, start_flightdeck

CHROMIUM = which("chromium") or "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
SETTLED = '[data-testid="stApp"][data-test-script-state="notRunning"]'
SECONDS_MS = 1000
DAY = "2026-06-15"
HEADED = '[data-testid="stMain"] h1'
PLANNER = "person-planner"
RIVAL = "Quite Secret Rival"  # what person-rival founds, in whichever file comes first
expect.set_options(timeout=30 * SECONDS_MS)


VISITS = pytest.StashKey[list["Visit"]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell, below what failed, where each browser stood and what could be read there."""
    report = yield
    if report.failed and call.when == "call":
        for made in item.stash.get(VISITS, []):
            report.sections.append((f"Shown at {made.page.url}", made.text()))
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.slow)


@dataclass
class Visit:
    """One browser context with one page."""

    page: Page
    context: BrowserContext
    address: str
    broken: list[str] = field(default_factory=list)

    def open(self, path: str = "/") -> None:
        """Go to a path and wait until its run has ended."""
        self.page.goto(self.address + path)
        self.settle()

    def settle(self) -> None:
        """Wait, after a page was gone to, until it is drawn and nothing is marked as stale.

        Streamlit says that a first run is over some time before the page is drawn. After a click
        this may return before the run that the click begins: wait for what the click brings.
        """
        self.page.wait_for_selector(SETTLED, timeout=30 * SECONDS_MS)
        self.page.wait_for_selector(HEADED, timeout=30 * SECONDS_MS)
        expect(self.page.locator('[data-stale="true"]')).to_have_count(0)

    def log_in(self, person: str = "person-owner", path: str = "/") -> None:
        """Log in from the login view at `path`, at the identity provider's page."""
        self.open(path)
        self.page.get_by_role("link", name=re.compile("^Log in")).first.click()
        self.page.check(f"input[value={person}]")
        self.page.click("button[value=login]")
        self.settle()

    def found(self, name: str) -> None:
        """Found an organization on the welcome screen."""
        self.page.get_by_label("Name of the organization").fill(name)
        self.page.get_by_role("button", name="Found it").click()
        expect(self.page.get_by_role("heading", name="Welcome to Flightdeck")).to_have_count(0)
        self.settle()

    def link(self, region: str = "North America", *, decision: str = "allow") -> None:
        """Link an Amazon account as its first user, up to the page that says how it ended."""
        self.page.get_by_role("link", name=region).click()
        self.page.click(f"button[value={decision}]")
        self.page.wait_for_selector("main section h1")

    def choose(
        self, label: str | re.Pattern[str], option: str | re.Pattern[str], *, exact: bool = False
    ) -> None:
        """Open the list with a label and take one of its options.

        A list that was open while the page was drawn anew is closed again: then it is opened
        once more, as a person would.
        """
        opened = self.page.get_by_role("combobox", name=label).first
        wanted = self.page.get_by_role("option", name=option, exact=exact)
        for _ in range(5):
            opened.click()
            try:
                wanted.click(timeout=5 * SECONDS_MS)
            except TimeoutError:
                self.page.keyboard.press("Escape")
            else:
                return
        raise AssertionError(f"{label!r} never offered {option!r}")

    def eventually(self, expression: str, seconds: float = 10.0) -> None:
        """Wait until an expression holds. Playwright's own wait evaluates inside the page, which
        the content policy forbids; this asks from outside.
        """
        for _ in range(int(seconds * 10)):
            if self.page.evaluate(expression):
                return
            self.page.wait_for_timeout(100)
        raise AssertionError(f"it never held that {expression}")

    def text(self) -> str:
        """Return what can be read on the page, sidebar included."""
        return self.page.locator("body").inner_text()


@pytest.fixture(scope="session")
def running_flightdeck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlightdeckProcess]:
    """A whole Flightdeck over the tiny world, on one and the same afternoon whenever it is run."""
    with start_flightdeck(tmp_path_factory.mktemp("e2e"), scheduler=True, today=DAY) as running:
        running.sandbox.control("clock", {"now": f"{DAY}T14:30:00+00:00"})
        yield running


@dataclass(frozen=True, slots=True)
class Account:
    """An advertiser that `PLANNER` keeps, and a week of it that no longer moves."""

    running: FlightdeckProcess
    advertiser_id: str
    first: date

    @property
    def week(self) -> str:
        """Return the week as an address names it."""
        return f"range={self.first}..{self.first + timedelta(days=6)}"

    def address(self, screen: str) -> str:
        """Return the address of the week on a screen."""
        return f"/{screen}?v=1&adv={self.advertiser_id}&{self.week}"

    def cost(self) -> str:
        """Return what the week cost, as the simulation tells it, as a figure in cents."""
        query = {
            "advertiserId": self.advertiser_id,
            "from": str(self.first),
            "to": str(self.first + timedelta(days=6)),
        }
        rows = self.running.sandbox.http.get("/_sandbox/truth/daily", params=query).json()["rows"]
        cost = sum((Decimal(row["totalCost"]) for row in rows), Decimal(0))
        return f"{cost.quantize(Decimal('0.01'), ROUND_HALF_UP):,}"


@pytest.fixture(scope="session")
def account(running_flightdeck: FlightdeckProcess) -> Account:
    """One advertiser of an agency, linked and kept; its days arrive while the first test waits."""
    person = running_flightdeck.person(PLANNER)
    person.log_in()
    org_id = person.found("Agency of performance")
    person.consent(org_id, "NA", decision="allow")
    person.choose(org_id, running_flightdeck.wait_until, "Alder")
    told = running_flightdeck.sandbox.http.get("/_sandbox/truth/entities").json()
    (alder,) = (a for a in told["advertisers"] if a["name"].startswith("Alder"))
    now = datetime.fromisoformat(running_flightdeck.sandbox.control("clock")["now"])
    return Account(running_flightdeck, alder["advertiserId"], now.date() - timedelta(days=30))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's chromium without a window."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


Opened = Callable[..., Visit]


@pytest.fixture
def visit(
    browser: Browser, running_flightdeck: FlightdeckProcess, request: pytest.FixtureRequest
) -> Iterator[Opened]:
    """Return what opens a context: `visit(width=1440, height=900, scheme="light")`."""
    visits = request.node.stash.setdefault(VISITS, [])

    def opened(*, width: int = 1440, height: int = 900, scheme: str = "light") -> Visit:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,  # type: ignore[arg-type]
            accept_downloads=True,
        )
        made = Visit(context.new_page(), context, running_flightdeck.address)
        made.page.on("console", lambda said: _listen(made, said.type, said.text))
        made.page.on("pageerror", lambda error: made.broken.append(str(error)))
        made.page.on("dialog", lambda dialog: made.broken.append(f"dialog {dialog.message}"))
        made.page.on("request", lambda request: _watch(made, request.url))
        visits.append(made)
        return made

    yield opened
    for made in visits:
        made.context.close()
    broken = [what for made in visits for what in made.broken]
    assert broken == []


def _listen(made: Visit, kind: str, text: str) -> None:
    if kind == "error" and "404" not in text:
        made.broken.append(text)


def _watch(made: Visit, url: str) -> None:
    """Nothing is ever fetched from another machine."""
    if not re.match(r"(http://(localhost|127\.0\.0\.1):|ws://localhost:|data:|blob:)", url):
        made.broken.append(f"outward: {url}")
