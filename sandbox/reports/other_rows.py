"""Rows of the bid adjustment and the conversion path reports."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from sandbox.reports.asked import Asked
from sandbox.reports.table import LineRows
from sandbox.world.chance import between, key
from sandbox.world.families import FAMILIES
from sandbox.world.reading import Reading

Row = dict[str, Any]
# Share of the bids, factor and name of each term of a rule; the last is traffic without one.
_TERMS = ((0.5, 1.25, "Prime hours"), (0.3, 0.8, "Low viewability sites"), (0.2, 1.0, ""))
_WHOLE = (1.0, 1.0, "")
_EVERY = 3

# Touchpoints in order, share of the purchases, and how often each kind of ad is seen on average.
_PATHS: tuple[tuple[str, float, dict[str, float]], ...] = (
    ("amazonDspDisplay", 0.24, {"amazonDspDisplay": 2.4}),
    ("amazonDspDisplay > sponsoredProducts", 0.21,
     {"amazonDspDisplay": 3.1, "sponsoredProducts": 1.6}),
    ("sponsoredProducts", 0.19, {"sponsoredProducts": 1.3}),
    ("amazonDspOnlineVideo > amazonDspDisplay", 0.10,
     {"amazonDspOnlineVideo": 1.8, "amazonDspDisplay": 2.6}),
    ("amazonDspStreamingTv > amazonDspDisplay > sponsoredProducts", 0.08,
     {"amazonDspStreamingTv": 2.2, "amazonDspDisplay": 2.9, "sponsoredProducts": 1.4}),
    ("sponsoredBrandsDisplay > sponsoredProducts", 0.06,
     {"sponsoredBrandsDisplay": 1.2, "sponsoredProducts": 1.5}),
    ("amazonDspAudio > amazonDspDisplay", 0.05, {"amazonDspAudio": 1.7, "amazonDspDisplay": 2.0}),
    ("sponsoredDisplayDisplay > amazonDspDisplay", 0.04,
     {"sponsoredDisplayDisplay": 1.5, "amazonDspDisplay": 2.2}),
    ("amazonDspStreamingTv", 0.03, {"amazonDspStreamingTv": 2.0}),
)  # fmt: skip
_KINDS_OF_AD = (
    "sponsoredBrandsDisplay", "sponsoredDisplayDisplay", "amazonDspDisplay",
    "sponsoredBrandsVideo", "sponsoredDisplayOnlineVideo", "amazonDspOnlineVideo",
    "sponsoredTvStreamingTv", "amazonDspStreamingTv", "amazonDspAudio", "sponsoredProducts",
    "sponsoredDisplay",
)  # fmt: skip


def bid_rows(asked: Asked, reading: Reading) -> Iterator[Row]:
    """Yield the rows of dspBidAdjustment: every third line item has a rule."""
    if not reading.lines.lines:
        return
    served = LineRows(reading).atom("impressions")
    shown = served if asked.is_daily else served.sum(axis=1, keepdims=True)
    by_term = "bidAdjustmentMatchedTerms" in asked.group_by
    for position in range(0, len(reading.lines.lines), _EVERY):
        for day, impressions in enumerate(shown[position].tolist()):
            for number, term in enumerate(_TERMS if by_term else (_WHOLE,)):
                won = int(impressions * term[0])
                named = _term(reading, position, number, term) if by_term else {}
                if won:
                    yield {**_rule(asked, reading, position, day, won), **named}


def path_rows(asked: Asked, reading: Reading) -> Iterator[Row]:
    """Yield the rows of conversionPath: the brand's purchases by what led to them."""
    if not reading.lines.lines:
        return
    totals = {
        "purchases": _total(reading, ""),
        "newToBrandPurchases": _total(reading, "", ".new"),
        "sales": _total(reading, "sales."),
        "newToBrandSales": _total(reading, "sales.", ".new"),
    }
    minor = 10**reading.lines.advertiser.minor_units
    for path, share, seen in _PATHS:
        figures = {name: int(total * share) for name, total in totals.items()}
        if figures["purchases"]:
            yield {
                "startDate": asked.start.isoformat(),
                "endDate": asked.end.isoformat(),
                "brandName": reading.lines.advertiser.name,
                "simplifiedPath": path,
                **{n: v / minor if "ales" in n else v for n, v in figures.items()},
                **{f"{kind}Frequency": seen.get(kind, 0.0) for kind in _KINDS_OF_AD},
            }


def _rule(asked: Asked, reading: Reading, position: int, day: int, won: int) -> Row:
    lines = reading.lines
    line, order = lines.lines[position], lines.orders[int(lines.order[position])]
    bids = int(won / between(0.08, 0.35, line.line_item_id, "win rate"))
    return {
        "date": reading.window.days[day].isoformat() if asked.is_daily else None,
        "startDate": asked.start.isoformat(),
        "endDate": asked.end.isoformat(),
        "advertiserId": lines.advertiser.advertiser_id,
        "advertiserName": lines.advertiser.name,
        "orderId": order.order_id,
        "orderName": order.name,
        "lineItemId": line.line_item_id,
        "lineItemName": line.name,
        "bidAdjustmentRule": f"Hours and sites of {line.name}",
        "bidAdjustmentRuleId": str(key("rule", line.line_item_id) % 10**12),
        "bids": bids,
        "winRate": round(won / bids, 6),
    }


def _term(reading: Reading, position: int, number: int, term: tuple[float, float, str]) -> Row:
    share, factor, name = term
    term_id = key("term", reading.lines.lines[position].line_item_id, number) % 10**10
    return {
        "bidAdjustmentMatchedTerms": f"[{name}]",
        "bidAdjustmentMatchedTermIds": f"[{term_id}]" if name else "[]",
        "bidAdjustment": factor,
        "matchRate": 100 * share,
    }


def _total(reading: Reading, prefix: str, ending: str = "") -> int:
    parts = [p for p in FAMILIES["purchase"].parts if p.endswith(ending)]
    return int(np.sum([reading.atom(prefix + part).sum() for part in parts]))
