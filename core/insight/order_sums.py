"""Sums of measures by order: over the days shown, and like for like with those compared."""

from __future__ import annotations

from collections.abc import Sequence

from core.insight.audience import Group
from core.insight.desk import Desk
from core.insight.entity_sums import NOTHING, EntitySums, alike_before, asked, entity_sums

__all__ = ["NOTHING", "OrderSums", "alike_before", "asked", "order_sums"]

OrderSums = EntitySums


def order_sums(desk: Desk, group: Group, parts: Sequence[str]) -> dict[str, OrderSums]:
    """Return the sums of each order of a group that has a row in the days shown or compared."""
    found = entity_sums(desk, group, parts, "order_id")
    return {order_id: sums for (_, order_id), sums in found.items()}
