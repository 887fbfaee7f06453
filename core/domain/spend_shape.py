"""How an advertiser's spend falls on days: weekdays and events, as its own past shows.

A day's weight is what is spent on it where an ordinary day spends 1. It is learnt from settled
days, each held against what the even plan of the flights that ran on it would have spent, so
that flights beginning and ending leave no trace. Where too little is known it is even, and says
so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from core.domain.periods import DateRange

ENOUGH_OF_EACH_WEEKDAY = 4
"""So many ordinary days of each weekday must be settled before weekdays are told apart."""

ORDINARY = 1000
"""The weight of an ordinary day: weights are thousandths, so that shares stay exact."""

_LEAST, _MOST = 100, 10_000  # a tenth to ten times an ordinary day: beyond, the past misleads
_WEEK = 7


class Origin(StrEnum):
    """Where a shape comes from; the screens say it."""

    LEARNT = "as this advertiser's settled days fell"
    EVEN = "evenly: too few settled days to learn from"


@dataclass(frozen=True)
class SpendShape:
    """Weights of days in thousandths of an ordinary one.

    `weekdays` has Monday first; `events` the weight that the days of an event have instead of,
    and on top of, their weekday's; `days` how many settled days it was learnt from. An event
    that was never lived through weighs nothing extra.
    """

    weekdays: tuple[int, ...] = (ORDINARY,) * _WEEK
    events: tuple[tuple[DateRange, int, str], ...] = ()
    days: int = 0
    origin: Origin = Origin.EVEN

    @property
    def is_even(self) -> bool:
        """Return whether every day weighs the same."""
        return set(self.weekdays) == {ORDINARY} and not self.events

    def weight(self, day: date) -> int:
        """Return what a day weighs, in thousandths of an ordinary day."""
        usual = self.weekdays[day.weekday()]
        factor = self._by_day.get(day)
        return usual if factor is None else max(1, usual * factor // ORDINARY)

    def factor(self, day: date) -> Decimal:
        """Return what a day weighs, where an ordinary day weighs 1."""
        return Decimal(self.weight(day)) / ORDINARY

    @cached_property
    def _by_day(self) -> Mapping[date, int]:
        return {day: factor for days, factor, _ in self.events for day in days.days()}


EVEN = SpendShape()


@dataclass(frozen=True, slots=True)
class EventDays:
    """The days of one event; those of a series are of equal weight, whatever the year."""

    series: str
    name: str
    days: DateRange


def learnt(
    spent: Mapping[date, int], planned: Mapping[date, int], events: Iterable[EventDays]
) -> SpendShape:
    """Return the shape of an advertiser's spend.

    `spent` and `planned` are what its planned flights spent, and would have spent evenly, on
    each settled day, in millionths. Without four ordinary days of each weekday it is EVEN.
    Days of events are told apart only where an earlier one of their series was lived through.
    """
    known = [day for day, plan in planned.items() if plan > 0]
    listed = list(events)
    series = {day: event.series for event in listed for day in event.days.days()}
    ordinary = [day for day in known if day not in series]
    weekdays = _weekdays(spent, planned, ordinary)
    if weekdays is None:
        return EVEN
    usual = SpendShape(weekdays, days=len(known), origin=Origin.LEARNT)
    level = _ratio(spent, planned, ordinary)
    lived = _lived(spent, planned, known, series, usual, level)
    shaped = tuple(
        (event.days, lived[event.series], event.name) for event in listed if event.series in lived
    )
    return SpendShape(weekdays, shaped, len(known), Origin.LEARNT)


def _weekdays(
    spent: Mapping[date, int], planned: Mapping[date, int], ordinary: list[date]
) -> tuple[int, ...] | None:
    """Return the weights of Monday to Sunday, 1000 on average; None where too little is known."""
    by_weekday: dict[int, list[date]] = defaultdict(list)
    for day in ordinary:
        by_weekday[day.weekday()].append(day)
    if any(len(by_weekday[n]) < ENOUGH_OF_EACH_WEEKDAY for n in range(_WEEK)):
        return None
    ratios = [_ratio(spent, planned, by_weekday[n]) for n in range(_WEEK)]
    whole = sum(ratios, Decimal(0))
    if not whole:
        return None
    return tuple(_bounded(ratio * _WEEK / whole) for ratio in ratios)


def _lived(
    spent: Mapping[date, int],
    planned: Mapping[date, int],
    known: list[date],
    series: Mapping[date, str],
    usual: SpendShape,
    level: Decimal,
) -> dict[str, int]:
    """Return what the days of each series weighed beyond their weekdays."""
    by_series: dict[str, list[date]] = defaultdict(list)
    for day in known:
        if day in series:
            by_series[series[day]].append(day)
    expected = {day: int(planned[day] * usual.weight(day) * level / ORDINARY) for day in known}
    return {
        name: _bounded(_ratio(spent, expected, days))
        for name, days in by_series.items()
        if sum(expected[day] for day in days)
    }


def _ratio(spent: Mapping[date, int], planned: Mapping[date, int], days: list[date]) -> Decimal:
    """Return Σ spent / Σ planned over some days: a ratio of sums; 0 when nothing was planned."""
    over = sum(planned[day] for day in days)
    return Decimal(sum(spent.get(day, 0) for day in days)) / over if over else Decimal(0)


def _bounded(ratio: Decimal) -> int:
    return min(_MOST, max(_LEAST, int((ratio * ORDINARY).to_integral_value())))
