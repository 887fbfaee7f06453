"""The tables of a cut as lines of a document, and what screen and paper say around them."""

from __future__ import annotations

from decimal import Decimal

from core.domain.formats import ABSENT, MINUS, percent
from core.domain.metrics import Metric
from core.insight.cut_table import PAGE_ROWS, CutRow, CutTable
from core.insight.history import of
from core.insight.movers import Movers
from core.insight.pivot import Pivot, PivotCell
from core.insight.sheets import Sheet
from core.insight.volumes import is_sum
from core.insight.weekdays import WEEKS_LEAST, Weekday, WeekdayPattern
from core.reports.charts.tables import table_of
from core.reports.document import Cell, Head, Table
from core.reports.parts.explore import figure_text, inside, move_text, unit_of, what_moved
from core.reports.words import share, shown, tone_of

TOO_LITTLE = "too little data"
OVERLAPPING_RANGES = (
    "Where the ranges of two weekdays overlap widely, they do not differ by more than single days "
    "do."
)


def plural(found: CutTable) -> str:
    """Return what the rows are, as a heading."""
    return f"{found.cut.plural[:1].upper()}{found.cut.plural[1:]}"


def counted(found: CutTable) -> str:
    """Return how many rows there are, and which of them are shown."""
    if found.pages == 1:
        return f"{len(found.rows):,}"
    first = (found.page - 1) * PAGE_ROWS + 1
    return f"{first:,} to {first + len(found.shown) - 1:,} of {len(found.rows):,}"


def moved_words(found: Movers, currency: str) -> str:
    """Return a metric's change in a sentence, with its two effects where there are two."""
    entry = found.metric
    first, last = (figure_text(end, found, currency) for end in (found.before, found.now))
    told = f"{entry.label} went from {first} to {last}, {move_text(found.change, found, currency)}"
    if is_sum(entry):
        return f"{told}: the parts add up to it exactly."
    mix, rate = (move_text(part, found, currency) for part in (found.mix, found.rate))
    return (
        f"{told}: {mix} because the mix is another (more or less weight on what was better or "
        f"worse than the whole), {rate} because parts perform otherwise. All parts add up exactly."
    )


def too_few_weeks(found: WeekdayPattern) -> str:
    """Return why weekdays show no pattern yet."""
    return (
        f"A weekday must have been seen {WEEKS_LEAST} times before one can speak of a pattern; the "
        f"rarest of them is known {found.weeks} times so far."
    )


def move_lines(found: Movers, currency: str, sheet: Sheet) -> Table:
    """Return the way from the figure before to that of now, a line a step."""
    told = table_of(what_moved(found, currency))
    return Table(
        name=f"What moved {found.metric.label}",
        heads=tuple(Head(title, is_number=n > 0) for n, title in enumerate(told.heads)),
        rows=tuple(tuple(map(Cell, row)) for row in told.rows),
        sheet=sheet,
    )


def cut_lines(found: CutTable, sheet: Sheet) -> Table:
    """Return the page of rows with the totals of all, where rows may be added up."""
    entries = _entries(found)
    index = [Head("Index")] if found.has_index else []
    unit = found.group.currency
    return Table(
        name=plural(found),
        heads=(
            Head(found.cut.name, is_number=False),
            Head(unit_of(found.size, unit)),
            Head(f"Share of {inside(found.size.label)}"),
            Head(f"Share of {inside(found.earned.label)}"),
            *index,
            *(Head(unit_of(entry, unit)) for entry in entries),
        ),
        rows=tuple(_cells(found, row, entries) for row in found.shown),
        totals=_totals(found, entries),
        note=_note(found),
        sheet=sheet,
        is_main=True,
    )


def _entries(found: CutTable) -> list[Metric]:
    return [entry for entry in found.metrics if entry.key != found.size.key]


def _note(found: CutTable) -> str:
    if not found.has_index:
        return ""
    size, earned = inside(found.size.label), inside(found.earned.label)
    return (
        f"Index: share of {earned} over share of {size}; above 100 a row brings more than it takes."
    )


