"""Advertisers as lines of a document: the month against plan, each in its own currency."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.formats import ABSENT, compact
from core.domain.metrics import Unit
from core.insight.history import Amount
from core.insight.portfolio_row import PortfolioRow
from core.insight.sheets import portfolio_sheet
from core.reports.document import Cell, Head, Table
from core.reports.words import share

_TONES = ("bad", "warn", "good", "")
_HEADS = (
    Head("Advertiser", is_number=False, share=2.4),
    Head("Month to date", share=1.2),
    Head("Plan to date", share=1.2),
    Head("Of plan", share=0.9),
    Head("Projected month", share=1.2),
    Head("Planned month", share=1.2),
    Head("At goal", share=0.9),
    Head("Status", is_number=False, share=1.6),
)


def portfolio_lines(rows: Sequence[PortfolioRow]) -> Table:
    """Return a line per advertiser, the most pressing first."""
    ordered = sorted(rows, key=lambda row: _TONES.index(row.tone))
    return Table(
        name="Portfolio",
        heads=_HEADS,
        rows=tuple(_cells(row) for row in ordered),
        sheet=portfolio_sheet(ordered),
    )


def _cells(row: PortfolioRow) -> tuple[Cell, ...]:
    currency = row.advertiser.currency

    def money(amount: Amount) -> Cell:
        return Cell(compact(amount, Unit.MONEY, currency) if amount is not None else ABSENT)

    return (
        Cell(row.advertiser.name, _place(row)),
        money(row.spend),
        money(row.planned or None),
        Cell(share(row.of_plan)),
        money(row.projected if row.planned_month else None),
        money(row.planned_month or None),
        Cell(_goals(row)),
        _status(row),
    )


def _place(row: PortfolioRow) -> str:
    place = f"{row.native_currency}, {row.advertiser.timezone}"
    return place if row.conversion is None else f"{place}; {row.conversion.words}"


def _goals(row: PortfolioRow) -> str:
    return f"{row.goals.met} of {row.goals.judged}" if row.goals.judged else ABSENT


def _status(row: PortfolioRow) -> Cell:
    if row.calls:
        return Cell(", ".join(f"{count} {word}" for word, count in row.calls), tone=row.tone)
    return Cell("on pace" if row.tone == "good" else "nothing running", tone=row.tone)
