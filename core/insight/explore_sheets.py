"""The tables of Explore as files: each cut with both periods, what moved, weekdays, a pivot."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Context, Decimal

from core.domain.columns import Column, Form, column_of
from core.domain.metrics import Metric, Unit
from core.insight.audience import Group
from core.insight.cut_table import CutRow, CutTable
from core.insight.history import Amount
from core.insight.movers import Movers
from core.insight.pivot import Pivot, PivotCell
from core.insight.sheets import Sheet, money, period_lines
from core.insight.volumes import is_sum
from core.insight.weekdays import WeekdayPattern

Cells = tuple[str | None, ...]
_TEN_DIGITS = Context(prec=10, rounding=ROUND_HALF_EVEN)


def cut_sheet(table: CutTable) -> Sheet:
    """Return every row of a cut with its shares, both periods of each metric, and its changes.

    `Judged` says whether a figure rests on enough to be ranked.
    """
    entries = (table.size, *(m for m in table.metrics if m.key != table.size.key))
    columns = [
        Column(table.cut.name),
        Column("ID"),
        Column(f"Share of {table.size.label}", Form.RATE),
        Column(f"Share of {table.earned.label}", Form.RATE),
    ]
    for entry in entries:
        columns += _columns(entry, table.group)
    rows = tuple(_cut_cells(table, row, entries) for row in table.rows)
    lines = (*period_lines(table.group), table.standing.sentence)
    return Sheet(tuple(columns), rows, lines)


def _columns(entry: Metric, group: Group) -> list[Column]:
    title = titled(entry, group.currency)
    return [
        column_of(entry, title=title, currency=group.currency),
        column_of(entry, title=f"{title}, compared", currency=group.currency),
        Column(f"Change of {entry.name}", Form.RATE),
        Column(f"{entry.name} judged"),
    ]


def _cut_cells(table: CutTable, row: CutRow, entries: tuple[Metric, ...]) -> Cells:
    cells: list[str | None] = [row.name, row.key, _rate(row.share), _rate(row.earned)]
    for entry in entries:
        cells += [
            cell(entry, row.value(entry), table.group.currency),
            cell(entry, row.before(entry), table.group.currency),
            _rate(row.change(entry)),
            "yes" if table.is_firm(row, entry) else "too little data",
        ]
    return tuple(cells)


def movers_sheet(table: CutTable, found: Movers) -> Sheet:
    """Return what moved a metric; the parts and the figure before add up to the figure now."""
    title = titled(found.metric, table.group.currency)
    columns = (
        Column(table.cut.name),
        Column("ID"),
        Column("Rows", Form.COUNT),
        Column(f"Mix effect, {title}", Form.NUMBER),
        Column(f"Rate effect, {title}", Form.NUMBER),
        Column(f"Together, {title}", Form.NUMBER),
    )
    moves = (
        (move.name, move.key or None, str(move.rows), f"{move.mix:f}", f"{move.rate:f}",
         f"{move.whole:f}")
        for move in found.moves
    )  # fmt: skip
    ends: list[Cells] = [
        (name, None, None, None, None, f"{value:f}")
        for name, value in (("Before", found.before), ("Now", found.now))
    ]
    return Sheet(columns, (ends[0], *moves, ends[1]), tuple(period_lines(table.group)))


def weekday_sheet(found: WeekdayPattern, group: Group) -> Sheet:
    """Return seven weekdays with the range of their days."""
    title = titled(found.metric, group.currency)
    forms = [
        column_of(found.metric, title=f"{title}{more}", currency=group.currency)
        for more in ("", ", lowest day", ", highest day")
    ]
    columns = (Column("Weekday"), Column("Days", Form.COUNT), *forms, Column("Index", Form.NUMBER))
    rows = tuple(
        (
            one.name,
            str(one.days),
            *(cell(found.metric, v, group.currency) for v in (one.value, one.low, one.high)),
            None if one.index is None else _rate(one.index * 100),
        )
        for one in found.weekdays
    )
    told = "a day" if is_sum(found.metric) else "over all its days"
    return Sheet(columns, rows, (f"Days: {found.span}, {told}",))


def pivot_sheet(found: Pivot, group: Group) -> Sheet:
    """Return a pivot as it is shown, totals included where they mean something."""
    title = titled(found.metric, group.currency)
    total = found.row_totals is not None
    names = (*found.columns, *(("All",) if total else ()))
    columns = (
        Column(found.rows_cut.name),
        *(column_of(found.metric, title=f"{name}: {title}", currency=group.currency)
          for name in names),
    )  # fmt: skip

    def written(one: PivotCell) -> str | None:
        return cell(found.metric, one.value, group.currency)

    rows = [
        (name, *map(written, cells), *((written(found.row_totals[n]),) if found.row_totals else ()))
        for n, (name, cells) in enumerate(zip(found.rows, found.cells, strict=True))
    ]
    if found.column_totals and found.total:
        rows.append(("All", *map(written, found.column_totals), written(found.total)))
    return Sheet(columns, tuple(rows), (*period_lines(group), found.sentence))


def titled(entry: Metric, currency: str) -> str:
    """Return the heading of a metric's column, with the currency of an amount."""
    return f"{entry.name}, {currency}" if entry.unit is Unit.MONEY else entry.name


def cell(entry: Metric, value: Amount, currency: str) -> str | None:
    """Return a figure as a file holds it; None where it is not known."""
    if value is None:
        return None
    if entry.unit is Unit.MONEY:
        return f"{money(value, currency):f}"
    return str(value) if isinstance(value, int) else _rate(value)


def _rate(value: Decimal | None) -> str | None:
    """Return a ratio to ten significant digits: more would be digits of the division alone."""
    return None if value is None else f"{value.normalize(_TEN_DIGITS):f}"
