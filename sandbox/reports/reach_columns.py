"""Reach, frequency and delivery rate: columns that cannot be summed from atoms."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

import numpy as np

from sandbox.beliefs import Beliefs
from sandbox.reports.table import LEAF, ORDER, Grain, LeafRows, LineRows
from sandbox.world.chance import Counts, Floats
from sandbox.world.entities import Book
from sandbox.world.knowledge import LAG_HOURS, known_at
from sandbox.world.lines import Lines
from sandbox.world.reach import households, population, reached, united
from sandbox.world.reading import Reading, read
from sandbox.world.window import Window

REACH_COLUMNS = frozenset(
    {
        "reach", "householdReach", "frequencyAverage", "householdFrequencyAverage",
        "impressionFrequencyAverage", "exclusiveReachRate", "incrementalReachRate",
        "lineItemDeliveryRate",
    }
)  # fmt: skip
_SIX_MONTHS = timedelta(days=182)


@dataclass(frozen=True)
class ReachColumns:
    """Reach by group and span of days, shape (groups, spans)."""

    book: Book
    reading: Reading
    grain: Grain
    spans: Counts
    beliefs: Beliefs
    at: datetime

    def column(self, name: str) -> Floats:
        """Return one column; undefined values are NaN."""
        match name:
            case "reach":
                return self._people
            case "householdReach":
                return self._households
            case "frequencyAverage" | "impressionFrequencyAverage":
                return _ratio(self._impressions, self._people)
            case "householdFrequencyAverage":
                return _ratio(self._impressions, self._households)
            case "exclusiveReachRate":
                return _ratio(self._only_here, self._people)
            case "incrementalReachRate":
                return _ratio(self._only_here, self._everyone)
        return self._delivery_rates

    @cached_property
    def _people(self) -> Floats:
        parts = self._parts
        if self.grain != ORDER:
            return np.floor(parts)
        groups = self._window_reading.lines.order
        found = [united(parts[groups == g], self._population) for g in range(self._orders)]
        return np.floor(np.array(found))

    @cached_property
    def _households(self) -> Floats:
        return households(self._people)

    @cached_property
    def _only_here(self) -> Floats:
        """Return the people whom no other order reached."""
        if self.grain != ORDER:
            return np.full(self._people.shape, np.nan)
        groups = self._window_reading.lines.order
        others = [united(self._parts[groups != g], self._population) for g in range(self._orders)]
        return np.maximum(self._everyone - np.array(others), 0.0)

    @cached_property
    def _everyone(self) -> Floats:
        return united(self._parts, self._population)[None, :]

    @cached_property
    def _parts(self) -> Floats:
        """Return the reach of each line item, or of each creative at that grain."""
        lines = self._window_reading.lines
        audience = lines.audience_size[self._rows.row_line][:, None]
        return reached(self._served, audience)

    @cached_property
    def _impressions(self) -> Counts:
        if self.grain != ORDER:
            return self._served
        total = np.zeros((self._orders, self._served.shape[1]), dtype=np.int64)
        np.add.at(total, self._window_reading.lines.order, self._served)
        return total

    @cached_property
    def _served(self) -> Counts:
        served = self._rows.atom("impressions")
        spans = self.spans if self._window_reading is self.reading else np.zeros(1, dtype=np.int64)
        return np.add.reduceat(served, spans, axis=1)

    @cached_property
    def _rows(self) -> LeafRows | LineRows:
        reading = self._window_reading
        return LeafRows(reading) if self.grain == LEAF else LineRows(reading)

    @cached_property
    def _window_reading(self) -> Reading:
        """Return the reading reach is counted over; six months of it when that is believed."""
        if len(self.spans) > 1 or self.beliefs.reach_window == "range":
            return self.reading
        here, lines = self.reading.window, self.reading.lines
        window = Window(here.timezone, here.last - _SIX_MONTHS, here.last)
        knowledge = known_at(lines.advertiser, window, self.at, LAG_HOURS["dspCampaign"])
        return read(Book(lines.advertiser, lines.orders, ()), window, knowledge)

    @property
    def _orders(self) -> int:
        return len(self._window_reading.lines.orders)

    @cached_property
    def _population(self) -> float:
        return population(self.book)

    @cached_property
    def _delivery_rates(self) -> Floats:
        """Return cost over budget, divided by days run over days planned, of each line item."""
        lines = self.reading.lines
        rates = np.array([self._delivery_rate(n, lines) for n in range(len(lines.lines))])
        wide = rates[self._rows.row_line]
        return np.repeat(wide[:, None], self._served.shape[1], axis=1)

    def _delivery_rate(self, position: int, lines: Lines) -> float:
        line = lines.lines[position]
        budget = float(line.budget.at(self.at))
        planned = (line.end - line.start).total_seconds()
        run = (min(self.at, line.end) - line.start).total_seconds()
        if budget == 0 or run <= 0:
            return float("nan")
        return self._spent[line.line_item_id] / budget / (run / planned)

    @cached_property
    def _spent(self) -> dict[str, float]:
        lines = self.reading.lines
        zone = lines.advertiser.zone
        first = min(order.start for order in lines.orders).astimezone(zone).date()
        window = Window(lines.advertiser.timezone, first, self.at.astimezone(zone).date())
        knowledge = known_at(lines.advertiser, window, self.at, LAG_HOURS["dspCampaign"])
        whole = LineRows(read(Book(lines.advertiser, lines.orders, ()), window, knowledge))
        cost = sum(whole.atom(a) for a in ("supply", "console", "audience", "omnichannel"))
        spent = np.asarray(cost).sum(axis=1) / 1e6
        return {line.line_item_id: float(s) for line, s in zip(lines.lines, spent, strict=True)}


def _ratio(top: Floats | Counts, bottom: Floats) -> Floats:
    shape = np.broadcast_shapes(top.shape, bottom.shape)
    blank = np.full(shape, np.nan)
    found: Floats = np.divide(top, bottom, out=blank, where=np.broadcast_to(bottom, shape) > 0)
    return found
