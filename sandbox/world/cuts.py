"""Cutting what a row holds into cells: supply and site, geography, technology, segments, products.

A partition gives every event to exactly one cell, by rounding the running total, so that the
cells add up to the row to the last event. An overlap lets cells share events: segments do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from sandbox.world.chance import Counts, Floats, Hashes, key, portion, uniform
from sandbox.world.entities import Product
from sandbox.world.families import FAMILIES, HALO
from sandbox.world.lines import Lines

_IMPRESSION_PARTS = ("clicked", "viewed", "out_of_view", "unmeasured")
_MONEY = {"supply", "console", "audience", "omnichannel", "agency", "third"}


@dataclass(frozen=True)
class Cells:
    """The cells of a cut: how each line item's events fall on them.

    Weights are (lines, cells) and add up to one over the cells.
    """

    labels: tuple[dict[str, str | None], ...]
    impressions: Floats
    clicks: Floats
    conversions: Floats
    price: Floats


class Rows(Protocol):
    """Atoms at some grain; each row belongs to a line item and has a key for its draws."""

    @property
    def row_line(self) -> Counts: ...
    @property
    def keys(self) -> Hashes: ...
    @property
    def numbers(self) -> Counts: ...

    def atom(self, name: str) -> Counts:
        """Return an atom of shape (rows, days)."""
        ...


class Partition:
    """Cells that share nothing."""

    def __init__(self, rows: Rows, cells: Cells, purpose: str) -> None:
        self._rows, self._cells, self._purpose = rows, cells, purpose
        self._kept: dict[str, Counts] = {}

    def atom(self, name: str) -> Counts:
        """Return an atom of shape (rows, days, cells)."""
        if name not in self._kept:
            self._kept[name] = self._computed(name)
        return self._kept[name]

    def _computed(self, name: str) -> Counts:
        family, _, rest = name.partition(".")
        if family == "impressions":
            return _added(self.atom(part) for part in _IMPRESSION_PARTS)
        if family in {"video", "audio"}:
            return self._within(name, "impressions")
        if family in {"units", "sales"}:
            return self._within(name, rest)
        if family in _MONEY:
            return self._spread(name, self._paid())
        return self._spread(name, self._weights(family)[self._rows.row_line][:, None, :])

    def _weights(self, family: str) -> Floats:
        if family in {"clicked", "invalid_clicks"}:
            return self._cells.clicks
        return self._cells.conversions if family in FAMILIES else self._cells.impressions

    def _paid(self) -> Floats:
        """Return each cell's part of a row's cost: its impressions at the cell's price."""
        value = self.atom("impressions") * self._cells.price
        paid: Floats = value / np.maximum(value.sum(axis=2, keepdims=True), 1e-12)
        return paid

    def _within(self, name: str, whole: str) -> Counts:
        """Return a follower of an atom: a part of it, or something that only it can bring."""
        upto = np.cumsum(self.atom(whole), axis=2)
        ratio = self._rows.atom(name) / np.maximum(self._rows.atom(whole), 1)
        reached = np.floor(upto * ratio[:, :, None] + 1e-6).astype(np.int64)
        return np.diff(reached, axis=2, prepend=0)

    def _spread(self, name: str, weights: Floats) -> Counts:
        """Return whole numbers by cell: steps of the rounded running total."""
        whole = self._rows.atom(name)[:, :, None]
        upto = np.minimum(np.cumsum(weights, axis=2), 1.0)
        upto[:, :, -1] = 1.0
        offset = _offset(self._rows, self._purpose, name)
        reached = np.floor(whole * upto + offset).astype(np.int64)
        return np.diff(reached, axis=2, prepend=0)


class Overlap:
    """Cells that may share events: each holds its own share of every row."""

    def __init__(self, rows: Rows, cells: Cells, purpose: str) -> None:
        self._rows, self._cells, self._purpose = rows, cells, purpose

    def atom(self, name: str) -> Counts:
        """Return an atom of shape (rows, days, cells)."""
        family, _, rest = name.partition(".")
        if family == "impressions":
            return _added(self.atom(part) for part in _IMPRESSION_PARTS)
        if family in {"video", "audio"} | _MONEY:
            return self._within(name, "impressions")
        if family in {"units", "sales"}:
            return self._within(name, rest)
        share = self._cells.impressions[self._rows.row_line][:, None, :]
        offset = _offset(self._rows, self._purpose, name) * (share > 0)
        return portion(self._rows.atom(name)[:, :, None], share, offset)

    def _within(self, name: str, whole: str) -> Counts:
        ratio = self._rows.atom(name) / np.maximum(self._rows.atom(whole), 1)
        part: Counts = np.floor(self.atom(whole) * ratio[:, :, None] + 1e-6).astype(np.int64)
        return part


class ProductPartition(Partition):
    """Conversions by product: promoted ones to promoted products, halo to the others."""

    def _computed(self, name: str) -> Counts:
        family, _, rest = name.partition(".")
        if family in {"units", "sales"}:
            return self._within(name, rest)
        if family not in FAMILIES:
            rows, days = self._rows.atom("impressions").shape
            return np.zeros((rows, days, len(self._cells.labels)), dtype=np.int64)
        weights = self._cells.clicks if f".{HALO}." in name else self._cells.impressions
        return self._spread(name, weights[self._rows.row_line][:, None, :])


def product_cells(lines: Lines, products: tuple[Product, ...]) -> Cells:
    """Return the brand's products: `impressions` weighs promoted ones, `clicks` the others."""
    weights = np.array([product.weight for product in products])
    promoted = np.array([product.is_promoted for product in products])
    featured = products[0].asin
    labels = tuple(_product_label(lines, product, featured) for product in products)
    own, beside = weights * promoted, weights * ~promoted
    shape = (len(lines.lines), 1)
    return Cells(
        labels,
        np.tile(own / own.sum(), shape),
        np.tile(beside / beside.sum(), shape),
        np.tile(weights, shape),
        weights,
    )


def _product_label(lines: Lines, product: Product, featured: str) -> dict[str, str | None]:
    return {
        "asin": product.asin,
        "parentAsin": product.parent_asin,
        "featuredAsin": featured,
        "productName": product.name,
        "productGroup": product.group,
        "productCategory": product.category,
        "productSubCategory": product.subcategory,
        "brandName": lines.advertiser.name,
        "conversionType": "Promoted" if product.is_promoted else "Brand halo",
        "marketplace": lines.advertiser.seat.country,
        "reportGranularity": "ASIN",
    }


def _offset(rows: Rows, purpose: str, name: str) -> Floats:
    drawn = uniform(key("cut", purpose, name), rows.keys[:, None], rows.numbers)
    return drawn[:, :, None]


def _added(parts: Iterable[Counts]) -> Counts:
    total: Counts = np.sum(list(parts), axis=0)
    return total
