"""Conversions: counted per impression, spread over fourteen days, booked on the day they happen.

What one leaf's impressions of one day bring is a whole number; how it falls over the days after
is fixed by one offset, so that bookings by conversion day and by impression day are two sums of
the same events.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from sandbox.world.chance import Counts, Floats, key, normal, portion
from sandbox.world.families import FAMILIES, KERNEL, Family
from sandbox.world.traffic import Traffic

LOOKBACK = len(KERNEL) - 1
_CUMULATIVE = np.concatenate(([0.0], np.cumsum(KERNEL)))
_CUMULATIVE[-1] = 1.0
_UNITS_MORE = 0.16
_HALO_PRICE = 0.8


@dataclass(frozen=True)
class Conversions:
    """The final truth of what was converted in a window.

    `traffic` covers the window and the thirteen days before it; results are (leaves, days) over
    the window alone. With `by_traffic`, events are dated by their impression instead.
    """

    traffic: Traffic
    by_traffic: bool = False
    _booked: dict[str, Counts] = field(default_factory=dict, compare=False)
    _parts: dict[str, Counts] = field(default_factory=dict, compare=False)

    def booked(self, name: str) -> Counts:
        """Return the events of a family on each day."""
        if name not in self._booked:
            self._booked[name] = self._book(FAMILIES[name])
        return self._booked[name]

    def part(self, name: str) -> Counts:
        """Return the events of one disjoint part, such as purchase.promoted.view.new."""
        if name not in self._parts:
            self._split(FAMILIES[name.split(".")[0]])
        return self._parts[name]

    def units(self, part: str) -> Counts:
        """Return the units bought by a part of the purchases; never fewer than the purchases."""
        bought = self.part(part)
        units: Counts = bought + portion(bought, _UNITS_MORE, self._offset("units", part))
        return units

    def unit_price(self, *, is_halo: bool, value: float = 1.0) -> Counts:
        """Return the price of a unit in the currency's minor units, (leaves, days)."""
        advertiser = self.traffic.lines.advertiser
        scale = 10**advertiser.minor_units * advertiser.traits.order_value * value
        base = scale * (_HALO_PRICE if is_halo else 1.0) / (1 + _UNITS_MORE)
        noise = normal(key("unit price", is_halo), self.traffic.leaf_keys, self._numbers)
        price: Counts = np.maximum(np.rint(base * np.exp(0.12 * noise)), 1).astype(np.int64)
        return price

    def _book(self, family: Family) -> Counts:
        if not family.happens(self.traffic.lines.advertiser.traits):
            shape = (len(self.traffic.lines.placings), len(self._numbers))
            return np.zeros(shape, dtype=np.int64)
        caused = self._caused(family)
        if self.by_traffic:
            return caused[:, LOOKBACK:]
        return self._by_conversion_day(caused, family.name)

    def _caused(self, family: Family) -> Counts:
        traffic = self.traffic
        rate = family.rate(traffic.lines)[:, None] * traffic.interest
        if family.seasonal:
            rate = rate * traffic.purchase_factor
        return traffic.counted(traffic.impressions * traffic.leaf(rate), family.name)

    def _by_conversion_day(self, caused: Counts, name: str) -> Counts:
        """Return the events by conversion day: lag k of a cell holds floor(nW+u) steps."""
        offset = self.traffic.offset("lag", name)
        size = caused.shape[1] - LOOKBACK
        booked = np.zeros((caused.shape[0], size), dtype=np.int64)
        before = np.floor(offset)
        for lag in range(LOOKBACK + 1):
            upto = np.floor(caused * _CUMULATIVE[lag + 1] + offset)
            start = LOOKBACK - lag
            booked += (upto - before)[:, start : start + size].astype(np.int64)
            before = upto
        return booked

    def _split(self, family: Family) -> None:
        booked = self.booked(family.name)
        newness = self.traffic.newness[LOOKBACK:]
        shares = family.shares(self.traffic.lines, newness)
        upto = np.cumsum(shares, axis=0)[:, self.traffic.lines.leaf_line]
        upto[-1] = 1.0
        offset = self._offset("part", family.name)
        before = np.zeros_like(booked)
        for name, share in zip(family.parts, upto, strict=True):
            through = np.floor(booked * share + offset).astype(np.int64)
            self._parts[name] = through - before
            before = through

    def _offset(self, *purpose: object) -> Floats:
        return self.traffic.offset(*purpose)[:, LOOKBACK:]

    @property
    def _numbers(self) -> Counts:
        return self.traffic.window.numbers[LOOKBACK:]
