"""Reach and video as tiles and charts; nothing here adds people up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core.domain.catalogue import metric
from core.domain.formats import ABSENT, change, exact, percent
from core.domain.metrics import Unit
from core.insight.history import Figure
from core.insight.reach.reach import FREQUENCIES, Parts, WindowReach
from core.insight.reach.video import Video, Watched
from core.insight.reach.windows import WORDS
from core.reports.charts.values import BarChart, BarRow, Point
from core.reports.figures import Tile
from core.reports.words import about, brief, moved, shown, tone_of

_REACH, _FREQUENCY = metric("reach"), metric("frequency")
NEVER_ADDED = (
    "People reached on two days, or by two orders, are one person: each figure stands for its own "
    "window, as Amazon reported it, and none is added to another."
)


def window_tiles(found: Sequence[WindowReach]) -> Iterator[Tile]:
    """Yield a tile for each span of one advertiser: the days chosen first."""
    for one in found:
        frequency = exact(one.frequency, Unit.AVERAGE)
        told = f"seen {frequency} times each on average" if one.frequency is not None else ""
        yield Tile(
            label=f"{window_words(one)}, {one.days}" if one.days else window_words(one),
            figure=brief(_REACH, one.reach, ""),
            exact=shown(_REACH, one.reach, ""),
            change=_moved(one),
            tone=tone_of(_REACH, one.change),
            note=one.reason or told,
            meaning=about(_REACH),
        )


def window_words(one: WindowReach) -> str:
    """Return what a span is called: "7 days", or that it is the days chosen on the screen."""
    return WORDS[one.window].capitalize() if one.window else "Days chosen"


def _moved(one: WindowReach) -> str:
    if one.before is None or one.reach_before is None:
        return ""
    told = change(one.reach, one.reach_before, f"on {one.before}")
    return "" if told == ABSENT else told


def frequency_chart(found: Parts) -> BarChart:
    """Return how many orders show their ads how often to a person, on average."""
    pairs = zip(FREQUENCIES, found.frequencies, strict=True)
    return BarChart(
        question="How often do orders reach one and the same person?",
        unit="Orders, by average frequency",
        rows=[
            BarRow(words, Point(float(count), f"{count:,} order{'' if count == 1 else 's'}"))
            for (words, _, _), count in pairs
        ],
    )


def watched_chart(found: Video) -> BarChart:
    """Return how many of the video ads that started were watched how far."""
    return BarChart(
        question="How far are the videos watched?",
        unit="Video ads",
        rows=[BarRow(step.count.metric.name, _watched(step)) for step in found.steps],
    )


def _watched(step: Watched) -> Point:
    value = step.count.value
    share = "" if step.of_starts is None else f", {percent(step.of_starts)} of starts"
    before = step.of_starts_before
    return Point(
        None if value is None else float(value),
        f"{shown(step.count.metric, value, '')}{share}",
        before_text="" if before is None else f"{percent(before)} of starts",
    )


def video_tiles(found: Video, words: str) -> Iterator[Tile]:
    """Yield the rates of watching and seeing, and of the group bought."""
    currency = found.group.currency
    yield _tile(found.impressions, currency, words)
    for figure in found.figures:
        is_on_target = figure.metric.key.startswith("on_target")
        if is_on_target and not found.is_measured:
            yield Tile(
                label=figure.metric.label,
                figure=ABSENT,
                note="No impression was measured against a demographic group.",
                meaning=about(figure.metric),
            )
        else:
            yield _tile(figure, currency, words)


def _tile(figure: Figure, currency: str, words: str) -> Tile:
    entry = figure.metric
    return Tile(
        label=entry.label,
        figure=brief(entry, figure.value, currency),
        exact=shown(entry, figure.value, currency),
        change=moved(figure, words),
        tone=tone_of(entry, figure.change),
        trail=[None if v is None else float(v) for v in figure.trail],
        meaning=about(entry),
    )
