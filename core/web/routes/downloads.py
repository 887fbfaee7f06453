"""`/downloads/{token}`: the file, for the session that asked for it; for all others 404."""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from core.errors import AppError, NotAllowed, NotFound, UserError
from core.lake.engine import LakeFull
from core.reports.file_specs import FileSpec, KeptFile
from core.web import downloads
from core.web.result_page import ResultPage
from core.web.routes.gate import reference, visitor_of
from core.web.services import Services

_CHUNK = 1 << 18
_LATER = "The file could not be written. Try again in a moment."
_log = logging.getLogger(__name__)


def routes(services: Services) -> list[Route]:
    """Return the route."""

    async def download(request: Request) -> Response:
        return await run_in_threadpool(_answered, services, request)

    return [Route("/downloads/{token}", download)]


def _answered(services: Services, request: Request) -> Response:
    visitor = visitor_of(services, request)
    if visitor is None:
        return _unknown()
    try:
        found = downloads.redeemed(services, visitor, str(request.path_params["token"]))
        file = downloads.opened(services, found)
    except (NotFound, NotAllowed):
        return _unknown()
    except UserError as error:
        return _failed(str(error), 422)
    except AppError as error:
        number = reference()
        _log.error("download failed, reference %s: %s", number, error)
        sentence = str(error) if isinstance(error, LakeFull) else _LATER
        return _failed(sentence, 503, number)
    return attachment(file, found.file_name, found.format.media_type, _length(file, found.spec))


def attachment(file: BinaryIO, name: str, media_type: str, length: int) -> StreamingResponse:
    """Return a file to be saved, sent piece by piece and closed at the end."""
    return StreamingResponse(
        _chunks(file),
        media_type=media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Content-Length": str(length),
        },
    )


def _length(file: BinaryIO, spec: FileSpec) -> int:
    return spec.bytes if isinstance(spec, KeptFile) else os.fstat(file.fileno()).st_size


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while chunk := file.read(_CHUNK):
            yield chunk


def _unknown() -> Response:
    return ResultPage(
        title="There is no such download",
        sentence="A link to a file holds for ten minutes, for the person and the browser that "
        "asked for it. Ask for the file again on its screen.",
        action="Go home",
        path="/",
    ).response(404)


def _failed(sentence: str, status: int, number: str = "") -> Response:
    return ResultPage(
        title="The file could not be made",
        sentence=sentence,
        action="Go home",
        path="/",
        tone="bad",
        reference=number,
    ).response(status)
