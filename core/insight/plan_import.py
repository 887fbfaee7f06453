"""Bringing a flight plan: budgets and flights of orders that Amazon does not tell."""

from __future__ import annotations

from datetime import timedelta

from core.domain.entities import Kind
from core.domain.flight_plan import FlightPlan, read_plan
from core.domain.job_kinds import JobKind
from core.domain.roles import Action
from core.errors import UserError
from core.insight.desk import Desk
from core.security.tokens import new_id
from core.store.accounts.advertisers import Advertiser
from core.store.doors import Tenant
from core.store.work.jobs import Job, NewJob

BYTES_MAX = 512 * 1024


def plan_text(body: bytes) -> str:
    """Return a file as text. Raises UserError for one that is too large or no UTF-8."""
    if len(body) > BYTES_MAX:
        raise UserError(f"A flight plan holds at most {BYTES_MAX // 1024} KB.")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UserError("This file is no text in UTF-8. Save it as CSV UTF-8.") from None


def preview(desk: Desk, advertiser: Advertiser, text: str) -> FlightPlan:
    """Return the plan as it would be kept, with every fault; nothing is changed."""
    orders = desk.tenant.entities.current(Kind.ORDER, advertiser_ids=[advertiser.advertiser_id])
    known = {order.entity_id for order in orders}
    return read_plan(text, currency=advertiser.currency, known_orders=known)


def bring(desk: Desk, tenant: Tenant, advertiser: Advertiser, text: str) -> None:
    """Ask for a plan to be kept in the place of the advertiser's earlier one.

    `tenant` is a writing door of the same scope. Raises NotAllowed unless the role may, UserError
    for a plan with a fault; the background reads it once more before it keeps it.
    """
    desk.scope.require(Action.IMPORT_PLAN)
    plan = preview(desk, advertiser, text)
    if not plan.is_sound:
        raise UserError(" ".join(str(fault) for fault in plan.faults))
    job = NewJob(
        kind=JobKind.IMPORT_PLAN,
        payload={"advertiser_id": str(advertiser.advertiser_id), "text": text},
        run_at=desk.now,
        key=f"{JobKind.IMPORT_PLAN}:{advertiser.advertiser_id}:{new_id('plan')}",
        priority=1,
        attempts_max=3,
        timeout=timedelta(minutes=5),
    )
    tenant.jobs.enqueue(job, desk.now)


def brought(desk: Desk, advertiser: Advertiser) -> Job | None:
    """Return the latest plan asked for of an advertiser, with what became of it."""
    whose = str(advertiser.advertiser_id)
    found = desk.tenant.jobs.recent(20, [JobKind.IMPORT_PLAN])
    return next((job for job in found if job.payload["advertiser_id"] == whose), None)
