"""Columns of rows in the making, and how figures are written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from sandbox.world.chance import Counts, Floats

_ID_COLUMNS = frozenset(
    {"advertiserId", "orderId", "lineItemId", "creativeId", "creativeAdId", "segmentId"}
)


@dataclass
class Frame:
    """Rows of one report, column by column, so that many advertisers can be strung together."""

    columns: tuple[str, ...]
    values: dict[str, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.values = {name: [] for name in self.columns}

    def extend(self, name: str, values: Iterable[Any]) -> None:
        """Append values to a column."""
        self.values[name].extend(values)

    def append(self, rows: Iterable[dict[str, Any]]) -> None:
        """Append whole rows; what a row does not have is None."""
        for row in rows:
            for name in self.columns:
                self.values[name].append(row.get(name))

    def rows(self, *, ids_as_numbers: bool) -> list[dict[str, Any]]:
        """Return the rows as objects; ids as text or, when asked, as numbers."""
        if ids_as_numbers:
            for name in _ID_COLUMNS.intersection(self.columns):
                self.values[name] = [None if v is None else int(v) for v in self.values[name]]
        names = self.columns
        columns = [self.values[name] for name in names]
        return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def figures(values: Counts | Floats, decimals: int) -> list[int | float | None]:
    """Return plain numbers: counts whole, the rest rounded, undefined ones as None."""
    if values.dtype.kind == "i":
        whole: list[int | float | None] = values.tolist()
        return whole
    rounded = np.round(values, decimals)
    if not np.isnan(rounded).any():
        plain: list[int | float | None] = rounded.tolist()
        return plain
    return [None if value != value else value for value in rounded.tolist()]
