"""Rate budgets: one token bucket a name, shared by every process, and closed by a 429."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from core.store.schema import rate_budget
from core.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Turn:
    """Go when `wait_seconds` is 0; else nothing was taken, and asking again after them is right.

    `strikes` counts refusals by the other side since a call last went well.
    """

    wait_seconds: float
    strikes: int


@dataclass(frozen=True, slots=True)
class RateBudgets:
    """Takes from the buckets and closes them."""

    tx: Transaction

    def take(self, name: str, per_second: float, burst: float, now: datetime) -> Turn:
        """Return whether one call may go now; a bucket begins full, with `burst` calls."""
        row = self._locked(name, burst, now)
        if row.blocked_until is not None and row.blocked_until > now:
            return Turn((row.blocked_until - now).total_seconds(), row.strikes)
        passed = max(0.0, (now - row.filled_at).total_seconds())
        tokens = min(burst, row.tokens + passed * per_second)
        missing = max(0.0, 1.0 - tokens)
        left = tokens if missing else tokens - 1.0
        self._set(name, tokens=left, filled_at=max(now, row.filled_at))
        return Turn(missing / per_second, row.strikes)

    def close(self, name: str, until: datetime, now: datetime) -> int:
        """Let no call go before `until`, or before a later end set already; return the strikes."""
        row = self._locked(name, 0.0, now)
        end = until if row.blocked_until is None else max(until, row.blocked_until)
        self._set(name, blocked_until=end, strikes=row.strikes + 1)
        return int(row.strikes) + 1

    def clear(self, name: str) -> None:
        """Forget the strikes: a call went well. The bucket stays closed as long as it was to."""
        struck = (rate_budget.c.name == name) & (rate_budget.c.strikes > 0)
        self.tx.run(update(rate_budget).where(struck).values(strikes=0))

    def _locked(self, name: str, burst: float, now: datetime) -> Row[Any]:
        self.tx.insert_absent(rate_budget, {"name": name, "tokens": burst, "filled_at": now})
        row = self.tx.row(self.tx.locked(select(rate_budget).where(rate_budget.c.name == name)))
        assert row is not None
        return row

    def _set(self, name: str, **values: object) -> None:
        self.tx.run(update(rate_budget).where(rate_budget.c.name == name).values(values))