def _cells(found: CutTable, row: CutRow, entries: list[Metric]) -> tuple[Cell, ...]:
    size = shown(found.size, row.value(found.size), found.group.currency)
    index = [_index(found, row)] if found.has_index else []
    return (
        Cell(row.name, row.note),
        _moved(found, row, found.size, size),
        Cell(share(row.share)),
        Cell(share(row.earned)),
        *index,
        *(_figure(found, row, entry) for entry in entries),
    )


def _figure(found: CutTable, row: CutRow, entry: Metric) -> Cell:
    value = row.value(entry)
    told = shown(entry, value, found.group.currency)
    if value is None:
        return Cell(ABSENT)
    if entry.is_ratio and not found.is_firm(row, entry):
        return Cell(told, TOO_LITTLE)
    return _moved(found, row, entry, told)


def _moved(found: CutTable, row: CutRow, entry: Metric, text: str) -> Cell:
    """Return a figure over its change, where there is enough to compare."""
    moved = row.change(entry)
    if moved is None or not found.may_compare(row, entry):
        return Cell(text)
    sign = "+" if moved > 0 else MINUS if moved < 0 else ""
    tone = tone_of(entry, moved)
    return Cell(text, f"{sign}{percent(abs(moved))}", "" if tone == "neutral" else tone)


def _index(found: CutTable, row: CutRow) -> Cell:
    if row.index is None:
        return Cell(ABSENT)
    is_firm = found.is_firm(row, found.earned)
    return Cell(f"{row.index * 100:,.0f}", "" if is_firm else TOO_LITTLE)


def _totals(found: CutTable, entries: list[Metric]) -> tuple[Cell, ...]:
    if found.total is None:
        return ()
    now, unit, is_whole = found.total.now, found.group.currency, share(Decimal(1))
    return (
        Cell(f"All {len(found.rows):,}"),
        Cell(shown(found.size, of(found.size, now), unit)),
        Cell(is_whole),
        Cell(is_whole if now.get(found.earned.key) else ABSENT),
        *([Cell("100")] if found.has_index else []),
        *(Cell(shown(entry, of(entry, now), unit)) for entry in entries),
    )


def pivot_lines(found: Pivot, currency: str, sheet: Sheet) -> Table:
    """Return two cuts crossed; the deeper a cell, the higher its figure."""

    def cell(one: PivotCell) -> Cell:
        if one.value is None:
            return Cell(ABSENT)
        small = "" if one.is_firm else TOO_LITTLE
        depth = float(one.heat) if one.is_firm and one.heat is not None else 0.0
        return Cell(shown(found.metric, one.value, currency), small, depth=depth)

    sums = found.row_totals
    heads = (*found.columns, *(("All",) if sums else ()))
    rows = (
        (Cell(name), *map(cell, cells), *([cell(sums[n])] if sums else []))
        for n, (name, cells) in enumerate(zip(found.rows, found.cells, strict=True))
    )
    totals: tuple[Cell, ...] = ()
    if found.column_totals and found.total:
        totals = (Cell("All"), *map(cell, (*found.column_totals, found.total)))
    return Table(
        name=f"{found.rows_cut.name} by {found.columns_cut.name}",
        heads=(Head(found.rows_cut.name, is_number=False), *map(Head, heads)),
        rows=tuple(rows),
        totals=totals,
        note=found.sentence,
        sheet=sheet,
    )


def weekday_lines(found: WeekdayPattern, currency: str, sheet: Sheet) -> Table:
    """Return a line a weekday, with the range of its single days."""
    entry = found.metric

    def cells(one: Weekday) -> tuple[Cell, ...]:
        low, value, high = (shown(entry, v, currency) for v in (one.low, one.value, one.high))
        index = ABSENT if one.index is None else f"{one.index * 100:.0f}"
        return (Cell(one.name), Cell(value), Cell(index), Cell(f"{low} to {high}"))

    return Table(
        name="Weekdays",
        heads=(
            Head("Weekday", is_number=False),
            Head(unit_of(entry, currency)),
            Head("Index"),
            Head("Lowest to highest day"),
        ),
        rows=tuple(cells(one) for one in found.weekdays),
        note=OVERLAPPING_RANGES,
        sheet=sheet,
    )
