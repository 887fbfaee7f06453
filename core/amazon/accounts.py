"""Who and what a grant reaches: profiles, manager accounts, advertisers, sponsored accounts.

A DSP profile is one entity (a seat) in one region; its advertisers hang below it. A manager
account links advertisers too, for reports only. A region shows only its own.

Source: Amazon Ads API documentation: Profiles, Manager accounts, DSP advertisers,
Global accounts ("adsAccounts/list"), unified API ("query/advertiserAccounts").
"""

from __future__ import annotations

from dataclasses import dataclass

from core.amazon import wire
from core.amazon.http import Generation, Reach
from core.amazon.link import PAGES_MAX, AmazonLink
from core.errors import Upstream

ADVERTISERS_PER_PAGE = 100
ACCOUNTS_PER_PAGE = 100
_MANAGERS = "application/vnd.getmanageraccountsresponse.v1+json"
_ADS_ACCOUNTS = "application/vnd.listaccountsresource.v1+json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One profile. `access_level` is "edit" or "view", the better of what was granted."""

    profile_id: str
    country_code: str
    currency: str
    timezone: str
    account_type: str
    account_subtype: str | None
    account_id: str
    marketplace_id: str | None
    name: str
    access_level: str

    @property
    def is_dsp(self) -> bool:
        """Return whether advertisers of the DSP hang below it.

        Amazon Attribution gives out agency profiles too; there is no DSP behind those.
        """
        return self.account_type == "agency" and self.account_subtype != "AMAZON_ATTRIBUTION"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedAccount:
    """An account that a manager account links."""

    account_id: str
    name: str
    account_type: str
    dsp_advertiser_id: str | None
    marketplace_id: str | None
    profile_id: str | None


