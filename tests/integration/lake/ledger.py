"""A small real list of manifests on SQLite, as the lake asks the store for one."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from core.domain.ids import LoadId
from core.domain.scope import TenantScope
from core.errors import NotFound
from core.lake.manifest import Manifest, StaleGeneration

_TABLE = """
create table if not exists manifest (
  org_id text, generation integer, load_id text, at text, versions text, detail text,
  primary key (org_id, generation), unique (org_id, load_id))
"""


class SqliteManifests:
    """Generations of every organization in one SQLite file; safe between processes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        with self._open() as db:
            db.execute(_TABLE)

    def latest(self, scope: TenantScope) -> Manifest:
        found = self._read(scope, "order by generation desc limit 1")
        return found[0] if found else Manifest.empty(scope.org_id)

    def get(self, scope: TenantScope, generation: int) -> Manifest:
        found = self._read(scope, "and generation = ?", generation)
        if not found:
            raise NotFound("That generation")
        return found[0]

    def of_load(self, scope: TenantScope, load_id: LoadId) -> Manifest | None:
        found = self._read(scope, "and load_id = ?", load_id)
        return found[0] if found else None

    def after(self, scope: TenantScope, generation: int) -> Sequence[Manifest]:
        return self._read(scope, "and generation > ? order by generation", generation)

    def append(self, scope: TenantScope, manifest: Manifest) -> None:
        row = (
            scope.org_id,
            manifest.generation,
            manifest.load_id,
            manifest.at.isoformat(),
            json.dumps(dict(manifest.versions)),
            json.dumps(manifest.detail),
        )
        try:
            with self._open() as db:
                db.execute("insert into manifest values (?, ?, ?, ?, ?, ?)", row)
        except sqlite3.IntegrityError as error:
            raise StaleGeneration(str(error)) from None

    def _read(self, scope: TenantScope, rest: str, *values: Any) -> list[Manifest]:
        with self._open() as db:
            rows = db.execute(
                f"select * from manifest where org_id = ? {rest}", (scope.org_id, *values)
            ).fetchall()
        db.close()
        return [
            Manifest.stored(
                org_id=org,
                generation=generation,
                load_id=load_id,
                at=datetime.fromisoformat(at),
                versions=json.loads(versions),
                detail=json.loads(detail),
            )
            for org, generation, load_id, at, versions, detail in rows
        ]

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=30)
