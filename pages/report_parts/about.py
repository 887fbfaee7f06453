"""What a report is about, in words."""

from __future__ import annotations

from collections.abc import Mapping

from core.domain.periods import Comparison, DateRange
from core.domain.views import View
from core.reports.definitions import ReportPlan
from core.web.parts.filters import PRESET_WORDS

_AGAINST = {
    Comparison.PREVIOUS_PERIOD: "against the period before",
    Comparison.PREVIOUS_YEAR: "against the year before",
    Comparison.NONE: "without a comparison",
}
NAMED_MAX = 3


def about(plan: ReportPlan, names: Mapping[str, str]) -> str:
    """Return whom and which days a report is about."""
    days = plan.kind.days or _days(plan.view)
    return f"{whom(plan.view, names)}; {days}, {_AGAINST[plan.view.comparison]}"


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
