"""The threads of a scheduler process: each runs one piece of work and holds its lease meanwhile.

A thread cannot be stopped from outside. Work that outlives its limit is given up: its lease is
no longer renewed, so another may take it, and what the thread still writes is refused.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock, Thread

from core.errors import AppError, LeaseLost

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Task:
    """A claimed piece of work: how to run it, keep it, and put it back undone."""

    name: str
    run: Callable[[], object]
    renew: Callable[[], None]
    release: Callable[[], None]
    seconds: float


@dataclass(slots=True)
class _Busy:
    task: Task
    thread: Thread
    ends_at: float
    is_given_up: bool = False


class Crew:
    """At most `size` threads that count; those given up do not."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._busy: dict[str, _Busy] = {}
        self._lock = Lock()

    @property
    def free(self) -> int:
        """Return how many more tasks may be started."""
        with self._lock:
            return self.size - sum(not busy.is_given_up for busy in self._busy.values())

    @property
    def given_up(self) -> int:
        """Return how many threads have outlived their task's limit and still run."""
        with self._lock:
            return sum(busy.is_given_up for busy in self._busy.values())

    def names(self) -> list[str]:
        """Return the tasks that run and count, by name."""
        with self._lock:
            return sorted(name for name, busy in self._busy.items() if not busy.is_given_up)

    def start(self, task: Task) -> None:
        """Run a task in a thread of its own."""

        def body() -> None:
            try:
                task.run()
            finally:
                with self._lock:
                    self._busy.pop(task.name, None)

        # A daemon: a thread that hangs does not keep the process from ending.
        thread = Thread(target=body, name=task.name, daemon=True)
        with self._lock:
            self._busy[task.name] = _Busy(task, thread, time.monotonic() + task.seconds)
        thread.start()

    def keep_leases(self) -> None:
        """Renew every lease, and give up the tasks whose time is over or whose lease is lost."""
        for busy in self._counted():
            if time.monotonic() >= busy.ends_at:
                _log.error("%s outlived its limit of %.0f s", busy.task.name, busy.task.seconds)
                busy.is_given_up = True
                continue
            try:
                busy.task.renew()
            except LeaseLost:
                busy.is_given_up = True
            except AppError as failure:
                _log.warning("the lease of %s could not be renewed: %s", busy.task.name, failure)

    def drain(self, seconds: float) -> int:
        """Wait up to `seconds` for what runs, then put back the rest; return how many that is."""
        end = time.monotonic() + seconds
        for busy in self._counted():
            busy.thread.join(max(0.0, end - time.monotonic()))
        left = [busy for busy in self._counted() if busy.thread.is_alive()]
        for busy in left:
            busy.is_given_up = True
            try:
                busy.task.release()
            except AppError as failure:
                _log.warning("%s could not be put back: %s", busy.task.name, failure)
        return len(left)

    def _counted(self) -> list[_Busy]:
        with self._lock:
            return [busy for busy in self._busy.values() if not busy.is_given_up]
