"""Leases: who alone may do a thing for some seconds, with a number that only grows.

The time is the database's. A lease that ran out may pass to another, whose token is higher; what
the late holder still writes carries the lower one and is refused (a fencing token).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, update

from core.errors import LeaseLost
from core.store.schema import lease
from core.store.transaction import DatabaseNow, Transaction


@dataclass(frozen=True, slots=True)
class Lease:
    """A held lease. `token` is higher than that of every holder before."""

    name: str
    holder: str
    token: int


@dataclass(frozen=True, slots=True)
class Leases:
    """Takes, renews and gives back leases."""

    tx: Transaction

    def acquire(self, name: str, holder: str, length: timedelta) -> Lease | None:
        """Return the lease, or None while another holds it; also when that other is `holder`."""
        row = {"name": name, "holder": "", "token": 0, "expires_at": DatabaseNow()}
        free = lease.c.expires_at <= DatabaseNow()
        taken = (
            update(lease)
            .where(lease.c.name == name, free)
            .values(holder=holder, token=lease.c.token + 1, expires_at=DatabaseNow(length))
            .returning(lease.c.token)
        )
        found = self.tx.row(taken)
        if found is None and self.tx.insert_absent(lease, row):
            found = self.tx.row(taken)
        return None if found is None else Lease(name, holder, found.token)

    def renew(self, held: Lease, length: timedelta) -> None:
        """Hold the lease for `length` from now. Raises LeaseLost when it has passed on."""
        renewed = update(lease).where(self._held(held), lease.c.expires_at > DatabaseNow())
        if not self.tx.run(renewed.values(expires_at=DatabaseNow(length))):
            raise LeaseLost(f"The lease {held.name} has passed to another.")

    def release(self, held: Lease) -> None:
        """Give the lease back, if it is still held; its number stays for the next holder."""
        ended = update(lease).where(self._held(held))
        self.tx.run(ended.values(expires_at=DatabaseNow()))

    def _held(self, held: Lease) -> ColumnElement[bool]:
        return (
            (lease.c.name == held.name)
            & (lease.c.holder == held.holder)
            & (lease.c.token == held.token)
        )
