"""Share links: one view for whoever holds the link, without a login, until it ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select, update

from core.domain.ids import OrgId, UserId
from core.domain.roles import Action, Role, may
from core.domain.scope import TenantScope
from core.errors import NotFound
from core.security.secret import Secret
from core.security.tokens import new_id, token_hash
from core.store.identity.organizations import Foundation, named
from core.store.schema import share_link
from core.store.scoped import Scoped
from core.store.transaction import Transaction, picked


@dataclass(frozen=True, slots=True)
class ShareLink:
    """A link as its makers see it; the token is known to its holders alone."""

    id: str
    name: str
    payload: Mapping[str, Any]
    created_by: UserId
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    revoked_by: UserId | None


@dataclass(frozen=True, slots=True)
class SharedView:
    """What an open link leads to. `password_hash` is None where none is asked for."""

    org_id: OrgId
    created_by: UserId
    name: str
    payload: Mapping[str, Any]
    password_hash: str | None
    expires_at: datetime


class ShareLinks(Scoped):
    """Makes, lists and revokes links: a person's own, and for admins everybody's."""

    def create(
        self,
        name: str,
        payload: Mapping[str, Any],
        token: Secret,
        *,
        now: datetime,
        expires_at: datetime,
        password_hash: str | None = None,
    ) -> ShareLink:
        """Return a new link that `token` opens. Raises NotAllowed, UserError for a bad name."""
        self.require_person(Action.SEND_REPORTS)
        link = ShareLink(
            id=new_id("share"),
            name=named(name),
            payload=dict(payload),
            created_by=self.scope.user_id,
            created_at=now,
            expires_at=expires_at,
            revoked_at=None,
            revoked_by=None,
        )
        row = {field: getattr(link, field) for field in ShareLink.__slots__}
        secrets = {"token_hash": token_hash(token), "password_hash": password_hash}
        self.tx.insert(share_link, [self.own(share_link, **row, **secrets)])
        return link

    def all(self) -> list[ShareLink]:
        """Return the links that the scope may revoke, newest first."""
        query = picked(share_link, ShareLink).where(self._handled)
        ordered = query.order_by(share_link.c.created_at.desc(), share_link.c.id)
        return self.tx.many(ordered, ShareLink)

    def revoke(self, link_id: str, now: datetime) -> None:
        """End a link at once. Raises NotAllowed, NotFound when there is no open one of that id."""
        self.require_person(Action.SEND_REPORTS)
        open_ = (share_link.c.id == link_id) & share_link.c.revoked_at.is_(None)
        ended = {"revoked_at": now, "revoked_by": self.scope.user_id}
        if not self.tx.run(update(share_link).where(self._handled, open_).values(ended)):
            raise NotFound("The link")

    @property
    def _handled(self) -> ColumnElement[bool]:
        here = self.mine(share_link)
        if self.scope.role in (Role.OWNER, Role.ADMIN):
            return here
        return here & (share_link.c.created_by == self.scope.user_id)


@dataclass(frozen=True, slots=True)
class SharedViews:
    """What the holder of a link may see, before any organization is known."""

    tx: Transaction

    def open(self, token: Secret, now: datetime) -> SharedView:
        """Return what a link leads to.

        Raises NotFound, always the same, for a token that is unknown, over or revoked.
        """
        hashed = token_hash(token)
        self.tx.present(share=hashed)
        c = share_link.c
        opened = (c.token_hash == hashed) & c.revoked_at.is_(None) & (c.expires_at > now)
        columns = (c[field] for field in SharedView.__slots__)
        row = self.tx.row(select(*columns).where(opened))
        if row is None:
            raise NotFound("The page")
        return SharedView(**row._mapping)

    def scope(self, shared: SharedView) -> TenantScope:
        """Return what the link's maker may see today, to look at and nothing more.

        So a link dies with its maker's membership, or right to share: then NotFound, as for
        one that is over.
        """
        memberships = Foundation(self.tx).memberships(shared.created_by)
        found = next((m.scope for m in memberships if m.org_id == shared.org_id), None)
        if found is None or not may(found.role, Action.SEND_REPORTS):
            raise NotFound("The page")
        return replace(found, role=Role.VIEWER)
