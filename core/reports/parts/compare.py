"""The chart of a comparison, and its differences in words."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from core.domain.formats import ABSENT, MINUS, percent
from core.domain.metrics import Better, Metric, Unit
from core.domain.noise import DAYS_LEAST, EVENTS_LEAST, Certainty, Verdict
from core.domain.periods import ONE_DAY
from core.domain.views import Alignment, Scale
from core.insight.comparison import Compared, Difference
from core.reports.charts.values import PlaceChart, Point, Series
from core.reports.parts.events import event_bands
from core.reports.words import shown

_AXES = {
    Alignment.CALENDAR: "Day of the period",
    Alignment.FLIGHT: "Day of flight",
    Alignment.EVENT: "Day of the event",
}


def over_places(found: Compared) -> PlaceChart:
    """Return the lines over their places: over dates where every line has the same at each."""
    entry = found.metric
    is_index = found.scale is Scale.INDEX
    currency = next(iter(found.currencies), "")
    unit = f"{entry.label}, {currency}" if entry.unit is Unit.MONEY else entry.label
    axis = _AXES[found.lineup.alignment]
    since = found.since
    days = [since + (place - 1) * ONE_DAY for place in found.places] if since else []
    return PlaceChart(
        question=f"How does {entry.label} compare?",
        unit="Index, 100 is each line's own average" if is_index else unit,
        axis="Day" if since else axis,
        places=found.places,
        spoken=[f"{axis} {place}".replace(MINUS, "-") for place in found.places],
        series=[
            Series(line.contender.name, list(_points(found, n)))
            for n, line in enumerate(found.lines)
        ],
        since=since,
        events=event_bands(found.events, days),
        as_rate=entry.unit is Unit.RATE and not is_index,
    )


def _points(found: Compared, number: int) -> Iterator[Point]:
    line = found.lines[number]
    values = dict(zip(line.places, line.values(found.metric), strict=True))
    days = dict(zip(line.places, line.days, strict=True))
    for place in found.places:
        drawn = found.drawn(number, place)
        told = shown(found.metric, values.get(place), line.contender.group.currency)
        if found.scale is Scale.INDEX and drawn is not None:
            told = f"{drawn:.0f} ({told})"
        day = f"{days[place]:%a %-d %b %Y}" if place in days else ""
        yield Point(None if drawn is None else float(drawn), told, before_text=day)


def difference_text(difference: Difference) -> str:
    """Return a relative difference with its sign."""
    relative = difference.relative
    if relative is None:
        return ABSENT
    sign = "+" if relative > 0 else MINUS if relative < 0 else ""
    return f"{sign}{percent(abs(relative))}"


def certainty_text(certainty: Certainty | None) -> str:
    """Return what may be said of a difference, in words, with its span where there is one."""
    if certainty is None:
        return "amounts of two currencies are not compared"
    if certainty.low is None or certainty.high is None:
        return certainty.verdict.value
    span = f"{_signed(certainty.low)} to {_signed(certainty.high)}"
    return f"{certainty.verdict.value}, {span}"


def tone(difference: Difference, *, up_is_good: bool | None) -> str:
    """Return whether a sure difference is good news: good, bad, or "" for neither."""
    sure = difference.certainty
    if sure is None or up_is_good is None or sure.verdict not in _SURE:
        return ""
    return "good" if (sure.verdict is Verdict.HIGHER) == up_is_good else "bad"


def tone_for(entry: Metric, difference: Difference) -> str:
    """Return `tone` as the metric's own direction says it."""
    goodness = {Better.UP: True, Better.DOWN: False}.get(entry.better)
    return tone(difference, up_is_good=goodness)


_SURE = {Verdict.HIGHER, Verdict.LOWER}

METHOD = (
    "How sure a difference is follows from how much days differ: days are paired by their place, "
    "what moves both lines alike drops out, and the span holds the true difference in 95 of 100 "
    f"such comparisons, all lines together. Under {DAYS_LEAST} days or {EVENTS_LEAST} events it "
    "says too little data. Cost and impressions are counted, not estimated. None of this says "
    "what caused a difference, and days whose conversions are still coming in move it."
)


def _signed(fraction: float) -> str:
    value = Decimal(fraction)
    return f"{'+' if value > 0 else MINUS if value < 0 else ''}{percent(abs(value))}"
