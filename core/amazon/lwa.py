"""Login with Amazon: the consent address, the two grants, and what their failures mean.

Only `invalid_grant` on a refresh says that a person must reconnect. A client that Amazon does
not accept is our own misconfiguration. Everything else is tried again, and no failure of any
kind changes what is stored.

Source: RFC 6749 §4.1, §5 and §6; RFC 7636 §4 (PKCE); Login with Amazon documentation,
"Authorization code grant" and "Access tokens".
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from core.amazon.exchange import Answer, Exchange
from core.amazon.retry_policy import retry_after
from core.clock import Clock
from core.config import Settings
from core.domain.regions import Region
from core.errors import NeedsReconnect, OurConfig, Throttled, Upstream, UserError
from core.security.redaction import body_excerpt
from core.security.secret import Secret

# An hour is what Amazon documents; a day is more than any answer could sanely claim.
LIFETIME_SECONDS_MAX = 24 * 3600


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token and how many seconds it is good for, counted from the answer."""

    token: Secret
    expires_in: int


@dataclass(frozen=True, slots=True)
class Grant:
    """What a code was exchanged for: the lasting refresh token and a first access token."""

    refresh_token: Secret
    access: AccessToken


@dataclass(frozen=True, slots=True)
class AmazonUser:
    """Who consented. Name and mail are None where the person did not share them."""

    user_id: str
    name: str | None
    email: str | None


@dataclass(frozen=True, slots=True)
class Proof:
    """A PKCE pair: the verifier stays with us, the challenge goes into the address."""

    verifier: Secret
    challenge: str

    @classmethod
    def new(cls) -> Proof:
        """Return a fresh pair with the S256 transformation (RFC 7636 §4.2)."""
        verifier = secrets.token_urlsafe(64)
        digest = hashlib.sha256(verifier.encode("ascii")).digest()
        return cls(Secret(verifier), base64.urlsafe_b64encode(digest).rstrip(b"=").decode())


class LoginWithAmazon:
    """Amazon's authorization server as a client sees it, in all three regions."""

    def __init__(self, settings: Settings, exchange: Exchange, clock: Clock) -> None:
        self._settings = settings
        self._exchange = exchange
        self._clock = clock

    def consent_address(
        self, region: Region, *, redirect_uri: str, state: str, proof: Proof
    ) -> str:
        """Return where a person is sent to consent (RFC 6749 §4.1.1)."""
        query = {
            "client_id": self._settings.amazon_client_id,
            "scope": self._settings.amazon_scope,
            "response_type": "code",
            "redirect_uri": redirect_uri,
            "state": state,
            "code_challenge": proof.challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._settings.authorize_url(region)}?{urlencode(query)}"

    def exchange_code(
        self, region: Region, *, code: Secret, redirect_uri: str, verifier: Secret
    ) -> Grant:
        """Return what the code is worth (RFC 6749 §4.1.3).

        Raises UserError when the code is no longer good (five minutes, once), OurConfig when
        Amazon does not accept our client, Upstream for anything else.
        """
        form = {
            "grant_type": "authorization_code",
            "code": code.reveal(),
            "redirect_uri": redirect_uri,
            "code_verifier": verifier.reveal(),
        }
        answer = self._post(region, form)
        if _error(answer) == "invalid_grant":
            raise UserError("Amazon no longer accepts this login. Start linking again.")
        fields = self._granted(answer)
        return Grant(_token(fields, "refresh_token"), _access(fields))

    def refresh(self, region: Region, refresh_token: Secret) -> AccessToken:
        """Return a new access token (RFC 6749 §6). Amazon keeps the refresh token as it is.

        Raises NeedsReconnect on `invalid_grant`, OurConfig when Amazon does not accept our
        client, Throttled on 429, Upstream for anything else.
        """
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token.reveal()}
        answer = self._post(region, form)
        if _error(answer) == "invalid_grant":
            raise NeedsReconnect("Amazon no longer accepts the grant of this connection.")
        return _access(self._granted(answer))

    def user(self, region: Region, access: Secret) -> AmazonUser:
        """Return who consented (`GET /user/profile`, scope `profile`).

        Raises Upstream when Amazon does not say.
        """
        request = self._exchange.request(
            "GET",
            self._settings.amazon_user_url(region),
            headers={"Authorization": f"Bearer {access.reveal()}", "Accept": "application/json"},
        )
        answer = self._exchange.send(request)
        fields = answer.json() if answer.status == 200 else None
        if not isinstance(fields, dict) or not fields.get("user_id"):
            raise Upstream("Amazon did not say who consented.", status=answer.status)
        return AmazonUser(str(fields["user_id"]), _text(fields, "name"), _text(fields, "email"))

    def _post(self, region: Region, form: Mapping[str, str]) -> Answer:
        client = {
            "client_id": self._settings.amazon_client_id,
            "client_secret": self._settings.amazon_client_secret.get_secret_value(),
        }
        request = self._exchange.request(
            "POST",
            self._settings.token_url(region),
            content=urlencode({**form, **client}),
            headers={
                "Content-Type": "application/x-www-form-urlencoded;charset=UTF-8",
                "Accept": "application/json",
            },
        )
        return self._exchange.send(request)

    def _granted(self, answer: Answer) -> Mapping[str, Any]:
        """Return the fields of a 200. Raises what any other answer means for either grant."""
        if answer.status == 200:
            fields = answer.json()
            if isinstance(fields, dict):
                return fields
            raise Upstream("Amazon's token answer was no object.", status=200)
        error = _error(answer)
        if error in _OUR_FAULT:
            raise OurConfig(
                f"Amazon does not accept our application ({error}): {_OUR_FAULT[error]}"
            )
        if answer.status == 429:
            asked = retry_after(answer.headers.get("retry-after"), self._clock.now())
            raise Throttled("Login with Amazon throttles us.", retry_after_seconds=asked)
        reason = body_excerpt(answer.body, 200)
        raise Upstream(
            f"Login with Amazon answered {answer.status}: {reason}", status=answer.status
        )


_OUR_FAULT = {
    "invalid_client": "check AMAZON_CLIENT_ID and AMAZON_CLIENT_SECRET (invalid_client).",
    "unauthorized_client": "it is not approved for this grant (unauthorized_client).",
}


def _error(answer: Answer) -> str | None:
    """Return the `error` of a refusal (RFC 6749 §5.2), or None."""
    if answer.status < 400 or answer.status >= 500:
        return None
    try:
        fields = answer.json()
    except Upstream:
        return None
    return _text(fields, "error") if isinstance(fields, dict) else None


def _access(fields: Mapping[str, Any]) -> AccessToken:
    return AccessToken(_token(fields, "access_token"), _lifetime(fields.get("expires_in")))


def _token(fields: Mapping[str, Any], name: str) -> Secret:
    value = fields.get(name)
    if not isinstance(value, str) or not value.strip():
        raise Upstream(f"Amazon's token answer holds no {name}.", status=200)
    return Secret(value)


def _lifetime(value: object) -> int:
    """Return `expires_in` in seconds. Text of digits counts; nothing else is guessed."""
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Upstream("Amazon's token answer does not say how long the token lasts.", status=200)
    if not 1 <= value <= LIFETIME_SECONDS_MAX:
        raise Upstream(f"Amazon's token answer claims a life of {value:g} s.", status=200)
    return int(value)


def _text(fields: Mapping[str, Any], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and value else None
