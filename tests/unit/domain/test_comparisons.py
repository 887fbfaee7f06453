"""When two generations of reports say the same, and when they do not."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.domain.comparisons import Difference, Likeness, differs, of_day, of_names

DAY = date(2026, 5, 4)


@pytest.mark.parametrize(
    ("v3", "v1", "is_different"),
    [
        ("1000", "1001", False),
        ("1000", "1001.1", True),
        ("1000", "998.9", True),
        ("0.02", "0.07", False),
        ("0.02", "0.08", True),
        ("3", "4", True),
        ("0", "0.05", False),
        ("0", "1", True),
        ("-40", "-40.06", True),
        ("-40", "-40.05", False),
    ],
)
def test_a_per_mille_or_some_cents_are_rounding_and_more_is_not(v3, v1, is_different):
    assert differs(Decimal(v3), Decimal(v1)) is is_different


def test_a_day_differs_in_the_measures_that_both_know_and_absent_is_nothing():
    v3 = {"impressions": Decimal(10), "clicks": None, "sales": Decimal("5.50"), "only_here": None}
    v1 = {"sales": Decimal("6.50"), "clicks": Decimal(0), "impressions": None, "new": Decimal(7)}
    assert list(of_day(DAY, v3, v1)) == [
        Difference(DAY, "impressions", "10", ""),
        Difference(DAY, "sales", "5.5", "6.5"),
    ]


def test_names_that_one_of_the_two_alone_uses_are_told_with_a_count_of_the_rest():
    assert list(of_names("country", {"US", "JP"}, {"JP", "US"})) == []
    (found,) = of_names("country", {"US", "JP"}, {"JP", *(f"Place {n}" for n in range(7))})
    assert found == Difference(
        None, "country", "US", "Place 0, Place 1, Place 2, Place 3, Place 4 and 2 more"
    )


def test_every_likeness_says_what_follows():
    assert all(likeness.meaning.endswith(".") for likeness in Likeness)
