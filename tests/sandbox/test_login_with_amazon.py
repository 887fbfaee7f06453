"""Consent, codes and tokens as Login with Amazon gives and refuses them."""

from __future__ import annotations

import hashlib
from base64 import b64encode, urlsafe_b64encode
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from tests.sandbox.client import Amazon
from tests.sandbox_process import SandboxProcess, start_sandbox

CALLBACK = "http://localhost:8501/oauth/amazon/callback"
SCOPE = "advertising::campaign_management profile"
REVOKED = (
    "The request has an invalid grant parameter : refresh_token. "
    "User may have revoked or didn't grant the permission."
)
VERIFIER = "a-verifier-that-is-long-enough-for-the-rfc-7636-rule"
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")


def asked(sandbox: SandboxProcess, **changed: str | None) -> dict[str, str]:
    """The query of a request for consent."""
    query = {
        "client_id": sandbox.credentials["client_id"],
        "scope": SCOPE,
        "response_type": "code",
        "redirect_uri": CALLBACK,
        "state": "s t+te",
        **changed,
    }
    return {name: value for name, value in query.items() if value is not None}


def decided(sandbox: SandboxProcess, decision: str, **changed: str | None) -> dict[str, str]:
    """Click Allow or Cancel; return the query of the redirect."""
    form = {**asked(sandbox, **changed), "decision": decision}
    answer = sandbox.http.post("/na/ap/oa", data=form)
    assert answer.status_code == 302, answer.text
    target = urlsplit(answer.headers["location"])
    assert target._replace(query="").geturl() == CALLBACK
    return {name: values[0] for name, values in parse_qs(target.query).items()}


def exchanged(
    sandbox: SandboxProcess, code: str, *, region: str = "na", **changed: str | None
) -> httpx.Response:
    """Exchange a code for tokens."""
    known = sandbox.credentials
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": known["client_id"],
        "client_secret": known["client_secret"],
        **changed,
    }
    sent = {name: value for name, value in form.items() if value is not None}
    return sandbox.http.post(f"/{region}/auth/o2/token", data=sent)


def test_the_consent_page_names_the_application_and_offers_the_users(
    sandbox: SandboxProcess,
) -> None:
    page = sandbox.http.get("/na/ap/oa", params=asked(sandbox))

    assert page.status_code == 200
    for word in ("flightdeck-demo", "Robin Vale", "Allow", "Cancel", SCOPE):
        assert word in page.text


def test_allow_returns_with_code_scope_and_state_in_this_order(sandbox: SandboxProcess) -> None:
    form = {**asked(sandbox), "decision": "allow"}
    location = sandbox.http.post("/na/ap/oa", data=form).headers["location"]

    query = urlsplit(location).query
    assert [part.split("=")[0] for part in query.split("&")] == ["code", "scope", "state"]
    assert "scope=advertising%3A%3Acampaign_management+profile" in query
    assert parse_qs(query)["state"] == ["s t+te"]


def test_cancel_returns_with_access_denied_as_amazon_words_it(sandbox: SandboxProcess) -> None:
    answer = decided(sandbox, "cancel")

    assert answer == {
        "error_description": "Access not permitted.",
        "state": "s t+te",
        "error": "access_denied",
    }


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "amzn1.application-oa2-client.unknown"}, "invalid_client"),
        ({"redirect_uri": "http://localhost:8501/elsewhere"}, "invalid_request"),
        ({"redirect_uri": "https://evil.example/oauth/amazon/callback"}, "invalid_request"),
        ({"redirect_uri": CALLBACK + "?next=1"}, "invalid_request"),
        ({"scope": "advertising::everything"}, "invalid_scope"),
        ({"scope": None}, "invalid_scope"),
        ({"response_type": "token"}, "unsupported_response_type"),
    ],
)
def test_a_wrong_request_is_a_400_page_and_never_a_redirect(
    sandbox: SandboxProcess, changed: dict[str, str | None], error: str
) -> None:
    shown = sandbox.http.get("/eu/ap/oa", params=asked(sandbox, **changed))
    sent = sandbox.http.post("/eu/ap/oa", data={**asked(sandbox, **changed), "decision": "allow"})

    assert (shown.status_code, sent.status_code) == (400, 400)
    assert f"error={error}" in shown.text
    assert "location" not in sent.headers


def test_a_code_from_any_region_is_exchanged_in_any_other(sandbox: SandboxProcess) -> None:
    answer = exchanged(sandbox, decided(sandbox, "allow")["code"], region="fe")

    body = answer.json()
    assert answer.status_code == 200
    assert body.keys() == {"access_token", "refresh_token", "token_type", "expires_in"}
    assert body["access_token"].startswith("Atza|")
    assert 350 <= len(body["access_token"]) <= 2048
    assert body["refresh_token"].startswith("Atzr|")
    assert (body["token_type"], body["expires_in"]) == ("bearer", 3600)
    assert answer.headers["content-type"] == "application/json;charset=UTF-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["pragma"] == "no-cache"
    assert answer.headers["x-amzn-requestid"]


