"""Planning: what is known is read from the store, and what is due is written back as requests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from core.amazon.reports.specs import SPECS, WITH_NAMES, spec_named
from core.amazon.reports.v1_specs import DAYS_KEPT
from core.domain.connections import AccessMode, Adapter, CampaignAccess
from core.domain.ids import AdvertiserId, ConnectionId
from core.domain.metrics import Dataset
from core.domain.periods import ONE_DAY, DateRange
from core.domain.requests import Reason, RequestState, requests_a_day
from core.errors import UserError
from core.jobs.background import Again, Background
from core.jobs.cadence import HISTORY_DAYS
from core.jobs.plan import ROWS_A_DAY, Asked, Door, Known, Subject, plan
from core.store.accounts.advertisers import Advertiser, AdvertiserAccess
from core.store.doors import Tenant
from core.store.ingest.coverage import CoveredDay
from core.store.ingest.requests import PlannedRequest
from core.store.schema.words import DayState
from core.store.work.jobs import ClaimedJob

RECENTLY = timedelta(days=8)
SECOND_READING_DUE = timedelta(hours=36)
UNCONFIRMED = timedelta(days=4)
RECENT_DAYS = HISTORY_DAYS + 2
COMPARED_AGAIN_AFTER = timedelta(days=7)


def plan_reports(parts: Background, job: ClaimedJob) -> Again | None:
    """Plan the reports that one organization is due now."""
    assert job.scope is not None
    now = parts.clock.now()
    with parts.store.writing(job.scope) as tenant:
        _forget_unconfirmed(tenant, now)
        tenant.requests.plan(plan(known(tenant, now, parts.settings.unified_reports)), now)
    return None


def _forget_unconfirmed(tenant: Tenant, now: datetime) -> None:
    """End readings that were kept aside and that no later reading has confirmed for days: what
    stood before stands, and the days are read again like any others."""
    for request in tenant.requests.open():
        if request.state is RequestState.QUARANTINED and now - request.planned_at > UNCONFIRMED:
            why = "No later reading has said the same."
            tenant.requests.advance(request, RequestState.CANCELLED, error=why, finished_at=now)


def fetch_again(parts: Background, job: ClaimedJob) -> Again | None:
    """Plan one report that a person asked for: an advertiser, a table, a range of days.

    Raises UserError when the ledger of the day is used up, the days are out of Amazon's reach, or
    no way leads to the advertiser.
    """
    assert job.scope is not None
    asked = job.payload
    now = parts.clock.now()
    days = DateRange(
        date.fromisoformat(str(asked["start_day"])), date.fromisoformat(str(asked["end_day"]))
    )
    dataset = Dataset(str(asked["dataset"]))
    with parts.store.writing(job.scope) as tenant:
        state = known(tenant, now, parts.settings.unified_reports)
        chosen = [s for s in state.subjects if s.advertiser_id == asked["advertiser_id"]]
        if not chosen:
            raise UserError("This advertiser is not kept, or no connection leads to it now.")
        tenant.requests.plan(by_hand(state, chosen[0], dataset, days), now)
    return None


def compare_again(parts: Background, job: ClaimedJob) -> Again | None:
    """Plan a comparison of every table of one connection, as far as its ledger allows."""
    assert job.scope is not None
    now = parts.clock.now()
    with parts.store.writing(job.scope) as tenant:
        state = known(tenant, now, parts.settings.unified_reports)
        mine = [
            replace(subject, compared=frozenset())
            for subject in state.subjects
            if subject.door.connection_id == job.payload["connection_id"]
        ]
        wanted = plan(replace(state, subjects=mine))
        tenant.requests.plan([r for r in wanted if r.reason is Reason.COMPARISON], now)
    return None


def by_hand(
    state: Known, subject: Subject, dataset: Dataset, days: DateRange
) -> list[PlannedRequest]:
    """Return the request for what a person wants to be read again, in the generation of reports
    that the table is read in on ordinary days.

    Raises UserError as `fetch_again` says.
    """
    name = next((s.name for s in SPECS.values() if s.dataset is dataset and not s.level), None)
    if name is None:
        raise UserError("This table is read by windows, not by days; it comes back by itself.")
    adapter = subject.adapter_of(name)
    spec = spec_named(name, adapter)
    zone = ZoneInfo(subject.zone)
    today = state.now.astimezone(zone).date()
    oldest, newest = today - (spec.retention_days - 1) * ONE_DAY, today - ONE_DAY
    if days.start < oldest or days.end > newest:
        raise UserError(f"Amazon can be asked for {DateRange(oldest, newest)} now.")
    if days.length > spec.days_max:
        raise UserError(f"One report holds at most {spec.days_max} days; ask for fewer.")
    linked_today = subject.selected_at.astimezone(zone).date() == today
    most = requests_a_day(spec.counted_as, is_day_of_linking=linked_today)
    if state.used_in(adapter).get((subject.advertiser_id, spec.counted_as), 0) >= most:
        raise UserError(
            f"The {most} requests that Amazon advises for this type of report and day are used "
            "up. It can be asked for again tomorrow."
        )
    door = subject.door
    names = WITH_NAMES if spec.descriptors and not door.tells_names else ""
    return [
        PlannedRequest(
            connection_id=door.connection_id,
            region=door.region,
            adapter=adapter,
            mode=door.mode,
            header_value=door.header_value,
            dataset=dataset,
            spec=name + names,
            advertiser_ids=[subject.advertiser_id],
            days=days,
            reason=Reason.BY_HAND,
            run_at=state.now,
        )
    ]


def known(tenant: Tenant, now: datetime, with_unified: bool) -> Known:
    """Return what planning rests on, read from one organization's rows.

    Without `with_unified` nothing is known of unified accounts, so that nothing is asked there.
    """
    adapters = {c.id: c.adapter for c in tenant.connections.all()}
    ways = tenant.advertisers.accesses()
    kept = [a for a in tenant.advertisers.kept() if a.advertiser_id in ways]
    today = now.date()
    days = tenant.coverage.days(DateRange(today - RECENT_DAYS * ONE_DAY, today + ONE_DAY))
    rows = _rows_a_day(days)
    subjects = [_subject(a, ways[a.advertiser_id], adapters, rows) for a in kept]
    if with_unified:
        subjects = _compared(tenant, subjects, kept, now)
    ever = DateRange(today - (DAYS_KEPT + 1) * ONE_DAY, today + ONE_DAY)
    return Known(
        now=now,
        subjects=subjects,
        # Those read, and those whose first reading was kept aside so lately that its second is
        # still to come, need no fetching.
        covered=tenant.coverage.known_or_read_since(ever, now - SECOND_READING_DUE),
        used=_used(tenant, kept, now, Adapter.V3),
        used_unified=_used(tenant, kept, now, Adapter.V1),
        asked=_asked(tenant, now),
    )


def _compared(
    tenant: Tenant, subjects: Sequence[Subject], kept: Sequence[Advertiser], now: datetime
) -> list[Subject]:
    """Return the subjects with what is known of the unified reports through their own doors."""
    named = {a.advertiser_id for a in kept if a.v1_account_id}
    equal: dict[tuple[AdvertiserId, ConnectionId], set[Dataset]] = defaultdict(set)
    lately: dict[tuple[AdvertiserId, ConnectionId], set[Dataset]] = defaultdict(set)
    for one in tenant.comparisons.all():
        key = one.advertiser_id, one.connection_id
        if one.is_equal:
            equal[key].add(one.dataset)
        if one.is_equal or now - one.at < COMPARED_AGAIN_AFTER:
            lately[key].add(one.dataset)
    return [
        replace(
            subject,
            is_unified=subject.advertiser_id in named,
            equal=frozenset(equal[subject.advertiser_id, subject.door.connection_id]),
            compared=frozenset(lately[subject.advertiser_id, subject.door.connection_id]),
        )
        for subject in subjects
    ]


def _rows_a_day(days: list[CoveredDay]) -> dict[AdvertiserId, float]:
    """Return how many rows of the base facts an advertiser's day has held, at most."""
    most: dict[AdvertiserId, float] = {}
    for day in days:
        if day.dataset is Dataset.CAMPAIGN and day.state is DayState.PRESENT:
            most[day.advertiser_id] = max(most.get(day.advertiser_id, 1.0), float(day.rows))
    return most


