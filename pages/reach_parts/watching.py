"""How far videos are watched, and whether ads can be seen."""

from __future__ import annotations

from core.insight.reach.video import Video
from core.insight.trend import Trend
from core.reports.parts.reach_lines import NO_VIDEO, steps_words
from core.reports.parts.reaches import video_tiles, watched_chart
from core.reports.parts.trends import by_day
from core.web.parts import charts, tiles
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc


def draw_figures(found: Video, words: str) -> None:
    """Draw the rates; `words` say what changes are held against."""
    name = f"Video and viewability, {found.group.currency}"
    tiles.row(list(video_tiles(found, words)), name=name)
    if not found.has_video:
        draw_html(f'<p class="fd-muted">{esc(NO_VIDEO)}</p>')


def draw_steps(found: Video) -> None:
    """Draw how many were watched how far."""
    charts.bars(watched_chart(found), key=f"reach.watched.{found.group.currency}")
    draw_html(f'<p class="fd-muted">{esc(steps_words(found))}</p>')


def draw_trend(found: Trend, words: str) -> None:
    """Draw a rate by day with the days it is held against."""
    charts.lines(by_day(found, words), key=f"reach.trend.{found.group.currency}")
