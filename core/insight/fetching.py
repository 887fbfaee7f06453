"""Asking for days once more, within what Amazon's advice leaves of the day."""

from __future__ import annotations

from datetime import timedelta

from core.domain.job_kinds import JobKind
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.roles import Action
from core.errors import UserError
from core.insight.coverage_calendar import reachable
from core.insight.desk import Desk
from core.insight.health import ledger
from core.lake.schema import TABLES
from core.store.accounts.advertisers import Advertiser
from core.store.doors import Tenant
from core.store.work.jobs import Job, NewJob

DAYS_MAX = 31
"""So many days fit one report."""


def fetch_again(
    desk: Desk, tenant: Tenant, advertiser: Advertiser, dataset: Dataset, days: DateRange
) -> bool:
    """Ask for days of an advertiser's table to be read again; return whether that is news.

    `tenant` is a writing door of the same scope. Raises NotAllowed unless the role may, and
    UserError when the table is read by windows, the days are out of reach or too many, or the
    ledger of the day is used up; the background asks the last once more before it asks Amazon.
    """
    desk.scope.require(Action.FETCH_AGAIN)
    refusal = refused(desk, advertiser, dataset, days)
    if refusal:
        raise UserError(refusal)
    payload = {
        "advertiser_id": str(advertiser.advertiser_id),
        "dataset": dataset.value,
        "start_day": days.start.isoformat(),
        "end_day": days.end.isoformat(),
    }
    job = NewJob(
        kind=JobKind.FETCH_AGAIN,
        payload=payload,
        run_at=desk.now,
        key=":".join([JobKind.FETCH_AGAIN, *payload.values()]),
        priority=1,
        attempts_max=3,
        timeout=timedelta(minutes=10),
    )
    return tenant.jobs.enqueue(job, desk.now).is_new


def refused(desk: Desk, advertiser: Advertiser, dataset: Dataset, days: DateRange) -> str:
    """Return why these days cannot be asked for now, in a sentence; "" when they can."""
    if TABLES[dataset].is_windowed:
        return "This table is read by whole windows, not by days; it comes back by itself."
    within = reachable(advertiser, desk.now)
    if days.start < within.start or days.end > within.end:
        return f"Amazon can be asked for {within} now, and for no other days."
    if days.length > DAYS_MAX:
        return f"One report holds at most {DAYS_MAX} days; choose fewer."
    (line,) = ledger(desk, [advertiser], [dataset])
    if not line.left:
        return (
            f"The {line.allowed} requests that Amazon advises for this type of report and day are "
            "used up. It can be asked for again tomorrow."
        )
    return ""


def asked_again(desk: Desk, limit: int = 10) -> list[Job]:
    """Return the latest wishes to read something again, newest first, with what became of them."""
    return desk.tenant.jobs.recent(limit, [JobKind.FETCH_AGAIN])
