"""After how many days figures stood, from the steps by which days came to what they are. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from core.domain.freshness import (
    CONVERSIONS_SETTLE_AFTER,
    TRAFFIC_SETTLES_AFTER,
    Change,
    Settling,
    age_in_days,
    settling,
)

ASSUMED: Mapping[str, int] = {
    "impressions": TRAFFIC_SETTLES_AFTER,
    "total_cost": TRAFFIC_SETTLES_AFTER,
    "sales": CONVERSIONS_SETTLE_AFTER,
    "total_purchases": CONVERSIONS_SETTLE_AFTER,
}
"""The metrics that are watched, and after how many days they are taken to stand until seen."""

YOUNG = 3
"""A day was watched when it was first read at this age at most."""


@dataclass(frozen=True, slots=True)
class Step:
    """By how much each metric of an advertiser's day grew by the load of one instant."""

    advertiser_id: str
    day: date
    at: datetime
    grown: Mapping[str, Decimal]


def lines(
    steps: Iterable[Step], zones: Mapping[str, str], now: datetime
) -> Iterator[tuple[str, str, Settling]]:
    """Yield advertiser, metric and settled line for each advertiser of `zones`.

    `steps` are in the order of time within a day; the first of a day is its first reading. What
    was never watched keeps the assumed line.
    """
    by_day: dict[str, dict[date, list[Step]]] = defaultdict(lambda: defaultdict(list))
    for step in steps:
        by_day[step.advertiser_id][step.day].append(step)
    for advertiser_id, zone in zones.items():
        days = by_day[advertiser_id]
        for metric, assumed in ASSUMED.items():
            changes = [c for listed in days.values() for c in _changes(listed, metric, zone)]
            observed = sum(_was_watched(listed, zone, assumed, now) for listed in days.values())
            yield advertiser_id, metric, settling(changes, observed, assumed)


def _changes(steps: list[Step], metric: str, zone: str) -> Iterator[Change]:
    """Yield the changes of one day's metric; one from nothing has no share and is left out."""
    stood = Decimal(0)
    for number, step in enumerate(steps):
        grown = step.grown.get(metric, Decimal(0))
        if number and stood and grown:
            yield Change(age_in_days(step.day, zone, step.at), grown / stood)
        stood += grown


def _was_watched(steps: list[Step], zone: str, assumed: int, now: datetime) -> bool:
    """Return whether the day was read young, and is by now as old as its figures take to stand."""
    first = steps[0]
    is_young = age_in_days(first.day, zone, first.at) <= YOUNG
    return is_young and age_in_days(first.day, zone, now) >= assumed