@dataclass(frozen=True, slots=True)
class ManagerAccount:
    """A manager account and what it links."""

    manager_account_id: str
    name: str
    linked: tuple[LinkedAccount, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DspAdvertiser:
    """An advertiser as its entity's profile lists it."""

    advertiser_id: str
    name: str
    currency: str
    country: str | None
    timezone: str
    url: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SponsoredAccount:
    """A global advertising account for sponsored ads."""

    ads_account_id: str
    name: str
    status: str
    country_codes: tuple[str, ...]
    alternate_ids: tuple[wire.Record, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvertiserAccount:
    """The unified API's own account, and the DSP advertisers it stands for."""

    account_id: str
    name: str
    currency: str | None
    timezone: str | None
    status: str
    dsp_advertiser_ids: frozenset[str]


def profiles(link: AmazonLink) -> list[Profile]:
    """Return every profile of the region, each once, in Amazon's order; empty when none.

    Asked for twice: what may be edited, then what may only be read, since a read-only DSP user
    is shown nothing by the default call.
    """
    found: dict[str, Profile] = {}
    for program, level in (("campaign", "edit"), ("report", "view")):
        params = {"apiProgram": program, "accessLevel": level}
        for item in wire.records(link.read("GET", "/v2/profiles", params=params), "profiles"):
            profile = _profile(item, level)
            found.setdefault(profile.profile_id, profile)
    return list(found.values())


def manager_accounts(link: AmazonLink) -> list[ManagerAccount]:
    """Return the manager accounts of the region with their links; empty when none."""
    answer = link.read("GET", "/managerAccounts", accept=_MANAGERS)
    listed = wire.record(answer, "manager accounts").get("managerAccounts")
    return [_manager(item) for item in wire.records(listed, "manager accounts")]


def dsp_advertisers(link: AmazonLink, profile_id: str) -> list[DspAdvertiser]:
    """Return the advertisers of a DSP profile's entity, in Amazon's order; empty when none."""
    reach = Reach.profile(profile_id)
    found: list[DspAdvertiser] = []
    for _ in range(PAGES_MAX):
        params = {"startIndex": str(len(found)), "count": str(ADVERTISERS_PER_PAGE)}
        answer = link.read("GET", "/dsp/advertisers", params=params, reach=reach)
        page = wire.record(answer, "advertisers")
        listed = wire.records(page.get("response"), "advertisers")
        found.extend(_advertiser(item) for item in listed)
        if not listed or len(found) >= int(page.get("totalResults") or 0):
            return found
    raise Upstream("Amazon's list of advertisers does not end.")


def sponsored_accounts(link: AmazonLink) -> list[SponsoredAccount]:
    """Return the global accounts for sponsored ads; empty when none.

    Raises Forbidden where the grant does not reach them.
    """
    pages = link.pages(
        "/adsAccounts/list",
        {"maxResults": ACCOUNTS_PER_PAGE},
        "sponsored accounts",
        content_type=_ADS_ACCOUNTS,
        accept=_ADS_ACCOUNTS,
    )
    return [
        _sponsored(item)
        for page in pages
        for item in wire.records(page.get("adsAccounts"), "sponsored accounts")
    ]


def advertiser_accounts(link: AmazonLink) -> list[AdvertiserAccount]:
    """Return the unified API's accounts, each once; empty when none.

    Asked for twice: the default answer leaves out the regional accounts of the DSP. Raises
    Forbidden where the grant does not reach them.
    """
    found: dict[str, AdvertiserAccount] = {}
    for filtered in ({}, {"isGlobalAccountFilter": {"include": [False]}}):
        body = {"maxResults": ACCOUNTS_PER_PAGE, **filtered}
        path = "/adsApi/v1/query/advertiserAccounts"
        what = "advertiser accounts"
        for page in link.pages(path, body, what, generation=Generation.UNIFIED):
            for item in wire.records(page.get("advertiserAccounts"), what):
                account = _account(item)
                found.setdefault(account.account_id, account)
    return list(found.values())


def _profile(item: wire.Record, level: str) -> Profile:
    account = wire.inner(item, "accountInfo")
    return Profile(
        profile_id=wire.id_text(item, "profileId", "profiles"),
        country_code=wire.text(item, "countryCode"),
        currency=wire.text(item, "currencyCode"),
        timezone=wire.text(item, "timezone"),
        account_type=wire.text(account, "type"),
        account_subtype=wire.maybe(account, "subType"),
        account_id=wire.text(account, "id"),
        marketplace_id=wire.maybe(account, "marketplaceStringId"),
        name=wire.text(account, "name"),
        access_level=level,
    )


def _manager(item: wire.Record) -> ManagerAccount:
    linked = wire.records(item.get("linkedAccounts"), "manager accounts")
    return ManagerAccount(
        wire.id_text(item, "managerAccountId", "manager accounts"),
        wire.text(item, "managerAccountName"),
        tuple(_linked(account) for account in linked),
    )


def _linked(item: wire.Record) -> LinkedAccount:
    return LinkedAccount(
        account_id=wire.text(item, "accountId"),
        name=wire.text(item, "accountName"),
        account_type=wire.text(item, "accountType"),
        dsp_advertiser_id=wire.maybe(item, "dspAdvertiserId"),
        marketplace_id=wire.maybe(item, "marketplaceId"),
        profile_id=wire.maybe(item, "profileId"),
    )


def _advertiser(item: wire.Record) -> DspAdvertiser:
    return DspAdvertiser(
        advertiser_id=wire.id_text(item, "advertiserId", "advertisers"),
        name=wire.text(item, "name"),
        currency=wire.text(item, "currency"),
        country=wire.maybe(item, "country"),
        timezone=wire.text(item, "timezone"),
        url=wire.maybe(item, "url"),
    )


def _sponsored(item: wire.Record) -> SponsoredAccount:
    return SponsoredAccount(
        ads_account_id=wire.id_text(item, "adsAccountId", "sponsored accounts"),
        name=wire.text(item, "accountName"),
        status=wire.text(item, "status"),
        country_codes=wire.texts(item, "countryCodes"),
        alternate_ids=tuple(wire.records(item.get("alternateIds"), "sponsored accounts")),
    )


def _account(item: wire.Record) -> AdvertiserAccount:
    alternates = wire.records(item.get("alternateIds"), "advertiser accounts")
    dsp = (wire.maybe(alternate, "dspAdvertiserId") for alternate in alternates)
    return AdvertiserAccount(
        account_id=wire.id_text(item, "advertiserAccountId", "advertiser accounts"),
        name=wire.text(item, "displayName"),
        currency=wire.maybe(item, "currencyCode"),
        timezone=wire.maybe(item, "timeZoneIana"),
        status=wire.text(wire.inner(item, "status"), "statusCode"),
        dsp_advertiser_ids=frozenset(one for one in dsp if one),
    )
