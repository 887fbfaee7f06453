"""Case 44 for the web: after a full run no secret stands in the database, the lake, or a log.

The search takes every file of the home as bytes, the keys file apart, and what a browser keeps.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sandbox.login.applications import amazon_applications, login_client
from sandbox.options import Options
from tests.e2e.conftest import RIVAL, Opened
from tests.flightdeck_process import FlightdeckProcess


@pytest.fixture
def walked(running_flightdeck: FlightdeckProcess) -> FlightdeckProcess:
    """Somebody has logged in, founded, linked, been declined, and asked for a wrong page."""
    for subject in ("person-owner", "person-rival"):
        person = running_flightdeck.person(subject)
        person.log_in()
        org_id = person.found(RIVAL if subject == "person-rival" else "Canary Agency")
        person.consent(org_id, "NA", decision="cancel")
        person.consent(org_id, "NA", decision="allow")
        person.browser.get(f"{person.address}/oauth/amazon/callback?code=canary-code&state=nothing")
        running_flightdeck.wait_until(
            lambda who=person, org=org_id: all(c["discovered_at"] for c in who.connections(org)),
            "discovery",
        )
    return running_flightdeck


def test_no_secret_is_written_down_anywhere(walked: FlightdeckProcess) -> None:
    keys = walked.plan.home.keys()
    application = next(iter(amazon_applications(Options()).values()))
    secrets = {
        "a refresh token": "Atzr|",
        "an access token": "Atza|",
        "Amazon's client secret": application.client_secret,
        "the login's client secret": login_client(Options()).client_secret,
        "a code": "canary-code",
        **{name: value.rpartition(":")[2] for name, value in keys.items() if "PUBLIC" not in name},
    }
    kept = {path: _bytes(path) for path in _files(walked.plan.home.path)}
    found = [
        (what, path.name)
        for path, content in kept.items()
        for what, secret in secrets.items()
        if secret.encode() in content
    ]
    assert found == []
    assert any(b"Canary Agency" in content for content in kept.values()), "it can see what is kept"


def _files(home: Path) -> list[Path]:
    return [
        Path(folder, name)
        for folder, _, names in os.walk(home)
        for name in names
        if name != "keys.env"
    ]


def _bytes(path: Path) -> bytes:
    """What a file holds; nothing when the living processes have taken it away meanwhile."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def test_people_are_named_by_our_ids_in_the_log(walked: FlightdeckProcess) -> None:
    log = walked.log("web")
    assert "login: user usr_" in log
    assert "@flightdeck.example" not in log
    assert "Demo Owner" not in log


def test_a_browser_keeps_no_token_of_amazons_and_no_secret(
    walked: FlightdeckProcess, visit: Opened
) -> None:
    mine = visit()
    mine.log_in("person-owner", "/accounts")
    kept = json.dumps(mine.context.storage_state()) + mine.page.content()
    for secret in ("Atzr|", "Atza|", "Atzr%7C", walked.plan.home.keys()["COOKIE_SECRET"]):
        assert secret not in kept
    readable = mine.page.evaluate("document.cookie")
    assert "flightdeck_session" not in readable
    assert "_streamlit_user" not in readable
