"""The identity provider: a login as any OpenID client does it, and every wrong token on demand."""

from __future__ import annotations

import hashlib
import time
from base64 import urlsafe_b64encode
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tests.sandbox_process import SandboxProcess

CALLBACK = "http://localhost:8501/oauth2callback"
VERIFIER = "another-verifier-that-is-long-enough-for-the-rule"
CHALLENGE = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
WRONG_BY_CLAIM = {
    "iss": {"iss"}, "aud": {"aud"}, "azp": {"aud", "azp"}, "nonce": {"nonce"},
    "expired": {"exp", "iat", "auth_time"}, "iat_future": {"exp", "iat", "auth_time"},
    "no_sub": {"sub"},
}  # fmt: skip


def asked(sandbox: SandboxProcess, **changed: str) -> dict[str, str]:
    return {
        "client_id": sandbox.credentials["oidc"]["client_id"],
        "redirect_uri": CALLBACK,
        "response_type": "code",
        "scope": "openid profile email",
        "state": "a state",
        "nonce": "a nonce",
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
        **changed,
    }


def logged_in(sandbox: SandboxProcess, person: str = "person-owner", **changed: str) -> str:
    """Choose a person on the page; return the code."""
    form = {**asked(sandbox, **changed), "person": person, "decision": "login"}
    answer = sandbox.http.post("/id/authorize", data=form)
    query = parse_qs(urlsplit(answer.headers["location"]).query)
    assert query["state"] == ["a state"]
    return query["code"][0]


def exchanged(sandbox: SandboxProcess, code: str, **changed: str) -> httpx.Response:
    client = sandbox.credentials["oidc"]
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": CALLBACK,
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "code_verifier": VERIFIER,
        **changed,
    }
    return sandbox.http.post("/id/token", data=form)


def opened(sandbox: SandboxProcess, token: str) -> dict[str, Any]:
    """Return the claims of a token that is signed by the provider's key."""
    keys = KeySet.import_key_set(sandbox.http.get("/id/jwks").json())
    return dict(jwt.decode(token, keys, algorithms=["RS256"]).claims)


def test_discovery_tells_issuer_and_places(sandbox: SandboxProcess) -> None:
    found = sandbox.http.get("/id/.well-known/openid-configuration").json()

    assert found["issuer"] == f"{sandbox.base_url}/id"
    for end in ("authorization", "token", "userinfo", "end_session"):
        assert found[f"{end}_endpoint"].startswith(found["issuer"])
    assert found["id_token_signing_alg_values_supported"] == ["RS256"]
    assert found["code_challenge_methods_supported"] == ["S256"]


def test_the_page_offers_the_demo_people(sandbox: SandboxProcess) -> None:
    page = sandbox.http.get("/id/authorize", params=asked(sandbox)).text

    for name in ("Demo Owner", "Demo Analyst", "Demo Client", "Demo Newcomer", ".example"):
        assert name in page


def test_a_login_ends_in_a_signed_id_token_and_userinfo(sandbox: SandboxProcess) -> None:
    answer = exchanged(sandbox, logged_in(sandbox, "person-analyst")).json()
    claims = opened(sandbox, answer["id_token"])
    bearer = {"Authorization": f"Bearer {answer['access_token']}"}
    userinfo = sandbox.http.get("/id/userinfo", headers=bearer).json()

    assert claims["iss"] == f"{sandbox.base_url}/id"
    assert claims["aud"] == sandbox.credentials["oidc"]["client_id"]
    assert claims["sub"] == userinfo["sub"] == "person-analyst"
    assert claims["email"] == "analyst@flightdeck.example"
    assert claims["nonce"] == "a nonce"
    assert claims["iat"] <= time.time() + 1 < claims["exp"]
    half = hashlib.sha256(answer["access_token"].encode()).digest()[:16]
    assert claims["at_hash"] == urlsafe_b64encode(half).decode().rstrip("=")


def test_the_provider_lives_by_the_machines_clock(sandbox: SandboxProcess) -> None:
    sandbox.control("clock", {"now": "2031-01-01T00:00:00+00:00"})
    claims = opened(sandbox, exchanged(sandbox, logged_in(sandbox)).json()["id_token"])

    assert claims["iat"] == pytest.approx(time.time(), abs=10)


