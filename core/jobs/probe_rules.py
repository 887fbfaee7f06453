"""What the data says about the meaning of Amazon's figures. Pure functions, one a question."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.domain.probes import Verdict

ATTRIBUTION_DAYS = 14
TRAFFIC_CHECK_DAYS = 3
# A few conversions may come by test rows or corrections; a span without any proves nothing
# unless the orders had sold before.
PURCHASES_NEEDED = 3
PURCHASES_EXPECTED = 30
SAME_REACH = Decimal("0.005")
_AN_ID = rb'"(?:(?:order|lineItem|advertiser|creative)Id|(?:campaign|adGroup|ad)\.id)"\s*:\s*'
_ID_AS_TEXT = re.compile(_AN_ID + rb'"')
_ID_AS_NUMBER = re.compile(_AN_ID + rb"\d")


@dataclass(frozen=True, slots=True)
class OrderDay:
    """One order's one day."""

    order_id: str
    day: date
    impressions: int
    purchases: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A verdict with what it rests on, ready for JSON."""

    verdict: Verdict
    evidence: Mapping[str, int | str | float]


def conversion_date(days: Iterable[OrderDay], last_day: date) -> Finding:
    """Return on which day conversions stand.

    An order that stopped showing ads can be credited for two weeks more. If conversions stood on
    the ad's day, no day after its last impression could have any.
    """
    by_order: dict[str, list[OrderDay]] = {}
    for one in days:
        by_order.setdefault(one.order_id, []).append(one)
    before = after = orders = 0
    for listed in by_order.values():
        shown = [one.day for one in listed if one.impressions > 0]
        if not shown or max(shown) > last_day - timedelta(days=TRAFFIC_CHECK_DAYS + 1):
            continue
        end = max(shown)
        orders += 1
        span = timedelta(days=ATTRIBUTION_DAYS)
        before += sum(one.purchases for one in listed if end - span < one.day <= end)
        after += sum(one.purchases for one in listed if end < one.day <= end + span)
    evidence = {"orders": orders, "purchases_before": before, "purchases_after": after}
    if after >= PURCHASES_NEEDED:
        return Finding(Verdict.BY_CONVERSION, evidence)
    if before >= PURCHASES_EXPECTED and after == 0:
        return Finding(Verdict.BY_TRAFFIC, evidence)
    return Finding(Verdict.UNKNOWN, evidence)


def reach_window(reach: Mapping[int, Mapping[str, Decimal]]) -> Finding:
    """Return which days reach speaks about, from windows of several lengths that end together.

    `reach` is by length in days and by order; orders that every window knows are compared. More
    days reach more people, unless the range that is asked for does not matter.
    """
    shared = set.intersection(*(set(orders) for orders in reach.values())) if reach else set()
    sums = {length: sum(orders[o] for o in shared) for length, orders in reach.items()}
    evidence: dict[str, int | str | float] = {"orders": len(shared)}
    evidence |= {f"{length}d": str(sums[length]) for length in sorted(sums)}
    if len(sums) < 2 or not shared:
        return Finding(Verdict.UNKNOWN, evidence)
    grows = sums[max(sums)] > sums[min(sums)] * (1 + SAME_REACH)
    return Finding(Verdict.AS_ASKED if grows else Verdict.FIXED_LOOK_BACK, evidence)


def rates(median_quotient: float | None, compared: int) -> Finding:
    """Return whether rates are fractions, from Amazon's rate over ours in the middle row."""
    evidence: dict[str, int | str | float] = {"rows": compared}
    if median_quotient is None or compared < 1:
        return Finding(Verdict.UNKNOWN, evidence)
    evidence["quotient"] = round(median_quotient, 6)
    if 0.9 < median_quotient < 1.1:
        return Finding(Verdict.FRACTIONS, evidence)
    if 90 < median_quotient < 110:
        return Finding(Verdict.PERCENTS, evidence)
    return Finding(Verdict.UNKNOWN, evidence)


def ids(beginning: bytes) -> Finding:
    """Return how ids are written, from the beginning of a report's decompressed file."""
    texts, numbers = len(_ID_AS_TEXT.findall(beginning)), len(_ID_AS_NUMBER.findall(beginning))
    evidence: dict[str, int | str | float] = {"text": texts, "numbers": numbers}
    if not texts and not numbers:
        return Finding(Verdict.UNKNOWN, evidence)
    return Finding(Verdict.NUMBERS if numbers else Verdict.TEXT, evidence)


def common_end(windows: Sequence[tuple[date, date]]) -> dict[int, tuple[date, date]]:
    """Return the windows, by length, that share the latest end which at least two of them have."""
    by_end: dict[date, dict[int, tuple[date, date]]] = {}
    for start, end in windows:
        by_end.setdefault(end, {})[(end - start).days + 1] = (start, end)
    shared = [end for end, found in by_end.items() if len(found) >= 2]
    return by_end[max(shared)] if shared else {}
