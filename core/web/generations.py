"""Which generation of reports a connection is read by, and what must be known before it changes.

The unified reports are offered only where a shadow run has found them equal to version 3's in the
base facts of every advertiser that is kept through the connection.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.connections import Adapter, SyncState
from core.domain.job_kinds import JobKind
from core.domain.roles import Action
from core.domain.scope import TenantScope
from core.errors import UserError
from core.insight.comparing import Outcome, lacking, outcome
from core.store.doors import Tenant
from core.store.work.jobs import NewJob
from core.web.account_cards import Card
from core.web.services import Services


@dataclass(frozen=True, slots=True)
class Standing:
    """How the two generations stand to each other on one connection.

    `lacking` counts the kept advertisers that speak against the unified reports or have not been
    compared; they are offered when there is none (`is_offered`).
    """

    adapter: Adapter
    told: Outcome
    lacking: int
    comparing: int

    @property
    def is_offered(self) -> bool:
        """Return whether the connection may be switched to the unified reports."""
        return self.adapter is Adapter.V3 and not self.lacking and bool(self.told.equal)


def standing(card: Card) -> Standing:
    """Return how the generations stand on a connection, for its card."""
    kept = [r.advertiser for r in card.reached if r.advertiser.sync_state is SyncState.SELECTED]
    ids = {advertiser.advertiser_id for advertiser in kept}
    mine = [one for one in card.comparisons if one.advertiser_id in ids]
    unproven = lacking(kept, mine)
    return Standing(card.connection.adapter, outcome(mine), len(unproven), card.comparing)


def switch(services: Services, scope: TenantScope, connection_id: str, adapter: Adapter) -> None:
    """Let a connection's reports be asked for in a generation from now on.

    Raises NotAllowed unless the role may link accounts, NotFound, and UserError when no shadow
    run has found the unified reports equal. Back to version 3 is always open.
    """
    now = services.clock.now()
    with services.store.writing(scope) as tenant:
        if adapter is Adapter.V1:
            scope.require(Action.LINK_ACCOUNTS)
            _require_equal(tenant, connection_id)
        if tenant.connections.set_adapter(connection_id, adapter):
            tenant.audit.add("choose reports", connection_id, now, {"adapter": adapter.value})
            tenant.jobs.enqueue(NewJob(kind=JobKind.PLAN, payload={}, run_at=now, key="plan"), now)


def compare_again(services: Services, scope: TenantScope, connection_id: str) -> bool:
    """Ask for one more shadow run of a connection; return whether that is news.

    Raises NotAllowed unless the role may link accounts, NotFound.
    """
    scope.require(Action.LINK_ACCOUNTS)
    now = services.clock.now()
    with services.store.writing(scope) as tenant:
        tenant.connections.get(connection_id)
        job = NewJob(
            kind=JobKind.COMPARE,
            payload={"connection_id": connection_id},
            run_at=now,
            key=f"{JobKind.COMPARE}:{connection_id}",
            priority=1,
            attempts_max=3,
        )
        return tenant.jobs.enqueue(job, now).is_new


def _require_equal(tenant: Tenant, connection_id: str) -> None:
    tenant.connections.get(connection_id)
    ways = tenant.advertisers.accesses()
    kept = [
        a
        for a in tenant.advertisers.kept()
        if any(way.connection_id == connection_id for way in ways.get(a.advertiser_id, ()))
    ]
    compared = [one for one in tenant.comparisons.all() if one.connection_id == connection_id]
    if lacking(kept, compared) or not any(one.is_equal for one in compared):
        raise UserError(
            "The unified reports have not been found equal to version 3 for every advertiser of "
            "this connection. It stays with version 3; compare again later."
        )
