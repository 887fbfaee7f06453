"""Orders as lines of a document: each with its plan, pace, KPI and goal."""

from __future__ import annotations

from decimal import Decimal

from core.domain.formats import ABSENT, MINUS, percent
from core.insight.goals import Goal
from core.insight.order_table import OrderRow, OrderTable
from core.insight.sheets import Sheet
from core.insight.tiles import Tiles
from core.reports.document import Cell, Head, Table
from core.reports.words import amount, share, shown

LINES_MAX = 18
_TOLD_FROM = Decimal("0.0005")
_GOALS = {
    Goal.MET: ("at goal", "good"),
    Goal.MISSED: ("missed", "bad"),
    Goal.TOO_LITTLE: ("too little data", ""),
}


def order_lines(found: OrderTable, figures: Tiles, sheet: Sheet) -> Table:
    """Return the first eighteen orders in the table's order; the note counts the others."""
    currency = found.group.currency
    whose = len(found.group.advertisers) > 1
    shown_rows = found.rows[:LINES_MAX]
    return Table(
        name="Orders",
        heads=_heads(currency),
        rows=tuple(_cells(row, currency, whose=whose) for row in shown_rows),
        totals=_totals(found, figures, currency),
        note=_note(found, len(shown_rows)),
        sheet=sheet,
    )


def _heads(currency: str) -> tuple[Head, ...]:
    return (
        Head("Order", is_number=False, share=2.9),
        Head(f"Spend, {currency}", share=1.35),
        Head(f"Plan, {currency}", share=1.35),
        Head("Pacing", share=1.0),
        Head("KPI", share=1.3),
        Head("Goal", share=1.2),
        Head("Status", is_number=False, share=1.15),
    )


def _cells(row: OrderRow, currency: str, *, whose: bool) -> tuple[Cell, ...]:
    return (
        Cell(row.name, row.advertiser if whose else ""),
        Cell(amount(row.spend, currency), moved_by(row.spend_change)),
        Cell(amount(row.planned, currency), _of_plan(row.of_plan)),
        Cell(share(row.pacing)),
        Cell(
            shown(row.kpi, row.kpi_value, currency),
            f"{row.kpi.label} {moved_by(row.kpi_change)}".strip(),
        ),
        _goal(row, currency),
        Cell(row.status.value, tone=row.status.tone),
    )


def _goal(row: OrderRow, currency: str) -> Cell:
    if row.kpi_target is None:
        return Cell(ABSENT)
    word, tone = _GOALS.get(row.goal, ("", ""))
    return Cell(shown(row.kpi, row.kpi_target, currency), word, tone)


def _totals(found: OrderTable, figures: Tiles, currency: str) -> tuple[Cell, ...]:
    spend = figures.spend
    return (
        Cell(f"All {found.total:,}"),
        Cell(amount(spend.value, currency), moved_by(spend.change)),
        Cell(amount(figures.plan.planned or None, currency), _of_plan(figures.plan.share)),
        Cell(share(figures.pacing.ratio)),
        Cell(ABSENT, "not added up"),
        Cell(""),
        Cell(""),
    )


def _of_plan(part: Decimal | None) -> str:
    return "" if part is None else f"{percent(part)} spent"


def moved_by(change: Decimal | None) -> str:
    """Return a relative change with its sign; "" where nothing can be compared."""
    if change is None:
        return ""
    if abs(change) < _TOLD_FROM:
        return "no change"
    return f"{'+' if change > 0 else MINUS}{percent(abs(change))}"


def _note(found: OrderTable, listed: int) -> str:
    if found.total <= listed:
        return ""
    return f"{listed} of {found.total:,} orders; the workbook of this report holds every one."
