"""Return on ad spend as Amazon reports it, beside that of fourteen days."""

from __future__ import annotations

from core.insight.performance.returns import Returns
from core.reports.parts.returns import return_tiles, returns_by_day, why_they_differ
from core.web.parts import charts, tiles
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc


def draw(whole: Returns, promoted: Returns, words: str) -> None:
    """Draw both kinds both ways, by day for the whole brand, and why the two differ."""
    section("Return on ad spend, two ways")
    tiles.row(list(return_tiles(whole, promoted, words)), name="Return on ad spend")
    charts.lines(returns_by_day(whole), key="performance.roas")
    draw_html(f'<p class="fd-muted">{esc(why_they_differ(whole))}</p>')
