"""Time as a port. Nothing else in core reads a clock.

In production the clock is the system's. In the demo and in tests every process follows
the sandbox's clock, so that fourteen days can be lived through in a minute. Leases do
not use it: they take their time from the database.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Protocol

import httpx


class Clock(Protocol):
    """Says what time it is."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class RemoteClock:
    """Follows another clock over HTTP (`GET` answers `{"now": "<ISO 8601 instant>"}`).

    The offset to the machine's clock is asked for again once it is older than
    `refresh_seconds`; when the other side does not answer, the last offset stays.
    """

    def __init__(self, url: str, *, refresh_seconds: float = 1.0) -> None:
        self._url = url
        self._refresh_seconds = refresh_seconds
        self._client = httpx.Client(timeout=5.0, trust_env=False)
        self._lock = Lock()
        self._offset = timedelta(0)
        self._asked_at = float("-inf")

    def now(self) -> datetime:
        with self._lock:
            if time.monotonic() - self._asked_at >= self._refresh_seconds:
                self._ask()
            return datetime.now(UTC) + self._offset

    def _ask(self) -> None:
        try:
            answer = self._client.get(self._url).raise_for_status().json()
            self._offset = datetime.fromisoformat(answer["now"]) - datetime.now(UTC)
        except httpx.HTTPError:
            pass
        self._asked_at = time.monotonic()
