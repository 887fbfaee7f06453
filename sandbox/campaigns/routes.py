"""`/adsApi/v1/query/*` for AMAZON_DSP, and the moderation list of the older creative API."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from sandbox.access import ACCOUNT, Gate, required_scope
from sandbox.answers import Refusal, json_answer, unified_error
from sandbox.bodies import json_object
from sandbox.campaigns.objects import AD_PRODUCT, Catalogue, Json
from sandbox.world.world import World

_PAGE = 100
_TARGETS_PAGE = 5000
_STATES = {"ENABLED", "PAUSED", "ARCHIVED"}


@dataclass(frozen=True)
class Query:
    """What can be asked of one kind of object: its filters and how many values each takes."""

    member: str
    read: Callable[[Catalogue], Iterable[Json]]
    filters: dict[str, tuple[str, int]]
    page: int = _PAGE
    needs_product: bool = True


QUERIES = {
    "campaigns": Query("campaigns", Catalogue.campaigns, {
        "campaignIdFilter": ("campaignId", 1000), "stateFilter": ("state", 3),
    }),
    "adGroups": Query("adGroups", Catalogue.ad_groups, {
        "adGroupIdFilter": ("adGroupId", 1000), "campaignIdFilter": ("campaignId", 100),
        "stateFilter": ("state", 3),
    }),
    "ads": Query("ads", Catalogue.ads, {"adIdFilter": ("adId", 100), "stateFilter": ("state", 3)}),
    "targets": Query("targets", Catalogue.targets, {
        "adGroupIdFilter": ("adGroupId", 100), "targetTypeFilter": ("targetType", 17),
        "stateFilter": ("state", 3),
    }, page=_TARGETS_PAGE),
    "adAssociations": Query("adAssociations", Catalogue.associations, {
        "adGroupIdFilter": ("adGroupId", 100), "adIdFilter": ("adId", 100),
        "adAssociationIdFilter": ("adAssociationId", 100), "stateFilter": ("state", 3),
    }, needs_product=False),
}  # fmt: skip


@dataclass(frozen=True)
class Campaigns:
    """The campaign routes of one region."""

    gate: Gate
    region: str
    world: World
    now: Callable[[], datetime]

    async def query(self, request: Request) -> Response:
        """Answer POST /adsApi/v1/query/{objects}."""
        query = QUERIES.get(request.path_params["objects"])
        if query is None:
            raise unified_error(404, "NOT_FOUND", "No such resource")
        catalogue = self._catalogue(request)
        body = await json_object(request, _malformed)
        _check_product(body, needed=query.needs_product)
        wanted = _wanted(query, body)
        found = [o for o in query.read(catalogue) if all(o[f] in w for f, w in wanted)]
        page, token = _page(found, body, query.page)
        return json_answer({query.member: page, **({"nextToken": token} if token else {})})

    async def moderations(self, request: Request) -> Response:
        """Answer POST /dsp/v1/adCreatives/moderations/list."""
        caller = self.gate.caller(request, self.region)
        required_scope(request, caller)
        catalogue = self._catalogue(request)
        body = await json_object(request, _malformed)
        ids = body.get("adCreativeIdFilter", {}).get("include")
        found = [m for m in catalogue.moderations() if not ids or m["adCreativeId"] in ids]
        page, token = _page(found, body, _PAGE)
        answer = {"totalResults": len(found), "nextToken": token, "adCreativeStatuses": page}
        return json_answer(answer)

    def _catalogue(self, request: Request) -> Catalogue:
        caller = self.gate.caller(request, self.region)
        advertiser_id = request.headers.get(ACCOUNT, "")
        if not advertiser_id:
            raise unified_error(400, "BAD_REQUEST", "Amazon-Ads-AccountId header is missing")
        if advertiser_id not in caller.managed:
            raise unified_error(403, "FORBIDDEN", f"Not authorized to access {advertiser_id}")
        return Catalogue(self.world.book(advertiser_id), self.now())


def _malformed(sentence: str) -> Refusal:
    return unified_error(400, "BAD_REQUEST", sentence)


def _check_product(body: dict[str, Any], *, needed: bool) -> None:
    products = body.get("adProductFilter", {}).get("include") or []
    if not products and not needed:
        return
    if not products:
        raise unified_error(400, "FIELD_VALUE_IS_NULL", "adProductFilter.include is required")
    if products != [AD_PRODUCT]:
        raise unified_error(400, "FIELD_VALUE_IS_INVALID", f"adProductFilter takes {AD_PRODUCT}")


def _wanted(query: Query, body: dict[str, Any]) -> list[tuple[str, list[str]]]:
    found = []
    for name, (field, most) in query.filters.items():
        values = body.get(name, {}).get("include")
        if values is None:
            continue
        if not 1 <= len(values) <= most:
            raise unified_error(
                400, "FIELD_SIZE_IS_OUT_OF_RANGE", f"{name}.include takes 1 to {most}"
            )
        if field == "state" and not set(values) <= _STATES:
            raise unified_error(400, "FIELD_VALUE_IS_INVALID", f"{name}.include is invalid")
        found.append((field, [str(value) for value in values]))
    return found


def _page(items: list[Json], body: dict[str, Any], most: int) -> tuple[list[Json], str | None]:
    size = body.get("maxResults", most)
    if not isinstance(size, int) or not 1 <= size <= most:
        raise unified_error(400, "FIELD_VALUE_IS_OUT_OF_RANGE", f"maxResults takes 1 to {most}")
    start = _position(body.get("nextToken"))
    following = start + size
    token = urlsafe_b64encode(f"from:{following}".encode()).decode()
    return items[start:following], token if following < len(items) else None


def _position(token: str | None) -> int:
    if not token:
        return 0
    try:
        return int(urlsafe_b64decode(token).decode().removeprefix("from:"))
    except ValueError:
        raise unified_error(400, "FIELD_VALUE_IS_INVALID", "nextToken is invalid") from None
