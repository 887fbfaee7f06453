"""Mail that waits to be sent. A message is kept once per message id, and sent by one process."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from core.domain.ids import OrgId
from core.security.tokens import new_id
from core.store.schema import outbox
from core.store.schema.words import MailState
from core.store.scoped import Scoped
from core.store.transaction import Transaction
from core.store.work.claims import Claim, ClaimTable


@dataclass(frozen=True, slots=True)
class Mail:
    """A message to be. `body` is JSON; `message_id` makes it unique in its organization."""

    kind: str
    recipient: str
    subject: str
    body: Mapping[str, Any]
    message_id: str


@dataclass(frozen=True, slots=True)
class ClaimedMail:
    """A message in the hands of whoever sends it. `attempt` counts from 1."""

    claim: Claim
    org_id: OrgId
    mail: Mail
    attempt: int


class Outbox(Scoped):
    """Puts messages of one organization into the post."""

    def put(self, mail: Mail, now: datetime) -> bool:
        """Keep a message for sending; return False when its message id was kept before."""
        row = self.own(
            outbox,
            id=new_id("mail"),
            **{name: getattr(mail, name) for name in Mail.__slots__},
            state=MailState.WAITING,
            created_at=now,
            run_at=now,
        )
        return self.tx.insert_absent(outbox, row)

    def states(self, message_ids: Collection[str]) -> dict[str, MailState]:
        """Return where messages stand, by message id; those that are not kept are left out.

        Raises NotAllowed for people: who was written to is the background's to know.
        """
        self.require_job()
        kept = self.mine(outbox) & outbox.c.message_id.in_(sorted(message_ids))
        rows = self.tx.rows(select(outbox.c.message_id, outbox.c.state).where(kept))
        return {row.message_id: MailState(row.state) for row in rows}


@dataclass(frozen=True, slots=True)
class Post:
    """The scheduler's side: what is to be sent, over all organizations."""

    tx: Transaction

    def claim(
        self, holder: str, limit: int, *, now: datetime, lease: timedelta
    ) -> list[ClaimedMail]:
        """Return messages that are due, now this holder's, the oldest first.

        One whose sender died is due again once its lease is over.
        """
        table = self._table
        open_states = outbox.c.state.in_((MailState.WAITING, MailState.SENDING))
        rows = table.take(
            open_states & (outbox.c.run_at <= now) & table.is_free,
            (outbox.c.run_at, outbox.c.id),
            holder=holder,
            length=lease,
            limit=limit,
            state=MailState.SENDING,
            attempts=outbox.c.attempts + 1,
        )
        return [
            ClaimedMail(
                Claim(row.id, row.lease_token),
                OrgId(row.org_id),
                Mail(**{name: getattr(row, name) for name in Mail.__slots__}),
                row.attempts,
            )
            for row in rows
        ]

    def sent(self, claimed: ClaimedMail, now: datetime) -> None:
        """Note that it went out. Its body is dropped: links in it let their reader in."""
        self._table.end(claimed.claim, state=MailState.SENT, sent_at=now, body={}, error=None)

    def failed(self, claimed: ClaimedMail, error: str, *, retry_at: datetime | None) -> None:
        """Note a failure: tried again at `retry_at`, or with None not again. Raises LeaseLost."""
        if retry_at is None:
            self._table.end(claimed.claim, state=MailState.FAILED, error=error, body={})
        else:
            self._table.end(claimed.claim, state=MailState.WAITING, error=error, run_at=retry_at)

    def postpone(self, claimed: ClaimedMail, error: str, retry_at: datetime) -> None:
        """Let it wait until `retry_at` without counting an attempt. Raises LeaseLost."""
        uncounted = {"attempts": outbox.c.attempts - 1, "run_at": retry_at}
        self._table.end(claimed.claim, state=MailState.WAITING, error=error, **uncounted)

    @property
    def _table(self) -> ClaimTable:
        return ClaimTable(self.tx, outbox)
