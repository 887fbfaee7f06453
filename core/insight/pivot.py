"""Two cuts crossed, where one of Amazon's reports counts both at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from core.domain.catalogue import metric
from core.domain.cuts import CUTS, REPORTS, Cut, Dimension, Total, held_together, why_not
from core.domain.metrics import Dataset, Metric
from core.domain.views import View
from core.insight.audience import Audience, Group
from core.insight.cut_sums import KeySums, key_sums, merged, summed
from core.insight.cut_table import explained
from core.insight.desk import Desk
from core.insight.history import Amount, measures, of
from core.insight.naming import Naming, naming
from core.insight.volumes import can_answer, is_enough, preferred, resting_on, size_measure

ROWS_SHOWN, COLUMNS_SHOWN = 15, 8
OTHERS = "All others"


@dataclass(frozen=True, slots=True)
class Way:
    """A second cut that may be chosen, or the reason why not."""

    cut: Cut
    reason: str

    @property
    def is_open(self) -> bool:
        """Return whether it may be chosen."""
        return not self.reason


@dataclass(frozen=True, slots=True)
class PivotCell:
    """A metric where a row and a column meet; `is_firm` says whether it rests on enough."""

    value: Amount
    is_firm: bool
    heat: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Pivot:
    """A metric by two cuts: rows and columns by size, the last of each all others together.

    `totals` of the rows and of the columns are None where rows overlap.
    """

    rows_cut: Cut
    columns_cut: Cut
    dataset: Dataset
    metric: Metric
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: tuple[tuple[PivotCell, ...], ...]
    row_totals: tuple[PivotCell, ...] | None
    column_totals: tuple[PivotCell, ...] | None
    total: PivotCell | None

    @property
    def sentence(self) -> str:
        """Return where the figures come from, and what is left out."""
        told = f"From Amazon's {REPORTS[self.dataset]}, which counts both at once."
        if self.row_totals is None:
            return f"{told} Segments overlap, so nothing is added up."
        return told


def ways(view: View) -> list[Way]:
    """Return every second cut beside the view's own, each open or with the reason why not."""
    own = CUTS[view.cut]
    return [Way(cut, why_not(own, cut)) for cut in CUTS.values() if cut.dimension != view.cut]


def table_of(view: View, second: Dimension) -> Dataset | None:
    """Return the table that a view's pivot is answered by; None where no report counts both."""
    return held_together(CUTS[view.cut], CUTS[second])


def pivot(desk: Desk, audience: Audience, group: Group, second: Dimension) -> Pivot | None:
    """Return a metric by the view's cut and a second one; None where no report counts both, or
    nothing was delivered. The audience's days are those of the table that answers.
    """
    view = audience.view
    rows_cut, columns_cut = CUTS[view.cut], CUTS[second]
    dataset = held_together(rows_cut, columns_cut)
    if dataset is None:
        return None
    entry = explained(desk, audience, group)
    if not can_answer(entry.key, dataset):
        entry = preferred(dataset)
    sums = _sums(desk, group, dataset, (rows_cut, columns_cut), entry)
    if not sums:
        return None
    built = _built(sums, rows_cut, columns_cut, dataset, entry)
    rows, columns = (naming(desk, cut) for cut in (rows_cut, columns_cut))
    return replace(built, rows=_labels(built.rows, rows), columns=_labels(built.columns, columns))


def _labels(keys: Sequence[str], called: Naming) -> tuple[str, ...]:
    """Return what rows or columns are called; those of equal names with their ids."""
    names = [OTHERS if key == OTHERS else called.name(key) for key in keys]
    return tuple(
        f"{name} ({key})" if names.count(name) > 1 else name
        for name, key in zip(names, keys, strict=True)
    )


def _sums(
    desk: Desk, group: Group, dataset: Dataset, cuts: tuple[Cut, Cut], entry: Metric
) -> dict[tuple[str, str], KeySums]:
    first, second = (naming(desk, cut) for cut in cuts)
    fields = tuple(dict.fromkeys(cut.field for cut in cuts))
    parts = tuple({*measures(entry), resting_on(entry, dataset), size_measure(dataset)})
    found = key_sums(desk, group, dataset, fields, sorted(parts))

    def keys(key: tuple[str, ...]) -> tuple[str, str]:
        return first.key(key[0]), second.key(key[-1])

    together = merged(found.items(), keys)
    return {key: one for key, one in together.items() if one.now}


