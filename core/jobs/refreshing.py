"""The jobs around refreshing: which tokens are due, and one renewal."""

from __future__ import annotations

from datetime import timedelta

from core.errors import LeaseLost
from core.jobs import kinds
from core.jobs.background import Again, Background
from core.jobs.refresh import Busy
from core.store.accounts.credentials import Credential
from core.store.work.jobs import ClaimedJob

AT_ONCE = 2_000
# The other is done in a second, or dead: then its lease ends at about the time of its job's.
BUSY_WAIT = timedelta(seconds=3)


def enqueue_refreshes(parts: Background, job: ClaimedJob) -> Again | None:
    """Add one refresh for each credential that is due; one that waits or runs already stands.

    As many as the set rate allows in a second get that second as their turn, the longest due
    first: a thousand that all tried at once would only be sent away by the gate, again and again.
    """
    now = parts.clock.now()
    a_second = max(1, int(parts.settings.token_refreshes_per_second))
    with parts.store.system() as system:
        for place, due in enumerate(system.credentials.due(now, AT_ONCE)):
            payload = {"connection_id": due.connection_id}
            turn = now + timedelta(seconds=place // a_second)
            new = kinds.REFRESH.job(turn, payload, key=due.connection_id)
            system.jobs.enqueue(new, now, due.org_id)
    return None


def refresh(parts: Background, job: ClaimedJob) -> Again | None:
    """Renew one connection's access token, unless somebody just has.

    Raises as `core.jobs.refresh.Refresher.renew`.
    """
    assert job.scope is not None
    now = parts.clock.now()

    def is_due(credential: Credential) -> bool:
        return credential.refresh_due_at is not None and credential.refresh_due_at <= now

    connection_id = str(job.payload["connection_id"])
    try:
        parts.refresher.renew(job.scope, connection_id, is_due, patience=0.0)
    except Busy:
        return Again(now + BUSY_WAIT)
    except LeaseLost:
        # The credential's, not the job's: it was dropped, linked again or renewed meanwhile.
        return None
    return None
