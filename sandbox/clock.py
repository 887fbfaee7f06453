"""The sandbox's clock: it starts where it is told, runs at a rate, and can be moved."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta


class SandboxClock:
    """Says what time it is in the sandbox. Everything here asks it; the identity provider apart."""

    def __init__(self, start: datetime) -> None:
        self._base = start
        self._mark = time.monotonic()
        self._rate = 1.0

    @classmethod
    def on(cls, today: date | None) -> SandboxClock:
        """Return a clock on this day (the machine's when None), at the present time in UTC."""
        machine = datetime.now(UTC)
        return cls(machine if today is None else datetime.combine(today, machine.timetz()))

    @property
    def rate(self) -> float:
        return self._rate

    def now(self) -> datetime:
        """Return the instant, aware, in UTC."""
        return self._base + timedelta(seconds=(time.monotonic() - self._mark) * self._rate)

    def set(self, instant: datetime) -> None:
        """Move to an instant, forwards or backwards."""
        self._base, self._mark = instant.astimezone(UTC), time.monotonic()

    def advance(self, seconds: float) -> None:
        """Move by seconds."""
        self.set(self.now() + timedelta(seconds=seconds))

    def run_at(self, rate: float) -> None:
        """Let `rate` seconds pass here for each second of the machine; zero stops the clock."""
        self.set(self.now())
        self._rate = rate


def written(instant: datetime) -> str:
    """Return an instant as Amazon's bodies write it: 2026-11-23T14:03:00.853Z."""
    return instant.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
