"""Identity from an ID token: OpenID Connect Core 1.0 §3.1.3.7, what Authlib leaves to us."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from core.web.claims import Claims, LoginRefused

OURS = "client-7"
GOOD: dict[str, Any] = {
    "iss": "https://id.example",
    "sub": "person-1",
    "aud": OURS,
    "iat": 1_700_000_000,
    "exp": 1_700_003_600,
    "email": "one@people.example",
    "email_verified": True,
    "name": "One",
}


def test_a_good_token_says_who_it_is_and_for_how_long() -> None:
    claims = Claims.checked(GOOD, client_id=OURS)
    assert (claims.issuer, claims.subject) == ("https://id.example", "person-1")
    assert (claims.email, claims.email_verified, claims.name) == ("one@people.example", True, "One")
    assert claims.lifetime == timedelta(hours=1)


@pytest.mark.parametrize(
    "changed",
    [
        {"iss": ""},
        {"iss": None},
        {"sub": ""},
        {"sub": None},
        {"sub": 7},
        {"aud": "another-client"},
        {"aud": []},
        {"aud": None},
        {"aud": {"client-7": True}},
        {"azp": "another-client"},
        {"aud": [OURS, "another-client"]},
        {"aud": [OURS, "another-client"], "azp": "another-client"},
        {"exp": GOOD["iat"]},
        {"exp": GOOD["iat"] - 60},
        {"iat": None},
        {"exp": "soon"},
    ],
    ids=str,
)
def test_a_token_that_is_wrong_in_one_way_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(LoginRefused):
        Claims.checked({**GOOD, **changed}, client_id=OURS)


def test_several_audiences_are_fine_when_we_are_the_authorized_party() -> None:
    raw = {**GOOD, "aud": ["another-client", OURS], "azp": OURS}
    assert Claims.checked(raw, client_id=OURS).subject == "person-1"


@pytest.mark.parametrize("said", ["true", 1, None, "yes"])
def test_an_address_counts_as_verified_only_when_the_provider_says_true(said: object) -> None:
    claims = Claims.checked({**GOOD, "email_verified": said}, client_id=OURS)
    assert claims.email_verified is False
