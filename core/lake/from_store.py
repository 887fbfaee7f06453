"""The organization's list of manifests, kept in the store."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.ids import LoadId
from core.domain.scope import TenantScope
from core.lake.manifest import Manifest, StaleGeneration
from core.store.doors import Tenant
from core.store.ingest.manifests import StoredManifest
from core.store.store import Store


class StoredManifests:
    """Manifests as rows of the store; each call is a transaction of its own."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def latest(self, scope: TenantScope) -> Manifest:
        with self._store.reading(scope) as tenant:
            found = tenant.manifests.latest()
        return Manifest.empty(scope.org_id) if found is None else _read(found)

    def get(self, scope: TenantScope, generation: int) -> Manifest:
        with self._store.reading(scope) as tenant:
            return _read(tenant.manifests.get(generation))

    def of_load(self, scope: TenantScope, load_id: LoadId) -> Manifest | None:
        with self._store.reading(scope) as tenant:
            found = tenant.manifests.of_load(load_id)
        return None if found is None else _read(found)

    def after(self, scope: TenantScope, generation: int) -> Sequence[Manifest]:
        with self._store.reading(scope) as tenant:
            return [_read(found) for found in tenant.manifests.after(generation)]

    def append(self, scope: TenantScope, manifest: Manifest) -> None:
        with self._store.writing(scope) as tenant:
            append_manifest(tenant, manifest)


def append_manifest(tenant: Tenant, manifest: Manifest) -> None:
    """Append a generation inside the caller's transaction, with whatever else belongs to it.

    Raises StaleGeneration when its number is taken; the caller's transaction then ends.
    """
    kept = tenant.manifests.append(
        StoredManifest(
            org_id=manifest.org_id,
            generation=manifest.generation,
            load_id=manifest.load_id,
            at=manifest.at,
            versions=manifest.versions,
            detail=manifest.detail,
        )
    )
    if not kept:
        raise StaleGeneration(f"generation {manifest.generation} was appended by another load")


def _read(found: StoredManifest) -> Manifest:
    return Manifest.stored(
        org_id=found.org_id,
        generation=found.generation,
        load_id=found.load_id,
        at=found.at,
        versions=found.versions,
        detail=found.detail,
    )
