"""The chart of a flight: what was spent beside what its shape expects, with the room around it."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from core.domain.formats import MINUS, exact, percent
from core.domain.metrics import Unit
from core.domain.spend_shape import Origin, SpendShape
from core.insight.pacing.flights import Curve
from core.reports.charts.values import LineChart, Point, Series
from core.reports.parts.events import event_bands
from core.reports.parts.trends import caution_bands

_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def flight_curve(found: Curve, currency: str) -> LineChart:
    """Return a flight's spend added up, what is expected, and where the present rate leads."""
    return LineChart(
        question="Is the flight's money going out as expected?",
        unit=f"Budget spent, {currency}",
        days=found.days,
        series=[Series("", list(_points(found, currency)))],
        now_name="spent",
        before_name="at this rate",
        plan_name="expected",
        bands=caution_bands(found.cautions),
        events=event_bands(found.events, found.days),
    )


def shape_words(shape: SpendShape) -> str:
    """Return where the expected curve comes from, in a sentence or two."""
    if shape.origin is Origin.EVEN:
        return (
            "Expected evenly over the flight's time: too few settled days of this advertiser are "
            "known to tell weekdays apart. The grey room around it still is on pace."
        )
    days = ", ".join(
        f"{name} {_signed(weight)}" for name, weight in zip(_DAYS, shape.weekdays, strict=True)
    )
    events = dict.fromkeys(name for _, _, name in shape.events)
    lived = f" Events lived through: {', '.join(events)}." if events else ""
    return (
        f"Expected as {shape.days} settled days of this advertiser fell: {days} of an ordinary "
        f"day.{lived} The grey room around it still is on pace."
    )


def _signed(weight: int) -> str:
    moved = round(weight / 10) - 100
    return f"{'+' if moved > 0 else MINUS if moved < 0 else '±'}{abs(moved)} %"


def _points(found: Curve, currency: str) -> Iterator[Point]:
    rows = zip(found.spent, found.expected, found.low, found.high, found.projected, strict=True)
    for spent, expected, low, high, projected in rows:
        yield Point(
            value=_size(spent),
            text=exact(spent, Unit.MONEY, currency),
            before=_size(projected),
            before_text=f"{exact(expected, Unit.MONEY, currency)} expected",
            change_text=_share(spent, expected),
            plan=float(expected),
            low=float(low),
            high=float(high),
        )


def _share(spent: Decimal | None, expected: Decimal) -> str:
    return f"{percent(spent / expected)} of it" if spent is not None and expected else ""


def _size(amount: Decimal | None) -> float | None:
    return None if amount is None else float(amount)
