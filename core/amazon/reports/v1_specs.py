"""Which unified (v1) report fills which table of the lake, under the same names as version 3's.

What is not here stays with version 3: bid adjustments, audio and video content, and windows of
reach. The unified reports count people too (metric.userReach over a dateRange), but what their
windows mean beside version 3's has not been compared. A dimension here is a level of detail, so
that asking for one splits rows; what only describes is therefore asked for only where Amazon
calls it an attribute.

Source: Amazon Ads API v1 (beta), report fields and their required and incompatible fields;
"Query building": fifteen months of days, 120 days a request, five accounts.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict, Unpack

from core.amazon.reports.spec import ReportSpec
from core.domain.connections import Adapter
from core.domain.metrics import Dataset

REPORT_TYPE = "unified"
"""The unified reports share one queue, whatever their fields are."""

DAYS_KEPT = 454
"""Fifteen months are never fewer days than these."""

_DAYS_A_REPORT = 120
_ACCOUNTS_A_REPORT = 5

_DAY = {"date.value": "day", "advertiserAccount.id": "advertiser_id"}
_ORDER = {"campaign.id": "order_id", "budgetCurrency.value": "currency"}
_LINE_ITEM = {"adGroup.id": "line_item_id"}

_ORDER_DESCRIPTORS = {
    "campaign.name": "order_name",
    "campaign.purchaseOrderNumber": "order_external_id",
    "campaign.startDate": "order_start",
    "campaign.endDate": "order_end",
    "campaign.budgetAmount": "order_budget",
}
_LINE_ITEM_DESCRIPTORS = {
    "adGroup.name": "line_item_name",
    "adGroup.externalId": "line_item_external_id",
    "adGroup.startDate": "line_item_start",
    "adGroup.endDate": "line_item_end",
    "adGroup.budgetAmount": "line_item_budget",
    "adGroup.deliveryStatus": "line_item_status",
    "adGroup.type": "line_item_type",
}
_CREATIVE_DESCRIPTORS = {
    "ad.name": "creative_name",
    "ad.format": "creative_type",
    "ad.size": "creative_size",
    "ad.language": "creative_language",
}
# Amazon's filter leaves the one and removes the other: what was there before it is both together.
_SUMS = {"gross_impressions": ("impressions", "invalid_impressions")}
# Nothing is served to a product: these are refused beside the product that was bought.
_NOT_OF_PRODUCTS = frozenset(
    {
        "metric.impressions",
        "metric.clicks",
        "metric.impressionsVideoAd",
        "metric.productReviewPageVisitsHalo",
    }
)


class _Described(TypedDict, total=False):
    """What a report may hold besides keys and measures; see `ReportSpec`."""

    attributes: Mapping[str, str]
    descriptors: Mapping[str, str]
    reported: Mapping[str, str]
    splits: Mapping[str, str]


def _unified(
    name: str, dataset: Dataset, keys: Mapping[str, str], **more: Unpack[_Described]
) -> ReportSpec:
    return ReportSpec(
        name=name,
        dataset=dataset,
        report_type=REPORT_TYPE,
        group_by=(),
        keys={**_DAY, **_ORDER, **keys},
        sums={} if dataset is Dataset.PRODUCT else _SUMS,
        never=_NOT_OF_PRODUCTS if dataset is Dataset.PRODUCT else frozenset(),
        days_max=_DAYS_A_REPORT,
        retention_days=DAYS_KEPT,
        advertisers_max=_ACCOUNTS_A_REPORT,
        ad_product="AMAZON_DSP",
        adapter=Adapter.V1,
        **more,
    )


UNIFIED: Mapping[str, ReportSpec] = {
    spec.name: spec
    for spec in (
        _unified(
            "campaign",
            Dataset.CAMPAIGN,
            {**_LINE_ITEM, "ad.id": "creative_id"},
            descriptors={**_ORDER_DESCRIPTORS, **_LINE_ITEM_DESCRIPTORS, **_CREATIVE_DESCRIPTORS},
            reported={"metric.ctr": "ctr"},
        ),
        _unified(
            "inventory",
            Dataset.INVENTORY,
            {**_LINE_ITEM, "supplySource.name": "supply_source", "deal.id": "deal_id"},
            attributes={"deal.name": "deal", "deal.type": "deal_type"},
        ),
        _unified("site", Dataset.SITE, {"siteApp.value": "site"}),
        _unified(
            "geo",
            Dataset.GEO,
            {"country.name": "country", "region.name": "region", "dma.name": "dma"},
            splits={"dma.id": "dma_code"},
        ),
        _unified(
            "tech",
            Dataset.TECH,
            {
                "operatingSystem.value": "operating_system",
                "browserName.value": "browser",
                "deviceType.value": "device",
                "environment.value": "environment",
            },
        ),
        _unified(
            "audience",
            Dataset.AUDIENCE,
            {**_LINE_ITEM, "audienceSegment.id": "segment_id"},
            attributes={
                "audienceSegment.name": "segment",
                "audienceSegment.type": "segment_type",
            },
        ),
        _unified(
            "product",
            Dataset.PRODUCT,
            {"convertedProduct.id": "product_id"},
            attributes={
                "convertedProduct.name": "product",
                "convertedProduct.productGroup": "product_group",
                "convertedProduct.category": "product_category",
                "convertedProduct.subcategory": "product_subcategory",
            },
            splits={"convertedProductMarketplace.value": "marketplace"},
        ),
    )
}
