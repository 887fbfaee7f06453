"""An organization's manifests, as the store keeps them for every reader and writer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from core.domain.ids import LoadId
from core.domain.scope import TenantScope
from core.lake.manifest import Manifest, StaleGeneration
from core.store.doors import Tenant
from core.store.ingest.manifests import StoredManifest
from core.store.store import Store


@dataclass(frozen=True, slots=True)
class StoredManifests:
    """`core.lake.manifest.ManifestSource` over the store."""

    store: Store

    def latest(self, scope: TenantScope) -> Manifest:
        """Return the newest generation; `Manifest.empty` when nothing was loaded yet."""
        with self.store.reading(scope) as tenant:
            found = tenant.manifests.latest()
        return Manifest.empty(scope.org_id) if found is None else _manifest(found)

    def get(self, scope: TenantScope, generation: int) -> Manifest:
        """Return one generation. Raises NotFound."""
        if generation == 0:
            return Manifest.empty(scope.org_id)
        with self.store.reading(scope) as tenant:
            return _manifest(tenant.manifests.get(generation))

    def of_load(self, scope: TenantScope, load_id: LoadId) -> Manifest | None:
        """Return the generation that a load made, or None when it made none."""
        with self.store.reading(scope) as tenant:
            found = tenant.manifests.of_load(load_id)
        return None if found is None else _manifest(found)

    def after(self, scope: TenantScope, generation: int) -> Sequence[Manifest]:
        """Return every generation newer than `generation`, oldest first."""
        with self.store.reading(scope) as tenant:
            return [_manifest(found) for found in tenant.manifests.after(generation)]

    def append(self, scope: TenantScope, manifest: Manifest) -> None:
        """Store the next generation. Raises StaleGeneration when its number is taken."""
        with self.store.writing(scope) as tenant:
            append(tenant, manifest)


def append(tenant: Tenant, manifest: Manifest) -> None:
    """Store the next generation with whatever else the transaction writes.

    Raises StaleGeneration when its number is taken; the transaction must then not be kept.
    """
    row = StoredManifest(
        org_id=manifest.org_id,
        generation=manifest.generation,
        load_id=manifest.load_id,
        at=manifest.at,
        versions=manifest.versions,
        detail=manifest.detail,
    )
    if not tenant.manifests.append(row):
        raise StaleGeneration(f"generation {manifest.generation} was appended by another load")


def _manifest(found: StoredManifest) -> Manifest:
    return Manifest.stored(
        org_id=found.org_id,
        generation=found.generation,
        load_id=found.load_id,
        at=found.at,
        versions=found.versions,
        detail=found.detail,
    )
