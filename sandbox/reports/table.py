"""Rows of a report as arrays: what one advertiser's days hold, grouped as asked."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from sandbox.world.chance import Counts, Hashes
from sandbox.world.cuts import Cells, Overlap, Partition, Rows
from sandbox.world.reading import Reading

ADVERTISER, ORDER, LINE, LEAF = "advertiser", "order", "line", "leaf"
Grain = str


class LeafRows:
    """A reading as it is: a row for each creative in each line item."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.row_line: Counts = reading.lines.leaf_line
        self.keys: Hashes = reading.lines.leaf_keys
        self.numbers: Counts = reading.window.numbers

    def atom(self, name: str) -> Counts:
        """Return an atom of shape (leaves, days)."""
        return self._reading.atom(name)


class LineRows:
    """A reading by line item."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self.row_line: Counts = np.arange(len(reading.lines.lines))
        self.keys: Hashes = reading.lines.keys
        self.numbers: Counts = reading.window.numbers
        self._starts = _starts(reading.lines.leaf_line)
        self._kept: dict[str, Counts] = {}

    def atom(self, name: str) -> Counts:
        """Return an atom of shape (line items, days)."""
        if name not in self._kept:
            self._kept[name] = np.add.reduceat(self._reading.atom(name), self._starts, axis=0)
        return self._kept[name]


@dataclass(frozen=True)
class Table:
    """Totals by group × span of days × cell of a cut; `spans` are the days that begin one."""

    rows: Rows
    groups: Counts
    spans: Counts
    cut: Partition | Overlap | None = None
    cells: Cells | None = None
    cell_labels: tuple[str, ...] = ()
    _kept: dict[str, Counts] = field(default_factory=dict, compare=False)

    def totals(self, name: str) -> Counts:
        """Return an atom's totals, flat, in the order of `shape`."""
        if name not in self._kept:
            self._kept[name] = self._summed(name).reshape(-1)
        return self._kept[name]

    @property
    def shape(self) -> tuple[int, int, int]:
        """Return (groups, spans, cells)."""
        return len(self.group_rows), len(self.spans), max(len(self.cell_groups), 1)

    @cached_property
    def group_rows(self) -> Counts:
        """Return the first row of each group."""
        return _starts(self.groups)

    @cached_property
    def cell_groups(self) -> tuple[dict[str, str | None], ...]:
        """Return the labels asked for, once each."""
        return tuple(dict(zip(self.cell_labels, key, strict=True)) for key in self._cell_keys)

    @cached_property
    def _cell_keys(self) -> list[tuple[str | None, ...]]:
        return list(dict.fromkeys(self._cell_key(label) for label in self._labels))

    @property
    def _labels(self) -> tuple[dict[str, str | None], ...]:
        return self.cells.labels if self.cells and self.cut else ()

    def _cell_key(self, label: dict[str, str | None]) -> tuple[str | None, ...]:
        return tuple(label[name] for name in self.cell_labels)

    def _summed(self, name: str) -> Counts:
        found = self.rows.atom(name)[:, :, None] if self.cut is None else self._cut_summed(name)
        found = np.add.reduceat(found, self.spans, axis=1)
        return np.add.reduceat(found, self.group_rows, axis=0)

    def _cut_summed(self, name: str) -> Counts:
        assert self.cut is not None, "asked only of a cut"
        positions = {key: position for position, key in enumerate(self._cell_keys)}
        owner = np.array([positions[self._cell_key(label)] for label in self._labels])
        order = np.argsort(owner, kind="stable")
        return np.add.reduceat(self.cut.atom(name)[:, :, order], _starts(owner[order]), axis=2)


def _starts(groups: Counts) -> Counts:
    """Return the position at which each run of equal values begins."""
    return np.flatnonzero(np.diff(groups, prepend=groups[:1] - 1))
