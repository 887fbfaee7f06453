"""Putting the background together: the one place that chooses its concrete parts."""

from __future__ import annotations

import os
import random
import secrets
import socket
from collections.abc import Callable
from threading import Event

import httpx

from core.amazon.deadline import DeadlineTransport
from core.amazon.exchange import Exchange, TimeLimits
from core.amazon.http import AmazonClient
from core.amazon.lwa import LoginWithAmazon
from core.amazon.rate import Limits
from core.amazon.reports.download import Downloads
from core.amazon.reports.v1 import V1Reports
from core.amazon.reports.v3 import V3Reports
from core.amazon.stream_queue import StreamQueue
from core.clock import Clock, RemoteClock, SystemClock
from core.config import Settings
from core.domain.connections import Adapter
from core.domain.regions import Region
from core.jobs.alarms import Alarms
from core.jobs.background import Background
from core.jobs.refresh import Refresher
from core.jobs.shared_budget import SharedBudget
from core.jobs.token_source import TokenKeeper
from core.lake.lake import Lake
from core.lake.stored_manifests import StoredManifests
from core.lake.stored_names import StoredNames
from core.security.egress import Egress
from core.security.sealing import Opener, Sealer
from core.security.secret import Secret
from core.store.store import Process, Store

DOWNLOAD_SECONDS = 1500.0


def assemble(
    settings: Settings,
    stop: Event,
    *,
    transport: httpx.BaseTransport | None = None,
    clock: Clock | None = None,
    pause: Callable[[float], object] | None = None,
    jitter: Callable[[], float] = random.random,
) -> Background:
    """Return the parts that these settings ask for. Waits end early when `stop` is set.

    Raises OurConfig for a key that is wrong, lacking or a schema this code does not know, and
    Upstream when the database does not answer.
    """
    time = clock or clock_of(settings)
    store = Store.open(settings.database, Process.SCHEDULER)
    sealer = Sealer.from_setting(settings.sealing_public_keys)
    opener = Opener.from_setting(Secret(settings.sealing_private_keys.get_secret_value()))
    _require_keys(store, opener)
    egress = Egress.from_settings(settings)
    exchange = Exchange(
        transport=transport or DeadlineTransport(), egress=egress, limits=_time_limits(settings)
    )
    budget, limits, alarms = SharedBudget(store, time), Limits(settings), Alarms()
    waiting = _waiting(pause or stop.wait)
    holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"
    refresher = Refresher(
        store=store,
        lwa=LoginWithAmazon(settings, exchange, time),
        sealer=sealer,
        opener=opener,
        clock=time,
        budget=budget,
        limits=limits,
        settings=settings,
        alarms=alarms,
        pause=waiting,
        jitter=jitter,
        holder=holder,
    )
    client = AmazonClient(
        exchange,
        client_id=settings.amazon_client_id,
        hosts={region: settings.api_url(region) for region in Region},
        budget=budget,
        clock=time,
        pause=waiting,
        jitter=jitter,
    )
    return Background(
        settings=settings,
        clock=time,
        store=store,
        sealer=sealer,
        opener=opener,
        exchange=exchange,
        client=client,
        limits=limits,
        budget=budget,
        refresher=refresher,
        tokens=TokenKeeper(refresher, time, patience=settings.token_lease_seconds),
        adapters={Adapter.V3: V3Reports(), Adapter.V1: V1Reports()},
        downloads=Downloads(
            exchange,
            egress,
            bytes_max=settings.report_bytes_max,
            total_seconds=DOWNLOAD_SECONDS,
        ),
        lake=Lake.from_settings(settings, StoredManifests(store), StoredNames(store)),
        alarms=alarms,
        queues=_queues(settings),
        jitter=jitter,
        holder=holder,
    )


def clock_of(settings: Settings) -> Clock:
    """Return the machine's clock, or in the demo and tests the one that everybody follows."""
    url = settings.flightdeck_clock_url
    return RemoteClock(url) if url else SystemClock()


def _queues(settings: Settings) -> dict[Region, StreamQueue]:
    """Return the queues of the stream, of the regions that have one."""
    return {
        region: StreamQueue.open(
            region,
            url,
            endpoint=settings.stream_endpoint_url,
            key_id=settings.stream_access_key_id,
            secret=Secret(settings.stream_secret_access_key.get_secret_value()),
        )
        for region in Region
        if (url := settings.stream_queue_url(region))
    }


def _time_limits(settings: Settings) -> TimeLimits:
    return TimeLimits(
        settings.amazon_connect_timeout_seconds,
        settings.amazon_read_timeout_seconds,
        settings.amazon_total_timeout_seconds,
    )


def _waiting(pause: Callable[[float], object]) -> Callable[[float], None]:
    def wait(seconds: float) -> None:
        pause(seconds)

    return wait


def _require_keys(store: Store, opener: Opener) -> None:
    """Refuse to start without a key that a stored token is sealed under."""
    with store.system() as system:
        opener.require(system.credentials.key_ids(), "stored tokens")
