"""What lies behind a connection: looked at when it is linked, and once a day from then on."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from core.amazon import accounts
from core.amazon.http import Unauthorized, is_out_of_reach
from core.amazon.link import AmazonLink
from core.domain.connections import Status
from core.domain.scope import TenantScope
from core.errors import Refused
from core.jobs import kinds
from core.jobs.background import Again, Background
from core.jobs.findings import Findings
from core.jobs.recurring import put_standing
from core.store.accounts.connections import Connection
from core.store.doors import Tenant
from core.store.work.jobs import ClaimedJob

T = TypeVar("T")
SPREAD = timedelta(minutes=30)
_log = logging.getLogger(__name__)


def discover(parts: Background, job: ClaimedJob) -> Again | None:
    """Look what a connection reaches, keep it, and let planning begin for what is kept.

    Profiles are needed; what else a grant does not reach counts as absent. A 401 that names no
    account may pass, so the job is tried again before it counts so. Raises NotFound for a
    connection that is gone, and what the calls raise.
    """
    assert job.scope is not None
    scope = job.scope
    with parts.store.reading(scope) as tenant:
        connection = tenant.connections.get(str(job.payload["connection_id"]))
    if not connection.status.is_usable:
        return None
    found = _look(parts, scope, connection, _Progress(parts, job))
    with parts.store.writing(scope) as tenant:
        found.keep(tenant, parts.clock.now())
        _merge_twins(tenant, connection)
    put_standing(parts)
    _begin(parts, scope)
    return None


def discover_all(parts: Background, job: ClaimedJob) -> Again | None:
    """Add one discovery for each connection that works, spread over half an hour."""
    assert job.scope is not None
    now = parts.clock.now()
    with parts.store.writing(job.scope) as tenant:
        for connection in tenant.connections.all():
            if connection.status.is_usable:
                later = now + SPREAD * parts.jitter()
                payload = {"connection_id": connection.id}
                tenant.jobs.enqueue(kinds.DISCOVER.job(later, payload, key=connection.id), now)
    return None


@dataclass(frozen=True, slots=True)
class _Progress:
    parts: Background
    job: ClaimedJob

    def show(self, step: str, done: int = 0, of: int = 0) -> None:
        with self.parts.store.system() as system:
            system.jobs.set_progress(self.job, {"step": step, "done": done, "of": of})


def _look(
    parts: Background, scope: TenantScope, connection: Connection, progress: _Progress
) -> Findings:
    link = parts.link(scope, connection.id, connection.region)
    progress.show("profiles")
    profiles = accounts.profiles(link)
    progress.show("manager accounts")

    def reached(ask: Callable[[], list[T]]) -> list[T]:
        return _reached(ask, is_last=progress.job.attempt >= progress.job.attempts_max)

    managers = reached(lambda: accounts.manager_accounts(link))
    advertisers = {}
    dsp = [profile for profile in profiles if profile.is_dsp]
    for done, profile in enumerate(dsp):
        progress.show("advertisers", done, len(dsp))
        advertisers[profile.profile_id] = reached(_advertisers(link, profile.profile_id))
    progress.show("sponsored accounts")
    return Findings(
        connection_id=connection.id,
        region=connection.region,
        profiles=profiles,
        managers=managers,
        advertisers=advertisers,
        sponsored=reached(lambda: accounts.sponsored_accounts(link)),
        unified=reached(lambda: accounts.advertiser_accounts(link)),
    )


def _advertisers(link: AmazonLink, profile_id: str) -> Callable[[], list[accounts.DspAdvertiser]]:
    return lambda: accounts.dsp_advertisers(link, profile_id)


def _reached(ask: Callable[[], list[T]], *, is_last: bool) -> list[T]:
    """Return what is there; nothing where the grant does not reach.

    Raises Unauthorized for one that may pass, but for the last attempt.
    """
    try:
        return ask()
    except Refused as closed:
        if isinstance(closed, Unauthorized) and not (is_last or is_out_of_reach(closed)):
            raise
        _log.info("not reached: %s", closed)
        return []


def _merge_twins(tenant: Tenant, connection: Connection) -> None:
    """Make one row of links of the same grant: the one that was linked last stays."""
    linked = {c.id: c for c in tenant.connections.all() if c.status is not Status.DISCONNECTED}
    twins = [linked[twin] for twin in tenant.connections.twins(connection.id)]
    if not twins:
        return
    family = sorted([connection, *twins], key=lambda c: c.linked_at)
    newest = family[-1]
    for older in family[:-1]:
        tenant.connections.merge(older.id, newest.id)
        _log.info("connections %s and %s are one grant", older.id, newest.id)


def _begin(parts: Background, scope: TenantScope) -> None:
    """Let what is kept be looked at and planned at once, what was refused before as well."""
    now = parts.clock.now()
    with parts.store.writing(scope) as tenant:
        if tenant.advertisers.kept():
            tenant.jobs.enqueue(kinds.SNAPSHOT.job(now), now)
            refused = kinds.SNAPSHOT.job(now, {"refused": True}, key="refused")
            tenant.jobs.enqueue(refused, now)
            tenant.jobs.enqueue(kinds.PLAN.job(now), now)
