"""A chart as a small SVG without any library: for pages that no script may run on.

Colours are the page's own custom properties, names are text, and the table beside it has every
figure; the sketch shows the shape.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

from core.reports.charts.values import LineChart

_WIDTH, _HEIGHT, _FOOT = 928.0, 200.0, 22.0
_TRAIL_WIDTH, _TRAIL_HEIGHT = 96.0, 18.0
_COLOURS = ("--series-1", "--series-2", "--series-3", "--series-4")


def line_sketch(chart: LineChart) -> str:
    """Return the lines of a chart; "" where there is nothing to draw."""
    highest = _highest(chart)
    if highest <= 0 or len(chart.days) < 2:
        return ""
    body = "".join(_lines(chart, highest))
    foot = _HEIGHT + _FOOT - 6
    return (
        f'<svg viewBox="0 0 {_WIDTH:.0f} {_HEIGHT + _FOOT:.0f}" role="img" '
        f'aria-label="{escape(chart.question)}">'
        f'<line class="axis" x1="0" y1="{_HEIGHT}" x2="{_WIDTH}" y2="{_HEIGHT}"/>{body}'
        f'<text x="0" y="{foot}">{chart.days[0]:%-d %b}</text>'
        f'<text x="{_WIDTH}" y="{foot}" text-anchor="end">{chart.days[-1]:%-d %b %Y}</text></svg>'
    )


def trail_sketch(values: Sequence[float | None]) -> str:
    """Return a small line without an axis; "" where there is nothing to draw."""
    known = [value for value in values if value is not None]
    if len(known) < 2:
        return ""
    low, span = min(known), (max(known) - min(known)) or 1.0
    step = _TRAIL_WIDTH / (len(values) - 1)
    runs: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            height = _TRAIL_HEIGHT * (1 - (value - low) / span)
            runs[-1].append(f"{place * step:.1f},{height:.1f}")
    lines = "".join(
        f'<polyline stroke="var({_COLOURS[0]})" points="{" ".join(run)}"/>' for run in runs if run
    )
    box = f"0 -1 {_TRAIL_WIDTH:.0f} {_TRAIL_HEIGHT + 2:.0f}"
    return f'<svg viewBox="{box}" style="width:96px" aria-hidden="true">{lines}</svg>'


def _highest(chart: LineChart) -> float:
    sizes = (
        size
        for series in chart.series
        for point in series.points
        for size in (point.value, point.before, point.plan)
    )
    return max((size for size in sizes if size is not None), default=0.0)


def _lines(chart: LineChart, highest: float) -> Iterator[str]:
    for place, series in enumerate(chart.series[: len(_COLOURS)]):
        colour = f"var({_COLOURS[place]})"
        for name, dash in (("plan", "2 3"), ("before", "5 4"), ("value", "")):
            values = [getattr(point, name) for point in series.points]
            style = f'stroke="{colour}"' + (f' stroke-dasharray="{dash}"' if dash else "")
            opacity = "" if name == "value" else ' opacity="0.5"'
            for piece in _pieces(values, highest):
                yield f'<polyline {style}{opacity} points="{piece}"/>'


def _pieces(values: Sequence[float | None], highest: float) -> Iterator[str]:
    """Yield the runs of known days: a line has a gap where a day is not known."""
    step = _WIDTH / (len(values) - 1)
    run: list[str] = []
    for place, value in enumerate([*values, None]):
        if value is not None:
            height = _HEIGHT - max(value, 0.0) / highest * (_HEIGHT - 6)
            run.append(f"{place * step:.1f},{height:.1f}")
        elif run:
            yield " ".join(run)
            run = []
