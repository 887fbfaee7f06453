"""Which reports are asked for now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.amazon.reports.specs import SPECS, spec_named
from core.domain.connections import AccessMode, Adapter
from core.domain.ids import AdvertiserId, ConnectionId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.regions import Region
from core.domain.requests import Reason, RequestState
from core.errors import UserError
from core.jobs.cadence import CUTS, next_local_day
from core.jobs.plan import Asked, Door, Known, Subject, plan
from core.jobs.planning import by_hand

UTC_ZONE = "UTC"
MONDAY_NOON = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
TODAY = MONDAY_NOON.date()
LONG_AGO = datetime(2025, 1, 1, tzinfo=UTC)
DOOR = Door(ConnectionId("con_1"), Region.NA, Adapter.V3, AccessMode.PROFILE, "77", True)
MANAGER = Door(ConnectionId("con_1"), Region.NA, Adapter.V3, AccessMode.ACCOUNT, "1", False)
BY_DAY = (Dataset.CAMPAIGN, *(SPECS[name].dataset for name in CUTS))


def subject(name: str = "1", **changed: object) -> Subject:
    given = {"zone": UTC_ZONE, "door": DOOR, "selected_at": LONG_AGO, **changed}
    return Subject(AdvertiserId(name), **given)  # type: ignore[arg-type]


def covered(*names: str, without: tuple[date, ...] = ()) -> dict:
    """Every day of history is known of these advertisers, in every table, but for some."""
    days = {TODAY - timedelta(days=n) for n in range(1, 95)} - set(without)
    return {(AdvertiserId(name), dataset): days for name in names for dataset in BY_DAY}


def known(*subjects: Subject, now: datetime = MONDAY_NOON, **changed: object) -> Known:
    return Known(now, subjects or (subject(),), **changed)  # type: ignore[arg-type]


def of(state: Known, dataset: Dataset):
    return [request for request in plan(state) if request.dataset is dataset]


def asked(spec: str, days: DateRange, at: datetime, **changed: object) -> Asked:
    given = {
        "advertiser_id": AdvertiserId("1"),
        "window": "",
        "state": RequestState.COMMITTED,
        "is_counted": True,
        **changed,
    }
    return Asked(spec=spec, days=days, planned_at=at, **given)  # type: ignore[arg-type]


def back(first: int, last: int = 1) -> DateRange:
    return DateRange(TODAY - timedelta(days=first), TODAY - timedelta(days=last))


def test_on_the_day_of_linking_all_history_of_the_base_facts_is_asked_for_newest_first():
    state = known(subject(selected_at=MONDAY_NOON))
    ranges = [r.days for r in of(state, Dataset.CAMPAIGN)]
    assert ranges == [back(31), back(62, 32), back(93, 63), back(94, 94)]
    for name in CUTS:
        # Inventory and site are one report type and share its two requests.
        both = [back(31), back(62, 32)] if name not in ("inventory", "site") else [back(31)]
        assert [r.days for r in of(state, Dataset(name))] == both
    assert plan(state)[0].dataset is Dataset.CAMPAIGN
    assert {r.reason for r in of(state, Dataset.CAMPAIGN)} == {Reason.BACKFILL}


def test_what_is_asked_for_first_is_due_first():
    requests = plan(known(subject(selected_at=MONDAY_NOON)))
    due = [request.run_at for request in requests]
    assert due == sorted(due)
    assert max(due) < MONDAY_NOON


def test_an_ordinary_day_before_noon_has_the_early_reading_alone():
    state = known(now=MONDAY_NOON - timedelta(hours=2), covered=covered("1"))
    (early,) = of(state, Dataset.CAMPAIGN)
    assert (early.days, early.reason) == (back(3), Reason.DAILY)


def test_after_noon_both_readings_have_come_unless_they_were_asked_for():
    state = known(now=MONDAY_NOON + timedelta(hours=2), covered=covered("1"))
    assert [r.days for r in of(state, Dataset.CAMPAIGN)] == [back(3), back(31)]
    done = asked("campaign", back(31), MONDAY_NOON + timedelta(minutes=61))
    assert of(replace(state, asked=(done,)), Dataset.CAMPAIGN) == []


@pytest.mark.parametrize(
    ("state", "stands"),
    [
        (RequestState.PLANNED, True),
        (RequestState.BUILDING, True),
        (RequestState.COMMITTED, True),
        (RequestState.QUARANTINED, True),
        (RequestState.FAILED, False),
        (RequestState.CANCELLED, False),
    ],
)
def test_a_reading_that_failed_is_planned_again_and_one_under_way_is_not(state, stands):
    now = MONDAY_NOON - timedelta(hours=2)
    earlier = asked("campaign", back(3), now - timedelta(minutes=30), state=state)
    later = known(now=now, covered=covered("1"), asked=(earlier,))
    assert (of(later, Dataset.CAMPAIGN) == []) is stands


def test_the_ledger_is_the_end_of_it_and_keeps_one_for_the_reading_after_noon():
    used = {(AdvertiserId("1"), Dataset.CAMPAIGN): 1}
    early = known(now=MONDAY_NOON - timedelta(hours=2), covered=covered("1"), used=used)
    assert of(early, Dataset.CAMPAIGN) == []
    late = replace(early, now=MONDAY_NOON + timedelta(hours=2))
    assert [r.days for r in of(late, Dataset.CAMPAIGN)] == [back(31)]
    over = replace(late, used={(AdvertiserId("1"), Dataset.CAMPAIGN): 2})
    assert of(over, Dataset.CAMPAIGN) == []


def test_what_is_planned_and_not_yet_counted_is_counted_here():
    waiting = asked(
        "campaign", back(94, 90), MONDAY_NOON, state=RequestState.PLANNED, is_counted=False
    )
    state = known(
        now=MONDAY_NOON + timedelta(hours=2),
        covered=covered("1"),
        used={(AdvertiserId("1"), Dataset.CAMPAIGN): 1},
        asked=(waiting,),
    )
    assert of(state, Dataset.CAMPAIGN) == []


def test_days_that_are_missing_are_fetched_newest_first_with_what_is_left():
    holes = (TODAY - timedelta(days=40), TODAY - timedelta(days=50), TODAY - timedelta(days=80))
    done = asked("geo", back(7), MONDAY_NOON)
    state = known(
        covered=covered("1", without=holes),
        asked=(done,),
        used={(AdvertiserId("1"), Dataset.GEO): 1},
    )
    (gap,) = of(state, Dataset.GEO)
    assert gap.days == DateRange(holes[1], holes[0])
    assert gap.reason is Reason.BACKFILL


def test_a_gap_that_is_under_way_is_not_asked_for_twice():
    hole = TODAY - timedelta(days=40)
    waiting = asked("campaign", DateRange(hole, hole), MONDAY_NOON, state=RequestState.BUILDING)
    state = known(covered=covered("1", without=(hole,)), asked=(waiting,))
    assert all(hole not in r.days for r in of(state, Dataset.CAMPAIGN))


def test_days_that_a_slot_of_the_day_will_read_are_not_fetched_before_it():
    yesterday = TODAY - timedelta(days=1)
    midnight = MONDAY_NOON - timedelta(hours=12)
    state = known(now=midnight, covered=covered("1", without=(yesterday,)))
    assert [r for r in plan(state) if r.dataset in BY_DAY] == []


def test_a_day_that_a_shared_report_said_nothing_of_is_asked_for_though_a_slot_will_read_it():
    silent = TODAY - timedelta(days=2)
    before = asked("campaign", back(32, 2), MONDAY_NOON - timedelta(hours=23))
    state = known(
        now=MONDAY_NOON - timedelta(hours=12),
        covered=covered("1", without=(silent, TODAY - timedelta(days=1))),
        asked=(before,),
    )
    (alone,) = of(state, Dataset.CAMPAIGN)
    assert (alone.days, alone.reason) == (back(2, 2), Reason.BACKFILL)


def test_missing_days_leave_a_request_to_each_slot_that_does_not_give_way():
    holes = tuple(TODAY - timedelta(days=n) for n in (40, 50, 70))
    state = known(now=MONDAY_NOON - timedelta(hours=12), covered=covered("1", without=holes))
    of_type = [r.spec for r in plan(state) if r.spec in ("inventory", "site")]
    assert of_type == ["inventory"]
    later = replace(
        state,
        now=MONDAY_NOON,
        used={(AdvertiserId("1"), Dataset.INVENTORY): 1},
        asked=(asked("inventory", back(62, 32), MONDAY_NOON, state=RequestState.BUILDING),),
    )
    daily = [r for r in plan(later) if r.spec in ("inventory", "site")]
    assert [(r.spec, r.reason) for r in daily] == [("inventory", Reason.DAILY)]


def test_who_was_left_out_of_a_shared_report_is_asked_for_alone():
    hole = TODAY - timedelta(days=40)
    silent = asked("campaign", DateRange(hole, hole), MONDAY_NOON - timedelta(days=1))
    state = known(
        subject("1"),
        subject("2"),
        now=MONDAY_NOON - timedelta(hours=8),
        covered=covered("1", "2", without=(hole,)),
        asked=(silent,),
    )
    ids = [r.advertiser_ids for r in of(state, Dataset.CAMPAIGN)]
    assert ids == [["1"], ["2"]] or ids == [["2"], ["1"]]


def test_advertisers_of_one_profile_and_zone_share_a_report_up_to_a_hundred():
    many = [subject(str(n), rows_a_day=1.0) for n in range(250)]
    names = [s.advertiser_id for s in many]
    state = known(*many, now=MONDAY_NOON - timedelta(hours=2), covered=covered(*names))
    sizes = [len(r.advertiser_ids) for r in of(state, Dataset.CAMPAIGN)]
    assert sizes == [100, 100, 50]
    assert sorted(a for r in of(state, Dataset.CAMPAIGN) for a in r.advertiser_ids) == sorted(names)


def test_a_report_that_would_hold_too_many_rows_is_planned_in_pieces():
    many = [subject(str(n), rows_a_day=3_000.0) for n in range(10)]
    names = [s.advertiser_id for s in many]
    state = known(*many, now=MONDAY_NOON + timedelta(hours=2), covered=covered(*names))
    long = [r for r in of(state, Dataset.CAMPAIGN) if r.days.length == 31]
    assert [len(r.advertiser_ids) for r in long] == [2] * 5


def test_zones_and_doors_are_never_mixed():
    tokyo = subject("2", zone="Asia/Tokyo")
    state = known(
        subject("1"),
        tokyo,
        subject("3", door=replace(DOOR, header_value="88")),
        now=MONDAY_NOON + timedelta(hours=2),
        covered=covered("1", "2", "3"),
    )
    assert all(len(r.advertiser_ids) == 1 for r in plan(state))


def test_a_manager_account_gets_one_advertiser_a_report_and_asks_for_names():
    two = [subject(n, door=replace(MANAGER, header_value=n)) for n in ("1", "2")]
    state = known(*two, now=MONDAY_NOON - timedelta(hours=2), covered=covered("1", "2"))
    requests = of(state, Dataset.CAMPAIGN)
    assert [(r.mode, r.header_value, r.advertiser_ids) for r in requests] == [
        (AccessMode.ACCOUNT, "1", ["1"]),
        (AccessMode.ACCOUNT, "2", ["2"]),
    ]
    assert {r.spec for r in requests} == {"campaign+names"}


def test_nobody_to_ask_for_is_nothing_to_ask():
    assert plan(Known(MONDAY_NOON, ())) == []


def test_a_day_ends_where_the_advertiser_is():
    late_evening = datetime(2026, 6, 15, 23, 30, tzinfo=UTC)
    tokyo = subject("1", zone="Asia/Tokyo", selected_at=late_evening)
    (newest, *_) = of(known(tokyo, now=late_evening), Dataset.CAMPAIGN)
    assert newest.days.end == date(2026, 6, 15)  # it is the 16th there


def test_the_ledger_is_new_at_the_next_local_midnight():
    at = next_local_day(datetime(2026, 3, 7, 20, tzinfo=UTC), "America/Los_Angeles")
    assert at == datetime(2026, 3, 8, 8, 10, tzinfo=UTC)
    spring = next_local_day(datetime(2026, 3, 8, 20, tzinfo=UTC), "America/Los_Angeles")
    assert spring == datetime(2026, 3, 9, 7, 10, tzinfo=UTC)  # the clocks went forward


@settings(max_examples=60, deadline=None)
@given(
    hours=st.integers(0, 24 * 9),
    linked=st.integers(0, 200),
    holes=st.sets(st.integers(1, 94), max_size=30),
    used=st.dictionaries(st.sampled_from(list(Dataset)), st.integers(0, 4), max_size=6),
)
def test_no_plan_ever_goes_beyond_the_ledger_or_amazons_limits(hours, linked, holes, used):
    now = MONDAY_NOON + timedelta(hours=hours)
    today = now.date()
    days = {today - timedelta(days=n) for n in range(1, 95)} - {
        today - timedelta(days=n) for n in holes
    }
    one = subject(selected_at=now - timedelta(hours=linked))
    state = known(
        one,
        now=now,
        covered={(one.advertiser_id, dataset): days for dataset in BY_DAY},
        used={(one.advertiser_id, dataset): n for dataset, n in used.items()},
    )
    is_first_day = (now - timedelta(hours=linked)).date() == today
    planned = plan(state)
    for report_type in {spec.report_type for spec in SPECS.values()}:
        count = sum(SPECS[r.spec].report_type == report_type for r in planned)
        (counted_as,) = {s.counted_as for s in SPECS.values() if s.report_type == report_type}
        most = 4 if is_first_day and report_type == "dspCampaign" else 2
        assert count <= max(0, most - used.get(counted_as, 0))
    for request in planned:
        assert request.days.length <= spec_named(request.spec).days_max
        assert request.days.start >= today - timedelta(days=94)
        assert request.days.end < today


UNIFIED_DOOR = replace(DOOR, adapter=Adapter.V1)
EVERY_TABLE = frozenset(BY_DAY)


def unified(state: Known):
    return [request for request in plan(state) if request.adapter is Adapter.V1]


def test_the_unified_reports_are_compared_once_a_week_of_history_is_known():
    ready = known(subject(is_unified=True), covered=covered("1"))
    requests = unified(ready)
    assert [r.dataset for r in requests] == list(BY_DAY)
    assert {r.reason for r in requests} == {Reason.COMPARISON}
    assert {r.days for r in requests} == {back(38, 32)}
    assert unified(known(subject(), covered=covered("1"))) == [], "Amazon has named no account"
    assert unified(known(subject(is_unified=True))) == [], "nothing is known to compare with"


def test_a_table_compared_lately_or_being_read_is_not_compared():
    done = known(subject(is_unified=True, compared=EVERY_TABLE), covered=covered("1"))
    assert unified(done) == []
    under_way = asked("geo", back(94, 63), MONDAY_NOON, state=RequestState.BUILDING)
    waiting = known(subject(is_unified=True), covered=covered("1"), asked=(under_way,))
    assert Dataset.GEO not in {r.dataset for r in unified(waiting)}


def test_where_both_say_the_same_the_older_days_come_newest_first_within_their_own_ledger():
    state = known(
        subject(is_unified=True, equal=EVERY_TABLE, compared=EVERY_TABLE, selected_at=MONDAY_NOON),
        covered=covered("1"),
        used={(AdvertiserId("1"), dataset): 9 for dataset in BY_DAY},
    )
    older = [r.days for r in unified(state) if r.dataset is Dataset.CAMPAIGN]
    assert older == [back(214, 95), back(334, 215), back(453, 335)]
    assert [r.days for r in unified(state) if r.dataset is Dataset.SITE] == older[:2]
    assert {r.reason for r in unified(state)} == {Reason.BACKFILL}
    spent = replace(state, used_unified={(AdvertiserId("1"), Dataset.CAMPAIGN): 3})
    assert [r.days for r in unified(spent) if r.dataset is Dataset.CAMPAIGN] == older[:1]


def test_what_was_found_to_differ_is_neither_filled_back_nor_asked_for_in_v1():
    equal = frozenset({Dataset.CAMPAIGN})
    one = subject(door=UNIFIED_DOOR, is_unified=True, equal=equal, compared=EVERY_TABLE)
    late = known(one, now=MONDAY_NOON + timedelta(hours=2), covered=covered("1"))
    by_table = {r.dataset: r.adapter for r in plan(late)}
    assert by_table[Dataset.CAMPAIGN] is Adapter.V1
    assert {by_table[Dataset(name)] for name in CUTS} == {Adapter.V3}
    assert by_table[Dataset.REACH] is Adapter.V3, "the unified reports know no windows here"


def test_a_connection_that_was_switched_reads_its_days_and_its_history_in_v1():
    one = subject(
        door=UNIFIED_DOOR, is_unified=True, equal=EVERY_TABLE, compared=EVERY_TABLE,
        selected_at=MONDAY_NOON,
    )  # fmt: skip
    ranges = [r.days for r in of(known(one), Dataset.CAMPAIGN)]
    assert ranges == [back(94), back(214, 95), back(334, 215), back(453, 335)]


def test_five_accounts_share_a_unified_report_whatever_doors_lead_to_them():
    many = [
        subject(str(n), door=MANAGER, is_unified=True, equal=EVERY_TABLE, compared=EVERY_TABLE)
        for n in range(1, 8)
    ]
    state = known(*many, covered=covered(*(str(n) for n in range(1, 8))))
    sizes = {len(r.advertiser_ids) for r in unified(state) if r.dataset is Dataset.GEO}
    assert sizes == {5, 2}


def test_a_shadow_stands_for_no_reading_and_hides_no_gap():
    shadow = asked(
        "campaign", back(31), MONDAY_NOON + timedelta(minutes=61), is_shadow=True,
        adapter=Adapter.V1, state=RequestState.COMPARED,
    )  # fmt: skip
    late = known(now=MONDAY_NOON + timedelta(hours=2), covered=covered("1"), asked=(shadow,))
    assert [r.days for r in of(late, Dataset.CAMPAIGN)] == [back(3), back(31)]
    under_way = replace(shadow, state=RequestState.BUILDING)
    missing = known(subject(selected_at=MONDAY_NOON), asked=(under_way,))
    assert of(missing, Dataset.CAMPAIGN)[0].days == back(31)


SWITCHED = subject(door=UNIFIED_DOOR, is_unified=True, equal=frozenset({Dataset.CAMPAIGN}))


@pytest.mark.parametrize(
    ("one", "dataset", "adapter"),
    [
        (SWITCHED, Dataset.CAMPAIGN, Adapter.V1),
        (SWITCHED, Dataset.GEO, Adapter.V3),  # found different, or never compared
        (SWITCHED, Dataset.BID_ADJUSTMENT, Adapter.V3),  # the unified reports lack it
        (replace(SWITCHED, is_unified=False), Dataset.CAMPAIGN, Adapter.V3),
        (replace(SWITCHED, door=DOOR), Dataset.CAMPAIGN, Adapter.V3),
    ],
)
def test_what_a_person_asks_for_comes_from_where_the_table_is_read_on_other_days(
    one, dataset, adapter
):
    (request,) = by_hand(known(one), one, dataset, back(3))
    assert (request.adapter, request.dataset, request.days) == (adapter, dataset, back(3))
    assert spec_named(request.spec, request.adapter).dataset is dataset


def test_a_wish_is_held_to_the_ledger_and_the_days_of_the_generation_it_is_asked_in():
    used = {(SWITCHED.advertiser_id, dataset): 2 for dataset in BY_DAY}
    v3_spent, v1_spent = known(SWITCHED, used=used), known(SWITCHED, used_unified=used)
    assert by_hand(v3_spent, SWITCHED, Dataset.CAMPAIGN, back(400, 300))
    assert by_hand(v1_spent, SWITCHED, Dataset.GEO, back(3))
    with pytest.raises(UserError, match="used up"):
        by_hand(v1_spent, SWITCHED, Dataset.CAMPAIGN, back(3))
    with pytest.raises(UserError, match="used up"):
        by_hand(v3_spent, SWITCHED, Dataset.GEO, back(3))
    with pytest.raises(UserError, match="Amazon can be asked for"):
        by_hand(v1_spent, SWITCHED, Dataset.GEO, back(100, 98))
