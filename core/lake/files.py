"""The Parquet files of one table: where DuckDB may read them and where it may write new ones.

A data file never changes once it is named in a table's log. So a lake in an object store keeps
copies of the files that were read, beside the process, and a copy is never out of date.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Protocol
from urllib.parse import quote

from pyarrow import fs

from core.domain.scope import TenantScope
from core.lake.location import LakeRoot


class TableFiles(Protocol):
    """Files of one table by their path inside it ("advertiser_id=7/month=2026-01/x.parquet")."""

    def readable(self, paths: Iterable[str]) -> list[str]:
        """Return paths on this machine that hold the files, in the same order."""
        ...

    def desk(self) -> Path:
        """Return the folder on this machine under which new files are written."""
        ...

    def keep(self, paths: Iterable[str]) -> None:
        """Make files written under the desk durable where the table is."""
        ...

    def discard(self, paths: Iterable[str]) -> None:
        """Remove files that were written and will never be named in the log."""
        ...


class FolderFiles:
    """The files of a table in a folder: written where they stay."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def readable(self, paths: Iterable[str]) -> list[str]:
        return [str(self._folder / path) for path in paths]

    def desk(self) -> Path:
        self._folder.mkdir(parents=True, exist_ok=True)
        return self._folder

    def keep(self, paths: Iterable[str]) -> None:
        for path in paths:
            flush(self._folder / path)
            flush((self._folder / path).parent)

    def discard(self, paths: Iterable[str]) -> None:
        for path in paths:
            (self._folder / path).unlink(missing_ok=True)


class StoreFiles:
    """The files of a table in an object store: read and written through a folder of copies."""

    def __init__(self, store: fs.FileSystem, copies: Path) -> None:
        self._store = store
        self._copies = copies

    def readable(self, paths: Iterable[str]) -> list[str]:
        return [str(self._copy(path)) for path in paths]

    def desk(self) -> Path:
        self._copies.mkdir(parents=True, exist_ok=True)
        return self._copies

    def keep(self, paths: Iterable[str]) -> None:
        for path in paths:
            self._store.create_dir(str(Path(path).parent), recursive=True)
            fs.copy_files(str(self._copies / path), path, destination_filesystem=self._store)

    def discard(self, paths: Iterable[str]) -> None:
        for path in paths:
            (self._copies / path).unlink(missing_ok=True)

    def _copy(self, path: str) -> Path:
        copy = self._copies / path
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            partial = copy.with_name(f".{uuid.uuid4().hex}")
            fs.copy_files(path, str(partial), source_filesystem=self._store)
            partial.replace(copy)
        return copy


def table_files(root: LakeRoot, scope: TenantScope, table: str, copies: Path) -> TableFiles:
    """Return the files of one table; `copies` is used when the lake is in an object store."""
    address = root.address(scope, table)
    if root.is_folder:
        return FolderFiles(Path(address))
    return StoreFiles(root.object_store(address), copies / quote(address, safe=""))


def trim_copies(copies: Path, bytes_max: int) -> None:
    """Remove the copies least recently read until at most `bytes_max` bytes are left."""
    found = [(path.stat(), path) for path in copies.rglob("*.parquet")]
    left = sum(stat.st_size for stat, _ in found)
    for stat, path in sorted(found, key=lambda pair: pair[0].st_atime):
        if left <= bytes_max:
            return
        path.unlink(missing_ok=True)
        left -= stat.st_size


def flush(path: Path) -> None:
    """Have the system write a file or folder to the disk before anything relies on it."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
