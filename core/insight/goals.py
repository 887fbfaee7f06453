"""Whether orders reach the goals they were given, where there is enough to judge by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.domain.catalogue import METRICS, answerable
from core.domain.metrics import Dataset, Metric, Unit
from core.domain.periods import DateRange
from core.domain.stages import meets
from core.insight.desk import Desk
from core.insight.directory import KnownOrder, Stages
from core.insight.history import Amount, measures, of
from core.lake.question import Among, Question

ENOUGH_EVENTS = 30
"""Fewer clicks, page views or purchases than this say nothing about a rate."""


class Goal(StrEnum):
    """How an order stands towards its goal."""

    MET = "met"
    MISSED = "missed"
    TOO_LITTLE = "too little data"
    NONE = "no goal"


@dataclass(frozen=True, slots=True)
class Goals:
    """How many orders reach their goals, of those that can be judged."""

    met: int = 0
    missed: int = 0
    too_little: int = 0

    @property
    def judged(self) -> int:
        """Return how many orders had a goal and enough to judge by."""
        return self.met + self.missed


def goal_of(entry: Metric, value: Amount, target: Decimal | None, events: Amount) -> Goal:
    """Return how a figure stands towards its target, given how many events it rests on."""
    verdict = meets(entry, None if value is None else Decimal(value), target)
    if target is None or verdict is None:
        return Goal.NONE
    if (events or 0) < ENOUGH_EVENTS:
        return Goal.TOO_LITTLE
    return Goal.MET if verdict else Goal.MISSED


def evidence(entry: Metric) -> str:
    """Return the measure whose count says how much a metric rests on.

    Of a ratio of counts it is the rarer one, and always a part of the ratio; a ratio of amounts
    rests on the purchases behind them.
    """
    counts = [part for part in measures(entry) if METRICS[part].unit is Unit.COUNT]
    rarer = [part for part in counts if part not in _COMMON]
    if rarer or counts:
        return (rarer or counts)[0]
    return "purchases" if "sales" in measures(entry) else "total_purchases"


_COMMON = frozenset({"impressions", "measurable_impressions"})


def goals(
    desk: Desk,
    stages: Stages,
    orders: Mapping[str, KnownOrder],
    advertisers: frozenset[str],
    days: DateRange,
) -> dict[str, Goals]:
    """Return by advertiser how its orders stand towards their goals over these days."""
    by_kpi: dict[Metric, set[str]] = defaultdict(set)
    for order_id, known in orders.items():
        kpi = stages.kpi(known)
        if known.order.advertiser_id in advertisers and kpi and _is_judged(known, kpi):
            by_kpi[kpi].add(order_id)
    counted: dict[str, dict[Goal, int]] = defaultdict(lambda: defaultdict(int))
    for kpi, ids in by_kpi.items():
        parts = tuple(dict.fromkeys((*measures(kpi), evidence(kpi))))
        where = (Among("order_id", frozenset(ids)),)
        by = ("advertiser_id", "order_id")
        question = Question(Dataset.CAMPAIGN, parts, days, by=by, where=where)
        for row in desk.reader.ask(question).table.to_pylist():
            target = orders[row["order_id"]].kpi_target
            stands = goal_of(kpi, of(kpi, row), target, row[evidence(kpi)])
            counted[row["advertiser_id"]][stands] += 1
    return {
        advertiser: Goals(found[Goal.MET], found[Goal.MISSED], found[Goal.TOO_LITTLE])
        for advertiser, found in counted.items()
    }


def _is_judged(known: KnownOrder, kpi: Metric) -> bool:
    adds_up = kpi.is_ratio or kpi.additive
    return known.kpi_target is not None and adds_up and answerable(kpi.key, Dataset.CAMPAIGN)
