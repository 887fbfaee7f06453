"""The tables of Compare as files."""

from __future__ import annotations

from decimal import Decimal

from core.domain.columns import Column, Form
from core.insight.comparison import Compared, said_days
from core.insight.explore_sheets import cell, titled
from core.insight.sheets import Sheet


def difference_sheet(found: Compared) -> Sheet:
    """Return a row for each metric and line: the first and last day that its value is of, the
    value, the difference to the first line, the span in which that plausibly lies, and what may
    be said of it.
    """
    columns = (
        Column("Metric"),
        Column("Line"),
        Column("First day", Form.DAY),
        Column("Last day", Form.DAY),
        Column("Value", Form.NUMBER),
        Column("Difference to the first line", Form.RATE),
        Column("At least", Form.RATE),
        Column("At most", Form.RATE),
        Column("Said of it"),
    )
    rows = []
    for compared in found.table:
        for line, difference in zip(found.lines, compared.differences, strict=True):
            currency = line.contender.group.currency
            sure, told = difference.certainty, found.told_days(line) or line.contender.days
            rows.append(
                (
                    titled(compared.metric, currency),
                    line.contender.name,
                    told.start.isoformat(),
                    told.end.isoformat(),
                    cell(compared.metric, difference.value, currency),
                    _fraction(difference.relative),
                    _fraction(sure.low if sure else None),
                    _fraction(sure.high if sure else None),
                    sure.verdict.value if sure else None,
                )
            )
    return Sheet(columns, tuple(rows), tuple(_lines(found)))


def _lines(found: Compared) -> list[str]:
    told = [f"{line.contender.name}: {said_days(found, line)}" for line in found.lines]
    return [*told, f"Figures are of the {len(found.common)} days that every line knows."]


def _fraction(value: Decimal | float | None) -> str | None:
    return None if value is None else f"{value:.6f}"
