"""Orders, flights, line items and creatives over time: what they are, were, and when they changed.

A snapshot gives the whole set of what an advertiser has; a version is written only where
something differs from the one before, and closed when its entity is no longer there.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, bindparam, case, func, or_, select, true, update

from core.domain.entities import (
    AdAssociation,
    Approval,
    Creative,
    Entity,
    Flight,
    Kind,
    LineItem,
    Order,
)
from core.domain.ids import AdvertiserId, EntityId
from core.errors import Defect
from core.store.schema import entity_version, snapshot_run
from core.store.schema.words import Source
from core.store.scoped import Dated
from core.store.transaction import picked

_CLASSES: dict[Kind, type[Entity]] = {
    cls.kind: cls for cls in (Order, Flight, LineItem, Creative, AdAssociation)
}
# What people manage at Amazon is believed before what they imported, and that before what a
# report's columns let one guess.
_BELIEF = {Source.CAMPAIGNS: 0, Source.PLAN: 1, Source.REPORT: 2}
_TICK = timedelta(microseconds=1)
SEARCH_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class EntityVersion:
    """One state of one entity; `valid_to` is None for the present one."""

    kind: Kind
    source: Source
    entity_id: EntityId
    valid_from: datetime
    valid_to: datetime | None
    advertiser_id: AdvertiserId
    parent_id: str | None
    name: str
    state: str
    attributes: Mapping[str, Any]

    @property
    def entity(self) -> Entity:
        """Return the order, flight, line item, creative or association that this row describes."""
        return _CLASSES[self.kind].from_attributes(
            entity_id=self.entity_id,
            advertiser_id=self.advertiser_id,
            parent_id=self.parent_id,
            name=self.name,
            state=self.state,
            attributes=dict(self.attributes),
        )


@dataclass(frozen=True, slots=True)
class EntityChange:
    """A change at an instant: `before` is None for a new entity, `after` for one that is gone."""

    at: datetime
    before: EntityVersion | None
    after: EntityVersion | None

    @property
    def subject(self) -> EntityVersion:
        """Return the version that names the entity: the later one there is."""
        found = self.after or self.before
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class SnapshotRun:
    """Proof that an advertiser was looked at on a day, and what had changed."""

    advertiser_id: AdvertiserId
    day: date
    source: Source
    taken_at: datetime
    entities: int
    changes: int


class EntityVersions(Dated):
    """The entities of the advertisers that the scope sees; what is present is so at `at`."""

    def snapshot(
        self,
        advertiser_id: str,
        day: date,
        source: Source,
        present: Mapping[Kind, Sequence[Entity]],
        now: datetime,
    ) -> SnapshotRun:
        """Write what differs from the versions that stand, and that the day was looked at.

        `present` holds, for each kind that was read, everything there is: what is missing from
        it is closed, and an empty sequence closes a whole kind. Kinds that were not read stay.
        Another source's versions stay too. Taking the same snapshot twice changes nothing.
        Raises NotFound for an advertiser outside the scope, Defect when an entity belongs to
        another advertiser or comes twice.
        """
        self.require_now()
        self.require_advertiser(advertiser_id)
        changes = sum(
            self._apply(advertiser_id, kind, source, _by_id(advertiser_id, kind, entities), now)
            for kind, entities in present.items()
        )
        read = sum(len(entities) for entities in present.values())
        run = SnapshotRun(AdvertiserId(advertiser_id), day, source, now, read, changes)
        row = {name: getattr(run, name) for name in SnapshotRun.__slots__}
        self.tx.upsert(snapshot_run, [self.own(snapshot_run, **row)])
        return run

    def runs(self, advertiser_id: str, since: date) -> list[SnapshotRun]:
        """Return the snapshots taken of an advertiser since a day, oldest first."""
        c = snapshot_run.c
        mine = self._runs & (c.advertiser_id == advertiser_id) & (c.day >= since)
        query = picked(snapshot_run, SnapshotRun).where(mine)
        return self.tx.many(query.order_by(c.day, c.source), SnapshotRun)

    def mark(self) -> str:
        """Return a text that changes whenever an entity that the scope sees may have; cheap.

        Every write comes with a snapshot run, so it is the latest run and how many share its
        instant.
        """
        c = snapshot_run.c
        latest = select(func.max(c.taken_at)).where(self._runs).scalar_subquery()
        query = select(func.max(c.taken_at), func.count(), func.sum(c.changes))
        row = self.tx.row(query.where(self._runs, c.taken_at == latest))
        return "/".join(map(str, row or ()))

    def current(
        self, *kinds: Kind, advertiser_ids: Collection[str] | None = None
    ) -> list[EntityVersion]:
        """Return the present entities of these kinds (all without any), by name.

        An entity told of by several sources comes once, from the one most believed.
        """
        return self._believed(self._standing & self._of(kinds, advertiser_ids))

    def as_of(
        self, instant: datetime, *kinds: Kind, advertiser_ids: Collection[str] | None = None
    ) -> list[EntityVersion]:
        """Return the entities as they stood at an instant, otherwise as `current`."""
        return self.as_known_at(instant).current(*kinds, advertiser_ids=advertiser_ids)

    def history(self, kind: Kind, entity_id: str) -> list[EntityVersion]:
        """Return every version of one entity, oldest first; empty when it is not known."""
        c = entity_version.c
        query = self._query((c.kind == kind) & (c.entity_id == entity_id) & self._begun)
        return self.tx.many(query.order_by(c.valid_from, c.source), EntityVersion)

    def changes(
        self,
        since: datetime,
        until: datetime,
        *kinds: Kind,
        advertiser_ids: Collection[str] | None = None,
    ) -> list[EntityChange]:
        """Return what changed after `since` and not after `until`, the latest first."""
        c = entity_version.c
        until = until if self.at is None else min(until, self.at)
        began = (c.valid_from > since) & (c.valid_from <= until)
        ended = (c.valid_to > since) & (c.valid_to <= until)
        query = self._query((began | ended) & self._of(kinds, advertiser_ids))
        return _changes(self.tx.many(query, EntityVersion), since, until)

    def search(
        self,
        words: str,
        *kinds: Kind,
        advertiser_ids: Collection[str] | None = None,
        limit: int = 200,
    ) -> list[EntityVersion]:
        """Return present entities whose name holds all of `words`, in any case, or whose id they
        are: that of the id first, then names that begin so, then the shorter ones.

        No more than `limit` are read, however many there are.
        """
        c = entity_version.c
        words = words[:SEARCH_CHARACTERS].strip()
        named = and_(True, *(c.name.icontains(word, autoescape=True) for word in words.split()))
        wanted = self._standing & or_(named, c.entity_id == words) & self._of(kinds, advertiser_ids)
        best = (
            case((c.entity_id == words, 0), else_=1),
            case((c.name.istartswith(words, autoescape=True), 0), else_=1),
            func.length(c.name),
            c.name,
            c.entity_id,
        )
        # An entity may be told of by every source.
        query = self._query(wanted).order_by(*best).limit(limit * len(_BELIEF))
        found: dict[tuple[Kind, str], EntityVersion] = {}
        for version in self.tx.many(query, EntityVersion):
            told = found.setdefault((version.kind, version.entity_id), version)
            if _BELIEF[version.source] < _BELIEF[told.source]:
                found[version.kind, version.entity_id] = version
        return list(found.values())[:limit]

    def named(
        self,
        kind: Kind,
        *,
        entity_ids: Collection[str] | None = None,
        parent_ids: Collection[str] | None = None,
    ) -> list[EntityVersion]:
        """Return the present entities of a kind with these ids, or below these parents."""
        c = entity_version.c
        wanted = [c.kind == kind, self._standing]
        if entity_ids is not None:
            wanted.append(c.entity_id.in_(sorted(entity_ids)))
        if parent_ids is not None:
            wanted.append(c.parent_id.in_(sorted(parent_ids)))
        return self._believed(and_(*wanted))

    def placings(self, creative_ids: Collection[str]) -> list[EntityVersion]:
        """Return which line items these creatives are on, as present associations."""
        c = entity_version.c
        placed = c.attributes["creative_id"].as_string().in_(sorted(creative_ids))
        return self._believed((c.kind == Kind.AD_ASSOCIATION) & self._standing & placed)

    def rejected(self, *, advertiser_ids: Collection[str] | None = None) -> list[EntityVersion]:
        """Return the creatives, and creatives on line items, that Amazon's review turned down."""
        c = entity_version.c
        reviewed = (Kind.CREATIVE, Kind.AD_ASSOCIATION)
        turned_down = c.attributes["approval"].as_string() == Approval.REJECTED
        return self._believed(self._standing & turned_down & self._of(reviewed, advertiser_ids))

    @property
    def _begun(self) -> ColumnElement[bool]:
        c = entity_version.c
        return true() if self.at is None else c.valid_from <= self.at

    @property
    def _standing(self) -> ColumnElement[bool]:
        c = entity_version.c
        if self.at is None:
            return c.valid_to.is_(None)
        return self._begun & (c.valid_to.is_(None) | (c.valid_to > self.at))

    @property
    def _runs(self) -> ColumnElement[bool]:
        mine = self.mine(snapshot_run)
        return mine if self.at is None else mine & (snapshot_run.c.taken_at <= self.at)

    def _query(self, condition: ColumnElement[bool]) -> Any:
        return picked(entity_version, EntityVersion).where(self.mine(entity_version), condition)

    def _of(
        self, kinds: Collection[Kind], advertiser_ids: Collection[str] | None
    ) -> ColumnElement[bool]:
        c = entity_version.c
        wanted = [c.kind.in_(sorted(kinds))] if kinds else []
        if advertiser_ids is not None:
            wanted.append(c.advertiser_id.in_(sorted(advertiser_ids)))
        return and_(True, *wanted)

    def _believed(self, condition: ColumnElement[bool]) -> list[EntityVersion]:
        found: dict[tuple[Kind, str], EntityVersion] = {}
        for version in self.tx.many(self._query(condition), EntityVersion):
            key = (version.kind, version.entity_id)
            told = found.get(key)
            if told is None or _BELIEF[version.source] < _BELIEF[told.source]:
                found[key] = version
        return sorted(found.values(), key=lambda v: (v.kind, v.name.casefold(), v.entity_id))

    def _apply(
        self,
        advertiser_id: str,
        kind: Kind,
        source: Source,
        present: Mapping[str, Mapping[str, Any]],
        now: datetime,
    ) -> int:
        c = entity_version.c
        told = (c.kind == kind) & (c.source == source) & (c.advertiser_id == advertiser_id)
        standing = {
            row.entity_id: row
            for row in self.tx.rows(
                select(c.entity_id, c.fingerprint, c.valid_from).where(
                    self.mine(entity_version), told, c.valid_to.is_(None)
                )
            )
        }
        before = {entity_id: row.fingerprint for entity_id, row in standing.items()}
        after = {entity_id: row["fingerprint"] for entity_id, row in present.items()}
        changed = [entity_id for entity_id in after if before.get(entity_id) != after[entity_id]]
        ended = [entity_id for entity_id in before if before[entity_id] != after.get(entity_id)]
        # Time only goes on: a version is never closed before it began.
        at = max([now, *(standing[entity_id].valid_from + _TICK for entity_id in ended)])
        self._close(kind, source, ended, at)
        shared = {"source": source, "valid_from": at, "valid_to": None}
        rows = [self.own(entity_version, **present[entity_id], **shared) for entity_id in changed]
        self.tx.insert(entity_version, rows)
        return len({*changed, *ended})

    def _close(self, kind: Kind, source: Source, entity_ids: Sequence[str], at: datetime) -> None:
        c = entity_version.c
        one = self.mine(entity_version) & (c.kind == kind) & (c.source == source)
        closed = (
            update(entity_version)
            .where(one, c.valid_to.is_(None), c.entity_id == bindparam("ended"))
            .values(valid_to=at)
        )
        if entity_ids:
            self.tx.connection.execute(closed, [{"ended": e} for e in entity_ids])


