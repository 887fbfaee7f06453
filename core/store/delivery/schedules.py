"""Report schedules: which report goes out when. The rule's meaning is `core.domain.recurrence`'s.

A schedule without a next instant waits for something else than the clock: data being complete,
or somebody who sends it by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, select, update

from core.domain.ids import OrgId, UserId
from core.domain.roles import Action
from core.errors import NotFound
from core.security.tokens import new_id
from core.store.identity.organizations import named
from core.store.schema import organization, report_schedule
from core.store.scoped import Scoped
from core.store.transaction import Transaction, picked


@dataclass(frozen=True, slots=True)
class ReportSchedule:
    """A report that comes back. `options` are the delivery's own (`core.reports`)."""

    id: str
    org_id: OrgId
    definition_id: str
    name: str
    rule: str
    timezone: str
    options: Mapping[str, Any]
    enabled: bool
    next_run_at: datetime | None
    last_run_at: datetime | None
    created_by: UserId
    created_at: datetime
    changed_by: UserId
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """What a person decides of a schedule."""

    name: str
    rule: str
    timezone: str
    options: Mapping[str, Any]
    next_run_at: datetime | None
    enabled: bool = True

    def columns(self) -> dict[str, Any]:
        """Return the values as they are stored. Raises UserError for a name that is none."""
        values: dict[str, Any] = {field: getattr(self, field) for field in Timing.__slots__}
        return {**values, "name": named(self.name), "options": dict(self.options)}


class ReportSchedules(Scoped):
    """The schedules of one organization. Members limited to some advertisers see none."""

    def add(self, definition_id: str, timing: Timing, now: datetime) -> ReportSchedule:
        """Return a new schedule of a definition.

        Raises NotAllowed unless the role may send reports, UserError for a name that is none.
        The definition is the caller's to have looked up: one that is not there breaks the tie
        that the database keeps.
        """
        self.require_person(Action.SEND_REPORTS)
        by, at = self.scope.user_id, now
        row = self.own(
            report_schedule,
            id=new_id("sched"),
            definition_id=definition_id,
            **timing.columns(),
            last_run_at=None,
            created_by=by,
            created_at=at,
            changed_by=by,
            changed_at=at,
        )
        self.tx.insert(report_schedule, [row])
        return ReportSchedule(**row)

    def all(self, definition_id: str | None = None) -> list[ReportSchedule]:
        """Return the schedules, of one definition or of all, by name."""
        c = report_schedule.c
        query = self._query()
        if definition_id is not None:
            query = query.where(c.definition_id == definition_id)
        return self.tx.many(query.order_by(c.name, c.id), ReportSchedule)

    def get(self, schedule_id: str) -> ReportSchedule:
        """Return one schedule. Raises NotFound."""
        found = self.tx.one(self._query().where(self._one(schedule_id)), ReportSchedule)
        if found is None:
            raise NotFound("The schedule")
        return found

    def change(self, schedule_id: str, timing: Timing, now: datetime) -> None:
        """Give a schedule other timing. Raises as `add`, and NotFound."""
        self.require_person(Action.SEND_REPORTS)
        stamp = {"changed_by": self.scope.user_id, "changed_at": now}
        self._met(
            update(report_schedule)
            .where(self.mine(report_schedule), self._one(schedule_id))
            .values(**timing.columns(), **stamp)
        )

    def remove(self, schedule_id: str) -> None:
        """Take a schedule away with its recipients; what it sent stays. Raises as `change`."""
        self.require_person(Action.SEND_REPORTS)
        self._met(delete(report_schedule).where(self.mine(report_schedule), self._one(schedule_id)))

    def _met(self, statement: Any) -> None:
        if not self.tx.run(statement):
            raise NotFound("The schedule")

    def _query(self) -> Select[Any]:
        return picked(report_schedule, ReportSchedule).where(self.mine(report_schedule))

    @staticmethod
    def _one(schedule_id: str) -> ColumnElement[bool]:
        return report_schedule.c.id == schedule_id


@dataclass(frozen=True, slots=True)
class DueReportSchedules:
    """The scheduler's list of what is to go out, over all organizations."""

    tx: Transaction

    def due(self, now: datetime, limit: int = 100) -> list[ReportSchedule]:
        """Return the schedules whose instant has come, the longest due first."""
        c = report_schedule.c
        standing = select(organization.c.id).where(organization.c.deleted_at.is_(None))
        ready = c.enabled & (c.next_run_at <= now) & c.org_id.in_(standing)
        query = picked(report_schedule, ReportSchedule).where(ready)
        return self.tx.many(query.order_by(c.next_run_at, c.id).limit(limit), ReportSchedule)

    def advance(self, seen: ReportSchedule, next_run_at: datetime | None, now: datetime) -> bool:
        """Move a schedule on; return False when another process did already.

        What is planned in the same transaction is therefore planned once.
        """
        c = report_schedule.c
        unmoved = (c.id == seen.id) & (c.next_run_at == seen.next_run_at) & c.enabled
        moved = update(report_schedule).where(unmoved)
        return self.tx.run(moved.values(next_run_at=next_run_at, last_run_at=now)) == 1
