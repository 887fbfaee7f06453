"""Chance without state: every draw is a hash of what it is about.

A draw is addressed by integers (seed, leaf, day, purpose), never by the order of asking, so
any single day can be computed alone and always comes out the same.
The mixing function is the finaliser of SplitMix64 (Steele, Lea, Flood: OOPSLA 2014).
"""

from __future__ import annotations

from hashlib import blake2b
from math import cos, log, pi, sqrt
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]
Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
T = TypeVar("T")

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_S30, _S27, _S31, _S11 = (np.uint64(shift) for shift in (30, 27, 31, 11))
_DISPERSION = 0.02
_SPREAD_MAX = 1.1


def key(*parts: object) -> int:
    """Return a 63-bit key of these parts, the same in every process."""
    text = "\x1f".join(str(part) for part in parts)
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "big") >> 1


def hashed(*parts: int | Hashes | Counts) -> Hashes:
    """Return one hash for each combination of the broadcast parts."""
    with np.errstate(over="ignore"):
        state = np.zeros((), dtype=np.uint64)
        for part in parts:
            state = _mixed((state ^ np.asarray(part).astype(np.uint64)) + _GOLDEN)
    return state


def uniform(*parts: int | Hashes | Counts) -> Floats:
    """Return draws from the open interval (0, 1)."""
    bits = (hashed(*parts) >> _S11).astype(np.float64)
    drawn: Floats = (bits + 0.5) * 2.0**-53
    return drawn


def normal(*parts: int | Hashes | Counts) -> Floats:
    """Return standard normal draws (Box and Muller)."""
    radius = np.sqrt(-2.0 * np.log(uniform(*parts, 1)))
    drawn: Floats = radius * np.cos(2.0 * np.pi * uniform(*parts, 2))
    return drawn


def one_uniform(*parts: object) -> float:
    """Return one uniform draw addressed by words."""
    return (key(*parts) + 0.5) * 2.0**-63


def one_normal(*parts: object) -> float:
    """Return one standard normal draw addressed by words."""
    radius = sqrt(-2.0 * log(one_uniform(*parts, 1)))
    return radius * cos(2.0 * pi * one_uniform(*parts, 2))


def one_of(choices: tuple[T, ...], *parts: object) -> T:
    """Return one of the choices, addressed by words."""
    return choices[int(one_uniform(*parts) * len(choices))]


def between(low: float, high: float, *parts: object) -> float:
    """Return one draw from a range, addressed by words."""
    return low + (high - low) * one_uniform(*parts)


def counts(expected: NDArray[np.floating[Any]], *parts: int | Hashes | Counts) -> Counts:
    """Return whole numbers around `expected`, over-dispersed like a negative binomial.

    A log-normal factor with the variance 1/expected + 2 % is rounded up or down by chance, which
    keeps the mean exact and lets small expectations be mostly zero.
    """
    variance = np.log1p(1.0 / np.maximum(expected, 0.5) + _DISPERSION)
    spread = np.minimum(np.sqrt(variance), _SPREAD_MAX)
    factor = np.exp(spread * normal(*parts, 3) - spread * spread / 2.0)
    drawn: Counts = np.floor(expected * factor + uniform(*parts, 4)).astype(np.int64)
    return drawn


def portion(whole: Counts, share: Floats | float, offset: Floats | float) -> Counts:
    """Return `share` of each whole number, rounded by `offset`; it never falls as share rises."""
    part: Counts = np.minimum(np.floor(whole * share + offset).astype(np.int64), whole)
    return part


def _mixed(state: Hashes) -> Hashes:
    state = (state ^ (state >> _S30)) * _FIRST
    state = (state ^ (state >> _S27)) * _SECOND
    mixed: Hashes = state ^ (state >> _S31)
    return mixed
