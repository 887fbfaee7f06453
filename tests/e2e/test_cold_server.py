"""Case 38: the very first request that a fresh server ever gets shows nothing to a stranger.

Streamlit once served a page of a cold server before any gate had run; so one address of each kind
is asked for on a process of its own, over the socket, as its first visitor; the others follow.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from core.web.screens import PATHS
from sandbox.demo.children import Children
from sandbox.demo.person import Person
from tests.flightdeck_process import FlightdeckProcess, start_flightdeck
from tests.websocket_probe import run_page

SECRET = "Quite Secret Agency"
# What only somebody inside would see: the organization, the linked user, the screens' own words.
INSIDE = (SECRET, "Robin Vale", "Token health", "Invite somebody", "Log out everywhere")
ADDRESSES = ["", *sorted(PATHS)]
FIRST = [
    "",
    "morning",
    "accounts",
    "invitation",
]  # the root, figures, set-up, a page without a menu


@dataclass
class Stage:
    """A Flightdeck whose web process is not running; the test starts it."""

    running: FlightdeckProcess
    org_id: str
    rival: dict[str, str]
    owner: dict[str, str]


def _cookies(person: Person) -> dict[str, str]:
    return {c.name: c.value or "" for c in person.browser.cookies.jar if "localhost" in c.domain}


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with start_flightdeck(tmp_path_factory.mktemp("cold")) as running:
        owner, rival = running.person("person-owner"), running.person("person-rival")
        for person in (owner, rival):
            person.log_in()
        org_id = owner.found(SECRET)
        owner.consent(org_id, "NA", decision="allow")
        rival.found("Rival Agency")
        running.children.end()
        yield Stage(running, org_id, _cookies(rival), _cookies(owner))


@pytest.fixture
def cold(stage: Stage) -> Iterator[Stage]:
    """The same home and port, and a web process that has served nobody yet."""
    plan = stage.running.plan
    with Children(plan.home.logs) as children:
        children.start("web", plan.web_command(), plan.web())
        children.wait_until(lambda: bool(stage.running.health()), "The web", 60.0)
        yield stage


@pytest.mark.parametrize("first", FIRST)
def test_a_stranger_and_then_another_tenant_see_nothing_of_this_one(
    cold: Stage, first: str
) -> None:
    for path in dict.fromkeys([first, *ADDRESSES]):
        is_kept_from_a_stranger(cold, path)
    is_kept_from_the_rival(cold, first)


@pytest.mark.parametrize("first", ["", "members"])
def test_another_tenant_who_comes_first_of_all_sees_nothing_either(cold: Stage, first: str) -> None:
    for path in dict.fromkeys([first, *ADDRESSES]):
        is_kept_from_the_rival(cold, path)


def is_kept_from_a_stranger(cold: Stage, path: str) -> None:
    seen = run_page(cold.running.address, path, query=f"org={cold.org_id}")
    assert "/login?next=" in seen.text
    for inside in INSIDE:
        assert inside not in seen.text


def is_kept_from_the_rival(cold: Stage, path: str) -> None:
    seen = run_page(cold.running.address, path, cookies=cold.rival, query=f"org={cold.org_id}")
    assert "/login?next=" not in seen.text
    assert SECRET not in seen.text
    assert "Robin Vale" not in seen.text


def test_the_owner_does_see_it(cold: Stage) -> None:
    """The probe can see what it looks for."""
    seen = run_page(cold.running.address, "accounts", cookies=cold.owner)
    assert "Robin Vale" in seen.text
    assert "Token health" in seen.text
    members = run_page(cold.running.address, "members", cookies=cold.owner)
    assert "Invite somebody" in members.text


def test_a_foreign_pages_socket_is_refused(cold: Stage) -> None:
    evil = "https://evil.example"
    with pytest.raises(Exception, match="403"):
        run_page(cold.running.address, "accounts", cookies=cold.owner, origin=evil)
