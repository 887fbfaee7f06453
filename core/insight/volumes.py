"""How much a figure rests on, and whether that is enough to be ranked or compared.

A ranking of rates over a handful of events ranks chance. So a row is judged only where the events
behind its figure number about thirty on every side that is looked at.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.domain.catalogue import METRICS, answerable
from core.domain.formulas import Formula
from core.domain.metrics import Dataset, Metric, Pack, Unit
from core.insight.goals import ENOUGH_EVENTS, evidence
from core.insight.history import Amount, measures
from core.insight.known_days import TRAFFIC

SERVED = "impressions"
COST = "total_cost"
_SALES = ("total_sales", "sales", "total_purchases", "purchases", "detail_page_views")
_COMMON = frozenset({SERVED, "measurable_impressions", COST})
_PREFERRED = ("total_roas", "roas", "dpvr", "total_sales", "sales", "purchases")


def measurable(dataset: Dataset) -> list[Metric]:
    """Return the metrics that a table answers and that may be added up, in glossary order."""
    return [
        entry
        for entry in METRICS.values()
        if dataset in entry.datasets
        and (entry.is_ratio or entry.additive)
        and entry.pack is Pack.CORE
    ]


def can_answer(key: str, dataset: Dataset) -> bool:
    """Return whether a key is that of a metric which a table answers and which adds up."""
    entry = METRICS.get(key)
    return (
        entry is not None
        and answerable(key, dataset)
        and (entry.is_ratio or entry.additive)
        and entry.pack is Pack.CORE
    )


def preferred(dataset: Dataset) -> Metric:
    """Return the metric that a table is ranked by when nothing else is asked for."""
    return METRICS[next(key for key in _PREFERRED if can_answer(key, dataset))]


def is_sum(entry: Metric) -> bool:
    """Return whether parts of a metric add up to the whole: a measure, or a weighted sum of some.

    Of a longer period a sum is larger, a rate is not.
    """
    return entry.formula is None or (isinstance(entry.formula, Formula) and entry.formula.is_linear)


def size_measure(dataset: Dataset) -> str:
    """Return the measure that says how large a row is: cost, else what was sold."""
    return COST if can_answer(COST, dataset) else sold(dataset)


def sold(dataset: Dataset) -> str:
    """Return the best measure of what a row brought: sales, else purchases, else page views."""
    return next(key for key in _SALES if can_answer(key, dataset))


def outcome(entry: Metric, dataset: Dataset) -> str:
    """Return the measure of what the money bought in a metric's own terms: its sales, its page
    views, its clicks; sales for a metric that counts only cost or impressions.
    """
    parts = [part for part in measures(entry) if part not in _COMMON]
    return parts[0] if parts and can_answer(parts[0], dataset) else sold(dataset)


def resting_on(entry: Metric, dataset: Dataset) -> str:
    """Return the measure whose count says how much a metric rests on, in this table."""
    parts = measures(entry)
    if not any(METRICS[part].unit is Unit.COUNT for part in parts) and TRAFFIC.issuperset(parts):
        return SERVED
    found = evidence(entry)
    return found if can_answer(found, dataset) else _counted(dataset)


def _counted(dataset: Dataset) -> str:
    return next(key for key in ("purchases", SERVED) if can_answer(key, dataset))


def is_enough(counted: Mapping[str, Amount], measure: str) -> bool:
    """Return whether sums hold enough events to say anything."""
    return (counted.get(measure) or 0) >= ENOUGH_EVENTS
