"""What the web process is made of: opened once by app.py, read by pages and routes.

Streamlit runs the pages' script anew for every view, so the script cannot hold these; it finds
them here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Self

import httpx

from core.amazon.deadline import DeadlineTransport
from core.amazon.exchange import Exchange, TimeLimits
from core.amazon.lwa import LoginWithAmazon
from core.clock import Clock, RemoteClock, SystemClock
from core.config import Settings
from core.domain.catalogue import including
from core.domain.scope import TenantScope
from core.errors import Defect
from core.insight.memory import Memory
from core.insight.own_metrics import own_metrics
from core.lake.lake import Lake
from core.lake.stored_manifests import StoredManifests
from core.lake.stored_names import StoredNames
from core.security.egress import Egress
from core.security.sealing import Sealer
from core.security.secret import Secret
from core.security.webkey import WebKey
from core.store.content.content import Content
from core.store.rest.project import Project
from core.store.store import Process, Store
from core.web.cookies import CookieNames


@dataclass(frozen=True, slots=True)
class Services:
    """The concrete parts of this process. It holds no private key and opens no token."""

    settings: Settings
    clock: Clock
    store: Store
    lake: Lake
    web_key: WebKey
    sealer: Sealer
    amazon: LoginWithAmazon
    cookies: CookieNames
    memory: Memory = field(default_factory=Memory)
    project: Project | None = None

    @classmethod
    def opened(cls, settings: Settings, *, transport: httpx.BaseTransport | None = None) -> Self:
        """Return the parts that these settings ask for.

        Raises OurConfig for a key that is wrong or a schema this code does not know, Upstream
        when the database does not answer.
        """
        clock = clock_of(settings)
        store = Store.open(settings.database, Process.WEB)
        return cls(
            settings=settings,
            clock=clock,
            store=store,
            lake=Lake.from_settings(settings, StoredManifests(store), StoredNames(store)),
            web_key=WebKey.from_setting(Secret(settings.web_key.get_secret_value())),
            sealer=Sealer.from_setting(settings.sealing_public_keys),
            amazon=login_with_amazon(settings, clock, transport),
            cookies=CookieNames.of(settings),
            project=Project.from_settings(settings),
        )

    @contextmanager
    def content(self, scope: TenantScope) -> Iterator[Content]:
        """Yield what people left in an organization, to read and change as this person.

        Over Supabase where it is configured, each change by itself; else in one transaction of
        the store, kept at its end.
        """
        if self.project is not None:
            yield self.project.content(scope)
            return
        with self.store.writing(scope) as tenant:
            yield tenant

    @contextmanager
    def reading_content(self, scope: TenantScope) -> Iterator[Content]:
        """Yield the same for reading alone: nobody who writes is waited for."""
        if self.project is not None:
            yield self.project.content(scope)
            return
        with self.store.reading(scope) as tenant:
            yield tenant

    @contextmanager
    def catalogue(self, scope: TenantScope) -> Iterator[None]:
        """Let the catalogue hold the organization's own metrics, for what is done within."""
        with self.reading_content(scope) as content:
            found = own_metrics(content)
        with including(found.metrics):
            yield

    def close(self) -> None:
        """Give back files and connections."""
        if self.project is not None:
            self.project.close()
        self.lake.close()
        self.store.close()


def clock_of(settings: Settings) -> Clock:
    """Return the machine's clock, or in the demo and tests the one that everybody follows."""
    url = settings.flightdeck_clock_url
    return RemoteClock(url) if url else SystemClock()


def login_with_amazon(
    settings: Settings, clock: Clock, transport: httpx.BaseTransport | None = None
) -> LoginWithAmazon:
    """Return Amazon's authorization server as the callback route asks it.

    Over the network, where an exchange as a whole is bounded, unless `transport` is another way.
    """
    limits = TimeLimits(
        connect=settings.amazon_connect_timeout_seconds,
        read=settings.amazon_read_timeout_seconds,
        total=settings.amazon_total_timeout_seconds,
    )
    exchange = Exchange(
        transport=transport or DeadlineTransport(),
        egress=Egress.from_settings(settings),
        limits=limits,
    )
    return LoginWithAmazon(settings, exchange, clock)


_installed: list[Services] = []


def install(services: Services) -> Services:
    """Make these the parts of this process, and return them."""
    _installed[:] = [services]
    return services


def installed() -> Services:
    """Return the parts of this process. Raises Defect before app.py has installed them."""
    if not _installed:
        raise Defect("app.py has not installed the web's services")
    return _installed[0]
