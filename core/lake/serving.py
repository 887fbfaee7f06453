"""The serving copies of a process: one for each organization, made and moved in the background.

A copy is a file, and only one process may have it open; so each process has a folder of its
own, held by a lock that the system lets go when the process ends. A folder whose lock is free
was left behind: the newest one is taken over, copies and all, the others are removed.
"""

from __future__ import annotations

import logging
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Lock

import duckdb

from core.domain.ids import OrgId
from core.domain.scope import TenantScope
from core.errors import AppError
from core.lake import cube as cubes
from core.lake.cube import Cube
from core.lake.cube_answers import Labels
from core.lake.engine import LakeFull, Limits
from core.lake.manifest import Manifest, ManifestSource
from core.lake.names import Attributes, NameSource, names_schema
from core.lake.own_folder import OwnFolder
from core.lake.served import ROLLUP, ServedCopy, Snapshot
from core.lake.tables import Tables

_LOG = logging.getLogger(__name__)
_MEGABYTE = 1_000_000
_COPY_TO_PARQUET = 1.7
"""A copy is this many times larger than its Parquet files (measured on ten million rows)."""


@dataclass(frozen=True, slots=True)
class ServingLimits:
    """What all the copies of a process may take together."""

    engine: Limits = field(default_factory=Limits)
    disk_mb: int = 20_000
    cube_mb: int = 256
    open_max: int = 8
    idle_seconds: float = 24 * 3600.0
    patience_seconds: float = 1.0
    """How long a reader waits for a copy that is being moved to the newest generation."""

    retry_seconds: float = 30.0


@dataclass(frozen=True, slots=True)
class View:
    """What a reader answers from: one snapshot, and what is kept in memory beside it."""

    snapshot: Snapshot
    attributes: Attributes
    cube: Cube | None
    labels: Labels | None
    currencies: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class _Named:
    """What is kept in memory of one schema of names."""

    attributes: Attributes
    labels: Labels


@dataclass(eq=False)
class _Held:
    """One organization's copy, what is kept beside it, and the work under way for it.

    `named` and `work` are by schema of names: what one reader waits for is its own.
    """

    org_id: OrgId
    copy: ServedCopy | None = None
    cube: Cube | None = None
    currencies: tuple[int, frozenset[str]] = (0, frozenset())
    named: dict[str, _Named] = field(default_factory=dict)
    work: dict[str, Future[None]] = field(default_factory=dict)
    used_at: float = 0.0
    failed_at: float = float("-inf")


