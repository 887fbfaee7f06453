"""Keeping an imported flight plan: one advertiser's flights and budgets as people know them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from core.domain.entities import Kind
from core.domain.flight_plan import flights_of, read_plan
from core.errors import UserError
from core.jobs.background import Again, Background
from core.store.schema.words import Source
from core.store.work.jobs import ClaimedJob


def import_plan(parts: Background, job: ClaimedJob) -> Again | None:
    """Keep the plan in the place of the one before; payload: `advertiser_id` and the CSV `text`.

    Raises UserError, keeping nothing, for a plan with any fault; NotFound for the advertiser.
    """
    assert job.scope is not None
    now = parts.clock.now()
    with parts.store.writing(job.scope) as tenant:
        advertiser = tenant.advertisers.get(str(job.payload["advertiser_id"]))
        orders = tenant.entities.current(Kind.ORDER, advertiser_ids=[advertiser.advertiser_id])
        plan = read_plan(
            str(job.payload["text"]),
            currency=advertiser.currency,
            known_orders={order.entity_id for order in orders},
        )
        if not plan.is_sound:
            raise UserError(" ".join(str(fault) for fault in plan.faults))
        flights = flights_of(
            plan, advertiser.advertiser_id, advertiser.timezone, advertiser.currency
        )
        today = now.astimezone(ZoneInfo(advertiser.timezone)).date()
        present = {Kind.FLIGHT: flights}
        tenant.entities.snapshot(advertiser.advertiser_id, today, Source.PLAN, present, now)
    return None
