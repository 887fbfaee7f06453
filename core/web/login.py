"""Where Streamlit's login meets our own session: middleware on its callback and its logout.

At the end of a login Streamlit sets a signed cookie. If it did, and its claims hold, a session of
ours is begun in the same answer and the visitor goes where they wanted to go; if not, no cookie
of a login survives the answer, and the refusal is logged.
"""

from __future__ import annotations

import logging
from collections.abc import Collection

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.web import sessions, wanted
from core.web.claims import Claims, LoginRefused
from core.web.cookies import drop_cookie, set_cookie
from core.web.services import Services
from core.web.streamlit_internals import (
    CALLBACK_PATH,
    LOGIN_COOKIES,
    LOGOUT_PATH,
    claims_in,
    cookies_set_by,
)

REFUSED = "/?login=refused"
CANCELLED = "/?login=cancelled"
_log = logging.getLogger(__name__)


class LoginSessions:
    """ASGI middleware around Streamlit's own login routes."""

    def __init__(self, app: ASGIApp, services: Services, screens: Collection[str]) -> None:
        self._app = app
        self._services = services
        self._screens = screens

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"] if scope["type"] == "http" else ""
        if path == CALLBACK_PATH:
            await self._callback(scope, receive, send)
        elif path == LOGOUT_PATH:
            await self._logout(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _callback(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        if "state" not in request.query_params:
            # The identity provider sends people here after a logout, too.
            await RedirectResponse(wanted.HOME, 303)(scope, receive, send)
            return
        answer = await _answer_of(self._app, scope, receive)
        settled = await run_in_threadpool(self._settled, request, answer)
        await settled(scope, receive, send)

    def _settled(self, request: Request, answer: Response) -> Response:
        """Return Streamlit's answer with our session begun, or a refusal."""
        raw = claims_in(cookies_set_by(answer.raw_headers), self._services.settings)
        if raw is None:
            asked = request.query_params.get("error")
            _log.warning("login refused: %s", "by the provider" if asked else "token not accepted")
            return self._turned_away(CANCELLED if asked == "access_denied" else REFUSED)
        try:
            claims = Claims.checked(raw, client_id=self._services.settings.oidc_client_id)
        except LoginRefused as refusal:
            _log.warning("login refused: %s", refusal)
            return self._turned_away(REFUSED)
        return self._begun(request, answer, claims)

    def _begun(self, request: Request, answer: Response, claims: Claims) -> Response:
        names, settings = self._services.cookies, self._services.settings
        _, token = sessions.begin(
            self._services,
            claims,
            user_agent=request.headers.get("user-agent", ""),
            replaced=request.cookies.get(names.session),
        )
        lifetime = sessions.absolute_limit(self._services)
        answer.headers.append(
            "set-cookie",
            set_cookie(names.session, token.reveal(), lifetime=lifetime, secure=settings.is_https),
        )
        answer.headers.append("set-cookie", drop_cookie(names.wanted, secure=settings.is_https))
        answer.headers["location"] = wanted.opened(
            request.cookies.get(names.wanted, ""),
            self._services.web_key,
            self._services.clock.now(),
            self._screens,
        )
        return answer

    def _turned_away(self, location: str) -> Response:
        answer = RedirectResponse(location, 303)
        secure = self._services.settings.is_https
        for name in (*LOGIN_COOKIES, self._services.cookies.session):
            answer.headers.append("set-cookie", drop_cookie(name, secure=secure))
        return answer

    async def _logout(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope)
        if request.headers.get("sec-fetch-site") == "cross-site":
            await PlainTextResponse("Log out from within Flightdeck.", 403)(scope, receive, send)
            return
        await run_in_threadpool(sessions.end, self._services, request.cookies)
        gone = drop_cookie(self._services.cookies.session, secure=self._services.settings.is_https)

        async def without_session(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", gone)
            await send(message)

        await self._app(scope, receive, without_session)


async def _answer_of(app: ASGIApp, scope: Scope, receive: Receive) -> Response:
    """Return the whole answer of `app`; login answers are redirects without a body to speak of."""
    start: Message = {"status": 500, "headers": []}
    body = b""

    async def collect(message: Message) -> None:
        nonlocal start, body
        if message["type"] == "http.response.start":
            start = message
        elif message["type"] == "http.response.body":
            body += message.get("body", b"")

    await app(scope, receive, collect)
    answer = Response(body, status_code=start["status"])
    answer.raw_headers = list(start["headers"])
    return answer
