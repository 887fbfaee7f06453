"""The audit trail: who did what, each event chained to the one before it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update

from core.domain.roles import Action
from core.security.audit import FIRST, Event, Link, first_broken
from core.store.schema import audit_event, audit_head
from core.store.scoped import Scoped

_PAGE = 1_000


class AuditTrail(Scoped):
    """Adds events for any member; admins read and verify them; nobody changes one."""

    def add(
        self,
        action: str,
        subject: str,
        now: datetime,
        detail: Mapping[str, object] | None = None,
    ) -> None:
        """Add what the holder of this scope did. `detail` is JSON and holds no secret.

        The chain's end is locked meanwhile, so events of one organization come one by one.
        """
        sequence, previous = self._lock_head()
        event = Event(
            self.scope.org_id,
            sequence + 1,
            now,
            self.scope.user_id,
            action,
            subject,
            dict(detail or {}),
        )
        hashed = event.hash_after(previous)
        row = {name: getattr(event, name) for name in Event.__slots__}
        self.tx.insert(audit_event, [{**row, "previous_hash": previous, "hash": hashed}])
        head = audit_head.c.org_id == self.scope.org_id
        self.tx.run(update(audit_head).where(head).values(sequence=sequence + 1, hash=hashed))

    def recent(self, limit: int = 100) -> list[Event]:
        """Return the newest events, newest first. Empty for less than an admin."""
        query = select(audit_event).where(self.mine(audit_event))
        rows = self.tx.rows(query.order_by(audit_event.c.sequence.desc()).limit(limit))
        return [_link(row).event for row in rows]

    def first_fault(self) -> int | None:
        """Return the number of the first event that is altered or missing, or None.

        Events taken from the end are missed too: the chain's end is kept beside it. Raises
        NotAllowed for less than an admin.
        """
        self.scope.require(Action.INVITE)
        after, sequence = FIRST, 0
        for page in self._pages():
            broken = first_broken(page, after=after, sequence=sequence)
            if broken is not None:
                return sequence + 1 + page.index(broken)
            after, sequence = page[-1].hash, sequence + len(page)
        head = self.tx.row(select(audit_head).where(self.mine(audit_head)))
        is_whole = head is None or (head.sequence, head.hash) == (sequence, after)
        return None if is_whole else sequence + 1

    def _lock_head(self) -> tuple[int, str]:
        row = {"org_id": self.scope.org_id, "sequence": 0, "hash": FIRST}
        self.tx.insert_absent(audit_head, self.own(audit_head, **row))
        mine = select(audit_head).where(audit_head.c.org_id == self.scope.org_id)
        head = self.tx.row(self.tx.locked(mine))
        assert head is not None
        return head.sequence, head.hash

    def _pages(self) -> Iterator[list[Link]]:
        query = select(audit_event).where(self.mine(audit_event)).order_by(audit_event.c.sequence)
        sequence = 0
        while rows := self.tx.rows(query.where(audit_event.c.sequence > sequence).limit(_PAGE)):
            yield [_link(row) for row in rows]
            sequence = rows[-1].sequence


def _link(row: Row[Any]) -> Link:
    event = Event(**{name: getattr(row, name) for name in Event.__slots__})
    return Link(event, row.previous_hash, row.hash)
