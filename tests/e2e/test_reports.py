"""Reports, as a marketer uses them: define, run, fetch the very file, schedule, share, withdraw."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Opened, Visit
from tests.flightdeck_process import FlightdeckProcess

NAME = "<img src=x onerror=alert(1)> weekly"


@pytest.fixture
def reporter(visit: Opened, running_flightdeck: FlightdeckProcess) -> Visit:
    """Somebody at the Reports screen of a new organization without an account."""
    person = running_flightdeck.person("person-reporter")
    person.log_in()
    person.found("Agency of reports")
    made = visit()
    made.log_in("person-reporter", "/reports?of=morning&range=14d&v=1")
    return made


def test_a_report_is_defined_run_fetched_scheduled_and_shared(
    reporter: Visit, visit: Opened, tmp_path: Path
) -> None:
    page = reporter.page
    page.get_by_text("Colour and logo").click()
    for inside, told in (("<script/>", "made of shapes alone"), ("<rect/>", "")):
        logo = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 4 2">{inside}</svg>'
        page.locator("input[type=file]").first.set_input_files(
            {"name": "logo.svg", "mimeType": "image/svg+xml", "buffer": logo.encode()}
        )
        reporter.settle()
        page.get_by_role("button", name="Keep it").click()
        if told:
            expect(page.get_by_text(told)).to_be_visible()
    expect(page.get_by_role("button", name="Take the logo away")).to_be_visible()
    page.get_by_label("Name", exact=True).fill(NAME)
    page.keyboard.press("Tab")
    reporter.settle()
    page.get_by_role("button", name="Keep this report").click()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()

    page.get_by_role("button", name="Run now").click()
    page.get_by_label("Your comment on the cover").fill("Watch the **reach**.")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_text("made", exact=True)).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Open its files").click()
    with page.expect_download() as fetched:
        page.get_by_role("link", name=re.compile(r"\.pdf$")).click()
    fetched.value.save_as(tmp_path / "report.pdf")
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF")
    page.keyboard.press("Escape")

    page.get_by_role("button", name="Schedule", exact=True).click()
    page.get_by_label("Recipients, one address").fill("client@mail.example")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Keep the schedule").click()
    expect(page.locator("small").filter(has_text="To client@mail.example")).to_be_visible()

    page.get_by_role("button", name="Share a link").click()
    page.get_by_role("button", name="Make the link").click()
    link = page.locator("code", has_text="/shared/").inner_text()
    guest = visit(width=390)
    guest.page.goto(link)
    expect(guest.page.get_by_text("Agency of reports", exact=False).first).to_be_visible()
    assert "Log in" not in guest.text()
    guest.eventually("document.documentElement.scrollWidth <= 390")  # nothing is wider than a phone
