"""Which orders a change came from, as lines whose parts add up to it."""

from __future__ import annotations

from decimal import Decimal

from core.domain.columns import Column, Form
from core.domain.formats import percent, signed
from core.domain.metrics import Unit
from core.insight.contribution import Contribution
from core.insight.sheets import Sheet
from core.reports.document import Cell, Head, Table
from core.reports.words import tone_of

LINES_MAX = 8


def movers(found: Contribution, currency: str) -> Table:
    """Return the orders that moved a metric most; the others are one line, and all add up."""
    first, rest = found.shares[:LINES_MAX], found.shares[LINES_MAX:]
    rows = [
        (Cell(share.name), _amount(found, share.amount, currency), _part(found, share.amount))
        for share in first
    ]
    if rest:
        left = sum((share.amount for share in rest), Decimal(0))
        told = Cell(f"{len(rest)} other orders")
        rows.append((told, _amount(found, left, currency), _part(found, left)))
    label = found.metric.label
    return Table(
        name=f"What moved {label}",
        heads=(
            Head("Order", is_number=False, share=3.2),
            Head(f"Change of {label}", share=1.2),
            Head("Part of the change", share=1.0),
        ),
        rows=tuple(rows),
        totals=(Cell("All together"), _amount(found, found.change, currency), Cell("100 %")),
        sheet=_sheet(found, currency),
    )


def _amount(found: Contribution, amount: Decimal, currency: str) -> Cell:
    unit = found.metric.unit
    if unit is Unit.RATE:
        text = f"{signed(amount * 100, Unit.MULTIPLE)} points"
    else:
        text = signed(amount, unit, currency)
    return Cell(text, tone=tone_of(found.metric, amount))


def _part(found: Contribution, amount: Decimal) -> Cell:
    return Cell(percent(amount / found.change) if found.change else "")


def _sheet(found: Contribution, currency: str) -> Sheet:
    form = Form.MONEY if found.metric.unit is Unit.MONEY else Form.NUMBER
    columns = (
        Column("Order"),
        Column("Order ID"),
        Column(f"Change of {found.metric.label}", form, currency if form is Form.MONEY else ""),
    )
    rows = tuple((s.name, s.order_id, f"{s.amount:f}") for s in found.shares)
    return Sheet(columns, rows)
