"""Tags read from names: what a naming convention would find, and what is done when it is applied.

What a person set by hand stays; what the rule read before and no longer reads is taken off.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from core.domain.content import Taggable
from core.domain.entities import Kind
from core.domain.ids import AdvertiserId
from core.domain.naming import Pattern, read_pattern
from core.insight.desk import Desk
from core.insight.directory import directory
from core.store.content.content import Content
from core.store.content.tags import EntityTag, TagRule


@dataclass(frozen=True, slots=True)
class Named:
    """Something with a name, and the tags read from it; None where it does not follow."""

    entity_id: str
    advertiser_id: str
    name: str
    tags: Mapping[str, str] | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What a pattern makes of all names it is about, by name."""

    named: tuple[Named, ...]

    @property
    def following(self) -> list[Named]:
        """Return those whose names follow it."""
        return [one for one in self.named if one.tags is not None]

    @property
    def others(self) -> list[Named]:
        """Return those whose names do not."""
        return [one for one in self.named if one.tags is None]


def preview(desk: Desk, kind: Taggable, advertiser_id: str | None, pattern: Pattern) -> Preview:
    """Return what a pattern reads from the names of what the scope sees and keeps."""
    kept = {str(a.advertiser_id) for a in desk.tenant.advertisers.kept()}
    meant = kept if advertiser_id is None else kept & {advertiser_id}
    found = (
        Named(entity_id, owner, name, pattern.read(name))
        for entity_id, owner, name in _names(desk, kind)
        if owner in meant
    )
    return Preview(tuple(sorted(found, key=lambda one: (one.name.casefold(), one.entity_id))))


def apply(content: Content, rule: TagRule, found: Preview, now: datetime) -> int:
    """Set the tags that a rule reads, take off what it no longer reads; return how many it set.

    Raises NotAllowed unless the role may.
    """
    standing = content.tags.all(rule.kind)
    by_hand = {(tag.entity_id, tag.tag) for tag in standing if tag.rule_id is None}
    tags = [
        EntityTag(
            kind=rule.kind,
            entity_id=one.entity_id,
            tag=tag,
            advertiser_id=AdvertiserId(one.advertiser_id),
            value=value,
            rule_id=rule.id,
        )
        for one in found.following
        for tag, value in (one.tags or {}).items()
        if (one.entity_id, tag) not in by_hand
    ]
    content.tags.put(tags, now)
    read = {(tag.entity_id, tag.tag) for tag in tags}
    for old in standing:
        if old.rule_id == rule.id and (old.entity_id, old.tag) not in read:
            content.tags.remove(old.kind, old.entity_id, old.tag)
    return len(tags)


def applied(desk: Desk, content: Content, rule: TagRule) -> int:
    """Apply a rule to the names as they are now; return how many tags it set. Raises as `apply`."""
    found = preview(desk, rule.kind, rule.advertiser_id, read_pattern(rule.pattern))
    return apply(content, rule, found, desk.now)


@dataclass(frozen=True, slots=True)
class TagBook:
    """The tags of orders, those of their advertisers among them, as one text each: "brand:Lumen".

    `mark` changes whenever one of them does.
    """

    by_order: Mapping[str, str]
    by_advertiser: Mapping[str, str]
    mark: str

    def of(self, order_id: str, advertiser_id: str) -> str:
        """Return what is searched beside an order's names, in lower case."""
        texts = (self.by_order.get(order_id, ""), self.by_advertiser.get(advertiser_id, ""))
        return "\n".join(texts).lower()


NO_TAGS = TagBook({}, {}, "")


def tag_book(desk: Desk) -> TagBook:
    """Return the tags that the scope sees on orders and advertisers."""
    tags = desk.content.tags.all(Taggable.ORDER, Taggable.ADVERTISER)
    texts: dict[Taggable, dict[str, str]] = defaultdict(dict)
    digest = hashlib.sha256()
    for one in tags:
        told = f"{one.tag}:{one.value}"
        held = texts[one.kind].get(one.entity_id)
        texts[one.kind][one.entity_id] = told if held is None else f"{held}\n{told}"
        digest.update(f"{one.kind}\0{one.entity_id}\0{told}\0".encode())
    mark = digest.hexdigest()[:16]
    return TagBook(texts[Taggable.ORDER], texts[Taggable.ADVERTISER], mark)


def counted(tags: Collection[EntityTag]) -> list[tuple[str, str, Taggable, int]]:
    """Return each tag with its value, what bears it, and how many do; by tag and value."""
    found: dict[tuple[str, str, Taggable], int] = defaultdict(int)
    for one in tags:
        found[one.tag, one.value, one.kind] += 1
    ordered = sorted(found.items(), key=lambda pair: tuple(map(str.casefold, pair[0])))
    return [(tag, value, kind, count) for (tag, value, kind), count in ordered]


def _names(desk: Desk, kind: Taggable) -> Iterator[tuple[str, str, str]]:
    match kind:
        case Taggable.ADVERTISER:
            for advertiser in desk.tenant.advertisers.kept():
                yield advertiser.advertiser_id, advertiser.advertiser_id, advertiser.name
        case Taggable.ORDER:
            for one in directory(desk).orders.values():
                yield one.id, one.order.advertiser_id, one.order.name
        case Taggable.LINE_ITEM:
            for version in desk.tenant.entities.current(Kind.LINE_ITEM):
                yield version.entity_id, version.advertiser_id, version.name
