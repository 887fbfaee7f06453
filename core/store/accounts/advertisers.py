"""DSP advertisers: who they are, which are kept, and the ways that lead to each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, update

from core.domain.connections import AccessMode, CampaignAccess, Status, SyncState
from core.domain.ids import AdvertiserId, ConnectionId
from core.domain.regions import Region
from core.domain.roles import Action
from core.errors import NotFound
from core.store.schema import advertiser, advertiser_access, connection
from core.store.scoped import Scoped
from core.store.transaction import picked


@dataclass(frozen=True, slots=True)
class FoundAdvertiser:
    """An advertiser as discovery found it."""

    advertiser_id: AdvertiserId
    region: Region
    name: str
    currency: str
    timezone: str
    country: str | None = None
    entity_id: str | None = None
    url: str | None = None
    v1_account_id: str | None = None


@dataclass(frozen=True, slots=True)
class Advertiser:
    """An advertiser of the organization. Days are those of `timezone`, money is in `currency`."""

    advertiser_id: AdvertiserId
    region: Region
    name: str
    currency: str
    country: str | None
    timezone: str
    entity_id: str | None
    url: str | None
    v1_account_id: str | None
    sync_state: SyncState
    is_default: bool
    selected_at: datetime | None
    synced_at: datetime | None
    seen_at: datetime


@dataclass(frozen=True, slots=True)
class AdvertiserAccess:
    """One way to an advertiser: a connection, and the header that reaches it."""

    advertiser_id: AdvertiserId
    connection_id: ConnectionId
    mode: AccessMode
    header_value: str
    campaign_access: CampaignAccess


class Advertisers(Scoped):
    """The advertisers that the scope sees."""

    def all(self) -> list[Advertiser]:
        """Return every advertiser, the default first, then by name."""
        c = advertiser.c
        query = picked(advertiser, Advertiser).where(self.mine(advertiser))
        ordered = query.order_by(c.is_default.desc(), c.name, c.advertiser_id)
        return self.tx.many(ordered, Advertiser)

    def kept(self) -> list[Advertiser]:
        """Return those that people chose to keep and have not paused, in the same order."""
        return [a for a in self.all() if a.sync_state is SyncState.SELECTED]

    def get(self, advertiser_id: str) -> Advertiser:
        """Return one advertiser. Raises NotFound."""
        query = picked(advertiser, Advertiser).where(self._one(advertiser_id))
        found = self.tx.one(query, Advertiser)
        if found is None:
            raise NotFound("The advertiser")
        return found

    def accesses(
        self, of: Collection[Status] = (Status.ACTIVE, Status.RETRYING)
    ) -> dict[AdvertiserId, list[AdvertiserAccess]]:
        """Return the ways to each advertiser over connections that work, or that stand as `of`.

        Those by profile come before those by manager account, which are read-only.
        """
        c = advertiser_access.c
        query = (
            picked(advertiser_access, AdvertiserAccess)
            .join(connection, connection.c.id == c.connection_id)
            .where(self.mine(advertiser_access), self.mine(connection), c.gone_at.is_(None))
            .where(connection.c.status.in_(of))
            .order_by(c.advertiser_id, c.mode.desc(), c.connection_id)
        )
        ways: dict[AdvertiserId, list[AdvertiserAccess]] = defaultdict(list)
        for way in self.tx.many(query, AdvertiserAccess):
            ways[way.advertiser_id].append(way)
        return dict(ways)

    def record(
        self,
        connection_id: str,
        found: Collection[FoundAdvertiser],
        ways: Sequence[AdvertiserAccess],
        now: datetime,
    ) -> list[AdvertiserId]:
        """Write the advertisers that a connection reaches and the ways to them.

        Return the ids of those that are new. What people chose stays; ways of this connection
        that are no longer there are marked as gone, and what is known of campaign access stays
        where discovery does not know better.
        """
        known = {a.advertiser_id for a in self.all()}
        rows = [
            self.own(
                advertiser,
                **{name: getattr(item, name) for name in FoundAdvertiser.__slots__},
                sync_state=SyncState.DISCOVERED,
                is_default=False,
                seen_at=now,
            )
            for item in found
        ]
        self.tx.upsert(advertiser, rows, keep=("sync_state", "is_default"))
        self._record_ways(connection_id, ways, now)
        return [item.advertiser_id for item in found if item.advertiser_id not in known]

    def select(self, advertiser_ids: Collection[str], now: datetime) -> None:
        """Keep these advertisers from now on; ids outside the scope are NotFound, and none is."""
        self._set_sync(
            advertiser_ids,
            sync_state=SyncState.SELECTED,
            selected_at=now,
            selected_by=self.scope.user_id,
        )

    def pause(self, advertiser_ids: Collection[str]) -> None:
        """Fetch nothing more for these; what is there stays. NotFound as for `select`."""
        self._set_sync(advertiser_ids, sync_state=SyncState.PAUSED)

    def set_default(self, advertiser_id: str) -> None:
        """Make this the one that pages open with. Raises NotFound."""
        self.scope.require(Action.CHOOSE_ADVERTISERS)
        self.get(advertiser_id)
        before = self.mine(advertiser) & advertiser.c.is_default
        self.tx.run(update(advertiser).where(before).values(is_default=False))
        self.tx.run(update(advertiser).where(self._one(advertiser_id)).values(is_default=True))

    def set_synced(self, advertiser_ids: Collection[str], now: datetime) -> None:
        """Note that data of these advertisers came in now."""
        self.require_write(advertiser)
        mine = self.mine(advertiser) & advertiser.c.advertiser_id.in_(sorted(advertiser_ids))
        self.tx.run(update(advertiser).where(mine).values(synced_at=now))

    def set_campaign_access(
        self, advertiser_id: str, connection_id: str, access: CampaignAccess
    ) -> None:
        """Note whether a connection may query an advertiser's campaigns."""
        self.require_write(advertiser_access)
        c = advertiser_access.c
        way = (c.advertiser_id == advertiser_id) & (c.connection_id == connection_id)
        changed = update(advertiser_access).where(self.mine(advertiser_access), way)
        self.tx.run(changed.values(campaign_access=access))

    def _one(self, advertiser_id: str) -> ColumnElement[bool]:
        return self.mine(advertiser) & (advertiser.c.advertiser_id == advertiser_id)

    def _set_sync(self, advertiser_ids: Collection[str], **values: object) -> None:
        self.scope.require(Action.CHOOSE_ADVERTISERS)
        asked = sorted(set(advertiser_ids))
        mine = self.mine(advertiser) & advertiser.c.advertiser_id.in_(asked)
        if self.tx.run(update(advertiser).where(mine).values(values)) != len(asked):
            raise NotFound("An advertiser")  # the door rolls back the others

    def _record_ways(
        self, connection_id: str, ways: Sequence[AdvertiserAccess], now: datetime
    ) -> None:
        values = [{name: getattr(way, name) for name in AdvertiserAccess.__slots__} for way in ways]
        rows = [self.own(advertiser_access, **v, seen_at=now, gone_at=None) for v in values]
        unsure = [r for r in rows if r["campaign_access"] == CampaignAccess.UNKNOWN]
        self.tx.upsert(advertiser_access, unsure, keep=("campaign_access",))
        self.tx.upsert(advertiser_access, [row for row in rows if row not in unsure])
        c = advertiser_access.c
        stale = self.mine(advertiser_access) & (c.connection_id == connection_id)
        gone = update(advertiser_access).where(stale, c.seen_at < now, c.gone_at.is_(None))
        self.tx.run(gone.values(gone_at=now))
