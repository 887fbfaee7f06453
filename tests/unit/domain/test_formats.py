"""Figures read as a person would write them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.formats import (
    change,
    compact,
    comparison_words,
    exact,
    percent,
    relative_change,
    signed,
)
from core.domain.metrics import Unit
from core.domain.periods import Comparison, DateRange, Preset

D = Decimal
WEEK = DateRange(date(2026, 11, 14), date(2026, 11, 20))


def spaced(text: str) -> str:
    """Return the text with no-break spaces as plain ones, to be read in a test."""
    return text.replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("value", "unit", "currency", "text"),
    [
        (1_240_000, Unit.COUNT, "", "1,240,000"),
        (0, Unit.COUNT, "", "0"),
        (D("1240.5"), Unit.MONEY, "USD", "$1,240.50"),
        (D("1240.5"), Unit.MONEY, "JPY", "¥1,241"),
        (D("0.125"), Unit.MONEY, "EUR", "€0.13"),
        (D("1240.5"), Unit.MONEY, "SEK", "SEK 1,240.50"),
        (D("12.5"), Unit.MONEY, "", "12.50"),
        (D("-4100"), Unit.MONEY, "USD", "\u2212$4,100.00"),
        (D("-0.001"), Unit.MONEY, "USD", "$0.00"),
        (D("4.308"), Unit.MULTIPLE, "", "4.31"),
        (D("3.16"), Unit.AVERAGE, "", "3.2"),
        (D("12.34"), Unit.HOURS, "", "12.3"),
        (D("0.0012"), Unit.RATE, "", "0.12 %"),
        (None, Unit.COUNT, "", "n/a"),
        (None, Unit.RATE, "", "n/a"),
    ],
)
def test_the_exact_figure(
    value: Decimal | int | None, unit: Unit, currency: str, text: str
) -> None:
    assert spaced(exact(value, unit, currency)) == text


@pytest.mark.parametrize(
    ("value", "unit", "currency", "text"),
    [
        (9_999, Unit.COUNT, "", "9,999"),
        (10_000, Unit.COUNT, "", "10.0 k"),
        (12_449, Unit.COUNT, "", "12.4 k"),
        (124_400, Unit.COUNT, "", "124 k"),
        (999_499, Unit.COUNT, "", "999 k"),
        (999_500, Unit.COUNT, "", "1.00 M"),
        (999_950, Unit.COUNT, "", "1.00 M"),
        (1_240_000, Unit.COUNT, "", "1.24 M"),
        (D("12_345_678.9"), Unit.MONEY, "USD", "$12.3 M"),
        (D("-12_345_678.9"), Unit.MONEY, "USD", "\u2212$12.3 M"),
        (2_500_000_000, Unit.COUNT, "", "2.50 B"),
        (2_500_000_000_000, Unit.COUNT, "", "2,500 B"),
        (D("99.5"), Unit.MONEY, "USD", "$99.50"),
        (D("0.72"), Unit.RATE, "", "72.0 %"),
        (D("12000.5"), Unit.MULTIPLE, "", "12,000.50"),
        (None, Unit.MONEY, "USD", "n/a"),
    ],
)
def test_the_compact_figure_of_a_tile(
    value: Decimal | int | None, unit: Unit, currency: str, text: str
) -> None:
    assert spaced(compact(value, unit, currency)) == text


@pytest.mark.parametrize(
    ("fraction", "text"),
    [
        ("0.7245", "72.5 %"),
        ("0.1", "10.0 %"),
        ("0.0131", "1.31 %"),
        ("0.001", "0.10 %"),
        ("0.00056", "0.056 %"),
        ("0.000042", "0.0042 %"),
        ("0.0000000001", "0.000000 %"),
        ("0", "0 %"),
        ("-0.05", "\u22125.00 %"),
        ("1.5", "150.0 %"),
    ],
)
def test_a_rate_is_as_precise_as_its_size_deserves(fraction: str, text: str) -> None:
    assert spaced(percent(D(fraction))) == text


def test_a_difference_carries_its_sign() -> None:
    assert signed(D(1200), Unit.MONEY, "USD") == "+$1,200.00"
    assert spaced(signed(D("-0.004"), Unit.RATE)) == "\u22120.40 %"
    assert signed(0, Unit.COUNT) == "0"
    assert signed(D("0.5"), Unit.MONEY, "USD") == "+$0.50"
    assert signed(D("0.001"), Unit.MONEY, "USD") == "$0.00"
    assert signed(None, Unit.COUNT) == "n/a"


@pytest.mark.parametrize(
    ("now", "before", "text"),
    [
        (D(112), D(100), "+12 % on the 7 days before"),
        (D("95.5"), D(100), "\u22124.5 % on the 7 days before"),
        (D("100.01"), D(100), "no change on the 7 days before"),
        (D(100), D(100), "no change on the 7 days before"),
        (0, 0, "no change on the 7 days before"),
        (D(1340), D(100), "+1,240 % on the 7 days before"),
        (0, D(80), "\u2212100 % on the 7 days before"),
        (D(110), D(100), "+10 % on the 7 days before"),
        (D("109.9"), D(100), "+9.9 % on the 7 days before"),
        (D(2), 1, "+100 % on the 7 days before"),
        (D("0.5"), 0, "up from 0"),
        (D(-5), 0, "down from 0"),
        (None, D(100), "n/a"),
        (D(100), None, "n/a"),
    ],
)
def test_a_change_is_told_with_sign_and_words(
    now: Decimal | int | None, before: Decimal | int | None, text: str
) -> None:
    words = comparison_words(Comparison.PREVIOUS_PERIOD, WEEK)
    assert spaced(change(now, before, words)) == text


def test_a_change_of_something_negative_points_the_right_way() -> None:
    assert relative_change(D(-50), D(-100)) == D("0.5")
    assert relative_change(D(-150), D(-100)) == D("-0.5")


def test_what_a_period_is_held_against_is_said() -> None:
    assert comparison_words(Comparison.PREVIOUS_YEAR, WEEK) == "on the same 7 days a year before"
    assert comparison_words(Comparison.NONE, WEEK) == ""
    one_day = DateRange(WEEK.start, WEEK.start)
    assert comparison_words(Comparison.PREVIOUS_PERIOD, one_day) == "on the day before"


def test_chosen_days_to_compare_with_are_named() -> None:
    assert comparison_words(date(2026, 7, 6), WEEK) == f"on 6 Jul – {6 + WEEK.length - 1} Jul 2026"


def test_to_date_is_held_against_the_month_before_and_says_so() -> None:
    before, month = Comparison.PREVIOUS_PERIOD, Preset.MONTH_TO_DATE
    some = DateRange(date(2026, 11, 1), date(2026, 11, 22))
    told = comparison_words(before, some, month)
    assert told == "on the same 22 days of the month before"
    # September has no 31st: these are the days right before.
    whole = DateRange(date(2026, 10, 1), date(2026, 10, 31))
    assert comparison_words(before, whole, month) == "on the 31 days before"
    assert comparison_words(before, whole, Preset.LAST_MONTH) == "on the 31 days before"


@given(st.decimals(min_value=D("-1e13"), max_value=D("1e13"), places=4))
def test_a_compact_figure_is_within_half_a_percent_of_the_exact_one(value: Decimal) -> None:
    text = spaced(compact(value, Unit.COUNT)).replace(",", "").replace("\u2212", "-")
    number, _, letter = text.partition(" ")
    scale = {"": 1, "k": 10**3, "M": 10**6, "B": 10**9}[letter]
    assert abs(D(number) * scale - value) <= max(abs(value) * D("0.005"), D("0.5"))
