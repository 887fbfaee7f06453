"""`/accounts/{accountId}/dsp/reports` and `/dsp/orders`, as they were before version 3."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import orjson
from anyio import to_thread
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from sandbox.access import Caller, Gate, accepted, required_scope
from sandbox.answers import Refusal, dsp_error, json_answer
from sandbox.beliefs import Beliefs
from sandbox.bodies import json_object
from sandbox.clock import written
from sandbox.legacy.names import column_of
from sandbox.reports.asked import Asked
from sandbox.reports.building import Builder
from sandbox.reports.kinds import DAILY, KINDS, SUMMARY
from sandbox.reports.store import URL_SECONDS, Store, build_seconds
from sandbox.world.entities import Advertiser, Order
from sandbox.world.world import World

_CREATE = "application/vnd.dspcreatereports.v3+json"
_GET = "application/vnd.dspgetreports.v3+json"
_ORDERS = "application/vnd.dsporders.v2+json"
_TYPES = {
    "CAMPAIGN": "dspCampaign", "INVENTORY": "dspInventory", "TECHNOLOGY": "dspTech",
    "GEOGRAPHY": "dspGeo", "AUDIENCE": "dspAudience", "PRODUCTS": "dspProduct",
}  # fmt: skip
_ORDER = {
    "orderId": "orderId", "orderName": "orderName", "orderStartDate": "orderStartDate",
    "orderEndDate": "orderEndDate", "orderBudget": "orderBudget",
    "orderExternalId": "orderExternalId", "orderCurrency": "orderCurrency",
}  # fmt: skip
_LINE = {
    "lineItemId": "lineItemId", "lineItemName": "lineItemName",
    "lineItemStartDate": "lineItemStartDate", "lineItemEndDate": "lineItemEndDate",
    "lineItemBudget": "lineItemBudget", "lineItemExternalId": "lineItemExternalId",
}  # fmt: skip
_CREATIVE = {
    "creativeName": "creativeName", "creativeID": "creativeId", "creativeType": "creativeType",
    "creativeSize": "creativeSize", "creativeAdId": "creativeAdId",
}  # fmt: skip
# dimension: the groupBy of version 3, and its fields under the old names
_DIMENSIONS: dict[str, tuple[str, dict[str, str]]] = {
    "ORDER": ("campaign", _ORDER),
    "LINE_ITEM": ("ad", _LINE),
    "CREATIVE": ("creative", _CREATIVE),
    "SITE": ("site", {"siteName": "site"}),
    "SUPPLY": ("supplySource", {"supplySourceName": "supplySource"}),
    "DEAL": ("deal", {"deal": "deal", "dealID": "dealId"}),
    "COUNTRY": ("country", {"country": "country"}),
    "STATE_COUNTY_REGION": ("region", {"region": "region"}),
    "CITY": ("city", {"city": "city"}),
    "DMA": ("dma", {"designatedMarketAreaCode": "dmaCode", "designatedMarketAreaName": "dmaName"}),
    "POSTAL_CODE": ("postalCode", {"postalCode": "postalCode"}),
    "OPERATING_SYSTEM": ("operatingSystem", {"operatingSystem": "operatingSystemName"}),
    "BROWSER_TYPE": ("browserType", {"browser": "browserName"}),
    "BROWSER_VERSION": ("browserVersion", {"browserVersion": "browserVersion"}),
    "DEVICE_TYPE": ("deviceType", {"device": "deviceName"}),
    "ENVIRONMENT_TYPE": ("environmentType", {"environmentType": "environmentName"}),
}
_ALWAYS = ("entityId", "advertiserId", "advertiserName")
_NUMBERS = {"advertiserId", "orderId", "lineItemId", "creativeID", "creativeAdId"}
_DAYS_BACK, _DAYS_LONG = 90, 31


@dataclass(frozen=True)
class LegacyReport:
    """One report of the old kind."""

    report_id: str
    account_id: str
    type: str
    asked: Asked
    names: dict[str, str]
    ready: datetime


@dataclass
class LegacyReports:
    """The old routes of one region."""

    gate: Gate
    region: str
    world: World
    store: Store
    now: Callable[[], datetime]
    beliefs: Callable[[], Beliefs]
    pace: str
    reports: dict[str, LegacyReport] = field(default_factory=dict)

    async def create(self, request: Request) -> Response:
        """Answer POST: 202 and the report in progress."""
        self._only_when_believed()
        caller = self.gate.caller(request, self.region)
        accepted(request, _CREATE)
        account_id = request.path_params["account_id"]
        body = await json_object(request, lambda said: _refused("body", said))
        advertisers = self._advertisers(caller, account_id, body)
        asked, names = _understood(body, tuple(advertisers), self.now().date())
        ready = self.now() + timedelta(seconds=build_seconds(asked, self.pace, len(self.reports)))
        report = LegacyReport(
            str(uuid.uuid4()), account_id, body.get("type", "CAMPAIGN"), asked, names, ready
        )
        self.reports[report.report_id] = report
        return json_answer(self._shown(report), 202, _CREATE)

    async def status(self, request: Request) -> Response:
        """Answer GET: in progress, or success with a pre-signed location."""
        self._only_when_believed()
        self.gate.caller(request, self.region)
        accepted(request, _GET)
        report = self.reports.get(request.path_params["report_id"])
        if report is None or report.account_id != request.path_params["account_id"]:
            raise dsp_error(404, "Not found", "reportId", "The report was not found.")
        return json_answer(self._shown(report), 200, _GET)

    async def orders(self, request: Request) -> Response:
        """Answer GET /dsp/orders/ for an advertiser of the profile."""
        self._only_when_believed()
        caller = self.gate.caller(request, self.region)
        seat = required_scope(request, caller)
        wanted = request.query_params.get("advertiserIdFilter", "")
        mine = {a.advertiser_id: a for a in caller.advertisers_of(seat)}
        if wanted not in mine:
            raise _refused("advertiserIdFilter", f"advertiserId is invalid: {wanted}")
        now = self.now()
        shown = [
            _order(order, mine[wanted], now)
            for order in self.world.book(wanted).orders
            if order.created <= now
        ]
        return json_answer({"totalResults": len(shown), "response": shown}, 200, _ORDERS)

    async def content(self, folder: str) -> bytes | None:
        """Return a report's file for the storage, None when there is none."""
        report = self.reports.get(folder)
        return None if report is None else await to_thread.run_sync(self._built, report)

    def _only_when_believed(self) -> None:
        if not self.beliefs().legacy_endpoints:
            raise HTTPException(404)

    def _advertisers(
        self, caller: Caller, account_id: str, body: dict[str, Any]
    ) -> dict[str, Advertiser]:
        """Return the advertisers behind an entity id (all of its own) or an advertiser's id."""
        if account_id in caller.linked:
            return {account_id: caller.linked[account_id]}
        below = {i: a for i, a in caller.managed.items() if a.seat.entity_id == account_id}
        wanted = [str(each) for each in body.get("advertiserIds") or below]
        if not below or not set(wanted) <= below.keys():
            raise dsp_error(403, "Forbidden", "accountId", f"No access to account {account_id}")
        return {i: below[i] for i in wanted}

    def _shown(self, report: LegacyReport) -> dict[str, Any]:
        now = self.now()
        done = now >= report.ready
        path = f"/{self.region}/storage/{report.report_id}/legacy-report.json"
        expires = (now if done else report.ready) + timedelta(seconds=URL_SECONDS)
        return {
            "reportId": report.report_id,
            "type": report.type,
            "format": "JSON",
            "status": "SUCCESS" if done else "IN_PROGRESS",
            "statusDetails": "Success" if done else "In progress",
            "location": self.store.signed(path, now) if done else "",
            "expiration": written(expires),
        }

    def _built(self, report: LegacyReport) -> bytes:
        rows = Builder(self.world, self.beliefs(), report.ready).rows(report.asked)
        return orjson.dumps([_row(row, report) for row in rows])