def _by_id(advertiser_id: str, kind: Kind, entities: Iterable[Entity]) -> dict[str, dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for entity in entities:
        if entity.advertiser_id != advertiser_id or entity.kind is not kind:
            raise Defect(f"{entity.kind} {entity.entity_id} is not of this snapshot")
        if entity.entity_id in rows:
            raise Defect(f"{entity.kind} {entity.entity_id} comes twice in a snapshot")
        rows[entity.entity_id] = _row(entity)
    return rows


def _row(entity: Entity) -> dict[str, Any]:
    told = {
        "parent_id": entity.parent_id,
        "name": entity.name,
        "state": entity.state.value,
        "attributes": entity.attributes(),
    }
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"))
    # Postgres keeps no NUL inside JSON either.
    canonical = canonical.replace(r"\u0000", r"\ufffd")
    return {
        "kind": entity.kind,
        "entity_id": entity.entity_id,
        "advertiser_id": entity.advertiser_id,
        **json.loads(canonical),
        "fingerprint": hashlib.sha256(canonical.encode()).hexdigest(),
    }


def _changes(
    versions: Iterable[EntityVersion], since: datetime, until: datetime
) -> list[EntityChange]:
    ends: dict[tuple[Kind, Source, str, datetime], list[EntityVersion | None]] = defaultdict(
        lambda: [None, None]
    )
    for version in versions:
        key = (version.kind, version.source, version.entity_id)
        if version.valid_to is not None and since < version.valid_to <= until:
            ends[*key, version.valid_to][0] = version
        if since < version.valid_from <= until:
            ends[*key, version.valid_from][1] = version
    changes = [EntityChange(key[3], before, after) for key, (before, after) in ends.items()]
    return sorted(changes, key=lambda c: (c.at, c.subject.entity_id), reverse=True)
