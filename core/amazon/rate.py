"""How often Amazon may be asked: one budget per region and kind of call, shared by all processes.

Amazon publishes no numbers, only 429 and, at times, `Retry-After`. So each kind of call has a
modest rate of our own, and a 429 closes that kind for every process until it has passed.

Source: Amazon Ads API documentation, "Rate limiting": limits are dynamic, per region and queue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Protocol

from core.amazon.retry_policy import Backoff
from core.config import Settings
from core.domain.regions import Region


@dataclass(frozen=True, slots=True)
class Limit:
    """One thing that is rationed: its name, its steady rate, how many at once, how it backs off."""

    name: str
    per_second: float
    burst: float
    backoff: Backoff = field(default_factory=Backoff)


@dataclass(frozen=True, slots=True)
class Grant:
    """An answer to "may I": go when `wait_seconds` is 0, else ask again after them."""

    wait_seconds: float
    strikes: int = 0


class RateBudget(Protocol):
    """A token bucket per limit, with a gate that a 429 closes."""

    def take(self, limit: Limit) -> Grant:
        """Return whether one call may go now; it is counted only when it may."""
        ...

    def close(self, limit: Limit, seconds: float) -> int:
        """Let no call of this limit go for `seconds`; return how many strikes that makes."""
        ...

    def clear(self, limit: Limit) -> None:
        """Forget the strikes: a call went well."""
        ...


class Limits:
    """The limits of this deployment, from its settings."""

    def __init__(self, settings: Settings) -> None:
        self._read = settings.amazon_requests_per_second
        self._create = settings.amazon_report_creates_per_minute / 60.0
        self._token = settings.token_refreshes_per_second

    def read(self, region: Region) -> Limit:
        """Return the limit that every call but the two below shares."""
        return Limit(f"{region}:read", self._read, max(1.0, self._read))

    def create(self, region: Region, report_type: str) -> Limit:
        """Return the limit of asking for reports of one type: Amazon counts each type apart."""
        backoff = Backoff(base_seconds=8.0, cap_seconds=900.0)
        return Limit(f"{region}:create:{report_type}", self._create, 2.0, backoff)

    def token(self) -> Limit:
        """Return the limit of refreshing tokens; tokens are global, so is it."""
        return Limit("token", self._token, max(1.0, self._token))

    def client(self) -> Limit:
        """Return the gate that closes when Amazon does not accept our own application."""
        return Limit("token:client", 1000.0, 1000.0)


class LocalBudget:
    """The budget of one process alone: the web's few calls while linking, and tests."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._lock = Lock()
        self._buckets: dict[str, tuple[float, datetime]] = {}
        self._closed: dict[str, tuple[datetime, int]] = {}

    def take(self, limit: Limit) -> Grant:
        with self._lock:
            now = self._now()
            until, strikes = self._closed.get(limit.name, (now, 0))
            if until > now:
                return Grant((until - now).total_seconds(), strikes)
            tokens, filled_at = self._buckets.get(limit.name, (limit.burst, now))
            tokens = min(limit.burst, tokens + (now - filled_at).total_seconds() * limit.per_second)
            missing = max(0.0, 1.0 - tokens)
            self._buckets[limit.name] = (tokens if missing else tokens - 1.0, now)
            return Grant(missing / limit.per_second, strikes)

    def close(self, limit: Limit, seconds: float) -> int:
        with self._lock:
            until, strikes = self._closed.get(limit.name, (self._now(), 0))
            end = max(until, self._now() + timedelta(seconds=seconds))
            self._closed[limit.name] = (end, strikes + 1)
            return strikes + 1

    def clear(self, limit: Limit) -> None:
        with self._lock:
            self._closed.pop(limit.name, None)
