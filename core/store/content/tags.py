"""Tags: a word and its value on an advertiser, an order or a line item; and the rules that read
them from names.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.domain.content import Taggable
from core.domain.ids import AdvertiserId, UserId
from core.security.tokens import new_id
from core.store.content.repository import Repository, by_name, field_names, one, one_line
from core.store.content.rows import among, equal
from core.store.identity.organizations import named
from core.store.schema import entity_tag, tag_rule

PATTERN_CHARACTERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class TagRule:
    """A naming convention: the pattern that names follow, of one advertiser or of all."""

    id: str
    advertiser_id: AdvertiserId | None
    kind: Taggable
    name: str
    pattern: str
    changed_by: UserId
    changed_at: datetime


class TagRules(Repository[TagRule]):
    """The rules that the scope sees; limited members only those of their advertisers."""

    __slots__ = ()
    _table = tag_rule
    _kind = TagRule
    _what = "The rule"

    def all(self) -> list[TagRule]:
        """Return them by name."""
        return by_name(self._found())

    def get(self, rule_id: str) -> TagRule:
        """Return one. Raises NotFound."""
        return self._get(one(rule_id))

    def add(
        self, name: str, kind: Taggable, pattern: str, now: datetime, *, advertiser_id: str | None
    ) -> TagRule:
        """Return a new rule; that its pattern can be read is the caller's to know.

        Raises NotAllowed unless the role may, NotFound for an advertiser outside the scope,
        UserError for words that are none.
        """
        self._require_editor()
        self.require_reach(advertiser_id)
        row = {
            "id": new_id("rule"),
            "advertiser_id": advertiser_id,
            "kind": kind,
            **_columns(name, pattern),
            **self._stamp(now),
        }
        self.rows.add(self._table, row)
        return self._read(row)

    def change(self, rule_id: str, name: str, pattern: str, now: datetime) -> None:
        """Give it another name and pattern; its tags stay until it is applied again.

        Raises as `add`.
        """
        self._require_editor()
        self._change(_columns(name, pattern), now, one(rule_id))

    def remove(self, rule_id: str) -> None:
        """Take the rule away; what it has tagged stays. Raises NotAllowed, NotFound."""
        self._require_editor()
        self._remove(one(rule_id))


def _columns(name: str, pattern: str) -> dict[str, Any]:
    return {"name": named(name), "pattern": one_line(pattern, most=PATTERN_CHARACTERS)}


@dataclass(frozen=True, slots=True, kw_only=True)
class EntityTag:
    """A tag on an entity. `rule_id` says which rule read it, None that a person set it."""

    kind: Taggable
    entity_id: str
    tag: str
    advertiser_id: AdvertiserId
    value: str
    rule_id: str | None


class EntityTags(Repository[EntityTag]):
    """The tags on what the scope sees."""

    __slots__ = ()
    _table = entity_tag
    _kind = EntityTag
    _what = "The tag"

    def all(self, *kinds: Taggable) -> list[EntityTag]:
        """Return the tags of these kinds of entities, all without any, by entity and tag."""
        return self._found(among("kind", kinds)) if kinds else self._found()

    def bearing(self, kind: Taggable, tag: str, values: Collection[str]) -> list[EntityTag]:
        """Return the tags of this name and any of these values."""
        return self._found(equal("kind", kind), equal("tag", tag), among("value", values))

    def put(self, tags: Sequence[EntityTag], now: datetime) -> None:
        """Set tags, over those of the same name on the same entities.

        Raises NotAllowed for a person whose role may not, NotFound for an advertiser outside
        the scope; then nothing is set.
        """
        if not self._is_job:
            self._require_editor()
        for advertiser_id in {tag.advertiser_id for tag in tags}:
            self.require_advertiser(advertiser_id)
        rows = [{name: getattr(tag, name) for name in field_names(EntityTag)} for tag in tags]
        stamp = self._stamp(now)
        self.rows.put(self._table, [{**row, **stamp} for row in rows])

    def remove(self, kind: Taggable, entity_id: str, tag: str) -> None:
        """Take a tag off. Raises NotAllowed, NotFound."""
        self._require_editor()
        self._remove(equal("kind", kind), equal("entity_id", entity_id), equal("tag", tag))

    def remove_read(self, rule_id: str) -> int:
        """Take off whatever a rule has read; return how many tags. Raises NotAllowed."""
        if not self._is_job:
            self._require_editor()
        return self.rows.remove(self._table, equal("rule_id", rule_id))
