"""Finding an advertiser, order, line item or creative by name or id, from any screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from core.domain.entities import Kind
from core.domain.views import Level, Screen, View
from core.insight.desk import Desk
from core.store.accounts.advertisers import Advertiser
from core.store.entities.versions import EntityVersion

LETTERS_MIN = 2
EACH_MAX = 8
_KINDS = {Kind.ORDER: "Order", Kind.LINE_ITEM: "Line item", Kind.CREATIVE: "Creative"}


@dataclass(frozen=True, slots=True)
class Hit:
    """Something found: what it is, what it is called, whose it is, and the view that shows it."""

    what: str
    id: str
    name: str
    belongs_to: str
    view: View


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: advertisers, orders, line items, creatives, the best of each first.

    `more` are the kinds of which there are more than are listed.
    """

    hits: tuple[Hit, ...]
    more: tuple[str, ...] = ()


def search(desk: Desk, words: str) -> Found:
    """Return what the scope sees that is called so, or bears this id; empty for a single letter.

    Every word must be in the name, in any case. At most eight of each kind are listed.
    """
    wanted = " ".join(words.split())
    if len(wanted) < LETTERS_MIN:
        return Found(())
    advertisers = {str(a.advertiser_id): a for a in desk.tenant.advertisers.all()}
    parts = [_advertisers(advertisers.values(), wanted)]
    for kind in _KINDS:
        versions = desk.tenant.entities.search(wanted, kind, limit=EACH_MAX + 1)
        parts.append(list(_entities(desk, kind, versions, advertisers)))
    names = ("advertisers", "orders", "line items", "creatives")
    return Found(
        tuple(hit for part in parts for hit in part[:EACH_MAX]),
        tuple(name for name, part in zip(names, parts, strict=True) if len(part) > EACH_MAX),
    )


def _advertisers(everybody: Iterable[Advertiser], wanted: str) -> list[Hit]:
    terms = wanted.casefold().split()
    return [
        Hit("Advertiser", str(a.advertiser_id), a.name, f"{a.currency}, {a.timezone}",
            View(screen=Screen.MORNING, advertisers=(str(a.advertiser_id),)))
        for a in everybody
        if a.advertiser_id == wanted or all(term in a.name.casefold() for term in terms)
    ]  # fmt: skip


def _entities(
    desk: Desk,
    kind: Kind,
    versions: Sequence[EntityVersion],
    advertisers: Mapping[str, Advertiser],
) -> Iterator[Hit]:
    lines = _lines_of(desk, versions) if kind is Kind.CREATIVE else {}
    parents = _parents(desk, kind, versions)
    for version in versions:
        advertiser = advertisers.get(str(version.advertiser_id))
        owner = advertiser.name if advertiser else str(version.advertiser_id)
        parent = parents.get(str(version.parent_id), "")
        yield Hit(
            _KINDS[kind],
            version.entity_id,
            version.name or version.entity_id,
            " · ".join(filter(None, (owner, parent))),
            _view(kind, version, lines.get(version.entity_id, ())),
        )


def _view(kind: Kind, version: EntityVersion, lines: Sequence[str]) -> View:
    """Return the view in which a thing is to be seen: itself, or the line items it is on."""
    whose = View(screen=Screen.PERFORMANCE, advertisers=(str(version.advertiser_id),))
    if kind is Kind.ORDER:
        return replace(whose, orders=(version.entity_id,))
    if kind is Kind.LINE_ITEM:
        order = (version.parent_id,) if version.parent_id else ()
        line = (version.entity_id,)
        return replace(whose, orders=order, line_items=line, level=Level.LINE_ITEM)
    return replace(whose, line_items=tuple(lines), level=Level.CREATIVE)


def _parents(desk: Desk, kind: Kind, versions: Sequence[EntityVersion]) -> dict[str, str]:
    """Return the names of the orders that line items belong to."""
    if kind is not Kind.LINE_ITEM:
        return {}
    wanted = {v.parent_id for v in versions if v.parent_id}
    found = desk.tenant.entities.named(Kind.ORDER, entity_ids=wanted) if wanted else []
    return {v.entity_id: v.name for v in found}


def _lines_of(desk: Desk, versions: Sequence[EntityVersion]) -> dict[str, tuple[str, ...]]:
    """Return the line items that each creative is on."""
    placed: dict[str, set[str]] = {v.entity_id: set() for v in versions}
    for placing in desk.tenant.entities.placings(placed) if placed else []:
        creative = placing.attributes.get("creative_id")
        if creative in placed and placing.parent_id:
            placed[creative].add(placing.parent_id)
    return {creative: tuple(sorted(lines)[:50]) for creative, lines in placed.items()}
