"""The members of an organization: who they are, what they may do, which advertisers they see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update

from core.domain.ids import AdvertiserId, UserId
from core.domain.roles import Action, Role, may
from core.errors import NotFound, UserError
from core.store.schema import app_user, membership, membership_advertiser
from core.store.scoped import Scoped

# A client sees its own advertisers; who runs the organization sees them all.
LIMITABLE = frozenset({Role.ANALYST, Role.VIEWER})


@dataclass(frozen=True, slots=True)
class Member:
    """A colleague. `advertiser_ids` is None where they see every advertiser."""

    user_id: UserId
    name: str | None
    email: str | None
    role: Role
    advertiser_ids: frozenset[AdvertiserId] | None
    joined_at: datetime


class Members(Scoped):
    """Lists and changes members. A member limited to some advertisers sees only themselves."""

    def all(self) -> list[Member]:
        """Return the members, those with most rights first, then by name."""
        rows = self.tx.rows(
            select(membership, app_user.c.name, app_user.c.email)
            .join(app_user, app_user.c.id == membership.c.user_id)
            .where(self._visible)
        )
        limits = self._limits()
        members = [
            Member(
                UserId(row.user_id),
                row.name,
                row.email,
                Role(row.role),
                None if row.all_advertisers else limits.get(row.user_id, frozenset()),
                row.created_at,
            )
            for row in rows
        ]
        return sorted(members, key=lambda m: (list(Role).index(m.role), m.name or "", m.user_id))

    def sends(self, user_id: str) -> bool:
        """Return whether somebody is a member who may send reports, of every advertiser."""
        return any(
            m.user_id == user_id and m.advertiser_ids is None and may(m.role, Action.SEND_REPORTS)
            for m in self.all()
        )

    def change_role(self, user_id: str, role: Role) -> None:
        """Give a member another role; an admin or owner sees every advertiser from then on.

        Raises NotAllowed for less than an admin, or an owner where owners are made or unmade;
        NotFound for somebody who is no member; UserError when no owner would be left.
        """
        before = self._require_handling(user_id, role)
        if before is Role.OWNER and role is not Role.OWNER:
            self._require_another_owner(user_id)
        values: dict[str, object] = {"role": role}
        if role not in LIMITABLE:
            self._forget_limits(user_id)
            values["all_advertisers"] = True
        self.tx.run(update(membership).where(self._of(user_id)).values(values))

    def limit(self, user_id: str, advertiser_ids: Collection[str] | None) -> None:
        """Let a member see only these advertisers, or with None all of them.

        Raises as `change_role`, and UserError for an owner or admin, who see them all.
        """
        role = self._require_handling(user_id, Role.VIEWER)
        if advertiser_ids is not None and role not in LIMITABLE:
            raise UserError("Owners and admins see every advertiser.")
        self._forget_limits(user_id)
        everything = advertiser_ids is None
        self.tx.run(update(membership).where(self._of(user_id)).values(all_advertisers=everything))
        seen = [{"user_id": user_id, "advertiser_id": a} for a in sorted(set(advertiser_ids or ()))]
        self.tx.insert(membership_advertiser, [{"org_id": self.scope.org_id, **s} for s in seen])

    def remove(self, user_id: str) -> None:
        """Take a member out; anybody may take themselves out.

        Raises as `change_role`.
        """
        if user_id == self.scope.user_id:
            before = self._role(user_id)
        else:
            before = self._require_handling(user_id, Role.VIEWER)
        if before is Role.OWNER:
            self._require_another_owner(user_id)
        self.tx.run(delete(membership).where(self._of(user_id)))

    @property
    def _visible(self) -> ColumnElement[bool]:
        limited = self.scope.advertiser_ids is not None
        return self._of(self.scope.user_id) if limited else self.mine(membership)

    def _of(self, user_id: str) -> ColumnElement[bool]:
        here = membership.c.org_id == self.scope.org_id
        return here & (membership.c.user_id == user_id)

    def _role(self, user_id: str) -> Role:
        row = self.tx.row(select(membership.c.role).where(self._of(user_id)))
        if row is None:
            raise NotFound("The member")
        return Role(row.role)

    def _require_handling(self, user_id: str, role: Role) -> Role:
        self.require_person(Action.INVITE)
        before = self._role(user_id)
        if Role.OWNER in (before, role):
            self.scope.require(Action.MANAGE_OWNERS)
        return before

    def _require_another_owner(self, user_id: str) -> None:
        owners = select(membership.c.user_id).where(
            membership.c.org_id == self.scope.org_id, membership.c.role == Role.OWNER
        )
        # Locked, so that two owners who leave at once do not both count on the other.
        if {row.user_id for row in self.tx.rows(self.tx.locked(owners))} <= {user_id}:
            raise UserError("An organization needs an owner: make somebody else one first.")

    def _limits(self) -> dict[str, frozenset[AdvertiserId]]:
        seen = membership_advertiser
        rows = self.tx.rows(select(seen).where(seen.c.org_id == self.scope.org_id))
        found: dict[str, set[AdvertiserId]] = defaultdict(set)
        for row in rows:
            found[row.user_id].add(AdvertiserId(row.advertiser_id))
        return {user_id: frozenset(ids) for user_id, ids in found.items()}

    def _forget_limits(self, user_id: str) -> None:
        seen = membership_advertiser
        here = (seen.c.org_id == self.scope.org_id) & (seen.c.user_id == user_id)
        self.tx.run(delete(seen).where(here))
