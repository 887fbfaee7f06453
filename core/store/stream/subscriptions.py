"""Subscriptions to the stream: wanted by people, carried out by a job, looked up by the drain."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update

from core.domain.ids import AdvertiserId, ConnectionId, OrgId
from core.domain.regions import Region
from core.domain.roles import Action
from core.domain.stream import StreamDataset, StreamState
from core.errors import NotFound
from core.store.schema import advertiser_access, organization, stream_aside, stream_subscription
from core.store.scoped import Scoped
from core.store.transaction import Transaction, picked

_TAKING = [state for state in StreamState if state.takes_records]


@dataclass(frozen=True, slots=True)
class StreamSubscription:
    """One dataset of one advertiser. `subscription_id` is Amazon's, None until it has answered.

    `error` says why it failed. `last_message_at` is when a record of it last came in.
    """

    advertiser_id: AdvertiserId
    dataset: StreamDataset
    connection_id: ConnectionId
    state: StreamState
    subscription_id: str | None
    error: str | None
    changed_at: datetime
    last_message_at: datetime | None


class StreamSubscriptions(Scoped):
    """The subscriptions of the advertisers that the scope sees."""

    def all(self) -> list[StreamSubscription]:
        """Return every subscription, ended ones too, by advertiser and dataset."""
        c = stream_subscription.c
        query = picked(stream_subscription, StreamSubscription)
        mine = query.where(self.mine(stream_subscription))
        return self.tx.many(mine.order_by(c.advertiser_id, c.dataset), StreamSubscription)

    def want(self, advertiser_id: str, connection_id: str, now: datetime) -> None:
        """Note that both datasets of an advertiser are wanted, by way of a connection.

        Raises NotAllowed unless the role may link accounts, NotFound when the connection does
        not reach the advertiser.
        """
        self.scope.require(Action.LINK_ACCOUNTS)
        self._require_way(advertiser_id, connection_id)
        known = {s.dataset: s for s in self.all() if s.advertiser_id == advertiser_id}
        rows = [
            self.own(
                stream_subscription,
                advertiser_id=advertiser_id,
                dataset=dataset,
                connection_id=connection_id,
                state=StreamState.ASKED,
                subscription_id=None,
                error=None,
                changed_at=now,
                last_message_at=known[dataset].last_message_at if dataset in known else None,
            )
            for dataset in StreamDataset
            if dataset not in known or not known[dataset].state.takes_records
        ]
        self.tx.upsert(stream_subscription, rows)

    def unwant(self, advertiser_id: str, now: datetime) -> None:
        """Note that an advertiser's subscriptions are to end; records are no longer kept.

        Raises NotAllowed unless the role may link accounts, NotFound when there is none.
        """
        self.scope.require(Action.LINK_ACCOUNTS)
        self.require_write(stream_subscription)
        c = stream_subscription.c
        mine = self.mine(stream_subscription) & (c.advertiser_id == advertiser_id)
        ending = update(stream_subscription).where(mine, c.state != StreamState.ENDED)
        if not self.tx.run(ending.values(state=StreamState.ENDING, error=None, changed_at=now)):
            raise NotFound("The subscription")

    def advance(
        self,
        seen: StreamSubscription,
        state: StreamState,
        now: datetime,
        *,
        subscription_id: str | None = None,
        error: str | None = None,
    ) -> bool:
        """Move a subscription on from the state it was seen in; return False when it had moved.

        Only a job may.
        """
        self.require_job()
        unmoved = self._one(seen.advertiser_id, seen.dataset)
        unmoved &= stream_subscription.c.state == seen.state
        changed = update(stream_subscription).where(unmoved)
        values = {
            "state": state,
            "subscription_id": subscription_id or seen.subscription_id,
            "error": error,
            "changed_at": now,
        }
        return self.tx.run(changed.values(**values)) == 1

    def heard(self, advertiser_id: str, dataset: StreamDataset, now: datetime) -> bool:
        """Note that records of a dataset came in; return whether they are to be kept.

        Whoever hears of an advertiser holds its row until the transaction ends, so that two
        who add to the same hours do it one after the other. Only a job may.
        """
        self.require_job()
        c = stream_subscription.c
        taking = self._one(advertiser_id, dataset) & c.state.in_(_TAKING)
        heard = update(stream_subscription).where(taking)
        return self.tx.run(heard.values(last_message_at=now)) == 1

    def _require_way(self, advertiser_id: str, connection_id: str) -> None:
        c = advertiser_access.c
        way = (c.advertiser_id == advertiser_id) & (c.connection_id == connection_id)
        found = select(c.mode).where(self.mine(advertiser_access), way, c.gone_at.is_(None))
        if not self.tx.rows(found):
            raise NotFound("The advertiser")

    def _one(self, advertiser_id: str, dataset: StreamDataset) -> ColumnElement[bool]:
        c = stream_subscription.c
        mine = self.mine(stream_subscription)
        return mine & (c.advertiser_id == advertiser_id) & (c.dataset == dataset)


@dataclass(frozen=True, slots=True)
class StreamReceivers:
    """What the drain asks over all organizations: whose records these are, what nobody reads."""

    tx: Transaction

    def of(self, advertiser_ids: Collection[str]) -> list[tuple[OrgId, AdvertiserId]]:
        """Return the organizations that take records of these advertisers, with the advertiser.

        Amazon accepted each one's own request, so each may have them.
        """
        c = stream_subscription.c
        standing = select(organization.c.id).where(organization.c.deleted_at.is_(None))
        taking = c.state.in_(_TAKING) & c.org_id.in_(standing)
        query = select(c.org_id, c.advertiser_id).distinct()
        wanted = c.advertiser_id.in_(sorted(advertiser_ids))
        rows = self.tx.rows(query.where(taking, wanted).order_by(c.org_id, c.advertiser_id))
        return [(OrgId(row.org_id), AdvertiserId(row.advertiser_id)) for row in rows]

    def shared(self, subscription_id: str, org_id: str) -> bool:
        """Return whether another organization takes part in the same subscription of Amazon's."""
        c = stream_subscription.c
        others = (c.subscription_id == subscription_id) & (c.org_id != org_id)
        return bool(self.tx.rows(select(c.org_id).where(others, c.state.in_(_TAKING)).limit(1)))

    def expect_confirmation(self) -> bool:
        """Return whether any subscription waits for its confirmation."""
        waiting = stream_subscription.c.state == StreamState.PENDING
        query = select(stream_subscription.c.org_id).where(waiting).limit(1)
        return bool(self.tx.rows(query))

    def set_aside(
        self, message_id: str, region: Region, reason: str, excerpt: str, now: datetime
    ) -> None:
        """Keep what is needed to look into a message that nobody can read."""
        values = {"region": region, "reason": reason, "excerpt": excerpt, "at": now}
        self.tx.upsert(stream_aside, [{"message_id": message_id, **values}])

    def aside(self, now: datetime, within: timedelta) -> int:
        """Return how many messages were set aside not longer ago than `within`."""
        query = select(func.count()).where(stream_aside.c.at > now - within)
        row = self.tx.row(query)
        return 0 if row is None else int(row[0])
