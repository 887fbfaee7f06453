"""The provider's endpoints: discovery, keys, authorize, token, userinfo, end of session.

Source: OpenID Connect Core 1.0, Discovery 1.0, RP-Initiated Logout 1.0; RFC 7636 (PKCE).
"""

from __future__ import annotations

import hmac
import secrets
import time
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from hashlib import sha256
from html import escape
from typing import Any
from urllib.parse import urlencode

from joserfc.jwk import RSAKey
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sandbox.answers import Refusal, json_answer
from sandbox.identity.lies import Lie, signed
from sandbox.identity.people import PEOPLE, Person
from sandbox.login.applications import Application
from sandbox.login.token_endpoint import basic_credentials
from sandbox.pages import choice, hidden, page

COOKIE = "sandbox_id_session"
_CODE_SECONDS = 120
_METADATA_FIXED: dict[str, Any] = {
    "response_types_supported": ["code"],
    "response_modes_supported": ["query"],
    "grant_types_supported": ["authorization_code"],
    "subject_types_supported": ["public"],
    "id_token_signing_alg_values_supported": ["RS256"],
    "scopes_supported": ["openid", "profile", "email"],
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
    "code_challenge_methods_supported": ["S256"],
    "claims_supported": ["sub", "name", "given_name", "family_name", "email", "email_verified"],
}
_CARRIED = (
    "client_id", "redirect_uri", "response_type", "scope", "state", "nonce", "code_challenge",
    "code_challenge_method", "prompt",
)  # fmt: skip


@dataclass(frozen=True)
class LoginCode:
    """A code waiting to be exchanged."""

    person: Person
    redirect_uri: str
    nonce: str
    challenge: str
    expires: float


