"""Rows under the unified API's names: keys are the field ids, null means not applicable."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from sandbox.unified.fields import (
    BUDGET_CURRENCY,
    DIMENSIONS,
    DOLLARS,
    TIMES,
    VIEW_CURRENCY,
    metrics,
)
from sandbox.unified.request import Filter, UnifiedAsked
from sandbox.world.world import World

Row = dict[str, Any]
_PRODUCT = "Amazon DSP"
_PRODUCT_WORDS = {"AMAZON_DSP", _PRODUCT}


def named(rows: Iterable[Row], wanted: UnifiedAsked, world: World) -> list[Row]:
    """Return the rows with the asked fields, narrowed by the filters."""
    found = (_named(row, wanted, world) for row in rows)
    return [row for row in found if all(_keeps(each, row) for each in wanted.filters)]


def _named(row: Row, wanted: UnifiedAsked, world: World) -> Row:
    currency = world.advertisers[str(row["advertiserId"])].currency
    return {field: _value(field, row, wanted, world, currency) for field in wanted.fields}


def _value(field: str, row: Row, wanted: UnifiedAsked, world: World, currency: str) -> Any:
    if field in TIMES:
        return _time(field, row, wanted)
    if field in metrics():
        metric = metrics()[field]
        figure = row[metric.column]
        if metric.is_converted and figure is not None:
            return round(figure * DOLLARS[currency] / DOLLARS[str(wanted.currency_of_view)], 6)
        return figure
    if field in DIMENSIONS:
        return _dimension(field, row, world)
    constants = {
        "adProduct.value": _PRODUCT,
        BUDGET_CURRENCY: currency,
        VIEW_CURRENCY: wanted.currency_of_view,
        "timeZone.value": world.advertisers[str(row["advertiserId"])].timezone,
    }
    return constants[field]


def _dimension(field: str, row: Row, world: World) -> Any:
    if field == "advertiserAccount.id":
        return world.advertisers[str(row["advertiserId"])].account_id
    return row[DIMENSIONS[field].column]


def _time(field: str, row: Row, wanted: UnifiedAsked) -> str:
    if field == "dateRange.value":
        return f"{wanted.asked.start} - {wanted.asked.end}"
    day = date.fromisoformat(row["date"])
    written = {
        "date.value": day.isoformat(),
        "day.value": f"{day:%A}",
        "week.value": f"{day.isocalendar().year}-W{day.isocalendar().week:02}",
        "month.value": f"{day:%Y-%m}",
        "year.value": f"{day:%Y}",
    }
    return written[field]


def _keeps(each: Filter, row: Row) -> bool:
    if each.field == "adProduct.value":
        is_named = bool(_PRODUCT_WORDS & set(each.values))
    else:
        is_named = str(row[each.field]) in each.values
    return is_named is not each.drops
