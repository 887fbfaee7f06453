"""What the Accounts screen shows, gathered in one transaction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.connections import Status
from core.domain.ids import AdvertiserId
from core.domain.job_kinds import JobKind
from core.domain.requests import Reason
from core.store.accounts.advertisers import Advertiser, AdvertiserAccess
from core.store.accounts.connections import Connection
from core.store.accounts.credentials import CredentialHealth
from core.store.accounts.discovery import Profile, Seat, SponsoredAccount
from core.store.accounts.refreshes import Reliability
from core.store.doors import Tenant
from core.store.ingest.comparisons import Comparison
from core.store.stream.subscriptions import StreamSubscription
from core.web.context import PageContext


@dataclass(frozen=True, slots=True)
class Reached:
    """An advertiser, the way by which this connection reaches it, and its reports under way."""

    advertiser: Advertiser
    way: AdvertiserAccess
    under_way: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One connection with everything that hangs on it. `health` is None once disconnected.

    `comparisons` hold the unified reports against version 3's; so many are on their way.
    """

    connection: Connection
    linked_by: str
    health: CredentialHealth | None
    reliability: Reliability | None
    reached: Sequence[Reached]
    profiles: Sequence[Profile]
    sponsored: Sequence[SponsoredAccount]
    seats: Sequence[Seat]
    is_looking: bool
    comparisons: Sequence[Comparison] = ()
    comparing: int = 0
    streams: Sequence[StreamSubscription] = ()

    @property
    def whose(self) -> str:
        """Return whose grant it is, in the words that Amazon knows the person by."""
        link = self.connection
        return link.amazon_name or link.amazon_email or link.amazon_user_id or "An Amazon user"

    @property
    def is_unlooked(self) -> bool:
        """Return whether what this user reaches is still to be looked up."""
        waits = self.connection.discovered_at is None and not self.is_looking
        return waits and self.connection.status is not Status.DISCONNECTED

    @property
    def profiles_of_ads(self) -> Sequence[Profile]:
        """Return the profiles for sponsored ads: an agency's are ways to DSP."""
        return [p for p in self.profiles if p.account_type != "agency"]

    @property
    def has_no_dsp(self) -> bool:
        """Return whether Amazon was looked at and shows this user no DSP advertiser."""
        looked = self.connection.discovered_at is not None and not self.is_looking
        asks = self.connection.status in (Status.ACTIVE, Status.RETRYING)
        return looked and not self.reached and asks


@dataclass(frozen=True, slots=True)
class Overview:
    """The connections in the order they were linked, and every advertiser the scope sees."""

    cards: Sequence[Card]
    advertisers: Sequence[Advertiser]

    @property
    def is_looking(self) -> bool:
        """Return whether Amazon is being looked at for any of them now."""
        return any(card.is_looking for card in self.cards)

    @property
    def to_reconnect(self) -> list[Card]:
        """Return the connections that only a person can mend."""
        return [c for c in self.cards if c.connection.status is Status.NEEDS_RECONNECT]


def overview(ctx: PageContext) -> Overview:
    """Return what the scope sees; a member limited to some advertisers sees no connection."""
    with ctx.reading() as tenant:
        advertisers = tenant.advertisers.all()
        return Overview(cards(tenant, ctx.now, advertisers), advertisers)


def cards(tenant: Tenant, now: datetime, advertisers: Sequence[Advertiser]) -> list[Card]:
    """Return each connection the scope sees, as it was linked, with what hangs on it."""
    by_id = {a.advertiser_id: a for a in advertisers}
    shown = set(Status) - {Status.DISCONNECTED}
    ways = [way for found in tenant.advertisers.accesses(shown).values() for way in found]
    names = {str(m.user_id): m.name or m.email or m.user_id for m in tenant.members.all()}
    health = {h.connection_id: h for h in tenant.credentials.health()}
    reliability = tenant.refreshes.reliability(now)
    profiles, seats = tenant.discovery.profiles(), tenant.discovery.seats()
    sponsored = tenant.discovery.sponsored_accounts()
    reports = Counter(a for r in tenant.requests.open() for a in r.advertiser_ids)
    comparing = Counter(
        r.connection_id for r in tenant.requests.open() if r.reason is Reason.COMPARISON
    )
    compared = tenant.comparisons.all()
    streams = tenant.streams.all()
    looking = {j.payload.get("connection_id") for j in tenant.jobs.open((JobKind.DISCOVER,))}
    return [
        Card(
            connection=link,
            linked_by=names.get(link.linked_by, "somebody who has left"),
            health=health.get(link.id),
            reliability=reliability.get(link.id),
            reached=_reached(link, ways, by_id, reports),
            profiles=[p for p in profiles if p.connection_id == link.id],
            sponsored=[s for s in sponsored if s.connection_id == link.id],
            seats=[s for s in seats if s.connection_id == link.id],
            is_looking=link.id in looking,
            comparisons=[one for one in compared if one.connection_id == link.id],
            comparing=comparing[link.id],
            streams=[one for one in streams if one.connection_id == link.id],
        )
        for link in tenant.connections.all()
    ]


def _reached(
    link: Connection,
    ways: Sequence[AdvertiserAccess],
    by_id: Mapping[AdvertiserId, Advertiser],
    reports: Mapping[str, int],
) -> list[Reached]:
    """One way an advertiser: `accesses` puts the better one first."""
    mine: dict[AdvertiserId, Reached] = {}
    for way in ways:
        if way.connection_id == link.id and way.advertiser_id in by_id:
            found = Reached(by_id[way.advertiser_id], way, reports.get(way.advertiser_id, 0))
            mine.setdefault(way.advertiser_id, found)
    return sorted(mine.values(), key=lambda r: (r.advertiser.name, r.advertiser.advertiser_id))


def disconnect(ctx: PageContext, connection_id: str) -> None:
    """Drop a connection's tokens; what was fetched stays. Raises NotAllowed, NotFound."""
    with ctx.writing() as tenant:
        tenant.connections.disconnect(connection_id, ctx.now)
        tenant.audit.add("disconnect account", connection_id, ctx.now)
