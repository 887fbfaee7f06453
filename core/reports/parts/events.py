"""Events as the thin bands of charts: the one way in which every screen and paper draws them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from core.domain.event_calendar import Event, Weight
from core.domain.periods import ONE_DAY, DateRange
from core.reports.charts.values import Band

LONG_DAYS = 62
"""Over more days only the major events are drawn: the others would be hairs."""


def event_bands(events: Iterable[Event], days: Sequence[date]) -> list[Band]:
    """Return a band for each event that touches the days of a chart, cut to them, in order."""
    if not days:
        return []
    shown = DateRange(days[0], days[-1])
    least = Weight.MAJOR if shown.length > LONG_DAYS else Weight.MINOR
    listed = [event for event in events if event.weight >= least]
    return [
        Band(part, event.name)
        for event in listed
        if not _is_lost(event, listed) and (part := event.days.intersection(shown))
    ]


def _is_lost(event: Event, among: Sequence[Event]) -> bool:
    """Return whether a minor event lies beside or inside a major one, whose name says more."""
    near = DateRange(event.days.start - ONE_DAY, event.days.end + ONE_DAY)
    return event.weight is Weight.MINOR and any(
        other.weight > event.weight and other.days.intersection(near) for other in among
    )
