"""Line items and their creatives as arrays: what the arithmetic of a day runs over."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sandbox.world.chance import Counts, Floats, Hashes, between
from sandbox.world.entities import Advertiser, Book, LineItem, Order, Placing
from sandbox.world.rates import (
    AUDIENCE_CPM,
    CONSOLE_FEE,
    INVALID_RATE,
    OMNICHANNEL_FEE,
    PRICE_LEVEL,
)
from sandbox.world.spend import Stretch, stretches
from sandbox.world.window import Window

_TAIL_DAYS = 13


@dataclass(frozen=True)
class Lines:
    """The line items of some orders; arrays have one entry a line item, `leaf_` ones a creative.

    A leaf is a creative in a line item's rotation. Leaves stand in the order of their lines.
    """

    advertiser: Advertiser
    orders: tuple[Order, ...]

    @cached_property
    def items(self) -> tuple[tuple[int, LineItem], ...]:
        """Return each line item with the position of its order."""
        return tuple((n, line) for n, order in enumerate(self.orders) for line in order.line_items)

    @cached_property
    def lines(self) -> tuple[LineItem, ...]:
        return tuple(line for _, line in self.items)

    @cached_property
    def order(self) -> Counts:
        return np.array([n for n, _ in self.items], dtype=np.int64)

    @cached_property
    def placings(self) -> tuple[Placing, ...]:
        return tuple(placing for line in self.lines for placing in line.placings)

    @cached_property
    def leaf_line(self) -> Counts:
        counts = [len(line.placings) for line in self.lines]
        return np.repeat(np.arange(len(self.lines)), counts)

    @cached_property
    def leaf_share(self) -> Floats:
        return np.array([placing.share for placing in self.placings])

    @cached_property
    def keys(self) -> Hashes:
        return np.array([int(line.line_item_id) for line in self.lines], dtype=np.uint64)

    @cached_property
    def leaf_keys(self) -> Hashes:
        return np.array([int(p.association_id) for p in self.placings], dtype=np.uint64)

    @cached_property
    def order_keys(self) -> Hashes:
        return np.array([int(order.order_id) for order in self.orders], dtype=np.uint64)

    @cached_property
    def plans(self) -> tuple[tuple[Stretch, ...], ...]:
        zone = self.advertiser.zone
        return tuple(stretches(order, zone) for order in self.orders)

    @cached_property
    def price_level(self) -> float:
        seat = self.advertiser.seat
        return PRICE_LEVEL[seat.country] * self.advertiser.traits.price_level

    @cached_property
    def supply_cpm(self) -> Floats:
        return self.price_level * self._drawn("cpm")

    @cached_property
    def audience_cpm(self) -> Floats:
        return self.price_level * np.array(
            [AUDIENCE_CPM.draw(line.line_item_id) if line.segments else 0.0 for line in self.lines]
        )

    @cached_property
    def click_rate(self) -> Floats:
        return self._drawn("click_rate")

    @cached_property
    def page_view_rate(self) -> Floats:
        return self._drawn("page_view_rate")

    @cached_property
    def invalid_rate(self) -> Floats:
        return np.array([INVALID_RATE.draw(line.line_item_id, "bots") for line in self.lines])

    @cached_property
    def omnichannel(self) -> Floats:
        """Return the omnichannel fee as a share of supply cost."""
        pays = self.advertiser.traits.tracks_off_amazon
        rate = OMNICHANNEL_FEE if pays else 0.0
        return np.array([rate * line.mix.is_video for line in self.lines])

    @cached_property
    def agency(self) -> Floats:
        """Return the agency's share of the money that consumes budget."""
        fees = np.array([float(order.agency_fee) / 100 for order in self.orders])
        return fees[self.order]

    @cached_property
    def third_party_cpm(self) -> dict[str, Floats]:
        """Return the third parties' prices per thousand by report column."""
        columns: dict[str, Floats] = {}
        for position, line in enumerate(self.lines):
            for fee in line.fees:
                name = fee.column if fee.adds_to_budget else f"{fee.column}Absorbed"
                columns.setdefault(name, np.zeros(len(self.lines)))[position] += fee.cpm
        return columns

    @cached_property
    def charged_cpm(self) -> Floats:
        """Return the third parties' prices that come out of the order's budget."""
        charged = [v for k, v in self.third_party_cpm.items() if not k.endswith("Absorbed")]
        return np.sum(charged, axis=0) if charged else np.zeros(len(self.lines))

    @cached_property
    def all_in_factor(self) -> Floats:
        """Return what consumes budget per unit of supply cost, the fixed prices left aside."""
        return (1 + CONSOLE_FEE + self.omnichannel) / (1 - self.agency)

    @cached_property
    def audience_size(self) -> Floats:
        """Return how many people each line item can reach: a month at a frequency of 2 to 5."""
        per_month = [_daily_money(order) * 30 for order in self.orders]
        money = np.array(per_month)[self.order] * [line.share for line in self.lines]
        frequency = [between(2.0, 5.0, line.line_item_id, "frequency") for line in self.lines]
        people: Floats = money / (self.supply_cpm / 1000.0) / np.array(frequency) + 1000.0
        return people

    def of_mix(self, name: str) -> Floats:
        """Return a fixed rate of the supply table for each line item."""
        return np.array([float(getattr(line.mix, name)) for line in self.lines])

    def _drawn(self, name: str) -> Floats:
        rates = (getattr(line.mix, name).draw(line.line_item_id, name) for line in self.lines)
        return np.fromiter(rates, dtype=np.float64, count=len(self.lines))


def _daily_money(order: Order) -> float:
    days = (order.end - order.start).total_seconds() / 86_400
    return float(sum(flight.budget.first for flight in order.flights)) / days


def active_lines(book: Book, window: Window) -> Lines:
    """Return the line items that deliver, or still earn conversions, within the window."""
    first, last = window.edges[0], window.edges[-1]
    tail = (_TAIL_DAYS + 1) * 86_400
    orders = tuple(
        order
        for order in book.orders
        if order.start.timestamp() < last and order.end.timestamp() + tail > first
    )
    return Lines(book.advertiser, orders)
