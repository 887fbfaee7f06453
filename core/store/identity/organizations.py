"""Organizations: founding one, those a person belongs to, and the scope that opens each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, delete, select, update

from core.domain.ids import AdvertiserId, OrgId, UserId
from core.domain.roles import Action, Role
from core.domain.scope import TenantScope
from core.errors import NotFound, UserError
from core.security.tokens import new_id
from core.store.schema import (
    connection,
    credential,
    membership,
    membership_advertiser,
    organization,
)
from core.store.scoped import Scoped
from core.store.transaction import Transaction, picked

NAME_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Organization:
    """A tenant."""

    id: OrgId
    name: str
    created_by: UserId
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Membership:
    """A person in an organization. `advertiser_ids` is None where they see every advertiser."""

    org_id: OrgId
    org_name: str
    user_id: UserId
    role: Role
    advertiser_ids: frozenset[AdvertiserId] | None

    @property
    def scope(self) -> TenantScope:
        """Return what this person may see there: one of the two places where scopes are made."""
        return TenantScope(self.org_id, self.user_id, self.role, self.advertiser_ids)


@dataclass(frozen=True, slots=True)
class Foundation:
    """What a person may do before, or outside, an organization."""

    tx: Transaction

    def found(self, name: str, user_id: str, now: datetime) -> OrgId:
        """Return the id of a new organization, whose first owner is the user.

        Raises UserError for a name that is empty or too long. Who may found at all is the
        caller's question.
        """
        self.tx.present(sub=user_id)
        org_id = OrgId(new_id("org"))
        founded = {"id": org_id, "name": named(name), "created_by": user_id, "created_at": now}
        self.tx.insert(organization, [founded])
        joined = {"org_id": org_id, "user_id": user_id, "role": Role.OWNER, "created_at": now}
        self.tx.insert(membership, [joined])
        return org_id

    def memberships(self, user_id: str) -> list[Membership]:
        """Return the organizations a user belongs to, by name."""
        self.tx.present(sub=user_id)
        rows = self.tx.rows(
            select(membership, organization.c.name)
            .join(organization, organization.c.id == membership.c.org_id)
            .where(membership.c.user_id == user_id, organization.c.deleted_at.is_(None))
            .order_by(organization.c.name, organization.c.id)
        )
        limits = self._limits(user_id) if not all(r.all_advertisers for r in rows) else {}
        return [_membership(row, limits) for row in rows]

    def scope(self, user_id: str, org_id: str) -> TenantScope:
        """Return the user's scope in one organization.

        Raises NotFound when they do not belong to it, as when there is none of that id.
        """
        for found in self.memberships(user_id):
            if found.org_id == org_id:
                return found.scope
        raise NotFound("The organization")

    def _limits(self, user_id: str) -> dict[str, frozenset[AdvertiserId]]:
        seen = membership_advertiser
        found: dict[str, set[AdvertiserId]] = defaultdict(set)
        for row in self.tx.rows(select(seen).where(seen.c.user_id == user_id)):
            found[row.org_id].add(AdvertiserId(row.advertiser_id))
        return {org_id: frozenset(ids) for org_id, ids in found.items()}


class OwnOrganization(Scoped):
    """The organization of the scope."""

    def get(self) -> Organization:
        """Return it. Raises NotFound once it is deleted."""
        here = (organization.c.id == self.scope.org_id) & organization.c.deleted_at.is_(None)
        found = self.tx.one(picked(organization, Organization).where(here), Organization)
        if found is None:
            raise NotFound("The organization")
        return found

    def rename(self, name: str) -> None:
        """Give it another name. Raises NotAllowed but for owners, UserError for a bad name."""
        self.require_person(Action.DELETE_ORGANIZATION)
        here = organization.c.id == self.scope.org_id
        self.tx.run(update(organization).where(here).values(name=named(name)))

    def delete(self, now: datetime) -> None:
        """Close it for everybody and drop every token; its rows and lake are purged later.

        Raises NotAllowed but for owners.
        """
        self.require_person(Action.DELETE_ORGANIZATION)
        org_id = self.scope.org_id
        self.tx.run(delete(credential).where(credential.c.org_id == org_id))
        self.tx.run(
            update(connection)
            .where(connection.c.org_id == org_id, connection.c.disconnected_at.is_(None))
            .values(status="disconnected", status_at=now, disconnected_at=now)
        )
        here = (organization.c.id == org_id) & organization.c.deleted_at.is_(None)
        self.tx.run(update(organization).where(here).values(deleted_at=now))


@dataclass(frozen=True, slots=True)
class Organizations:
    """The scheduler's view over all organizations."""

    tx: Transaction

    def active(self) -> list[OrgId]:
        """Return the ids of organizations that are not deleted, oldest first."""
        query = select(organization.c.id).where(organization.c.deleted_at.is_(None))
        return [OrgId(row.id) for row in self.tx.rows(query.order_by(organization.c.created_at))]

    def deleted(self) -> list[OrgId]:
        """Return the ids of those that are deleted and wait for their purge."""
        query = select(organization.c.id).where(organization.c.deleted_at.is_not(None))
        return [OrgId(row.id) for row in self.tx.rows(query.order_by(organization.c.deleted_at))]

    def purge(self, org_id: str) -> bool:
        """Remove every row of a deleted organization; return whether there was one to remove.

        Its lake goes first (the caller's part): this is what a repeat would not find again.
        """
        gone = (organization.c.id == org_id) & organization.c.deleted_at.is_not(None)
        return self.tx.run(delete(organization).where(gone)) == 1


def named(name: str) -> str:
    """Return a name fit for people: trimmed, not empty, printable, not too long; else UserError."""
    trimmed = " ".join(name.split())
    if not trimmed or len(trimmed) > NAME_CHARACTERS or not trimmed.isprintable():
        raise UserError(f"A name has 1 to {NAME_CHARACTERS} characters, on one line.")
    return trimmed


def _membership(row: Row[Any], limits: Mapping[str, frozenset[AdvertiserId]]) -> Membership:
    seen = None if row.all_advertisers else limits.get(row.org_id, frozenset())
    return Membership(OrgId(row.org_id), row.name, UserId(row.user_id), Role(row.role), seen)
