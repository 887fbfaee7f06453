"""Linking an Amazon account over HTTP against the sandbox: every ending, and what it leaves.

Cases 13 to 16 and 19 of linking. A second organization of another person stands beside and is
looked at after each ending. RFC 6749 §10.12 (state), RFC 7636 (PKCE), RFC 9700.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from sandbox.demo.person import Person
from tests.flightdeck_process import FlightdeckProcess


@dataclass
class Agency:
    """A person with a fresh organization."""

    person: Person
    org_id: str

    @property
    def links(self) -> list[dict[str, Any]]:
        return self.person.connections(self.org_id)

    def start(self, region: str = "NA", **query: str) -> httpx.Response:
        """Return the redirect to Amazon, not followed."""
        return self.person.browser.get(
            f"{self.person.address}/oauth/amazon/start",
            params={"region": region, "org": self.org_id, **query},
            follow_redirects=False,
        )

    def answer(self, region: str = "NA", decision: str = "allow") -> str:
        """Go to Amazon and decide there; return the callback's address, not followed."""
        page = self.person.browser.get(self.start(region).headers["location"])
        self.person.browser.follow_redirects = False
        try:
            return self.person.submit(page, decision=decision).headers["location"]
        finally:
            self.person.browser.follow_redirects = True

    def take_up(self, callback: str) -> httpx.Response:
        """Return the page that a callback answers."""
        return self.person.browser.get(callback)


def _agency(flightdeck: FlightdeckProcess, subject: str, name: str) -> Agency:
    person = flightdeck.person(subject)
    person.log_in()
    return Agency(person, person.ask("POST", "/api/v1/organizations", {"name": name})["id"])


@pytest.fixture
def agency(flightdeck: FlightdeckProcess) -> Agency:
    return _agency(flightdeck, "person-owner", "Linking Agency")


@pytest.fixture(autouse=True)
def rival(flightdeck: FlightdeckProcess) -> Iterator[Agency]:
    """Another tenant, linked before; nothing that happens to the first touches it."""
    other = _agency(flightdeck, "person-rival", "Rival Agency")
    other.person.consent(other.org_id, "NA", decision="allow")
    before = other.links
    yield other
    assert other.links == before


@pytest.fixture
def exchanges(flightdeck: FlightdeckProcess, rival: Agency) -> Iterator[Any]:
    """Return a function that counts the token calls since the test began."""
    since = flightdeck.sandbox.control("calls")["calls"][-1]["id"]

    def count() -> int:
        query = f"calls?since={since}&operation=token"
        return int(flightdeck.sandbox.control(query)["count"])

    return count


def test_a_consent_links_one_connection_and_names_whose_it_is(agency: Agency) -> None:
    page = agency.take_up(agency.answer())
    assert page.status_code == 200
    assert "<h1>Linked</h1>" in page.text
    (link,) = agency.links
    assert link["region"] == "NA"
    assert link["status"] == "active"
    assert link["amazon_name"]


@pytest.mark.parametrize("region", ["NA", "EU", "FE"])
def test_every_region_has_its_own_way(agency: Agency, region: str) -> None:
    page = agency.take_up(agency.answer(region))
    assert page.status_code == 200
    assert [link["region"] for link in agency.links] == [region]


def test_the_way_to_amazon_carries_pkce_and_only_our_address(
    flightdeck: FlightdeckProcess, agency: Agency
) -> None:
    sent = parse_qs(urlsplit(agency.start().headers["location"]).query)
    assert sent["redirect_uri"] == [f"{flightdeck.address}/oauth/amazon/callback"]
    assert sent["code_challenge_method"] == ["S256"]
    assert len(sent["state"][0]) >= 43  # 256 random bits
    assert "code_verifier" not in sent


@pytest.mark.parametrize("header", ["Host", "X-Forwarded-Host"])
def test_case_17_a_forged_host_changes_nothing(
    flightdeck: FlightdeckProcess, agency: Agency, header: str
) -> None:
    answer = agency.person.browser.get(
        f"{flightdeck.address}/oauth/amazon/start?region=NA&org={agency.org_id}",
        headers={
            header: "evil.example",
            "Cookie": "; ".join(f"{c.name}={c.value}" for c in agency.person.browser.cookies.jar),
        },
        follow_redirects=False,
    )
    sent = parse_qs(urlsplit(answer.headers["location"]).query)
    assert sent["redirect_uri"] == [f"{flightdeck.address}/oauth/amazon/callback"]


