"""What was served: impressions, clicks and prices by creative and day, as they finally are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sandbox.world.calendar import Season, season
from sandbox.world.chance import Counts, Floats, counts, key, normal, uniform
from sandbox.world.entities import APPROVED, ENABLED
from sandbox.world.lines import Lines
from sandbox.world.rates import CONSOLE_FEE
from sandbox.world.spend import DELIVERED, daily_mean, planned_spend
from sandbox.world.timeline import Timeline
from sandbox.world.window import Window

_PRICE_NOISE, _SPEND_NOISE, _LEAF_NOISE = 0.12, 0.05, 0.10
_MEMORY = 0.6
_MEMORY_DAYS = 6
_MEMORY_SIZE = float(np.sqrt(sum(_MEMORY ** (2 * lag) for lag in range(_MEMORY_DAYS))))


@dataclass(frozen=True)
class Traffic:
    """The final truth of what was served. Arrays are (leaves, days) unless said otherwise."""

    lines: Lines
    window: Window

    @cached_property
    def impressions(self) -> Counts:
        """Return the valid impressions."""
        wanted = self._leaf_money / self._leaf(self._price_per_impression)
        served: Counts = np.floor(wanted + self._draw("impressions")).astype(np.int64)
        return served

    @cached_property
    def invalid(self) -> Counts:
        """Return the impressions that the traffic filter removes in the end."""
        rate = self._leaf(self.lines.invalid_rate[:, None])
        expected: Floats = self.impressions * rate / (1 - rate)
        return self.counted(expected, "invalid")

    @cached_property
    def clicks(self) -> Counts:
        """Return the valid clicks."""
        rate = self._leaf(self.lines.click_rate[:, None] * self._season.interest)
        return np.minimum(self.counted(self.impressions * rate, "clicks"), self.impressions)

    @cached_property
    def invalid_clicks(self) -> Counts:
        return np.minimum(self.counted(self.clicks * 0.03, "invalid clicks"), self.invalid)

    @cached_property
    def supply_price(self) -> Floats:
        """Return the media price in millionths of the currency per impression."""
        return self._leaf(self._supply_cpm * 1000.0)

    @cached_property
    def audience_price(self) -> Floats:
        return self._leaf(self.lines.audience_cpm[:, None] * 1000.0)

    @cached_property
    def interest(self) -> Floats:
        """Return the factor on detail page views, shape (lines, days)."""
        factor: Floats = self._season.interest * np.exp(0.12 * self._line_normal("interest"))
        return factor

    @cached_property
    def purchase_factor(self) -> Floats:
        """Return the factor on purchases per page view, shape (lines, days)."""
        factor: Floats = self._season.purchase * np.exp(0.08 * self._line_normal("purchase"))
        return factor

    @cached_property
    def newness(self) -> Floats:
        """Return the factor on the share of new buyers, shape (days,)."""
        return self._season.newness

    def counted(self, expected: NDArray[np.floating[Any]], purpose: str) -> Counts:
        """Return whole numbers around the expectation for each leaf and day."""
        return counts(expected, key("counts", purpose), self.leaf_keys, self.window.numbers)

    def offset(self, *purpose: object) -> Floats:
        """Return the rounding offset of a purpose for each leaf and day."""
        return self._draw(*purpose)

    def leaf(self, per_line: Floats) -> Floats:
        """Return a (lines, days) array at the grain of leaves."""
        return self._leaf(per_line)

    @property
    def leaf_keys(self) -> Counts:
        column: Counts = self.lines.leaf_keys[:, None].astype(np.int64)
        return column

    @property
    def _season(self) -> Season:
        return season(self.window.days)

    @cached_property
    def _supply_cpm(self) -> Floats:
        days = self.window.numbers[:, None] - np.arange(_MEMORY_DAYS)
        drawn = normal(key("price"), self.lines.keys[:, None, None], days)
        memory = (drawn * _MEMORY ** np.arange(_MEMORY_DAYS)).sum(axis=2) / _MEMORY_SIZE
        noise = np.exp(_PRICE_NOISE * memory - _PRICE_NOISE**2 / 2)
        price: Floats = self.lines.supply_cpm[:, None] * self._season.price * noise
        return price

    @cached_property
    def _price_per_impression(self) -> Floats:
        """Return what an impression takes out of the budget, shape (lines, days)."""
        lines = self.lines
        fixed = (lines.audience_cpm + lines.charged_cpm) / (1 - lines.agency)
        return (self._supply_cpm * lines.all_in_factor[:, None] + fixed[:, None]) / 1000.0

    @cached_property
    def _leaf_money(self) -> Floats:
        lines = self.lines
        noise = normal(key("leaf"), self.leaf_keys, self.window.numbers)
        shared = self._leaf(self._line_money) * lines.leaf_share[:, None]
        return shared * np.exp(_LEAF_NOISE * noise - _LEAF_NOISE**2 / 2) * self._served

    @cached_property
    def _line_money(self) -> Floats:
        lines, window = self.lines, self.window
        noise = normal(key("order"), lines.order_keys[:, None], window.numbers)
        wobble = np.exp(_SPEND_NOISE * noise - _SPEND_NOISE**2 / 2)
        spend = planned_spend(lines.plans, window) * wobble * self._orders_on
        television = np.array([line.mix.inventory == "STREAMING_TV" for line in lines.lines])
        weekday = np.where(television[:, None], self._season.television, 1.0)
        money: Floats = spend[lines.order] * self._line_parts * weekday
        return money

    @cached_property
    def _line_parts(self) -> Floats:
        """Return each line item's part of its order's money; allotted anew when automatic."""
        lines = self.lines
        shares = np.array([line.share for line in lines.lines])[:, None] * self._lines_on
        automatic = np.array([order.allocation == "AUTO" for order in lines.orders])
        total = np.zeros((len(lines.orders), len(self.window)))
        np.add.at(total, lines.order, shares)
        even = shares / np.maximum(total[lines.order], 1e-9) * DELIVERED
        return np.where(automatic[lines.order][:, None], even, shares)

    @cached_property
    def _orders_on(self) -> Floats:
        return self._means(order.state for order in self.lines.orders)

    @cached_property
    def _lines_on(self) -> Floats:
        delivery = (
            daily_mean(line.delivery, self.window, float)
            * daily_mean(line.state, self.window, _is_on)
            for line in self.lines.lines
        )
        return self._stacked(delivery)

    @cached_property
    def _served(self) -> Floats:
        """Return the part of each day on which the creative was approved."""
        return self._means(placing.creative.moderation for placing in self.lines.placings)

    def _means(self, timelines: Iterable[Timeline[str]]) -> Floats:
        return self._stacked(daily_mean(each, self.window, _is_on) for each in timelines)

    def _stacked(self, rows: Iterable[Floats | float]) -> Floats:
        size = len(self.window)
        found = [np.broadcast_to(np.asarray(row, dtype=np.float64), (size,)) for row in rows]
        return np.array(found).reshape(-1, size)

    def _leaf(self, per_line: Floats) -> Floats:
        wide = np.broadcast_to(per_line, (len(self.lines.lines), len(self.window)))
        return wide[self.lines.leaf_line]

    def _line_normal(self, purpose: str) -> Floats:
        return normal(key("line", purpose), self.lines.keys[:, None], self.window.numbers)

    def _draw(self, *purpose: object) -> Floats:
        return uniform(key("draw", *purpose), self.leaf_keys, self.window.numbers)


def _is_on(state: str) -> float:
    return float(state in {ENABLED, APPROVED})


def money_of(impressions: Counts, price: Floats) -> Counts:
    """Return the cost of impressions at a price, in millionths of the currency."""
    cost: Counts = np.rint(impressions * price).astype(np.int64)
    return cost


def console_fee(supply: Counts) -> Counts:
    """Return the technology fee on supply cost, in millionths."""
    fee: Counts = np.rint(supply * CONSOLE_FEE).astype(np.int64)
    return fee
