"""`/unsubscribe/{token}`: the way out of a mailing that stands in each of its mails.

A mail program posts here by one click (RFC 8058); a person opens the page and presses the button.
Opening alone changes nothing: scanners of mail open every link.
"""

from __future__ import annotations

from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.errors import NotFound
from core.security.secret import Secret
from core.web.allowance import Allowance
from core.web.result_page import ResultPage
from core.web.services import Services

KNOCKS, SPAN = 60, timedelta(minutes=1)


def routes(services: Services) -> list[Route]:
    """Return the route."""
    knocks = Allowance(KNOCKS, SPAN)

    async def unsubscribe(request: Request) -> Response:
        address = request.client.host if request.client else ""
        if not knocks.admits(address, services.clock.now()):
            return _page("Too many attempts", "Wait a minute, then try again.").response(429)
        return await run_in_threadpool(_answered, services, request)

    return [Route("/unsubscribe/{token:path}", unsubscribe, methods=["GET", "POST"])]


def _answered(services: Services, request: Request) -> Response:
    token = Secret(str(request.path_params["token"]))
    try:
        if request.method == "POST":
            return _left(services, token)
        with services.store.reading_people() as door:
            found = door.unsubscriptions.look(token)
    except NotFound:
        return _page(
            "There is no such subscription",
            "It has ended, or the link is not complete. Nothing more is sent by it.",
        ).response(404)
    if found.unsubscribed_at is not None:
        return _gone(found.address).response()
    return ResultPage(
        title="No longer receive this report?",
        sentence=f"It is sent to {found.address}. Other reports are not touched.",
        action="Unsubscribe",
        path=request.url.path,
        posts=True,
    ).response()


def _left(services: Services, token: Secret) -> Response:
    with services.store.people() as door:
        found = door.unsubscriptions.leave(token, services.clock.now())
    return _gone(found.address).response()


def _gone(address: str) -> ResultPage:
    return _page("Unsubscribed", f"This report is no longer sent to {address}.")


def _page(title: str, sentence: str) -> ResultPage:
    return ResultPage(title=title, sentence=sentence, action="Go to Flightdeck", path="/")
