"""Recipients of a schedule, and the link in each mail by which one leaves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, select, update

from core.domain.ids import UserId
from core.domain.roles import Action
from core.errors import NotFound, UserError
from core.security.secret import Secret
from core.security.tokens import new_id, token_hash
from core.store.schema import recipient, report_schedule, unsubscribe_link
from core.store.scoped import Scoped
from core.store.transaction import Transaction, picked


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody a schedule writes to; `unsubscribed_at` once they have left it."""

    id: str
    schedule_id: str
    address: str
    added_by: UserId
    added_at: datetime
    unsubscribed_at: datetime | None


class Recipients(Scoped):
    """The recipients of one organization's schedules."""

    def add(self, schedule_id: str, address: str, now: datetime) -> Recipient:
        """Return a recipient added to a schedule.

        Raises NotAllowed unless the role may send reports, NotFound for a schedule that is not
        visible, UserError when the address is there already: whoever has unsubscribed stays so.
        """
        self.require_person(Action.SEND_REPORTS)
        here = self.mine(report_schedule) & (report_schedule.c.id == schedule_id)
        if self.tx.row(select(report_schedule.c.id).where(here)) is None:
            raise NotFound("The schedule")
        row = self.own(
            recipient,
            id=new_id("rcpt"),
            schedule_id=schedule_id,
            address=address,
            added_by=self.scope.user_id,
            added_at=now,
            unsubscribed_at=None,
        )
        if not self.tx.insert_absent(recipient, row):
            raise UserError("That address is among the recipients already.")
        return Recipient(**{field: row[field] for field in Recipient.__slots__})

    def all(self, schedule_id: str) -> list[Recipient]:
        """Return a schedule's recipients by address, with those who have left it."""
        query = self._query().where(recipient.c.schedule_id == schedule_id)
        return self.tx.many(query.order_by(recipient.c.address), Recipient)

    def remove(self, recipient_id: str) -> None:
        """Take a recipient off. Raises NotAllowed, NotFound."""
        self.require_person(Action.SEND_REPORTS)
        gone = delete(recipient).where(self.mine(recipient), recipient.c.id == recipient_id)
        if not self.tx.run(gone):
            raise NotFound("The recipient")

    def issue_link(self, recipient_id: str, token: Secret, now: datetime) -> None:
        """Keep the token of a new way out; links in older mails go on working.

        Raises NotAllowed for people: mails are written in the background.
        """
        self.require_job()
        row = {
            "token_hash": token_hash(token),
            "org_id": self.scope.org_id,
            "recipient_id": recipient_id,
            "created_at": now,
        }
        self.tx.insert(unsubscribe_link, [row])

    def _query(self) -> Select[Any]:
        return picked(recipient, Recipient).where(self.mine(recipient))


@dataclass(frozen=True, slots=True)
class Unsubscription:
    """What the holder of a mail's link may do, without a login: see their address and leave."""

    tx: Transaction

    def look(self, token: Secret) -> Recipient:
        """Return the recipient that a link speaks of. Raises NotFound, always the same."""
        hashed = token_hash(token)
        self.tx.present(unsubscribe=hashed)
        named = select(unsubscribe_link.c.recipient_id).where(
            unsubscribe_link.c.token_hash == hashed
        )
        query = picked(recipient, Recipient).where(recipient.c.id.in_(named))
        found = self.tx.one(query, Recipient)
        if found is None:
            raise NotFound("The subscription")
        return found

    def leave(self, token: Secret, now: datetime) -> Recipient:
        """Return the recipient after they have left; leaving twice changes nothing more.

        Raises as `look`.
        """
        found = self.look(token)
        open_ = (recipient.c.id == found.id) & recipient.c.unsubscribed_at.is_(None)
        self.tx.run(update(recipient).where(open_).values(unsubscribed_at=now))
        return self.look(token)