def _subject(
    advertiser: Advertiser,
    ways: list[AdvertiserAccess],
    adapters: dict[ConnectionId, Adapter],
    rows: dict[AdvertiserId, float],
) -> Subject:
    way = min(ways, key=lambda w: AccessMode(w.mode).preference)
    door = Door(
        connection_id=way.connection_id,
        region=advertiser.region,
        adapter=adapters[way.connection_id],
        mode=way.mode,
        header_value=way.header_value,
        tells_names=way.campaign_access is not CampaignAccess.FORBIDDEN,
    )
    return Subject(
        advertiser_id=advertiser.advertiser_id,
        zone=advertiser.timezone,
        door=door,
        selected_at=advertiser.selected_at or advertiser.seen_at,
        rows_a_day=rows.get(advertiser.advertiser_id, ROWS_A_DAY),
    )


def _used(
    tenant: Tenant, kept: list[Advertiser], now: datetime, adapter: Adapter
) -> dict[tuple[AdvertiserId, Dataset], int]:
    """Return what the ledger has counted on each advertiser's own present day."""
    today = {a.advertiser_id: now.astimezone(ZoneInfo(a.timezone)).date() for a in kept}
    counted = {day: tenant.ledger.used(day, adapter) for day in set(today.values())}
    return {
        key: used
        for day, by_key in counted.items()
        for key, used in by_key.items()
        if today.get(key[0]) == day
    }


def _asked(tenant: Tenant, now: datetime) -> list[Asked]:
    """Return the requests that planning must know of: those under way, and the recent ones."""
    listed = {r.id: r for r in (*tenant.requests.open(), *tenant.requests.since(now - RECENTLY))}
    return [
        Asked(
            advertiser_id=AdvertiserId(advertiser_id),
            spec=request.spec,
            window=request.window,
            days=request.days,
            planned_at=request.planned_at,
            state=request.state,
            is_counted=request.requested_at is not None or request.run_at > now,
            adapter=request.adapter,
            is_shadow=request.reason is Reason.COMPARISON,
        )
        for request in listed.values()
        for advertiser_id in request.advertiser_ids
    ]
