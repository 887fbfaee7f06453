"""How often somebody may knock: so many times in a while, counted in this process alone."""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta
from threading import Lock

KNOCKERS_MAX = 10_000


class Allowance:
    """At most `limit` knocks of one key within `span`; the least recent keys are forgotten."""

    def __init__(self, limit: int, span: timedelta) -> None:
        self._limit = limit
        self._span = span
        self._seen: OrderedDict[str, deque[datetime]] = OrderedDict()
        self._lock = Lock()

    def admits(self, key: str, now: datetime) -> bool:
        """Count a knock and return whether it may come in."""
        with self._lock:
            knocks = self._seen.setdefault(key, deque())
            self._seen.move_to_end(key)
            while knocks and now - knocks[0] >= self._span:
                knocks.popleft()
            if len(self._seen) > KNOCKERS_MAX:
                self._seen.popitem(last=False)
            if len(knocks) >= self._limit:
                return False
            knocks.append(now)
            return True