@pytest.mark.parametrize("kind", ["missing", "empty", "random", "altered"])
def test_case_13_a_state_that_is_not_ours_is_refused_without_an_exchange(
    agency: Agency, exchanges: Any, kind: str
) -> None:
    good = agency.answer()
    state = parse_qs(urlsplit(good).query)["state"][0]
    forged = {
        "missing": good.replace(f"&state={state}", "").replace(f"state={state}&", ""),
        "empty": good.replace(state, ""),
        "random": good.replace(state, "A" * 43),
        "altered": good.replace(state, state[:-1] + ("A" if state[-1] != "A" else "B")),
    }[kind]
    page = agency.take_up(forged)
    assert page.status_code == 400
    assert "Start again" in page.text
    assert exchanges() == 0
    assert agency.links == []


def test_case_13_a_state_is_good_for_ten_minutes(
    flightdeck: FlightdeckProcess, agency: Agency, exchanges: Any
) -> None:
    callback = agency.answer()
    flightdeck.advance(agency.person, minutes=10)
    page = agency.take_up(callback)
    assert page.status_code == 400
    assert "took too long" in page.text
    assert exchanges() == 0
    assert agency.links == []


def test_case_13_a_state_belongs_to_the_session_that_began(
    flightdeck: FlightdeckProcess, agency: Agency, exchanges: Any
) -> None:
    callback = agency.answer()
    elsewhere = flightdeck.person("person-owner")
    elsewhere.log_in()
    page = elsewhere.browser.get(callback)
    assert page.status_code == 400
    assert "another session" in page.text
    assert exchanges() == 0
    assert agency.links == []


def test_another_persons_state_looks_like_none(
    flightdeck: FlightdeckProcess, agency: Agency, rival: Agency, exchanges: Any
) -> None:
    page = rival.take_up(agency.answer())
    assert page.status_code == 400
    assert "does not belong" in page.text
    assert exchanges() == 0
    assert agency.links == []


def test_case_14_a_reload_exchanges_once_and_says_linked(agency: Agency, exchanges: Any) -> None:
    callback = agency.answer()
    first, second = agency.take_up(callback), agency.take_up(callback)
    assert "<h1>Linked</h1>" in first.text
    assert "<h1>Already linked</h1>" in second.text
    assert second.status_code == 200
    assert exchanges() == 1
    assert len(agency.links) == 1


def test_a_reload_of_what_failed_says_linked_of_no_other_link(
    flightdeck: FlightdeckProcess, agency: Agency
) -> None:
    assert "<h1>Linked</h1>" in agency.take_up(agency.answer("EU")).text
    for region in ("NA", "EU"):
        callback = agency.answer(region)
        fault = flightdeck.sandbox.control(
            "faults", {"match": {"operation": "token"}, "answer": {"status": 503, "text": ""}}
        )
        assert agency.take_up(callback).status_code == 502
        flightdeck.sandbox.http.delete("/_sandbox/faults", params={"id": fault["id"]})
        again = agency.take_up(callback)
        assert again.status_code == 400
        assert "Already linked" not in again.text
        assert "used already" in again.text
    assert [link["region"] for link in agency.links] == ["EU"]


def test_case_15_a_refusal_is_shown_as_text_and_stores_nothing(
    agency: Agency, exchanges: Any
) -> None:
    callback = agency.answer(decision="cancel")
    hostile = callback.replace("Access+not+permitted.", "%3Cscript%3Ealert(1)%3C/script%3E")
    assert hostile != callback
    page = agency.take_up(hostile)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page.text
    assert "<script>" not in page.text
    assert "Not linked" in page.text
    assert exchanges() == 0
    assert agency.links == []
    assert "Not linked" in agency.take_up(hostile).text, "a reload says the same"


def test_case_16_a_code_of_another_transaction_fails_at_its_verifier(
    agency: Agency, rival: Agency
) -> None:
    stolen = parse_qs(urlsplit(rival.answer()).query)["code"][0]
    mine = agency.answer()
    page = agency.take_up(mine.replace(parse_qs(urlsplit(mine).query)["code"][0], stolen))
    assert page.status_code == 400
    assert "Nothing" in page.text or "Start linking again" in page.text
    assert agency.links == []


