"""The difference table: each metric of each line, and what may be said of its difference."""

from __future__ import annotations

from core.domain.metrics import Metric, Unit
from core.insight.comparison import Compared, ComparedMetric, Difference, said_days
from core.reports.parts.compare import METHOD, certainty_text, difference_text, tone_for
from core.web.parts import table
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc
from core.web.parts.table import Head
from core.web.parts.words import about, shown


def draw(found: Compared) -> None:
    """Draw the table; the first line is what the others are held against."""
    heads = [
        Head("Metric", is_number=False),
        *(Head(line.contender.name, meaning=said_days(found, line)) for line in found.lines),
    ]
    rows = [_cells(found, compared) for compared in found.table]
    table.figures(heads, rows, name=f"Differences of {len(found.lines)} lines")
    draw_html(f'<p class="fd-muted">{esc(METHOD)}</p>')


def _cells(found: Compared, compared: ComparedMetric) -> list[str]:
    entry = compared.metric
    cells = [f'<span title="{esc(about(entry))}">{esc(entry.label)}</span>']
    for n, (line, difference) in enumerate(zip(found.lines, compared.differences, strict=True)):
        value = esc(_value(entry, difference, line.contender.group.currency))
        cells.append(f"{value}<br>{_difference(entry, difference)}" if n else value)
    return cells


def _value(entry: Metric, difference: Difference, currency: str) -> str:
    return shown(entry, difference.value, currency if entry.unit is Unit.MONEY else "")


def _difference(entry: Metric, difference: Difference) -> str:
    mark = tone_for(entry, difference)
    css = f' class="fd-{mark}"' if mark else ""
    told = esc(certainty_text(difference.certainty))
    return f"<small><span{css}>{esc(difference_text(difference))}</span><br>{told}</small>"
