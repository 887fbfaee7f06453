"""Keeping grants alive: one refresher at a time, by a lease whose number only grows.

Whoever wants a new token takes the lease, reads the credential again, and asks Amazon only if
nobody has in between; what comes back is kept by compare-and-set. The call ends before the lease
does, so two calls for one connection are never under way.

Only `invalid_grant` means that a person must act. What we are refused as a client marks no
account. Everything else waits and is tried again, and the token in hand is used to its end.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.amazon.deadline import deadline
from core.amazon.lwa import AccessToken, LoginWithAmazon
from core.amazon.rate import Limits, RateBudget
from core.amazon.retry_policy import Backoff
from core.clock import Clock
from core.config import Settings
from core.domain.connections import RefreshOutcome
from core.domain.scope import TenantScope
from core.errors import AppError, LeaseLost, NeedsReconnect, OurConfig, Throttled, Upstream
from core.jobs import refresh_outcome
from core.jobs.alarms import Alarms
from core.jobs.refresh_outcome import Attempt, Outcome
from core.security.sealing import Opener, Purpose, SealContext, Sealer
from core.security.secret import Secret
from core.store.accounts.credentials import Credential, Grant
from core.store.doors import Tenant
from core.store.store import Store
from core.store.work.leases import Lease

WAIT_STEP_SECONDS = 0.1
CLIENT_GATE_SECONDS = 900.0
# A lease is longer than the call it covers.
CALL_SHARE_OF_LEASE = 0.8
AFTER_FAILURE = Backoff(base_seconds=30.0, cap_seconds=900.0)
# A token with less left than this may end on its way to Amazon.
LIFE_NEEDED = timedelta(seconds=30)
CLIENT_ALARM = "amazon-client"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Access:
    """An access token, opened, and when it ends."""

    token: Secret
    expires_at: datetime

    def lives(self, now: datetime) -> bool:
        """Return whether a call made now would still find it good."""
        return self.expires_at > now + LIFE_NEEDED


Needed = Callable[[Credential], bool]


class Busy(Upstream):
    """Another process is refreshing this connection at this moment."""


class Refresher:
    """Renews access tokens. One per process; safe to share among threads."""

    def __init__(
        self,
        *,
        store: Store,
        lwa: LoginWithAmazon,
        sealer: Sealer,
        opener: Opener,
        clock: Clock,
        budget: RateBudget,
        limits: Limits,
        settings: Settings,
        alarms: Alarms,
        pause: Callable[[float], None],
        jitter: Callable[[], float],
        holder: str,
    ) -> None:
        self._store = store
        self._lwa = lwa
        self._sealer = sealer
        self._opener = opener
        self._clock = clock
        self._budget = budget
        self._limits = limits
        self._settings = settings
        self._alarms = alarms
        self._pause = pause
        self._jitter = jitter
        self._holder = holder
        self._lease = timedelta(seconds=settings.token_lease_seconds)
        self._margin = timedelta(seconds=settings.token_refresh_margin_seconds)

    def renew(
        self, scope: TenantScope, connection_id: str, needed: Needed, *, patience: float
    ) -> Access:
        """Return the access token that stands once `needed` is no longer true of the credential.

        Raises Busy when another refresher does not finish within `patience` seconds, NotFound
        when the connection is gone, NeedsReconnect when the grant is lost, OurConfig, Throttled
        and Upstream as the refresh itself does.
        """
        lease = self._leased(scope, connection_id, needed, patience)
        if isinstance(lease, Access):
            return lease
        try:
            before = self.credential(scope, connection_id)
            done = self._already(scope, before, needed)
            return done or self._refresh(scope, before, lease)
        finally:
            with self._store.system() as system:
                system.leases.release(lease)

    def credential(self, scope: TenantScope, connection_id: str) -> Credential:
        """Return the credential as it stands. Raises NotFound once it is dropped."""
        with self._store.reading(scope) as tenant:
            return tenant.credentials.get(connection_id)

    def opened(self, scope: TenantScope, credential: Credential) -> Access | None:
        """Return the access token of a credential, None when it has none. Raises Unopenable."""
        if credential.access is None or credential.access_expires_at is None:
            return None
        context = _context(scope, credential, Purpose.ACCESS_TOKEN)
        return Access(self._opener.open(credential.access, context), credential.access_expires_at)

    def _leased(
        self, scope: TenantScope, connection_id: str, needed: Needed, patience: float
    ) -> Lease | Access:
        """Take the lease; while another holds it, wait for what it brings."""
        waited = 0.0
        while True:
            with self._store.system() as system:
                lease = system.leases.acquire(f"token:{connection_id}", self._holder, self._lease)
            if lease is not None:
                return lease
            done = self._already(scope, self.credential(scope, connection_id), needed)
            if done is not None:
                return done
            if waited >= patience:
                raise Busy("Another process is refreshing this connection.")
            self._pause(WAIT_STEP_SECONDS)
            waited += WAIT_STEP_SECONDS

    def _already(self, scope: TenantScope, credential: Credential, needed: Needed) -> Access | None:
        """Return the token when somebody else has renewed it. Raises where asking is no use."""
        if credential.refresh_due_at is None:
            raise NeedsReconnect("Amazon no longer accepts the grant of this connection.")
        if not needed(credential):
            return self.opened(scope, credential)
        cooling = credential.cooldown_until
        if cooling is not None and cooling > self._clock.now():
            left = (cooling - self._clock.now()).total_seconds()
            raise Throttled("The last refresh failed; the next waits.", retry_after_seconds=left)
        return None

    def _refresh(self, scope: TenantScope, before: Credential, lease: Lease) -> Access:
        self._pass_gates()
        with self._store.reading(scope) as tenant:
            attempt = Attempt(tenant.connections.get(before.connection_id), before, lease)
        context = _context(scope, before, Purpose.REFRESH_TOKEN)
        refresh_token = self._opener.open(before.refresh, context)
        began = time.monotonic()
        try:
            with deadline(self._lease.total_seconds() * CALL_SHARE_OF_LEASE):
                given = self._lwa.refresh(attempt.connection.region, refresh_token)
        except AppError as failure:
            self._note(scope, attempt, failure, _milliseconds(began))
            raise
        return self._keep(scope, attempt, given, _milliseconds(began))

    def _pass_gates(self) -> None:
        """Take a turn, or raise what closed the way."""
        closed = self._budget.take(self._limits.client())
        if closed.wait_seconds > 0:
            raise OurConfig("Amazon does not accept our application; see the alarm.")
        turn = self._budget.take(self._limits.token())
        if turn.wait_seconds > 0:
            raise Throttled("Refreshes are rationed.", retry_after_seconds=turn.wait_seconds)

    def _keep(
        self, scope: TenantScope, attempt: Attempt, given: AccessToken, milliseconds: int
    ) -> Access:
        now = self._clock.now()
        ends = now + timedelta(seconds=given.expires_in)
        context = _context(scope, attempt.before, Purpose.ACCESS_TOKEN)
        grant = Grant(self._sealer.seal(given.token, context), ends, self._due(now, ends))
        outcome = Outcome(RefreshOutcome.REFRESHED, now, milliseconds)
        with self._store.writing(scope) as tenant:
            refresh_outcome.succeeded(tenant, attempt, outcome, grant)
        self._alarms.clear(CLIENT_ALARM)
        self._budget.clear(self._limits.client())
        self._budget.clear(self._limits.token())
        return Access(given.token, ends)

    def _due(self, now: datetime, ends: datetime) -> datetime:
        """Return when to refresh next: the margin before the end, and up to a third earlier, so
        that accounts linked together do not fall due together for ever."""
        early = self._margin * (1 + self._jitter() / 3)
        return max(now + (ends - now) / 2, ends - early)

    def _note(
        self, scope: TenantScope, attempt: Attempt, failure: AppError, milliseconds: int
    ) -> None:
        """Keep what a failure means, unless the connection changed while Amazon was asked."""
        try:
            with self._store.writing(scope) as tenant:
                self._write(tenant, attempt, failure, milliseconds)
        except LeaseLost:
            _log.info("connection %s changed while it was refreshed", attempt.connection.id)
        if isinstance(failure, OurConfig):
            self._budget.close(self._limits.client(), CLIENT_GATE_SECONDS)
            self._alarms.sound(CLIENT_ALARM, str(failure))
        if isinstance(failure, Throttled):
            self._close_for_all(failure)

    def _write(
        self, tenant: Tenant, attempt: Attempt, failure: AppError, milliseconds: int
    ) -> None:
        now, url = self._clock.now(), self._settings.public_url
        if isinstance(failure, NeedsReconnect):
            lost = Outcome(RefreshOutcome.LOST, now, milliseconds, failure)
            refresh_outcome.was_lost(tenant, attempt, lost, url)
            return
        if isinstance(failure, OurConfig):
            ours = Outcome(RefreshOutcome.MISCONFIGURED, now, milliseconds, failure)
            refresh_outcome.misconfigured(tenant, attempt, ours)
            return
        tried = Outcome(RefreshOutcome.RETRIED, now, milliseconds, failure)
        wait = timedelta(seconds=AFTER_FAILURE.wait(attempt.before.failures, self._jitter))
        ends = refresh_outcome.failed(tenant, attempt, tried, wait, self._margin / 3)
        if ends is not None:
            refresh_outcome.warn(tenant, attempt, ends, now, url)

    def _close_for_all(self, failure: Throttled) -> None:
        limit = self._limits.token()
        strikes = self._budget.take(limit).strikes
        asked = failure.retry_after_seconds
        wait = limit.backoff.wait(strikes, self._jitter) if asked is None else asked
        self._budget.close(limit, wait)


def _context(scope: TenantScope, credential: Credential, purpose: Purpose) -> SealContext:
    return SealContext(scope.org_id, credential.connection_id, purpose)


def _milliseconds(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
