"""Downloads: a link that gives one person one file, in the session that asked for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.domain.ids import OrgId
from core.domain.roles import Action
from core.errors import NotFound
from core.security.secret import Secret
from core.security.tokens import token_hash
from core.store.schema import download
from core.store.scoped import Scoped
from core.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class Download:
    """What a link stands for; `spec` is the question to answer, as JSON."""

    org_id: OrgId
    file_name: str
    spec: Mapping[str, Any]


class Downloads(Scoped):
    """Makes links for the holder of the scope."""

    def create(
        self,
        token: Secret,
        *,
        session_id: str,
        file_name: str,
        spec: Mapping[str, Any],
        now: datetime,
        expires_at: datetime,
    ) -> None:
        """Keep what `token` will give. Raises NotAllowed unless the role may download."""
        self.require_person(Action.DOWNLOAD)
        row = self.own(
            download,
            token_hash=token_hash(token),
            user_id=self.scope.user_id,
            session_id=session_id,
            file_name=file_name,
            spec=dict(spec),
            created_at=now,
            expires_at=expires_at,
        )
        self.tx.insert(download, [row])


@dataclass(frozen=True, slots=True)
class Redemption:
    """Takes a link back, before the organization is known."""

    tx: Transaction

    def redeem(self, token: Secret, *, session_id: str, user_id: str, now: datetime) -> Download:
        """Return what the link stands for; it may be followed again until it ends.

        Raises NotFound, always the same, for a token that is unknown, over, another person's
        or another session's. The caller makes the scope anew: rights may have changed.
        """
        self.tx.present(sub=user_id)
        mine = (
            (download.c.token_hash == token_hash(token))
            & (download.c.user_id == user_id)
            & (download.c.session_id == session_id)
            & (download.c.expires_at > now)
        )
        row = self.tx.row(select(download).where(mine))
        if row is None:
            raise NotFound("The download")
        return Download(OrgId(row.org_id), row.file_name, row.spec)
