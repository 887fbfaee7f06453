"""Report requests: every step kept, each taken once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import update

from core.domain.connections import AccessMode, Adapter
from core.domain.ids import ConnectionId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.regions import Region
from core.domain.requests import Reason, RequestState
from core.domain.roles import Role
from core.errors import Defect, LeaseLost, NotAllowed, NotFound
from core.store.ingest.checks import CheckRecord
from core.store.ingest.requests import ClaimedRequest, PlannedRequest, ReportRequest
from core.store.schema import report_request
from core.store.schema.words import CheckOutcome
from core.store.store import Store
from core.store.transaction import DatabaseNow
from tests.databases import NOW, Database, Organization
from tests.integration.store.makers import DAY, HOUR, MINUTE, at_once

LEASE = timedelta(seconds=60)
PLAN = PlannedRequest(
    connection_id=ConnectionId("con_1"),
    region=Region.EU,
    adapter=Adapter.V3,
    mode=AccessMode.PROFILE,
    header_value="3312045578",
    dataset=Dataset.CAMPAIGN,
    spec="campaign-creative",
    advertiser_ids=["581000000000000001", "581000000000000002"],
    days=DateRange(date(2026, 10, 23), date(2026, 11, 22)),
    reason=Reason.BACKFILL,
    run_at=NOW,
)


def planned(background: Store, org: Organization, *plans: PlannedRequest) -> list[str]:
    with background.writing(org.job) as tenant:
        return tenant.requests.plan(plans or [PLAN], NOW)


def claimed(
    background: Store, now=NOW, holder: str = "s1", limit: int = 10
) -> list[ClaimedRequest]:  # type: ignore[no-untyped-def]
    with background.system() as system:
        return system.requests.claim(holder, limit, now=now, lease=LEASE)


def advanced(
    background: Store, org: Organization, request: ReportRequest, *states: RequestState
) -> ReportRequest:
    with background.writing(org.job) as tenant:
        for state in states:
            request = tenant.requests.advance(request, state)
    return request


def test_a_planned_request_is_read_back_whole(background: Store, acme: Organization) -> None:
    [request_id] = planned(background, acme)
    with background.reading(acme.job) as tenant:
        request = tenant.requests.get(request_id)
    assert request.days == PLAN.days
    assert request.state is RequestState.PLANNED
    same = set(PlannedRequest.__slots__) & set(ReportRequest.__slots__)
    assert len(same) == 12
    assert all(getattr(request, name) == getattr(PLAN, name) for name in same)


def test_a_request_walks_its_life_and_every_step_is_kept(
    background: Store, acme: Organization
) -> None:
    planned(background, acme)
    [found] = claimed(background)
    request = found.request
    with background.writing(acme.job) as tenant:
        step = tenant.requests.advance
        asked = {"amazon_report_id": "rep-1", "requested_at": NOW, "attempts": 1}
        request = step(request, RequestState.REQUESTED, claim=found.claim, **asked)
        request = step(request, RequestState.BUILDING, run_at=NOW + 2 * MINUTE)
        for polls in (1, 2):
            request = step(request, RequestState.BUILDING, polls=polls)
        request = step(request, RequestState.DOWNLOADING, generated_at=NOW)
        request = step(request, RequestState.CHECKED, bytes=10**10, rows=500_000)
        request = step(request, RequestState.COMMITTED, load_id="load_1", finished_at=NOW)
        assert tenant.requests.get(request.id) == request
        assert tenant.requests.open() == []
    assert (request.amazon_report_id, request.polls, request.bytes) == ("rep-1", 2, 10**10)


def test_a_step_taken_by_another_is_not_taken_again(background: Store, acme: Organization) -> None:
    [request_id] = planned(background, acme)
    with background.reading(acme.job) as tenant:
        seen = tenant.requests.get(request_id)
    ends = at_once([lambda: advanced(background, acme, seen, RequestState.REQUESTED)] * 6)
    assert sum(isinstance(end, ReportRequest) for end in ends) == 1
    assert sum(isinstance(end, LeaseLost) for end in ends) == 5


def test_no_request_leaps(background: Store, acme: Organization) -> None:
    [request_id] = planned(background, acme)
    with background.writing(acme.job) as tenant:
        request = tenant.requests.get(request_id)
        for leap in (RequestState.COMMITTED, RequestState.CHECKED, RequestState.QUARANTINED):
            with pytest.raises(Defect):
                tenant.requests.advance(request, leap)


def test_columns_that_say_what_was_asked_never_change(
    background: Store, acme: Organization
) -> None:
    [request_id] = planned(background, acme)
    with background.writing(acme.job) as tenant:
        request = tenant.requests.get(request_id)
        with pytest.raises(AssertionError, match="org_id"):
            tenant.requests.advance(request, RequestState.REQUESTED, org_id="x")


def test_a_due_request_is_claimed_by_one_until_its_lease_is_over(
    background: Store, database: Database, acme: Organization, other: Organization
) -> None:
    [first] = planned(background, other, replace(PLAN, run_at=NOW - HOUR))
    [second] = planned(background, acme)
    planned(background, acme, replace(PLAN, run_at=NOW + MINUTE))
    found = claimed(background)
    assert [(c.request.id, c.request.org_id) for c in found] == [
        (first, other.id),
        (second, acme.id),
    ]
    assert claimed(background, holder="s2") == []
    with database.owner.begin() as connection:
        connection.execute(update(report_request).values(lease_until=DatabaseNow()))
    again = claimed(background, holder="s2", limit=1)
    assert [c.request.id for c in again] == [first]
    with background.writing(other.job) as tenant, pytest.raises(LeaseLost):
        tenant.requests.advance(found[0].request, RequestState.REQUESTED, claim=found[0].claim)
    with background.system() as system, pytest.raises(LeaseLost):
        system.requests.renew(found[0], LEASE)


def test_a_released_request_waits_for_its_next_step(background: Store, acme: Organization) -> None:
    planned(background, acme)
    [found] = claimed(background)
    with background.writing(acme.job) as tenant:
        later = NOW + 2 * MINUTE
        tenant.requests.advance(
            found.request, RequestState.REQUESTED, claim=found.claim, run_at=later
        )
    with background.system() as system:
        system.requests.renew(found, LEASE)
        system.requests.release(found)
    assert claimed(background) == []
    assert [c.request.state for c in claimed(background, later)] == [RequestState.REQUESTED]


def test_a_queue_that_grows_keeps_the_base_facts_from_waiting(
    background: Store, acme: Organization
) -> None:
    cut = replace(PLAN, dataset=Dataset.GEO, run_at=NOW - HOUR)
    older = replace(PLAN, run_at=NOW - MINUTE)
    planned(background, acme, cut, PLAN, older)
    taken = [claimed(background, limit=1)[0].request for _ in range(3)]
    assert [(r.dataset, r.run_at) for r in taken] == [
        (Dataset.CAMPAIGN, NOW - MINUTE),
        (Dataset.CAMPAIGN, NOW),
        (Dataset.GEO, NOW - HOUR),
    ]


def test_a_reading_of_the_day_goes_before_older_days_that_can_wait(
    background: Store, acme: Organization
) -> None:
    back = replace(PLAN, dataset=Dataset.GEO, run_at=NOW - HOUR)
    compared = replace(back, dataset=Dataset.TECH, reason=Reason.COMPARISON, run_at=NOW - DAY)
    today = replace(PLAN, dataset=Dataset.REACH, reason=Reason.DAILY, window="7d")
    by_hand = replace(PLAN, dataset=Dataset.SITE, reason=Reason.BY_HAND, run_at=NOW - MINUTE)
    planned(background, acme, back, compared, today, by_hand)
    taken = [claimed(background, limit=1)[0].request.dataset for _ in range(4)]
    assert taken == [Dataset.SITE, Dataset.REACH, Dataset.TECH, Dataset.GEO]


def test_requests_that_are_over_or_set_aside_are_not_claimed(
    background: Store, acme: Organization
) -> None:
    ids = planned(background, acme, PLAN, PLAN, PLAN)
    s = RequestState
    walks = (
        (s.CANCELLED,),
        (s.FAILED,),
        (s.REQUESTED, s.DOWNLOADING, s.QUARANTINED),
    )
    for request_id, walk in zip(ids, walks, strict=True):
        with background.reading(acme.job) as tenant:
            request = tenant.requests.get(request_id)
        advanced(background, acme, request, *walk)
    assert claimed(background, NOW + DAY) == []
    with background.reading(acme.job) as tenant:
        assert [r.id for r in tenant.requests.open()] == [ids[2]]


def test_requests_are_listed_by_when_dataset_and_parent(
    background: Store, store: Store, acme: Organization, other: Organization
) -> None:
    [parent] = planned(background, acme)
    with background.writing(acme.job) as tenant:
        half = replace(PLAN, parent_id=parent, run_at=NOW - HOUR, reason=Reason.HALVED)
        [child] = tenant.requests.plan([half], NOW + HOUR)
        alone = replace(PLAN, dataset=Dataset.GEO, advertiser_ids=PLAN.advertiser_ids[:1])
        [geo] = tenant.requests.plan([alone], NOW + 2 * HOUR)
    with store.reading(acme.scope(Role.VIEWER)) as tenant:
        requests = tenant.requests
        assert [r.id for r in requests.recent()] == [geo, child, parent]
        assert [r.id for r in requests.recent(1)] == [geo]
        assert [r.id for r in requests.since(NOW + HOUR)] == [geo, child]
        assert [r.id for r in requests.recent(datasets=[Dataset.GEO])] == [geo]
        assert [r.id for r in requests.recent(advertiser_id=PLAN.advertiser_ids[1])] == [
            child,
            parent,
        ]
        assert requests.recent(advertiser_id="58100000000000000") == []
        assert [r.id for r in requests.open([Dataset.CAMPAIGN])] == [child, parent]
        assert [r.id for r in requests.children(parent)] == [child]
    for scope in (other.scope(), acme.limited):
        with store.reading(scope) as tenant:
            assert tenant.requests.recent() == []
            assert tenant.requests.since(NOW) == []
            assert tenant.requests.open() == []
            with pytest.raises(NotFound):
                tenant.requests.get(parent)


def test_requests_of_a_moment_are_those_that_were_over_by_then(
    background: Store, acme: Organization
) -> None:
    early, _ = planned(background, acme, PLAN, PLAN)
    with background.writing(acme.job) as tenant:
        request = tenant.requests.get(early)
        tenant.requests.advance(request, RequestState.CANCELLED, finished_at=NOW + HOUR)
        assert tenant.requests.recent(over_by=NOW) == []
        assert [r.id for r in tenant.requests.recent(over_by=NOW + HOUR)] == [early]


def test_a_check_of_a_whole_report_is_told_of_each_advertiser_that_it_speaks_of(
    background: Store, acme: Organization, other: Organization
) -> None:
    [here] = planned(background, acme)
    [there] = planned(background, other)
    found = [
        CheckRecord(None, PLAN.dataset, request, "whole", CheckOutcome.PASSED, request, NOW)
        for request in (here, there)
    ]
    with background.writing(acme.job) as tenant:
        tenant.checks.record(found)
        told = tenant.checks.recent(advertiser_id=PLAN.advertiser_ids[1])
        assert [record.detail for record in told] == [here]
        assert tenant.checks.recent(advertiser_id="581000000000000009") == []


def test_members_plan_nothing_themselves(store: Store, acme: Organization) -> None:
    with store.writing(acme.scope()) as tenant, pytest.raises(NotAllowed):
        tenant.requests.plan([PLAN], NOW)
