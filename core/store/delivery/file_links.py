"""File links: from a mail to the very files of its report, for its holder, without a login.

Somebody answers for each link, and it dies with their right to send reports.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.domain.ids import OrgId
from core.domain.roles import Action, may
from core.domain.scope import TenantScope
from core.errors import NotFound
from core.security.secret import Secret
from core.security.tokens import token_hash
from core.store.identity.organizations import Foundation
from core.store.schema import file_link
from core.store.scoped import Scoped
from core.store.transaction import Transaction

_BY = "by"


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
        by: str,
        now: datetime,
        expires_at: datetime,
    ) -> None:
        """Keep a link that `token` opens, and that the person `by` answers for.

        Raises NotAllowed for people: mails are not theirs.
        """
        self.require_job()
        row = {
            "token_hash": token_hash(token),
            "org_id": self.scope.org_id,
            "delivery_id": delivery_id,
            "recipient_id": recipient_id,
            "files": [{**file, _BY: by} for file in files],
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

        Raises NotFound, always the same, for a token that is unknown or over, and once whoever
        answers for the link may not send reports any more.
        """
        hashed = token_hash(token)
        self.tx.present(file=hashed)
        c = file_link.c
        columns = (c[field] for field in LinkedFiles.__slots__)
        opened = (c.token_hash == hashed) & (c.expires_at > now)
        row = self.tx.row(select(*columns).where(opened))
        if row is None or not all(
            self._sends(by, row.org_id) for by in {f.get(_BY, "") for f in row.files}
        ):
            raise NotFound("The file")
        files = [{name: told for name, told in f.items() if name != _BY} for f in row.files]
        return LinkedFiles(OrgId(row.org_id), files, row.expires_at)

    def _sends(self, user_id: str, org_id: str) -> bool:
        return any(
            m.org_id == org_id and m.advertiser_ids is None and may(m.role, Action.SEND_REPORTS)
            for m in Foundation(self.tx).memberships(user_id)
        )