def _understood(
    body: dict[str, Any], advertisers: tuple[str, ...], today: date
) -> tuple[Asked, dict[str, str]]:
    """Return the translated request, and old field names with their columns."""
    kind = _TYPES.get(body.get("type", "CAMPAIGN"))
    dimensions = body.get("dimensions") or ["ORDER"]
    if kind is None or not set(dimensions) <= _DIMENSIONS.keys():
        raise _refused("type", "Request body field 'type' or 'dimensions' has invalid values")
    start, end = _days(body, today)
    time_unit = body.get("timeUnit", SUMMARY)
    names = {name: name for name in _ALWAYS}
    for dimension in dimensions:
        names |= _DIMENSIONS[dimension][1]
    names |= _metrics(body.get("metrics") or [], {*names, "date", "intervalStart", "intervalEnd"})
    dates = ["date"] if time_unit == DAILY else ["intervalStart", "intervalEnd"]
    asked = Asked(
        name=None,
        kind=KINDS[kind],
        start=start,
        end=end,
        group_by=tuple(_DIMENSIONS[d][0] for d in dimensions),
        columns=tuple(dict.fromkeys([*names.values(), *dates])),
        time_unit=time_unit,
        format="JSON",
        advertiser_ids=advertisers,
        configuration={},
    )
    return asked, {**names, **{name: name for name in dates}}