def test_case_19_the_same_account_linked_twice_is_one_row(agency: Agency) -> None:
    agency.take_up(agency.answer())
    (before,) = agency.links
    agency.take_up(agency.answer())
    (after,) = agency.links
    assert after["id"] == before["id"]


def test_case_19_in_another_organization_it_is_a_link_of_its_own(
    agency: Agency, rival: Agency
) -> None:
    agency.take_up(agency.answer())
    (mine,) = agency.links
    (theirs,) = rival.links
    assert mine["amazon_user_id"] == theirs["amazon_user_id"]
    assert mine["id"] != theirs["id"]


def test_authorizing_again_keeps_the_row_and_its_region(agency: Agency) -> None:
    agency.take_up(agency.answer("EU"))
    (before,) = agency.links
    sent = agency.start("NA", connection=before["id"]).headers["location"]
    assert "/eu/ap/oa" in sent


def test_somebody_elses_connection_cannot_be_authorized_again(
    agency: Agency, rival: Agency
) -> None:
    (theirs,) = rival.links
    page = agency.start(connection=theirs["id"])
    unknown = agency.start(connection="con_that_is_not")
    assert page.status_code == unknown.status_code == 404
    assert _words(page) == _words(unknown)


@pytest.mark.parametrize("region", ["", "XX", "na'; drop table", "NA\x00"])
def test_a_region_that_is_none_is_refused_in_a_sentence(agency: Agency, region: str) -> None:
    page = agency.start(region)
    assert page.status_code == 400
    assert "Choose a region" in page.text


def test_amazon_not_answering_stores_nothing_and_says_so(
    flightdeck: FlightdeckProcess, agency: Agency
) -> None:
    callback = agency.answer()
    fault = flightdeck.sandbox.control(
        "faults", {"match": {"operation": "token"}, "answer": {"status": 503, "text": "<html>"}}
    )
    page = agency.take_up(callback)
    flightdeck.sandbox.http.delete("/_sandbox/faults", params={"id": fault["id"]})
    assert page.status_code == 502
    assert "Amazon did not answer" in page.text
    assert "Nothing was stored" in " ".join(page.text.split())
    assert agency.links == []


def test_our_own_wrong_registration_is_the_operators_business(
    flightdeck: FlightdeckProcess, agency: Agency
) -> None:
    callback = agency.answer()
    body = {"error": "invalid_client", "error_description": "Client authentication failed"}
    fault = flightdeck.sandbox.control(
        "faults", {"match": {"operation": "token"}, "answer": {"status": 401, "json": body}}
    )
    page = agency.take_up(callback)
    flightdeck.sandbox.http.delete("/_sandbox/faults", params={"id": fault["id"]})
    assert page.status_code == 500
    assert "set up wrongly" in page.text
    assert agency.links == []


def test_who_consented_may_stay_unknown(flightdeck: FlightdeckProcess, agency: Agency) -> None:
    fault = flightdeck.sandbox.control(
        "faults", {"match": {"operation": "user_profile"}, "answer": {"status": 500, "text": ""}}
    )
    page = agency.take_up(agency.answer())
    flightdeck.sandbox.http.delete("/_sandbox/faults", params={"id": fault["id"]})
    assert "<h1>Linked</h1>" in page.text
    (link,) = agency.links
    assert link["amazon_user_id"] is None


def test_a_stranger_is_sent_to_log_in_and_nothing_is_used_up(
    flightdeck: FlightdeckProcess, agency: Agency
) -> None:
    callback = agency.answer()
    answer = httpx.get(callback, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert "<h1>Linked</h1>" in agency.take_up(callback).text


def test_no_code_or_token_reaches_the_log_or_the_database(
    flightdeck: FlightdeckProcess, agency: Agency
) -> None:
    callback = agency.answer()
    code = parse_qs(urlsplit(callback).query)["code"][0]
    agency.take_up(callback)
    state = parse_qs(urlsplit(callback).query)["state"][0]
    database = (flightdeck.plan.home.path / "flightdeck.db").read_bytes()
    wal = (flightdeck.plan.home.path / "flightdeck.db-wal").read_bytes()
    kept = database + wal + flightdeck.log("web").encode()
    for secret in (code, state, "Atzr|", "Atza|"):
        assert secret.encode() not in kept


def _words(page: httpx.Response) -> str:
    return page.text.split("Reference")[0]