def test_a_code_works_once(sandbox: SandboxProcess) -> None:
    code = decided(sandbox, "allow")["code"]
    assert exchanged(sandbox, code).status_code == 200

    again = exchanged(sandbox, code)

    assert again.status_code == 400
    assert again.json()["error"] == "invalid_grant"
    assert again.json()["error_description"] == "The request has an invalid grant parameter : code"
    assert {"error_index", "request_id"} <= again.json().keys()


def test_a_code_dies_after_five_minutes(sandbox: SandboxProcess) -> None:
    late, early = decided(sandbox, "allow")["code"], decided(sandbox, "allow")["code"]
    sandbox.advance(seconds=299)
    assert exchanged(sandbox, early).status_code == 200
    sandbox.advance(seconds=2)

    assert exchanged(sandbox, late).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "changed",
    [
        {"redirect_uri": "http://127.0.0.1:8501/oauth/amazon/callback"},
        {"code_verifier": "a verifier where there was no challenge"},
    ],
)
def test_a_code_is_bound_to_its_transaction(
    sandbox: SandboxProcess, changed: dict[str, str]
) -> None:
    code = decided(sandbox, "allow")["code"]

    assert exchanged(sandbox, code, **changed).json()["error"] == "invalid_grant"


def test_a_code_is_bound_to_its_client(sandbox: SandboxProcess) -> None:
    known = sandbox.credentials
    code = decided(sandbox, "allow")["code"]

    stolen = exchanged(
        sandbox,
        code,
        client_id=known["second_client_id"],
        client_secret=known["second_client_secret"],
    )

    assert stolen.json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    ("method", "challenge"), [("S256", CHALLENGE), ("plain", VERIFIER), (None, VERIFIER)]
)
def test_pkce_needs_the_verifier_that_fits(
    sandbox: SandboxProcess, method: str | None, challenge: str
) -> None:
    def code() -> str:
        return decided(sandbox, "allow", code_challenge=challenge, code_challenge_method=method)[
            "code"
        ]

    assert exchanged(sandbox, code(), code_verifier=VERIFIER).status_code == 200
    assert exchanged(sandbox, code(), code_verifier=VERIFIER + "x").status_code == 400
    assert exchanged(sandbox, code()).json()["error"] == "invalid_grant"


def test_without_the_secret_a_code_brings_no_refresh_token(sandbox: SandboxProcess) -> None:
    answer = exchanged(sandbox, decided(sandbox, "allow")["code"], client_secret=None)

    assert answer.json().keys() == {"access_token", "token_type", "expires_in"}


def test_refresh_gives_the_same_refresh_token_and_a_new_access_token(agency: Amazon) -> None:
    first, second = agency.refresh().json(), agency.refresh().json()

    assert first["refresh_token"] == second["refresh_token"] == agency.user["refresh_token"]
    assert first["access_token"] != second["access_token"]
    for token in (first["access_token"], second["access_token"]):
        assert agency.get("/v2/profiles", token=token).status_code == 200


def test_the_client_may_authenticate_with_http_basic(agency: Amazon) -> None:
    known = agency.sandbox.credentials
    pair = f"{known['client_id']}:{known['client_secret']}"

    answer = agency.sandbox.http.post(
        "/na/auth/o2/token",
        data={"grant_type": "refresh_token", "refresh_token": agency.user["refresh_token"]},
        headers={"Authorization": f"Basic {b64encode(pair.encode()).decode()}"},
    )

    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("changed", "status", "error", "description"),
    [
        ({"grant_type": ""}, 400, "invalid_request",
         "The request is missing a required parameter : grant_type"),
        ({"refresh_token": ""}, 400, "invalid_request",
         "The request is missing a required parameter : refresh_token"),
        ({"client_id": ""}, 400, "invalid_request",
         "The request is missing a required parameter : client_id"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type",
         "The authorization grant type is not supported by the authorization server"),
        ({"client_secret": "wrong"}, 401, "invalid_client", "Client authentication failed"),
        ({"client_id": "amzn1.application-oa2-client.0"}, 401, "invalid_client",
         "Client authentication failed"),
        ({"refresh_token": "Atzr|IwEBIforged"}, 400, "invalid_grant",
         REVOKED),
    ],
)  # fmt: skip
def test_each_wrong_refresh_is_refused_in_amazons_words(
    agency: Amazon, changed: dict[str, str], status: int, error: str, description: str
) -> None:
    answer = agency.refresh(**changed)

    assert answer.status_code == status
    assert answer.json()["error"] == error
    assert answer.json()["error_description"] == description


