"""The consent page: a person chooses an Amazon user and clicks Allow or Cancel."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from sandbox.login.applications import SCOPES, Application
from sandbox.login.tokens import Tokens
from sandbox.pages import choice, hidden, page
from sandbox.world.world import AmazonUser

_CARRIED = (
    "client_id", "scope", "response_type", "redirect_uri", "state", "code_challenge",
    "code_challenge_method",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """A well-formed request for consent."""

    application: Application
    redirect_uri: str
    scope: str
    state: str | None
    challenge: str
    method: str


class Malformed(Exception):
    """The request names a client, address or scope that is not known."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error, self.description = error, description


@dataclass(frozen=True)
class Consent:
    """`/ap/oa`: shows the page, takes the answer."""

    applications: dict[str, Application]
    users: dict[str, AmazonUser]
    tokens: Tokens

    async def show(self, request: Request) -> Response:
        """Answer GET: the page, or a page that says what is wrong (HTTP 400)."""
        fields = dict(request.query_params)
        try:
            asked = self._asked(fields)
        except Malformed as wrong:
            return _wrong(wrong)
        return self._page(asked, {k: v for k, v in fields.items() if k in _CARRIED})

    async def decide(self, request: Request) -> Response:
        """Answer POST: back to the application with a code or a refusal."""
        form = {k: v for k, v in (await request.form()).items() if isinstance(v, str)}
        try:
            asked = self._asked(form)
        except Malformed as wrong:
            return _wrong(wrong)
        user = self.users.get(form.get("user", ""), next(iter(self.users.values())))
        allowed = form.get("decision") == "allow"
        return _back(asked, self._allowed(asked, user) if allowed else _cancelled(asked))

    def _asked(self, fields: dict[str, str]) -> Asked:
        application = self.applications.get(fields.get("client_id", ""))
        if application is None:
            raise Malformed("invalid_client", "Unknown client_id")
        redirect_uri = fields.get("redirect_uri", "")
        if not application.accepts(redirect_uri):
            raise Malformed("invalid_request", "The redirect URI you provided is not allowed")
        scope = fields.get("scope", "")
        if not scope or not set(scope.split()) <= SCOPES:
            raise Malformed("invalid_scope", "An unknown scope was requested")
        if fields.get("response_type") != "code":
            raise Malformed("unsupported_response_type", "response_type must be code")
        method = fields.get("code_challenge_method", "plain")
        if method not in {"S256", "plain"}:
            raise Malformed("invalid_request", "Unknown code_challenge_method")
        challenge = fields.get("code_challenge", "")
        return Asked(application, redirect_uri, scope, fields.get("state"), challenge, method)

    def _allowed(self, asked: Asked, user: AmazonUser) -> dict[str, str]:
        grant = self.tokens.give(
            user.user_id, asked.application.client_id, asked.scope, user.grant_hours
        )
        code = self.tokens.code(grant, asked.redirect_uri, asked.challenge, asked.method)
        state = {} if asked.state is None else {"state": asked.state}
        return {"code": code, "scope": asked.scope, **state}

    def _page(self, asked: Asked, carried: dict[str, str]) -> Response:
        choices = "".join(
            choice(
                "user",
                user.user_id,
                f"{user.name} <{user.email}>",
                user.story,
                is_first=number == 0,
            )
            for number, user in enumerate(self.users.values())
        )
        body = (
            f"<p><strong>{escape(asked.application.name)}</strong> would like access to your "
            f'Amazon Ads accounts.</p><p class="note">Scopes: {escape(asked.scope)}. This page '
            "belongs to the sandbox; nothing here reaches Amazon.</p>"
            f'<form method="post">{hidden(carried)}{choices}<div class="row">'
            '<button class="yes" name="decision" value="allow">Allow</button>'
            '<button name="decision" value="cancel">Cancel</button></div></form>'
        )
        return page("Sign in to the sandbox's Amazon", body)


def _cancelled(asked: Asked) -> dict[str, str]:
    state = {} if asked.state is None else {"state": asked.state}
    return {
        "error_description": "Access not permitted.",
        **state,
        "error": "access_denied",
    }


def _back(asked: Asked, answer: dict[str, str]) -> Response:
    return RedirectResponse(f"{asked.redirect_uri}?{urlencode(answer)}", 302)


def _wrong(wrong: Malformed) -> Response:
    body = f"<p>{escape(wrong.description)}</p><p><code>error={escape(wrong.error)}</code></p>"
    return page("We're sorry: this request cannot be served", body, status=400)
