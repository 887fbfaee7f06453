"""What Amazon said went wrong, in one shape. Five families of bodies and the gateway's pages.

classic      {"code", "details", "requestId"}                      profiles, gateway
reports      {"code", "detail"}                                    /reporting/reports
DSP          {"message", "errors": [{errorType, field, message}]}  /dsp/*, audiences
DSP batch    {"success": […], "error": [{index, errorCode, errorMessage}]}   /dsp/v1/*
unified      {"code", "message"}; per item {"error": [{index, errors: […]}]} /adsApi/v1/*
gateway      an HTML page, or {"message"} alone

Source: Amazon Ads API documentation, "Errors", and the specifications of each family.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from core.security.redaction import body_excerpt

_PAGE_BYTES = 20_000
_TAG = re.compile(r"<(style|script)\b.*?</\1\s*>|<[^>]*>", re.I | re.S)
_REPORT_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.I)
_MESSAGE_KEYS = ("details", "detail", "message", "errorMessage", "description")
_CODE_KEYS = ("code", "errorCode", "errorType")


@dataclass(frozen=True, slots=True)
class Fault:
    """One item of a batch, or one field, that was refused."""

    index: int | None
    code: str
    where: str
    message: str

    def __str__(self) -> str:
        return ": ".join(part for part in (self.where, self.code, self.message) if part)


@dataclass(frozen=True, slots=True)
class ErrorBody:
    """A refusal as Amazon worded it, without secrets. `code` is "" where the body had none."""

    code: str
    message: str
    request_id: str = ""
    faults: tuple[Fault, ...] = ()

    def __str__(self) -> str:
        details = "; ".join(str(fault) for fault in self.faults)
        return " ".join(part for part in (self.message, details) if part) or "no reason given"


def parse_error(body: bytes) -> ErrorBody:
    """Return what the body says went wrong; never raises, whatever the bytes are.

    A page of HTML gives its words, an empty or unreadable body an empty message.
    """
    try:
        parsed = orjson.loads(body)
    except orjson.JSONDecodeError:
        return ErrorBody(code="", message=_words(body))
    if not isinstance(parsed, dict):
        return ErrorBody(code="", message="")
    return ErrorBody(
        code=_first(parsed, _CODE_KEYS),
        message=_first(parsed, _MESSAGE_KEYS),
        request_id=_first(parsed, ("requestId",)),
        faults=item_faults(parsed),
    )


def item_faults(parsed: Mapping[str, Any]) -> tuple[Fault, ...]:
    """Return the refused items or fields of a parsed answer, in its order; empty when none.

    A 207 carries them beside what succeeded: `error` in the batch families, `errors` in DSP's.
    """
    found: list[Fault] = []
    for key in ("error", "errors"):
        listed = parsed.get(key)
        for item in listed if isinstance(listed, list) else ():
            if isinstance(item, dict):
                found.extend(_item(item))
    return tuple(found)


def duplicate_of(body: ErrorBody) -> str | None:
    """Return the id of the earlier identical report that a 425 names in its text, or None.

    Source: Amazon Ads API documentation, Reporting v3, duplicate requests (HTTP 425).
    """
    found = _REPORT_ID.search(body.message)
    return found.group(0) if found else None


def _item(item: Mapping[str, Any]) -> list[Fault]:
    index = item.get("index")
    inner = item.get("errors")
    each = inner if isinstance(inner, list) else [item]
    return [
        Fault(
            index=index if isinstance(index, int) else None,
            code=_first(one, _CODE_KEYS),
            where=_first(one, ("fieldLocation", "field", "fieldName")),
            message=_first(one, _MESSAGE_KEYS),
        )
        for one in each
        if isinstance(one, dict)
    ]


def _first(parsed: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    for key in keys:
        if isinstance(parsed.get(key), str | int):
            return body_excerpt(str(parsed[key]))
    return ""


def _words(body: bytes) -> str:
    text = _TAG.sub(" ", body[:_PAGE_BYTES].decode("utf-8", "replace"))
    return body_excerpt(" ".join(text.split()))
