"""Rows that several tests begin with, made through the doors that the product uses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import TypeVar

from core.domain.connections import AccessMode, CampaignAccess
from core.domain.ids import AdvertiserId, ConnectionId
from core.domain.regions import Region
from core.security.sealing import Sealed
from core.store.accounts.advertisers import AdvertiserAccess, FoundAdvertiser
from core.store.accounts.connections import AmazonUser
from core.store.accounts.credentials import Grant
from core.store.store import Store
from tests.databases import NOW, Organization

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
T = TypeVar("T")


def linked(
    store: Store,
    org: Organization,
    user: str | None = "amzn1.account.A",
    region: Region = Region.NA,
) -> ConnectionId:
    """Return a connection of the organization, linked by its owner."""
    who = None if user is None else AmazonUser(user, "Agency", "agency@mail.example")
    with store.writing(org.scope()) as tenant:
        return tenant.connections.link(region, who, NOW)


def credentialed(
    store: Store, org: Organization, user: str = "amzn1.account.A", *, due: datetime = NOW
) -> ConnectionId:
    """Return a connection whose token is due to be refreshed."""
    connection_id = linked(store, org, user)
    with store.writing(org.scope()) as tenant:
        tenant.credentials.put(
            connection_id, Sealed("k1", b"refresh"), NOW, granted(due + 15 * MINUTE, due)
        )
    return connection_id


def granted(expires_at: datetime, due_at: datetime, *, box: bytes = b"access") -> Grant:
    """Return what a token endpoint gave."""
    return Grant(Sealed("k1", box), expires_at, due_at)


def advertised(
    store: Store,
    background: Store,
    org: Organization,
    *advertiser_ids: str,
    now: datetime = NOW,
) -> ConnectionId:
    """Return a connection through which these advertisers were found."""
    connection_id = linked(store, org)
    found = [found_advertiser(a) for a in advertiser_ids]
    ways = [way(a, connection_id) for a in advertiser_ids]
    with background.writing(org.job) as tenant:
        tenant.advertisers.record(connection_id, found, ways, now)
    return connection_id


def found_advertiser(advertiser_id: str, name: str = "") -> FoundAdvertiser:
    """Return an advertiser as discovery finds it."""
    return FoundAdvertiser(
        AdvertiserId(advertiser_id),
        Region.NA,
        name or f"Advertiser {advertiser_id}",
        "USD",
        "America/Los_Angeles",
    )


def way(
    advertiser_id: str,
    connection_id: str,
    mode: AccessMode = AccessMode.PROFILE,
    access: CampaignAccess = CampaignAccess.UNKNOWN,
) -> AdvertiserAccess:
    """Return a way to an advertiser."""
    return AdvertiserAccess(
        AdvertiserId(advertiser_id), ConnectionId(connection_id), mode, "header", access
    )


def at_once(calls: Sequence[Callable[[], T]]) -> list[T | Exception]:
    """Return what each call gave or raised, all of them begun at the same moment."""
    barrier = Barrier(len(calls))

    def begun(call: Callable[[], T]) -> T | Exception:
        barrier.wait()
        try:
            return call()
        except Exception as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(begun, calls))
