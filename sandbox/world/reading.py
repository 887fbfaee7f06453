"""A reading: what is known of some days at an instant, atom by atom.

An atom is a disjoint, additive whole number (events, or money in its smallest written step).
Every measure of a report is a sum of atoms or a ratio of such sums, so that any grouping of rows
keeps the identities: views and clicks make the total, fees make the cost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from sandbox.world.chance import Counts, Floats, portion
from sandbox.world.conversions import LOOKBACK, Conversions
from sandbox.world.entities import Book
from sandbox.world.families import FAMILIES, HALO
from sandbox.world.knowledge import Knowledge
from sandbox.world.lines import Lines, active_lines
from sandbox.world.media import played
from sandbox.world.traffic import Traffic, console_fee, money_of
from sandbox.world.window import Window

Number = TypeVar("Number", np.int64, np.float64)
_CANCELLED_SHARE = 0.02
_ON_TARGET = 0.56


@dataclass(frozen=True)
class Reading:
    """What is known of a window. Atoms are int64 arrays of shape (leaves, days)."""

    traffic: Traffic
    conversions: Conversions
    knowledge: Knowledge
    window: Window
    _atoms: dict[str, Counts] = field(default_factory=dict, compare=False)

    @property
    def lines(self) -> Lines:
        return self.traffic.lines

    def atom(self, name: str) -> Counts:
        """Return an atom by name; see the methods below for the names there are."""
        if name not in self._atoms:
            self._atoms[name] = self._computed(name)
        return self._atoms[name]

    def _computed(self, name: str) -> Counts:
        family, _, rest = name.partition(".")
        if family in FAMILIES:
            return self._known_events(name)
        if family in {"units", "sales"}:
            return self._bought(family, rest)
        if family == "third":
            return money_of(self.impressions, self._third_party_price(rest))
        if family in {"video", "audio"}:
            return played(self.lines, self.impressions, self.clicked, name)
        found: Counts = getattr(self, family)
        return found

    # Traffic: impressions fall into clicked, viewed, seen out of view, and not measured.

    @cached_property
    def impressions(self) -> Counts:
        valid = portion(self._now(self.traffic.impressions), self._traffic, self._offset("valid"))
        return self._corrected(valid + self._unfound_invalid, "impressions")

    @cached_property
    def invalid(self) -> Counts:
        """Return the invalid impressions found so far."""
        return self._served_invalid - self._unfound_invalid

    @cached_property
    def clicked(self) -> Counts:
        clicks = portion(self._now(self.traffic.clicks), self._traffic, self._offset("clicked"))
        unfound = portion(self._served_invalid_clicks, self._unfound, self._offset("bot clicks"))
        return np.minimum(self._corrected(clicks + unfound, "clicks"), self.impressions)

    @cached_property
    def invalid_clicks(self) -> Counts:
        unfound = portion(self._served_invalid_clicks, self._unfound, self._offset("bot clicks"))
        return self._served_invalid_clicks - unfound

    @cached_property
    def viewed(self) -> Counts:
        """Return the viewable impressions without a click, on media that are measured."""
        return self._seen(self._mix("measurable") * self._mix("viewability"))

    @cached_property
    def out_of_view(self) -> Counts:
        return self._seen(self._mix("measurable")) - self.viewed

    @cached_property
    def unmeasured(self) -> Counts:
        return self.impressions - self.clicked - self.viewed - self.out_of_view

    @cached_property
    def nothing(self) -> Counts:
        return np.zeros_like(self.impressions)

    @cached_property
    def on_target(self) -> Counts:
        """Return the impressions within the target demographic, where it is measured."""
        measured = self.lines.advertiser.traits.measures_demographics
        share = _ON_TARGET * measured * self._mix("is_video")
        return portion(self.impressions, share, 0.0)

    # Money in millionths of the currency.

    @cached_property
    def supply(self) -> Counts:
        return money_of(self.impressions, self._now(self.traffic.supply_price))

    @cached_property
    def on_target_cost(self) -> Counts:
        return money_of(self.on_target, self._now(self.traffic.supply_price))

    @cached_property
    def console(self) -> Counts:
        return console_fee(self.supply)

    @cached_property
    def audience(self) -> Counts:
        return money_of(self.impressions, self._now(self.traffic.audience_price))

    @cached_property
    def omnichannel(self) -> Counts:
        return np.rint(self.supply * self._per_line(self.lines.omnichannel)).astype(np.int64)

    @cached_property
    def agency(self) -> Counts:
        """Return the agency's fee: its share of everything that consumes the budget."""
        total = self.supply + self.console + self.audience + self.omnichannel
        share = self._per_line(self.lines.agency / (1 - self.lines.agency))
        charged = money_of(self.impressions, self._per_line(self.lines.charged_cpm * 1000.0))
        return np.rint((total + charged) * share).astype(np.int64)

    # Conversions, units and sales.

    def _known_events(self, name: str) -> Counts:
        events = self.conversions.part(name)
        known = portion(events, self.knowledge.conversions, self._offset("late", name))
        return self._corrected(known, name)

    def _bought(self, kind: str, part: str) -> Counts:
        """Return units or sales of purchases; a few units are cancelled weeks later."""
        bought = self.atom(part)
        ratio = self.conversions.units(part) / np.maximum(self.conversions.part(part), 1)
        units = np.floor(bought * ratio + 0.5).astype(np.int64)
        units -= self._cancelled(units, part)
        if kind == "units":
            return units
        value = FAMILIES[part.partition(".")[0]].value
        if not value:
            return np.zeros_like(units)
        return units * self.conversions.unit_price(is_halo=f".{HALO}." in part, value=value)

    def _cancelled(self, units: Counts, part: str) -> Counts:
        share = _CANCELLED_SHARE * self.knowledge.cancelled
        return portion(units, share, self._offset("cancelled", part) * (share > 0))

    # How much of the truth is known.

    @cached_property
    def _served_invalid(self) -> Counts:
        return portion(self._now(self.traffic.invalid), self._traffic, self._offset("invalid"))

    @cached_property
    def _unfound_invalid(self) -> Counts:
        return portion(self._served_invalid, self._unfound, self._offset("unfound"))

    @cached_property
    def _served_invalid_clicks(self) -> Counts:
        served = self._now(self.traffic.invalid_clicks)
        return portion(served, self._traffic, self._offset("served bot clicks"))

    @property
    def _traffic(self) -> Floats:
        return self.knowledge.traffic

    @property
    def _unfound(self) -> Floats:
        return 1 - self.knowledge.invalid_found

    def _corrected(self, known: Counts, purpose: str) -> Counts:
        """Return the count with what is wrongly there still, or is withdrawn already."""
        if not (self.knowledge.inflated.any() or self.knowledge.withdrawn.any()):
            return known
        offset = self._offset("corrected", purpose)
        inflated, withdrawn = self.knowledge.inflated, self.knowledge.withdrawn
        more = portion(known, inflated, offset * (inflated > 0))
        right: Counts = known + more - portion(known, withdrawn, offset * (withdrawn > 0))
        return right

    def _seen(self, share: Floats) -> Counts:
        """Return the unclicked impressions up to a share of all; clicks count as seen."""
        seen: Counts = np.floor(self.impressions * share).astype(np.int64) - self.clicked
        return np.maximum(seen, np.int64(0))

    def _third_party_price(self, column: str) -> Floats:
        cpm = self.lines.third_party_cpm.get(column)
        return self._per_line(cpm * 1000.0) if cpm is not None else self._per_line(_NOTHING)

    def _mix(self, name: str) -> Floats:
        return self._per_line(self.lines.of_mix(name))

    def _per_line(self, values: Floats) -> Floats:
        return np.broadcast_to(values, (len(self.lines.lines),))[self.lines.leaf_line][:, None]

    def _offset(self, *purpose: object) -> Floats:
        return self.traffic.offset("reading", *purpose)[:, LOOKBACK:]

    def _now(self, wide: NDArray[Number]) -> NDArray[Number]:
        return wide[:, LOOKBACK:]


_NOTHING = np.zeros(1)


def read(book: Book, window: Window, knowledge: Knowledge, *, by_traffic: bool = False) -> Reading:
    """Return the reading of an advertiser's days with some knowledge of them."""
    wide = window.widened(LOOKBACK)
    traffic = Traffic(active_lines(book, window), wide)
    return Reading(traffic, Conversions(traffic, by_traffic), knowledge, window)
