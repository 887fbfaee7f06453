"""How sure differences are: by hand, and seldom wrong where nothing differs."""

from __future__ import annotations

from math import exp, log, sqrt
from random import Random

import pytest

from core.domain.noise import TOO_LITTLE, Days, Verdict, certainty


def steady(value: float, days: int = 14, events: float = 1000) -> Days:
    return Days([value] * days, [1.0] * days, events)


def test_without_uneven_days_the_span_is_that_of_chance_alone() -> None:
    found = certainty(steady(110), steady(100))
    # 14 days: Student's t of 13 degrees at 97.5 % is 2.160; chance is √(1/1000 + 1/1000).
    reach = 2.160 * sqrt(2 / 1000)
    assert found.low == pytest.approx(exp(log(1.1) - reach) - 1, abs=2e-4)
    assert found.high == pytest.approx(exp(log(1.1) + reach) - 1, abs=2e-4)
    assert found.verdict is Verdict.NOISE


def test_what_moves_both_alike_is_no_noise() -> None:
    weekdays = [1.0, 2.0, 3.0, 2.0, 1.0, 5.0, 6.0] * 4
    one = Days([120 * w for w in weekdays], [1.0] * 28, 100_000)
    other = Days([100 * w for w in weekdays], [1.0] * 28, 100_000)
    found = certainty(one, other)
    assert found.verdict is Verdict.HIGHER
    assert found.low is not None
    assert found.low > 0.18
    assert certainty(other, one).verdict is Verdict.LOWER


def test_uneven_days_widen_the_span_and_swallow_a_difference() -> None:
    swings = [60.0, 180.0] * 7
    other = [180.0, 40.0] * 7
    found = certainty(Days(swings, [1.0] * 14, 9999), Days(other, [1.0] * 14, 9999))
    assert found.verdict is Verdict.NOISE


def test_several_lines_at_once_need_more() -> None:
    alone, among = certainty(steady(110), steady(100)), certainty(steady(110), steady(100), 7)
    assert alone.low is not None
    assert among.low is not None
    assert among.low < alone.low


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (steady(5, days=6), steady(4, days=6)),
        (steady(5, events=29), steady(4)),
        (steady(5), steady(4, events=29)),
        (steady(0), steady(4)),
        (Days([1.0] * 14, [0.0] * 14, 999), steady(4)),
    ],
)
def test_little_is_not_judged(one: Days, other: Days) -> None:
    assert certainty(one, other) == TOO_LITTLE


def test_where_nothing_differs_it_is_seldom_said_to() -> None:
    """Overdispersed days of equal means, 300 times: about one in twenty is called a difference."""
    chance = Random(20261126)
    wrong = 0
    for _ in range(300):
        sides = []
        for _ in range(2):
            served = [chance.uniform(8_000, 12_000) for _ in range(28)]
            bought = [n * 0.01 * chance.lognormvariate(0, 0.3) for n in served]
            sides.append(Days(bought, served, sum(bought)))
        wrong += certainty(sides[0], sides[1]).verdict is not Verdict.NOISE
    assert wrong <= 30
