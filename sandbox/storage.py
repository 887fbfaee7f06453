"""The storage that report files are fetched from: pre-signed addresses, no other credentials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from sandbox.answers import Refusal
from sandbox.legacy.reports import LegacyReports
from sandbox.reports.routes import Reports
from sandbox.reports.store import URL_SECONDS, Store
from sandbox.unified.routes import UnifiedReports

_HEADERS = {"x-amz-server-side-encryption": "AES256", "Accept-Ranges": "bytes"}
_ID_LENGTH = 36


class StorageRefusal(Refusal):
    """A refusal of the storage, which speaks XML."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(status, {"code": code, "message": message})

    def response(self) -> Response:
        text = (
            '<?xml version="1.0" encoding="UTF-8"?>\n<Error>'
            f"<Code>{self.body['code']}</Code><Message>{self.body['message']}</Message></Error>"
        )
        return Response(text, self.status, media_type="application/xml")


@dataclass(frozen=True)
class Storage:
    """The files of one region's reports."""

    store: Store
    reports: Reports
    unified: UnifiedReports
    legacy: LegacyReports
    now: Callable[[], datetime]

    async def download(self, request: Request) -> Response:
        """Answer GET: the file, once the address is whole and in time."""
        if "authorization" in request.headers:
            raise StorageRefusal(400, "InvalidArgument", "Only one auth mechanism allowed")
        self._check_signature(request)
        content = await self._content(request.path_params["folder"], request.path_params["name"])
        if content is None:
            raise StorageRefusal(404, "NoSuchKey", "The specified key does not exist.")
        return Response(content, 200, _HEADERS, "application/octet-stream")

    async def _content(self, folder: str, name: str) -> bytes | None:
        report = self.store.find(folder[:_ID_LENGTH])
        if report is not None and report.file_name == f"{folder}/{name}":
            return await self.reports.content(report)
        if name.startswith("part-"):
            return self.unified.part(folder, int(name[5:10]))
        return await self.legacy.content(folder)

    def _check_signature(self, request: Request) -> None:
        query = request.query_params
        signed = query.get("X-Amz-Date", "")
        if query.get("X-Amz-Signature") != self.store.signature(request.url.path, signed):
            raise StorageRefusal(403, "SignatureDoesNotMatch", "The signature does not match.")
        since = datetime.strptime(f"{signed}+0000", "%Y%m%dT%H%M%SZ%z")
        if self.now() >= since + timedelta(seconds=URL_SECONDS):
            raise StorageRefusal(403, "AccessDenied", "Request has expired")
