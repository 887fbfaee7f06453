"""Which reports are due: each schedule's latest instant becomes one delivery, whatever crashes.

A delivery and the job that makes it are written in one transaction, under a key that holds the
schedule and the instant; only then does the schedule move on. Killed in between, the next run
finds the delivery there, and moves the schedule. A delivery whose job ended without a word, its
process killed at every attempt, is noted as failed.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import Any

from core.domain.recurrence import next_after, parse, zone_of
from core.domain.scope import TenantScope
from core.errors import NotFound, UserError
from core.jobs import kinds
from core.jobs.background import Again, Background
from core.store.delivery.deliveries import ReportDelivery
from core.store.delivery.schedules import ReportSchedule
from core.store.doors import Tenant
from core.store.schema.words import DeliveryState
from core.store.work.jobs import ClaimedJob

LOOKS_BACK = timedelta(days=1)
UNDER_WAY = frozenset({DeliveryState.PLANNED, DeliveryState.BUILDING, DeliveryState.READY})
STOPPED = "The process that made it stopped at every attempt. The log has the details."
_log = logging.getLogger(__name__)


def plan_deliveries(parts: Background, job: ClaimedJob) -> Again | None:
    """Plan a delivery for every report schedule whose instant has come, and move it on.

    Deliveries that nobody makes any more are ended.
    """
    now = parts.clock.now()
    with parts.store.system() as system:
        due = system.report_schedules.due(now)
    for schedule in due:
        following = _following(schedule, now)
        if following is not None:
            _plan(parts, schedule, now)
        with parts.store.system() as system:
            system.report_schedules.advance(schedule, following, now)
    _end_abandoned(parts, now)
    return None


def _end_abandoned(parts: Background, now: datetime) -> None:
    """Note the end of deliveries whose job was ended from outside."""
    with parts.store.system() as system:
        failed = system.jobs.failed(kinds.DELIVER.name, now - LOOKS_BACK)
    for org_id, payload in failed:
        with parts.store.writing(TenantScope.for_job(org_id)) as tenant:
            open_jobs = tenant.jobs.open([kinds.DELIVER.name])
            delivery_id = str(payload["delivery_id"])
            if delivery_id not in {one.payload["delivery_id"] for one in open_jobs}:
                _end(tenant, tenant.report_deliveries.get(delivery_id))


def _end(tenant: Tenant, delivery: ReportDelivery) -> None:
    is_posted = delivery.state is DeliveryState.SENDING
    reason = "Its mails are in the post; whether each went is not known." if is_posted else STOPPED
    if is_posted or delivery.state in UNDER_WAY:
        tenant.report_deliveries.advance(delivery, DeliveryState.FAILED, reason=reason)


def _following(schedule: ReportSchedule, now: datetime) -> datetime | None:
    """Return the schedule's next instant; None for a rule that is no longer understood."""
    try:
        return next_after(schedule.rule, schedule.timezone, now)
    except UserError as error:
        _log.warning("the schedule %s stops: %s", schedule.id, error)
        return None


def _plan(parts: Background, schedule: ReportSchedule, now: datetime) -> None:
    """Plan the latest instant that has come: of several that were missed one stands for all."""
    latest = parse(schedule.rule).latest_until(zone_of(schedule.timezone), now)
    assert schedule.next_run_at is not None
    scope = TenantScope.for_job(schedule.org_id)
    with parts.store.writing(scope) as tenant:
        planned(tenant, schedule, max(latest, schedule.next_run_at), now)


def planned(tenant: Tenant, schedule: ReportSchedule, due_at: datetime, now: datetime) -> bool:
    """Write a delivery of a schedule and its job; return False when it is there already."""
    try:
        definition = tenant.report_definitions.get(schedule.definition_id)
    except NotFound:
        return False
    told: dict[str, Any] = {"report": dict(definition.payload), "rules": dict(schedule.options)}
    made = tenant.report_deliveries.plan(
        definition.id, definition.name, due_at, now, schedule_id=schedule.id, as_of=told
    )
    if made is None:
        return False
    tenant.jobs.enqueue(kinds.DELIVER.job(now, {"delivery_id": made.id}, key=made.id), now)
    return True
