"""The last look before Amazon is asked: is the way open, is it still wanted, does the ledger allow?

The ledger counts a request in the same transaction that marks it as counted, so a crash between
the count and the call neither loses a request nor counts it twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from core.amazon.reports.specs import spec_named, specs_of
from core.domain.connections import SyncState
from core.domain.metrics import Dataset
from core.domain.requests import Reason, RequestState, requests_a_day
from core.domain.scope import TenantScope
from core.errors import NotFound
from core.jobs.background import Background
from core.jobs.cadence import next_local_day, slots
from core.jobs.ingest_rules import PATIENT, UNPLANNED_AFTER
from core.store.accounts.advertisers import Advertiser
from core.store.doors import Tenant
from core.store.ingest.requests import ReportRequest
from core.store.schema.words import DayState
from core.store.work.claims import Claim

CLOSED = "The connection is no longer usable."
UNWANTED = "None of its advertisers is kept any more."
TOO_LATE = "It could not be asked for within a day; later plans take its place."
NONE_LEFT = "The day's requests for an advertiser of it are used up."
DECIDED = "Another reading has decided what was doubted."


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
    if request.reason is Reason.SECOND_READING and not _is_doubted(tenant, request):
        return DECIDED
    is_old = now - max(request.planned_at, request.run_at) > UNPLANNED_AFTER
    return TOO_LATE if is_old and request.requested_at is None else None


def _is_doubted(tenant: Tenant, request: ReportRequest) -> bool:
    """Return whether a reading of the request's days is still kept aside."""
    ids = request.advertiser_ids
    days = tenant.coverage.days(request.days, request.dataset, advertiser_ids=ids)
    return any(day.state is DayState.QUARANTINED for day in days)


def _spend(
    tenant: Tenant, request: ReportRequest, advertisers: list[Advertiser], now: datetime
) -> bool:
    """Count one request for each advertiser, or for none when one of them has none left."""
    counted_as = spec_named(request.spec, request.adapter).counted_as
    groups: dict[tuple[date, int], set[str]] = defaultdict(set)
    for advertiser in advertisers:
        groups[_day_and_limit(advertiser, request, counted_as, now)].add(advertiser.advertiser_id)
    spent: list[tuple[date, Collection[str]]] = []
    for (day, limit), ids in groups.items():
        counted = tenant.ledger.try_spend(ids, counted_as, day, limit, request.adapter)
        spent.append((day, counted))
        if counted != ids:
            for spent_day, given in spent:
                tenant.ledger.give_back(given, counted_as, spent_day, request.adapter)
            return False
    return True


def _day_and_limit(
    advertiser: Advertiser, request: ReportRequest, counted_as: Dataset, now: datetime
) -> tuple[date, int]:
    """Return the advertiser's present day, and up to what count the request may be made on it.

    A second reading leaves alone what is kept for readings of the day. Where one of them reads the
    same days, it is the second reading: then nothing is left for another.
    """
    zone = ZoneInfo(advertiser.timezone)
    today = now.astimezone(zone).date()
    linked_on = (advertiser.selected_at or advertiser.seen_at).astimezone(zone).date()
    limit = requests_a_day(counted_as, is_day_of_linking=linked_on == today)
    if request.reason is not Reason.SECOND_READING or linked_on == today:
        return today, limit
    known = specs_of(request.adapter)
    to_come = [
        slot
        for slot in slots(today, linked_on)
        if slot.spec in known
        and known[slot.spec].counted_as is counted_as
        and not slot.gives_way
        and now < slot.due_at(advertiser.advertiser_id, today, zone)
    ]
    days = request.days
    if any(s.dataset is request.dataset and days.intersection(s.days) == days for s in to_come):
        return today, 0
    return today, limit - len(to_come)


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
