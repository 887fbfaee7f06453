"""`/api/v1`: typed answers, changes only from our own pages, and another tenant sees nothing."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from sandbox.demo.person import Person
from tests.flightdeck_process import FlightdeckProcess


@pytest.fixture
def owner(flightdeck: FlightdeckProcess) -> Person:
    person = flightdeck.person("person-owner")
    person.log_in()
    return person


@pytest.fixture
def rival(flightdeck: FlightdeckProcess) -> Person:
    """Somebody of another organization."""
    person = flightdeck.person("person-rival")
    person.log_in()
    person.found("Rival Agency")
    return person


def _send(
    person: Person, method: str, path: str, body: Any = None, **headers: str
) -> httpx.Response:
    told = {"Origin": person.address, **headers}
    return person.browser.request(method, person.address + path, json=body, headers=told)


def _error(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    return answer.status_code, answer.json()["error"]["code"]


def test_a_founder_owns_what_they_found(owner: Person) -> None:
    made = _send(owner, "POST", "/api/v1/organizations", {"name": "  Harbor   Agency "})
    mine = owner.ask("GET", "/api/v1/status")["organizations"]
    (found,) = (m for m in mine if m["id"] == made.json()["id"])
    assert found == {"id": made.json()["id"], "name": "Harbor Agency", "role": "owner"}


@pytest.mark.parametrize("name", ["", "   ", "x" * 121, "a\nb\x00", 7, None, ["x"]])
def test_a_name_that_is_none_is_refused_in_a_sentence(owner: Person, name: object) -> None:
    before = len(owner.ask("GET", "/api/v1/status")["organizations"])
    answer = _send(owner, "POST", "/api/v1/organizations", {"name": name})
    assert _error(answer) == (422, "not_accepted")
    assert answer.json()["error"]["message"].endswith(".")
    assert len(owner.ask("GET", "/api/v1/status")["organizations"]) == before


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://localhost:1", ""])
def test_a_change_from_a_foreign_page_is_refused(owner: Person, origin: str) -> None:
    answer = _send(owner, "POST", "/api/v1/organizations", {"name": "Evil"}, Origin=origin)
    assert _error(answer) == (400, "bad_request")
    names = [m["name"] for m in owner.ask("GET", "/api/v1/status")["organizations"]]
    assert "Evil" not in names


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_change_that_a_form_could_send_is_refused(owner: Person, kind: str) -> None:
    answer = owner.browser.post(
        f"{owner.address}/api/v1/organizations",
        content=b'{"name": "Evil"}',
        headers={"Origin": owner.address, "Content-Type": kind},
    )
    assert _error(answer) == (400, "bad_request")


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b'"x"', b"[" * 100_000, b'{"name": "' + b"x" * 300_000 + b'"}']
)
def test_a_body_that_is_no_object_is_refused(owner: Person, raw: bytes) -> None:
    answer = owner.browser.post(
        f"{owner.address}/api/v1/organizations",
        content=raw,
        headers={"Origin": owner.address, "Content-Type": "application/json"},
    )
    assert _error(answer) == (400, "bad_request")


@pytest.mark.parametrize("path", ["status", "connections", "advertisers"])
def test_a_stranger_is_told_to_log_in(flightdeck: FlightdeckProcess, path: str) -> None:
    answer = httpx.get(f"{flightdeck.address}/api/v1/{path}")
    assert _error(answer) == (401, "logged_out")


@pytest.mark.parametrize("path", ["", "v1", "v1/", "v1/nothing", "v2/status", "v1/status/x"])
def test_an_unknown_path_is_json_and_never_the_page(owner: Person, path: str) -> None:
    assert _error(_send(owner, "GET", f"/api/{path}")) == (404, "not_found")


def test_a_wrong_method_names_the_right_one(owner: Person) -> None:
    answer = _send(owner, "DELETE", "/api/v1/organizations")
    assert _error(answer) == (405, "method")
    assert "POST" in answer.json()["error"]["message"]


@pytest.mark.parametrize("path", ["connections", "advertisers"])
def test_another_tenants_organization_looks_like_none(
    owner: Person, rival: Person, path: str
) -> None:
    mine = owner.found("Demo Agency")
    theirs = _send(rival, "GET", f"/api/v1/{path}?org={mine}")
    unknown = _send(rival, "GET", f"/api/v1/{path}?org=org_that_is_not")
    assert _error(theirs) == (404, "not_found")
    assert theirs.content == unknown.content


def test_keeping_another_tenants_advertisers_is_refused(owner: Person, rival: Person) -> None:
    mine = owner.found("Demo Agency")
    body = {"advertiser_ids": []}
    assert _error(_send(rival, "PUT", f"/api/v1/advertisers?org={mine}", body)) == (
        404,
        "not_found",
    )


@pytest.mark.parametrize("ids", [None, "581", [581], [["581"]], {"a": 1}])
def test_ids_that_are_none_are_refused(owner: Person, ids: object) -> None:
    org_id = owner.found("Demo Agency")
    answer = _send(owner, "PUT", f"/api/v1/advertisers?org={org_id}", {"advertiser_ids": ids})
    assert _error(answer) == (422, "not_accepted")


def test_an_advertiser_that_is_not_there_is_not_kept(owner: Person) -> None:
    org_id = owner.found("Demo Agency")
    body = {"advertiser_ids": ["581000000000009999"]}
    answer = _send(owner, "PUT", f"/api/v1/advertisers?org={org_id}", body)
    assert _error(answer) == (404, "not_found")


def test_health_tells_by_its_body_how_things_stand(flightdeck: FlightdeckProcess) -> None:
    answer = httpx.get(f"{flightdeck.address}/healthz")
    assert answer.status_code == 200
    assert answer.json() == {
        "state": "degraded",
        "database": "ok",
        "schema": "ok",
        "scheduler": "never seen",
        "alarms": [],
        "scheduler_age_seconds": None,
    }


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/metrics",
        "/_stcore/agent/openapi.json",
        "/media/0123456789abcdef.csv",
        "/component/x/index.html",
    ],
)
def test_streamlits_open_doors_are_shut_even_for_members(owner: Person, path: str) -> None:
    answer = owner.browser.get(owner.address + path)
    assert (answer.status_code, answer.text) == (404, "Not found")


@pytest.mark.parametrize("path", ["/", "/accounts", "/api/v1/status", "/healthz", "/login",
                                  "/oauth/amazon/start", "/app/static/icon.svg"])  # fmt: skip
def test_every_answer_of_the_real_server_is_hardened(
    flightdeck: FlightdeckProcess, path: str
) -> None:
    headers = httpx.get(flightdeck.address + path, follow_redirects=False).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    for cookie in headers.get_list("set-cookie"):
        assert "samesite=lax" in cookie.lower()
        assert "httponly" in cookie.lower() or cookie.startswith("_streamlit_xsrf=")


def test_no_file_beside_the_static_ones_is_served(flightdeck: FlightdeckProcess) -> None:
    for path in ("../shell.py", "..%2fshell.py", "%2e%2e/accounts.py", "fonts/../../shell.py"):
        answer = httpx.get(f"{flightdeck.address}/app/static/{path}")
        assert "st.navigation" not in answer.text


def test_what_the_background_has_to_do_is_counted_for_ones_own_organization(
    owner: Person, rival: Person
) -> None:
    mine = owner.found("Work to do")
    assert owner.ask("GET", f"/api/v1/work?org={mine}") == {"reports": 0, "base": 0, "jobs": 0}
    theirs = _send(rival, "GET", f"/api/v1/work?org={mine}")
    assert theirs.status_code == _send(rival, "GET", "/api/v1/work?org=org_none").status_code == 404