def _metrics(wanted: list[str], default: set[str]) -> dict[str, str]:
    found = {name: column_of(name) for name in wanted if name not in default}
    wrong = [name for name in wanted if found.get(name) is None]
    if wrong:
        raise _refused(
            "metrics", f"Request body field 'metrics' has invalid values: [{', '.join(wrong)}]"
        )
    return {name: column for name, column in found.items() if column}


def _days(body: dict[str, Any], today: date) -> tuple[date, date]:
    try:
        start = date.fromisoformat(str(body.get("startDate")))
        end = date.fromisoformat(str(body.get("endDate")))
    except ValueError:
        raise _refused("startDate", "startDate and endDate are yyyy-MM-dd") from None
    if start > end or (end - start).days >= _DAYS_LONG or (today - start).days > _DAYS_BACK:
        raise _refused("startDate", "The date range is not supported")
    return start, end


def _row(row: dict[str, Any], report: LegacyReport) -> dict[str, Any]:
    """Return a row in the old form: ids as numbers, days as milliseconds since 1970."""
    found = {}
    for name, column in report.names.items():
        value = row[column]
        if name in _NUMBERS and value is not None:
            value = int(value)
        elif name in {"date", "intervalStart", "intervalEnd"} or name.endswith("Date"):
            value = _milliseconds(value)
        found[name] = value
    return found


def _milliseconds(day: str) -> int:
    instant = datetime.combine(date.fromisoformat(day), time(), UTC)
    return int(instant.timestamp() * 1000)


def _order(order: Order, advertiser: Advertiser, at: datetime) -> dict[str, Any]:
    budget = {"totalBudgetAmount": float(order.budget_at(at)), "budgetCaps": []}
    return {
        "orderId": order.order_id,
        "advertiserId": advertiser.advertiser_id,
        "name": order.name,
        "externalId": order.external_id,
        "startDateTime": written(order.start),
        "endDateTime": written(order.end),
        "budget": budget,
        "agencyFee": {"feePercentage": float(order.agency_fee)},
        "currencyCode": advertiser.currency,
        "deliveryActivationStatus": "ACTIVE" if order.state.at(at) == "ENABLED" else "INACTIVE",
        "creationDate": written(order.created),
    }


def _refused(name: str, message: str) -> Refusal:
    kind = "REQUEST_BODY_FIELD_INVALID_METRICS" if name == "metrics" else "Invalid value"
    return dsp_error(400, kind, name, message)
