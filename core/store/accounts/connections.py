"""Connections: one Amazon user's grant to one organization in one region."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, func, or_, select, update

from core.domain.connections import Adapter, Status
from core.domain.ids import ConnectionId
from core.domain.regions import Region
from core.domain.roles import Action
from core.errors import NotFound
from core.security.tokens import new_id
from core.store.schema import (
    connection,
    credential,
    profile,
    refresh_event,
)
from core.store.scoped import Scoped
from core.store.transaction import picked


@dataclass(frozen=True, slots=True)
class AmazonUser:
    """Who gave the grant, as Amazon says (`GET /user/profile`)."""

    user_id: str
    name: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """A link to Amazon and how it stands."""

    id: ConnectionId
    region: Region
    amazon_user_id: str | None
    amazon_name: str | None
    amazon_email: str | None
    status: Status
    status_reason: str | None
    status_at: datetime
    linked_by: str
    linked_at: datetime
    discovered_at: datetime | None
    disconnected_at: datetime | None
    adapter: Adapter


class Connections(Scoped):
    """Links, re-links, merges and disconnects; history stays through all of it."""

    def all(self) -> list[Connection]:
        """Return every connection, also disconnected ones, in the order they were linked."""
        query = picked(connection, Connection).where(self.mine(connection))
        return self.tx.many(query.order_by(connection.c.linked_at, connection.c.id), Connection)

    def get(self, connection_id: str) -> Connection:
        """Return one connection. Raises NotFound."""
        query = picked(connection, Connection).where(self._one(connection_id))
        found = self.tx.one(query, Connection)
        if found is None:
            raise NotFound("The connection")
        return found

    def link(
        self,
        region: Region,
        user: AmazonUser | None,
        now: datetime,
        *,
        again: str | None = None,
    ) -> ConnectionId:
        """Return the connection that this grant belongs to: one per Amazon user and region.

        The same user linked before, also when disconnected since, gives the same row, active
        again. `again` names the connection that was to be authorized again; it is used when
        its user is the same or was not known. Without a user a new row comes back, which
        discovery may find to be another's twin. The caller seals the tokens under the id.
        """
        self.require_person(Action.LINK_ACCOUNTS)
        known = self._known(region, user, again)
        linked = {
            "status": Status.ACTIVE,
            "status_reason": None,
            "status_at": now,
            "linked_by": self.scope.user_id,
            "linked_at": now,
            "disconnected_at": None,
            **_told(user),
        }
        if known is None:
            known = ConnectionId(new_id("con"))
            row = self.own(connection, id=known, region=region, **linked)
            if self.tx.insert_absent(connection, row):
                return known
            known = self._known(region, user, again)  # another link of the same user came first
            assert known is not None
        self.tx.run(update(connection).where(self._one(known)).values(linked))
        return known

    def set_status(
        self, connection_id: str, status: Status, now: datetime, reason: str | None = None
    ) -> bool:
        """Note how the connection stands; return whether that is news.

        A disconnected one stays so: a refresh that was in flight revives nothing.
        """
        self.require_write(connection)
        changed = (
            self._one(connection_id)
            & (connection.c.status != Status.DISCONNECTED)
            & or_(
                connection.c.status != status,
                func.coalesce(connection.c.status_reason, "") != (reason or ""),
            )
        )
        noted = {"status": status, "status_reason": reason, "status_at": now}
        return self.tx.run(update(connection).where(changed).values(noted)) == 1

    def set_adapter(self, connection_id: str, adapter: Adapter) -> bool:
        """Let reports be asked for in this generation; return whether that is news.

        Raises NotAllowed unless the role may link accounts, NotFound.
        """
        self.scope.require(Action.LINK_ACCOUNTS)
        if self.get(connection_id).adapter is adapter:
            return False
        changed = update(connection).where(self._one(connection_id))
        self.tx.run(changed.values(adapter=adapter))
        return True

    def set_discovered(self, connection_id: str, now: datetime) -> None:
        """Note that what lies behind the connection was looked at."""
        self.require_write(connection)
        changed = update(connection).where(self._one(connection_id))
        self.tx.run(changed.values(discovered_at=now))

    def disconnect(self, connection_id: str, now: datetime) -> None:
        """Drop the tokens and mark the connection; everything fetched stays. Raises NotFound."""
        self.scope.require(Action.LINK_ACCOUNTS)
        self.get(connection_id)
        self._drop_tokens(connection_id)
        ended = {"status": Status.DISCONNECTED, "status_reason": None, "status_at": now}
        changed = update(connection).where(self._one(connection_id))
        self.tx.run(changed.values(**ended, disconnected_at=now))

    def twins(self, connection_id: str) -> list[ConnectionId]:
        """Return other connections of the region that reach exactly the same profiles.

        Only where Amazon did not say who the user is on one of the two: two users of one agency
        may reach the same profiles and are still two grants. Empty without any profile.
        """
        own = self.get(connection_id)
        reached = self._profiles(own.region)
        mine = reached.get(own.id)
        others = (c for c in self.all() if c.id != own.id and c.region == own.region)
        return [
            other.id
            for other in others
            if mine
            and reached.get(other.id) == mine
            and other.status is not Status.DISCONNECTED
            and None in (own.amazon_user_id, other.amazon_user_id)
        ]

    def merge(self, older: str, newer: str) -> None:
        """Make one row of two that turned out to be the same grant.

        The newer stays with its token (a sealed token opens under its own id only); the older
        gives it its history and who its user is, and goes. Raises NotFound.
        """
        self.require_job()
        gone, stays = self.get(older), self.get(newer)
        events = refresh_event.c.connection_id == gone.id
        history = update(refresh_event).where(self.mine(refresh_event), events)
        self.tx.run(history.values(connection_id=stays.id))
        self.tx.run(delete(connection).where(self._one(gone.id)))
        if stays.amazon_user_id is None and gone.amazon_user_id is not None:
            user = AmazonUser(gone.amazon_user_id, gone.amazon_name, gone.amazon_email)
            self.tx.run(update(connection).where(self._one(stays.id)).values(_told(user)))

    def _one(self, connection_id: str) -> ColumnElement[bool]:
        return self.mine(connection) & (connection.c.id == connection_id)

    def _known(
        self, region: Region, user: AmazonUser | None, again: str | None
    ) -> ConnectionId | None:
        here = self.mine(connection) & (connection.c.region == region)
        found: ConnectionId | None = None
        if user is not None:
            same = here & (connection.c.amazon_user_id == user.user_id)
            found = self._id(same)
        if found is None and again is not None:
            unnamed = connection.c.amazon_user_id.is_(None)
            named = here & (connection.c.id == again)
            found = self._id(named if user is None else named & unnamed)
        return found

    def _id(self, condition: ColumnElement[bool]) -> ConnectionId | None:
        row = self.tx.row(self.tx.locked(select(connection.c.id).where(condition)))
        return None if row is None else ConnectionId(row.id)

    def _profiles(self, region: Region) -> dict[str, frozenset[str]]:
        here = self.mine(profile) & (profile.c.region == region) & profile.c.gone_at.is_(None)
        reached: dict[str, set[str]] = {}
        for row in self.tx.rows(select(profile.c.connection_id, profile.c.profile_id).where(here)):
            reached.setdefault(row.connection_id, set()).add(row.profile_id)
        return {connection_id: frozenset(ids) for connection_id, ids in reached.items()}

    def _drop_tokens(self, connection_id: str) -> None:
        sealed = credential.c.connection_id == connection_id
        self.tx.run(delete(credential).where(credential.c.org_id == self.scope.org_id, sealed))


def _told(user: AmazonUser | None) -> dict[str, str | None]:
    if user is None:
        return {}
    return {
        "amazon_user_id": user.user_id,
        "amazon_name": user.name,
        "amazon_email": user.email,
    }
