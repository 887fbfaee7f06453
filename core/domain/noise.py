"""How sure a difference of two series is: how far it would move if days fell otherwise.

Days are paired by their place (the same date, the same day of a flight). Of each day's share in
the logarithm of a figure the variance is taken, as for any ratio of sums by linearization
(Cochran, Sampling Techniques, 3rd ed., chapter 6); the difference of the two series' shares is
what varies, so that what moves both alike (a weekday, a holiday) does not count as noise. Days
that follow one another are not independent: covariances up to a lag of 4 (n/100)^(2/9) days are
added with falling weights (Newey and West, Econometrica 55, 1987). It is never taken to be less
than what chance alone does to counts, 1/a + 1/b (Poisson); days are usually far more uneven, and
the variance from days says by how much. The span is that of Student's t at 95 %, wider by
Bonferroni's rule where several are looked at together.

It says how sure the difference is between these days. It does not say what caused it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import exp, log, sqrt
from statistics import NormalDist

DAYS_LEAST = 7
EVENTS_LEAST = 30
_MISSES = 0.05


class Verdict(StrEnum):
    """What may be said of a difference."""

    HIGHER = "higher, beyond the noise"
    LOWER = "lower, beyond the noise"
    NOISE = "within the noise"
    COUNTED = "counted, not estimated"
    TOO_LITTLE = "too little data"
    UNKNOWN = "not estimated: a formula of several steps"


@dataclass(frozen=True, slots=True)
class Certainty:
    """A verdict, and the span in which the relative difference plausibly lies (None without).

    `low` and `high` are fractions: −0.1 is a tenth less.
    """

    verdict: Verdict
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Days:
    """One series: a figure's numerator and denominator a day, and the events it rests on.

    The denominator of a sum is 1 each day.
    """

    tops: Sequence[float]
    bottoms: Sequence[float]
    events: float


TOO_LITTLE = Certainty(Verdict.TOO_LITTLE)
COUNTED = Certainty(Verdict.COUNTED)
UNKNOWN = Certainty(Verdict.UNKNOWN)


def certainty(one: Days, other: Days, at_once: int = 1) -> Certainty:
    """Return how sure the relative difference of `one` to `other` is; TOO_LITTLE for fewer than
    seven days or thirty events on a side. `at_once` is how many differences are looked at.
    """
    days = len(one.tops)
    is_short = days < DAYS_LEAST or min(one.events, other.events) < EVENTS_LEAST
    if is_short or not all(_is_positive(side) for side in (one, other)):
        return TOO_LITTLE
    varying = [a - b for a, b in zip(_shares(one), _shares(other), strict=True)]
    chance = 1 / one.events + 1 / other.events
    error = sqrt(max(_variance(varying), chance))
    reach = _quantile(1 - _MISSES / max(1, at_once) / 2, days - 1) * error
    middle = log(_figure(one) / _figure(other))
    low, high = exp(middle - reach) - 1, exp(middle + reach) - 1
    return Certainty(_verdict(low, high), low, high)


def _verdict(low: float, high: float) -> Verdict:
    if low > 0:
        return Verdict.HIGHER
    return Verdict.LOWER if high < 0 else Verdict.NOISE


def _is_positive(side: Days) -> bool:
    return sum(side.tops) > 0 and sum(side.bottoms) > 0


def _figure(side: Days) -> float:
    return sum(side.tops) / sum(side.bottoms)


def _shares(side: Days) -> list[float]:
    """Return how each day moves the logarithm of the figure; they add up to nothing."""
    top, bottom = sum(side.tops), sum(side.bottoms)
    return [n / top - d / bottom for n, d in zip(side.tops, side.bottoms, strict=True)]


def _variance(varying: Sequence[float]) -> float:
    days = len(varying)
    lags = int(4 * (days / 100) ** (2 / 9))
    total = sum(v * v for v in varying)
    for lag in range(1, lags + 1):
        weight = 1 - lag / (lags + 1)
        together = sum(varying[n] * varying[n - lag] for n in range(lag, days))
        total += 2 * weight * together
    return max(0.0, total) * days / (days - 1)


def _quantile(share: float, freedom: int) -> float:
    """Return Student's quantile from the normal one (Abramowitz and Stegun, 26.7.5)."""
    z = NormalDist().inv_cdf(share)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + sum(term / float(freedom ** (n + 1)) for n, term in enumerate(terms))
