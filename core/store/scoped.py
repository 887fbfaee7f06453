"""The door to a tenant's rows: what every repository of an organization begins with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from sqlalchemy import ColumnElement, Table, and_, false, or_

from core.domain.roles import Role
from core.domain.scope import TenantScope
from core.errors import Defect, NotAllowed
from core.store.rights import Rights
from core.store.schema import Sight, access_of
from core.store.transaction import Transaction, Values


def _holds(role: Role, weakest: Role | None) -> bool:
    """Return whether `role` is at least `weakest`; nobody holds None."""
    ranks = list(Role)
    return weakest is not None and ranks.index(role) <= ranks.index(weakest)


@dataclass(frozen=True, slots=True)
class Scoped(Rights):
    """A repository of one organization, as one person or one job may see it.

    What is said here of a table is what its policy says on Postgres, so that SQLite, which has
    no policies, answers the same.
    """

    tx: Transaction
    scope: TenantScope

    def mine(self, table: Table) -> ColumnElement[bool]:
        """Return the condition that a row of `table` is inside the scope. Every query has it."""
        if self._is_job or not access_of(table).personal:
            return self._shown(table)
        here = (table.c.org_id == self.scope.org_id) & ~table.c.is_shared
        personal = here & (table.c.owner_user_id == self.scope.user_id)
        return or_(personal, and_(table.c.is_shared, self._shown(table)))

    def _shown(self, table: Table) -> ColumnElement[bool]:
        access, scope = access_of(table), self.scope
        if not self._is_job and not _holds(scope.role, access.reads):
            return false()
        own = table.c.org_id == scope.org_id
        if scope.advertiser_ids is None or access.sight is Sight.EVERY:
            return own
        if access.sight is Sight.WHOLE:
            return false()
        return and_(own, table.c.advertiser_id.in_(sorted(scope.advertiser_ids)))

    def own(self, table: Table, **values: object) -> Values:
        """Return the values of a new row of this organization. Raises as `require_write`."""
        self.require_write(table)
        return {"org_id": self.scope.org_id, **values}

    def require_write(self, table: Table) -> None:
        """Raise NotAllowed unless this scope may change rows of `table`."""
        access = access_of(table)
        limited = self.scope.advertiser_ids is not None and access.sight is Sight.WHOLE
        if self._is_job or (_holds(self.scope.role, access.writes) and not limited):
            return
        raise NotAllowed(f"Your role ({self.scope.role}) does not allow you to change this.")


@dataclass(frozen=True, slots=True)
class Dated(Scoped):
    """A repository that keeps what was known before; `at` is the instant it answers for.

    None is now. What answers for an instant is read only.
    """

    at: datetime | None = None

    def as_known_at(self, instant: datetime) -> Self:
        """Return the same repository as it would have answered at an instant."""
        return replace(self, at=instant)

    def require_now(self) -> None:
        """Raise Defect unless it answers for now: the past is not written."""
        if self.at is not None:
            raise Defect("something was about to be written into the past")
