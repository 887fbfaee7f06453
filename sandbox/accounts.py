"""Profiles, DSP advertisers, manager accounts, global accounts and seats."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.access import ACCOUNT, Caller, Gate, accepted, carried, required_scope
from sandbox.answers import Refusal, classic, dsp_error, json_answer, unified_error
from sandbox.bodies import json_object
from sandbox.world.chance import key
from sandbox.world.entities import Advertiser, Seat
from sandbox.world.world import LinkedAccount, ManagerAccount, SponsoredAccount

_MANAGERS = "application/vnd.getmanageraccountsresponse.v1+json"
_GLOBAL = "application/vnd.listaccountsresource.v1+json"
_PROGRAMS = {"billing", "campaign", "paymentMethod", "store", "report", "account", "posts"}
_TYPES = {"seller", "vendor", "agency"}
_EXCHANGES = (("1", "Google AdX"), ("4", "Magnite"), ("9", "Amazon Publisher Services"))


@dataclass(frozen=True)
class Accounts:
    """The account routes of one region."""

    gate: Gate
    region: str

    async def profiles(self, request: Request) -> Response:
        """Answer GET /v2/profiles: a bare array, this region only."""
        caller = self.gate.caller(request, self.region)
        wanted = _wanted_types(request)
        return json_answer([p for p in _profiles(caller) if p["accountInfo"]["type"] in wanted])

    async def profile(self, request: Request) -> Response:
        """Answer GET /v2/profiles/{id}."""
        caller = self.gate.caller(request, self.region)
        wanted = request.path_params["profile_id"]
        for profile in _profiles(caller):
            if str(profile["profileId"]) == wanted:
                return json_answer(profile)
        raise classic(404, "NOT_FOUND", f"Could not find profile with id: {wanted}")

    async def advertisers(self, request: Request) -> Response:
        """Answer GET /dsp/advertisers: the advertisers below the profile's seat, by page."""
        caller = self.gate.caller(request, self.region)
        seat = required_scope(request, caller)
        start, count = _page(request)
        found = [a for a in caller.advertisers_of(seat) if _matches(a, request)]
        page = [_advertiser(a) for a in found[start : start + count]]
        return json_answer({"totalResults": len(found), "response": page})

    async def advertiser(self, request: Request) -> Response:
        """Answer GET /dsp/advertisers/{id}."""
        caller = self.gate.caller(request, self.region)
        seat = required_scope(request, caller)
        wanted = request.path_params["advertiser_id"]
        for advertiser in caller.advertisers_of(seat):
            if advertiser.advertiser_id == wanted:
                return json_answer(_advertiser(advertiser))
        raise dsp_error(404, "Not found", "advertiserId", f"Advertiser {wanted} was not found.")

    async def managers(self, request: Request) -> Response:
        """Answer GET /managerAccounts with the links of this region."""
        caller = self.gate.caller(request, self.region)
        accepted(request, _MANAGERS)
        managers = caller.user.managers if caller.user else ()
        here = [_manager(m) for m in managers if m.region == self.region.upper()]
        return json_answer({"managerAccounts": here}, media_type=_MANAGERS)

    async def global_accounts(self, request: Request) -> Response:
        """Answer POST /adsAccounts/list: sponsored accounts, by page. Never DSP."""
        caller = self.gate.caller(request, self.region)
        carried(request, _GLOBAL)
        body = await json_object(request, _malformed)
        accounts = [_global_account(a) for a in caller.sponsored if not a.sub_type]
        page, token = _turned(accounts, body, default=100)
        return json_answer({"adsAccounts": page, "nextToken": token}, media_type=_GLOBAL)

    async def unified_accounts(self, request: Request) -> Response:
        """Answer POST /adsApi/v1/query/advertiserAccounts: DSP ids to unified account ids."""
        caller = self.gate.caller(request, self.region)
        body = await json_object(request, _malformed)
        kinds = body.get("isGlobalAccountFilter", {}).get("include", [True])
        wanted = body.get("advertiserAccountIdFilter", {}).get("include")
        accounts = [
            a
            for a in _unified(caller)
            if a["isGlobalAccount"] in kinds and (not wanted or a["advertiserAccountId"] in wanted)
        ]
        page, token = _turned(accounts, body, default=100)
        return json_answer({"advertiserAccounts": page, **({"nextToken": token} if token else {})})

    async def seats(self, request: Request) -> Response:
        """Answer POST /dsp/v1/seats/advertisers/current/list for the advertiser of the header."""
        caller = self.gate.caller(request, self.region)
        advertiser_id = request.headers.get(ACCOUNT, "")
        if advertiser_id not in caller.managed:
            raise unified_error(403, "FORBIDDEN", f"No access to advertiser {advertiser_id}")
        body = await json_object(request, _malformed)
        wanted = body.get("exchangeIdFilter") or [number for number, _ in _EXCHANGES]
        current = [
            {
                "exchangeId": number,
                "exchangeName": name,
                "dealCreationId": f"DC{key(advertiser_id, number) % 10**8}",
                "spendTrackingId": f"ST{key(advertiser_id, name) % 10**8}",
            }
            for number, name in _EXCHANGES
            if number in wanted
        ]
        seats = [{"advertiserId": advertiser_id, "currentSeats": current}]
        return json_answer({"advertiserSeats": seats, "nextToken": None})


def _malformed(sentence: str) -> Refusal:
    return unified_error(400, "BAD_REQUEST", sentence)


def _wanted_types(request: Request) -> set[str]:
    query = request.query_params
    program, level = query.get("apiProgram", "campaign"), query.get("accessLevel", "edit")
    wanted = set(query.get("profileTypeFilter", ",".join(_TYPES)).split(","))
    if program not in _PROGRAMS or level not in {"edit", "view"} or not wanted <= _TYPES:
        raise classic(400, "INVALID_ARGUMENT", "A query parameter has an unknown value")
    return wanted


