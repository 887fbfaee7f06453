"""What a row is: advertiser, order, line item or creative; its names; and what a view drills into.

every order → one order's line items → one line item's creatives
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from core.domain.entities import Kind
from core.domain.views import Level, View, without
from core.insight.audience import Audience, audience
from core.insight.desk import Desk
from core.insight.directory import Directory
from core.insight.entity_sums import Key
from core.lake.question import Among
from core.lake.schema import UNKNOWN

FIELDS = {
    Level.ADVERTISER: "advertiser_id",
    Level.ORDER: "order_id",
    Level.LINE_ITEM: "line_item_id",
    Level.CREATIVE: "creative_id",
}
ONE = {
    Level.ADVERTISER: "advertiser",
    Level.ORDER: "order",
    Level.LINE_ITEM: "line item",
    Level.CREATIVE: "creative",
}
_KINDS = {Level.LINE_ITEM: Kind.LINE_ITEM, Level.CREATIVE: Kind.CREATIVE}
_NAMELESS = "Not named by Amazon"


@dataclass(frozen=True, slots=True)
class Named:
    """A line item or creative: whose it is, and the order that a line item belongs to."""

    name: str
    advertiser_id: str
    parent_id: str | None


@dataclass(frozen=True, slots=True)
class Names:
    """The names of everything that the scope sees, by kind and id. `mark` changes with them."""

    mark: str
    advertisers: Mapping[str, str]
    orders: Directory
    things: Mapping[Kind, Mapping[str, Named]]

    def of(self, level: Level, key: Key) -> str:
        """Return the name of a row; its id when it is not known, a phrase for what has none."""
        _, entity_id = key
        if level is Level.ADVERTISER:
            return self.advertisers.get(entity_id, entity_id)
        if entity_id == UNKNOWN:
            return _NAMELESS
        if level is Level.ORDER:
            known = self.orders.orders.get(entity_id)
            return known.order.name or entity_id if known else entity_id
        found = self.things[_KINDS[level]].get(entity_id)
        return found.name or entity_id if found else entity_id

    def order_of(self, line_item_id: str) -> str | None:
        """Return the id of the order that a line item belongs to, None when it is not known."""
        found = self.things[Kind.LINE_ITEM].get(line_item_id)
        return found.parent_id if found else None


def names(desk: Desk, whom: Audience) -> Names:
    """Return the names as they stand now; empty ones before any snapshot."""
    mark = desk.tenant.entities.mark()
    things = desk.recall(lambda: _things(desk), "names", mark)
    advertisers = {str(a.advertiser_id): a.name for a in whom.advertisers}
    return Names(f"{mark}/{whom.directory.mark}", advertisers, whom.directory, things)


def _things(desk: Desk) -> Mapping[Kind, Mapping[str, Named]]:
    found: dict[Kind, dict[str, Named]] = {kind: {} for kind in _KINDS.values()}
    for version in desk.tenant.entities.current(*_KINDS.values()):
        named = Named(version.name, str(version.advertiser_id), version.parent_id)
        found[version.kind][str(version.entity_id)] = named
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way into the account: its words, and the view that leads back to it."""

    words: str
    view: View


def narrowed(desk: Desk, view: View) -> Audience:
    """Return whom a view means, down to the line items it drills into and the names it looks for.

    The text is looked for in the names of what the rows are: of line items or creatives where
    these are shown, else of orders and advertisers as everywhere.
    """
    kind = _KINDS.get(view.level)
    whole = audience(desk, without(view, "text") if kind else view)
    whom = replace(whole, view=view)
    if kind and view.text:
        ids = _found(names(desk, whom), view.level, view.text)
        whom = _where(whom, Among(FIELDS[view.level], ids))
    if view.line_items:
        whom = _where(whom, Among("line_item_id", frozenset(view.line_items)))
    return whom


def _found(known: Names, level: Level, text: str) -> frozenset[str]:
    looked_for = text.casefold()
    return frozenset(
        entity_id
        for entity_id, named in known.things[_KINDS[level]].items()
        if looked_for in named.name.casefold() or entity_id == text
    )


def _where(whom: Audience, condition: Among) -> Audience:
    groups = (replace(group, where=(*group.where, condition)) for group in whom.groups)
    return replace(whom, groups=tuple(groups))


def into(view: View, key: Key) -> View | None:
    """Return the view that shows what a row is made of; None for a creative, which is the last."""
    advertiser_id, entity_id = key
    inside = replace(view, text="", page=1)
    if view.level is Level.ADVERTISER:
        return replace(inside, level=Level.ORDER, advertisers=(advertiser_id,))
    if entity_id == UNKNOWN or view.level is Level.CREATIVE:
        return None
    if view.level is Level.ORDER:
        return replace(inside, level=Level.LINE_ITEM, orders=(entity_id,), line_items=())
    return replace(inside, level=Level.CREATIVE, line_items=(entity_id,))


def way_back(view: View, known: Names) -> Sequence[Step]:
    """Return the steps from every order down to what is shown, the last being where one is.

    Empty when the view has not gone into one order or one line item.
    """
    top = replace(view, orders=(), line_items=(), level=Level.ORDER, text="", page=1)
    order_id = view.orders[0] if len(view.orders) == 1 else None
    line_id = view.line_items[0] if len(view.line_items) == 1 else None
    if line_id and not order_id:
        order_id = known.order_of(line_id)
    steps = [Step("All orders", top)]
    if order_id:
        inside = replace(top, orders=(order_id,), level=Level.LINE_ITEM)
        steps.append(Step(known.of(Level.ORDER, ("", order_id)), inside))
    if line_id:
        deeper = replace(top, orders=view.orders, line_items=view.line_items, level=Level.CREATIVE)
        steps.append(Step(known.of(Level.LINE_ITEM, ("", line_id)), deeper))
    return steps if len(steps) > 1 else ()


def choices(whom: Audience) -> list[Level]:
    """Return the levels that can be shown: advertisers only where there are several."""
    has_several = len(whom.advertisers) > 1 or whom.view.level is Level.ADVERTISER
    return [level for level in Level if level is not Level.ADVERTISER or has_several]
