"""Words of what people and teams leave in Flightdeck: annotations, goals, tags."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from enum import StrEnum

from core.domain.formulas import Formula
from core.domain.metrics import Better, Metric, Unit
from core.errors import UserError

TARGET_MAX = Decimal(10) ** 17
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d*)?")


class AnnotationKind(StrEnum):
    """What an annotation tells about its days."""

    PROMOTION = "promotion"
    PRICE = "price"
    STOCK_OUT = "stock-out"
    NOTE = "note"


class Direction(StrEnum):
    """On which side of its target a figure has reached its goal."""

    AT_LEAST = "at least"
    AT_MOST = "at most"


class Taggable(StrEnum):
    """What a tag can hang on."""

    ADVERTISER = "advertiser"
    ORDER = "order"
    LINE_ITEM = "line_item"


def good_direction(entry: Metric) -> Direction | None:
    """Return the side that is good news for a metric, None where it has none (impressions' CPM)."""
    return {Better.UP: Direction.AT_LEAST, Better.DOWN: Direction.AT_MOST}.get(entry.better)


def can_be_aimed_at(entry: Metric) -> bool:
    """Return whether a metric can have a goal: it has a good side, and is no sum.

    A goal is held against whatever days are shown, and a sum grows with them.
    """
    is_sum = isinstance(entry.formula, Formula) and entry.formula.is_linear
    return good_direction(entry) is not None and entry.is_ratio and not is_sum


def read_target(text: str, unit: Unit) -> Decimal:
    """Return a goal's target in the metric's own unit: people write rates in percent.

    Commas part thousands. Raises UserError for any other comma, and for what is no number above
    zero that could be reached.
    """
    written = "".join(text.replace("%", "").split())
    if "," in written and not _THOUSANDS.fullmatch(written):
        raise UserError("Write decimals with a point, such as 4.5; a comma parts thousands only.")
    try:
        number = Decimal(written.replace(",", ""))
    except InvalidOperation:
        number = Decimal(0)
    if not number.is_finite() or not 0 < number < TARGET_MAX:
        raise UserError("Write what is to be reached as a number above zero, such as 4.5.")
    return number / 100 if unit is Unit.RATE else number


def target_words(target: Decimal, unit: Unit) -> str:
    """Return a target as people write it: `read_target` reads it back."""
    return f"{(target * 100 if unit is Unit.RATE else target).normalize():f}"