def _profiles(caller: Caller) -> list[dict[str, Any]]:
    return [*map(_agency_profile, caller.seats), *map(_sponsored_profile, caller.sponsored)]


def _agency_profile(seat: Seat) -> dict[str, Any]:
    info = {
        "marketplaceStringId": seat.marketplace_id,
        "id": seat.entity_id,
        "type": "agency",
        "name": seat.name,
    }
    return {
        "profileId": seat.profile_id,
        "countryCode": seat.country,
        "currencyCode": seat.currency,
        "timezone": seat.timezone,
        "accountInfo": info,
    }


def _sponsored_profile(account: SponsoredAccount) -> dict[str, Any]:
    info: dict[str, Any] = {
        "marketplaceStringId": account.marketplace_id,
        "id": account.entity_id,
        "type": account.kind,
        "name": account.name,
    }
    budget = {"dailyBudget": 999999999.0} if account.kind == "seller" else {}
    info |= {"validPaymentMethod": True} if account.kind == "vendor" else {}
    info |= {"subType": account.sub_type} if account.sub_type else {}
    return {
        "profileId": account.profile_id,
        "countryCode": account.country,
        "currencyCode": account.currency,
        **budget,
        "timezone": account.timezone,
        "accountInfo": info,
    }


def _page(request: Request) -> tuple[int, int]:
    try:
        start = int(request.query_params.get("startIndex", "0"))
        count = int(request.query_params.get("count", "100"))
    except ValueError:
        start, count = -1, -1
    if start < 0 or not 1 <= count <= 100:
        raise dsp_error(400, "Invalid value", "count", "startIndex >= 0, count between 1 and 100")
    return start, count


def _matches(advertiser: Advertiser, request: Request) -> bool:
    ids = request.query_params.get("advertiserIdFilter", "")
    text = request.query_params.get("nameContains", "")
    is_wanted = not ids or advertiser.advertiser_id in ids.split(",")
    return is_wanted and text.lower() in advertiser.name.lower()


def _advertiser(advertiser: Advertiser) -> dict[str, Any]:
    return {
        "advertiserId": advertiser.advertiser_id,
        "name": advertiser.name,
        "currency": advertiser.currency,
        "url": advertiser.url,
        "country": advertiser.seat.country,
        "timezone": advertiser.timezone,
        "isRegional": False,
        "optOutOfDemographicTargetingAndOptimization": False,
    }


def _manager(manager: ManagerAccount) -> dict[str, Any]:
    return {
        "managerAccountId": manager.manager_account_id,
        "managerAccountName": manager.name,
        "linkedAccounts": [_link(link) for link in manager.links],
    }


def _link(link: LinkedAccount) -> dict[str, Any]:
    if link.advertiser:
        seat = link.advertiser.seat
        return {
            "accountId": seat.entity_id,
            "accountName": link.advertiser.name,
            "accountType": "DSP_ADVERTISING_ACCOUNT",
            "dspAdvertiserId": link.advertiser.advertiser_id,
            "marketplaceId": seat.marketplace_id,
            "profileId": "",
        }
    account = link.sponsored
    assert account is not None, "a link leads somewhere"
    return {
        "accountId": account.entity_id,
        "accountName": account.name,
        "accountType": account.kind.upper(),
        "marketplaceId": account.marketplace_id,
        "profileId": str(account.profile_id),
    }


def _global_account(account: SponsoredAccount) -> dict[str, Any]:
    country = account.country
    return {
        "adsAccountId": account.account_id,
        "accountName": account.name,
        "status": "CREATED",
        "countryCodes": [country],
        "alternateIds": [
            {"countryCode": country, "profileId": account.profile_id},
            {"countryCode": country, "entityId": account.entity_id},
        ],
        "errors": {},
    }


def _unified(caller: Caller) -> list[dict[str, Any]]:
    reached = {**caller.linked, **caller.managed}
    sponsored = [_unified_sponsored(a) for a in caller.sponsored if not a.sub_type]
    return [*map(_unified_dsp, reached.values()), *sponsored]


def _unified_dsp(advertiser: Advertiser) -> dict[str, Any]:
    seat = advertiser.seat
    return {
        "advertiserAccountId": advertiser.account_id,
        "displayName": advertiser.name,
        "isGlobalAccount": False,
        "currencyCode": advertiser.currency,
        "timeZoneIana": advertiser.timezone,
        "status": {"statusCode": "APPROVED"},
        "alternateIds": [
            {
                "countryCode": seat.country,
                "entityId": seat.entity_id,
                "dspAdvertiserId": advertiser.advertiser_id,
                "region": seat.region,
            }
        ],
    }


def _unified_sponsored(account: SponsoredAccount) -> dict[str, Any]:
    return {
        "advertiserAccountId": account.account_id,
        "displayName": account.name,
        "isGlobalAccount": True,
        "currencyCode": account.currency,
        "timeZoneIana": account.timezone,
        "status": {"statusCode": "APPROVED"},
        "alternateIds": [
            {
                "countryCode": account.country,
                "entityId": account.entity_id,
                "profileId": str(account.profile_id),
                "region": account.region,
            }
        ],
    }


def _turned(
    items: list[dict[str, Any]], body: dict[str, Any], *, default: int
) -> tuple[list[dict[str, Any]], str | None]:
    """Return one page of the items and the token of the next one."""
    size = min(int(body.get("maxResults") or default), 100)
    start = int(body.get("nextToken") or 0)
    following = start + size
    return items[start:following], str(following) if following < len(items) else None
