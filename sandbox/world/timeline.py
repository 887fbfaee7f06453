"""A value that changes at known instants: bids, budgets, states."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Timeline(Generic[T]):
    """A first value and the later ones, each with the instant from which it holds."""

    first: T
    changes: tuple[tuple[datetime, T], ...] = ()

    def at(self, instant: datetime) -> T:
        """Return the value in force at the instant."""
        passed = self._passed(instant)
        return self.changes[passed - 1][1] if passed else self.first

    def changed_by(self, instant: datetime) -> datetime | None:
        """Return the latest change up to the instant, None when there was none."""
        passed = self._passed(instant)
        return self.changes[passed - 1][0] if passed else None

    def then(self, instant: datetime, value: T) -> Timeline[T]:
        """Return this timeline with one more change, kept in order."""
        later = sorted((*self.changes, (instant, value)), key=lambda change: change[0])
        return Timeline(self.first, tuple(later))

    def mean(self, start: datetime, end: datetime, weight: Callable[[T], float]) -> float:
        """Return the mean weight over the time from start to end."""
        marks = [start, *(at for at, _ in self.changes if start < at < end), end]
        weighted = (weight(self.at(a)) * (b - a).total_seconds() for a, b in pairwise(marks))
        return sum(weighted) / (end - start).total_seconds()

    def _passed(self, instant: datetime) -> int:
        return bisect_right(self.changes, instant, key=lambda change: change[0])
