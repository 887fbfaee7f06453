"""Which report of version 3 fills which table of the lake: type, grouping, columns, limits.

Columns are Amazon's names, each with ours; the measures among them come from the catalogue.
Names, dates and budgets of orders and line items are asked for only where campaign queries are
forbidden: repeated in every row they would cost more than they say.

Source: Amazon Ads API documentation, Reporting v3, DSP report types.
"""

from __future__ import annotations

from collections.abc import Mapping

from core.amazon.reports.spec import ReportSpec, TimeUnit
from core.amazon.reports.v1_specs import UNIFIED
from core.domain.connections import Adapter
from core.domain.metrics import Dataset
from core.errors import Defect

_DAY = {"date": "day", "advertiserId": "advertiser_id"}
_WINDOW = {"advertiserId": "advertiser_id"}
_ORDER = {"orderId": "order_id", "orderCurrency": "currency"}
_LINE_ITEM = {"lineItemId": "line_item_id"}
_INTERVAL = {"intervalStart": "interval_start", "intervalEnd": "interval_end"}

ORDER_DESCRIPTORS = {
    "orderName": "order_name",
    "orderExternalId": "order_external_id",
    "orderStartDate": "order_start",
    "orderEndDate": "order_end",
    "orderBudget": "order_budget",
}
LINE_ITEM_DESCRIPTORS = {
    "lineItemName": "line_item_name",
    "lineItemExternalId": "line_item_external_id",
    "lineItemStartDate": "line_item_start",
    "lineItemEndDate": "line_item_end",
    "lineItemBudget": "line_item_budget",
    "lineItemBudgetCap": "line_item_budget_cap",
    "lineItemStatus": "line_item_status",
    "lineItemType": "line_item_type",
    "lineItemApprovalStatus": "line_item_approval",
}
CREATIVE_DESCRIPTORS = {
    "creativeName": "creative_name",
    "creativeType": "creative_type",
    "creativeSize": "creative_size",
    "creativeLanguage": "creative_language",
}

