"""Who is credited, as lines of a document: seen or clicked, promoted or halo."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from core.domain.formats import percent
from core.insight.history import Amount
from core.insight.performance.credit import Credit
from core.insight.sheets import Sheet
from core.reports.document import Cell, Head, Table
from core.reports.words import shown

NOT_TOLD = "Amazon tells units and sales by promoted product and halo, not by views and clicks."
_HEADS = ("Whole brand", "Total", "Seen", "Clicked", "Promoted", "Halo")


def credit_lines(found: Sequence[Credit], currency: str, sheet: Sheet) -> Table:
    """Return a line a kind of event."""
    return Table(
        name="Who is credited",
        heads=tuple(Head(title, is_number=n > 0) for n, title in enumerate(_HEADS)),
        rows=tuple(_cells(one, currency) for one in found),
        note=NOT_TOLD,
        sheet=sheet,
    )


def _cells(one: Credit, currency: str) -> tuple[Cell, ...]:
    def figure(value: Amount, part: Decimal | None = None) -> Cell:
        return Cell(shown(one.metric, value, currency), "" if part is None else percent(part))

    clicked, halo = one.clicked_share, one.halo_share
    return (
        Cell(one.metric.label),
        figure(one.whole),
        figure(one.seen, None if clicked is None else 1 - clicked),
        figure(one.clicked, clicked),
        figure(one.promoted, None if halo is None else 1 - halo),
        figure(one.halo, halo),
    )
