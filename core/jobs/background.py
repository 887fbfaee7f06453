"""What the background is made of: put together once by `core.jobs.assembly`, used by every job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from core.amazon.exchange import Exchange
from core.amazon.http import AmazonClient
from core.amazon.link import AmazonLink
from core.amazon.rate import Limits, RateBudget
from core.amazon.reports.download import Downloads
from core.amazon.reports.port import ReportAdapter
from core.amazon.stream_queue import StreamQueue
from core.clock import Clock
from core.config import Settings
from core.domain.connections import Adapter
from core.domain.regions import Region
from core.domain.scope import TenantScope
from core.insight.memory import Memory
from core.jobs.alarms import Alarms
from core.jobs.refresh import Refresher
from core.jobs.token_source import TokenKeeper
from core.lake.lake import Lake
from core.reports.press import Press
from core.security.sealing import Opener, Sealer
from core.store.store import Store
from core.store.work.jobs import ClaimedJob


@dataclass(frozen=True, slots=True)
class Background:
    """The concrete parts of a scheduler process. It alone holds the opening keys."""

    settings: Settings
    clock: Clock
    store: Store
    sealer: Sealer
    opener: Opener
    exchange: Exchange
    client: AmazonClient
    limits: Limits
    budget: RateBudget
    refresher: Refresher
    tokens: TokenKeeper
    adapters: Mapping[Adapter, ReportAdapter]
    downloads: Downloads
    lake: Lake
    alarms: Alarms
    queues: Mapping[Region, StreamQueue]
    jitter: Callable[[], float]
    holder: str
    press: Press = field(default_factory=Press)
    memory: Memory = field(default_factory=Memory)

    def link(self, scope: TenantScope, connection_id: str, region: Region) -> AmazonLink:
        """Return a connection's way to Amazon; a token is asked for at each call."""
        tokens = self.tokens.source(scope, connection_id)
        return AmazonLink(self.client, region, tokens, self.limits)

    @property
    def lease(self) -> timedelta:
        """Return how long a claim lasts without being renewed."""
        return timedelta(seconds=self.settings.job_lease_seconds)

    @property
    def files(self) -> Path:
        """Return the folder of report files under way."""
        return self.settings.flightdeck_home / "reports"

    def close(self) -> None:
        """Let go of every connection and file."""
        for queue in self.queues.values():
            queue.close()
        self.exchange.close()
        self.press.close()
        self.lake.close()
        self.store.close()


@dataclass(frozen=True, slots=True)
class Again:
    """What a job returns to be run once more, at an instant; no attempt is counted."""

    at: datetime


Handler = Callable[[Background, ClaimedJob], Again | None]
"""What does one kind of job. It returns when the job is done, and raises when it is not."""