def _built(
    sums: Mapping[tuple[str, str], KeySums],
    rows_cut: Cut,
    columns_cut: Cut,
    dataset: Dataset,
    entry: Metric,
) -> Pivot:
    size = size_measure(dataset)
    rows = _largest(sums, 0, size, ROWS_SHOWN)
    columns = _largest(sums, 1, size, COLUMNS_SHOWN)
    adds_up = Total.OVERLAP not in (rows_cut.total, columns_cut.total)
    row_of, column_of = _folded(rows, sums, 0), _folded(columns, sums, 1)
    if not adds_up:  # what overlaps is not put together either
        sums = {key: one for key, one in sums.items() if key[0] in rows and key[1] in columns}
    else:
        rows, columns = _with_others(rows, row_of), _with_others(columns, column_of)
    grid: dict[tuple[str, str], list[KeySums]] = {}
    for (row, column), one in sums.items():
        grid.setdefault((row_of[row], column_of[column]), []).append(one)

    def cell(*chosen: KeySums) -> PivotCell:
        return _cell(entry, dataset, chosen)

    cells = [[cell(*grid.get((row, column), ())) for column in columns] for row in rows]
    by_row = [[one for c in columns for one in grid.get((row, c), ())] for row in rows]
    by_column = [[one for row in rows for one in grid.get((row, c), ())] for c in columns]
    return Pivot(
        rows_cut,
        columns_cut,
        dataset,
        entry,
        tuple(rows),
        tuple(columns),
        _heated(cells),
        tuple(cell(*held) for held in by_row) if adds_up else None,
        tuple(cell(*held) for held in by_column) if adds_up else None,
        cell(*sums.values()) if adds_up else None,
    )


def _largest(
    sums: Mapping[tuple[str, str], KeySums], side: int, size: str, count: int
) -> list[str]:
    weights: dict[str, Decimal] = {}
    for key, one in sums.items():
        weights[key[side]] = weights.get(key[side], Decimal(0)) + Decimal(one.now.get(size) or 0)
    ordered = sorted(weights, key=lambda key: (-weights[key], key))
    # One more than fits is shown rather than put away as "others".
    return ordered if len(ordered) == count + 1 else ordered[:count]


def _folded(
    shown: Sequence[str], sums: Mapping[tuple[str, str], KeySums], side: int
) -> dict[str, str]:
    kept = frozenset(shown)
    return {key[side]: key[side] if key[side] in kept else OTHERS for key in sums}


def _with_others(shown: list[str], names: Mapping[str, str]) -> list[str]:
    return [*shown, OTHERS] if OTHERS in names.values() else shown


def _cell(entry: Metric, dataset: Dataset, several: Sequence[KeySums]) -> PivotCell:
    if not several:
        return PivotCell(None, is_firm=False)
    sums = summed(several).now
    return PivotCell(of(entry, sums), is_enough(sums, resting_on(entry, dataset)))


def _heated(cells: Sequence[Sequence[PivotCell]]) -> tuple[tuple[PivotCell, ...], ...]:
    """Return the cells with their place between 0 and the largest that rests on enough."""
    firm = [Decimal(c.value) for row in cells for c in row if c.is_firm and c.value is not None]
    largest = max(firm, default=Decimal(0))

    def heated(cell: PivotCell) -> PivotCell:
        if not cell.is_firm or cell.value is None or largest <= 0:
            return cell
        heat = max(Decimal(0), Decimal(cell.value) / largest)
        return PivotCell(cell.value, cell.is_firm, heat)

    return tuple(tuple(heated(cell) for cell in row) for row in cells)


def size_of(dataset: Dataset) -> Metric:
    """Return the metric by which rows and columns are ranked."""
    return metric(size_measure(dataset))
