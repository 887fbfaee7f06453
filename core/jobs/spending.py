"""The last look before Amazon is asked: is the way open, is it still wanted, does the ledger allow?

The ledger counts a request in the same transaction that marks it as counted, so a crash between
the count and the call neither loses a request nor counts it twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.domain.connections import SyncState
from core.domain.requests import RequestState, requests_a_day
from core.domain.scope import TenantScope
from core.errors import NotFound
from core.jobs.background import Background
from core.jobs.ingest_rules import PATIENT, UNPLANNED_AFTER
from core.jobs.plan import next_local_day
from core.store.accounts.advertisers import Advertiser
from core.store.doors import Tenant
from core.store.ingest.requests import ReportRequest
from core.store.work.claims import Claim

CLOSED = "The connection is no longer usable."
UNWANTED = "None of its advertisers is kept any more."
TOO_LATE = "It could not be asked for within a day; later plans take its place."
NONE_LEFT = "The day's requests for an advertiser of it are used up."


def count(
    parts: Background, scope: TenantScope, claim: Claim, request: ReportRequest
) -> ReportRequest | None:
    """Return the request once the ledger has counted it; None when it is not to be asked for now.

    It is then cancelled, or put off to the next local day when it can wait for that.
    """
    now = parts.clock.now()
    with parts.store.writing(scope) as tenant:
        advertisers = _wanted(tenant, request)
        why = _refusal(tenant, request, advertisers, now)
        if why is not None:
            tenant.requests.advance(
                request, RequestState.CANCELLED, claim=claim, error=why, finished_at=now
            )
            return None
        if request.requested_at is not None:
            return request
        if _spend(tenant, request, advertisers, now):
            return tenant.requests.advance(
                request, RequestState.PLANNED, claim=claim, requested_at=now
            )
        _put_off(tenant, request, claim, advertisers[0].timezone, now)
        return None


def _wanted(tenant: Tenant, request: ReportRequest) -> list[Advertiser]:
    """Return the advertisers of the request that people still keep."""
    return [
        a
        for a in tenant.advertisers.all()
        if a.advertiser_id in request.advertiser_ids and a.sync_state is SyncState.SELECTED
    ]


def _refusal(
    tenant: Tenant, request: ReportRequest, advertisers: list[Advertiser], now: datetime
) -> str | None:
    try:
        is_open = tenant.connections.get(request.connection_id).status.is_usable
    except NotFound:
        is_open = False
    if not is_open:
        return CLOSED
    if not advertisers:
        return UNWANTED
    is_old = now - max(request.planned_at, request.run_at) > UNPLANNED_AFTER
    return TOO_LATE if is_old and request.requested_at is None else None


def _spend(
    tenant: Tenant, request: ReportRequest, advertisers: list[Advertiser], now: datetime
) -> bool:
    """Count one request for each advertiser, or for none when one of them has none left."""
    groups: dict[tuple[date, int], set[str]] = defaultdict(set)
    for advertiser in advertisers:
        groups[_day_and_limit(advertiser, request, now)].add(advertiser.advertiser_id)
    spent: list[tuple[date, Collection[str]]] = []
    for (day, limit), ids in groups.items():
        counted = tenant.ledger.try_spend(ids, request.dataset, day, limit, request.adapter)
        spent.append((day, counted))
        if counted != ids:
            for spent_day, given in spent:
                tenant.ledger.give_back(given, request.dataset, spent_day, request.adapter)
            return False
    return True


def _day_and_limit(
    advertiser: Advertiser, request: ReportRequest, now: datetime
) -> tuple[date, int]:
    zone = ZoneInfo(advertiser.timezone)
    today = now.astimezone(zone).date()
    chosen = advertiser.selected_at
    is_new = chosen is not None and chosen.astimezone(zone).date() == today
    return today, requests_a_day(request.dataset, is_day_of_linking=is_new)


def _put_off(
    tenant: Tenant, request: ReportRequest, claim: Claim, zone: str, now: datetime
) -> None:
    if request.reason in PATIENT:
        tenant.requests.advance(
            request,
            RequestState.PLANNED,
            claim=claim,
            run_at=next_local_day(now, zone),
            error=NONE_LEFT,
        )
    else:
        tenant.requests.advance(
            request, RequestState.CANCELLED, claim=claim, error=NONE_LEFT, finished_at=now
        )
