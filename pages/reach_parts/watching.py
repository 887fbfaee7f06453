"""How far videos are watched, and whether ads can be seen."""

from __future__ import annotations

from core.insight.reach.video import Video
from core.insight.trend import Trend
from core.reports.parts.reaches import video_tiles, watched_chart
from core.reports.parts.trends import by_day
from core.reports.words import share
from core.web.parts import charts, tiles
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc


def draw_figures(found: Video, words: str) -> None:
    """Draw the rates; `words` say what changes are held against."""
    name = f"Video and viewability, {found.group.currency}"
    tiles.row(list(video_tiles(found, words)), name=name)
    if not found.has_video:
        draw_html('<p class="fd-muted">No video ad started in these days.</p>')


def draw_steps(found: Video) -> None:
    """Draw how many were watched how far."""
    charts.bars(watched_chart(found), key=f"reach.watched.{found.group.currency}")
    steps = ", ".join(
        f"{step.count.metric.label.lower()} {share(step.of_starts)}" for step in found.steps[1:]
    )
    draw_html(f'<p class="fd-muted">{esc(f"Of those who started: {steps}.")}</p>')


def draw_trend(found: Trend, words: str) -> None:
    """Draw a rate by day with the days it is held against."""
    charts.lines(by_day(found, words), key=f"reach.trend.{found.group.currency}")
