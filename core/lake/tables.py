"""Delta tables of one organization: pinned for reading, replaced for writing.

Parquet files are written by DuckDB in bounded memory and named in Delta's log by one commit
that adds and removes whole files (Delta Lake protocol, "Actions"). A commit is made against
one version and never merged with another's: who comes second is refused and starts again from
the newest manifest.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from threading import Lock
from typing import Any

import orjson
import pyarrow as pa
from deltalake import CommitProperties, DeltaTable
from deltalake import Field as DeltaField
from deltalake.exceptions import CommitFailedError, DeltaError, TableNotFoundError
from deltalake.transaction import AddAction, RemoveAction

from core.domain.ids import LoadId
from core.domain.scope import TenantScope
from core.lake.engine import LakeDamaged, damaged
from core.lake.files import TableFiles, flush, table_files
from core.lake.location import LakeRoot
from core.lake.manifest import StaleGeneration
from core.lake.schema import PARTITION, Column, arrow_schema

_KEPT_OPEN = 64
_SETTINGS = {"delta.dataSkippingStatsColumns": "day", "delta.checkpointInterval": "20"}


@dataclass(frozen=True, slots=True)
class LakeFile:
    """One Parquet file of a table: rows of one advertiser and one calendar month."""

    path: str
    advertiser_id: str
    month: str
    rows: int
    bytes: int
    first_day: date
    last_day: date

    @property
    def shape(self) -> str:
        """Return the mark of the columns the file was written with; see `shape_of`."""
        return self.path.rsplit("/", 1)[-1].split("-", 1)[0]

    @property
    def added(self) -> dict[str, Any]:
        """Return the file as Delta's add action needs it, but for its time."""
        stats = {
            "numRecords": self.rows,
            "minValues": {"day": self.first_day.isoformat()},
            "maxValues": {"day": self.last_day.isoformat()},
            "nullCount": {"day": 0},
        }
        return {
            "path": self.path,
            "size": self.bytes,
            "partition_values": {"advertiser_id": self.advertiser_id, "month": self.month},
            "data_change": True,
            "stats": orjson.dumps(stats).decode(),
        }


@dataclass(frozen=True, slots=True)
class Pinned:
    """A table at one version, which never changes: its columns and its files."""

    name: str
    version: int
    columns: tuple[str, ...]
    files: tuple[LakeFile, ...]

    def touching(
        self, advertisers: frozenset[str] | None, start: date | None, end: date | None
    ) -> tuple[LakeFile, ...]:
        """Return the files that may hold rows of these advertisers (None: all) and days."""
        return tuple(
            file
            for file in self.files
            if (advertisers is None or file.advertiser_id in advertisers)
            and (end is None or file.first_day <= end)
            and (start is None or file.last_day >= start)
        )


class Tables:
    """The tables of the scope's organization."""

    def __init__(self, root: LakeRoot, scope: TenantScope, copies: Path) -> None:
        self._root = root
        self._scope = scope
        self._copies = copies
        self._pinned: OrderedDict[tuple[str, int], Pinned] = OrderedDict()
        self._lock = Lock()

    def files(self, name: str) -> TableFiles:
        """Return the files of a table, for reading by path and for writing."""
        return table_files(self._root, self._scope, name, self._copies)

    def pinned(self, name: str, version: int) -> Pinned:
        """Return the table at `version`. Raises LakeDamaged when it cannot be opened."""
        with self._lock:
            if (name, version) in self._pinned:
                self._pinned.move_to_end((name, version))
                return self._pinned[name, version]
        opened = self._opened(name, version)
        found = Pinned(name, version, _columns(opened), tuple(_files(opened)))
        with self._lock:
            self._pinned[name, version] = found
            while len(self._pinned) > _KEPT_OPEN:
                self._pinned.popitem(last=False)
        return found

    def draft(self, name: str, version: int | None, columns: Sequence[Column]) -> Draft:
        """Return the table ready to be written: at `version`, with at least `columns`.

        Whatever was committed after `version` belongs to a load that never reached a manifest;
        it is undone first. None stands for a table that no manifest names yet.
        Raises StaleGeneration when somebody else writes at the same time, LakeDamaged when the
        table is older than `version` or cannot be opened.
        """
        with self._blamed(name), _alone():
            table = self._newest(name, version, columns)
            base = version or 0
            if table.version() < base:
                raise damaged(f"the table {name}", f"it ends before version {base}.")
            if table.version() > base:
                table.restore(base, commit_properties=_once("undo"))
            held = frozenset(_columns(table))
            missing = [column for column in columns if column.name not in held]
            if missing:
                fields = [DeltaField.from_arrow(_nullable(column)) for column in missing]
                table.alter.add_columns(fields, commit_properties=_once("grow"))
            return Draft(name, table, self.files(name), tuple(_files(table)))

    def swept(self, name: str, kept: Iterable[int], hours: float) -> int:
        """Delete files that no version in `kept` names and that are `hours` old; return how many.

        Files a crashed load left behind are among them. Raises LakeDamaged.
        """
        newest = self._opened(name, None)
        versions = [version for version in kept if self._can_open(name, version)]
        with self._blamed(name):
            gone = newest.vacuum(
                retention_hours=round(hours),
                dry_run=False,
                enforce_retention_duration=False,
                full=True,
                keep_versions=[*versions, newest.version()],
                commit_properties=_once("sweep"),
            )
        return len(gone)

    def _newest(self, name: str, version: int | None, columns: Sequence[Column]) -> DeltaTable:
        address = self._root.address(self._scope, name)
        try:
            return DeltaTable(address, storage_options=dict(self._root.options))
        except TableNotFoundError:
            if version is not None:
                raise
        self.files(name).desk()
        return self._made(address, columns)

    def _made(self, address: str, columns: Sequence[Column]) -> DeltaTable:
        """Return a new table, or the one that another load made at the same moment."""
        options = dict(self._root.options)
        try:
            return DeltaTable.create(
                address,
                arrow_schema(columns),
                partition_by=list(PARTITION),
                configuration=_SETTINGS,
                storage_options=options,
            )
        except DeltaError as refused:
            try:
                return DeltaTable(address, storage_options=options)
            except TableNotFoundError:
                raise refused from None

    def _can_open(self, name: str, version: int) -> bool:
        try:
            self.pinned(name, version)
        except LakeDamaged:
            return False  # its log is gone already: nothing of it is left to keep
        return True

    def _opened(self, name: str, version: int | None) -> DeltaTable:
        address = self._root.address(self._scope, name)
        with self._blamed(name if version is None else f"{name} at version {version}"):
            return DeltaTable(address, version=version, storage_options=dict(self._root.options))

    @contextmanager
    def _blamed(self, what: str) -> Iterator[None]:
        try:
            yield
        except CommitFailedError:
            raise
        except (DeltaError, OSError) as error:
            raise damaged(f"the table {what} of {self._scope.org_id}", str(error)) from error


