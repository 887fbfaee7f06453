"""`/files/{token}/{number}`: a report's very file, for whoever holds the mail it was sent with.

Fetching changes nothing, for scanners of mail open every link. What is unknown, over or no
longer kept has one same 404; an address may knock sixty times a minute.
"""

from __future__ import annotations

import logging
from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from core.errors import AppError, NotFound
from core.reports.file_specs import Format
from core.security.secret import Secret
from core.web.allowance import Allowance
from core.web.result_page import ResultPage
from core.web.routes.downloads import attachment
from core.web.routes.gate import reference
from core.web.services import Services

KNOCKS, SPAN = 60, timedelta(minutes=1)
_log = logging.getLogger(__name__)


def routes(services: Services) -> list[Route]:
    """Return the route; the path takes everything below it, so that no variant escapes it."""
    knocks = Allowance(KNOCKS, SPAN)

    async def file(request: Request) -> Response:
        address = request.client.host if request.client else ""
        if not knocks.admits(address, services.clock.now()):
            return _page("Too many attempts", "Wait a minute, then try again.", 429)
        return await run_in_threadpool(_answered, services, str(request.path_params["place"]))

    return [Route("/files/{place:path}", file)]


def _answered(services: Services, place: str) -> Response:
    token, _, number = place.partition("/")
    try:
        with services.store.reading_people() as door:
            found = door.linked_files.look(Secret(token), services.clock.now())
        told = dict(enumerate(found.files, 1)).get(int(number) if number.isdecimal() else 0)
        if told is None:
            raise NotFound("The file")
        opened = services.lake.shelf(found.scope).open(told["place"])
    except NotFound:
        return _page(
            "There is no such file",
            "A mail's link to its files holds for 30 days, or until its mailing has ended. Ask "
            "whoever sent it for the file.",
            404,
        )
    except AppError as error:
        name = reference()
        _log.error("a linked file failed, reference %s: %s", name, error)
        return _page("The file could not be fetched", "Try again in a moment.", 503, name)
    kind = Format(told["format"]).media_type
    response = attachment(opened, str(told["name"]), kind, int(told["bytes"]))
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _page(title: str, sentence: str, status: int, number: str = "") -> Response:
    return ResultPage(
        title=title, sentence=sentence, action="Go to Flightdeck", path="/", reference=number
    ).response(status)