@dataclass
class IdentityProvider:
    """One issuer with one client."""

    issuer: str
    client: Application
    token_seconds: int = 12 * 3600
    lie: Lie | None = None
    key: RSAKey = field(default_factory=lambda: _new_key())
    _codes: dict[str, LoginCode] = field(default_factory=dict)
    _access: dict[str, Person] = field(default_factory=dict)
    _sessions: dict[str, Person] = field(default_factory=dict)

    async def metadata(self, request: Request) -> Response:
        """Answer the discovery document."""
        ends = {
            "authorization_endpoint": "authorize",
            "token_endpoint": "token",
            "userinfo_endpoint": "userinfo",
            "jwks_uri": "jwks",
            "end_session_endpoint": "end_session",
        }
        places = {name: f"{self.issuer}/{path}" for name, path in ends.items()}
        return json_answer({"issuer": self.issuer, **places, **_METADATA_FIXED})

    async def keys(self, request: Request) -> Response:
        """Answer the public keys."""
        return json_answer({"keys": [self.key.as_dict(private=False)]})

    async def choose(self, request: Request) -> Response:
        """Answer GET authorize: the page on which to choose a person."""
        fields = {k: v for k, v in request.query_params.items() if k in _CARRIED}
        wrong = self._wrong(fields)
        if wrong:
            return page("This login cannot be served", f"<p>{escape(wrong)}</p>", 400)
        known = self._sessions.get(request.cookies.get(COOKIE, ""))
        if "none" in fields.get("prompt", "").split():
            return self._without_asking(fields, known)
        return _people_page(fields)

    async def log_in(self, request: Request) -> Response:
        """Answer POST authorize: back to the client with a code."""
        form = {k: v for k, v in (await request.form()).items() if isinstance(v, str)}
        wrong = self._wrong(form)
        if wrong:
            return page("This login cannot be served", f"<p>{escape(wrong)}</p>", 400)
        person = PEOPLE.get(form.get("person", ""))
        if form.get("decision") != "login" or person is None:
            return _back(form, {"error": "access_denied"})
        session = secrets.token_urlsafe(24)
        self._sessions[session] = person
        answer = self._with_code(form, person)
        answer.set_cookie(COOKIE, session, path="/id", httponly=True, samesite="lax")
        return answer

    async def token(self, request: Request) -> Response:
        """Answer a code with an ID token and an access token."""
        form = {k: v for k, v in (await request.form()).items() if isinstance(v, str)}
        form = {**form, **basic_credentials(request.headers.get("authorization", ""))}
        self._authenticate(form)
        if form.get("grant_type") != "authorization_code":
            raise _refused(400, "unsupported_grant_type")
        code = self._codes.pop(form.get("code", ""), None)
        if code is None or not _fits(code, form):
            raise _refused(400, "invalid_grant")
        access = secrets.token_urlsafe(32)
        self._access[access] = code.person
        body = {
            "access_token": access,
            "token_type": "Bearer",
            "expires_in": self.token_seconds,
            "scope": "openid profile email",
            "id_token": self._id_token(code, access),
        }
        return json_answer(body, headers={"Cache-Control": "no-store"})

    async def userinfo(self, request: Request) -> Response:
        """Answer who the access token speaks of."""
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        person = self._access.get(token)
        if person is None:
            challenge = {"WWW-Authenticate": 'Bearer error="invalid_token"'}
            raise Refusal(401, {"error": "invalid_token"}, headers=challenge)
        claims = person.claims()
        if self.lie is Lie.USERINFO_SUBJECT:
            claims["sub"] = "somebody-else"
        return json_answer(claims)

    async def end_session(self, request: Request) -> Response:
        """Forget the session and return to where the client asks, when it is registered."""
        self._sessions.pop(request.cookies.get(COOKIE, ""), None)
        target = request.query_params.get("post_logout_redirect_uri", "")
        if self._is_home(target):
            state = request.query_params.get("state")
            target += f"?{urlencode({'state': state})}" if state else ""
            answer: Response = RedirectResponse(target, 302)
        else:
            answer = page("Logged out", "<p>You are logged out of the sandbox.</p>")
        answer.delete_cookie(COOKIE, path="/id")
        return answer

    def _wrong(self, fields: dict[str, str]) -> str:
        if fields.get("client_id") != self.client.client_id:
            return "The client is not known."
        if not self.client.accepts(fields.get("redirect_uri", "")):
            return "The return address is not registered."
        if fields.get("response_type") != "code" or "openid" not in fields.get("scope", "").split():
            return "Only the code flow with the scope openid is served."
        if fields.get("code_challenge") and fields.get("code_challenge_method") != "S256":
            return "Only S256 challenges are served."
        return ""

    def _without_asking(self, fields: dict[str, str], person: Person | None) -> Response:
        if person is None:
            return _back(fields, {"error": "login_required"})
        return self._with_code(fields, person)

    def _with_code(self, fields: dict[str, str], person: Person) -> Response:
        letters = secrets.token_urlsafe(24)
        self._codes[letters] = LoginCode(
            person,
            fields["redirect_uri"],
            fields.get("nonce", ""),
            fields.get("code_challenge", ""),
            time.time() + _CODE_SECONDS,
        )
        return _back(fields, {"code": letters})

    def _authenticate(self, form: dict[str, str]) -> None:
        secret = form.get("client_secret", "")
        is_client = form.get("client_id") == self.client.client_id
        if not (is_client and hmac.compare_digest(secret, self.client.client_secret)):
            raise _refused(401, "invalid_client")

    def _id_token(self, code: LoginCode, access: str) -> str:
        now = int(time.time())
        half = sha256(access.encode()).digest()[:16]
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "aud": self.client.client_id,
            "azp": self.client.client_id,
            "iat": now,
            "auth_time": now,
            "exp": now + self.token_seconds,
            "at_hash": urlsafe_b64encode(half).decode().rstrip("="),
            **code.person.claims(),
            **({"nonce": code.nonce} if code.nonce else {}),
        }
        return signed(claims, self.key, self.lie)

    def _is_home(self, target: str) -> bool:
        origin = target.split("/", 3)
        callback = "/".join([*origin[:3], self.client.callback.lstrip("/")])
        return len(origin) >= 3 and self.client.accepts(callback)


def _new_key() -> RSAKey:
    kid = secrets.token_hex(4)
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig", "alg": "RS256"})


def _fits(code: LoginCode, form: dict[str, str]) -> bool:
    in_time = time.time() < code.expires and form.get("redirect_uri") == code.redirect_uri
    if not code.challenge:
        return in_time
    digest = sha256(form.get("code_verifier", "").encode()).digest()
    return in_time and urlsafe_b64encode(digest).decode().rstrip("=") == code.challenge


def _back(fields: dict[str, str], answer: dict[str, str]) -> Response:
    state = {"state": fields["state"]} if "state" in fields else {}
    return RedirectResponse(f"{fields['redirect_uri']}?{urlencode({**answer, **state})}", 302)


def _people_page(fields: dict[str, str]) -> Response:
    choices = "".join(
        choice("person", p.subject, f"{p.name} <{p.email}>", p.story, is_first=number == 0)
        for number, p in enumerate(PEOPLE.values())
    )
    body = (
        '<p class="note">The identity provider of the sandbox. No password: choose.</p>'
        f'<form method="post">{hidden(fields)}{choices}<div class="row">'
        '<button class="yes" name="decision" value="login">Log in</button>'
        '<button name="decision" value="cancel">Cancel</button></div></form>'
    )
    return page("Log in as", body)


def _refused(status: int, error: str) -> Refusal:
    return Refusal(status, {"error": error}, headers={"Cache-Control": "no-store"})
