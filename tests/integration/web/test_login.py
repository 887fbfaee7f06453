"""The login, from the button to the session, at a real identity provider over HTTP.

Case 18 (where a login may lead), case 20 (ID tokens that lie), logout and replay.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.demo.person import Person
from sandbox.demo.trouble import Trouble
from tests.flightdeck_process import FlightdeckProcess

LIES = [
    "iss",
    "aud",
    "azp",
    "nonce",
    "alg_none",
    "hs256_public_key",
    "expired",
    "iat_future",
    "no_sub",
    "unknown_kid",
    "tampered_signature",
]


@pytest.fixture
def owner(flightdeck: FlightdeckProcess) -> Person:
    person = flightdeck.person("person-owner")
    person.log_in()
    return person


@pytest.fixture
def lying(flightdeck: FlightdeckProcess) -> Iterator[FlightdeckProcess]:
    yield flightdeck
    flightdeck.sandbox.control("identity", {"lie": None})


def _status(person: Person) -> int:
    return person.browser.get(f"{person.address}/api/v1/status").status_code


def _cookie(person: Person, name: str) -> str | None:
    return next((c.value for c in person.browser.cookies.jar if c.name == name), None)


def _landing(person: Person, wanted: str) -> str:
    """Log in wanting to go to `wanted`; return path and query of where the login led."""
    page = person.browser.get(f"{person.address}/login", params={"next": wanted})
    led = person.submit(page, person=person.subject, decision="login")
    assert str(led.url).startswith(person.address)
    return str(led.url).removeprefix(person.address)


def test_a_login_opens_the_api_and_names_the_person(owner: Person) -> None:
    told = owner.browser.get(f"{owner.address}/api/v1/status").json()
    assert told["person"]["email"] == "owner@flightdeck.example"


def test_two_people_with_one_address_stay_two(flightdeck: FlightdeckProcess, owner: Person) -> None:
    twin = flightdeck.person("person-unverified")
    twin.log_in()
    mine = owner.browser.get(f"{owner.address}/api/v1/status").json()["person"]
    theirs = twin.browser.get(f"{twin.address}/api/v1/status").json()["person"]
    assert mine["email"] == theirs["email"]
    assert mine["id"] != theirs["id"]


def test_a_login_leads_back_to_the_screen_and_its_filters(flightdeck: FlightdeckProcess) -> None:
    person = flightdeck.person()
    assert _landing(person, "/members?range=7d&vs=year") == "/members?range=7d&vs=year"


@pytest.mark.parametrize(
    "wanted",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"],
)
def test_case_18_a_login_leads_to_no_foreign_place(
    flightdeck: FlightdeckProcess, wanted: str
) -> None:
    assert _landing(flightdeck.person(), wanted) == "/"


@pytest.mark.parametrize("lie", LIES)
def test_case_20_a_lying_id_token_is_refused_and_logged(lying: FlightdeckProcess, lie: str) -> None:
    person = lying.person("person-analyst")
    lying.sandbox.control("identity", {"lie": lie})
    before = lying.log("web").count("login refused")
    page = person.browser.get(f"{person.address}/login")
    led = person.submit(page, person=person.subject, decision="login")
    assert str(led.url) == f"{person.address}/?login=refused"
    assert _status(person) == 401
    assert _cookie(person, "flightdeck_session") is None
    assert _cookie(person, "_streamlit_user") is None
    assert lying.log("web").count("login refused") == before + 1


def test_case_20_userinfo_is_not_believed_over_the_id_token(lying: FlightdeckProcess) -> None:
    lying.sandbox.control("identity", {"lie": "userinfo_sub"})
    person = lying.person("person-analyst")
    person.log_in()
    told = person.browser.get(f"{person.address}/api/v1/status").json()["person"]
    assert told["email"] == "analyst@flightdeck.example"


def test_cancelling_at_the_provider_is_no_refusal(flightdeck: FlightdeckProcess) -> None:
    person = flightdeck.person()
    page = person.browser.get(f"{person.address}/login")
    led = person.submit(page, decision="cancel")
    assert str(led.url) == f"{person.address}/?login=cancelled"
    with pytest.raises(Trouble):
        person.found("Never")


def test_a_replayed_callback_logs_nobody_in(flightdeck: FlightdeckProcess) -> None:
    person, thief = flightdeck.person(), flightdeck.person()
    page = person.browser.get(f"{person.address}/login")
    led = person.submit(page, person=person.subject, decision="login")
    callback = next(str(r.url) for r in led.history if "/oauth2callback" in str(r.url))
    assert thief.browser.get(callback).url.params.get("login") == "refused"
    assert _status(thief) == 401


def test_after_logout_every_copied_cookie_is_worthless(owner: Person) -> None:
    copied = {c.name: c.value or "" for c in owner.browser.cookies.jar if "localhost" in c.domain}
    assert {"flightdeck_session", "_streamlit_user"} <= set(copied)
    assert httpx.get(f"{owner.address}/api/v1/status", cookies=copied).status_code == 200
    owner.browser.get(f"{owner.address}/auth/logout")
    assert _status(owner) == 401
    assert httpx.get(f"{owner.address}/api/v1/status", cookies=copied).status_code == 401


def test_no_foreign_page_logs_people_out(owner: Person) -> None:
    answer = owner.browser.get(
        f"{owner.address}/auth/logout", headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert answer.status_code == 403
    assert _status(owner) == 200


def test_either_cookie_alone_opens_nothing(owner: Person) -> None:
    for name in ("flightdeck_session", "_streamlit_user"):
        alone = {name: _cookie(owner, name) or ""}
        assert httpx.get(f"{owner.address}/api/v1/status", cookies=alone).status_code == 401


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_case_17_a_forged_host_never_reaches_the_redirect_address(
    flightdeck: FlightdeckProcess, header: str
) -> None:
    with httpx.Client(trust_env=False) as client:
        answer = client.get(f"{flightdeck.address}/login", headers={header: "evil.example"})
        port = flightdeck.plan.web_port
        path = urlsplit(answer.headers["location"])
        away = client.get(
            f"http://localhost:{port}{path.path}?{path.query}", headers={header: "evil.example"}
        )
    sent = parse_qs(urlsplit(away.headers["location"]).query)
    assert sent["redirect_uri"] == [f"{flightdeck.address}/oauth2callback"]
    assert "evil" not in answer.headers["location"]


def test_the_way_to_login_uses_pkce_state_and_nonce(flightdeck: FlightdeckProcess) -> None:
    """RFC 7636, OpenID Connect Core 1.0 §3.1.2.1."""
    with httpx.Client(trust_env=False) as client:
        first = client.get(f"{flightdeck.address}/login")
        away = client.get(f"{flightdeck.address}{first.headers['location']}")
    sent = parse_qs(urlsplit(away.headers["location"]).query)
    assert sent["code_challenge_method"] == ["S256"]
    assert {"code_challenge", "state", "nonce"} <= set(sent)
    assert "set-cookie" in away.headers
