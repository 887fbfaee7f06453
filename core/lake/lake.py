"""The lake of this process: where loads are committed, and where readers come from."""

from __future__ import annotations

from pathlib import Path
from threading import BoundedSemaphore, Lock
from typing import Self

from core.config import Settings
from core.domain.ids import OrgId
from core.domain.scope import TenantScope
from core.errors import NotFound
from core.lake import commit as commits
from core.lake.cache import AnswerCache
from core.lake.checks import Verdict
from core.lake.commit import Committed, Load, Publish
from core.lake.direct import DirectEngines
from core.lake.engine import Limits
from core.lake.location import LakeRoot
from core.lake.manifest import Manifest, ManifestSource
from core.lake.names import NameSource, NoNames, names_schema
from core.lake.reader import Reader
from core.lake.serving import Serving, ServingLimits
from core.lake.shelf import Shelf
from core.lake.sources import ParquetSource
from core.lake.staging import Staged
from core.lake.tables import Tables

_CACHE_BYTES = 64_000_000


class Lake:
    """Every organization's tables, and the answers to questions about them."""

    def __init__(
        self,
        root: LakeRoot,
        manifests: ManifestSource,
        names: NameSource | None = None,
        *,
        home: Path,
        file_names: NameSource | None = None,
        limits: ServingLimits | None = None,
        cache_bytes: int = _CACHE_BYTES,
    ) -> None:
        self.root = root
        self._manifests = manifests
        self._names = names or NoNames()
        self._home = home
        self._limits = limits or ServingLimits()
        self._cache = AnswerCache(cache_bytes)
        # More questions at once than this would only share the same cores and need more memory.
        self._gate = BoundedSemaphore(2 * self._limits.engine.threads)
        self._tables: dict[OrgId, Tables] = {}
        self._lock = Lock()
        self._serving: Serving | None = None
        self._direct = DirectEngines(self._names, self._limits.engine, home / "direct")
        self._named = DirectEngines(file_names or self._names, self._limits.engine, home / "named")

    @classmethod
    def from_settings(
        cls, settings: Settings, manifests: ManifestSource, file_names: NameSource | None = None
    ) -> Self:
        """Return the lake that the settings describe; files know `file_names`. Raises OurConfig."""
        engine = Limits(settings.serving_memory_mb, settings.serving_threads)
        limits = ServingLimits(engine, disk_mb=settings.serving_disk_gb * 1000)
        root = LakeRoot.from_settings(settings)
        home = settings.flightdeck_home
        return cls(root, manifests, home=home, file_names=file_names, limits=limits)

    @property
    def scratch(self) -> Path:
        """Return the folder for files that no step keeps: staging, downloads."""
        return self._home / "scratch"

    def tables(self, scope: TenantScope) -> Tables:
        """Return the tables of the scope's organization."""
        with self._lock:
            if scope.org_id not in self._tables:
                whole = TenantScope.for_job(scope.org_id)
                self._tables[scope.org_id] = Tables(self.root, whole, self._home / "lake-copies")
            return self._tables[scope.org_id]

    def shelf(self, scope: TenantScope) -> Shelf:
        """Return the finished files of the scope's organization."""
        return Shelf(self.root, scope)

    def commit(
        self,
        scope: TenantScope,
        staged: Staged,
        verdict: Verdict,
        load: Load,
        publish: Publish | None = None,
    ) -> Committed:
        """Replace the accepted days by the staged rows; see `core.lake.commit.commit`."""
        tables = self.tables(scope)
        return commits.commit(scope, tables, self._manifests, staged, verdict, load, publish)

    def reader(
        self, scope: TenantScope, generation: int | None = None, *, from_files: bool = False
    ) -> Reader:
        """Return a reader that pins the newest generation, or the one that is named.

        With `from_files` no serving copy is made or used: for a process that asks seldom.
        Raises NotFound for a generation that this organization does not have.
        """
        manifest = self._pinned(scope, generation)
        archive = ParquetSource(self.tables(scope), manifest, names_schema(scope))
        wants_view = manifest.generation and not from_files
        view = self._served().view(scope, manifest) if wants_view else None
        origin = view or self._direct.of(scope)
        return Reader(scope, manifest, origin, archive, self._cache, self._gate)

    def export_reader(self, scope: TenantScope, generation: int | None = None) -> Reader:
        """Return a reader straight from the files, to which things have their names of today.

        A question may then ask for `order_name` beside `order_id`. Raises as `reader`.
        """
        manifest = self._pinned(scope, generation)
        archive = ParquetSource(self.tables(scope), manifest, names_schema(scope))
        named = self._named.of(scope)
        return Reader(scope, manifest, named, archive, self._cache, self._gate)

    def prepare(self, scope: TenantScope) -> None:
        """Have the organization's serving copy made and up to date before returning."""
        self._served().prepare(scope)

    def drop(self, scope: TenantScope) -> None:
        """Delete the organization's tables, its serving copy and its answers."""
        if self._serving:
            self._serving.forget(scope)
        self._direct.forget(scope)
        self._named.forget(scope)
        self._cache.forget(scope.org_id)
        self.root.drop(scope)
        with self._lock:
            self._tables.pop(scope.org_id, None)

    def close(self) -> None:
        """Finish the work under way and close every file."""
        if self._serving:
            self._serving.close()

    def _pinned(self, scope: TenantScope, generation: int | None) -> Manifest:
        latest = self._manifests.latest(scope)
        if generation is None or generation == latest.generation:
            return latest
        if not 0 < generation < latest.generation:
            raise NotFound("That generation")
        return self._manifests.get(scope, generation)

    def _served(self) -> Serving:
        """Return the serving copies; their folder is taken when the first reader needs one."""
        with self._lock:
            if self._serving is None:
                self._serving = Serving(
                    self._home / "serving",
                    self._limits,
                    self._manifests,
                    self._names,
                    self.tables,
                )
            return self._serving
