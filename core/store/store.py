"""The store and its doors. Whoever wants a row comes through one of them.

reading, writing   one organization, for the holder of its scope: a `Tenant`
people             a request before it has an organization: who is this, what may they join
system             the scheduler over all organizations: what is due, leases, heartbeats

Each door is a transaction. On Postgres it first takes on the role of its process and its claims,
for this transaction only; row-level security then decides again what the repositories decided.
An error rolls back; a database that does not answer is `Upstream`, so it is tried again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import StrEnum
from typing import Self

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from core.domain.scope import JOB_USER, TenantScope
from core.errors import AppError, OurConfig, Upstream
from core.store.doors import People, System, Tenant
from core.store.engine import READING, TURNS, WAIT_SECONDS, WEB_TURNS, WRITING, create_store_engine
from core.store.guards import SCHEDULER, WEB
from core.store.migrate import require_known
from core.store.transaction import Transaction
from core.store.turns import Turns

# What SQLite says of a state that passes by itself; everything else it says is a fault of ours.
_PASSING = re.compile(r"locked|busy|disk I/O|disk is full", re.I)

# What Postgres says (its SQLSTATE) when a process cannot take on its role.
_ROLE_FAULTS = {
    "22023": "The database has no role {role}. Run `python -m core.store.migrate` first.",
    "42501": "The login of DATABASE_URL may not act as {role}: grant it that role, see"
    " docs/security.md.",
}


class Process(StrEnum):
    """Which process has opened the store: it decides the database role."""

    WEB = WEB
    SCHEDULER = SCHEDULER


class Store:
    """The state. Safe to share among threads; each door takes a connection of its own.

    A door may be opened inside another; threads take turns so that this never blocks for ever.
    """

    def __init__(self, engine: Engine, process: Process) -> None:
        self.engine = engine
        self.process = process
        most = WEB_TURNS if process is Process.WEB else TURNS
        self._turns = Turns(most, WAIT_SECONDS)

    @classmethod
    def open(cls, address: str, process: Process) -> Self:
        """Return the store at `address` (`Settings.database`).

        Raises OurConfig when its schema is not the one this code knows, and Upstream when
        the database does not answer.
        """
        store = cls(create_store_engine(address), process)
        try:
            store.require_schema()
        except AppError:
            store.close()
            raise
        return store

    def require_schema(self) -> None:
        """Raise OurConfig unless the database has the schema this code knows, Upstream as `open`.

        So it does when the login may not act as the process' role. A process may ask again at
        any time: a migration may have run under it.
        """
        try:
            with self._transaction({}, writes=False) as tx:
                require_known(tx.connection)
        except DBAPIError as error:
            sentence = _ROLE_FAULTS.get(getattr(error.orig, "sqlstate", ""))
            if sentence is None:
                raise
            raise OurConfig(sentence.format(role=self.process)) from None

    def close(self) -> None:
        """Give back every connection."""
        self.engine.dispose()

    @contextmanager
    def reading(self, scope: TenantScope) -> Iterator[Tenant]:
        """Yield one organization as `scope` sees it, at one moment; nothing can be written."""
        with self._transaction(_claims(scope), writes=False) as tx:
            yield Tenant(tx, scope)

    @contextmanager
    def writing(self, scope: TenantScope) -> Iterator[Tenant]:
        """Yield one organization as `scope` sees it; what is written is kept at the end."""
        with self._transaction(_claims(scope), writes=True) as tx:
            yield Tenant(tx, scope)

    @contextmanager
    def reading_people(self) -> Iterator[People]:
        """Yield what can be known of a person before an organization is; nothing is written."""
        with self._transaction({"door": "people"}, writes=False) as tx:
            yield People(tx)

    @contextmanager
    def people(self) -> Iterator[People]:
        """Yield the same with writing: log in, log out, found, accept an invitation."""
        with self._transaction({"door": "people"}, writes=True) as tx:
            yield People(tx)

    @contextmanager
    def system(self) -> Iterator[System]:
        """Yield what the scheduler does over all organizations. On Postgres its role alone may."""
        with self._transaction({"door": "system"}, writes=True) as tx:
            yield System(tx)

    @contextmanager
    def _transaction(self, claims: Mapping[str, str], *, writes: bool) -> Iterator[Transaction]:
        options = WRITING if writes else READING[self.engine.dialect.name]
        with self._turns.taken(), _translated(), self.engine.connect() as connection:
            connection = connection.execution_options(**options)
            with connection.begin():
                tx = Transaction(connection)
                tx.begin_as(self.process, claims)
                yield tx


def _claims(scope: TenantScope) -> dict[str, str]:
    door = "job" if scope.user_id == JOB_USER else "tenant"
    return {"door": door, "sub": scope.user_id, "org": scope.org_id}


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except PoolTimeout:
        raise Upstream("Every connection to the database is in use.") from None
    except (OperationalError, InterfaceError) as error:
        if not _passes(error):
            raise
        raise Upstream("The database did not answer, or could not finish what was asked.") from None


def _passes(error: DBAPIError) -> bool:
    kind = type(error.orig).__module__
    return not kind.startswith("sqlite3") or bool(_PASSING.search(str(error.orig)))
