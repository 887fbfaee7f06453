"""Figures of the core in the words and tones that people read, on screens and on paper."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal

from core.domain.formats import (
    ABSENT,
    MINUS,
    change,
    compact,
    comparison_words,
    exact,
    percent,
)
from core.domain.metrics import Better, Metric
from core.domain.money import minor_units
from core.domain.views import View
from core.insight.audience import Group
from core.insight.history import Amount, Figure
from core.reports.figures import Tone

_TOLD_FROM = Decimal("0.0005")  # smaller ones are worded "no change"


def tone_of(metric: Metric, moved: Decimal | None) -> Tone:
    """Return whether a change of a metric is good news; one too small to be told is neither."""
    if moved is None or abs(moved) < _TOLD_FROM or metric.better is Better.NEITHER:
        return "neutral"
    return "good" if (moved > 0) == (metric.better is Better.UP) else "bad"


def held_against(view: View, group: Group) -> str:
    """Return what a change is held against; it says when that is a part of the days only."""
    part = group.compared_in_part
    if part is None:
        return comparison_words(view.comparison, group.shown, view.preset)
    return f"over {part[0]} of {part[1]} days" if part[0] else "where both are known"


def moved(figure: Figure, words: str) -> str:
    """Return a figure's change in words ("+12 % on the 7 days before"); "" without a comparison."""
    if not words or figure.before is None:
        return ""
    told = change(figure.alike, figure.before, words)
    return "" if told == ABSENT else told


def shown(metric: Metric, value: Amount, currency: str) -> str:
    """Return a metric's value as a table shows it, in full."""
    return exact(value, metric.unit, currency)


def brief(metric: Metric, value: Amount, currency: str) -> str:
    """Return a metric's value as a tile shows it."""
    return compact(value, metric.unit, currency)


def amount(value: Amount, currency: str) -> str:
    """Return an amount without its sign, for a column whose heading names the currency."""
    if value is None:
        return ABSENT
    number = Decimal(value).quantize(Decimal(1).scaleb(-minor_units(currency)), ROUND_HALF_UP)
    return f"{MINUS if number < 0 else ''}{abs(number):,f}"


def share(value: Decimal | None) -> str:
    """Return a fraction as a percentage, "n/a" when it is not known."""
    return ABSENT if value is None else percent(value)


def about(metric: Metric) -> str:
    """Return what hover tells about a metric: what it counts, and what to mind."""
    return " ".join(filter(None, (metric.description, metric.caveat)))


def trail(values: Iterable[Amount]) -> tuple[float | None, ...]:
    """Return values as a sparkline takes them."""
    return tuple(None if value is None else float(value) for value in values)
