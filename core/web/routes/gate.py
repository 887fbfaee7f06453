"""Who is asking a route, and refusals as answers. Every route outside of login passes here."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from core.errors import NotAllowed, NotFound, UserError
from core.web import sessions
from core.web.services import Services
from core.web.sessions import Visitor
from core.web.streamlit_internals import claims_in

Endpoint = Callable[[Request], Awaitable[Response]]
Handler = Callable[[Services, Request, Visitor], Response]


def visitor_of(services: Services, request: Request) -> Visitor | None:
    """Return who is asking: a live session whose identity the login cookie confirms."""
    claims = claims_in(request.cookies, services.settings)
    return sessions.visitor(services, request.cookies, claims)


def for_visitors(services: Services, handler: Handler) -> Endpoint:
    """Return an endpoint that runs `handler` for somebody logged in, and sends others to log in.

    The handler runs in a thread: it may wait for the database and for Amazon.
    """

    async def endpoint(request: Request) -> Response:
        return await run_in_threadpool(_answered, services, handler, request)

    return endpoint


def _answered(services: Services, handler: Handler, request: Request) -> Response:
    visitor = visitor_of(services, request)
    if visitor is None:
        return RedirectResponse("/", 303, {"Cache-Control": "no-store"})
    return handler(services, request, visitor)


def refusal(error: UserError) -> JSONResponse:
    """Return a refusal as JSON: a stable code, and the sentence for people."""
    codes: tuple[tuple[type[UserError], int, str], ...] = (
        (NotFound, 404, "not_found"),
        (NotAllowed, 403, "not_allowed"),
        (UserError, 422, "not_accepted"),
    )
    status, code = next((s, c) for kind, s, c in codes if isinstance(error, kind))
    return problem(status, code, str(error))


def problem(status: int, code: str, sentence: str) -> JSONResponse:
    """Return `{"error": {"code": …, "message": …}}` with its status."""
    return JSONResponse({"error": {"code": code, "message": sentence}}, status_code=status)


def reference() -> str:
    """Return a short id that stands both in the answer and in the log."""
    return secrets.token_hex(4)
