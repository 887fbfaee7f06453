"""Chance without state: the same address, the same draw, in any order and any process."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest

from sandbox.world.chance import counts, hashed, key, normal, one_of, portion, uniform

DAYS = np.arange(20_000)


def test_a_draw_does_not_depend_on_what_else_is_asked() -> None:
    whole = uniform(key("x"), DAYS)

    assert uniform(key("x"), DAYS[5000:5010]).tolist() == whole[5000:5010].tolist()
    assert float(uniform(key("x"), 7)) == whole[7]


def test_a_key_is_the_same_in_another_process() -> None:
    code = "from sandbox.world.chance import key; print(key('a', 1, 2.5))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert int(other.stdout) == key("a", 1, 2.5)
    assert key("ab", "c") != key("a", "bc")


def test_neighbouring_addresses_have_unrelated_draws() -> None:
    grid = hashed(np.arange(300)[:, None], np.arange(300))

    assert len(np.unique(grid)) == grid.size
    left, right = uniform(key("x"), DAYS[:-1]), uniform(key("x"), DAYS[1:])
    assert abs(np.corrcoef(left, right)[0, 1]) < 0.03


def test_uniform_and_normal_draws_have_their_moments() -> None:
    flat, bell = uniform(key("u"), DAYS), normal(key("n"), DAYS)

    assert 0 < flat.min() < flat.max() < 1
    assert flat.mean() == pytest.approx(0.5, abs=0.01)
    assert flat.var() == pytest.approx(1 / 12, abs=0.002)
    assert bell.mean() == pytest.approx(0.0, abs=0.03)
    assert bell.std() == pytest.approx(1.0, abs=0.02)


@pytest.mark.parametrize("expected", [0.05, 0.7, 4.0, 60.0, 5000.0])
def test_counts_keep_their_mean_and_spread_more_than_poisson(expected: float) -> None:
    drawn = counts(np.full(DAYS.shape, expected), key("c"), DAYS)

    assert drawn.dtype == np.int64
    assert drawn.min() >= 0
    assert drawn.mean() == pytest.approx(expected, rel=0.08)
    assert drawn.var() > 0.8 * expected


def test_small_expectations_are_mostly_zero() -> None:
    drawn = counts(np.full(DAYS.shape, 0.02), key("zero"), DAYS)

    assert 0.95 < (drawn == 0).mean() < 1.0


def test_a_portion_never_exceeds_the_whole_nor_falls_as_the_share_rises() -> None:
    whole, offset = counts(np.full(500, 9.0), key("w"), DAYS[:500]), uniform(key("o"), DAYS[:500])
    parts = [portion(whole, share, offset) for share in np.linspace(0, 1, 41)]

    for smaller, larger in pairwise(parts):
        assert (smaller <= larger).all()
    assert (parts[-1] == whole).all()
    assert (parts[0] <= np.minimum(whole, 1)).all()


def test_one_of_reaches_every_choice() -> None:
    assert {one_of(("a", "b", "c"), "pick", n) for n in range(60)} == {"a", "b", "c"}
