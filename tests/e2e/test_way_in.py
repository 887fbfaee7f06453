"""The way in, as a newcomer walks it: log in, found, link, see the accounts, log out."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import RIVAL, Opened, Visit
from tests.flightdeck_process import FlightdeckProcess


@pytest.fixture(autouse=True)
def rival(running_flightdeck: FlightdeckProcess) -> str:
    """Another tenant, with a name that must never be seen by the first."""
    person = running_flightdeck.person("person-rival")
    person.log_in()
    person.found(RIVAL)
    return RIVAL


def _newcomer(visit: Opened, running: FlightdeckProcess, subject: str) -> Visit:
    """Somebody logged in who belongs to an organization with one account linked."""
    person = running.person(subject)
    person.log_in()
    org_id = person.found(f"Agency of {subject}")
    if not person.connections(org_id):
        person.consent(org_id, "NA", decision="allow")
    running.wait_until(
        lambda: all(c["discovered_at"] for c in person.connections(org_id)), "discovery"
    )
    made = visit()
    made.log_in(subject, "/accounts")
    return made


def test_a_newcomer_walks_the_whole_way(visit: Opened, rival: str) -> None:
    mine = visit()
    mine.open("/members?range=7d")
    assert "Members" not in mine.text()
    mine.log_in("person-newcomer", "/members?range=7d")
    expect(mine.page, "the wanted screen and its filters").to_have_url(
        re.compile(r"/members\?range=7d$")
    )
    mine.found("Newcomer's Agency")
    expect(mine.page.get_by_role("heading", name="Members")).to_be_visible()

    mine.page.get_by_role("link", name="Accounts").click()
    mine.settle()
    expect(mine.page.get_by_text("No Amazon account is linked yet")).to_be_visible()
    mine.link(decision="cancel")
    expect(mine.page.get_by_role("heading", name="Not linked")).to_be_visible()
    mine.page.get_by_role("link", name="Back to your accounts").click()
    mine.settle()
    expect(mine.page.get_by_text("No Amazon account is linked yet")).to_be_visible()

    mine.link()
    expect(mine.page.get_by_role("heading", name="Linked")).to_be_visible()
    mine.page.get_by_role("link", name="Go to your accounts").click()
    mine.settle()
    expect(mine.page.get_by_role("heading", name="Token health")).to_be_visible()
    expect(mine.page.get_by_role("table", name=None).first).to_be_visible()
    expect(mine.page.get_by_text("Advertisers kept")).to_be_visible()
    assert rival not in mine.text()

    mine.page.get_by_role("link", name="Log out").click()
    mine.settle()
    expect(mine.page.get_by_role("link", name=re.compile("^Log in"))).to_be_visible()
    mine.open("/members")
    assert "Newcomer's Agency" not in mine.text()
    assert "Token health" not in mine.text()


def test_keeping_advertisers_says_beforehand_what_it_costs(
    visit: Opened, running_flightdeck: FlightdeckProcess
) -> None:
    mine = _newcomer(visit, running_flightdeck, "person-owner")
    mine.choose("Fetch and keep these advertisers", "Alder Test Foods")
    mine.page.keyboard.press("Escape")
    expect(mine.page.get_by_text("1 more advertiser: the last 94 days")).to_be_visible()
    mine.page.get_by_role("button", name="Keep these").click()
    expect(mine.page.get_by_role("cell", name="kept", exact=True).first).to_be_visible()


def test_disconnecting_is_confirmed_and_keeps_the_history(
    visit: Opened, running_flightdeck: FlightdeckProcess
) -> None:
    mine = _newcomer(visit, running_flightdeck, "person-analyst")
    mine.page.get_by_role("button", name="Disconnect").click()
    dialog = mine.page.get_by_role("dialog")
    expect(dialog.get_by_text("Everything fetched so far stays")).to_be_visible()
    expect(dialog.get_by_text("Manage apps and services")).to_be_visible()
    dialog.get_by_role("button", name="Disconnect").click()
    expect(mine.page.get_by_text("This connection was ended here")).to_be_visible()
    expect(mine.page.get_by_role("link", name="Link again")).to_be_visible()


def test_each_tab_explains_itself(visit: Opened, running_flightdeck: FlightdeckProcess) -> None:
    mine = _newcomer(visit, running_flightdeck, "person-client")
    mine.page.get_by_role("radio", name="Marketing Cloud").click()
    expect(mine.page.get_by_role("heading", name="Amazon Marketing Cloud")).to_be_visible()
    expect(mine.page.get_by_text("There is nothing to do now")).to_be_visible()
    mine.page.get_by_role("radio", name="Sponsored ads").click()
    mine.settle()
    expect(mine.page.get_by_role("heading", name="Amazon Marketing Cloud")).to_have_count(0)


def test_logging_out_everywhere_closes_the_other_browser_with_its_next_click(
    visit: Opened, running_flightdeck: FlightdeckProcess
) -> None:
    here = _newcomer(visit, running_flightdeck, "person-client")
    there = visit()
    there.log_in("person-client", "/you")
    expect(there.page.get_by_role("row")).not_to_have_count(0)
    here.page.get_by_role("link", name="You").click()
    here.page.get_by_role("button", name="Log out everywhere").click()
    expect(here.page.get_by_role("link", name=re.compile("^Log in"))).to_be_visible()
    there.page.get_by_role("link", name="Accounts").click()
    expect(there.page.get_by_role("link", name=re.compile("^Log in"))).to_be_visible()


def test_an_invited_colleague_joins_with_the_role_they_were_given(
    visit: Opened, running_flightdeck: FlightdeckProcess
) -> None:
    mine = _newcomer(visit, running_flightdeck, "person-owner")
    mine.page.get_by_role("link", name="Members").click()
    mine.settle()
    mine.page.get_by_text("Invite somebody").click()
    mine.page.get_by_label("Mail address").fill("guest@flightdeck.example")
    mine.page.get_by_role("button", name="Invite", exact=True).click()
    code = mine.page.get_by_test_id("stCode")
    expect(code).to_contain_text("/invitations/")
    link = code.inner_text().strip()

    guest = visit()
    guest.page.goto(link)
    guest.settle()
    expect(guest.page, "the token leaves the address at once").not_to_have_url(
        re.compile("/invitations/")
    )
    guest.page.get_by_role("link", name=re.compile("^Log in")).first.click()
    guest.page.check("input[value=person-unverified]")
    guest.page.click("button[value=login]")
    guest.settle()
    expect(guest.page.get_by_text("guest@flightdeck.example")).to_be_visible()
    expect(guest.page.get_by_text("another address than the one")).to_be_visible()
    guest.page.get_by_role("button", name="Accept and join").click()
    guest.page.get_by_role("link", name="Open it").click()
    guest.settle()
    menu = guest.page.get_by_test_id("stSidebar")
    expect(menu.get_by_role("link", name="Accounts")).to_be_visible()
    expect(menu.get_by_role("link", name="Members")).to_have_count(0), "a viewer handles nobody"
