"""What comes back by itself: standing schedules, and the jobs that their times lead to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from core.domain.ids import OrgId
from core.domain.recurrence import CatchUp, due_runs, next_after
from core.jobs.background import Background
from core.jobs.kinds import BY_NAME, KINDS, Kind, Whose
from core.store.work.schedules import Schedule

ZONE = "UTC"
_TICK = timedelta(microseconds=1)


def enqueue_due(parts: Background) -> int:
    """Add the jobs of every schedule whose time has come; return how many were new.

    A schedule is moved on in the same transaction, so of several processes one adds its jobs.
    """
    now = parts.clock.now()
    added = 0
    with parts.store.system() as system:
        for due in system.schedules.due(now):
            runs = _runs(due, now)
            if not system.schedules.advance(due, next_after(due.rule, due.timezone, now), now):
                continue
            for run in runs:
                job = BY_NAME[due.kind].job(now, due.payload, key=_key(due, run))
                added += system.jobs.enqueue(job, now, due.org_id).is_new
    return added


def put_standing(parts: Background) -> int:
    """Write the schedules of the installation and of every organization; return how many stand.

    What stands already keeps its times; those of organizations that are no more are taken away.
    """
    now = parts.clock.now()
    with parts.store.system() as system:
        wanted = {schedule.id: schedule for schedule in _wanted(system.organizations.active(), now)}
        standing = {schedule.id: schedule for schedule in system.schedules.all()}
        for schedule in wanted.values():
            if not _stands(standing.get(schedule.id), schedule):
                system.schedules.put(schedule)
        for known in standing.values():
            if known.kind in BY_NAME and known.id not in wanted:
                system.schedules.remove(known.id)
    return len(wanted)


def _stands(known: Schedule | None, wanted: Schedule) -> bool:
    """Return whether a schedule is as it shall be, its times apart: then nothing is written."""
    if known is None:
        return False
    return wanted == replace(known, next_run_at=wanted.next_run_at, last_run_at=wanted.last_run_at)


def _runs(due: Schedule, now: datetime) -> list[datetime]:
    """Return the runs that are due; the time it was waiting for is one of them."""
    last = due.last_run_at or due.next_run_at - _TICK
    return due_runs(due.rule, due.timezone, last, now, CatchUp(due.catch_up))


def _key(due: Schedule, run: datetime) -> str:
    """Return what tells several runs apart: only where each missed one is made up for."""
    return f"{run:%Y%m%dT%H%M}" if due.catch_up == CatchUp.EACH else ""


def _wanted(organizations: list[OrgId], now: datetime) -> list[Schedule]:
    recurring = [kind for kind in KINDS if kind.rule]
    system = [_schedule(k, None, now) for k in recurring if k.whose is Whose.SYSTEM]
    theirs = [k for k in recurring if k.whose is Whose.ORGANIZATION]
    return system + [_schedule(kind, org, now) for org in organizations for kind in theirs]


def _schedule(kind: Kind, org_id: OrgId | None, now: datetime) -> Schedule:
    return Schedule(
        id=f"{org_id or 'installation'}:{kind.name}",
        org_id=org_id,
        kind=kind.name,
        payload={},
        rule=kind.rule,
        timezone=ZONE,
        catch_up=kind.catch_up,
        next_run_at=next_after(kind.rule, ZONE, now),
    )
