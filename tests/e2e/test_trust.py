"""Looking back, searching and reconciling, in a browser."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import DAY, Opened, Visit
from tests.flightdeck_process import FlightdeckProcess, start_flightdeck


@pytest.fixture(scope="module")
def running_flightdeck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlightdeckProcess]:
    """A Flightdeck of this file's own: nobody else keeps advertisers in it."""
    with start_flightdeck(tmp_path_factory.mktemp("trust"), scheduler=True, today=DAY) as running:
        yield running


def _keeper(visit: Opened, running: FlightdeckProcess) -> Visit:
    """Somebody whose organization has found its advertisers and keeps one of them."""
    person = running.person("person-analyst")
    person.log_in()
    org_id = person.found("Agency that looks back")
    if not person.connections(org_id):
        person.consent(org_id, "NA", decision="allow")
    running.wait_until(
        lambda: all(c["discovered_at"] for c in person.connections(org_id)), "discovery"
    )
    made = visit()
    made.log_in("person-analyst", "/accounts")
    made.choose("Fetch and keep these advertisers", "Alder Test Foods")
    made.page.keyboard.press("Escape")
    made.page.get_by_role("button", name="Keep these").click()
    expect(made.page.get_by_role("cell", name="kept", exact=True).first).to_be_visible()
    return made


def test_a_past_moment_is_carried_by_the_address_and_left_by_a_button(
    visit: Opened, running_flightdeck: FlightdeckProcess
) -> None:
    mine = _keeper(visit, running_flightdeck)
    mine.open("/health?v=1&as_of=2026-01-05T12:00:00Z")
    expect(mine.page.get_by_text(re.compile("^As of Mon 5 Jan 2026"))).to_be_visible()
    expect(mine.page.get_by_role("button", name="Fetch again")).to_have_count(0)
    mine.page.get_by_role("button", name="Back to now").click()
    expect(mine.page).not_to_have_url(re.compile("as_of"))
    mine.settle()
    expect(mine.page.get_by_text(re.compile("^As of Mon"))).to_have_count(0)
    # A moment to come is no moment.
    mine.open("/health?v=1&as_of=2098-01-05T12:00:00Z")
    expect(mine.page.get_by_role("button", name="Back to now")).to_have_count(0)

    # Search, from the same screen, by the keyboard alone.
    mine.page.keyboard.press("Control+k")
    box = mine.page.get_by_role("dialog").get_by_role("textbox")
    box.fill("alder test")
    box.press("Enter")
    found = mine.page.get_by_role("dialog").get_by_role("link", name="Alder Test Foods")
    expect(found).to_be_visible()
    found.click()
    expect(mine.page).to_have_url(re.compile("adv="))
    mine.settle()

    # A file that is none of the console's is refused in a sentence.
    mine.open("/health")
    mine.page.locator('input[type="file"]').set_input_files(
        files=[{"name": "x.csv", "mimeType": "text/csv", "buffer": b"hello\n"}]
    )
    expect(mine.page.get_by_text(re.compile("^No heading with a day"))).to_be_visible()
