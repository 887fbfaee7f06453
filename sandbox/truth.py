"""`/_sandbox/truth`: the simulation's own totals, summed here and not by the reports."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response

from sandbox.answers import Refusal, json_answer
from sandbox.beliefs import Beliefs
from sandbox.world.chance import Counts
from sandbox.world.entities import Advertiser
from sandbox.world.families import CLICK, FAMILIES, NEW, PROMOTED, VIEW
from sandbox.world.knowledge import LAG_HOURS, Knowledge, known_at
from sandbox.world.media import STEPS
from sandbox.world.reading import Reading, read
from sandbox.world.window import Window
from sandbox.world.world import World

_COUNTED = ("impressions", "invalid", "clicked", "invalid_clicks")
_MONEY = {
    "supplyCost": ("supply",),
    "consoleFee": ("console",),
    "audienceFee": ("audience",),
    "omnichannelFee": ("omnichannel",),
    "agencyFee": ("agency",),
    "totalCost": ("supply", "console", "audience", "omnichannel"),
}
_VIDEO = {"videoStarts": "video.start", "videoCompletes": "video.complete"}


@dataclass(frozen=True)
class Truth:
    """Answers what really happened in the world."""

    world: World
    now: Callable[[], datetime]
    beliefs: Callable[[], Beliefs]

    async def daily(self, request: Request) -> Response:
        """Answer one row a day and order, line item or creative; decimals as text.

        `asOf=final` (the default) tells everything that will ever be known, `asOf=now` or an
        instant what a campaign report built then would know.
        """
        advertiser, reading = self._reading(request)
        by = request.query_params.get("by", "order")
        rows = list(_rows(reading, by, advertiser.minor_units))
        return json_answer(
            {"currency": advertiser.currency, "timezone": advertiser.timezone, "rows": rows}
        )

    async def happened(self, request: Request) -> Response:
        """Answer what happened over the days asked for, one row a creative on a line item.

        Nothing is added up but days: each kind of impression, of cost (in millionths), of
        conversion (`purchase.promoted.view.new`), its units and its sales (in the smallest coin)
        stands by itself, whatever a report would make of it. Kinds that never happened are left
        out. Days and `asOf` are as for the daily truth.
        """
        advertiser, reading = self._reading(request)
        rows = list(_happened(reading))
        return json_answer(
            {"currency": advertiser.currency, "minorUnits": advertiser.minor_units, "rows": rows}
        )

    def _reading(self, request: Request) -> tuple[Advertiser, Reading]:
        """Return the advertiser asked about, and what is known of its days."""
        query = request.query_params
        advertiser = self.world.advertisers.get(query.get("advertiserId", ""))
        if advertiser is None:
            raise Refusal(404, {"error": "no such advertiser"})
        window = Window(advertiser.timezone, _day(query.get("from")), _day(query.get("to")))
        knowledge = self._knowledge(advertiser, window, query.get("asOf", "final"))
        by_traffic = self.beliefs().conversions_by == "traffic"
        book = self.world.book(advertiser.advertiser_id)
        return advertiser, read(book, window, knowledge, by_traffic=by_traffic)

    def _knowledge(self, advertiser: Advertiser, window: Window, as_of: str) -> Knowledge:
        if as_of == "final":
            return Knowledge.final(window)
        instant = self.now() if as_of == "now" else _instant(as_of)
        return known_at(advertiser, window, instant, LAG_HOURS["dspCampaign"])

    async def entities(self, request: Request) -> Response:
        """Answer every advertiser with its seat, and its orders by id and name."""
        return json_answer(
            {
                "advertisers": [
                    {
                        "advertiserId": a.advertiser_id,
                        "name": a.name,
                        "slug": a.slug,
                        "currency": a.currency,
                        "timezone": a.timezone,
                        "region": a.seat.region,
                        "entityId": a.seat.entity_id,
                        "profileId": str(a.seat.profile_id),
                        "orders": [
                            {
                                "orderId": o.order_id,
                                "name": o.name,
                                "label": plan.label,
                                "trouble": plan.trouble.name if plan.trouble else None,
                                "start": o.start.isoformat(),
                                "end": o.end.isoformat(),
                                "lineItems": [line.line_item_id for line in o.line_items],
                            }
                            for o, plan in zip(
                                self.world.book(a.advertiser_id).orders,
                                self.world.plan(a.slug).orders,
                                strict=True,
                            )
                        ],
                    }
                    for a in self.world.advertisers.values()
                ]
            }
        )


_SERVED = (
    "impressions", "invalid", "clicked", "invalid_clicks", "viewed", "out_of_view", "unmeasured",
    "on_target", "on_target_cost", "supply", "console", "audience", "omnichannel", "agency",
)  # fmt: skip


def _happened(reading: Reading) -> Iterator[dict[str, Any]]:
    places = [
        {"orderId": order_id, "lineItemId": line_item_id, "creativeId": creative_id}
        for order_id, line_item_id, creative_id in zip(
            *(_owners(reading, by) for by in ("order", "lineItem", "creative")), strict=True
        )
    ]
    found: list[dict[str, int]] = [{} for _ in places]
    for name in _kinds(reading) if places else ():
        for happened, total in zip(found, reading.atom(name).sum(axis=1).tolist(), strict=True):
            if total:
                happened[name] = total
    for place, happened in zip(places, found, strict=True):
        if happened:
            yield {**place, "happened": happened}


def _kinds(reading: Reading) -> Iterator[str]:
    """Yield the name of everything that the simulation tells apart."""
    yield from _SERVED
    yield from (f"third.{name}" for name in reading.lines.third_party_cpm)
    yield from (f"{kind}.{step}" for kind in ("video", "audio") for step in (*STEPS, "clicks"))
    for family in FAMILIES.values():
        for part in family.parts:
            yield from (part, f"units.{part}", f"sales.{part}")


def _rows(reading: Reading, by: str, minor_units: int) -> Iterator[dict[str, Any]]:
    if by not in {"order", "lineItem", "creative"}:
        raise Refusal(400, {"error": "by is order, lineItem or creative"})
    owners = _owners(reading, by)
    sums = _sums(reading, minor_units)
    if not owners:
        return
    totals = {name: _grouped(values, owners) for name, values in sums.items()}
    keys = list(dict.fromkeys(owners))
    active = np.any([total != 0 for total in totals.values()], axis=0)
    for day_number, day in enumerate(reading.window.days):
        for position, key in enumerate(keys):
            if active[position, day_number]:
                figures = {n: t[position, day_number] for n, t in totals.items()}
                yield {"date": day.isoformat(), f"{by}Id": key, **_written(figures, minor_units)}


def _owners(reading: Reading, by: str) -> list[str]:
    lines = reading.lines
    if by == "creative":
        return [placing.creative.creative_id for placing in lines.placings]
    if by == "lineItem":
        return [lines.lines[n].line_item_id for n in lines.leaf_line.tolist()]
    return [lines.orders[n].order_id for n in lines.order[lines.leaf_line].tolist()]


def _sums(reading: Reading, minor_units: int) -> dict[str, Counts]:
    """Return every total by leaf and day: counts, money in millionths, sales in small coins."""
    totals = {name: reading.atom(name) for name in _COUNTED}
    totals |= {name: _added(reading, atoms) for name, atoms in _MONEY.items()}
    totals |= {name: reading.atom(atom) for name, atom in _VIDEO.items()}
    totals |= {
        "detailPageViews": _events(reading, "dpv", PROMOTED),
        "totalDetailPageViews": _events(reading, "dpv"),
        "addToCart": _events(reading, "atc", PROMOTED),
        "totalAddToCart": _events(reading, "atc"),
        "purchases": _events(reading, "purchase", PROMOTED),
        "purchasesViews": _events(reading, "purchase", PROMOTED, VIEW),
        "purchasesClicks": _events(reading, "purchase", PROMOTED, CLICK),
        "totalPurchases": _events(reading, "purchase"),
        "newToBrandPurchases": _events(reading, "purchase", PROMOTED, NEW),
        "totalNewToBrandPurchases": _events(reading, "purchase", NEW),
        "brandSearches": _events(reading, "brandSearch"),
        "unitsSold": _events(reading, "purchase", PROMOTED, prefix="units."),
        "totalUnitsSold": _events(reading, "purchase", prefix="units."),
        "sales": _events(reading, "purchase", PROMOTED, prefix="sales."),
        "totalSales": _events(reading, "purchase", prefix="sales."),
        "newToBrandSales": _events(reading, "purchase", PROMOTED, NEW, prefix="sales."),
        "totalNewToBrandSales": _events(reading, "purchase", NEW, prefix="sales."),
        "viewable": reading.atom("clicked") + reading.atom("viewed"),
    }
    return totals


def _events(reading: Reading, family: str, *wanted: str, prefix: str = "") -> Counts:
    parts = [p for p in FAMILIES[family].parts if set(wanted) <= set(p.split("."))]
    return _added(reading, tuple(prefix + part for part in parts))


def _added(reading: Reading, atoms: tuple[str, ...]) -> Counts:
    total: Counts = np.sum([reading.atom(atom) for atom in atoms], axis=0)
    return total


def _grouped(values: Counts, owners: list[str]) -> Counts:
    positions = {key: n for n, key in enumerate(dict.fromkeys(owners))}
    total = np.zeros((len(positions), values.shape[1]), dtype=np.int64)
    np.add.at(total, [positions[owner] for owner in owners], values)
    return total


def _written(figures: dict[str, Any], minor_units: int) -> dict[str, Any]:
    renamed = {
        "invalid": "invalidImpressions",
        "clicked": "clicks",
        "invalid_clicks": "invalidClicks",
        "viewable": "viewableImpressions",
    }
    found: dict[str, Any] = {}
    for name, value in figures.items():
        number = int(value)
        if name in _MONEY:
            found[name] = str(Decimal(number).scaleb(-6))
        elif name.lower().endswith("sales"):
            found[name] = str(Decimal(number).scaleb(-minor_units))
        else:
            found[renamed.get(name, name)] = number
    return found


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        raise Refusal(400, {"error": "asOf is final, now or an ISO instant"}) from None


def _day(text: str | None) -> date:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        raise Refusal(400, {"error": "from and to are days, YYYY-MM-DD"}) from None
