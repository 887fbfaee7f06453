"""What one attempt to refresh leads to: the credential, its history, its status, and the people.

Each writer here keeps all of it in one transaction, by compare-and-set on what stood before the
attempt; when that has changed meanwhile, nothing is written.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from core.domain.connections import RefreshOutcome, Status, status_after
from core.errors import AppError
from core.jobs import notices
from core.store.accounts.connections import Connection
from core.store.accounts.credentials import Credential, Grant
from core.store.accounts.refreshes import RefreshEvent
from core.store.doors import Tenant
from core.store.work.leases import Lease


@dataclass(frozen=True, slots=True)
class Attempt:
    """One call for a new token: what stood before it, and under which lease it is made."""

    connection: Connection
    before: Credential
    lease: Lease


@dataclass(frozen=True, slots=True)
class Outcome:
    """How the call ended, when, and how long Amazon took. `failure` is None for a success."""

    kind: RefreshOutcome
    at: datetime
    milliseconds: int
    failure: AppError | None = None


def succeeded(tenant: Tenant, attempt: Attempt, outcome: Outcome, grant: Grant) -> None:
    """Keep the new token. Raises LeaseLost when the connection changed meanwhile."""
    tenant.credentials.refreshed(attempt.before, attempt.lease, grant, outcome.at)
    _record(tenant, attempt, outcome)


def was_lost(tenant: Tenant, attempt: Attempt, outcome: Outcome, public_url: str) -> None:
    """Stop refreshing for good, and tell the owners once. Raises LeaseLost as `succeeded`."""
    tenant.credentials.lost(attempt.before, attempt.lease, str(outcome.failure), outcome.at)
    _record(tenant, attempt, outcome)
    version = attempt.before.version
    mails = notices.grant_lost(tenant, attempt.connection, version, outcome.at, public_url)
    notices.tell_owners(tenant, mails, outcome.at)


def failed(
    tenant: Tenant, attempt: Attempt, outcome: Outcome, wait: timedelta, warn_before: timedelta
) -> datetime | None:
    """Let the credential cool down for `wait`. Raises LeaseLost as `succeeded`.

    Return the token's end when the next attempt comes less than `warn_before` ahead of it and
    this was not the first failure: then data is about to stop, and None otherwise.
    """
    until = outcome.at + wait
    before = attempt.before
    tenant.credentials.failed(
        before, attempt.lease, str(outcome.failure), outcome.at, cooldown_until=until
    )
    _record(tenant, attempt, outcome)
    ends = before.access_expires_at
    is_repeated = before.failures > 0
    return ends if ends is not None and is_repeated and until >= ends - warn_before else None


def warn(tenant: Tenant, attempt: Attempt, ends: datetime, now: datetime, public_url: str) -> None:
    """Tell the owners that data is about to stop."""
    failing = {h.connection_id: h.failing_since for h in tenant.credentials.health()}
    since = failing.get(attempt.connection.id) or now
    mails = notices.data_about_to_stop(tenant, attempt.connection, since, ends, public_url)
    notices.tell_owners(tenant, mails, now)


def misconfigured(tenant: Tenant, attempt: Attempt, outcome: Outcome) -> None:
    """Note in the history what was no fault of the connection's; nothing else changes."""
    _record(tenant, attempt, outcome)


def _record(tenant: Tenant, attempt: Attempt, outcome: Outcome) -> None:
    connection = attempt.connection
    error = None if outcome.failure is None else str(outcome.failure)
    ends = attempt.before.access_expires_at
    tenant.refreshes.record(
        RefreshEvent(
            connection.id,
            outcome.at,
            outcome.kind,
            error,
            outcome.milliseconds,
            in_time=ends is None or outcome.at <= ends,
        )
    )
    status = status_after(connection.status, outcome.kind)
    if outcome.kind is not RefreshOutcome.MISCONFIGURED:
        reason = None if status is Status.ACTIVE else error
        tenant.connections.set_status(connection.id, status, outcome.at, reason)
