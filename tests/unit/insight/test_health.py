"""How far the data can be trusted: the ledger, fetches, checks, beliefs, what is set aside."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from core.domain.comparisons import Likeness
from core.domain.connections import AccessMode, Adapter
from core.domain.ids import AdvertiserId, LoadId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.probes import Probe, Verdict
from core.domain.regions import Region
from core.domain.requests import Reason, RequestState
from core.insight import health
from core.insight.health import LedgerLine, SetAside
from core.store.accounts.advertisers import Advertiser, FoundAdvertiser
from core.store.ingest.checks import CheckRecord, ProbeVerdict
from core.store.ingest.comparisons import Comparison
from core.store.ingest.coverage import CoveredDay
from core.store.ingest.requests import PlannedRequest, ReportRequest
from core.store.schema.words import CheckOutcome, DayState
from tests.databases import Organization
from tests.unit.insight.office import NOW, ONE, PHOENIX, TWO, Office, day, days

LONG_AGO = NOW - timedelta(days=60)
S = RequestState


def everybody(office: Office) -> list[Advertiser]:
    with office.desk() as desk:
        return desk.tenant.advertisers.all()


def planned(*advertisers: str, period: DateRange, connection: Any, **more: Any) -> PlannedRequest:
    told = {
        "region": Region.NA,
        "adapter": Adapter.V3,
        "mode": AccessMode.PROFILE,
        "header_value": "1",
        "dataset": Dataset.CAMPAIGN,
        "spec": "core",
        "reason": Reason.DAILY,
        "run_at": NOW,
        **more,
    }
    return PlannedRequest(connection_id=connection, advertiser_ids=advertisers, days=period, **told)


def plan(office: Office, *advertisers: str, period: DateRange, **more: Any) -> ReportRequest:
    at = more.pop("at", NOW)
    with office.background.writing(office.org.job) as tenant:
        [connection] = tenant.connections.all()
        asked = planned(*advertisers, period=period, connection=connection.id, **more)
        [request_id] = tenant.requests.plan([asked], at)
        return tenant.requests.get(request_id)


def through(office: Office, request: ReportRequest, *states: S, **changes: Any) -> ReportRequest:
    """Take a request through states; the changes are written with the last of them."""
    with office.background.writing(office.org.job) as tenant:
        for state in states[:-1]:
            request = tenant.requests.advance(request, state)
        return tenant.requests.advance(request, states[-1], **changes)


def record(office: Office, *found: CheckRecord, org: Organization | None = None) -> None:
    with office.background.writing((org or office.org).job) as tenant:
        tenant.checks.record(found)


def check(
    outcome: CheckOutcome, detail: str, at: datetime = NOW, advertiser: str | None = ONE
) -> CheckRecord:
    whose = None if advertiser is None else AdvertiserId(advertiser)
    return CheckRecord(whose, Dataset.CAMPAIGN, None, "settled day fell", outcome, detail, at)


def aside(back: int, advertiser: str = ONE, dataset: Dataset = Dataset.CAMPAIGN) -> CoveredDay:
    return CoveredDay(
        AdvertiserId(advertiser), dataset, day(back), DayState.QUARANTINED, 0, None, None, None,
        "doubted", 0, None, NOW, LoadId("load-0"), None,
    )  # fmt: skip


# The ledger


def test_the_ledger_counts_what_was_used_of_each_advertisers_own_day(office: Office) -> None:
    office.advertiser(ONE, chosen_at=LONG_AGO)
    office.advertiser(TWO, zone="Asia/Tokyo", chosen_at=LONG_AGO)
    evening = NOW + timedelta(hours=2)  # the 23rd in Phoenix, the 24th in Tokyo
    with office.background.writing(office.org.job) as tenant:
        for _ in range(3):
            tenant.ledger.try_spend([ONE], Dataset.CAMPAIGN, day(-1), 9)
        tenant.ledger.try_spend([TWO], Dataset.CAMPAIGN, day(-1), 9)
        tenant.ledger.try_spend([TWO], Dataset.GEO, day(-2), 9)
    with office.desk(now=evening) as desk:
        lines = health.ledger(desk, desk.tenant.advertisers.all(), [Dataset.CAMPAIGN, Dataset.GEO])
    told = {(x.advertiser.advertiser_id, x.dataset): (x.used, x.left) for x in lines}
    assert told == {
        (ONE, Dataset.CAMPAIGN): (3, 0),  # never less than none
        (ONE, Dataset.GEO): (0, 2),
        (TWO, Dataset.CAMPAIGN): (0, 2),
        (TWO, Dataset.GEO): (1, 1),
    }


def switched(office: Office, *equal: str) -> None:
    """Read the connection in the unified reports; the base facts of these were found equal."""
    found = [
        FoundAdvertiser(AdvertiserId(a), Region.NA, a, "USD", PHOENIX, v1_account_id=a)
        for a in (ONE, TWO)
    ]
    with office.store.writing(office.org.scope()) as tenant:
        [link] = tenant.connections.all()
        tenant.connections.set_adapter(link.id, Adapter.V1)
    with office.background.writing(office.org.job) as tenant:
        ways = [way for ways in tenant.advertisers.accesses().values() for way in ways]
        tenant.advertisers.record(link.id, found, ways, NOW)
        base = Dataset.CAMPAIGN, Likeness.EQUAL, day(40), day(34), 9, 0, (), None, NOW
        tenant.comparisons.put([Comparison(link.id, AdvertiserId(a), *base) for a in equal])


def test_the_ledger_is_of_the_generation_that_each_table_is_read_in(office: Office) -> None:
    office.advertiser(ONE, chosen_at=LONG_AGO)
    office.advertiser(TWO, chosen_at=LONG_AGO)
    office.advertiser(ONE, org=office.neighbour)
    switched(office, ONE)
    with office.background.writing(office.org.job) as tenant:
        for _ in range(2):  # it is Monday the 23rd in Phoenix
            tenant.ledger.try_spend([ONE, TWO], Dataset.CAMPAIGN, day(-1), 9, Adapter.V1)
        tenant.ledger.try_spend([ONE, TWO], Dataset.CAMPAIGN, day(-1), 9)
        tenant.ledger.try_spend([ONE], Dataset.GEO, day(-1), 9)
    with office.desk() as desk:
        lines = health.ledger(desk, desk.tenant.advertisers.all(), [Dataset.CAMPAIGN, Dataset.GEO])
    assert {(x.advertiser.advertiser_id, x.dataset): x.used for x in lines} == {
        (ONE, Dataset.CAMPAIGN): 2,
        (ONE, Dataset.GEO): 1,  # never compared: version 3
        (TWO, Dataset.CAMPAIGN): 1,
        (TWO, Dataset.GEO): 0,
    }


def test_the_day_of_choosing_allows_twice_as_many_of_the_base_facts(office: Office) -> None:
    office.advertiser(ONE, chosen_at=NOW)
    [advertiser] = everybody(office)
    assert health.allowed_today(advertiser, Dataset.CAMPAIGN, NOW) == 4
    assert health.allowed_today(advertiser, Dataset.GEO, NOW) == 2
    # In Phoenix the day ends at seven in the morning of UTC.
    assert health.allowed_today(advertiser, Dataset.CAMPAIGN, NOW + timedelta(hours=16)) == 4
    assert health.allowed_today(advertiser, Dataset.CAMPAIGN, NOW + timedelta(hours=17)) == 2


def test_what_is_left_is_what_is_allowed_less_what_was_used(office: Office) -> None:
    office.advertiser()
    [advertiser] = everybody(office)
    assert LedgerLine(advertiser, Dataset.GEO, 1, 2).left == 1


# Requests and fetches


def test_an_advertisers_requests_are_those_it_is_part_of_newest_first(office: Office) -> None:
    office.advertiser(ONE)
    office.advertiser(TWO)
    old = plan(office, ONE, TWO, period=days(9, 5), at=NOW - timedelta(hours=2))
    plan(office, TWO, period=days(4), at=NOW - timedelta(hours=1))
    new = plan(office, ONE, period=days(2), at=NOW)
    with office.desk() as desk:
        one = next(a for a in desk.tenant.advertisers.all() if a.advertiser_id == ONE)
        assert [r.id for r in health.requests_of(desk, one)] == [new.id, old.id]


def test_a_limited_member_is_given_no_request_since_they_speak_of_others_too(
    office: Office,
) -> None:
    office.advertiser(ONE)
    plan(office, ONE, TWO, period=days(9, 5))
    with office.desk(office.org.limited) as desk:
        [advertiser] = desk.tenant.advertisers.all()
        assert health.requests_of(desk, advertiser) == []


def test_fetches_tell_the_last_reading_the_next_and_what_failed(office: Office) -> None:
    office.advertiser()
    done = plan(office, ONE, period=days(9, 5), at=NOW - timedelta(hours=9))
    at = NOW - timedelta(hours=8)
    steps = (S.REQUESTED, S.DOWNLOADING, S.CHECKED, S.COMMITTED)
    done = through(office, done, *steps, load_id=LoadId("load-1"), finished_at=at)
    failed = plan(office, ONE, period=days(4), at=NOW - timedelta(hours=3))
    failed = through(office, failed, S.FAILED, error="Amazon answered 500.", finished_at=NOW)
    later = NOW + timedelta(hours=3)
    waiting = plan(office, ONE, period=days(2), at=NOW - timedelta(hours=1), run_at=later)
    other = plan(office, ONE, period=days(2), dataset=Dataset.GEO, run_at=NOW)
    with office.desk() as desk:
        [advertiser] = desk.tenant.advertisers.all()
        mine = health.requests_of(desk, advertiser)
    found = health.fetches(mine, Dataset.CAMPAIGN)
    assert (found.last, found.next) == (at, later)
    assert [r.id for r in found.under_way] == [waiting.id]
    assert found.failed is not None
    assert (found.failed.id, found.failed.error) == (failed.id, "Amazon answered 500.")
    assert health.fetches(mine, Dataset.GEO).under_way[0].id == other.id
    assert health.fetches([], Dataset.GEO) == health.Fetches(None, None, (), None)


def test_a_failure_that_a_later_reading_made_good_is_not_told(office: Office) -> None:
    office.advertiser()
    failed = plan(office, ONE, period=days(4), at=NOW - timedelta(hours=3))
    through(office, failed, S.FAILED, error="Amazon answered 500.")
    done = plan(office, ONE, period=days(4), at=NOW - timedelta(hours=1))
    steps = (S.REQUESTED, S.DOWNLOADING, S.CHECKED, S.COMMITTED)
    through(office, done, *steps, load_id=LoadId("load-1"), finished_at=NOW)
    with office.desk() as desk:
        [advertiser] = desk.tenant.advertisers.all()
        assert health.fetches(health.requests_of(desk, advertiser), Dataset.CAMPAIGN).failed is None


def test_a_crowd_of_others_hides_neither_requests_nor_checks_of_an_advertiser(
    office: Office,
) -> None:
    office.advertiser(ONE)
    office.advertiser(TWO)
    own = plan(office, ONE, period=days(9, 5), at=NOW - timedelta(hours=9))
    record(office, check(CheckOutcome.BLOCKED, "its own", NOW - timedelta(hours=9)))
    office.cover(aside(3))
    with office.background.writing(office.org.job) as tenant:
        [connection] = tenant.connections.all()
        others = planned(TWO, period=days(4), connection=connection.id)
        of_others = tenant.requests.plan([others] * (health.RECENT_REQUESTS + 1), NOW)
        theirs = [check(CheckOutcome.BLOCKED, "another's", NOW, TWO)] * health.RECENT_CHECKS
        of_file = replace(
            check(CheckOutcome.BLOCKED, "a file's", NOW, None), request_id=of_others[0]
        )
        tenant.checks.record([*theirs, of_file])
    with office.desk() as desk:
        one = next(a for a in desk.tenant.advertisers.all() if a.advertiser_id == ONE)
        assert [r.id for r in health.requests_of(desk, one)] == [own.id]
        assert [c.detail for c in health.checks(desk, one)] == ["its own"]
        assert [s.why for s in health.quarantine(desk, [one])] == ["settled day fell: its own"]


def test_an_earlier_moment_knows_nothing_of_what_came_after_it(office: Office) -> None:
    office.advertiser()
    office.cover(aside(3))
    early, late = NOW + timedelta(hours=1), NOW + timedelta(hours=5)
    steps = (S.REQUESTED, S.DOWNLOADING, S.CHECKED, S.COMMITTED)
    done = plan(office, ONE, period=days(9, 5))
    done = through(office, done, *steps, load_id=LoadId("load-1"), finished_at=early)
    slow = plan(office, ONE, period=days(4))
    through(office, slow, *steps, load_id=LoadId("load-2"), finished_at=late)
    plan(office, ONE, period=days(3, 3), reason=Reason.SECOND_READING, run_at=late)
    record(office, check(CheckOutcome.BLOCKED, "then", early))
    record(office, check(CheckOutcome.BLOCKED, "later", late))
    with office.background.writing(office.org.job) as tenant:
        for probe, at in ((Probe.RATES, early), (Probe.IDS, late)):
            found = ProbeVerdict(AdvertiserId(ONE), Adapter.V3, probe, Verdict.TEXT, {}, at)
            tenant.probes.put([found])
    with office.desk(now=NOW + timedelta(hours=9)) as desk:
        then = desk.as_known_at(NOW + timedelta(hours=2))
        [one] = then.tenant.advertisers.all()
        assert health.requests_of(then, one) == [done]
        assert [c.detail for c in health.checks(then, one)] == ["then"]
        assert [b.question for b in health.beliefs(then, [one])] == [Probe.RATES.question]
        [kept] = health.quarantine(then, [one])
        assert (kept.why, kept.second_reading) == ("settled day fell: then", None)


# Checks and beliefs


def test_checks_are_an_advertisers_own_and_those_of_whole_files_newest_first(
    office: Office,
) -> None:
    office.advertiser(ONE)
    request = plan(office, ONE, TWO, period=days(4))
    of_the_file = check(CheckOutcome.BLOCKED, "of the file", NOW - timedelta(hours=2), None)
    record(
        office,
        check(CheckOutcome.PASSED, "first", NOW - timedelta(hours=3)),
        replace(of_the_file, request_id=request.id),
        check(CheckOutcome.BLOCKED, "of no report of its own", NOW, None),
        check(CheckOutcome.WARNED, "another's", NOW - timedelta(hours=1), TWO),
    )
    record(office, check(CheckOutcome.BLOCKED, "the neighbour's"), org=office.neighbour)
    with office.desk() as desk:
        [one] = desk.tenant.advertisers.all()
        assert [c.detail for c in health.checks(desk, one)] == ["of the file", "first"]
        blocked = health.checks(desk, one, CheckOutcome.BLOCKED)
        assert [c.detail for c in blocked] == ["of the file"]


@pytest.mark.parametrize(
    ("probe", "verdict", "question", "meaning"),
    [
        (
            "conversion date",
            "by conversion",
            "On which day does a conversion stand: its own, or the ad's?",
            "A conversion stands on the day it happened; sales follow the ads.",
        ),
        (
            "refused columns: geo",
            "2 columns",
            "Which columns does Amazon refuse (geo)?",
            "They are no longer asked for; their figures are absent.",
        ),
        ("a later version's", "yes", "a later version's", ""),
    ],
)
def test_a_belief_tells_question_answer_meaning_and_evidence(
    office: Office, probe: str, verdict: str, question: str, meaning: str
) -> None:
    office.advertiser(ONE)
    with office.background.writing(office.org.job) as tenant:
        evidence = {"days_seen": 9, "orders": 2}
        found = ProbeVerdict(AdvertiserId(ONE), Adapter.V3, probe, verdict, evidence, NOW)
        tenant.probes.put([found, replace(found, advertiser_id=AdvertiserId(TWO))])
    with office.desk() as desk:
        [told] = health.beliefs(desk, desk.tenant.advertisers.all())
    assert (told.question, told.verdict, told.meaning) == (question, verdict, meaning)
    assert told.evidence == "days seen 9, orders 2"


# What is set aside


def test_days_set_aside_come_as_ranges_with_why_and_when_they_are_read_again(
    office: Office,
) -> None:
    office.advertiser(ONE)
    office.deliver([], days(9))
    office.cover(aside(5), aside(4), aside(1))
    record(
        office,
        check(CheckOutcome.BLOCKED, "total_cost fell from 90 to 9", NOW - timedelta(hours=2)),
        check(CheckOutcome.BLOCKED, "total_cost fell from 90 to 8", NOW - timedelta(hours=1)),
    )
    again = NOW + timedelta(minutes=40)
    plan(office, ONE, period=days(5), reason=Reason.SECOND_READING, run_at=again)
    with office.desk() as desk:
        [one] = desk.tenant.advertisers.all()
        found = health.quarantine(desk, [one])
    why = "settled day fell: total_cost fell from 90 to 8"
    assert found == [
        SetAside(one, Dataset.CAMPAIGN, days(5, 4), why, again),
        SetAside(one, Dataset.CAMPAIGN, days(1, 1), why, again),
    ]


def test_without_a_planned_reading_or_a_kept_check_it_says_neither(office: Office) -> None:
    office.advertiser(ONE)
    office.cover(aside(3, dataset=Dataset.GEO))
    with office.desk() as desk:
        [one] = desk.tenant.advertisers.all()
        [found] = health.quarantine(desk, [one])
    assert (found.why, found.second_reading) == ("", None)


def test_nothing_set_aside_is_nothing_told(office: Office) -> None:
    office.advertiser(ONE)
    office.deliver([], days(9))
    office.cover(aside(3), org=office.neighbour)
    with office.desk() as desk:
        assert health.quarantine(desk, desk.tenant.advertisers.all()) == []
        assert health.quarantine(desk, []) == []
