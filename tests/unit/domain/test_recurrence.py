"""Schedules run when the clock on the wall says so, once, whatever that clock does."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.recurrence import EACH_MAX, CatchUp, due_runs, next_after, parse
from core.errors import UserError

LA = "America/Los_Angeles"
RULES = [
    "daily 06:30",
    "daily 02:30",
    "weekly mon 07:00",
    "weekly mon,thu 01:30",
    "monthly 1 07:00",
    "monthly 31 07:00",
    "monthly last 23:59",
    "first business day 08:00",
    "every 15 min",
    "every 2 h",
]
instants = st.datetimes(
    min_value=datetime(2020, 1, 1),  # noqa: DTZ001 - the strategy adds the zone
    max_value=datetime(2030, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
zones = st.sampled_from(
    [LA, "Europe/Berlin", "Asia/Tokyo", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC"]
)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(text: str, zone: str = LA) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("rule", "after", "expected"),
    [
        ("daily 06:30", "2026-11-20 06:29", "2026-11-20 06:30"),
        ("daily 06:30", "2026-11-20 06:30", "2026-11-21 06:30"),
        ("Daily  6:30", "2026-11-20 12:00", "2026-11-21 06:30"),
        ("weekly mon 07:00", "2026-11-20 12:00", "2026-11-23 07:00"),
        ("weekly mon,thu 07:00", "2026-11-23 07:00", "2026-11-26 07:00"),
        ("monthly 1 07:00", "2026-11-20 12:00", "2026-12-01 07:00"),
        ("monthly 31 07:00", "2026-11-20 12:00", "2026-11-30 07:00"),
        ("monthly 31 07:00", "2027-01-31 07:00", "2027-02-28 07:00"),
        ("monthly last 07:00", "2028-02-01 00:00", "2028-02-29 07:00"),
        ("first business day 08:00", "2026-07-20 12:00", "2026-08-03 08:00"),
        ("first business day 08:00", "2026-09-30 12:00", "2026-10-01 08:00"),
        ("first business day 08:00", "2026-10-01 08:00", "2026-11-02 08:00"),
        ("every 15 min", "2026-11-20 12:01", "2026-11-20 12:15"),
        ("every 2 h", "2026-11-20 12:00", "2026-11-20 14:00"),
    ],
)
def test_the_next_run_by_the_clock_on_the_wall(rule: str, after: str, expected: str) -> None:
    assert next_after(rule, LA, local(after)) == local(expected)


def test_a_time_that_the_clocks_skip_runs_as_long_after_midnight_as_it_says() -> None:
    # 8 March 2026: 02:00 becomes 03:00, so 02:30 is 03:30 there, which is 10:30 UTC.
    assert next_after("daily 02:30", LA, utc("2026-03-08T00:00")) == utc("2026-03-08T10:30")
    assert next_after("daily 02:30", LA, utc("2026-03-08T10:30")) == utc("2026-03-09T09:30")


def test_a_time_that_comes_twice_runs_the_first_time_only() -> None:
    # 1 November 2026: 01:30 comes at 08:30 and again at 09:30 UTC.
    assert next_after("daily 01:30", LA, utc("2026-11-01T00:00")) == utc("2026-11-01T08:30")
    assert next_after("daily 01:30", LA, utc("2026-11-01T08:30")) == utc("2026-11-02T09:30")


def test_a_daily_run_keeps_its_local_time_over_a_clock_change() -> None:
    before = next_after("daily 06:30", LA, utc("2026-10-31T00:00"))
    after = next_after("daily 06:30", LA, before)
    assert after - before == timedelta(hours=25)


def test_an_interval_counts_from_the_epoch_and_runs_at_most_once_a_day() -> None:
    after = utc("2026-11-20T12:00")
    seconds = int(after.timestamp()) // 420 * 420 + 420
    assert next_after("every 7 min", LA, after) == datetime.fromtimestamp(seconds, UTC)
    assert next_after("every 24 h", LA, after) == utc("2026-11-21T00:00")


def test_an_interval_is_untouched_by_a_clock_change() -> None:
    run, runs = utc("2026-11-01T07:00"), []
    for _ in range(4):
        run = next_after("every 2 h", LA, run)
        runs.append(run.hour)
    assert runs == [8, 10, 12, 14]


@given(st.sampled_from(RULES), zones, instants)
def test_the_next_run_lies_ahead_and_nothing_lies_between(
    rule: str, zone: str, instant: datetime
) -> None:
    following = next_after(rule, zone, instant)
    assert following > instant
    assert following.utcoffset() == timedelta(0)
    latest = due_runs(rule, zone, utc("2000-01-01"), following, CatchUp.ONCE)
    assert latest == [following]
    just_before = following - timedelta(microseconds=1)
    (earlier,) = due_runs(rule, zone, utc("2000-01-01"), just_before, CatchUp.ONCE)
    assert earlier <= instant


@given(zones, st.dates(min_value=date(2020, 1, 1), max_value=date(2030, 1, 1)))
def test_a_daily_schedule_runs_once_on_every_local_day(zone: str, day: date) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    days = []
    run = start - timedelta(seconds=1)
    for _ in range(5):
        run = next_after("daily 02:30", zone, run)
        days.append(run.astimezone(ZoneInfo(zone)).date())
    assert days == [day + timedelta(days=i) for i in range(5)]


LAST = local("2026-11-16 06:30")
NOW = local("2026-11-20 07:00")


def test_once_makes_one_run_stand_for_all_that_were_missed() -> None:
    assert due_runs("daily 06:30", LA, LAST, NOW, CatchUp.ONCE) == [local("2026-11-20 06:30")]


def test_skip_drops_what_is_late_and_keeps_what_is_due() -> None:
    assert due_runs("daily 06:30", LA, LAST, NOW, CatchUp.SKIP) == []
    in_time = local("2026-11-20 06:35")
    assert due_runs("daily 06:30", LA, LAST, in_time, CatchUp.SKIP) == [local("2026-11-20 06:30")]
    late = local("2026-11-20 06:45")
    assert due_runs("daily 06:30", LA, LAST, late, CatchUp.SKIP) == []


def test_each_makes_up_for_every_missed_run_oldest_first() -> None:
    assert due_runs("daily 06:30", LA, LAST, NOW, CatchUp.EACH) == [
        local(f"2026-11-{day} 06:30") for day in (17, 18, 19, 20)
    ]


def test_each_after_a_long_pause_makes_up_for_the_newest_hundred() -> None:
    runs = due_runs("every 1 min", LA, LAST, NOW, CatchUp.EACH)
    assert len(runs) == EACH_MAX
    assert runs[-1] == NOW
    assert runs == sorted(runs)


@pytest.mark.parametrize("policy", list(CatchUp))
def test_nothing_is_due_before_its_time_or_twice(policy: CatchUp) -> None:
    assert due_runs("daily 06:30", LA, LAST, LAST + timedelta(hours=5), policy) == []
    assert due_runs("daily 06:30", LA, LAST, LAST, policy) == []


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("", "is not understood"),
        ("hourly", "is not understood"),
        ("daily 25:00", "is not a time of day"),
        ("weekly funday 07:00", "is not understood"),
        ("monthly 32 07:00", "days 1 to 31"),
        ("monthly 0 07:00", "days 1 to 31"),
        ("every 0 min", "every 1 min to every 24 h"),
        ("every 25 h", "every 1 min to every 24 h"),
    ],
)
def test_a_rule_that_is_not_understood_is_answered_with_an_example(
    rule: str, sentence: str
) -> None:
    with pytest.raises(UserError, match=sentence):
        parse(rule)


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "Europe"])
def test_a_zone_that_does_not_exist_is_answered_with_an_example(zone: str) -> None:
    with pytest.raises(UserError, match="Europe/Berlin"):
        next_after("daily 06:30", zone, NOW)
