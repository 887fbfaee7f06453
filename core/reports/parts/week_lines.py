"""The weeks of a period as lines: what each cost and what it bought."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.columns import Column, Form, column_of
from core.domain.metrics import Metric
from core.insight.history import Amount
from core.insight.sheets import Sheet
from core.insight.weeks import Week
from core.reports.document import Cell, Head, Table
from core.reports.words import shown


def week_lines(found: Sequence[Week], metrics: Sequence[Metric], currency: str) -> Table:
    """Return a line a week, oldest first."""
    return Table(
        name="Weeks",
        heads=(Head("Week", is_number=False, share=1.6), *(Head(m.label) for m in metrics)),
        rows=tuple(
            (
                Cell(str(week.days), "" if week.is_whole else f"{week.days.length} days of it"),
                *(Cell(shown(m, week.value(m), currency)) for m in metrics),
            )
            for week in found
        ),
        sheet=_sheet(found, metrics, currency),
    )


def _sheet(found: Sequence[Week], metrics: Sequence[Metric], currency: str) -> Sheet:
    columns = (
        Column("From", Form.DAY),
        Column("To", Form.DAY),
        *(column_of(m, title=m.name, currency=currency) for m in metrics),
    )
    rows = tuple(
        (
            week.days.start.isoformat(),
            week.days.end.isoformat(),
            *(_plain(week.value(m)) for m in metrics),
        )
        for week in found
    )
    return Sheet(columns, rows)


def _plain(value: Amount) -> str | None:
    return None if value is None else f"{value:f}"
