"""The tables of the Performance screen as files: exactly what is shown, and every row of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.domain.columns import Column, Form, column_of
from core.domain.metrics import Metric, Unit
from core.domain.views import Level
from core.insight.history import Figure
from core.insight.performance.credit import Credit
from core.insight.performance.funnel import Funnel
from core.insight.performance.levels import ONE
from core.insight.performance.returns import Returns
from core.insight.performance.table import Row, Table
from core.insight.sheets import Sheet, change_cell, figure_cell, period_lines

Cell = str | None


def titled(entry: Metric, currency: str, more: str = "") -> str:
    """Return a column's heading: the metric's name, and its currency where it is money."""
    unit = f", {currency}" if entry.unit is Unit.MONEY else ""
    return f"{entry.name}{more}{unit}"


def table_sheet(found: Table) -> Sheet:
    """Return the rows of a table, then its totals; each metric with what it is held against."""
    heads = [*_whose_columns(found), *(c for m in found.columns for c in _columns(m, found))]
    heads.append(Column("Rests on too little", Form.TEXT, meaning="Columns with too few events."))
    rows = [_row(found, row) for row in found.rows]
    totals: list[Cell] = ["All", *[None] * (len(_whose_columns(found)) - 1)]
    totals += [cell for figure in found.totals for cell in _cells(figure, found)]
    lines = [*period_lines(found.group), *found.reasons.values()]
    return Sheet(tuple(heads), (*rows, (*totals, None)), tuple(dict.fromkeys(lines)))


def _whose_columns(found: Table) -> list[Column]:
    one = ONE[found.level].capitalize()
    more = ["Order", "Order ID"] if found.level is Level.LINE_ITEM else []
    whose = [] if found.level is Level.ADVERTISER else ["Advertiser"]
    return [Column(title) for title in (one, f"{one} ID", *more, *whose)]


def _columns(entry: Metric, found: Table) -> Iterator[Column]:
    currency = found.group.currency
    yield column_of(entry, title=titled(entry, currency), currency=currency)
    if found.group.compared:
        before = titled(entry, currency, " compared")
        yield column_of(entry, title=before, currency=currency)
        yield Column(f"Change of {entry.name}", Form.RATE)


def _row(found: Table, row: Row) -> tuple[Cell, ...]:
    more = [row.order, row.order_id] if found.level is Level.LINE_ITEM else []
    whose = [] if found.level is Level.ADVERTISER else [row.advertiser]
    figures = (cell for figure in row.figures for cell in _cells(figure, found))
    thin = ", ".join(m.label for m in found.columns if m.key in row.thin)
    return (row.name, row.entity_id, *more, *whose, *figures, thin or None)


def _cells(figure: Figure, found: Table) -> list[Cell]:
    currency = found.group.currency
    now = figure_cell(figure.metric, figure.value, currency)
    if not found.group.compared:
        return [now]
    before = figure_cell(figure.metric, figure.before, currency)
    return [now, before, change_cell(figure.change)]


def funnel_sheet(found: Funnel) -> Sheet:
    """Return the funnel, a row a step."""
    currency = found.group.currency
    columns = (
        Column("Stage"),
        Column("Counted"),
        Column("Count", Form.COUNT),
        Column("Count compared", Form.COUNT),
        Column("Rate on the step before", Form.RATE),
        Column("Rate compared", Form.RATE),
        Column(f"Cost of one (of a thousand impressions), {currency}", Form.MONEY, currency),
    )
    rows = tuple(
        (
            step.stage.value,
            step.count.metric.name,
            figure_cell(step.count.metric, step.count.value, currency),
            figure_cell(step.count.metric, step.count.before, currency),
            change_cell(step.rate.value) if step.rate else None,
            change_cell(step.rate.before) if step.rate else None,
            figure_cell(step.cost.metric, step.cost.value, currency),
        )
        for step in found.steps
    )
    return Sheet(columns, rows, tuple(period_lines(found.group)))


def credit_sheet(found: Sequence[Credit], currency: str, lines: Sequence[str]) -> Sheet:
    """Return the credit, a row a kind of event."""
    heads = ("Total", "By ads seen", "By ads clicked")
    columns = (
        Column("Event"),
        *(Column(head, Form.NUMBER) for head in heads),
        Column("Clicked, share", Form.RATE),
        Column("Promoted products", Form.NUMBER),
        Column("Brand halo", Form.NUMBER),
        Column("Halo, share", Form.RATE),
    )
    rows = tuple(
        (
            titled(one.metric, currency),
            *(figure_cell(one.metric, v, currency) for v in (one.whole, one.seen, one.clicked)),
            change_cell(one.clicked_share),
            *(figure_cell(one.metric, v, currency) for v in (one.promoted, one.halo)),
            change_cell(one.halo_share),
        )
        for one in found
    )
    return Sheet(columns, rows, tuple(lines))


def returns_sheet(found: Returns) -> Sheet:
    """Return both ways of reckoning the return, a row a day."""
    columns = (
        Column("Day", Form.DAY),
        Column(f"{found.metric.name}, as Amazon reports it", Form.MULTIPLE),
        Column(f"{found.metric.name}, 14 days up to the day", Form.MULTIPLE),
    )
    sides = zip(found.days, found.by_day, found.trailing_by_day, strict=True)
    rows = tuple(
        (
            day.isoformat(),
            figure_cell(found.metric, reported, ""),
            figure_cell(found.metric, trailing, ""),
        )
        for day, reported, trailing in sides
    )
    return Sheet(columns, rows, tuple(period_lines(found.group)))
