"""Ranges end yesterday, comparisons are of equal length, weekdays fall on weekdays."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.periods import (
    Comparison,
    DateRange,
    Preset,
    compared_range,
    preset_range,
    yesterday,
)
from core.errors import UserError

LAST = date(2026, 11, 20)
ranges = st.builds(
    lambda start, days: DateRange(start, start + timedelta(days=days)),
    st.dates(min_value=date(2016, 1, 1), max_value=date(2040, 1, 1)),
    st.integers(0, 500),
)


def spell(period: DateRange) -> str:
    return f"{period.start}..{period.end}"


def test_a_range_holds_both_its_ends() -> None:
    week = DateRange(date(2026, 11, 14), LAST)
    assert week.length == 7
    assert list(week.days())[::6] == [week.start, week.end]
    assert week.start in week
    assert week.end in week
    assert date(2026, 11, 21) not in week


def test_a_range_that_ends_before_it_starts_is_answered_with_a_sentence() -> None:
    with pytest.raises(UserError, match=r"ends .* before it starts"):
        DateRange(LAST, date(2026, 11, 19))


def test_what_two_ranges_share() -> None:
    november = DateRange(date(2026, 11, 1), date(2026, 11, 30))
    autumn = DateRange(date(2026, 9, 1), date(2026, 11, 10))
    shared = DateRange(date(2026, 11, 1), date(2026, 11, 10))
    assert november.intersection(autumn) == shared
    first = DateRange(date(2026, 10, 1), date(2026, 11, 1))
    assert november.intersection(first) == DateRange(date(2026, 11, 1), date(2026, 11, 1))
    assert november.intersection(DateRange(date(2026, 12, 1), date(2026, 12, 2))) is None


@given(ranges, st.integers(1, 40))
def test_pieces_cover_every_day_once_newest_first(period: DateRange, days: int) -> None:
    pieces = period.chunks(days)
    covered = [day for piece in reversed(pieces) for day in piece.days()]
    assert covered == list(period.days())
    assert all(piece.length <= days for piece in pieces)


@pytest.mark.parametrize(
    ("period", "text"),
    [
        (DateRange(LAST, LAST), "20 Nov 2026"),
        (DateRange(date(2026, 11, 1), LAST), "1 Nov – 20 Nov 2026"),
        (DateRange(date(2025, 12, 30), date(2026, 1, 2)), "30 Dec 2025 – 2 Jan 2026"),
    ],
)
def test_a_range_is_written_as_people_do(period: DateRange, text: str) -> None:
    assert str(period) == text


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        (Preset.YESTERDAY, "2026-11-20..2026-11-20"),
        (Preset.LAST_7, "2026-11-14..2026-11-20"),
        (Preset.LAST_14, "2026-11-07..2026-11-20"),
        (Preset.LAST_30, "2026-10-22..2026-11-20"),
        (Preset.LAST_90, "2026-08-23..2026-11-20"),
        (Preset.MONTH_TO_DATE, "2026-11-01..2026-11-20"),
        (Preset.LAST_MONTH, "2026-10-01..2026-10-31"),
        (Preset.QUARTER_TO_DATE, "2026-10-01..2026-11-20"),
        (Preset.YEAR_TO_DATE, "2026-01-01..2026-11-20"),
    ],
)
def test_presets_end_on_the_last_whole_day(preset: Preset, expected: str) -> None:
    assert spell(preset_range(preset, LAST)) == expected


def test_on_the_first_of_a_month_its_month_to_date_is_the_month_before() -> None:
    last_of_october = date(2026, 10, 31)
    assert spell(preset_range(Preset.MONTH_TO_DATE, last_of_october)) == "2026-10-01..2026-10-31"
    assert spell(preset_range(Preset.LAST_MONTH, last_of_october)) == "2026-10-01..2026-10-31"


@pytest.mark.parametrize(
    ("last_day", "first_day"),
    [
        (date(2026, 1, 1), date(2026, 1, 1)),
        (date(2026, 3, 31), date(2026, 1, 1)),
        (date(2026, 4, 1), date(2026, 4, 1)),
        (date(2026, 10, 2), date(2026, 10, 1)),
        (date(2026, 12, 31), date(2026, 10, 1)),
    ],
)
def test_a_quarter_begins_in_january_april_july_or_october(last_day: date, first_day: date) -> None:
    assert preset_range(Preset.QUARTER_TO_DATE, last_day) == DateRange(first_day, last_day)


@given(ranges, st.sampled_from([Comparison.PREVIOUS_PERIOD, Comparison.PREVIOUS_YEAR]))
def test_a_comparison_is_of_equal_length(period: DateRange, comparison: Comparison) -> None:
    other = compared_range(period, comparison)
    assert other is not None
    assert other.length == period.length
    if comparison is Comparison.PREVIOUS_PERIOD:
        assert other.end == period.start - timedelta(days=1)
    else:
        assert other.start.weekday() == period.start.weekday()


@pytest.mark.parametrize(
    ("preset", "last_day", "expected"),
    [
        (Preset.MONTH_TO_DATE, date(2026, 11, 22), "2026-10-01..2026-10-22"),
        (Preset.MONTH_TO_DATE, date(2026, 11, 1), "2026-10-01..2026-10-01"),
        (Preset.MONTH_TO_DATE, date(2026, 1, 9), "2025-12-01..2025-12-09"),
        # A month with fewer days ends with its last: as long, and never into the days shown.
        (Preset.MONTH_TO_DATE, date(2026, 10, 31), "2026-08-31..2026-09-30"),
        (Preset.MONTH_TO_DATE, date(2026, 3, 30), "2026-01-30..2026-02-28"),
        (Preset.QUARTER_TO_DATE, date(2026, 11, 22), "2026-07-01..2026-08-22"),
        (Preset.YEAR_TO_DATE, date(2026, 11, 22), "2025-01-01..2025-11-22"),
        (Preset.LAST_30, date(2026, 11, 22), "2026-09-24..2026-10-23"),
    ],
)
def test_to_date_is_held_against_the_same_days_of_the_period_before(
    preset: Preset, last_day: date, expected: str
) -> None:
    period = preset_range(preset, last_day)
    compared = compared_range(period, Comparison.PREVIOUS_PERIOD, preset)
    assert compared is not None
    assert (spell(compared), compared.length) == (expected, period.length)


def test_any_day_may_begin_the_days_compared_but_the_first_of_those_shown() -> None:
    week = DateRange(date(2026, 11, 16), date(2026, 11, 22))
    assert compared_range(week, date(2026, 7, 6)) == DateRange(date(2026, 7, 6), date(2026, 7, 12))
    assert compared_range(week, week.start) is None


def test_nothing_may_be_compared_with() -> None:
    assert compared_range(DateRange(LAST, LAST), Comparison.NONE) is None


def test_yesterday_is_the_advertisers_own() -> None:
    instant = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
    assert yesterday(instant, "America/Los_Angeles") == date(2026, 11, 19)
    assert yesterday(instant, "Asia/Tokyo") == date(2026, 11, 20)