def test_codes_are_single_use_and_bound_to_verifier_address_and_client(
    sandbox: SandboxProcess,
) -> None:
    code = logged_in(sandbox)
    assert exchanged(sandbox, code).status_code == 200
    assert exchanged(sandbox, code).json() == {"error": "invalid_grant"}

    for wrong in (
        {"code_verifier": "x" * 50},
        {"redirect_uri": "http://localhost:1/oauth2callback"},
    ):
        assert exchanged(sandbox, logged_in(sandbox), **wrong).json()["error"] == "invalid_grant"
    denied = exchanged(sandbox, logged_in(sandbox), client_secret="wrong")
    assert (denied.status_code, denied.json()) == (401, {"error": "invalid_client"})


@pytest.mark.parametrize(
    "changed",
    [{"client_id": "nobody"}, {"redirect_uri": "https://evil.example/oauth2callback"},
     {"response_type": "token"}, {"scope": "profile"}, {"code_challenge_method": "plain"}],
)  # fmt: skip
def test_a_wrong_request_is_a_page_and_no_redirect(
    sandbox: SandboxProcess, changed: dict[str, str]
) -> None:
    answer = sandbox.http.get("/id/authorize", params=asked(sandbox, **changed))

    assert answer.status_code == 400
    assert "location" not in answer.headers


def test_cancelling_returns_access_denied(sandbox: SandboxProcess) -> None:
    form = {**asked(sandbox), "decision": "cancel"}
    location = sandbox.http.post("/id/authorize", data=form).headers["location"]

    assert parse_qs(urlsplit(location).query)["error"] == ["access_denied"]


def test_prompt_none_knows_the_session_and_logging_out_ends_it(sandbox: SandboxProcess) -> None:
    silent = asked(sandbox, prompt="none")

    with httpx.Client(base_url=sandbox.base_url, trust_env=False) as browser:

        def error() -> list[str] | None:
            answer = browser.get("/id/authorize", params=silent)
            return parse_qs(urlsplit(answer.headers["location"]).query).get("error")

        before = error()
        browser.post(
            "/id/authorize",
            data={**asked(sandbox), "person": "person-owner", "decision": "login"},
        )
        during = error()
        out = browser.get(
            "/id/end_session", params={"post_logout_redirect_uri": "http://localhost:8501/"}
        )
        names = {cookie.name for cookie in browser.cookies.jar}
        after = error()

    assert (before, during, after) == (["login_required"], None, ["login_required"])
    assert out.headers["location"] == "http://localhost:8501/"
    assert names <= {"sandbox_id_session"}


@pytest.mark.parametrize("lie", WRONG_BY_CLAIM)
def test_a_lie_about_a_claim_changes_that_claim_alone(sandbox: SandboxProcess, lie: str) -> None:
    honest = opened(sandbox, exchanged(sandbox, logged_in(sandbox)).json()["id_token"])
    sandbox.control("identity", {"lie": lie})
    lying = opened(sandbox, exchanged(sandbox, logged_in(sandbox)).json()["id_token"])

    changed = {n for n in honest.keys() | lying.keys() if honest.get(n) != lying.get(n)}
    moving = {"iat", "exp", "auth_time", "at_hash"}
    assert changed - moving == WRONG_BY_CLAIM[lie] - moving
    if lie == "expired":
        assert lying["exp"] < time.time()
    if lie == "iat_future":
        assert lying["iat"] > time.time() + 600


@pytest.mark.parametrize(
    "lie", ["alg_none", "hs256_public_key", "unknown_kid", "tampered_signature"]
)
def test_a_lie_about_the_signature_fails_verification(sandbox: SandboxProcess, lie: str) -> None:
    sandbox.control("identity", {"lie": lie})
    token = exchanged(sandbox, logged_in(sandbox)).json()["id_token"]

    with pytest.raises((JoseError, ValueError)):
        opened(sandbox, token)


def test_userinfo_can_speak_of_somebody_else(sandbox: SandboxProcess) -> None:
    answer = exchanged(sandbox, logged_in(sandbox)).json()
    sandbox.control("identity", {"lie": "userinfo_sub"})
    bearer = {"Authorization": f"Bearer {answer['access_token']}"}

    assert opened(sandbox, answer["id_token"])["sub"] == "person-owner"
    assert sandbox.http.get("/id/userinfo", headers=bearer).json()["sub"] == "somebody-else"


def test_userinfo_needs_its_token(sandbox: SandboxProcess) -> None:
    assert sandbox.http.get("/id/userinfo").status_code == 401


def test_id_tokens_can_be_made_short_lived(sandbox: SandboxProcess) -> None:
    sandbox.control("identity", {"token_seconds": 60})
    claims = opened(sandbox, exchanged(sandbox, logged_in(sandbox)).json()["id_token"])
    sandbox.control("identity", {"token_seconds": 43_200})

    assert claims["exp"] - claims["iat"] == 60
