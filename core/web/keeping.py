"""Choosing which advertisers are kept, and what that will cost before it is chosen."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from core.amazon.reports.spec import TimeUnit
from core.amazon.reports.specs import SPECS
from core.domain.ids import AdvertiserId
from core.domain.job_kinds import JobKind
from core.domain.scope import TenantScope
from core.store.work.jobs import NewJob
from core.web.services import Services

BACKFILL_DAYS = 94


@dataclass(frozen=True, slots=True)
class Backfill:
    """The size of a first load: what is asked of Amazon, at most."""

    advertisers: int
    days: int
    report_types: int
    requests: int


def backfill_of(advertisers: int) -> Backfill:
    """Return the size of the first load for this many advertisers.

    Each report by day is asked for in ranges as long as Amazon allows. Advertisers that one
    profile reaches share a request, so the count is an upper bound.
    """
    daily = [spec for spec in SPECS.values() if spec.time_unit is TimeUnit.DAILY]
    ranges = sum(-(-min(BACKFILL_DAYS, spec.retention_days) // spec.days_max) for spec in daily)
    return Backfill(advertisers, BACKFILL_DAYS, len(daily), ranges * advertisers)


def keep_exactly(
    services: Services, scope: TenantScope, wanted: Collection[str]
) -> frozenset[AdvertiserId]:
    """Return the ids kept from now on: those of `wanted`; others kept before are paused.

    What is there stays. Raises NotAllowed unless the role may choose, NotFound for an id that
    the scope does not see.
    """
    now = services.clock.now()
    with services.store.writing(scope) as tenant:
        before = {a.advertiser_id for a in tenant.advertisers.kept()}
        added, dropped = set(wanted) - before, before - set(wanted)
        if added:
            tenant.advertisers.select(added, now)
        if dropped:
            tenant.advertisers.pause(dropped)
        if added or dropped:
            tenant.audit.add(
                "choose advertisers", "", now, {"added": sorted(added), "paused": sorted(dropped)}
            )
            for kind in (JobKind.PLAN, JobKind.SNAPSHOT):
                tenant.jobs.enqueue(NewJob(kind=kind, payload={}, run_at=now, key=kind), now)
        kept = tenant.advertisers.kept()
    return frozenset(a.advertiser_id for a in kept)


def make_default(services: Services, scope: TenantScope, advertiser_id: str) -> None:
    """Let pages open with this advertiser. Raises NotAllowed, NotFound."""
    with services.store.writing(scope) as tenant:
        tenant.advertisers.set_default(advertiser_id)
