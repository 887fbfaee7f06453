"""`/shared/{token}`: one view for whoever holds the link; for everything else one same 404.

Guessing is hopeless (256 bits) and slow besides: an address may knock sixty times a minute, and a
link's password may be tried ten times in ten minutes.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.errors import AppError, NotFound
from core.web.allowance import Allowance
from core.web.result_page import ResultPage
from core.web.routes.gate import reference
from core.web.services import Services
from core.web.shared_page import shared_page
from core.web.sharing import Opened, admits, opened, shown

KNOCKS, KNOCKS_SPAN = 60, timedelta(minutes=1)
TRIES, TRIES_SPAN = 10, timedelta(minutes=10)
_log = logging.getLogger(__name__)


def routes(services: Services) -> list[Route]:
    """Return the route; the path takes everything below it, so that no variant escapes it."""
    door = _Door(services)

    async def shared(request: Request) -> Response:
        password = ""
        if request.method == "POST":
            form = await request.form(max_files=0, max_fields=5)
            password = str(form.get("password", ""))
        return await run_in_threadpool(door.answer, request, password)

    return [Route("/shared/{token:path}", shared, methods=["GET", "POST"])]


class _Door:
    """Answers knocks, and counts them."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._knocks = Allowance(KNOCKS, KNOCKS_SPAN)
        self._tries = Allowance(TRIES, TRIES_SPAN)

    def answer(self, request: Request, password: str) -> Response:
        """Return the page, the question for its password, or the 404 of all others."""
        now = self._services.clock.now()
        address = request.client.host if request.client else ""
        if not self._knocks.admits(address, now):
            return _too_often()
        token = str(request.path_params["token"])
        try:
            found = opened(self._services, token)
        except NotFound:
            return _unknown()
        if not admits(found, ""):
            key = hashlib.sha256(token.encode()).hexdigest()
            if password and not self._tries.admits(key, now):
                return _too_often()
            if not admits(found, password):
                return _locked(request, is_wrong=bool(password))
        return self._page(found)

    def _page(self, found: Opened) -> Response:
        try:
            document = shown(self._services, found)
        except AppError as error:
            number = reference()
            _log.error("a shared page failed, reference %s: %s", number, error)
            return _failed(number)
        until = f"{found.shared.expires_at:%-d %b %Y}"
        return shared_page(document, found.organization, until)


def _locked(request: Request, *, is_wrong: bool) -> Response:
    told = "That is not the password. " if is_wrong else ""
    return ResultPage(
        title="This page asks for a password",
        sentence=f"{told}Whoever gave you the link can tell it.",
        action="Open",
        path=request.url.path,
        tone="bad" if is_wrong else "",
        posts=True,
        asks="Password",
    ).response(403 if is_wrong else 200)


def _unknown() -> Response:
    return ResultPage(
        title="There is no such page",
        sentence="A shared page can be read until its link ends or is withdrawn. Ask whoever gave "
        "it to you for a new one.",
        action="Go to Flightdeck",
        path="/",
    ).response(404)


def _too_often() -> Response:
    return ResultPage(
        title="Too many attempts",
        sentence="Wait some minutes, then try again.",
        action="Go to Flightdeck",
        path="/",
    ).response(429)


def _failed(number: str) -> Response:
    return ResultPage(
        title="The page could not be shown",
        sentence="Try again in a moment.",
        action="Go to Flightdeck",
        path="/",
        tone="bad",
        reference=number,
    ).response(503)
