"""Exchange rates: conversion at a dated rate that is always shown, and never without one.

A rate says how much of `quote` one `base` buys on a day. An amount is converted at the latest
day on or before the one asked for, at most a week older: central banks publish none at weekends
and on holidays. The pair's own rate is taken before its inverse, and that before two rates of the
same day by way of a third currency. Without any there is no conversion, and the figure is n/a.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.domain.periods import ONE_DAY

AGE_MAX = timedelta(days=7)
"""How much older than the day asked for a rate may be."""


@dataclass(frozen=True, slots=True, order=True)
class FxRate:
    """How much of `quote` one `base` bought on a day, and who says so."""

    day: date
    base: str
    quote: str
    rate: Decimal
    source: str

    @property
    def pair(self) -> tuple[str, str]:
        """Return (base, quote)."""
        return self.base, self.quote


@dataclass(frozen=True, slots=True)
class Step:
    """One rate on the way from a currency to another, taken as it is or the other way round."""

    rate: FxRate
    is_inverse: bool

    def of(self, amount: Decimal) -> Decimal:
        """Return the amount after this step."""
        return amount / self.rate.rate if self.is_inverse else amount * self.rate.rate


@dataclass(frozen=True, slots=True)
class Conversion:
    """A way from one currency to another at the rates of one day. No step: the same currency."""

    base: str
    quote: str
    asked: date
    steps: tuple[Step, ...]

    def of(self, amount: Decimal) -> Decimal:
        """Return the amount in `quote`, exact to 28 digits and not rounded."""
        for step in self.steps:
            amount = step.of(amount)
        return amount

    @property
    def day(self) -> date:
        """Return the day of its rates."""
        return self.steps[0].rate.day if self.steps else self.asked

    @property
    def words(self) -> str:
        """Return the rate as it is shown: "1 USD = 0.92310 EUR of 20 Nov 2026 (ECB)"."""
        if not self.steps:
            return f"already in {self.quote}"
        sources = ", ".join(dict.fromkeys(step.rate.source for step in self.steps))
        over = "" if len(self.steps) == 1 else f", by way of {self._between}"
        rate = _five_digits(self.of(Decimal(1)))
        return f"1 {self.base} = {rate} {self.quote} of {self.day:%-d %b %Y} ({sources}{over})"

    @property
    def _between(self) -> str:
        return next(c for c in self.steps[0].rate.pair if c not in (self.base, self.quote))


class RateBook:
    """Rates by day and pair. Of two for the same day and pair the later one given counts."""

    def __init__(self, rates: Iterable[FxRate]) -> None:
        self._by_day: dict[date, dict[tuple[str, str], FxRate]] = defaultdict(dict)
        for rate in rates:
            self._by_day[rate.day][rate.pair] = rate

    @property
    def currencies(self) -> frozenset[str]:
        """Return every currency that some rate speaks of."""
        return frozenset(c for pairs in self._by_day.values() for pair in pairs for c in pair)

    def conversion(self, base: str, quote: str, on: date) -> Conversion | None:
        """Return the way from `base` to `quote` for a day; None when there is no rate for it."""
        if base == quote:
            return Conversion(base, quote, on, ())
        for age in range(AGE_MAX.days + 1):
            pairs = self._by_day.get(on - age * ONE_DAY, {})
            steps = _steps(pairs, base, quote)
            if steps:
                return Conversion(base, quote, on, steps)
        return None


def _steps(pairs: Mapping[tuple[str, str], FxRate], base: str, quote: str) -> tuple[Step, ...]:
    if step := _step(pairs, base, quote):
        return (step,)
    for between in sorted({currency for pair in pairs for currency in pair}):
        first, second = _step(pairs, base, between), _step(pairs, between, quote)
        if first and second:
            return first, second
    return ()


def _step(pairs: Mapping[tuple[str, str], FxRate], base: str, quote: str) -> Step | None:
    if rate := pairs.get((base, quote)):
        return Step(rate, is_inverse=False)
    if rate := pairs.get((quote, base)):
        return Step(rate, is_inverse=True)
    return None


def _five_digits(rate: Decimal) -> str:
    places = max(0, 4 - rate.adjusted())
    return f"{rate:.{places}f}"
