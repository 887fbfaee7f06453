"""The rate budget in the store, so that however many processes ask, Amazon sees one."""

from __future__ import annotations

from datetime import timedelta

from core.amazon.rate import Grant, Limit
from core.clock import Clock
from core.store.store import Store


class SharedBudget:
    """`core.amazon.rate.RateBudget` over the store's token buckets."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def take(self, limit: Limit) -> Grant:
        now = self._clock.now()
        with self._store.system() as system:
            turn = system.rates.take(limit.name, limit.per_second, limit.burst, now)
        return Grant(turn.wait_seconds, turn.strikes)

    def close(self, limit: Limit, seconds: float) -> int:
        now = self._clock.now()
        with self._store.system() as system:
            return system.rates.close(limit.name, now + timedelta(seconds=seconds), now)

    def clear(self, limit: Limit) -> None:
        with self._store.system() as system:
            system.rates.clear(limit.name)