def test_a_refresh_token_belongs_to_its_client(agency: Amazon) -> None:
    known = agency.sandbox.credentials
    answer = agency.refresh(
        client_id=known["second_client_id"], client_secret=known["second_client_secret"]
    )

    assert answer.json()["error"] == "invalid_grant"


def test_an_access_token_lives_an_hour_of_the_sandboxs_clock(agency: Amazon) -> None:
    agency.sandbox.advance(seconds=3599)
    assert agency.get("/v2/profiles").status_code == 200
    agency.sandbox.advance(seconds=1)

    answer = agency.get("/v2/profiles")

    assert answer.status_code == 401
    assert answer.json()["details"] == "Authentication failed"


def test_tokens_outlive_a_restart_with_the_same_seed(agency: Amazon) -> None:
    with start_sandbox(scenario="tiny", today="2026-06-15") as restarted:
        again = Amazon(restarted, "agency")
        answer = again.refresh(refresh_token=agency.user["refresh_token"])

    assert answer.status_code == 200


def test_revoking_a_user_ends_refreshes_and_spares_other_users(
    agency: Amazon, other_agency: Amazon
) -> None:
    code = decided(agency.sandbox, "allow", user=agency.user["user_id"])["code"]
    mine = exchanged(agency.sandbox, code).json()
    agency.sandbox.advance(seconds=1)
    agency.sandbox.control("revoke", {"user": "agency"})

    assert agency.refresh(refresh_token=mine["refresh_token"]).json()["error"] == "invalid_grant"
    assert agency.get("/v2/profiles", token=mine["access_token"]).status_code == 200
    assert other_agency.refresh().status_code == 200


def test_a_new_consent_after_a_revocation_works(agency: Amazon) -> None:
    agency.sandbox.control("revoke", {"user": "second-agency"})
    agency.sandbox.advance(seconds=1)

    granted = agency.sandbox.control("grants", {"user": "second-agency"})["grants"][0]

    assert agency.refresh(refresh_token=granted["refresh_token"]).status_code == 200


def test_one_user_withdraws_the_grant_after_two_hours(sandbox: SandboxProcess) -> None:
    granted = sandbox.control("grants", {"user": "leaving"})["grants"][0]
    leaving = Amazon(sandbox, "leaving")
    sandbox.advance(minutes=119)
    assert leaving.refresh(refresh_token=granted["refresh_token"]).status_code == 200
    sandbox.advance(minutes=2)

    assert leaving.refresh(refresh_token=granted["refresh_token"]).json()["error"] == (
        "invalid_grant"
    )


def test_user_profile_tells_who_the_amazon_user_is(agency: Amazon) -> None:
    answer = agency.sandbox.http.get(
        "/eu/user/profile", headers={"Authorization": f"Bearer {agency.token}"}
    )

    assert answer.json() == {
        "user_id": agency.user["user_id"],
        "name": "Robin Vale",
        "email": "robin.vale@cobalt-harbor.example",
    }


def test_user_profile_needs_its_scope(sandbox: SandboxProcess) -> None:
    code = decided(sandbox, "allow", scope="advertising::campaign_management")["code"]
    token = exchanged(sandbox, code).json()["access_token"]
    profile = sandbox.http.get("/na/user/profile", headers={"Authorization": f"Bearer {token}"})

    assert profile.status_code == 403
    assert profile.json()["error"] == "insufficient_scope"


def test_the_api_needs_its_scope(sandbox: SandboxProcess) -> None:
    code = decided(sandbox, "allow", scope="profile")["code"]
    token = exchanged(sandbox, code).json()["access_token"]

    assert Amazon(sandbox, "agency").get("/v2/profiles", token=token).status_code == 401


@pytest.mark.parametrize(
    ("headers", "status", "error"),
    [({}, 400, "invalid_request"),
     ({"Authorization": "Bearer Atza|forged"}, 401, "invalid_token"),
     ({"Authorization": "Bearer Atza|" + "A" * 400}, 401, "invalid_token")],
)  # fmt: skip
def test_user_profile_refuses_missing_and_forged_tokens(
    sandbox: SandboxProcess, headers: dict[str, str], status: int, error: str
) -> None:
    answer = sandbox.http.get("/na/user/profile", headers=headers)

    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_return_addresses_can_be_listed_at_the_start() -> None:
    allowed = "https://flightdeck.example/oauth/amazon/callback"
    with start_sandbox(scenario="tiny", arguments=("--redirect-uri", allowed)) as strict:
        listed = strict.http.get("/na/ap/oa", params=asked(strict, redirect_uri=allowed))
        local = strict.http.get("/na/ap/oa", params=asked(strict))

    assert (listed.status_code, local.status_code) == (200, 400)
