"""Reading JSON bodies, with the refusal of whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
from starlette.requests import Request

from sandbox.answers import Refusal


async def json_object(request: Request, refusal: Callable[[str], Refusal]) -> dict[str, Any]:
    """Return the body as an object, empty for no body. Raises the refusal for anything else."""
    try:
        body = orjson.loads(await request.body() or b"{}")
    except orjson.JSONDecodeError:
        raise refusal("The body is not valid JSON") from None
    if not isinstance(body, dict):
        raise refusal("The body is not a JSON object")
    return body
