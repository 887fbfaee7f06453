"""Return on ad spend as Amazon reports it, beside that of fourteen days."""

from __future__ import annotations

from core.domain.formats import exact
from core.insight.performance.returns import Returns
from core.reports.figures import Tile
from core.reports.parts.returns import returns_by_day, why_they_differ
from core.reports.words import about, moved, shown, tone_of, trail
from core.web.parts import charts, tiles
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc

KINDS = ("total_roas", "roas")


def draw(whole: Returns, promoted: Returns, words: str) -> None:
    """Draw both kinds both ways, by day for the whole brand, and why the two differ."""
    section("Return on ad spend, two ways")
    pairs = [_pair(found, words) for found in (whole, promoted)]
    tiles.row([tile for pair in pairs for tile in pair], name="Return on ad spend")
    charts.lines(returns_by_day(whole), key="performance.roas")
    draw_html(f'<p class="fd-muted">{esc(why_they_differ(whole))}</p>')


def _pair(found: Returns, words: str) -> list[Tile]:
    entry = found.metric
    last = f"{found.days[-1]:%-d %b}" if found.days else ""
    return [
        Tile(
            label=f"{entry.label}, as reported",
            figure=shown(entry, found.reported.value, ""),
            change=moved(found.reported, words),
            tone=tone_of(entry, found.reported.change),
            trail=trail(found.by_day),
            meaning=about(entry),
        ),
        Tile(
            label=f"{entry.label}, 14 days",
            figure=exact(found.trailing, entry.unit),
            note=f"the 14 days to {last}" if last else "",
            trail=trail(found.trailing_by_day),
            meaning="Sales over cost of the fourteen days in which an ad may be credited.",
        ),
    ]
