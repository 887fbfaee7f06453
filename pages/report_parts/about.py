"""What a report is about, in words."""

from __future__ import annotations

from collections.abc import Mapping

from core.domain.periods import Comparison, DateRange
from core.domain.views import View
from core.reports.definitions import ReportPlan
from core.web.parts.filters import PRESET_WORDS, against_words

NAMED_MAX = 3


def about(plan: ReportPlan, names: Mapping[str, str]) -> str:
    """Return whom and which days a report is about."""
    days = plan.kind.days or _days(plan.view)
    is_compared = plan.view.comparison is not Comparison.NONE
    against = against_words(plan.view) if is_compared else "without a comparison"
    return f"{whom(plan.view, names)}; {days}, {against}"


def whom(view: View, names: Mapping[str, str]) -> str:
    """Return whose figures a view shows."""
    if view.orders:
        count = len(view.orders)
        told = "One order" if count == 1 else f"{count} orders"
    elif view.advertisers:
        listed = [names.get(a, a) for a in view.advertisers]
        told = ", ".join(listed[:NAMED_MAX])
        told += f" and {len(listed) - NAMED_MAX} more" if len(listed) > NAMED_MAX else ""
    else:
        told = "Every advertiser that is kept"
    return f"{told}, names with “{view.text}”" if view.text else told


def _days(view: View) -> str:
    if isinstance(view.range, DateRange):
        return str(view.range)
    return PRESET_WORDS[view.range].lower()
