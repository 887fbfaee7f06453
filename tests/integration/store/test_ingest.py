"""The ledger, coverage, manifests, checks and rate budgets."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from core.domain.connections import Adapter
from core.domain.ids import AdvertiserId, LoadId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.roles import Role
from core.errors import Defect, NotAllowed, NotFound
from core.store.ingest.checks import CheckRecord, ProbeVerdict, SettledLine
from core.store.ingest.coverage import CoveredDay
from core.store.ingest.manifests import StoredManifest
from core.store.ingest.rates import Turn
from core.store.schema.words import CheckOutcome, DayState, Source
from core.store.store import Store
from tests.databases import LIMITED, NOW, Organization
from tests.integration.store.makers import DAY, HOUR, at_once

DAY_1 = date(2026, 11, 22)
A, B = AdvertiserId("581000000000000002"), AdvertiserId("581000000000000003")


# the ledger


def spent(
    background: Store, org: Organization, *advertisers: str, limit: int = 2, day: date = DAY_1
) -> set[str]:
    with background.writing(org.job) as tenant:
        return set(tenant.ledger.try_spend(advertisers, Dataset.CAMPAIGN, day, limit))


def test_requests_are_counted_up_to_the_limit(
    background: Store, acme: Organization, other: Organization
) -> None:
    assert [spent(background, acme, A, B) for _ in range(3)] == [{A, B}, {A, B}, set()]
    assert spent(background, acme, A, limit=4) == {A}
    assert spent(background, acme, A, day=DAY_1 + DAY) == {A}
    assert spent(background, other, A) == {A}
    with background.reading(acme.job) as tenant:
        assert tenant.ledger.used(DAY_1) == {
            (A, Dataset.CAMPAIGN): 3,
            (B, Dataset.CAMPAIGN): 2,
        }


def test_of_a_group_those_with_one_left_are_taken(background: Store, acme: Organization) -> None:
    spent(background, acme, A, limit=1)
    assert spent(background, acme, A, B, limit=1) == {B}


def test_a_request_that_was_not_made_is_given_back(background: Store, acme: Organization) -> None:
    for _ in range(2):
        spent(background, acme, A)
    with background.writing(acme.job) as tenant:
        tenant.ledger.give_back([A], Dataset.CAMPAIGN, DAY_1)
    assert [spent(background, acme, A), spent(background, acme, A)] == [{A}, set()]
    with background.writing(acme.job) as tenant:
        for _ in range(5):
            tenant.ledger.give_back([A, B], Dataset.CAMPAIGN, DAY_1)
        assert tenant.ledger.used(DAY_1) == {(A, Dataset.CAMPAIGN): 0}


@pytest.mark.parametrize("limit", [0, -1])
def test_a_limit_of_nothing_allows_nothing(
    background: Store, acme: Organization, limit: int
) -> None:
    assert spent(background, acme, A, limit=limit) == set()
    assert spent(background, acme) == set()


def test_thirty_who_spend_at_once_never_go_over(background: Store, acme: Organization) -> None:
    groups = [(A, B), (B, A), (A,)] * 10
    ends = at_once([lambda g=g: spent(background, acme, *g, limit=5) for g in groups])  # type: ignore[misc]
    granted = [advertiser for end in ends for advertiser in end]  # type: ignore[union-attr]
    assert (granted.count(A), granted.count(B)) == (5, 5)


def test_members_read_the_ledger_and_do_not_write_it(
    store: Store, background: Store, acme: Organization
) -> None:
    spent(background, acme, A, LIMITED)
    with store.reading(acme.limited) as tenant:
        assert tenant.ledger.used(DAY_1) == {(LIMITED, Dataset.CAMPAIGN): 1}
    with store.writing(acme.scope()) as tenant, pytest.raises(NotAllowed):
        tenant.ledger.try_spend([A], Dataset.CAMPAIGN, DAY_1, 9)


# coverage


def covered(advertiser_id: AdvertiserId, day: date, **more: object) -> CoveredDay:
    known = CoveredDay(
        advertiser_id,
        Dataset.CAMPAIGN,
        day,
        DayState.PRESENT,
        120,
        48_211,
        Decimal("1234.567891"),
        None,
        "digest",
        1,
        NOW - HOUR,
        NOW,
        LoadId("load_1"),
        "rep_1",
    )
    return replace(known, **more)  # type: ignore[arg-type]


def test_coverage_comes_back_exactly_and_only_for_the_days_asked_for(
    background: Store, acme: Organization, other: Organization
) -> None:
    days = [covered(A, DAY_1 - n * DAY) for n in range(5)]
    geo = covered(A, DAY_1, dataset=Dataset.GEO, impressions=None, generated_at=None)
    with background.writing(acme.job) as tenant:
        tenant.coverage.record([*days, covered(B, DAY_1), geo])
    with background.writing(other.job) as tenant:
        tenant.coverage.record([covered(A, DAY_1, rows=7)])
    with background.reading(acme.job) as tenant:
        week = DateRange(DAY_1 - 2 * DAY, DAY_1)
        found = tenant.coverage.days(week, Dataset.CAMPAIGN, advertiser_ids=[A])
        assert found == list(reversed(days[:3]))
        assert tenant.coverage.days(week, Dataset.GEO) == [geo]
        assert len(tenant.coverage.days(week)) == 5
        assert tenant.coverage.days(week, advertiser_ids=[]) == []


def test_a_day_read_again_takes_the_place_of_what_was_known(
    background: Store, acme: Organization
) -> None:
    again = covered(A, DAY_1, rows=130, equal_reads=2, state=DayState.QUARANTINED)
    with background.writing(acme.job) as tenant:
        tenant.coverage.record([covered(A, DAY_1)])
        tenant.coverage.record([again])
        assert tenant.coverage.days(DateRange(DAY_1, DAY_1)) == [again]


def test_what_was_known_of_a_day_at_an_instant_stays_known(
    background: Store, store: Store, acme: Organization, other: Organization
) -> None:
    first = covered(A, DAY_1, rows=1)
    doubted = replace(first, state=DayState.QUARANTINED)  # fetched when `first` was
    second = covered(A, DAY_1, rows=2, fetched_at=NOW + 2 * HOUR)
    with background.writing(acme.job) as tenant:
        tenant.coverage.record([first, covered(A, DAY_1 - DAY)], NOW)
        tenant.coverage.record([doubted], NOW + HOUR)
        tenant.coverage.record([second], NOW + 2 * HOUR)
    with background.writing(other.job) as tenant:
        tenant.coverage.record([covered(A, DAY_1, rows=99)], NOW)

    def known(at: datetime) -> list[CoveredDay]:
        with store.reading(acme.scope(Role.VIEWER)) as tenant:
            then = tenant.as_known_at(at).coverage
            return then.days(DateRange(DAY_1, DAY_1), Dataset.CAMPAIGN, advertiser_ids=[A])

    assert known(NOW - HOUR) == []
    assert known(NOW) == [first]
    assert known(NOW + 1.5 * HOUR) == [doubted]
    assert known(NOW + 9 * HOUR) == [second]
    with store.reading(acme.scope(Role.VIEWER)) as tenant:
        past = tenant.as_known_at(NOW - HOUR).coverage
        assert past.data_through(Dataset.CAMPAIGN) == {}
        assert tenant.as_known_at(NOW).coverage.data_through(Dataset.CAMPAIGN) == {A: DAY_1}
        marks = {tenant.as_known_at(NOW + n * HOUR).coverage.mark() for n in range(-1, 3)}
        assert len(marks) == 4
    with store.reading(acme.limited) as tenant:
        assert tenant.as_known_at(NOW + DAY).coverage.days(DateRange(DAY_1, DAY_1)) == []


def test_the_past_is_not_written(background: Store, acme: Organization) -> None:
    with background.writing(acme.job) as tenant:
        then = tenant.as_known_at(NOW)
        with pytest.raises(Defect):
            then.coverage.record([covered(A, DAY_1)])
        with pytest.raises(Defect):
            then.settling.put([])
        with pytest.raises(Defect):
            then.entities.snapshot(A, DAY_1, Source.CAMPAIGNS, {}, NOW)


def test_data_goes_through_the_last_day_present(background: Store, acme: Organization) -> None:
    with background.writing(acme.job) as tenant:
        tenant.coverage.record(
            [
                covered(A, DAY_1 - DAY),
                covered(A, DAY_1, state=DayState.VANISHED),
                covered(B, DAY_1, state=DayState.QUARANTINED),
                covered(LIMITED, DAY_1, dataset=Dataset.GEO),
            ]
        )
        assert tenant.coverage.data_through(Dataset.CAMPAIGN) == {A: DAY_1 - DAY, B: DAY_1}


def test_a_year_of_coverage_is_written_in_one_go(background: Store, acme: Organization) -> None:
    days = [covered(AdvertiserId(str(a)), DAY_1 - n * DAY) for a in range(4) for n in range(365)]
    with background.writing(acme.job) as tenant:
        tenant.coverage.record(days)
        tenant.coverage.record(days)
        period = DateRange(DAY_1 - 364 * DAY, DAY_1)
        assert len(tenant.coverage.days(period)) == 1460


def test_the_coverage_mark_changes_with_every_reading_and_not_with_a_neighbours(
    background: Store, acme: Organization, other: Organization
) -> None:
    def recorded(org: Organization, *days: CoveredDay) -> str:
        with background.writing(org.job) as tenant:
            tenant.coverage.record(days)
        with background.reading(acme.job) as tenant:
            return tenant.coverage.mark()

    first = covered(A, DAY_1)
    read_again = replace(first, equal_reads=2)
    doubted = replace(read_again, state=DayState.QUARANTINED)
    seen = [recorded(acme, day) for day in (first, read_again, doubted)]
    seen.append(recorded(acme, covered(B, DAY_1)))
    assert len(set(seen)) == 4
    assert recorded(other, covered(A, DAY_1)) == seen[-1]


def test_a_limited_member_sees_their_advertisers_coverage(
    store: Store, background: Store, acme: Organization
) -> None:
    with background.writing(acme.job) as tenant:
        tenant.coverage.record([covered(A, DAY_1), covered(LIMITED, DAY_1)])
    with store.reading(acme.limited) as tenant:
        found = tenant.coverage.days(DateRange(DAY_1, DAY_1))
        assert [day.advertiser_id for day in found] == [LIMITED]
        assert list(tenant.coverage.data_through(Dataset.CAMPAIGN)) == [LIMITED]


# manifests


def manifest(org: Organization, generation: int, at: datetime = NOW) -> StoredManifest:
    load_id = LoadId(f"load_{generation}")
    versions = {"campaign": generation * 3}
    return StoredManifest(org.id, generation, load_id, at, versions, {"replaced": []})


def test_generations_are_appended_pinned_and_followed(
    background: Store, store: Store, acme: Organization, other: Organization
) -> None:
    first, second = manifest(acme, 1), manifest(acme, 2, NOW + HOUR)
    with background.writing(acme.job) as tenant:
        assert tenant.manifests.latest() is None
        assert tenant.manifests.append(first)
        assert tenant.manifests.append(second)
    for scope in (acme.scope(Role.VIEWER), acme.limited):
        with store.reading(scope) as tenant:
            assert tenant.manifests.latest() == second
            assert tenant.manifests.get(1) == first
            assert tenant.manifests.after(0) == [first, second]
            assert tenant.manifests.after(1) == [second]
            assert tenant.manifests.of_load("load_1") == first
            assert tenant.manifests.of_load("load_9") is None
            assert tenant.manifests.at(NOW + HOUR) == second
            assert tenant.manifests.at(NOW + HOUR - timedelta(microseconds=1)) == first
            assert tenant.manifests.at(NOW - HOUR) is None
            with pytest.raises(NotFound):
                tenant.manifests.get(3)
    with store.reading(other.scope()) as tenant:
        assert tenant.manifests.latest() is None
        with pytest.raises(NotFound):
            tenant.manifests.get(1)


def test_of_two_loads_that_append_the_same_generation_one_is_told_to_prepare_again(
    background: Store, acme: Organization
) -> None:
    def append(load: str) -> bool:
        with background.writing(acme.job) as tenant:
            return tenant.manifests.append(replace(manifest(acme, 1), load_id=LoadId(load)))

    ends = at_once([lambda i=i: append(f"load_{i}") for i in range(8)])  # type: ignore[misc]
    assert sorted(map(str, ends)) == ["False"] * 7 + ["True"]


def test_the_same_load_is_not_appended_twice(background: Store, acme: Organization) -> None:
    with background.writing(acme.job) as tenant:
        assert tenant.manifests.append(manifest(acme, 1))
        again = replace(manifest(acme, 2), load_id=LoadId("load_1"))
        assert not tenant.manifests.append(again)


def test_no_manifest_is_appended_for_another_organization(
    background: Store, acme: Organization, other: Organization
) -> None:
    with background.writing(acme.job) as tenant, pytest.raises(NotFound):
        tenant.manifests.append(manifest(other, 1))


def test_old_generations_are_forgotten_by_upkeep_alone(
    background: Store, store: Store, acme: Organization, other: Organization
) -> None:
    for org in (acme, other):
        with background.writing(org.job) as tenant:
            for generation in (1, 2, 3):
                tenant.manifests.append(manifest(org, generation))
    with store.writing(acme.scope()) as tenant, pytest.raises(NotAllowed):
        tenant.manifests.forget_before(3)
    with background.writing(acme.job) as tenant:
        assert tenant.manifests.forget_before(3) == 2
        assert [m.generation for m in tenant.manifests.after(0)] == [3]
    with background.reading(other.job) as tenant:
        assert len(tenant.manifests.after(0)) == 3


# checks, probes, settling


def test_checks_are_listed_newest_first_by_outcome_and_advertiser(
    background: Store, store: Store, acme: Organization, other: Organization
) -> None:
    def check(
        rule: str, outcome: CheckOutcome, n: int, advertiser_id: AdvertiserId | None = A
    ) -> CheckRecord:
        return CheckRecord(
            advertiser_id, Dataset.CAMPAIGN, "rep_1", rule, outcome, "detail", NOW + n * HOUR
        )

    passed = check("columns", CheckOutcome.PASSED, 0)
    warned = check("ties", CheckOutcome.WARNED, 1, B)
    blocked = check("empty", CheckOutcome.BLOCKED, 2, None)
    limited = check("ties", CheckOutcome.WARNED, 3, LIMITED)
    with background.writing(acme.job) as tenant:
        tenant.checks.record([passed, warned, blocked, limited])
        tenant.checks.record([])
    with store.reading(acme.scope(Role.VIEWER)) as tenant:
        assert tenant.checks.recent() == [limited, blocked, warned, passed]
        assert tenant.checks.recent(1) == [limited]
        found = tenant.checks.recent(9, CheckOutcome.BLOCKED, CheckOutcome.PASSED)
        assert found == [blocked, passed]
        assert tenant.checks.recent(advertiser_id=B) == [warned]
        assert tenant.checks.recent(by=NOW + HOUR) == [warned, passed]
    with store.reading(acme.limited) as tenant:
        assert tenant.checks.recent() == [limited]
    with store.reading(other.scope()) as tenant:
        assert tenant.checks.recent() == []


def test_a_probes_newest_verdict_stands(
    background: Store, store: Store, acme: Organization, other: Organization
) -> None:
    verdict = ProbeVerdict(A, Adapter.V3, "conversion date", "by conversion", {"days": 3}, NOW)
    later = replace(verdict, verdict="by traffic", at=NOW + DAY)
    elsewhere = replace(verdict, adapter=Adapter.V1)
    with background.writing(acme.job) as tenant:
        tenant.probes.put([verdict, elsewhere])
        tenant.probes.put([later])
    with store.reading(acme.scope(Role.VIEWER)) as tenant:
        assert tenant.probes.all() == [elsewhere, later]
    for scope in (other.scope(), acme.limited):
        with store.reading(scope) as tenant:
            assert tenant.probes.all() == []


def test_settled_lines_are_kept_per_advertiser_and_metric(
    background: Store, store: Store, acme: Organization, other: Organization
) -> None:
    line = SettledLine(A, "sales", 11, 40, Decimal("0.0125"), NOW)
    traffic = replace(line, metric="impressions", settled_after_days=3)
    later = replace(line, settled_after_days=12, at=NOW + HOUR)
    # The same line learnt again is as old as it was.
    again = replace(traffic, observed_days=41, at=NOW + HOUR)
    with background.writing(acme.job) as tenant:
        tenant.settling.put([line, traffic])
        tenant.settling.put([later, again])
    with store.reading(acme.scope(Role.VIEWER)) as tenant:
        assert tenant.settling.all() == {A: {"sales": later, "impressions": again}}
        assert tenant.as_known_at(NOW).settling.all() == {A: {"sales": line, "impressions": again}}
        assert tenant.as_known_at(NOW - HOUR).settling.all() == {}
    with store.reading(other.scope()) as tenant:
        assert tenant.settling.all() == {}


# rate budgets


def take(background: Store, now: datetime, *, per_second: float = 2.0, burst: float = 3.0) -> Turn:
    with background.system() as system:
        return system.rates.take("NA:read", per_second, burst, now)


def test_a_bucket_begins_full_and_fills_at_its_rate(background: Store) -> None:
    assert [take(background, NOW).wait_seconds for _ in range(3)] == [0, 0, 0]
    assert take(background, NOW).wait_seconds == pytest.approx(0.5)
    assert take(background, NOW).wait_seconds == pytest.approx(0.5)  # nothing was taken
    half_a_second = timedelta(seconds=0.5)
    assert take(background, NOW + half_a_second).wait_seconds == 0
    assert take(background, NOW + 1.5 * half_a_second).wait_seconds == pytest.approx(0.25)
    for _ in range(3):
        assert take(background, NOW + HOUR).wait_seconds == 0  # never more than the burst
    assert take(background, NOW + HOUR).wait_seconds == pytest.approx(0.5)


def test_a_clock_that_goes_back_gives_nothing_twice(background: Store) -> None:
    for _ in range(3):
        take(background, NOW)
    assert take(background, NOW - HOUR).wait_seconds == pytest.approx(0.5)
    assert take(background, NOW).wait_seconds == pytest.approx(0.5)


def test_a_closed_bucket_lets_nobody_through_before_its_time(background: Store) -> None:
    with background.system() as system:
        assert system.rates.close("NA:read", NOW + timedelta(seconds=7), NOW) == 1
        assert system.rates.close("NA:read", NOW + timedelta(seconds=2), NOW) == 2
    assert take(background, NOW) == Turn(7.0, 2)
    assert take(background, NOW + timedelta(seconds=6.9)).wait_seconds == pytest.approx(0.1)
    with background.system() as system:
        assert system.rates.take("EU:read", 1, 1, NOW).wait_seconds == 0  # another bucket
        system.rates.clear("NA:read")
    assert take(background, NOW) == Turn(7.0, 0)  # strikes are forgotten, the pause is not
    assert take(background, NOW + timedelta(seconds=7)).wait_seconds == 0


def test_forty_calls_at_once_share_one_budget(background: Store) -> None:
    turns = at_once([lambda: take(background, NOW, burst=10)] * 40)
    assert sum(turn == Turn(0.0, 0) for turn in turns) == 10
    assert sum(isinstance(turn, Turn) for turn in turns) == 40
