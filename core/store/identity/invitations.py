"""Invitations: a link that lets one person join one organization, once, for some days."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, select, update

from core.domain.ids import AdvertiserId, OrgId
from core.domain.roles import Action, Role
from core.errors import NotFound, UserError
from core.security.secret import Secret
from core.security.tokens import new_id, token_hash
from core.store.identity.members import LIMITABLE
from core.store.schema import invitation, membership, membership_advertiser
from core.store.scoped import Scoped
from core.store.transaction import Transaction


class InvitationEnd(StrEnum):
    """Why an invitation lets nobody in."""

    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"


class InvitationRefused(UserError):
    """The invitation does not let this person in; `reason` says why."""

    def __init__(self, reason: InvitationEnd) -> None:
        super().__init__(_SENTENCES[reason])
        self.reason = reason


_ASK = "Ask whoever invited you for a new one."
_SENTENCES = {
    InvitationEnd.UNKNOWN: f"This invitation is not known here. {_ASK}",
    InvitationEnd.USED: f"This invitation has been used already. {_ASK}",
    InvitationEnd.EXPIRED: f"This invitation has expired. {_ASK}",
    InvitationEnd.REVOKED: f"This invitation was withdrawn. {_ASK}",
}


@dataclass(frozen=True, slots=True)
class Invitation:
    """An invitation as its organization sees it; the token is known to the invited alone."""

    id: str
    email: str
    role: Role
    advertiser_ids: frozenset[AdvertiserId] | None
    created_by: str
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None
    revoked_at: datetime | None


class Invitations(Scoped):
    """Makes, lists and withdraws an organization's invitations."""

    def create(
        self,
        email: str,
        role: Role,
        token: Secret,
        *,
        now: datetime,
        expires_at: datetime,
        advertiser_ids: Collection[str] | None = None,
    ) -> Invitation:
        """Return a new invitation that `token` accepts.

        Raises NotAllowed for less than an admin, or than an owner where an owner is invited;
        UserError when an owner or admin would be limited to some advertisers.
        """
        self.require_person(Action.INVITE)
        if role is Role.OWNER:
            self.scope.require(Action.MANAGE_OWNERS)
        if advertiser_ids is not None and role not in LIMITABLE:
            raise UserError("Owners and admins see every advertiser.")
        row = self.own(
            invitation,
            id=new_id("inv"),
            token_hash=token_hash(token),
            email=email,
            role=role,
            advertiser_ids=None if advertiser_ids is None else sorted(set(advertiser_ids)),
            created_by=self.scope.user_id,
            created_at=now,
            expires_at=expires_at,
            accepted_at=None,
            revoked_at=None,
        )
        self.tx.insert(invitation, [row])
        return _invitation(row)

    def all(self) -> list[Invitation]:
        """Return the organization's invitations, newest first."""
        self.require_person(Action.INVITE)
        query = select(invitation).where(self.mine(invitation))
        rows = self.tx.rows(query.order_by(invitation.c.created_at.desc(), invitation.c.id))
        return [_invitation(row._mapping) for row in rows]

    def revoke(self, invitation_id: str, now: datetime) -> None:
        """Withdraw an open invitation. Raises NotFound when there is no open one of that id."""
        self.require_person(Action.INVITE)
        opened = (
            self.mine(invitation)
            & (invitation.c.id == invitation_id)
            & invitation.c.accepted_at.is_(None)
            & invitation.c.revoked_at.is_(None)
        )
        if not self.tx.run(update(invitation).where(opened).values(revoked_at=now)):
            raise NotFound("The invitation")


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What somebody who is no member yet may do with an invitation's token."""

    tx: Transaction

    def look(self, token: Secret, user_id: str, now: datetime) -> Invitation:
        """Return the open invitation of a token without using it up. Raises InvitationRefused."""
        hashed = token_hash(token)
        self.tx.present(sub=user_id, invitation=hashed)
        row = self.tx.row(select(invitation).where(invitation.c.token_hash == hashed))
        if row is None:
            raise InvitationRefused(InvitationEnd.UNKNOWN)
        if row.accepted_at is not None or row.revoked_at is not None or row.expires_at <= now:
            raise InvitationRefused(_end(row))
        return _invitation(row._mapping)

    def accept(self, token: Secret, user_id: str, now: datetime) -> OrgId:
        """Return the organization that the user has now joined, by using up the invitation.

        A member already keeps the role they have. Raises InvitationRefused; of two who accept
        at the same time one gets in.
        """
        hashed = token_hash(token)
        self.tx.present(sub=user_id, invitation=hashed)
        opened = (
            (invitation.c.token_hash == hashed)
            & invitation.c.accepted_at.is_(None)
            & invitation.c.revoked_at.is_(None)
            & (invitation.c.expires_at > now)
        )
        used = update(invitation).where(opened).values(accepted_by=user_id, accepted_at=now)
        if not self.tx.run(used):
            raise InvitationRefused(self._reason(hashed))
        row = self.tx.row(select(invitation).where(invitation.c.token_hash == hashed))
        assert row is not None
        self._join(_invitation(row._mapping), OrgId(row.org_id), user_id, now)
        return OrgId(row.org_id)

    def _join(self, invited: Invitation, org_id: OrgId, user_id: str, now: datetime) -> None:
        seen = invited.advertiser_ids
        joined = {
            "org_id": org_id,
            "user_id": user_id,
            "role": invited.role,
            "all_advertisers": seen is None,
            "created_at": now,
        }
        if self.tx.insert_absent(membership, joined) and seen:
            limits = ({"advertiser_id": advertiser_id} for advertiser_id in sorted(seen))
            rows = [{"org_id": org_id, "user_id": user_id, **limit} for limit in limits]
            self.tx.insert(membership_advertiser, rows)

    def _reason(self, hashed: str) -> InvitationEnd:
        row = self.tx.row(select(invitation).where(invitation.c.token_hash == hashed))
        return InvitationEnd.UNKNOWN if row is None else _end(row)


def _end(row: Row[Any]) -> InvitationEnd:
    if row.revoked_at is not None:
        return InvitationEnd.REVOKED
    return InvitationEnd.USED if row.accepted_at is not None else InvitationEnd.EXPIRED


def _invitation(row: Mapping[Any, Any]) -> Invitation:
    values = {field: row[field] for field in Invitation.__slots__}
    seen = values["advertiser_ids"]
    values["advertiser_ids"] = None if seen is None else frozenset(map(AdvertiserId, seen))
    return Invitation(**{**values, "role": Role(values["role"])})
