"""How much a rate rests on: no ranking and no "best" is told of a handful of events."""

from __future__ import annotations

from core.domain.catalogue import METRICS
from core.domain.metrics import Metric, Unit
from core.insight import goals
from core.insight.history import Amount, measures

ENOUGH = goals.ENOUGH_EVENTS

_BEHIND = {
    "sales": "purchases",
    "total_sales": "total_purchases",
    "new_to_brand_sales": "new_to_brand_purchases",
    "total_new_to_brand_sales": "total_new_to_brand_purchases",
    "off_amazon_sales": "off_amazon_purchases",
    "combined_sales": "combined_purchases",
}


def evidence(entry: Metric) -> str | None:
    """Return the count that a ratio rests on, None where none is needed to believe it.

    Of a ratio of counts it is the rarer one; of sales it is the purchases behind them. A count or
    an amount stands for itself, and so does a share of money in money.
    """
    if not entry.is_ratio:
        return None
    parts = measures(entry)
    if any(METRICS[part].unit is Unit.COUNT for part in parts):
        return goals.evidence(entry)
    return next((_BEHIND[part] for part in parts if part in _BEHIND), None)


def is_enough(events: Amount) -> bool:
    """Return whether so many events say something about a rate."""
    return events is not None and events >= ENOUGH
