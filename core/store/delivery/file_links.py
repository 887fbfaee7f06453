"""File links: from a mail to the very files of its report, for its holder, without a login."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.domain.ids import OrgId
from core.domain.scope import TenantScope
from core.errors import NotFound
from core.security.secret import Secret
from core.security.tokens import token_hash
from core.store.schema import file_link
from core.store.scoped import Scoped
from core.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class LinkedFiles:
    """What an open link leads to. `files` are those of its delivery: name, place and digest."""

    org_id: OrgId
    files: Sequence[Mapping[str, Any]]
    expires_at: datetime

    @property
    def scope(self) -> TenantScope:
        """Return a scope for the shelf that the files stand on; it sees no advertiser."""
        return TenantScope.for_link(self.org_id)


class FileLinks(Scoped):
    """Makes the links that stand in an organization's mails."""

    def issue(
        self,
        delivery_id: str,
        recipient_id: str | None,
        files: Sequence[Mapping[str, Any]],
        token: Secret,
        *,
        now: datetime,
        expires_at: datetime,
    ) -> None:
        """Keep a link that `token` opens. Raises NotAllowed for people: mails are not theirs."""
        self.require_job()
        row = {
            "token_hash": token_hash(token),
            "org_id": self.scope.org_id,
            "delivery_id": delivery_id,
            "recipient_id": recipient_id,
            "files": [dict(file) for file in files],
            "created_at": now,
            "expires_at": expires_at,
        }
        self.tx.insert(file_link, [row])


@dataclass(frozen=True, slots=True)
class OpenFiles:
    """What the holder of a link may have, before any organization is known."""

    tx: Transaction

    def look(self, token: Secret, now: datetime) -> LinkedFiles:
        """Return what a link leads to.

        Raises NotFound, always the same, for a token that is unknown or over.
        """
        hashed = token_hash(token)
        self.tx.present(file=hashed)
        c = file_link.c
        columns = (c[field] for field in LinkedFiles.__slots__)
        opened = (c.token_hash == hashed) & (c.expires_at > now)
        row = self.tx.row(select(*columns).where(opened))
        if row is None:
            raise NotFound("The file")
        return LinkedFiles(**row._mapping)
