"""A folder of this process alone, found again by the next one."""

from __future__ import annotations

import fcntl
import shutil
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Self


@dataclass(frozen=True)
class OwnFolder:
    """A folder held by a lock that ends with the process, however that ends."""

    path: Path
    _lock: IO[bytes]

    @classmethod
    def taken(cls, home: Path) -> Self:
        """Return a folder under `home` that no living process holds.

        The newest one left behind is taken over with what is in it; older ones are removed.
        """
        home.mkdir(parents=True, exist_ok=True)
        left = sorted(home.glob("*/lock"), key=lambda lock: lock.stat().st_mtime, reverse=True)
        free = [(lock.parent, handle) for lock in left if (handle := _locked(lock))]
        for folder, handle in free[1:]:
            shutil.rmtree(folder, ignore_errors=True)
            handle.close()
        if free:
            (free[0][0] / "lock").touch()
            return cls(*free[0])
        while True:
            folder = home / uuid.uuid4().hex
            folder.mkdir()
            (folder / "lock").touch()
            # Another process that starts now may take the folder before we lock it.
            if handle := _locked(folder / "lock"):
                return cls(folder, handle)

    def release(self) -> None:
        """Let the folder go; the next process may take it over."""
        self._lock.close()


def _locked(lock: Path) -> IO[bytes] | None:
    try:
        handle = lock.open("rb")
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    return handle
