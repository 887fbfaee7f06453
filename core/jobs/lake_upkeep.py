"""Keeping one organization's lake small: few files, and none that nobody can ask for any more."""

from __future__ import annotations

import logging
from datetime import timedelta

from core.clock import SystemClock
from core.domain.ids import LoadId
from core.jobs.background import Again, Background
from core.jobs.file_jobs import DRAWER
from core.lake.manifest import StaleGeneration
from core.lake.stored_manifests import StoredManifests
from core.lake.upkeep import compact, sweep
from core.security.tokens import new_id
from core.store.work.jobs import ClaimedJob

# A page may read an older generation than the newest for as long as its session lasts.
PINNED = timedelta(days=2)
FETCHED_WITHIN = timedelta(days=2)
"""So long a file that somebody asked for waits to be fetched."""

_log = logging.getLogger(__name__)


def keep_lake(parts: Background, job: ClaimedJob) -> Again | None:
    """Put small files together, forget generations older than two days, and drop their files."""
    assert job.scope is not None
    scope, now = job.scope, parts.clock.now()
    manifests = StoredManifests(parts.store)
    tables = parts.lake.tables(scope)
    try:
        done = compact(
            scope,
            tables,
            manifests,
            load_id=LoadId(new_id("load")),
            at=now,
            scratch=parts.lake.scratch,
        )
        _log.info("put together: %s", dict(done.compacted))
    except StaleGeneration:
        _log.info("a load came first; the next upkeep puts the files together")
    with parts.store.writing(scope) as tenant:
        last = tenant.manifests.at(now - PINNED)
        if last is not None:
            tenant.manifests.forget_before(last.generation)
    kept = manifests.after(scope, 0)
    if kept:
        _log.info("removed files: %s", sweep(tables, kept))
    # The times of files are the machine's own, whatever clock the product follows.
    oldest = SystemClock().now() - FETCHED_WITHIN
    _log.info("removed %d fetched files", parts.lake.shelf(scope).remove_before(DRAWER, oldest))
    return None
