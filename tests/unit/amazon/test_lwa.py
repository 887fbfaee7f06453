"""Login with Amazon by the law's own words (RFC 6749, RFC 7636), and case 7 in full."""

from __future__ import annotations

import base64
import hashlib
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from core.amazon.lwa import LoginWithAmazon, Proof
from core.domain.regions import Region
from core.errors import NeedsReconnect, OurConfig, Throttled, Upstream, UserError
from core.security.secret import Secret
from tests.unit.amazon.stage import Amazon, StillClock, exchange, settings

TOKENS = {
    "access_token": "Atza|abc",
    "refresh_token": "Atzr|def",
    "token_type": "bearer",
    "expires_in": 3600,
}
REVOKED = (
    "The request has an invalid grant parameter : refresh_token."
    " User may have revoked or didn't grant the permission."
)


def lwa(amazon: Amazon) -> LoginWithAmazon:
    return LoginWithAmazon(settings(), exchange(amazon), StillClock())


def refreshed(reply: httpx.Response):
    return lwa(Amazon(reply)).refresh(Region.NA, Secret("Atzr|def"))


def exchanged(reply: httpx.Response):
    return lwa(Amazon(reply)).exchange_code(
        Region.FE,
        code=Secret("CODE"),
        redirect_uri="https://deck.example/oauth/amazon/callback",
        verifier=Secret("v" * 50),
    )


def error(status: int, code: str, description: str = "") -> httpx.Response:
    return httpx.Response(status, json={"error": code, "error_description": description})


def test_rfc6749_4_1_1_the_consent_address_says_all_it_must():
    proof = Proof.new()
    address = lwa(Amazon(httpx.Response(500))).consent_address(
        Region.EU, redirect_uri="https://deck.example/cb", state="st&te", proof=proof
    )
    parts = urlsplit(address)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://eu.lwa.example/ap/oa"
    assert {k: v[0] for k, v in parse_qs(parts.query).items()} == {
        "client_id": "client-7",
        "scope": "advertising::campaign_management profile",
        "response_type": "code",
        "redirect_uri": "https://deck.example/cb",
        "state": "st&te",
        "code_challenge": proof.challenge,
        "code_challenge_method": "S256",
    }


def test_rfc7636_4_2_the_challenge_is_the_hash_of_a_long_enough_verifier():
    one, other = Proof.new(), Proof.new()
    digest = hashlib.sha256(one.verifier.reveal().encode()).digest()
    assert one.challenge == base64.urlsafe_b64encode(digest).decode().rstrip("=")
    assert 43 <= len(one.verifier.reveal()) <= 128
    assert one.challenge != other.challenge


def test_rfc6749_4_1_3_a_code_is_exchanged_with_its_redirect_and_verifier():
    amazon = Amazon(httpx.Response(200, json=TOKENS))
    grant = lwa(amazon).exchange_code(
        Region.FE,
        code=Secret("CO|DE"),
        redirect_uri="https://deck.example/cb",
        verifier=Secret("v"),
    )
    assert grant.refresh_token.reveal() == "Atzr|def"
    assert (grant.access.token.reveal(), grant.access.expires_in) == ("Atza|abc", 3600)
    (request,) = amazon.requests
    assert str(request.url) == "https://fe.lwa.example/auth/o2/token"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded;charset=UTF-8"
    assert {k: v[0] for k, v in parse_qs(request.content.decode()).items()} == {
        "grant_type": "authorization_code",
        "code": "CO|DE",
        "redirect_uri": "https://deck.example/cb",
        "code_verifier": "v",
        "client_id": "client-7",
        "client_secret": "s3cr3t-of-ours",
    }


def test_rfc6749_6_a_refresh_keeps_the_pipe_of_the_token_and_gives_a_new_access_token():
    """Trap: tokens hold a pipe, which a form must encode; a refresh gives the same token back."""
    amazon = Amazon(httpx.Response(200, json=TOKENS))
    token = lwa(amazon).refresh(Region.NA, Secret("Atzr|def"))
    assert (token.token.reveal(), token.expires_in) == ("Atza|abc", 3600)
    assert b"refresh_token=Atzr%7Cdef" in amazon.requests[0].content


@pytest.mark.parametrize("description", ["The request has an invalid grant", REVOKED])
def test_rfc6749_5_2_invalid_grant_on_a_refresh_is_the_one_sign_to_reconnect(description):
    with pytest.raises(NeedsReconnect):
        refreshed(error(400, "invalid_grant", description))


