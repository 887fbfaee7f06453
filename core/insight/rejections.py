"""Creatives that Amazon's review turned down, and where they were to run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import cast

from core.domain.entities import AdAssociation, Approval, Creative, Kind
from core.insight.audience import Audience
from core.insight.desk import Desk
from core.store.doors import Tenant
from core.store.entities.versions import EntityVersion


@dataclass(frozen=True, slots=True)
class Rejection:
    """A rejected creative in one order: on `placed` of the order's `places` for creatives."""

    creative_id: str
    name: str
    order_id: str
    reasons: tuple[str, ...]
    placed: int
    places: int


def rejections(desk: Desk, audience: Audience) -> list[Rejection]:
    """Return the rejected creatives of the advertisers in view, by order and creative."""
    ids = frozenset(str(a.advertiser_id) for a in audience.advertisers)
    key = ("rejections", audience.directory.mark, ids)
    return desk.recall(lambda: _read(desk.tenant, ids), *key)


def _read(tenant: Tenant, advertiser_ids: frozenset[str]) -> list[Rejection]:
    found = tenant.entities.rejected(advertiser_ids=advertiser_ids)
    reasons = {_creative_of(v): _reasons(v) for v in found}
    if not reasons:
        return []
    creatives = [v.entity_id for v in found if v.kind is Kind.CREATIVE]
    placed = {v.entity_id: v for v in found if v.kind is Kind.AD_ASSOCIATION}
    placed |= {v.entity_id: v for v in tenant.entities.placings(creatives)}
    orders = _orders_of(tenant, placed.values())
    by_order: dict[tuple[str, str], int] = defaultdict(int)
    for placing in placed.values():
        if order_id := orders.get(str(placing.parent_id)):
            by_order[order_id, _creative_of(placing)] += 1
    names = _names(tenant, reasons)
    places = _places(tenant, {order_id for order_id, _ in by_order})
    return [
        Rejection(
            creative,
            names.get(creative, creative),
            order_id,
            reasons[creative],
            count,
            max(places[order_id], count),
        )
        for (order_id, creative), count in sorted(by_order.items())
    ]


def _creative_of(version: EntityVersion) -> str:
    entity = version.entity
    return entity.creative_id if isinstance(entity, AdAssociation) else entity.entity_id


def _reasons(version: EntityVersion) -> tuple[str, ...]:
    entity = cast(Creative | AdAssociation, version.entity)
    return entity.approval_reasons if entity.approval is Approval.REJECTED else ()


def _orders_of(tenant: Tenant, placings: Iterable[EntityVersion]) -> dict[str, str]:
    lines = {str(placing.parent_id) for placing in placings}
    found = tenant.entities.named(Kind.LINE_ITEM, entity_ids=lines)
    return {line.entity_id: str(line.parent_id) for line in found}


def _names(tenant: Tenant, creatives: Collection[str]) -> dict[str, str]:
    found = tenant.entities.named(Kind.CREATIVE, entity_ids=creatives)
    return {creative.entity_id: creative.name for creative in found}


def _places(tenant: Tenant, orders: set[str]) -> dict[str, int]:
    """Return how many places for creatives each order has, over all of its line items."""
    lines = tenant.entities.named(Kind.LINE_ITEM, parent_ids=orders)
    order_of = {str(line.entity_id): str(line.parent_id) for line in lines}
    places: dict[str, int] = defaultdict(int)
    for placing in tenant.entities.named(Kind.AD_ASSOCIATION, parent_ids=order_of):
        places[order_of[str(placing.parent_id)]] += 1
    return places
