"""Credentials: the sealed tokens of a connection, and how their refreshing goes.

The web process puts sealed refresh tokens in and can read no box back (a column grant on
Postgres, no key anywhere). The scheduler takes what is due under a lease and writes back by
compare-and-set on the row's version and the lease's fencing token, so that neither a slow
refresher nor a new link of the same account is ever overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal, or_, select, update

from core.domain.ids import ConnectionId, OrgId
from core.domain.roles import Action
from core.errors import LeaseLost, NotFound
from core.security.sealing import Sealed
from core.store.schema import connection, credential
from core.store.schema.base import Instant
from core.store.scoped import Scoped
from core.store.transaction import Transaction, picked
from core.store.work.leases import Lease


@dataclass(frozen=True, slots=True)
class CredentialHealth:
    """How a connection's token stands; holds no box. Null `refresh_due_at`: the grant is lost."""

    connection_id: ConnectionId
    refresh_key_id: str
    access_expires_at: datetime | None
    refresh_due_at: datetime | None
    refreshed_at: datetime | None
    attempted_at: datetime | None
    cooldown_until: datetime | None
    failures: int
    failing_since: datetime | None
    last_error: str | None


@dataclass(frozen=True, slots=True)
class Credential:
    """A credential with its boxes, at one version. Only where the opening keys are."""

    connection_id: ConnectionId
    refresh: Sealed
    access: Sealed | None
    access_expires_at: datetime | None
    refresh_due_at: datetime | None
    cooldown_until: datetime | None
    failures: int
    version: int


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token endpoint gave, sealed. `refresh` is None where the old one goes on."""

    access: Sealed
    access_expires_at: datetime
    refresh_due_at: datetime
    refresh: Sealed | None = None


class Credentials(Scoped):
    """The credentials of one organization."""

    def put(
        self, connection_id: str, refresh: Sealed, now: datetime, grant: Grant | None = None
    ) -> None:
        """Keep a newly granted refresh token, in the place of any before; clears its failures.

        Without `grant`, a refresh is due at once. Raises NotAllowed unless the role may link,
        NotFound when there is no such connection.
        """
        self.scope.require(Action.LINK_ACCOUNTS)
        kept = {
            "refresh_key_id": refresh.key_id,
            "refresh_sealed": refresh.box,
            **_access(grant),
            "refresh_due_at": grant.refresh_due_at if grant else now,
            "refreshed_at": now if grant else None,
            "cooldown_until": None,
            "failures": 0,
            "failing_since": None,
            "last_error": None,
        }
        changed = update(credential).where(self._one(connection_id))
        # An insert that turns into an update would need the right to read the boxes.
        if not self.tx.run(changed.values(**kept, version=credential.c.version + 1)):
            here = self.mine(connection) & (connection.c.id == connection_id)
            if self.tx.row(select(connection.c.id).where(here)) is None:
                raise NotFound("The connection")
            row = self.own(credential, connection_id=connection_id, **kept)
            self.tx.insert(credential, [row])

    def health(self) -> list[CredentialHealth]:
        """Return how each credential stands, by connection; disconnected ones have none."""
        query = picked(credential, CredentialHealth).where(self.mine(credential))
        return self.tx.many(query.order_by(credential.c.connection_id), CredentialHealth)

    def get(self, connection_id: str) -> Credential:
        """Return the credential with its boxes. Raises NotFound, NotAllowed but for a job."""
        self.require_job()
        row = self.tx.row(select(credential).where(self._one(connection_id)))
        if row is None:
            raise NotFound("The credential")
        return _credential(row)

    def refreshed(self, before: Credential, lease: Lease, grant: Grant, now: datetime) -> None:
        """Keep what a refresh brought, if `before` is still what stands there.

        Raises LeaseLost when it is not: replaced, dropped, or written under a later lease.
        Nothing is written then, and a dropped row does not come back.
        """
        kept = {
            **_access(grant),
            "refresh_due_at": grant.refresh_due_at,
            "refreshed_at": now,
            "attempted_at": now,
            "cooldown_until": None,
            "failures": 0,
            "failing_since": None,
            "last_error": None,
        }
        if grant.refresh is not None:
            kept |= {"refresh_key_id": grant.refresh.key_id, "refresh_sealed": grant.refresh.box}
        self._swap(before, lease, kept)

    def failed(
        self,
        before: Credential,
        lease: Lease,
        error: str,
        now: datetime,
        *,
        cooldown_until: datetime,
    ) -> None:
        """Note a failed refresh; it is not due again before `cooldown_until`. May LeaseLost."""
        noted = {
            "attempted_at": now,
            "cooldown_until": cooldown_until,
            "failures": credential.c.failures + 1,
            "failing_since": func.coalesce(credential.c.failing_since, literal(now, Instant)),
            "last_error": error,
        }
        self._swap(before, lease, noted)

    def lost(self, before: Credential, lease: Lease, error: str, now: datetime) -> None:
        """Note that Amazon no longer accepts the grant: nobody refreshes it. May LeaseLost."""
        noted = {
            "attempted_at": now,
            "refresh_due_at": None,
            "cooldown_until": None,
            "failures": credential.c.failures + 1,
            "failing_since": func.coalesce(credential.c.failing_since, literal(now, Instant)),
            "last_error": error,
        }
        self._swap(before, lease, noted)

    def reseal(self, before: Credential, refresh: Sealed, access: Sealed | None) -> bool:
        """Put the same tokens under another key, if `before` still stands; return whether."""
        self.require_job()
        boxes: dict[str, object] = {
            "refresh_key_id": refresh.key_id,
            "refresh_sealed": refresh.box,
            "access_key_id": access and access.key_id,
            "access_sealed": access and access.box,
            "version": credential.c.version + 1,
        }
        same = self._one(before.connection_id) & (credential.c.version == before.version)
        return self.tx.run(update(credential).where(same).values(boxes)) == 1

    def _swap(self, before: Credential, lease: Lease, values: Mapping[str, object]) -> None:
        self.require_job()
        still = (
            self._one(before.connection_id)
            & (credential.c.version == before.version)
            & (credential.c.fencing_token <= lease.token)
        )
        swapped = {"version": credential.c.version + 1, "fencing_token": lease.token, **values}
        if not self.tx.run(update(credential).where(still).values(swapped)):
            raise LeaseLost(f"The credential of {before.connection_id} has changed meanwhile.")

    def _one(self, connection_id: str) -> ColumnElement[bool]:
        return self.mine(credential) & (credential.c.connection_id == connection_id)


@dataclass(frozen=True, slots=True)
class DueCredential:
    """A credential whose refresh is due."""

    org_id: OrgId
    connection_id: ConnectionId
    refresh_due_at: datetime


@dataclass(frozen=True, slots=True)
class DueCredentials:
    """The scheduler's view over the credentials of all organizations."""

    tx: Transaction

    def due(self, now: datetime, limit: int) -> list[DueCredential]:
        """Return credentials to refresh now, the longest due first; those that cool down wait."""
        ready = (credential.c.refresh_due_at <= now) & or_(
            credential.c.cooldown_until.is_(None), credential.c.cooldown_until <= now
        )
        query = picked(credential, DueCredential).where(ready)
        ordered = query.order_by(credential.c.refresh_due_at, credential.c.connection_id)
        return self.tx.many(ordered.limit(limit), DueCredential)

    def key_ids(self) -> dict[str, int]:
        """Return how many boxes stand under each key id."""
        counts: dict[str, int] = {}
        for column in (credential.c.refresh_key_id, credential.c.access_key_id):
            under = select(column.label("key_id"), func.count().label("boxes"))
            for row in self.tx.rows(under.where(column.is_not(None)).group_by(column)):
                counts[row.key_id] = counts.get(row.key_id, 0) + row.boxes
        return counts

    def under_other_keys(self, key_id: str, limit: int, *, after: str = "") -> list[DueCredential]:
        """Return credentials with a box under another key, by connection id, after `after`."""
        other = (credential.c.refresh_key_id != key_id) | (credential.c.access_key_id != key_id)
        query = picked(credential, DueCredential).where(other, credential.c.connection_id > after)
        return self.tx.many(query.order_by(credential.c.connection_id).limit(limit), DueCredential)


def _access(grant: Grant | None) -> dict[str, object]:
    if grant is None:
        return {"access_key_id": None, "access_sealed": None, "access_expires_at": None}
    return {
        "access_key_id": grant.access.key_id,
        "access_sealed": grant.access.box,
        "access_expires_at": grant.access_expires_at,
    }


def _credential(row: Row[Any]) -> Credential:
    access = Sealed(row.access_key_id, row.access_sealed) if row.access_sealed else None
    return Credential(
        row.connection_id,
        Sealed(row.refresh_key_id, row.refresh_sealed),
        access,
        row.access_expires_at,
        row.refresh_due_at,
        row.cooldown_until,
        row.failures,
        row.version,
    )
