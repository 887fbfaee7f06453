"""Tokens that explain themselves: signed, so that they outlive a restart with the same seed."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import orjson

ACCESS_SECONDS = 3600
CODE_SECONDS = 300
_ACCESS_LENGTH = 420


@dataclass(frozen=True)
class Grant:
    """What an Amazon user allowed an application to do."""

    grant_id: str
    user_id: str
    client_id: str
    scope: str
    given: datetime
    hours: float | None = None

    def allows(self, scope: str) -> bool:
        return scope in self.scope.split()


@dataclass(frozen=True)
class Code:
    """An authorization code waiting to be exchanged."""

    grant: Grant
    redirect_uri: str
    challenge: str
    method: str
    expires: datetime


@dataclass
class Tokens:
    """Issues and reads codes and tokens; knows what was revoked."""

    seed: int
    now: Callable[[], datetime]
    access_seconds: int = ACCESS_SECONDS
    _codes: dict[str, Code] = field(default_factory=dict)
    _revoked_users: dict[str, datetime] = field(default_factory=dict)
    _revoked_grants: set[str] = field(default_factory=set)
    _ended_grants: set[str] = field(default_factory=set)
    _ended_users: dict[str, datetime] = field(default_factory=dict)

    def give(self, user_id: str, client_id: str, scope: str, hours: float | None = None) -> Grant:
        """Return a new grant."""
        number = secrets.token_hex(6)
        return Grant(number, user_id, client_id, scope, self.now(), hours)

    def code(self, grant: Grant, redirect_uri: str, challenge: str, method: str) -> str:
        """Return a code for the grant: five minutes, one use."""
        letters = secrets.token_urlsafe(24).replace("-", "").replace("_", "")[:20]
        expires = self.now() + timedelta(seconds=CODE_SECONDS)
        self._codes[letters] = Code(grant, redirect_uri, challenge, method, expires)
        return letters

    def redeem(self, letters: str) -> Code | None:
        """Return the code and forget it; None when unknown, used or expired."""
        code = self._codes.pop(letters, None)
        return code if code and self.now() < code.expires else None

    def refresh_token(self, grant: Grant) -> str:
        """Return the grant's refresh token; the same one however often it is asked for."""
        return "Atzr|" + self._sealed({"k": "r", **_claims(grant)})

    def access_token(self, grant: Grant) -> str:
        """Return a new access token, valid for an hour of the sandbox's clock unless changed."""
        expires = int((self.now() + timedelta(seconds=self.access_seconds)).timestamp())
        claims = {"k": "a", "x": expires, "n": secrets.token_hex(8), **_claims(grant)}
        claims["p"] = "0" * max(0, _ACCESS_LENGTH * 3 // 4 - 40 - len(orjson.dumps(claims)))
        return "Atza|" + self._sealed(claims)

    def refreshed(self, token: str) -> Grant | None:
        """Return the grant behind a refresh token; None when wrong, withdrawn or run out."""
        claims = self._opened(token, "Atzr|", "r")
        grant = None if claims is None else _grant(claims)
        return grant if grant and self.is_live(grant) else None

    def bearer(self, token: str) -> Grant | None:
        """Return the grant behind an access token; None when wrong or expired."""
        claims = self._opened(token, "Atza|", "a")
        if claims is None or self.now().timestamp() >= claims["x"]:
            return None
        grant = _grant(claims)
        ended = self._ended_users.get(grant.user_id)
        is_ended = ended is not None and grant.given <= ended
        return None if is_ended or grant.grant_id in self._ended_grants else grant

    def recognised(self, text: str) -> Grant | None:
        """Return the grant behind any token or waiting code, valid or not; for the record only."""
        if text in self._codes:
            return self._codes[text].grant
        claims = self._opened(text, "Atzr|", "r") or self._opened(text, "Atza|", "a")
        return None if claims is None else _grant(claims)

    def is_live(self, grant: Grant) -> bool:
        """Return whether the Amazon user still stands by the grant."""
        withdrawn = self._revoked_users.get(grant.user_id)
        ran_out = grant.hours and self.now() >= grant.given + timedelta(hours=grant.hours)
        is_old = withdrawn is not None and grant.given <= withdrawn
        return not (is_old or ran_out or grant.grant_id in self._revoked_grants)

    def revoke_user(self, user_id: str, *, access_too: bool = False) -> None:
        """Withdraw every grant the user gave up to now; `access_too` ends access tokens at once."""
        self._revoked_users[user_id] = self.now()
        if access_too:
            self._ended_users[user_id] = self.now()

    def revoke_grant(self, grant_id: str, *, access_too: bool = False) -> None:
        """Withdraw one grant; its access tokens live on unless `access_too`."""
        self._revoked_grants.add(grant_id)
        if access_too:
            self._ended_grants.add(grant_id)

    def forget_revocations(self) -> None:
        """Let every grant stand again."""
        self._revoked_users.clear()
        self._revoked_grants.clear()
        self._ended_users.clear()
        self._ended_grants.clear()

    def _sealed(self, claims: dict[str, Any]) -> str:
        body = orjson.dumps(claims)
        return urlsafe_b64encode(self._signature(body) + body).decode().rstrip("=")

    def _opened(self, token: str, prefix: str, kind: str) -> dict[str, Any] | None:
        if not token.startswith(prefix) or not token[5:].isascii():
            return None
        try:
            sealed = urlsafe_b64decode(token[5:] + "=" * (-len(token[5:]) % 4))
        except ValueError:
            return None
        signature, body = sealed[:16], sealed[16:]
        if not hmac.compare_digest(signature, self._signature(body)):
            return None
        claims: dict[str, Any] = orjson.loads(body)
        return claims if claims["k"] == kind else None

    def _signature(self, body: bytes) -> bytes:
        return hmac.digest(f"sandbox tokens {self.seed}".encode(), body, sha256)[:16]


def _claims(grant: Grant) -> dict[str, Any]:
    return {
        "g": grant.grant_id,
        "u": grant.user_id,
        "c": grant.client_id,
        "s": grant.scope,
        "t": grant.given.timestamp(),
        "h": grant.hours,
    }


def _grant(claims: dict[str, Any]) -> Grant:
    given = datetime.fromtimestamp(claims["t"], UTC)
    return Grant(claims["g"], claims["u"], claims["c"], claims["s"], given, claims["h"])
