"""How Amazon words its answers: request ids, and one function for each family of error body."""

from __future__ import annotations

import secrets
import string
import uuid
from typing import Any

import orjson
from starlette.responses import Response

_RID = string.ascii_uppercase + string.digits
_DSP_ERROR = "application/vnd.dsperror.v1+json"


class Refusal(Exception):
    """An answer other than success; raised anywhere below a route, sent as it is."""

    def __init__(
        self,
        status: int,
        body: dict[str, Any],
        *,
        media_type: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> None:
        super().__init__(f"{status} {body}")
        self.status, self.body = status, body
        self.media_type, self.headers = media_type, headers or {}

    def response(self) -> Response:
        return json_answer(self.body, self.status, self.media_type, self.headers)


def json_answer(
    body: object,
    status: int = 200,
    media_type: str = "application/json",
    headers: dict[str, str] | None = None,
) -> Response:
    """Return a JSON response."""
    return Response(orjson.dumps(body), status, headers, media_type)


def request_id() -> str:
    """Return a request id in the older form: twenty capitals and digits."""
    return "".join(secrets.choice(_RID) for _ in range(20))


def request_headers() -> dict[str, str]:
    """Return the identifying headers that every answer of the API carries."""
    number = str(uuid.uuid4())
    return {
        "x-amzn-RequestId": number,
        "x-amz-rid": request_id(),
        "x-amz-apigw-id": secrets.token_urlsafe(11) + "=",
        "X-Amzn-Trace-Id": f"Root=1-{number[:8]}-{number.replace('-', '')[8:]}",
        "Vary": "Content-Type,Accept-Encoding,User-Agent",
        "Strict-Transport-Security": "max-age=47474747; includeSubDomains; preload",
    }


def classic(status: int, code: str, details: str) -> Refusal:
    """Return a refusal of the classic family: profiles and the gateway."""
    return Refusal(status, {"code": code, "details": details, "requestId": request_id()})


def unauthorized(details: str) -> Refusal:
    """Return the classic 401."""
    return classic(401, "401", details)


def report_error(status: int, detail: str) -> Refusal:
    """Return a refusal of the version 3 reports: `detail`, in the singular."""
    return Refusal(status, {"code": str(status), "detail": detail})


def dsp_error(status: int, error_type: str, field: str, message: str) -> Refusal:
    """Return a refusal of the older DSP family."""
    body = {
        "requestId": request_id(),
        "message": "'1' validation error(s) occurred. Please correct them and request again.",
        "errors": [{"errorType": error_type, "fieldName": field, "message": message}],
    }
    return Refusal(status, body, media_type=_DSP_ERROR)


def unified_error(status: int, code: str, message: str) -> Refusal:
    """Return a refusal of the unified API."""
    return Refusal(status, {"code": code, "message": message})
