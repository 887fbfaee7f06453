"""Who is credited: ads seen or clicked, and promoted products or the brand's others.

Views and clicks make the whole, and so do promoted products and brand halo.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from core.domain.catalogue import METRICS, answerable, metric
from core.domain.metrics import Dataset, Metric
from core.insight.audience import Audience, Group
from core.insight.desk import Desk
from core.insight.history import Amount, Sums, history

# The whole brand's count, and the promoted products' part of it.
_EVENTS = (
    ("total_detail_page_views", "detail_page_views"),
    ("total_add_to_cart", "add_to_cart"),
    ("total_purchases", "purchases"),
    ("total_new_to_brand_purchases", "new_to_brand_purchases"),
    ("total_units_sold", "units_sold"),
    ("total_sales", "sales"),
    ("total_new_to_brand_sales", "new_to_brand_sales"),
)


@dataclass(frozen=True, slots=True)
class Credit:
    """One kind of event, or of money: the whole, and its parts two ways.

    `seen` and `clicked` are None where Amazon does not tell them (units and sales). `halo` is the
    whole less the promoted products' part.
    """

    metric: Metric
    whole: Amount
    seen: Amount
    clicked: Amount
    promoted: Amount
    halo: Amount

    @property
    def clicked_share(self) -> Decimal | None:
        """Return the share of the whole that rests on a click, None where it is not told."""
        return _share(self.clicked, self.whole)

    @property
    def halo_share(self) -> Decimal | None:
        """Return the share of the whole that other products than the promoted ones have."""
        return _share(self.halo, self.whole)

    @property
    def is_split_by_click(self) -> bool:
        """Return whether Amazon tells this kind of credit by views and clicks."""
        return bool(_split(self.metric.key))


def credit(desk: Desk, whom: Audience, group: Group) -> tuple[Credit, ...]:
    """Return the credit of a group over the days shown, from page views to money."""
    keys = [key for whole, own in _EVENTS for key in (whole, own, *_split(whole))]
    found = history(desk, group, whom.days, [metric(key) for key in keys])
    return tuple(_credit(whole, own, found.total) for whole, own in _EVENTS)


def _split(whole: str) -> tuple[str, ...]:
    named = (key for key in (f"{whole}_views", f"{whole}_clicks") if key in METRICS)
    return tuple(key for key in named if answerable(key, Dataset.CAMPAIGN))


def _credit(whole: str, own: str, sums: Sums) -> Credit:
    return Credit(
        metric(whole),
        sums.get(whole),
        sums.get(f"{whole}_views"),
        sums.get(f"{whole}_clicks"),
        sums.get(own),
        _less(sums, whole, own),
    )


def _less(sums: Mapping[str, Amount], whole: str, own: str) -> Amount:
    all_of_it, part = sums.get(whole), sums.get(own)
    return None if all_of_it is None or part is None else all_of_it - part


def _share(part: Amount, whole: Amount) -> Decimal | None:
    return None if part is None or not whole else Decimal(part) / Decimal(whole)
