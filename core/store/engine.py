"""The engine under the store: how each database is opened and how its transactions begin.

SQLite   WAL with NORMAL syncing; foreign keys on; five seconds of patience. The driver begins
         nothing by itself: a writing transaction says BEGIN IMMEDIATE, since one that reads
         first and writes later fails at once when another wrote in between, whatever the patience.
Postgres psycopg without prepared statements, which a pooler in transaction mode cannot keep;
         a small pool, each connection tried before use; nothing is ever set for a session.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url

from core.store.schema.base import PRIVATE

BUSY_MILLISECONDS = 5_000
POOL_SIZE, CONNECTIONS_MAX = 5, 15
WAIT_SECONDS = 10.0
"""So long a thread waits for a connection before it says that there is none."""

HELD_MAX = 3
"""A thread holds no more at once: a view of the state, one beside it, and one to write."""

TURNS = (CONNECTIONS_MAX - 1) // (HELD_MAX - 1)
"""So many threads may hold connections: were all one short of what they need, one is left."""

WEB_TURNS = 4
"""So many of the web's: a page is mostly Python, of which one runs at a time, and more of them at
once only take longer each. With forty viewers the slowest waited half as long as with seven."""

# Execution options of a connection: what its next transaction is for. A reading one sees one
# state of the database throughout, on both, and cannot write; on SQLite so is one of neither.
WRITING: dict[str, Any] = {"flightdeck_writes": True}
READING: dict[str, dict[str, Any]] = {
    "sqlite": {"flightdeck_writes": False},
    "postgresql": {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}


def create_store_engine(address: str) -> Engine:
    """Return an engine for a `sqlite:///` or `postgresql+psycopg://` address.

    The folder of a SQLite file is made when absent. Errors never show bound values.
    """
    url = make_url(address)
    return _sqlite(url) if url.get_backend_name() == "sqlite" else _postgres(url)


def _postgres(url: URL) -> Engine:
    return create_engine(
        url,
        connect_args={"prepare_threshold": None, "connect_timeout": 5},
        pool_size=POOL_SIZE,
        max_overflow=CONNECTIONS_MAX - POOL_SIZE,
        pool_timeout=WAIT_SECONDS,
        pool_pre_ping=True,
        pool_recycle=1800,
        hide_parameters=True,
        json_deserializer=orjson.loads,
    )


def _sqlite(url: URL) -> Engine:
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        pool_size=POOL_SIZE,
        max_overflow=CONNECTIONS_MAX - POOL_SIZE,
        pool_timeout=WAIT_SECONDS,
        hide_parameters=True,
        json_deserializer=orjson.loads,
        execution_options={"schema_translate_map": {PRIVATE: None}},
    )
    event.listen(engine, "connect", _open_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _open_sqlite(connection: Any, _: object) -> None:
    connection.isolation_level = None
    for pragma in (
        f"busy_timeout = {BUSY_MILLISECONDS}",
        "journal_mode = wal",
        "synchronous = normal",
        "foreign_keys = on",
    ):
        connection.execute(f"pragma {pragma}")
    # SQLite's own knows only ASCII; Postgres' knows every letter.
    connection.create_function("lower", 1, _lowered, deterministic=True)


def _lowered(text: str | None) -> str | None:
    return None if text is None else text.lower()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("flightdeck_writes", False)
    connection.exec_driver_sql(f"pragma query_only = {'off' if writes else 'on'}")
    connection.exec_driver_sql("begin immediate" if writes else "begin")
