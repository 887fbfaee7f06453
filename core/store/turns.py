"""Turns at the database: fewer threads hold connections than there are connections.

Whoever holds one may ask for another: a page reads under one view of the state, and writes what
a person did beside it. If all connections could be held by threads that wait for one more, none
would ever come back. So threads take turns, and a thread that has its turn is never held up.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, local

from core.errors import Upstream


class Turns:
    """At most `most` threads at once, each as often as it likes; others wait some seconds."""

    def __init__(self, most: int, wait_seconds: float) -> None:
        self._free = BoundedSemaphore(most)
        self._wait_seconds = wait_seconds
        self._mine = local()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Hold a turn, or go on with the one this thread has. Raises Upstream after the wait."""
        depth = getattr(self._mine, "depth", 0)
        if not depth and not self._free.acquire(timeout=self._wait_seconds):
            raise Upstream("Every connection to the database is in use.")
        self._mine.depth = depth + 1
        try:
            yield
        finally:
            self._mine.depth = depth
            if not depth:
                self._free.release()
