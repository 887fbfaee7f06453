"""What Amazon knew about each day at an instant: why one report says less than a later one.

Traffic arrives some hours late and is validated for 72 hours; conversions of a day grow until it
is fourteen days old; some purchases are cancelled weeks later; and one day a quarter is corrected
by eight percent, nine days after it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime

import numpy as np

from sandbox.world.chance import Floats, key, uniform
from sandbox.world.entities import Advertiser
from sandbox.world.window import Window

# The part of a day's impressions served by each hour, local time.
_BY_HOUR = (
    1.6, 1.0, 0.7, 0.6, 0.6, 0.9, 1.8, 3.0, 4.0, 4.6, 4.9, 5.0,
    5.1, 5.1, 5.0, 5.0, 5.1, 5.4, 5.9, 6.6, 7.0, 6.8, 5.6, 3.7,
)  # fmt: skip
_HOUR_MARKS = np.arange(25) / 24.0
_SERVED = np.concatenate(([0.0], np.cumsum(_BY_HOUR) / np.sum(_BY_HOUR)))

_SERVED[-1] = 1.0

_INVALID_AGE, _INVALID_FOUND = (0.0, 1.0, 2.0, 3.0), (0.5, 0.6, 0.85, 1.0)
_LATE_AGE, _LATE = (0.0, 1.0, 2.0, 7.0, 14.0), (0.11, 0.07, 0.015, 0.003, 0.0)
_CANCELLED_FROM, _CANCELLED_SPREAD = 18.0, 10.0
LARGE_RESTATEMENT_SIZE = 0.08
LARGE_RESTATEMENT_AGE = 9.0
RUN_SECONDS = 7200
# Hours by which each kind of report lags behind what was served; conversions lag more.
LAG_HOURS = {
    "dspCampaign": 3.0,
    "dspInventory": 7.0,
    "dspGeo": 10.0,
    "dspTech": 10.0,
    "dspAudience": 13.0,
    "dspProduct": 16.0,
    "dspReachFrequency": 16.0,
    "dspBidAdjustment": 9.0,
    "dspAudioAndVideo": 12.0,
    "conversionPath": 24.0,
}
CONVERSION_LAG_HOURS = 5.0


@dataclass(frozen=True)
class Knowledge:
    """What is known of each day of a window; every array has one entry a day."""

    traffic: Floats
    invalid_found: Floats
    conversions: Floats
    cancelled: Floats
    inflated: Floats
    withdrawn: Floats

    @classmethod
    def final(cls, window: Window) -> Knowledge:
        """Return the knowledge of everything that will ever be known."""
        one, zero = np.ones(len(window)), np.zeros(len(window))
        return cls(one, one, one, one, zero, zero)


def known_at(
    advertiser: Advertiser, window: Window, instant: datetime, lag_hours: float
) -> Knowledge:
    """Return what a report that lags by some hours and is built at the instant can know.

    Figures are published in runs, so that two readings within one run say the same.
    """
    edges, seconds = window.edges, instant.timestamp() // RUN_SECONDS * RUN_SECONDS
    age = (seconds - edges[1:]) / 86_400
    late = np.interp(age, _LATE_AGE, _LATE) * _per_day(advertiser, window, "late", 0.7, 1.35)
    conversions = _served(window, seconds, lag_hours + CONVERSION_LAG_HOURS)
    patience = _per_day(
        advertiser, window, "cancelled", _CANCELLED_FROM, _CANCELLED_FROM + _CANCELLED_SPREAD
    )
    return Knowledge(
        traffic=_served(window, seconds, lag_hours),
        invalid_found=np.interp(age, _INVALID_AGE, _INVALID_FOUND),
        conversions=conversions * (1 - late),
        cancelled=(age >= patience).astype(np.float64),
        inflated=_inflation(advertiser, window, age),
        withdrawn=np.zeros(len(window)),
    )


def part_served(passed: Floats) -> Floats:
    """Return the part of a day's impressions that is served once so much of the day has passed."""
    return np.interp(passed, _HOUR_MARKS, _SERVED)


def large_restatement_day(advertiser: Advertiser, day: date) -> bool:
    """Return whether this day is the one of its quarter that is corrected by a large step."""
    if not advertiser.traits.large_restatement:
        return False
    quarter = (day.year, (day.month - 1) // 3)
    wanted = 1 + key("restated", advertiser.advertiser_id, *quarter) % 80
    first = date(day.year, 3 * quarter[1] + 1, 1)
    return (day - first).days == wanted


def with_later_correction(
    knowledge: Knowledge, window: Window, instant: datetime, after_days: int, size: float
) -> Knowledge:
    """Return the knowledge in which days older than some age lose a part once more."""
    age = (instant.timestamp() - window.edges[1:]) / 86_400
    return replace(knowledge, withdrawn=np.where(age >= after_days, size, 0.0))


def _served(window: Window, seconds: float, lag_hours: float) -> Floats:
    lengths = np.diff(window.edges)
    passed = (seconds - lag_hours * 3600 - window.edges[:-1]) / lengths
    return part_served(passed)


def _inflation(advertiser: Advertiser, window: Window, age: Floats) -> Floats:
    planted = np.array([large_restatement_day(advertiser, day) for day in window.days])
    return np.where(planted & (age < LARGE_RESTATEMENT_AGE), LARGE_RESTATEMENT_SIZE, 0.0)


def _per_day(
    advertiser: Advertiser, window: Window, purpose: str, low: float, high: float
) -> Floats:
    drawn = uniform(key(purpose, advertiser.advertiser_id), window.numbers)
    return low + (high - low) * drawn
