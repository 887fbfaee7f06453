"""What a person waits for: the script of a page, a first view, a change of filters, and all of it
while a hundred others do the same. Over a world that came in through the product's own ingest.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from deltalake import DeltaTable
from playwright.sync_api import Browser, Page, sync_playwright
from websockets.sync.client import ClientConnection, connect

from core.web.screens import HOME, PLACES
from sandbox.demo.person import Person
from tests.bench.report import Line, Timing
from tests.e2e.conftest import ARGUMENTS, CHROMIUM, SETTLED
from tests.flightdeck_process import FlightdeckProcess, start_flightdeck
from tests.websocket_probe import asking, dialled, is_end, run_page

SCALE = "1"
WARM = 20
LOADED_SECONDS = 600.0
SETTLING_SECONDS = 20.0
VIEWERS, EVERY_SECONDS, LOAD_SECONDS = 100, 10.0, 60.0
SCRIPT_MS, CHANGE_MS, FIRST_VIEW_MS, CROWD_MS = 100.0, 400.0, 2_200.0, 1_000.0


def lines(home: Path) -> list[Line]:
    """Return the lines of the web process; the world is loaded anew for each run."""
    place = home / "web"
    shutil.rmtree(place, ignore_errors=True)
    with start_flightdeck(
        place,
        scheduler=True,
        scenario="demo",
        arguments=("--scale", SCALE),
        background={"UNIFIED_REPORTS": "false"},
    ) as running:
        person = _furnished(running)
        # From here on no time passes there, so the background has nothing more to do.
        running.sandbox.control("clock", {"rate": 0})
        time.sleep(SETTLING_SECONDS)  # house: tests_do_not_sleep; what is under way ends
        advertisers = _advertisers(person)
        size = f"{_fact_rows(place) / 1e3:.0f} k"
        return [
            *_scripts(running, person, advertisers, size),
            *_browser(running, person, advertisers, size),
            _crowd(running, person, advertisers, size),
        ]


def _furnished(running: FlightdeckProcess) -> Person:
    person = running.person()
    person.log_in()
    org_id = person.found()
    person.link(org_id)
    person.choose(org_id, running.wait_until)
    running.wait_until(
        lambda: _is_loaded(running, person, org_id), "The first load", LOADED_SECONDS
    )
    return person


def _is_loaded(running: FlightdeckProcess, person: Person, org_id: str) -> bool:
    """Return whether all base facts are there: an advertiser without any stays "still loading"."""
    time.sleep(2.0)  # house: tests_do_not_sleep; asking costs the machine that is measured
    shown = run_page(running.address, cookies=dict(person.browser.cookies)).text
    return "Data through" in shown and not person.work(org_id)["base"]


def _advertisers(person: Person) -> list[str]:
    org_id = person.ask("GET", "/api/v1/status")["organizations"][0]["id"]
    found = person.ask("GET", f"/api/v1/advertisers?org={org_id}")["advertisers"]
    return [str(one["advertiser_id"]) for one in found]


def _fact_rows(place: Path) -> int:
    tables = {log.parent for log in place.glob("lake/*/campaign/_delta_log")}
    return sum(DeltaTable(str(table)).count() for table in tables)


def _scripts(
    running: FlightdeckProcess, person: Person, advertisers: list[str], size: str
) -> Iterator[Line]:
    """Yield, screen by screen, the time from asking for a run to its end, over the socket."""
    several = [f"v=1&range={days}" for days in ("7d", "14d", "30d")]
    one = [f"{query}&adv={advertisers[0]}" for query in several]
    with connect(**dialled(running.address, dict(person.browser.cookies))) as channel:
        for place in (p for p in PLACES if p.in_menu and p.section != "Set-up"):
            for whose, queries in (("all advertisers", several), ("one advertiser", one)):
                path = "" if place is HOME else place.path
                taken = [_run(channel, path, queries[n % 3]) for n in range(WARM + 3)]
                timing = Timing.of(taken[0], taken[3:])
                yield Line(f"script of {place.title}, {whose}", size, timing, SCRIPT_MS, way="web")


def _run(channel: ClientConnection, path: str, query: str) -> float:
    began = time.perf_counter()
    channel.send(asking(path, query))
    while not is_end(channel.recv(timeout=60.0)):
        pass
    return (time.perf_counter() - began) * 1000


def _browser(
    running: FlightdeckProcess, person: Person, advertisers: list[str], size: str
) -> Iterator[Line]:
    address = f"{running.address}/?v=1&adv={advertisers[0]}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        first = [_first_view(browser, person, running.address, address) for _ in range(5)]
        yield _line("first view, cold browser, warm server", size, first, FIRST_VIEW_MS)
        page = _opened(browser, person, running.address, address)
        changes = [_change(page, n) for n in range(WARM)]
        yield _line("filter change to settled page", size, changes, CHANGE_MS)
        browser.close()


def _line(what: str, size: str, taken: list[float], aim: float) -> Line:
    return Line(what, size, Timing.of(taken[0], taken[1:]), aim, way="browser")


def _opened(browser: Browser, person: Person, base: str, address: str) -> Page:
    context = browser.new_context(viewport={"width": 1440, "height": 1000})
    jar = [{"name": k, "value": v, "url": base} for k, v in person.browser.cookies.items()]
    context.add_cookies(jar)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(address)
    page.wait_for_selector(".fd-tile")
    page.wait_for_selector(SETTLED)
    return page


def _first_view(browser: Browser, person: Person, base: str, address: str) -> float:
    began = time.perf_counter()
    page = _opened(browser, person, base, address)
    taken = (time.perf_counter() - began) * 1000
    page.context.close()
    return taken


def _change(page: Page, turn: int) -> float:
    """Choose other days; return how long until the page shows them and has settled."""
    wanted = ("Last 14 days", "Last 30 days", "Last 7 days")[turn % 3]
    page.get_by_label("Days").first.click()
    option = page.get_by_role("option", name=wanted, exact=True)
    option.wait_for()
    shown = page.locator(".fd-dates").inner_text()
    began = time.perf_counter()
    option.click()
    while page.locator(".fd-dates").inner_text() == shown:
        pass
    page.wait_for_selector(f'{SETTLED}:not(:has([data-stale="true"]))')
    return (time.perf_counter() - began) * 1000


def _crowd(running: FlightdeckProcess, person: Person, advertisers: list[str], size: str) -> Line:
    """Return how long a change of filters takes while a hundred people make one every 10 s."""
    asked = {
        "address": running.address,
        "cookies": dict(person.browser.cookies),
        "advertisers": advertisers,
        "viewers": VIEWERS,
        "every": EVERY_SECONDS,
        "seconds": LOAD_SECONDS,
    }
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.viewers"],
        input=json.dumps(asked), capture_output=True, text=True, check=True,
    )  # fmt: skip
    taken = json.loads(done.stdout)
    what = f"{VIEWERS} viewers, a change every {EVERY_SECONDS:.0f} s"
    return Line(what, size, Timing.of(taken[0], taken), CROWD_MS, way="web")
