"""Putting tokens that are sealed under an older key under the active one.

Also a command: `python -m core.jobs.reseal` does it at once and says when the old keys may go.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field

from core.domain.ids import ConnectionId
from core.domain.scope import TenantScope
from core.errors import NotFound, Unopenable
from core.jobs.background import Again, Background
from core.security.sealing import Opener, Purpose, SealContext, Sealed, Sealer
from core.store.accounts.credentials import Credential, DueCredential
from core.store.store import Store
from core.store.work.jobs import ClaimedJob

AT_ONCE = 100
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Resealed:
    """How many tokens were put under the active key, and whose could not be opened."""

    done: int = 0
    unopened: list[ConnectionId] = field(default_factory=list)


def reseal_all(parts: Background, job: ClaimedJob) -> Again | None:
    """Reseal everything that stands under another key; a token that does not open is left."""
    found = reseal(parts.store, parts.sealer, parts.opener)
    for connection_id in found.unopened:
        parts.alarms.sound(f"seal:{connection_id}", f"The token of {connection_id} does not open.")
    return None


def reseal(store: Store, sealer: Sealer, opener: Opener) -> Resealed:
    """Put every box under the active key; return how that went.

    One that does not open fails alone: it is named, and never deleted.
    """
    result = Resealed()
    after = ""
    while True:
        with store.system() as system:
            due = system.credentials.under_other_keys(sealer.active_key_id, AT_ONCE, after=after)
        for one in due:
            _reseal_one(store, sealer, opener, one, result)
        if not due:
            return result
        after = due[-1].connection_id


def _reseal_one(
    store: Store, sealer: Sealer, opener: Opener, due: DueCredential, result: Resealed
) -> None:
    scope = TenantScope.for_job(due.org_id)
    try:
        with store.writing(scope) as tenant:
            before = tenant.credentials.get(due.connection_id)
            refresh = _moved(sealer, opener, scope, before, Purpose.REFRESH_TOKEN, before.refresh)
            access = before.access and _moved(
                sealer, opener, scope, before, Purpose.ACCESS_TOKEN, before.access
            )
            result.done += tenant.credentials.reseal(before, refresh, access)
    except Unopenable as closed:
        _log.error("%s", closed)
        result.unopened.append(due.connection_id)
    except NotFound:
        _log.info("connection %s went while it was to be resealed", due.connection_id)


def _moved(
    sealer: Sealer,
    opener: Opener,
    scope: TenantScope,
    credential: Credential,
    purpose: Purpose,
    box: Sealed,
) -> Sealed:
    if sealer.is_current(box):
        return box
    context = SealContext(scope.org_id, credential.connection_id, purpose)
    return sealer.seal(opener.open(box, context), context)
