"""Waits, ends of patience, halves, and what each error means for a report."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.amazon.http import Duplicate, Unauthorized
from core.amazon.reports.download import AddressExpired
from core.amazon.reports.port import ColumnsRefused
from core.domain.connections import AccessMode, Adapter
from core.domain.ids import ConnectionId, OrgId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.regions import Region
from core.domain.requests import Reason, RequestState
from core.errors import (
    BadReport,
    Defect,
    Forbidden,
    LeaseLost,
    NeedsReconnect,
    NotFound,
    OurConfig,
    Refused,
    Throttled,
    Upstream,
)
from core.jobs.ingest_rules import Fate, Polling, fate_of, halves, second_reading, stumble_wait
from core.store.ingest.requests import ReportRequest

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
POLLING = Polling(timedelta(minutes=2), timedelta(minutes=30), timedelta(hours=6))
REQUEST = ReportRequest(
    id="rep_1",
    org_id=OrgId("org_acme"),
    connection_id=ConnectionId("con_1"),
    region=Region.NA,
    adapter=Adapter.V3,
    mode=AccessMode.PROFILE,
    header_value="77",
    dataset=Dataset.CAMPAIGN,
    spec="campaign",
    window="",
    advertiser_ids=["1", "2", "3"],
    start_day=date(2026, 6, 1),
    end_day=date(2026, 6, 7),
    reason=Reason.DAILY,
    state=RequestState.BUILDING,
    amazon_report_id="r",
    adopted=False,
    attempts=0,
    asked_anew=0,
    polls=0,
    planned_at=NOW,
    run_at=NOW,
    requested_at=NOW,
    generated_at=None,
    finished_at=None,
    bytes=None,
    rows=None,
    load_id=None,
    parent_id=None,
    error=None,
)


def test_a_report_is_looked_at_after_2_4_8_minutes_and_then_every_half_hour():
    waits = [POLLING.wait(polls, lambda: 0.0) for polls in range(7)]
    assert [w.total_seconds() / 60 for w in waits] == [2, 4, 8, 16, 30, 30, 30]
    assert POLLING.wait(0, lambda: 1.0) == timedelta(seconds=132)


def test_a_report_of_three_hours_is_waited_for_and_one_of_six_is_not():
    def after(hours: float) -> bool:
        return POLLING.is_hopeless(REQUEST, NOW + timedelta(hours=hours))

    assert (after(3), after(5.9), after(6)) == (False, False, True)
    assert not POLLING.is_hopeless(replace(REQUEST, requested_at=None), NOW)


@pytest.mark.parametrize("state", list(RequestState))
@pytest.mark.parametrize(
    ("error", "fate"),
    [
        (Throttled("x", retry_after_seconds=3), Fate.PAUSE),
        (Duplicate("x", None), Fate.LATER),
        (AddressExpired("x", status=403), Fate.SIGN_ANEW),
        (ColumnsRefused("x", frozenset({"a"})), Fate.WITHOUT),
        (Unauthorized("x", status=401), Fate.STUMBLE),
        (NeedsReconnect("x"), Fate.CANCEL),
        (NotFound("x"), Fate.CANCEL),
        (BadReport("columns", "x"), Fate.FAIL),
        (Forbidden("x", status=403), Fate.FAIL),
        (Refused("report date is too far in the past", status=406), Fate.FAIL),
        (Refused("Report size too large", status=400), Fate.HALVE),
        (Upstream("x"), Fate.STUMBLE),
        (OurConfig("x"), Fate.RAISE),
        (LeaseLost("x"), Fate.RAISE),
        (Defect("x"), Fate.RAISE),
    ],
)
def test_each_error_has_its_fate_in_every_state(error, fate, state):
    assert fate_of(error, state) is fate


@pytest.mark.parametrize(
    ("state", "fate"),
    [
        (RequestState.PLANNED, Fate.FAIL),
        (RequestState.REQUESTED, Fate.ASK_ANEW),
        (RequestState.BUILDING, Fate.ASK_ANEW),
    ],
)
def test_a_report_that_amazon_no_longer_knows_is_asked_for_anew(state, fate):
    assert fate_of(Refused("no such report", status=404), state) is fate


def test_what_is_too_large_is_halved_by_days_first():
    one, two = halves(REQUEST, NOW)
    assert one.days == DateRange(date(2026, 6, 1), date(2026, 6, 3))
    assert two.days == DateRange(date(2026, 6, 4), date(2026, 6, 7))
    assert one.advertiser_ids == two.advertiser_ids == ["1", "2", "3"]
    assert {one.reason, two.reason} == {Reason.HALVED}
    assert {one.parent_id, two.parent_id} == {"rep_1"}


def test_one_day_is_halved_by_advertisers_and_one_of_each_not_at_all():
    day = replace(REQUEST, end_day=REQUEST.start_day)
    assert [p.advertiser_ids for p in halves(day, NOW)] == [["1"], ["2", "3"]]
    assert halves(replace(day, advertiser_ids=["1"]), NOW) == []


@given(st.integers(1, 31), st.integers(1, 9))
def test_halves_hold_all_that_was_asked_and_nothing_twice(days, advertisers):
    request = replace(
        REQUEST,
        end_day=REQUEST.start_day + timedelta(days=days - 1),
        advertiser_ids=[str(n) for n in range(advertisers)],
    )
    cells = [
        (a, d) for piece in halves(request, NOW) for a in piece.advertiser_ids
        for d in piece.days.days()
    ]  # fmt: skip
    wanted = {(a, d) for a in request.advertiser_ids for d in request.days.days()}
    if days * advertisers > 1:
        assert sorted(cells) == sorted(wanted)


def test_a_second_reading_asks_for_the_doubted_part_an_hour_later():
    days = DateRange(date(2026, 6, 2), date(2026, 6, 3))
    again = second_reading(REQUEST, ["2"], days, NOW)
    assert (again.advertiser_ids, again.days, again.reason) == (
        ["2"],
        days,
        Reason.SECOND_READING,
    )
    assert again.run_at == NOW + timedelta(hours=1)
    assert (again.spec, again.header_value, again.parent_id) == ("campaign", "77", "rep_1")


def test_a_step_that_stumbles_waits_longer_each_time():
    waits = [stumble_wait(n, lambda: 0.0).total_seconds() for n in (1, 2, 3, 9)]
    assert waits == [15.0, 30.0, 60.0, 900.0]
