"""`POST /auth/o2/token`: codes and refresh tokens for access tokens, with Amazon's own words."""

from __future__ import annotations

import hmac
import uuid
from base64 import b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import unquote_plus

from starlette.requests import Request
from starlette.responses import Response

from sandbox.answers import Refusal, json_answer
from sandbox.login.applications import Application
from sandbox.login.tokens import Code, Grant, Tokens

_JSON = "application/json;charset=UTF-8"
_NOT_STORED = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_INVALID = "The request has an invalid grant parameter : "


@dataclass(frozen=True)
class TokenEndpoint:
    """Exchanges grants for tokens (RFC 6749 sections 4.1.3 and 6)."""

    applications: dict[str, Application]
    tokens: Tokens

    async def answer(self, request: Request) -> Response:
        """Answer one request."""
        form = {k: v for k, v in (await request.form()).items() if isinstance(v, str)}
        form = {**form, **basic_credentials(request.headers.get("authorization", ""))}
        match form.get("grant_type"):
            case "authorization_code":
                body = self._exchange(form)
            case "refresh_token":
                body = self._refresh(form)
            case None | "":
                raise _missing("grant_type")
            case _:
                raise _refused(
                    400,
                    "unsupported_grant_type",
                    "The authorization grant type is not supported by the authorization server",
                )
        return json_answer(body, 200, _JSON, _NOT_STORED)

    def _exchange(self, form: dict[str, str]) -> dict[str, Any]:
        _need(form, "code", "redirect_uri", "client_id")
        application = self._application(form)
        code = self.tokens.redeem(form["code"])
        if code is None or not _belongs(code, application, form):
            raise _refused(400, "invalid_grant", _INVALID + "code")
        refresh = {"refresh_token": self.tokens.refresh_token(code.grant)}
        return self._issued(code.grant, refresh if form.get("client_secret") else {})

    def _refresh(self, form: dict[str, str]) -> dict[str, Any]:
        _need(form, "refresh_token", "client_id", "client_secret")
        application = self._application(form)
        token = form["refresh_token"]
        grant = self.tokens.refreshed(token)
        if grant is None or grant.client_id != application.client_id:
            raise _refused(
                400,
                "invalid_grant",
                _INVALID + "refresh_token. User may have revoked or didn't grant the permission.",
            )
        return self._issued(grant, {"refresh_token": token})

    def _application(self, form: dict[str, str]) -> Application:
        application = self.applications.get(form["client_id"])
        secret = form.get("client_secret")
        if application is None or (
            secret is not None and not hmac.compare_digest(secret, application.client_secret)
        ):
            raise _refused(401, "invalid_client", "Client authentication failed")
        return application

    def _issued(self, grant: Grant, refresh: dict[str, str]) -> dict[str, Any]:
        access = self.tokens.access_token(grant)
        return {
            "access_token": access,
            **refresh,
            "token_type": "bearer",
            "expires_in": self.tokens.access_seconds,
        }


def _belongs(code: Code, application: Application, form: dict[str, str]) -> bool:
    same = code.grant.client_id == application.client_id
    return same and code.redirect_uri == form["redirect_uri"] and _proves(code, form)


def _proves(code: Code, form: dict[str, str]) -> bool:
    """Return whether the verifier fits the challenge (RFC 7636 section 4.6)."""
    verifier = form.get("code_verifier", "")
    if not code.challenge:
        return not verifier
    if code.method == "S256":
        verifier = urlsafe_b64encode(sha256(verifier.encode()).digest()).decode().rstrip("=")
    return hmac.compare_digest(verifier.encode(), code.challenge.encode())


def _need(form: dict[str, str], *names: str) -> None:
    for name in names:
        if not form.get(name):
            raise _missing(name)


def _missing(name: str) -> Refusal:
    return _refused(400, "invalid_request", f"The request is missing a required parameter : {name}")


def _refused(status: int, error: str, description: str) -> Refusal:
    body = {
        "error_index": uuid.uuid4().hex[:20],
        "error_description": description,
        "error": error,
        "request_id": str(uuid.uuid4()),
    }
    return Refusal(status, body, media_type=_JSON, headers=_NOT_STORED)


def basic_credentials(header: str) -> dict[str, str]:
    """Return client id and secret of HTTP Basic (RFC 6749 section 2.3.1), empty when absent."""
    if not header.lower().startswith("basic "):
        return {}
    try:
        user, _, password = b64decode(header[6:], validate=True).decode().partition(":")
    except (NotBase64, UnicodeDecodeError):
        raise _refused(401, "invalid_client", "Client authentication failed") from None
    return {"client_id": unquote_plus(user), "client_secret": unquote_plus(password)}
