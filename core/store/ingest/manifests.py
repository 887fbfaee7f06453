"""The lake's manifests: which table versions are the truth, generation by generation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete

from core.domain.ids import LoadId, OrgId
from core.errors import NotFound
from core.store.schema import load_manifest
from core.store.scoped import Scoped
from core.store.transaction import picked


@dataclass(frozen=True, slots=True)
class StoredManifest:
    """One generation: table name → version, and what the load replaced (the lake's own JSON)."""

    org_id: OrgId
    generation: int
    load_id: LoadId
    at: datetime
    versions: Mapping[str, int]
    detail: Mapping[str, Any] | None


class Manifests(Scoped):
    """The manifests of one organization. Appending one makes a load visible, all at once."""

    def append(self, manifest: StoredManifest) -> bool:
        """Keep the next generation; return False, keeping nothing, when its number is taken.

        The same load is not kept twice either. Raises NotFound for another organization's.
        """
        if manifest.org_id != self.scope.org_id:
            raise NotFound("The organization")
        row = {name: getattr(manifest, name) for name in StoredManifest.__slots__}
        row["versions"] = dict(manifest.versions)
        return self.tx.insert_absent(load_manifest, self.own(load_manifest, **row))

    def latest(self) -> StoredManifest | None:
        """Return the newest generation, or None before the first load."""
        query = picked(load_manifest, StoredManifest).where(self.mine(load_manifest))
        newest = query.order_by(load_manifest.c.generation.desc()).limit(1)
        return self.tx.one(newest, StoredManifest)

    def get(self, generation: int) -> StoredManifest:
        """Return one generation. Raises NotFound."""
        found = self._one(load_manifest.c.generation == generation)
        if found is None:
            raise NotFound("The generation")
        return found

    def of_load(self, load_id: str) -> StoredManifest | None:
        """Return the generation that a load made, or None when it made none."""
        return self._one(load_manifest.c.load_id == load_id)

    def after(self, generation: int) -> list[StoredManifest]:
        """Return the generations newer than one, oldest first."""
        newer = self.mine(load_manifest) & (load_manifest.c.generation > generation)
        query = picked(load_manifest, StoredManifest).where(newer)
        return self.tx.many(query.order_by(load_manifest.c.generation), StoredManifest)

    def at(self, instant: datetime) -> StoredManifest | None:
        """Return the generation that was the truth at an instant, or None before the first."""
        then = self.mine(load_manifest) & (load_manifest.c.at <= instant)
        query = picked(load_manifest, StoredManifest).where(then)
        newest = query.order_by(load_manifest.c.generation.desc()).limit(1)
        return self.tx.one(newest, StoredManifest)

    def forget_before(self, generation: int) -> int:
        """Remove generations older than one; return how many. Their table versions may go."""
        self.require_job()
        older = self.mine(load_manifest) & (load_manifest.c.generation < generation)
        return self.tx.run(delete(load_manifest).where(older))

    def _one(self, condition: ColumnElement[bool]) -> StoredManifest | None:
        query = picked(load_manifest, StoredManifest).where(self.mine(load_manifest), condition)
        return self.tx.one(query, StoredManifest)