class Serving:
    """Serving copies up to the limits. Threads share it; the work is done by one of its own."""

    def __init__(
        self,
        home: Path,
        limits: ServingLimits,
        manifests: ManifestSource,
        names: NameSource,
        tables_of: Callable[[TenantScope], Tables],
    ) -> None:
        self._folder = OwnFolder.taken(home)
        self._limits = limits
        self._manifests = manifests
        self._names = names
        self._tables_of = tables_of
        self._held: OrderedDict[OrgId, _Held] = OrderedDict()
        self._lock = Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="lake-serving")

    def view(self, scope: TenantScope, manifest: Manifest) -> View | None:
        """Return a view of `manifest`'s generation; None while the copy does not hold it.

        A missing or older copy is made or moved in the background. A copy that is only being
        moved is waited for, as long as `patience_seconds`; one that is made is not.
        """
        held = self._touched(scope)
        try:
            if not self._is_current(held, scope, manifest):
                is_moving = held.copy is not None
                work = self._soon(held, scope)
                if is_moving and work is not None:
                    _wait(work, self._limits.patience_seconds)
            return self._seen(held, scope, manifest)
        except duckdb.ConnectionException:
            return None  # the copy was let go at this very moment

    def prepare(self, scope: TenantScope) -> None:
        """Have the organization's copy made or moved, and wait until it is.

        Raises what made it impossible.
        """
        held = self._touched(scope)
        held.failed_at = float("-inf")
        work = self._soon(held, scope)
        if work is not None:
            work.result()

    def forget(self, scope: TenantScope) -> None:
        """Remove the organization's copy."""
        with self._lock:
            held = self._held.pop(scope.org_id, None)
        if held is not None:
            # After the work under way, which may still be making the copy.
            self._worker.submit(self._drop, held).result()

    def close(self) -> None:
        """Finish the work under way, close every copy and let the folder go."""
        self._worker.shutdown(wait=True, cancel_futures=True)
        for held in self._held.values():
            if held.copy:
                held.copy.close()
        self._held.clear()
        self._folder.release()

    def _touched(self, scope: TenantScope) -> _Held:
        with self._lock:
            held = self._held.setdefault(scope.org_id, _Held(scope.org_id))
            self._held.move_to_end(scope.org_id)
            held.used_at = time.monotonic()
            return held

    def _is_current(self, held: _Held, scope: TenantScope, manifest: Manifest) -> bool:
        if held.copy is None or held.copy.generation != manifest.generation:
            return False
        schema = names_schema(scope)
        return held.copy.names_generation(schema) == self._names.generation(scope)

    def _soon(self, held: _Held, scope: TenantScope) -> Future[None] | None:
        """Return the work that brings the copy up to date; None when it failed a moment ago."""
        schema = names_schema(scope)
        with self._lock:
            work = held.work.get(schema)
            if work is not None and not work.done():
                return work
            if time.monotonic() - held.failed_at < self._limits.retry_seconds:
                return None
            held.work[schema] = self._worker.submit(self._bring, held, scope)
            return held.work[schema]

    def _seen(self, held: _Held, scope: TenantScope, manifest: Manifest) -> View | None:
        schema, copy, cube = names_schema(scope), held.copy, held.cube
        snapshot = copy.snapshot(manifest, schema) if copy else None
        named = held.named.get(schema)
        if snapshot is None or named is None:
            return None
        generation, currencies = held.currencies
        has_labels = named.labels.generation == snapshot.names_generation
        return View(
            snapshot,
            named.attributes,
            cube if cube and cube.generation == manifest.generation else None,
            named.labels if has_labels else None,
            currencies if generation == manifest.generation else None,
        )

    def _bring(self, held: _Held, scope: TenantScope) -> None:
        """Make or move one copy; on failure what it held stays and the reason is logged."""
        try:
            self._move(held, scope)
        except (AppError, duckdb.Error, OSError) as error:
            held.failed_at = time.monotonic()
            _LOG.warning("The serving copy of %s is not up to date: %s", held.org_id, error)
            if not isinstance(error, AppError):
                self._drop(held)
            raise

    def _move(self, held: _Held, scope: TenantScope) -> None:
        copy = held.copy or self._open(held, scope)
        manifest = self._manifests.latest(scope)
        generation = copy.generation
        if generation == 0:
            self._require_room(scope, manifest)
        if generation != manifest.generation:
            copy.advance(manifest, self._manifests.after(scope, generation))
        self._name(held, copy, scope)
        if held.cube is None or held.cube.generation != manifest.generation:
            held.currencies = (manifest.generation, copy.currencies())
            room = self._room_for_cube(held)
            held.cube = cubes.build(copy.cursor(), ROLLUP, manifest.generation, room)
        self._trim()

    def _name(self, held: _Held, copy: ServedCopy, scope: TenantScope) -> None:
        schema, wanted = names_schema(scope), self._names.generation(scope)
        if copy.names_generation(schema) == wanted and schema in held.named:
            return
        attributes = copy.rename(schema, wanted, self._names.tables(scope))
        held.named[schema] = _Named(attributes, Labels.read(copy.cursor(), schema, wanted))

    def _require_room(self, scope: TenantScope, manifest: Manifest) -> None:
        """Refuse to make a copy that would take more than all the copies may."""
        tables = self._tables_of(scope)
        held = (tables.pinned(name, version) for name, version in manifest.versions.items())
        size = sum(file.bytes for pinned in held for file in pinned.files)
        if size * _COPY_TO_PARQUET > self._limits.disk_mb * _MEGABYTE:
            raise LakeFull(
                f"The serving copy of {scope.org_id} would take about "
                f"{size * _COPY_TO_PARQUET / 1e9:.1f} GB. Raise SERVING_DISK_GB; until then its "
                "pages are answered from the Parquet files, more slowly."
            )

    def _open(self, held: _Held, scope: TenantScope) -> ServedCopy:
        path = self._folder.path / f"{held.org_id}.duckdb"
        tables = self._tables_of(scope)
        try:
            copy = ServedCopy(path, self._share(1), tables)
        except (AppError, duckdb.Error):
            # What a killed process left half written cannot be trusted; the lake can.
            for file in path.parent.glob(f"{path.name}*"):
                file.unlink(missing_ok=True)
            copy = ServedCopy(path, self._share(1), tables)
        held.copy = copy
        self._balance()
        return copy

    def _drop(self, held: _Held) -> None:
        if held.copy:
            held.copy.delete()
        held.copy, held.cube = None, None
        held.named.clear()

    def _share(self, more: int = 0) -> Limits:
        """Return one copy's part of the memory."""
        with self._lock:
            count = sum(1 for held in self._held.values() if held.copy) + more
        return replace(
            self._limits.engine, memory_mb=self._limits.engine.memory_mb // max(count, 1)
        )

    def _balance(self) -> None:
        share = self._share()
        with self._lock:
            copies = [held.copy for held in self._held.values() if held.copy]
        for copy in copies:
            copy.limit(share)

    def _room_for_cube(self, wanting: _Held) -> int:
        """Return how many bytes a cube may take; the cubes used longest ago make room."""
        room = self._limits.cube_mb * _MEGABYTE
        with self._lock:
            others = [h for h in reversed(self._held.values()) if h is not wanting and h.cube]
        for held in others:
            if held.cube and held.cube.bytes <= room // 2:
                room -= held.cube.bytes
            else:
                held.cube = None
        return room

    def _trim(self) -> None:
        """Close copies that are idle or too many, and remove files beyond the disk's limit."""
        now = time.monotonic()
        with self._lock:
            open_ones = [held for held in self._held.values() if held.copy]
            surplus = len(open_ones) - self._limits.open_max
            stale = [
                held
                for number, held in enumerate(open_ones)
                if number < surplus or now - held.used_at > self._limits.idle_seconds
            ]
            size = sum(held.copy.bytes for held in open_ones if held.copy)
            for held in open_ones[:-1]:
                if size <= self._limits.disk_mb * _MEGABYTE:
                    break
                size -= held.copy.bytes if held.copy else 0
                stale.append(held)
        for held in set(stale):
            self._drop(held)
        self._balance()


def _wait(work: Future[None], seconds: float) -> None:
    try:
        work.result(timeout=seconds)
    except (NotYet, AppError, duckdb.Error, OSError):
        return
