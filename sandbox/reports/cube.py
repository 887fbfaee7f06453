"""Rows of the report types that cut what was served: campaign, inventory, geo, tech, audience,
product."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from sandbox.beliefs import Beliefs
from sandbox.reports.asked import Asked
from sandbox.reports.attributes import (
    Owner,
    advertiser_columns,
    creative_columns,
    line_columns,
    order_columns,
)
from sandbox.reports.frame import Frame, figures
from sandbox.reports.measures import IMPRESSIONS, Measure, Ratio, share
from sandbox.reports.reach_columns import REACH_COLUMNS, ReachColumns
from sandbox.reports.registry import MEASURES
from sandbox.reports.table import ADVERTISER, LEAF, LINE, ORDER, Grain, LeafRows, LineRows, Table
from sandbox.world.chance import Counts
from sandbox.world.content import MediaRows, content_cells
from sandbox.world.cuts import Cells, Overlap, Partition, ProductPartition, Rows, product_cells
from sandbox.world.entities import Book
from sandbox.world.places import device_cells, map_cells, segment_cells, supply_cells
from sandbox.world.reading import Reading

ATTRIBUTES = {
    **advertiser_columns(),
    **order_columns(),
    **line_columns(),
    **creative_columns(),
}
_GRAINS = (
    ({"creative"}, LEAF), ({"ad", "lineItem"}, LINE), ({"campaign", "order"}, ORDER),
)  # fmt: skip
_SEGMENT_LABELS = (
    "segmentId", "segmentName", "segmentClassCode", "segmentSource", "segmentType",
    "segmentMarketplaceId", "targetingMethod",
)  # fmt: skip
_PRODUCT_LABELS = (
    "asin", "parentAsin", "featuredAsin", "productName", "productGroup", "productCategory",
    "productSubCategory", "brandName", "conversionType", "marketplace", "reportGranularity",
)  # fmt: skip
_DECIMALS_OF_SHARES, _DECIMALS = 8, 6
_DECIMALS_OF_CUT_MONEY = 4
_PEOPLE = {"reach", "householdReach"}


@dataclass(frozen=True)
class Cube:
    """One advertiser's part of one report."""

    asked: Asked
    book: Book
    reading: Reading
    owner: Owner
    beliefs: Beliefs

    def add_to(self, frame: Frame) -> None:
        """Append this advertiser's rows to a frame; rows of nothing but zeros are left out."""
        if not self.reading.lines.placings:
            return
        chosen = np.flatnonzero(self._is_worth_showing)
        places = tuple(np.unravel_index(chosen, self.table.shape))
        for name in frame.columns:
            frame.extend(name, self._column(name, chosen, places))

    @cached_property
    def table(self) -> Table:
        cut, cells, labels = self._cut
        return Table(self._rows, self._groups, self._spans, cut, cells, labels)

    @cached_property
    def _spans(self) -> Counts:
        return self.asked.spans(self.reading.window.days)

    @cached_property
    def grain(self) -> Grain:
        wanted = set(self.asked.group_by)
        return next((grain for names, grain in _GRAINS if wanted & names), ADVERTISER)

    @cached_property
    def _rows(self) -> Rows:
        rows: Rows = LeafRows(self.reading) if self.grain == LEAF else LineRows(self.reading)
        is_media = self.asked.kind.name == "dspAudioAndVideo"
        return MediaRows(rows, self.reading.lines) if is_media else rows

    @cached_property
    def _groups(self) -> Counts:
        lines = self.reading.lines
        row_line = self._rows.row_line
        if self.grain == ADVERTISER:
            return np.zeros(len(row_line), dtype=np.int64)
        if self.grain == ORDER:
            return lines.order[row_line]
        return np.arange(len(row_line))

    @cached_property
    def _cut(self) -> tuple[Partition | Overlap | None, Cells | None, tuple[str, ...]]:
        lines, rows, group_by = self.reading.lines, self._rows, self.asked.kind.group_by
        asked = tuple(
            n
            for g in group_by
            if g in self.asked.group_by
            for n in group_by[g]
            if n not in ATTRIBUTES
        )
        match self.asked.kind.name:
            case "dspInventory":
                return _partition(rows, supply_cells(lines), "supply", asked)
            case "dspGeo":
                return _partition(rows, map_cells(lines), "map", asked)
            case "dspTech":
                return _partition(rows, device_cells(lines), "devices", asked)
            case "dspAudience":
                cells = segment_cells(lines)
                return Overlap(rows, cells, "segments"), cells, _SEGMENT_LABELS
            case "dspAudioAndVideo":
                return _partition(rows, content_cells(lines), "content", asked)
            case "dspProduct":
                cells = product_cells(lines, self.book.products)
                return ProductPartition(rows, cells, "products"), cells, _PRODUCT_LABELS
        return None, None, ()

    @property
    def _is_worth_showing(self) -> Counts:
        wanted = {atom for n in self.asked.columns if n in MEASURES for atom in MEASURES[n].wanted}
        atoms = sorted(wanted - {"nothing"}) or ["impressions"]
        shown: Counts = np.any([self.table.totals(atom) != 0 for atom in atoms], axis=0)
        return shown

    def _column(self, name: str, chosen: Counts, places: tuple[Counts, ...]) -> list[object]:
        group, day, cell = places
        if name in self.table.cell_labels:
            labels = [each[name] for each in self.table.cell_groups]
            return [labels[position] for position in cell.tolist()]
        if name in ATTRIBUTES:
            described = [ATTRIBUTES[name](owner) for owner in self._owners]
            return [described[position] for position in group.tolist()]
        if name in MEASURES:
            return [*self._figures(name, chosen)]
        if name in REACH_COLUMNS:
            found = self._reach.column(name)[group, day]
            return [*figures(found.astype(np.int64) if name in _PEOPLE else found, _DECIMALS)]
        return self._dates(name, day)

    def _figures(self, name: str, chosen: Counts) -> list[int | float | None]:
        measure = self._measure(name)
        values = measure.value(self.table.totals, self.owner.advertiser.minor_units)
        is_share = isinstance(measure, Ratio) and measure.is_share
        if is_share and self.beliefs.rates == "percent":
            values = np.asarray(values * 100.0, dtype=np.float64)
        decimals = _DECIMALS_OF_SHARES if is_share else _DECIMALS
        if not isinstance(measure, Ratio) and self.asked.kind.letter != "C":
            decimals = _DECIMALS_OF_CUT_MONEY
        return figures(values[chosen], decimals)

    def _measure(self, name: str) -> Measure:
        measure = MEASURES[name]
        if name == "viewabilityRate" and self.beliefs.viewability_base == "impressions":
            assert isinstance(measure, Ratio), "viewability is a ratio"
            return share(measure.top, IMPRESSIONS)
        return measure

    def _dates(self, name: str, day: Counts) -> list[object]:
        if name == "date":
            days = self.reading.window.days
            first = [days[position].isoformat() for position in self._spans.tolist()]
            return [first[position] for position in day.tolist()]
        if name in {"intervalStart", "intervalEnd"}:
            bound = self.asked.start if name == "intervalStart" else self.asked.end
            return [bound.isoformat()] * len(day)
        return [None] * len(day)

    @cached_property
    def _owners(self) -> list[Owner]:
        return [self._owner_of(row) for row in self.table.group_rows.tolist()]

    def _owner_of(self, row: int) -> Owner:
        lines = self.reading.lines
        position = int(self._rows.row_line[row])
        of_line = self.grain in {LEAF, LINE}
        return Owner(
            self.owner.advertiser,
            self.owner.at,
            None if self.grain == ADVERTISER else lines.orders[int(lines.order[position])],
            lines.lines[position] if of_line else None,
            lines.placings[row] if self.grain == LEAF else None,
        )

    @cached_property
    def _reach(self) -> ReachColumns:
        return ReachColumns(
            self.book, self.reading, self.grain, self._spans, self.beliefs, self.owner.at
        )


def _partition(
    rows: Rows, cells: Cells, purpose: str, labels: tuple[str, ...]
) -> tuple[Partition, Cells, tuple[str, ...]]:
    return Partition(rows, cells, purpose), cells, labels
