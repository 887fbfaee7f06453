"""Cleaning up: what ended long ago, what deleted organizations left, files of reports long done."""

from __future__ import annotations

import logging
from datetime import timedelta

from core.clock import SystemClock
from core.domain.scope import TenantScope
from core.jobs.background import Again, Background
from core.store.work.jobs import ClaimedJob

SILENT_PROCESS = timedelta(hours=1)
FORGOTTEN_FILE = timedelta(days=2)
_log = logging.getLogger(__name__)


def clean_up(parts: Background, job: ClaimedJob) -> Again | None:
    """Remove what nobody needs any more, over all organizations."""
    now = parts.clock.now()
    with parts.store.system() as system:
        removed = system.upkeep.remove_ended(now)
        removed["heartbeat"] = system.heartbeats.remove_silent(SILENT_PROCESS)
        deleted = system.organizations.deleted()
    for org_id in deleted:
        # The lake goes first: once the rows are gone, nothing would find it again.
        parts.lake.drop(TenantScope.for_job(org_id))
        with parts.store.system() as system:
            system.organizations.purge(org_id)
    removed["file"] = _remove_files(parts)
    _log.info("removed: %s; organizations: %d", removed, len(deleted))
    return None


def _remove_files(parts: Background) -> int:
    """Remove files of reports that no request has touched for days; return how many."""
    # The times of files are the machine's own, whatever clock the product follows.
    oldest = (SystemClock().now() - FORGOTTEN_FILE).timestamp()
    if not parts.files.is_dir():
        return 0
    old = [f for f in parts.files.iterdir() if f.is_file() and f.stat().st_mtime < oldest]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)
