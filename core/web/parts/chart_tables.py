"""The figures of a chart as an HTML table."""

from __future__ import annotations

from collections.abc import Sequence

from core.reports.charts.tables import table_of
from core.reports.charts.values import AnyChart
from core.web.parts.markup import esc


def table_html(chart: AnyChart) -> str:
    """Return every figure of a chart: days newest first, bars in their order."""
    table = table_of(chart)
    first, *others = table.heads
    top = f'<th scope="col">{esc(first)}</th>' + "".join(
        f'<th scope="col" class="fd-num">{esc(head)}</th>' for head in others
    )
    body = "".join(_row(row) for row in table.rows)
    html = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return f'<div class="fd-scroll" tabindex="0">{html}</div>'


def _row(row: Sequence[str]) -> str:
    first, *others = row
    cells = "".join(f'<td class="fd-num">{esc(cell)}</td>' for cell in others)
    return f'<tr><th scope="row">{esc(first)}</th>{cells}</tr>'
