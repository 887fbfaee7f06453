"""What an order means to spend on each day: flights, rollover, changed budgets.

Money is spread over a flight in proportion to weighted time, where a day weighs what its
weekday says; after a change of budget the rest is spread over what is left.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from sandbox.world.calendar import season
from sandbox.world.chance import Floats
from sandbox.world.entities import Flight, Order
from sandbox.world.timeline import Timeline
from sandbox.world.window import Window

T = TypeVar("T")
# The part of a flight's money that a healthy order gets rid of; the rest may roll over.
DELIVERED = 0.985


@dataclass(frozen=True)
class Stretch:
    """Money spent at an even pace of weighted time between two instants (POSIX seconds)."""

    start: float
    end: float
    pace: float
    tempo: Tempo


class Tempo:
    """Weighted time over some days: an hour of a busy weekday counts for more."""

    def __init__(self, days: Window) -> None:
        steps = np.diff(days.edges) * season(days.days).weekday
        self._edges = days.edges
        self._weighted = np.concatenate(([0.0], np.cumsum(steps)))

    def at(self, seconds: Floats) -> Floats:
        """Return the weighted time from the first day up to some instants."""
        return np.interp(seconds, self._edges, self._weighted)

    def between(self, start: datetime, end: datetime) -> float:
        """Return the weighted time between two instants."""
        marks = self.at(np.array([start.timestamp(), end.timestamp()]))
        return float(marks[1] - marks[0])


def stretches(order: Order, zone: ZoneInfo) -> tuple[Stretch, ...]:
    """Return the stretches of an order's flights, rollover included."""
    found: list[Stretch] = []
    left = 0.0
    for flight in sorted(order.flights, key=lambda flight: flight.start):
        own = float(flight.budget.at(flight.end))
        carried = 0.0 if order.rollover == "NO_ROLLOVER" else left
        found += _flight_stretches(flight, carried, _tempo(flight, zone))
        keeps = left if order.rollover == "CUMULATIVE_BUDGET_ROLLOVER" else 0.0
        left = (own + keeps) * (1 - DELIVERED)
    return tuple(found)


def planned_spend(plans: tuple[tuple[Stretch, ...], ...], window: Window) -> Floats:
    """Return the money each order means to spend on each day, shape (orders, days)."""
    spend = np.zeros((len(plans), len(window)))
    first, last = window.edges[0], window.edges[-1]
    for row, plan in enumerate(plans):
        for stretch in plan:
            if stretch.start < last and stretch.end > first:
                spend[row] += _by_day(stretch, window)
    return spend


def daily_mean(
    timeline: Timeline[T], window: Window, weight: Callable[[T], float]
) -> Floats | float:
    """Return the mean weight of a value on each day; a plain number when it never changes."""
    if not timeline.changes:
        return weight(timeline.first)
    marks = np.array([at.timestamp() for at, _ in timeline.changes])
    values = np.array([weight(timeline.first), *(weight(v) for _, v in timeline.changes)])
    areas = np.concatenate(([0.0], np.cumsum(np.diff(marks) * values[1:-1])))
    before = np.minimum(window.edges - marks[0], 0.0) * values[0]
    after = np.maximum(window.edges - marks[-1], 0.0) * values[-1]
    area = np.interp(window.edges, marks, areas) + before + after
    mean: Floats = np.diff(area) / np.diff(window.edges)
    return mean


def _flight_stretches(flight: Flight, carried: float, tempo: Tempo) -> list[Stretch]:
    """Return one stretch, and one more after each change of the budget during the flight."""
    changes = [at for at, _ in flight.budget.changes if flight.start < at < flight.end]
    spent = 0.0
    found = []
    for start, end in pairwise([flight.start, *changes, flight.end]):
        rest = max(float(flight.budget.at(start)) + carried - spent, 0.0)
        pace = rest / tempo.between(start, flight.end)
        found.append(Stretch(start.timestamp(), end.timestamp(), pace, tempo))
        spent += pace * tempo.between(start, end)
    return found


def _tempo(flight: Flight, zone: ZoneInfo) -> Tempo:
    first, last = flight.start.astimezone(zone).date(), flight.end.astimezone(zone).date()
    return Tempo(Window(zone.key, first, last))


def _by_day(stretch: Stretch, window: Window) -> Floats:
    edges = np.clip(window.edges, stretch.start, stretch.end)
    money: Floats = np.diff(stretch.tempo.at(edges)) * stretch.pace
    return money
