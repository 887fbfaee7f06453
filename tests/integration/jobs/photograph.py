"""A rig as it stood, on SQLite, put up again for every test that begins there."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from tests.integration.jobs.rig import Rig


@dataclass
class Photograph:
    """A rig as it stood: its database, its home, the hour; taken once, put up again often."""

    folder: Path
    advertiser_id: str = ""
    taken_at: datetime | None = None

    def take(self, rig: Rig, advertiser_id: str) -> None:
        with closing(_file(rig)) as live, closing(sqlite3.connect(self.folder / "db")) as kept:
            live.backup(kept)
        shutil.copytree(rig.home, self.folder / "home")
        self.advertiser_id, self.taken_at = advertiser_id, rig.now

    def put_up(self, rig: Rig) -> None:
        with closing(_file(rig)) as live, closing(sqlite3.connect(self.folder / "db")) as kept:
            kept.backup(live)
        shutil.copytree(self.folder / "home", rig.home, dirs_exist_ok=True)
        rig.sandbox.control("clock", {"now": f"{self.taken_at}", "rate": 0})


def _file(rig: Rig) -> sqlite3.Connection:
    return sqlite3.connect(rig.database.address.removeprefix("sqlite:///"))
