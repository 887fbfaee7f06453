"""A figure says how old and how sure it is, by the advertiser's own clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.freshness import (
    Cell,
    Change,
    Reading,
    age_in_days,
    age_phrase,
    cell,
    data_through,
    firm_at,
    is_provisional,
    settling,
)

LA = "America/Los_Angeles"
DAY = date(2026, 11, 20)
NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)
D = Decimal


@pytest.mark.parametrize(
    ("day", "zone", "utc"),
    [
        (DAY, LA, "2026-11-21T20:00"),
        (DAY, "Asia/Tokyo", "2026-11-21T03:00"),
        (date(2026, 3, 7), LA, "2026-03-08T19:00"),  # noon after the clocks went forward
        (date(2026, 10, 31), LA, "2026-11-01T20:00"),  # noon after they went back
    ],
)
def test_a_day_is_firm_at_noon_of_the_next_day_in_the_advertisers_zone(
    day: date, zone: str, utc: str
) -> None:
    assert firm_at(day, zone) == datetime.fromisoformat(utc).replace(tzinfo=UTC)


def test_a_reading_before_noon_is_provisional_unless_two_agree() -> None:
    early = firm_at(DAY, LA) - timedelta(seconds=1)
    assert is_provisional(DAY, LA, early, equal_reads=1)
    assert not is_provisional(DAY, LA, early, equal_reads=2)
    assert not is_provisional(DAY, LA, firm_at(DAY, LA), equal_reads=1)


def test_age_is_counted_in_the_advertisers_days() -> None:
    late_evening = datetime(2026, 11, 22, 7, 30, tzinfo=UTC)  # 23:30 on the 21st in Los Angeles
    assert age_in_days(DAY, LA, late_evening) == 1
    assert age_in_days(DAY, "Asia/Tokyo", late_evening) == 2
    assert age_in_days(date(2026, 11, 21), LA, late_evening) == 0


def test_the_settled_line_is_the_day_after_the_last_change_seen() -> None:
    changes = [
        Change(1, D("-0.06")),
        Change(3, D("0.01")),
        Change(9, D("0.02")),
        Change(20, D("0.004")),
    ]
    learnt = settling(changes, observed_days=40, assumed=14)
    assert (learnt.settled_after_days, learnt.observed_days) == (10, 40)
    assert learnt.largest_change == D("0.004")


def test_a_change_of_half_a_percent_is_noise() -> None:
    noise = [Change(9, D("0.005")), Change(9, D("-0.005"))]
    assert settling(noise, observed_days=40, assumed=14).settled_after_days == 0
    moved = settling([Change(8, D("0.0051")), Change(9, D("0.005"))], 40, assumed=14)
    assert (moved.settled_after_days, moved.largest_change) == (9, D("0.005"))


def test_having_seen_little_is_not_having_seen_that_nothing_moves() -> None:
    assert settling([], observed_days=3, assumed=14).settled_after_days == 14
    assert settling([], observed_days=14, assumed=14).settled_after_days == 0
    assert settling([Change(20, D(1))], observed_days=3, assumed=14).settled_after_days == 21


@given(
    st.lists(
        st.builds(Change, st.integers(0, 90), st.decimals(-1, 1, places=4)),
        max_size=30,
    )
)
def test_after_the_settled_line_nothing_large_was_seen(changes: list[Change]) -> None:
    learnt = settling(changes, observed_days=30, assumed=14)
    assert learnt.largest_change <= D("0.005")


def test_each_state_of_a_cell_has_its_reason() -> None:
    firm = firm_at(DAY, LA)
    old = firm + timedelta(days=14)
    states = {
        Cell.MISSING: cell(None, DAY, LA, 14),
        Cell.QUARANTINED: cell(Reading("quarantined", old), DAY, LA, 14),
        Cell.PROVISIONAL: cell(Reading("present", firm - timedelta(hours=1)), DAY, LA, 14),
        Cell.UNSETTLED: cell(Reading("present", firm), DAY, LA, 14),
        Cell.SETTLED: cell(Reading("present", old), DAY, LA, 14),
        Cell.PRESENT: cell(Reading("present", old), DAY, LA, None),
    }
    assert all(expected is found for expected, found in states.items())
    assert set(states) == set(Cell)
    on_the_line = datetime(2026, 12, 4, 20, tzinfo=UTC)  # 14 local days later
    assert cell(Reading("present", on_the_line), DAY, LA, 14) is Cell.SETTLED
    assert cell(Reading("present", on_the_line), DAY, LA, 15) is Cell.UNSETTLED
    assert cell(Reading("vanished", old), DAY, LA, 14) is Cell.QUARANTINED
    assert len({state.meaning for state in Cell}) == len(Cell)


@pytest.mark.parametrize(
    ("seconds", "phrase"),
    [
        (-5, "just now"),
        (59, "just now"),
        (60, "1 min ago"),
        (35 * 60, "35 min ago"),
        (89 * 60 + 59, "89 min ago"),
        (90 * 60, "2 h ago"),
        (5 * 3600, "5 h ago"),
        (47 * 3600, "47 h ago"),
        (48 * 3600, "2 days ago"),
        (60 * 86_400, "60 days ago"),
    ],
)
def test_ages_are_told_as_people_say_them(seconds: int, phrase: str) -> None:
    assert age_phrase(NOW - timedelta(seconds=seconds), NOW) == phrase


def test_the_line_over_every_screen_says_day_zone_age_and_doubt() -> None:
    line = data_through(date(2026, 11, 21), LA, NOW - timedelta(minutes=35), NOW, unsettled_days=3)
    assert str(line) == (
        "Data through 21 Nov (America/Los_Angeles), fetched 35 min ago, last 3 days unsettled."
    )
    assert line.cautions == ("last 3 days unsettled",)


def test_the_line_names_a_provisional_day_and_another_year() -> None:
    line = data_through(date(2025, 12, 31), LA, NOW - timedelta(hours=2), NOW, provisional_days=1)
    assert str(line) == (
        "Data through 31 Dec 2025 (America/Los_Angeles), fetched 2 h ago, last day provisional."
    )
