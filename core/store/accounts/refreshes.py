"""What became of each refresh, and the share that came in time over thirty days."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import func, select

from core.domain.connections import RefreshOutcome
from core.domain.ids import ConnectionId
from core.security.tokens import new_id
from core.store.schema import credential, refresh_event
from core.store.scoped import Scoped
from core.store.transaction import picked

RELIABILITY_DAYS = 30


@dataclass(frozen=True, slots=True)
class RefreshEvent:
    """One attempt to refresh, and how long Amazon took."""

    connection_id: ConnectionId
    at: datetime
    outcome: RefreshOutcome
    error: str | None
    milliseconds: int
    in_time: bool


@dataclass(frozen=True, slots=True)
class Reliability:
    """Due refreshes of the last days, and those done before the old token's end."""

    due: int
    in_time: int

    @property
    def share(self) -> Decimal | None:
        """Return the share in time (1 is all), or None when nothing was due."""
        return Decimal(self.in_time) / self.due if self.due else None


class Refreshes(Scoped):
    """The refresh history of one organization."""

    def record(self, event: RefreshEvent) -> None:
        """Add what became of an attempt."""
        row = {name: getattr(event, name) for name in RefreshEvent.__slots__}
        self.tx.insert(refresh_event, [self.own(refresh_event, id=new_id("rev"), **row)])

    def recent(self, connection_id: str, limit: int = 50) -> list[RefreshEvent]:
        """Return the latest attempts for a connection, newest first."""
        mine = self.mine(refresh_event) & (refresh_event.c.connection_id == connection_id)
        query = picked(refresh_event, RefreshEvent).where(mine)
        return self.tx.many(query.order_by(refresh_event.c.at.desc()).limit(limit), RefreshEvent)

    def reliability(
        self, now: datetime, days: int = RELIABILITY_DAYS
    ) -> dict[ConnectionId, Reliability]:
        """Return the reliability of each connection that had anything due.

        A refresh counts once, when it is done: in time or late. One that is still not done
        though the old token has ended counts as late. A grant that a person took back is no
        fault of refreshing, and does not count.
        """
        counted: dict[ConnectionId, list[bool]] = defaultdict(list)
        done = (
            self.mine(refresh_event)
            & (refresh_event.c.at > now - timedelta(days=days))
            & (refresh_event.c.outcome == RefreshOutcome.REFRESHED)
        )
        in_time = refresh_event.c.in_time
        by = (refresh_event.c.connection_id, in_time)
        for row in self.tx.rows(select(*by, func.count().label("n")).where(done).group_by(*by)):
            counted[row.connection_id] += [row.in_time] * row.n
        for connection_id in self._overdue(now):
            counted[connection_id].append(False)
        return {key: Reliability(len(met), sum(met)) for key, met in counted.items()}

    def _overdue(self, now: datetime) -> list[ConnectionId]:
        ended = (
            self.mine(credential)
            & credential.c.refresh_due_at.is_not(None)
            & (credential.c.access_expires_at <= now)
        )
        found = self.tx.rows(select(credential.c.connection_id).where(ended))
        return [row.connection_id for row in found]
