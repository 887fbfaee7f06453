"""A run of days in one zone, with the instants at which they begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from sandbox.world.chance import Counts, Floats


@dataclass(frozen=True)
class Window:
    """Consecutive days of an advertiser's own calendar."""

    timezone: str
    first: date
    last: date

    @property
    def days(self) -> tuple[date, ...]:
        return _days(self.first, self.last)

    @property
    def numbers(self) -> Counts:
        """Return a number for each day, the same in every window: what draws are addressed by."""
        return np.arange(self.first.toordinal(), self.last.toordinal() + 1, dtype=np.int64)

    @property
    def edges(self) -> Floats:
        """Return the POSIX seconds of each midnight, the one after the last day included."""
        return _edges(self.timezone, self.first, self.last)

    def widened(self, before: int, after: int = 0) -> Window:
        """Return the window with more days at its ends."""
        first, last = self.first - timedelta(days=before), self.last + timedelta(days=after)
        return Window(self.timezone, first, last)

    def __len__(self) -> int:
        return (self.last - self.first).days + 1


@lru_cache(maxsize=1024)
def _days(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + timedelta(days=n) for n in range((last - first).days + 1))


@lru_cache(maxsize=1024)
def _edges(timezone: str, first: date, last: date) -> Floats:
    zone = ZoneInfo(timezone)
    midnights = (
        datetime.combine(day, time(), zone).astimezone(UTC)
        for day in _days(first, last + timedelta(days=1))
    )
    return np.array([midnight.timestamp() for midnight in midnights])
