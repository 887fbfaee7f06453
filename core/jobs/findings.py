"""What one look behind a connection found, and how it is kept.

An advertiser may be reached by its entity's profile, by a manager account, or both. Both ways are
kept; the profile's is the better one. What Amazon does not tell of an advertiser's currency and
zone comes from the unified API, else from its profile or, reached by a manager alone, its
marketplace; one of neither is not kept, since its money and its days could not be named.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.amazon import accounts
from core.amazon.marketplaces import MARKETPLACES, Marketplace
from core.domain.connections import AccessMode, CampaignAccess
from core.domain.ids import AdvertiserId, ConnectionId, ProfileId
from core.domain.recurrence import zone_of
from core.domain.regions import Region
from core.errors import UserError
from core.store.accounts.advertisers import AdvertiserAccess, FoundAdvertiser
from core.store.accounts.discovery import (
    ManagerAccount,
    ManagerLink,
    Profile,
    Seat,
    SponsoredAccount,
)
from core.store.doors import Tenant

_DSP = "DSP_ADVERTISING_ACCOUNT"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Everything a connection reaches in its region; `advertisers` by profile id."""

    connection_id: ConnectionId
    region: Region
    profiles: Sequence[accounts.Profile]
    managers: Sequence[accounts.ManagerAccount]
    advertisers: Mapping[str, Sequence[accounts.DspAdvertiser]]
    sponsored: Sequence[accounts.SponsoredAccount]
    unified: Sequence[accounts.AdvertiserAccount]

    def keep(self, tenant: Tenant, now: datetime) -> list[AdvertiserId]:
        """Write everything as seen now, what is gone marked so; return the new advertisers."""
        discovery, connection = tenant.discovery, self.connection_id
        discovery.record_profiles(connection, [self._profile(p) for p in self.profiles], now)
        managers = [ManagerAccount(connection, m.manager_account_id, m.name) for m in self.managers]
        discovery.record_managers(connection, managers, list(self._links()), now)
        discovery.record_seats(connection, list(self._seats()), now)
        discovery.record_sponsored(connection, [self._sponsored(a) for a in self.sponsored], now)
        found = {a.advertiser_id: a for a in (*self._managed(), *self._below_profiles())}
        ways = [way for way in self._ways() if way.advertiser_id in found]
        new = tenant.advertisers.record(connection, list(found.values()), ways, now)
        tenant.connections.set_discovered(connection, now)
        return new

    def _below_profiles(self) -> Iterator[FoundAdvertiser]:
        profiles = {p.profile_id: p for p in self.profiles}
        for profile_id, listed in self.advertisers.items():
            profile = profiles.get(profile_id)
            for advertiser in listed:
                unified = self._unified_of(advertiser.advertiser_id)
                money = _money_and_zone(advertiser.advertiser_id, (advertiser, unified, profile))
                if money is None:
                    continue
                currency, timezone = money
                yield FoundAdvertiser(
                    advertiser_id=AdvertiserId(advertiser.advertiser_id),
                    region=self.region,
                    name=advertiser.name,
                    currency=currency,
                    timezone=timezone,
                    country=advertiser.country,
                    entity_id=profile.account_id if profile else None,
                    url=advertiser.url,
                    v1_account_id=unified.account_id if unified else None,
                )

    def _managed(self) -> Iterator[FoundAdvertiser]:
        for link in self._dsp_links():
            unified = self._unified_of(str(link.dsp_advertiser_id))
            place = MARKETPLACES.get(link.marketplace_id or "")
            money = _money_and_zone(str(link.dsp_advertiser_id), (unified, place))
            if money is None:
                continue
            currency, timezone = money
            yield FoundAdvertiser(
                advertiser_id=AdvertiserId(str(link.dsp_advertiser_id)),
                region=self.region,
                name=link.name,
                currency=currency,
                timezone=timezone,
                country=place.country if place else None,
                entity_id=link.account_id,
                v1_account_id=unified.account_id if unified else None,
            )

    def _ways(self) -> Iterator[AdvertiserAccess]:
        """Yield the ways, each once: a second manager account adds none."""
        seen: set[tuple[str, AccessMode]] = set()
        for profile_id, listed in self.advertisers.items():
            for advertiser in listed:
                key = (advertiser.advertiser_id, AccessMode.PROFILE)
                if key not in seen:
                    seen.add(key)
                    yield self._way(key[0], key[1], profile_id, CampaignAccess.UNKNOWN)
        for link in self._dsp_links():
            advertiser_id = str(link.dsp_advertiser_id)
            key = (advertiser_id, AccessMode.ACCOUNT)
            if key not in seen:
                seen.add(key)
                yield self._way(key[0], key[1], advertiser_id, CampaignAccess.FORBIDDEN)

    def _way(
        self, advertiser_id: str, mode: AccessMode, header: str, access: CampaignAccess
    ) -> AdvertiserAccess:
        return AdvertiserAccess(
            AdvertiserId(advertiser_id), self.connection_id, mode, header, access
        )

    def _dsp_links(self) -> Iterator[accounts.LinkedAccount]:
        for manager in self.managers:
            for link in manager.linked:
                if link.account_type == _DSP and link.dsp_advertiser_id:
                    yield link

    def _unified_of(self, advertiser_id: str) -> accounts.AdvertiserAccount | None:
        """Return the unified account of an advertiser, None where it stands for others too: rows
        of its reports would not tell whose they are."""
        known = (a for a in self.unified if a.dsp_advertiser_ids == {advertiser_id})
        return next(known, None)

    def _seats(self) -> Iterator[Seat]:
        """Yield the DSP entities, each once: a seat is an entity."""
        seen: set[str] = set()
        for profile in self.profiles:
            if profile.is_dsp and profile.account_id not in seen:
                seen.add(profile.account_id)
                detail = {"profile_id": profile.profile_id, "country": profile.country_code}
                yield self._seat(profile.account_id, profile.name, detail)
        for manager in self.managers:
            for link in manager.linked:
                if link.account_type == _DSP and link.account_id not in seen:
                    seen.add(link.account_id)
                    yield self._seat(link.account_id, link.name, {"manager": manager.name})

    def _seat(self, seat_id: str, name: str, detail: Mapping[str, object]) -> Seat:
        return Seat(self.connection_id, seat_id, name, self.region, detail)

    def _links(self) -> Iterator[ManagerLink]:
        for manager in self.managers:
            known = {link.account_id: link for link in manager.linked}
            for link in known.values():
                yield ManagerLink(
                    self.connection_id,
                    manager.manager_account_id,
                    link.account_id,
                    link.name,
                    link.account_type,
                    link.dsp_advertiser_id,
                    link.marketplace_id,
                    link.profile_id,
                )

    def _profile(self, profile: accounts.Profile) -> Profile:
        return Profile(
            connection_id=self.connection_id,
            profile_id=ProfileId(profile.profile_id),
            region=self.region,
            country_code=profile.country_code,
            currency=profile.currency,
            timezone=profile.timezone,
            account_type=profile.account_type,
            account_subtype=profile.account_subtype,
            account_id=profile.account_id,
            marketplace_id=profile.marketplace_id,
            name=profile.name,
            access_level=profile.access_level,
        )

    def _sponsored(self, account: accounts.SponsoredAccount) -> SponsoredAccount:
        return SponsoredAccount(
            self.connection_id,
            account.ads_account_id,
            account.name,
            account.status,
            list(account.country_codes),
            [dict(one) for one in account.alternate_ids],
        )


_Teller = (
    accounts.DspAdvertiser | accounts.AdvertiserAccount | accounts.Profile | Marketplace | None
)


def _money_and_zone(advertiser_id: str, tellers: Sequence[_Teller]) -> tuple[str, str] | None:
    """Return the first currency told and the first zone that can be reckoned in; None, and a
    line in the log, where there is not one of each."""
    told = [teller for teller in tellers if teller is not None]
    currency = next((teller.currency for teller in told if teller.currency), None)
    timezone = next((teller.timezone for teller in told if _is_zone(teller.timezone)), None)
    if currency and timezone:
        return currency, timezone
    _log.warning("advertiser %s has no known currency or time zone", advertiser_id)
    return None


def _is_zone(name: str | None) -> bool:
    try:
        zone_of(name or "")
    except UserError:
        return False
    return True
