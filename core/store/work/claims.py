"""Claiming rows of a table by many processes at once: each row goes to exactly one of them.

On Postgres the rows are locked and those that others have locked are passed over; on SQLite the
writer is alone. A claim lasts for a lease by the database's clock and carries a token that grows
with each claim of the row, so that a late claimer's writes meet no row.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, select, update

from core.errors import LeaseLost
from core.store.transaction import DatabaseNow, Transaction, Values


@dataclass(frozen=True, slots=True)
class Claim:
    """One row claimed by one holder."""

    id: str
    token: int


@dataclass(frozen=True, slots=True)
class ClaimTable:
    """A table with the columns id, lease_until, lease_holder and lease_token."""

    tx: Transaction
    table: Table

    def take(
        self,
        ready: ColumnElement[bool],
        order: tuple[ColumnElement[Any], ...],
        *,
        holder: str,
        length: timedelta,
        limit: int,
        **values: object,
    ) -> list[Row[Any]]:
        """Return up to `limit` rows that are `ready`, now claimed, in `order`.

        `values` are set on them too.
        """
        c = self.table.c
        ids = select(c.id).where(ready).order_by(*order).limit(limit)
        due = self.tx.locked(ids, skip=True).cte("due")
        claimed = (
            update(self.table)
            .where(c.id == due.c.id)
            .values(
                lease_holder=holder,
                lease_until=DatabaseNow(length),
                lease_token=c.lease_token + 1,
                **values,
            )
            .returning(self.table)
        )
        names = [column.name for column in order if hasattr(column, "name")]
        rows = list(self.tx.rows(claimed))
        return sorted(rows, key=lambda row: [getattr(row, name) for name in names])

    @property
    def is_free(self) -> ColumnElement[bool]:
        """Return the condition that nobody's claim is running."""
        c = self.table.c
        return c.lease_until.is_(None) | (c.lease_until <= DatabaseNow())

    def renew(self, claim: Claim, length: timedelta) -> None:
        """Hold the claim for `length` from now. Raises LeaseLost when it has passed on."""
        self.change(claim, lease_until=DatabaseNow(length))

    def change(self, claim: Claim, **values: object) -> None:
        """Change the claimed row. Raises LeaseLost, changing nothing, when it has passed on."""
        if not self.tx.run(update(self.table).where(self._held(claim)).values(values)):
            raise LeaseLost(f"The {self.table.name} {claim.id} has passed to another, or is over.")

    def end(self, claim: Claim, **values: object) -> None:
        """Change the claimed row and let it go. Raises LeaseLost as `change`."""
        self.change(claim, lease_until=None, lease_holder=None, **values)

    def _held(self, claim: Claim) -> ColumnElement[bool]:
        c = self.table.c
        return (c.id == claim.id) & (c.lease_token == claim.token) & c.lease_holder.is_not(None)


def unclaimed(**values: object) -> Values:
    """Return the values of a row that nobody claims."""
    return {"lease_until": None, "lease_holder": None, **values}
