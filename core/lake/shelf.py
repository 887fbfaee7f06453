"""The shelf of an organization: finished files beside its tables, where every process finds them.

The background makes a file and puts it here; the web gives it out. A file is at its place whole or
not at all, and goes with the organization.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pyarrow import fs

from core.domain.scope import TenantScope
from core.errors import Defect, NotFound
from core.lake.engine import told
from core.lake.files import flush
from core.lake.location import LakeRoot

_PLACE = re.compile(r"[a-z]{1,20}/[A-Za-z0-9_-]{1,80}/[A-Za-z0-9][A-Za-z0-9._ -]{0,99}")
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Shelved:
    """A file on the shelf: its place, length in bytes, and SHA-256 in hex."""

    place: str
    bytes: int
    sha256: str


class Shelf:
    """The files of one organization by place: `<drawer>/<id>/<name>`."""

    def __init__(self, root: LakeRoot, scope: TenantScope) -> None:
        address = root.address(scope, "files")
        if root.is_folder:
            Path(address).mkdir(parents=True, exist_ok=True)
            self._store: fs.FileSystem = fs.SubTreeFileSystem(address, fs.LocalFileSystem())
            self._folder: Path | None = Path(address)
        else:
            self._store, self._folder = root.object_store(address), None

    def put(self, place: str, made: Path) -> Shelved:
        """Put a finished file at its place, in the stead of what was there. Raises LakeFull."""
        _require(place)
        digest, count = hashlib.sha256(), 0
        beside = f"{place.rpartition('/')[0]}/.{uuid.uuid4().hex}"
        self._store.create_dir(place.rpartition("/")[0], recursive=True)
        try:
            with told("a finished file"), made.open("rb") as source:
                with self._store.open_output_stream(beside) as target:
                    while chunk := source.read(_CHUNK):
                        digest.update(chunk)
                        count += len(chunk)
                        target.write(chunk)
                if self._folder is not None:
                    flush(self._folder / beside)
                self._store.move(beside, place)
        except BaseException:  # house: broad_catches_only_in_frames (raised again)
            with suppress(OSError):
                self._store.delete_file(beside)
            raise
        return Shelved(place, count, digest.hexdigest())

    def open(self, place: str) -> BinaryIO:
        """Return the file, open for reading; close it. Raises NotFound when it is not there."""
        _require(place)
        try:
            found: BinaryIO = self._store.open_input_stream(place, compression=None)
        except FileNotFoundError:
            raise NotFound("The file") from None
        return found

    def read(self, place: str) -> bytes:
        """Return what a file holds. Raises as `open`."""
        with self.open(place) as file:
            return file.read()

    def remove_before(self, drawer: str, oldest: datetime) -> int:
        """Remove the files of a drawer that were put there earlier; return how many."""
        old = [info.path for info in self._files(drawer) if info.mtime < oldest]
        for path in old:
            self._store.delete_file(path)
        return len(old)

    def _files(self, drawer: str) -> Iterator[fs.FileInfo]:
        wanted = fs.FileSelector(drawer, recursive=True, allow_not_found=True)
        return (one for one in self._store.get_file_info(wanted) if one.is_file)


def _require(place: str) -> None:
    if not _PLACE.fullmatch(place):
        raise Defect(f"{place!r} is no place on a shelf")