def test_invalid_grant_on_a_code_asks_the_person_to_start_again_and_loses_no_account():
    with pytest.raises(UserError, match="Start linking again"):
        exchanged(error(400, "invalid_grant", "The request has an invalid grant parameter : code"))


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "invalid_client"), (400, "invalid_client"), (400, "unauthorized_client")],
)
@pytest.mark.parametrize("grant", [refreshed, exchanged])
def test_a_client_that_amazon_does_not_accept_is_our_own_misconfiguration(grant, status, code):
    with pytest.raises(OurConfig, match=code):
        grant(error(status, code, "Client authentication failed"))


@pytest.mark.parametrize(
    "reply",
    [
        error(400, "invalid_request"),
        error(400, "unsupported_grant_type"),
        error(400, "invalid_scope"),
        error(500, "server_error"),
        # a server that fails says nothing about the grant, whatever words it uses
        error(503, "invalid_grant"),
        httpx.Response(400, html="<h1>Bad Request</h1>"),
        httpx.Response(400, json=["invalid_grant"]),
        httpx.Response(400, json={"error": {"code": "invalid_grant"}}),
        httpx.Response(502, content=b""),
        httpx.Response(302, headers={"Location": "https://evil.example"}),
    ],
)
@pytest.mark.parametrize("grant", [refreshed, exchanged])
def test_everything_else_is_tried_again(grant, reply):
    with pytest.raises(Upstream) as caught:
        grant(reply)
    assert not isinstance(caught.value, Throttled)
    assert caught.value.status == reply.status_code


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7.0),
        ({}, None),
        ({"Retry-After": "Wed, 04 Mar 2026 12:00:07 GMT"}, 7.0),
    ],
)
def test_case_6_throttling_says_how_long_when_it_was_told(headers, seconds):
    with pytest.raises(Throttled) as caught:
        refreshed(httpx.Response(429, headers=headers))
    assert caught.value.retry_after_seconds == seconds


def changed(**fields: object) -> dict[str, object]:
    kept = {**TOKENS, **fields}
    return {name: value for name, value in kept.items() if value != "absent"}


@pytest.mark.parametrize("value", ["3600", 3600, 3600.0])
def test_case_7_a_life_in_digits_counts_whatever_its_type(value):
    reply = httpx.Response(200, json=changed(expires_in=value))
    assert refreshed(reply).expires_in == 3600


@pytest.mark.parametrize(
    "value", [0, -1, "absent", 1e12, "-1", "soon", None, True, [3600], "1e3", 0.4]
)
def test_case_7_any_other_life_is_a_typed_failure(value):
    with pytest.raises(Upstream, match=r"life|how long"):
        refreshed(httpx.Response(200, json=changed(expires_in=value)))


@pytest.mark.parametrize(
    "reply",
    [
        httpx.Response(200, html="<html>welcome</html>"),
        httpx.Response(200, content=b""),
        httpx.Response(200, json=["Atza|abc"]),
        httpx.Response(200, json=changed(access_token="absent")),
        httpx.Response(200, json=changed(access_token=" ")),
        httpx.Response(200, json=changed(access_token=7)),
    ],
)
def test_case_7_a_success_without_a_token_is_a_typed_failure(reply):
    with pytest.raises(Upstream):
        refreshed(reply)


def test_a_grant_without_a_refresh_token_is_a_typed_failure():
    with pytest.raises(Upstream, match="refresh_token"):
        exchanged(httpx.Response(200, json=changed(refresh_token="absent")))


def test_no_failure_tells_our_secret_or_the_token():
    echo = "client_secret=s3cr3t-of-ours&refresh_token=Atzr|def"
    with pytest.raises(Upstream) as caught:
        refreshed(error(500, "server_error", echo))
    assert "s3cr3t" not in str(caught.value)
    assert "def" not in str(caught.value)


def test_who_consented_comes_from_the_profile():
    amazon = Amazon(
        httpx.Response(200, json={"user_id": "amzn1.account.X", "name": "A", "email": ""})
    )
    user = lwa(amazon).user(Region.NA, Secret("Atza|abc"))
    assert (user.user_id, user.name, user.email) == ("amzn1.account.X", "A", None)
    (request,) = amazon.requests
    assert str(request.url) == "https://na.lwa.example/user/profile"
    assert request.headers["authorization"] == "Bearer Atza|abc"


@pytest.mark.parametrize(
    "reply",
    [httpx.Response(401, json={"error": "invalid_token"}), httpx.Response(200, json={"name": "A"})],
)
def test_not_learning_who_consented_is_upstream(reply):
    with pytest.raises(Upstream):
        lwa(Amazon(reply)).user(Region.NA, Secret("Atza|abc"))
