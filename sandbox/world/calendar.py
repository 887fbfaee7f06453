"""Weekdays, seasons and shopping events: factors by day, as arrays.

Sizes follow Amazon's published event examples (Prime Day: price per thousand doubles, purchases
per visit rise by half, fewer new buyers) and benchmark reports on Black Friday.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from sandbox.world.chance import Floats

_SPEND_BY_WEEKDAY = (1.02, 1.03, 1.02, 1.00, 0.95, 0.97, 1.01)
_INTEREST_BY_WEEKDAY = (1.03, 1.02, 1.00, 0.99, 0.95, 0.97, 1.04)
_TV_BY_WEEKDAY = (0.95, 0.95, 0.96, 0.98, 1.05, 1.07, 1.04)


@dataclass(frozen=True)
class Season:
    """Factors for each day asked about; every array has one entry a day."""

    weekday: Floats
    television: Floats
    price: Floats
    interest: Floats
    purchase: Floats
    newness: Floats


@dataclass(frozen=True)
class _Factors:
    price: float = 1.0
    interest: float = 1.0
    purchase: float = 1.0
    newness: float = 1.0


_PRIME = _Factors(1.9, 1.25, 1.7, 0.8)
_BEFORE_PRIME = _Factors(1.05, 0.95, 0.85, 1.0)
_AFTER_PRIME = _Factors(0.9, 1.0, 1.08, 1.0)
_CYBER = _Factors(1.6, 1.1, 1.4, 0.9)
_ADVENT = _Factors(1.15, 1.05, 1.15, 1.0)
_FIRST_QUARTER = _Factors(0.75, 1.0, 0.95, 1.0)
_QUARTER_END = _Factors(1.08, 1.0, 1.0, 1.0)
_PLAIN = _Factors()


@lru_cache(maxsize=256)
def season(days: tuple[date, ...]) -> Season:
    """Return the factors of these days."""
    factors = [_factors(day) for day in days]
    weekdays = np.array([day.weekday() for day in days])
    table = np.array([(f.price, f.interest, f.purchase, f.newness) for f in factors])
    price, interest, purchase, newness = table.reshape(-1, 4).T
    return Season(
        np.take(_SPEND_BY_WEEKDAY, weekdays),
        np.take(_TV_BY_WEEKDAY, weekdays),
        price,
        interest * np.take(_INTEREST_BY_WEEKDAY, weekdays),
        purchase,
        newness,
    )


def prime_days(year: int) -> tuple[date, date]:
    """Return first and last day of Prime Day: in 2026 as announced for the US, else from July's
    second Tuesday; four days since 2025.
    """
    first = date(2026, 6, 23) if year == 2026 else _nth_weekday(year, 7, 1, 2)
    return first, first + timedelta(days=3 if year >= 2025 else 1)


def cyber_days(year: int) -> tuple[date, date]:
    """Return Black Friday and Cyber Monday of a year."""
    thanksgiving = _nth_weekday(year, 11, 3, 4)
    return thanksgiving + timedelta(days=1), thanksgiving + timedelta(days=4)


def autumn_deal_days(year: int) -> tuple[date, date]:
    """Return the two days of October's deal event: from the second Tuesday."""
    first = _nth_weekday(year, 10, 1, 2)
    return first, first + timedelta(days=1)


def nearest_event(kind: str, day: date) -> tuple[date, date]:
    """Return first and last day of the event that is running, soon to come, or last past."""
    days_of = {"prime": prime_days, "cyber": cyber_days}[kind]
    soon = day + timedelta(days=25)
    found = [days_of(year) for year in (day.year - 1, day.year, day.year + 1)]
    return max(event for event in found if event[0] <= soon)


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))


@lru_cache(maxsize=4096)
def _factors(day: date) -> _Factors:
    for first, last in (prime_days(day.year), autumn_deal_days(day.year)):
        if first <= day <= last:
            return _PRIME
        if 0 < (first - day).days <= 9:
            return _BEFORE_PRIME
        if 0 < (day - last).days <= 14:
            return _AFTER_PRIME
    return _ordinary(day)


def _ordinary(day: date) -> _Factors:
    first, last = cyber_days(day.year)
    if first <= day <= last:
        return _CYBER
    if day.month == 12 and day.day <= 18:
        return _ADVENT
    if day.month <= 3:
        return _FIRST_QUARTER
    if day.month % 3 == 0 and day.day >= 24:
        return _QUARTER_END
    return _PLAIN