SPECS: Mapping[str, ReportSpec] = {
    spec.name: spec
    for spec in (
        ReportSpec(
            name="campaign",
            dataset=Dataset.CAMPAIGN,
            report_type="dspCampaign",
            group_by=("campaign", "ad", "creative"),
            keys={**_DAY, **_ORDER, **_LINE_ITEM, "creativeId": "creative_id"},
            descriptors={**ORDER_DESCRIPTORS, **LINE_ITEM_DESCRIPTORS, **CREATIVE_DESCRIPTORS},
            reported={"clickThroughRate": "ctr"},
        ),
        ReportSpec(
            name="inventory",
            dataset=Dataset.INVENTORY,
            report_type="dspInventory",
            group_by=("supplySource", "campaign", "ad", "deal"),
            keys={
                **_DAY,
                **_ORDER,
                **_LINE_ITEM,
                "supplySource": "supply_source",
                "dealId": "deal_id",
            },
            attributes={"deal": "deal", "dealType": "deal_type"},
        ),
        ReportSpec(
            name="site",
            dataset=Dataset.SITE,
            report_type="dspInventory",
            counted_with=Dataset.INVENTORY,
            group_by=("site", "campaign"),
            keys={**_DAY, **_ORDER, "site": "site"},
        ),
        ReportSpec(
            name="geo",
            dataset=Dataset.GEO,
            report_type="dspGeo",
            group_by=("order", "country", "region", "dma"),
            keys={
                **_DAY,
                **_ORDER,
                "country": "country",
                "region": "region",
                "dmaName": "dma",
            },
        ),
        ReportSpec(
            name="tech",
            dataset=Dataset.TECH,
            report_type="dspTech",
            group_by=("order", "operatingSystem", "browserType", "deviceType", "environmentType"),
            keys={
                **_DAY,
                **_ORDER,
                "operatingSystemName": "operating_system",
                "browserName": "browser",
                "deviceName": "device",
                "environmentName": "environment",
            },
        ),
        ReportSpec(
            name="audience",
            dataset=Dataset.AUDIENCE,
            report_type="dspAudience",
            group_by=("order", "lineItem"),
            keys={**_DAY, **_ORDER, **_LINE_ITEM, "segmentId": "segment_id"},
            attributes={
                "segmentName": "segment",
                "segmentType": "segment_type",
                "segmentSource": "segment_source",
                "targetingMethod": "targeting_method",
            },
        ),
        ReportSpec(
            name="product",
            dataset=Dataset.PRODUCT,
            report_type="dspProduct",
            group_by=("order",),
            keys={**_DAY, **_ORDER, "asin": "product_id"},
            attributes={
                "productName": "product",
                "productGroup": "product_group",
                "productCategory": "product_category",
                "productSubCategory": "product_subcategory",
            },
        ),
        ReportSpec(
            name="reach-advertiser",
            dataset=Dataset.REACH,
            report_type="dspReachFrequency",
            group_by=("advertiser",),
            keys=_WINDOW,
            attributes=_INTERVAL,
            only=("reach", "frequencyAverage"),
            level="advertiser",
            time_unit=TimeUnit.SUMMARY,
        ),
        ReportSpec(
            name="reach-supply",
            dataset=Dataset.REACH,
            report_type="dspReachFrequency",
            group_by=("advertiser", "supplySource"),
            keys={**_WINDOW, "supplySource": "entity_id"},
            attributes=_INTERVAL,
            only=("reach", "frequencyAverage", "amazonExclusiveReachRate"),
            level="supply_source",
            time_unit=TimeUnit.SUMMARY,
        ),
        ReportSpec(
            name="reach-order",
            dataset=Dataset.REACH,
            report_type="dspCampaign",
            counted_with=Dataset.CAMPAIGN,
            group_by=("campaign",),
            keys={**_WINDOW, "orderId": "entity_id"},
            attributes=_INTERVAL,
            only=(
                "reach",
                "frequencyAverage",
                "householdReach",
                "householdFrequencyAverage",
                "exclusiveReachRate",
                "incrementalReachRate",
            ),
            level="order",
            time_unit=TimeUnit.SUMMARY,
        ),
        ReportSpec(
            name="bid-adjustment",
            dataset=Dataset.BID_ADJUSTMENT,
            report_type="dspBidAdjustment",
            group_by=("bidAdjustmentRule", "bidAdjustmentMatchedTerms"),
            keys={
                **_DAY,
                "orderId": "order_id",
                **_LINE_ITEM,
                "bidAdjustmentRuleId": "rule_id",
                "bidAdjustmentMatchedTermIds": "term_id",
            },
            attributes={"bidAdjustmentRule": "rule", "bidAdjustmentMatchedTerms": "terms"},
            retention_days=395,
        ),
        ReportSpec(
            name="audio-video",
            dataset=Dataset.AUDIO_VIDEO,
            report_type="dspAudioAndVideo",
            group_by=("campaign", "content"),
            keys={
                **_WINDOW,
                "orderId": "order_id",
                "contentGenre": "content_genre",
                "contentRating": "content_rating",
            },
            attributes=_INTERVAL,
            level="order",
            time_unit=TimeUnit.SUMMARY,
            days_max=395,
            retention_days=395,
        ),
    )
}


WITH_NAMES = "+names"
"""Ends the stored name of a report that also asks for what describes orders and line items."""


def spec_named(name: str, adapter: Adapter = Adapter.V3) -> ReportSpec:
    """Return an adapter's spec stored under `name`, which may end in `WITH_NAMES`.

    Raises Defect for a name that no version ever stored.
    """
    known = specs_of(adapter).get(name.removesuffix(WITH_NAMES))
    if known is None:
        raise Defect(f"a request was stored with the unknown spec {name!r} of {adapter}")
    return known


def counted_as(dataset: Dataset, adapter: Adapter = Adapter.V3) -> Dataset:
    """Return the table in whose name the ledger counts the requests for a table's days.

    A table that no report is asked for stands for itself.
    """
    specs = (*specs_of(adapter).values(), *SPECS.values())
    return next((spec.counted_as for spec in specs if spec.dataset is dataset), dataset)


def specs_of(adapter: Adapter) -> Mapping[str, ReportSpec]:
    """Return the specs of a generation of reports by name; the names are the same in both."""
    return UNIFIED if adapter is Adapter.V1 else SPECS
