"""Limits like Amazon's: a bucket for creating each report type, one shared by all reads.

Three forms of refusal take turns: with Retry-After, without it, and the proxy's HTML page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from math import ceil

from starlette.responses import HTMLResponse, Response

from sandbox.answers import json_answer

_PAGE = (
    "<html>\r\n<head><title>429 Too Many Requests</title></head>\r\n<body>\r\n"
    "<center><h1>429 Too Many Requests</h1></center>\r\n<hr><center>openresty</center>\r\n"
    "</body>\r\n</html>\r\n"
)


@dataclass
class Bucket:
    """Tokens that refill by the sandbox's clock."""

    capacity: float
    per_second: float
    tokens: float
    at: datetime
    refusals: int = 0

    def wait(self, now: datetime) -> float:
        """Take a token and return zero, or return the seconds until there is one."""
        passed = max((now - self.at).total_seconds(), 0.0)
        self.tokens = min(self.capacity, self.tokens + passed * self.per_second)
        self.at = now
        if self.tokens >= 1.0:
            self.tokens -= 1.0
            return 0.0
        return (1.0 - self.tokens) / self.per_second


@dataclass
class Throttle:
    """The buckets of every client and region."""

    now: Callable[[], datetime]
    is_on: bool
    create_burst: float = 3.0
    create_per_second: float = 0.25
    read_burst: float = 20.0
    read_per_second: float = 10.0
    _buckets: dict[tuple[str, ...], Bucket] = field(default_factory=dict)

    def refusal(self, operation: str, region: str, client: str, detail: str) -> Response | None:
        """Return the 429 of a call that comes too soon, None when it may pass."""
        if not self.is_on:
            return None
        if operation in {"create_report", "create_unified_report"}:
            key: tuple[str, ...] = ("create", client, region, detail)
            return self._taken(key, self.create_burst, self.create_per_second)
        return self._taken(("read", client, region), self.read_burst, self.read_per_second)

    def set(self, wanted: dict[str, float | bool]) -> None:
        """Change limits; what was used up is forgotten."""
        self.is_on = bool(wanted.get("on", self.is_on))
        for name in ("create_burst", "create_per_second", "read_burst", "read_per_second"):
            setattr(self, name, float(wanted.get(name, getattr(self, name))))
        self._buckets.clear()

    def shown(self) -> dict[str, float | bool]:
        return {
            "on": self.is_on,
            "create_burst": self.create_burst,
            "create_per_second": self.create_per_second,
            "read_burst": self.read_burst,
            "read_per_second": self.read_per_second,
        }

    def _taken(self, key: tuple[str, ...], burst: float, per_second: float) -> Response | None:
        now = self.now()
        bucket = self._buckets.setdefault(key, Bucket(burst, per_second, burst, now))
        wait = bucket.wait(now)
        if wait == 0.0:
            return None
        bucket.refusals += 1
        return too_many(bucket.refusals, wait)


def too_many(turn: int, wait: float) -> Response:
    """Return a 429 in one of its three forms."""
    if turn % 3 == 0:
        return HTMLResponse(_PAGE, 429)
    headers = {"Retry-After": str(max(ceil(wait), 1))} if turn % 3 == 1 else None
    return json_answer({"code": "429", "details": "Too Many Requests"}, 429, headers=headers)
