"""DuckDB, opened with limits, and its errors in the words of our own tree."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from core.errors import OurConfig, UserError

Connection = duckdb.DuckDBPyConnection

_NO_ROOM = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT})
_FULL = re.compile(r"no space left|file too large|disk quota|max_temp_directory_size", re.I)
_UNREADABLE = (duckdb.IOException, duckdb.InvalidInputException, duckdb.SerializationException)
_GONE = re.compile(
    r"no files found|no such file|magic bytes|thrift|parquet|corrupt|zstd|tprotocol|deserialize",
    re.I,
)


class LakeFull(OurConfig):
    """There is no room to write; nothing of what was being written can be seen."""


class LakeDamaged(OurConfig):
    """A table of the lake cannot be read; what it says is not known."""


class TooLarge(UserError):
    """What was asked for does not fit into the memory it may use."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much of the machine one DuckDB may take. Sizes in MB (1,000,000 bytes)."""

    memory_mb: int = 512
    threads: int = 2
    temporary_mb: int = 20_000


def open_engine(path: Path | None, limits: Limits, scratch: Path) -> Connection:
    """Return a connection to the database file at `path`, in memory when None.

    It may not load extensions and keeps its temporary files under `scratch`. Rows keep no
    order but the one a statement asks for.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    with told("the engine's own files"):
        con = duckdb.connect(
            ":memory:" if path is None else str(path),
            config={
                "memory_limit": f"{limits.memory_mb}MB",
                "threads": limits.threads,
                "temp_directory": str(scratch),
                "max_temp_directory_size": f"{limits.temporary_mb}MB",
                "preserve_insertion_order": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            },
        )
        run(con, "SET TimeZone = 'UTC'")
        return con


def run(con: Connection, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> None:
    """Execute a statement to its end and drop what it returns."""
    con.execute(sql, values or None).fetchall()


def rows(
    con: Connection, sql: str, values: Sequence[Any] | dict[str, Any] = ()
) -> list[tuple[Any, ...]]:
    """Return every row of a query; for small answers."""
    return con.execute(sql, values or None).fetchall()


def arrow(con: Connection, sql: str, values: Sequence[Any] = ()) -> pa.Table:
    """Return a query's whole answer as an Arrow table."""
    return con.sql(sql, params=list(values)).to_arrow_table()


def held_columns(con: Connection, table: str) -> frozenset[str]:
    """Return the columns of a table in the main schema; none when it is not there."""
    found = rows(
        con,
        "SELECT column_name FROM duckdb_columns() WHERE schema_name = 'main' AND table_name = ?",
        [table],
    )
    return frozenset(name for (name,) in found)


@contextmanager
def told(what: str) -> Iterator[None]:
    """Raise DuckDB's failures, and those of a full disk, as ours: LakeFull, LakeDamaged, TooLarge.

    `what` names, for the operator, what was being read or written.
    """
    try:
        yield
    except OSError as error:
        if error.errno in _NO_ROOM:
            raise full(what) from error
        raise
    except duckdb.Error as error:
        reason = str(error)
        if says_full(reason):
            raise full(what) from error
        if isinstance(error, duckdb.OutOfMemoryException):
            raise TooLarge(
                f"Reading or writing {what} needs more memory than it may use. Choose less at "
                "once, or raise SERVING_MEMORY_MB."
            ) from error
        if isinstance(error, _UNREADABLE) and _GONE.search(reason):
            raise damaged(what, reason) from error
        raise


def damaged(what: str, reason: str) -> LakeDamaged:
    """Return the error that says which part of the lake cannot be read and what to do."""
    first_line = reason.strip().splitlines()[0] if reason.strip() else "no reason given"
    return LakeDamaged(
        f"The lake cannot read {what}: {first_line} Nothing was changed. Put the file back from "
        "a backup; or drop the table's folder and fetch again what Amazon still keeps (95 days)."
    )


def says_full(reason: str) -> bool:
    """Return whether a failure's words are those of a disk, or a folder, that takes no more."""
    return _FULL.search(reason) is not None


def full(what: str) -> LakeFull:
    """Return the error that says what there is no room for and what to do."""
    return LakeFull(
        f"There is no room left to write {what}. Free some space, or move LAKE_URL or "
        "FLIGHTDECK_HOME; nothing was lost, and nothing half written can be seen."
    )
