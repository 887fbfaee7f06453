"""Upkeep of a lake: few files, and no file that nothing names any more.

Facts need no compaction: a load writes each month of an advertiser anew, so there is one file
of it. Revisions are only ever appended, a small file a load; they are put together here. Delta
makes its own checkpoints (one in twenty versions).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from core.domain.ids import LoadId
from core.domain.scope import TenantScope
from core.lake.engine import Limits, open_engine
from core.lake.manifest import Manifest, ManifestSource
from core.lake.parquet import scanned, written
from core.lake.schema import TABLES, FactTable, in_order
from core.lake.tables import Draft, LakeFile, Tables

FILES_MAX = 8
"""How many files one month of an advertiser's revisions may have before they are put together."""

GRACE_HOURS = 24.0
"""A file younger than this may belong to a load under way, or be open in a reader."""

_ENGINE = Limits(memory_mb=512)


@dataclass(frozen=True, slots=True)
class Upkeep:
    """What was done: files put together, and files removed, by table."""

    manifest: Manifest
    compacted: Mapping[str, int]


def compact(
    scope: TenantScope,
    tables: Tables,
    manifests: ManifestSource,
    *,
    load_id: LoadId,
    at: datetime,
    scratch: Path,
    files_max: int = FILES_MAX,
) -> Upkeep:
    """Put small files of revisions together as a generation of its own; it changes no answer.

    Nothing to do appends nothing. Raises StaleGeneration when a load came first (the next
    upkeep does it), LakeFull, LakeDamaged.
    """
    base = manifests.latest(scope)
    compacted: dict[str, int] = {}
    versions = dict(base.versions)
    for table in TABLES.values():
        version = base.versions.get(table.revisions)
        if version is None or not _crowded(
            tables.pinned(table.revisions, version).files, files_max
        ):
            continue
        draft = tables.draft(table.revisions, version, ())
        crowded = _crowded(draft.present, files_max)
        versions[table.revisions] = _rewritten(table, draft, crowded, load_id, at, scratch)
        compacted[table.revisions] = len(crowded)
    if not compacted:
        return Upkeep(base, {})
    manifest = replace(
        base,
        generation=base.generation + 1,
        load_id=load_id,
        at=max(at, base.at + timedelta(microseconds=1)),
        versions=versions,
        dataset=None,
        replaced=(),
    )
    manifests.append(scope, manifest)
    return Upkeep(manifest, compacted)


def sweep(
    tables: Tables, pinned: Iterable[Manifest], *, grace_hours: float = GRACE_HOURS
) -> dict[str, int]:
    """Delete files that none of the manifests name; return how many, by table.

    `pinned` are the manifests somebody still reads, the newest among them.
    """
    kept: dict[str, set[int]] = {}
    for manifest in pinned:
        for name, version in manifest.versions.items():
            kept.setdefault(name, set()).add(version)
    return {name: tables.swept(name, versions, grace_hours) for name, versions in kept.items()}


def _crowded(files: Iterable[LakeFile], files_max: int) -> tuple[LakeFile, ...]:
    """Return the files of every month of an advertiser that has more than `files_max`."""
    months: dict[tuple[str, str], list[LakeFile]] = {}
    for file in files:
        months.setdefault((file.advertiser_id, file.month), []).append(file)
    return tuple(f for group in months.values() if len(group) > files_max for f in group)


def _rewritten(
    table: FactTable,
    draft: Draft,
    crowded: tuple[LakeFile, ...],
    load_id: LoadId,
    at: datetime,
    scratch: Path,
) -> int:
    columns = table.revision_columns(in_order(table.dataset, draft.columns))
    con = open_engine(None, _ENGINE, scratch / "upkeep")
    try:
        rows = f"SELECT * FROM {scanned(crowded, draft.files, columns, draft.columns)}"
        files = written(con, rows, {}, columns, draft.files)
    finally:
        con.close()
    return draft.commit(files, crowded, load_id=load_id, at=at)