class Draft:
    """A table being written against one version."""

    def __init__(
        self, name: str, table: DeltaTable, files: TableFiles, present: tuple[LakeFile, ...]
    ) -> None:
        self.name = name
        self.files = files
        self.present = present
        self._table = table

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the table's column names, without the month."""
        return _columns(self._table)

    def commit(
        self,
        added: Iterable[LakeFile],
        removed: Iterable[LakeFile],
        *,
        load_id: LoadId,
        at: datetime,
    ) -> int:
        """Replace files in one commit and return the version that results.

        Nothing to add and nothing to remove commits nothing. Raises StaleGeneration when
        another commit came first.
        """
        before = int(self._table.version())
        moment = int(at.timestamp() * 1000)
        actions: list[AddAction | RemoveAction] = [
            AddAction(modification_time=moment, **file.added) for file in added
        ]
        adds = [action.path for action in actions]
        actions += [
            RemoveAction(file.path, True, moment, file.bytes, file.added["partition_values"])
            for file in removed
        ]
        if not actions:
            return before
        self.files.keep(adds)
        with _alone():
            self._table.create_write_transaction(
                actions,
                mode="append",
                schema=self._table.schema(),
                partition_by=list(PARTITION),
                commit_properties=_once(load_id),
            )
        # Counted, not asked for: by now another may have undone what no manifest names yet, and
        # the newest version would be one without these rows. A commit never lands any later.
        version = before + 1
        self._flush_log(version)
        return version

    def _flush_log(self, version: int) -> None:
        if "://" not in self._table.table_uri or self._table.table_uri.startswith("file://"):
            folder = Path(self._table.table_uri.removeprefix("file://")) / "_delta_log"
            flush(folder / f"{version:020}.json")
            flush(folder)


def shape_of(columns: Iterable[str]) -> str:
    """Return a short mark of a set of columns: files with the same mark have the same ones."""
    return hashlib.sha256("\n".join(sorted(columns)).encode()).hexdigest()[:10]


@contextmanager
def _alone() -> Iterator[None]:
    try:
        yield
    except CommitFailedError as error:
        raise StaleGeneration(f"another load wrote first: {error}") from error


def _once(mark: str) -> CommitProperties:
    return CommitProperties(custom_metadata={"load": mark}, max_commit_retries=0)


def _nullable(column: Column) -> pa.Field:
    return column.field.with_nullable(True)


def _columns(table: DeltaTable) -> tuple[str, ...]:
    return tuple(field.name for field in table.schema().fields if field.name != "month")


def _files(table: DeltaTable) -> Iterator[LakeFile]:
    actions: Sequence[Mapping[str, Any]] = pa.table(table.get_add_actions(flatten=True)).to_pylist()
    for action in actions:
        yield LakeFile(
            path=action["path"],
            advertiser_id=action["partition.advertiser_id"],
            month=action["partition.month"],
            rows=action["num_records"],
            bytes=action["size_bytes"],
            first_day=action["min.day"],
            last_day=action["max.day"],
        )
