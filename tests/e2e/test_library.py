"""The Library in a browser: what is left there is found again, by its organization alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import RIVAL, Opened, Visit


@pytest.fixture
def here(visit: Opened) -> Visit:
    """An organization of its own, with nothing linked: much of the Library needs no data."""
    return _at_home(visit(), "person-librarian", "Agency of shelves")


def _at_home(opened: Visit, person: str, organization: str) -> Visit:
    opened.log_in(person)
    if opened.page.get_by_role("heading", name="Welcome to Flightdeck").count():
        opened.found(organization)
    return opened


def _fill(visit: Visit, label: str, text: str) -> None:
    visit.page.get_by_role("textbox", name=label, exact=True).fill(text)
    visit.page.keyboard.press("Tab")
    visit.settle()


def _save(visit: Visit) -> None:
    visit.page.get_by_role("button", name="Save").click()
    visit.settle()


def test_a_metric_is_checked_while_it_is_written_and_stands_in_the_glossary(
    here: Visit, visit: Opened
) -> None:
    here.open("/library?shelf=metrics")
    _fill(here, "Name", "Cost of a look")
    _fill(here, "Formula", "total_cost + clicks")
    expect(here.page.get_by_text("cannot be added to one another")).to_be_visible()
    expect(here.page.get_by_role("button", name="Save")).to_have_count(0)
    _fill(here, "Formula", "[Total cost] / [Detail page views]")
    expect(here.page.get_by_text("Reads as: Total cost ÷ Detail page views")).to_be_visible()
    _save(here)
    expect(here.page.get_by_role("rowheader", name="Cost of a look")).to_be_visible()
    here.open("/glossary?v=1&q=cost+of+a+look")
    expect(here.page.get_by_text("Total cost ÷ Detail page views")).to_be_visible()
    stranger = _at_home(visit(), "person-rival", RIVAL)
    stranger.open("/glossary?v=1&q=cost+of+a+look")
    expect(stranger.page.get_by_text("No figure is called")).to_be_visible()


def test_a_view_is_kept_and_leads_back_to_exactly_what_was_shown(here: Visit) -> None:
    here.open("/glossary?v=1&q=purchase+rate")
    rows = here.page.get_by_role("rowheader")
    expect(rows.first).to_be_visible()
    shown = rows.all_inner_texts()
    here.page.get_by_role("button", name="Views").click()
    here.page.get_by_role("textbox", name="Keep what is shown as").fill("Rates <b>of</b> buying")
    here.page.get_by_role("button", name="Keep this view").click()
    expect(here.page.get_by_text("yours alone, shown now")).to_be_visible()
    here.open("/library")
    here.page.get_by_role("link", name="Rates <b>of</b> buying").click()
    expect(here.page).to_have_url(re.compile(r"q=purchase\+rate"))
    here.settle()
    expect(rows).to_have_text(shown, use_inner_text=True)
    here.open("/library")
    here.page.get_by_role("button", name="Remove").click()
    here.page.get_by_role("button", name="Yes, take it away").click()
    expect(here.page.get_by_text("No view is kept yet")).to_be_visible()


def test_a_note_is_written_changed_and_taken_away(here: Visit) -> None:
    here.open("/library?shelf=annotations")
    _fill(here, "What happened", "Prices down 10 %")
    _save(here)
    expect(here.page.get_by_role("rowheader", name="Prices down 10 %")).to_be_visible()
    expect(here.page.get_by_role("textbox", name="What happened", exact=True)).to_have_value("")
    here.choose(re.compile("^Annotation"), re.compile("^Prices down"))
    happened = here.page.get_by_role("textbox", name="What happened", exact=True)
    expect(happened).to_have_value("Prices down 10 %")
    _fill(here, "What happened", "Prices down 20 %")
    _save(here)
    expect(here.page.get_by_role("rowheader", name="Prices down 20 %")).to_be_visible()
    expect(happened).to_have_value("")
    here.choose(re.compile("^Annotation"), re.compile("^Prices down"))
    expect(happened).to_have_value("Prices down 20 %")
    here.page.get_by_role("button", name="Remove").click()
    here.page.get_by_role("button", name="Yes, take it away").click()
    expect(here.page.get_by_role("rowheader", name="Prices down 20 %")).to_have_count(0)
