"""Schedules: what comes back by itself. The rule's meaning is `core.domain.recurrence`'s."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, update

from core.domain.ids import OrgId
from core.store.schema import schedule
from core.store.transaction import Transaction, picked


@dataclass(frozen=True, slots=True)
class Schedule:
    """A recurring job: of one organization, or of none. `catch_up`: once, skip or each."""

    id: str
    org_id: OrgId | None
    kind: str
    payload: Mapping[str, Any]
    rule: str
    timezone: str
    catch_up: str
    next_run_at: datetime
    last_run_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Schedules:
    """The scheduler's list of what comes back."""

    tx: Transaction

    def put(self, planned: Schedule) -> None:
        """Write a schedule under its id.

        One that stands with the same rule and zone keeps when it runs next and last ran, so
        that putting it again at each start misses nothing and repeats nothing.
        """
        row = {name: getattr(planned, name) for name in Schedule.__slots__}
        if self.tx.insert_absent(schedule, {**row, "enabled": True}):
            return
        del row["last_run_at"]
        c = schedule.c
        same_rule = (c.rule == planned.rule) & (c.timezone == planned.timezone)
        other = update(schedule).where(self._one(planned.id), ~same_rule)
        self.tx.run(other.values(next_run_at=row.pop("next_run_at")))
        self.tx.run(update(schedule).where(self._one(planned.id)).values({**row, "enabled": True}))

    def remove(self, schedule_id: str) -> None:
        """Take a schedule away, if it is there."""
        self.tx.run(delete(schedule).where(self._one(schedule_id)))

    def due(self, now: datetime, limit: int = 100) -> list[Schedule]:
        """Return the schedules whose time has come, the longest due first."""
        ready = schedule.c.enabled & (schedule.c.next_run_at <= now)
        query = picked(schedule, Schedule).where(ready)
        return self.tx.many(query.order_by(schedule.c.next_run_at).limit(limit), Schedule)

    def all(self) -> list[Schedule]:
        """Return every schedule that is on, the next one first."""
        query = picked(schedule, Schedule).where(schedule.c.enabled)
        return self.tx.many(query.order_by(schedule.c.next_run_at, schedule.c.id), Schedule)

    def advance(self, seen: Schedule, next_run_at: datetime, now: datetime) -> bool:
        """Move a schedule on to its next time; return False when another process did already.

        Jobs added in the same transaction are therefore added once.
        """
        unmoved = self._one(seen.id) & (schedule.c.next_run_at == seen.next_run_at)
        moved = update(schedule).where(unmoved)
        return self.tx.run(moved.values(next_run_at=next_run_at, last_run_at=now)) == 1

    def _one(self, schedule_id: str) -> ColumnElement[bool]:
        return schedule.c.id == schedule_id
