"""The report types: what each is grouped by, how far it reaches, which columns it offers.

Source: Amazon Ads API documentation, Reporting v3, report types (2025-09).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources

DSP, ALL = "DEMAND_SIDE_PLATFORM", "ALL"
DAILY, SUMMARY = "DAILY", "SUMMARY"
_JSON, _CSV, _XLSX = "GZIP_JSON", "CSV", "XLSX"

_REACH = ("reach", "householdReach", "frequencyAverage", "householdFrequencyAverage")
_LINE = (
    "lineItemBudget",
    "lineItemId",
    "lineItemName",
    "lineItemExternalId",
    "lineItemStartDate",
    "lineItemEndDate",
)
_ORDER = ("orderName", "orderId", "orderStartDate", "orderEndDate", "orderCurrency")
_CREATIVE = ("creativeName", "creativeType", "creativeSize", "creativeId")


@dataclass(frozen=True)
class Kind:
    """One report type. `needs` names groupBys of which at least one is required."""

    name: str
    letter: str
    group_by: dict[str, tuple[str, ...]]
    product: str = DSP
    days: int = 31
    retention: int = 95
    time_units: tuple[str, ...] = (SUMMARY, DAILY)
    formats: tuple[str, ...] = (_JSON, _CSV)
    needs: tuple[str, ...] = ()
    combinations: tuple[frozenset[str], ...] = ()
    own_columns: tuple[str, ...] = field(default=())
    filters: tuple[str, ...] = ("advertiserId",)
    summary_dates: tuple[str, str] = ("intervalStart", "intervalEnd")

    @cached_property
    def base(self) -> frozenset[str]:
        """Return the columns that need no particular groupBy."""
        return _base_columns().get(self.letter, frozenset()) | frozenset(self.own_columns)

    def columns(self, group_by: tuple[str, ...]) -> frozenset[str]:
        """Return the columns offered with these groupBys."""
        return self.base.union(*(self.group_by[g] for g in group_by if g in self.group_by))


_KINDS = (
    Kind("dspCampaign", "C", {
        "campaign": ("exclusiveReachRate", "incrementalReachRate", *_REACH, "longTermSales",
                     "longTermROAS"),
        "ad": (*_LINE, "onTargetCPM", "onTargetImpressionCost", "onTargetImpressions",
               "targetDemographic", "lineItemBudgetCap", "lineItemComment", "lineItemDeliveryRate",
               "lineItemStatus", "lineItemType", "lineItemLanguageTargeting", *_REACH),
        "creative": (*_CREATIVE, "creativeAdId", "creativeLanguage", "creativeWeight",
                     "lineItemApprovalStatus"),
    }),
    Kind("dspInventory", "I", {
        "supplySource": ("supplySource",), "site": ("site",),
        "campaign": (*_ORDER, "orderExternalId", "orderBudget"), "creative": _CREATIVE,
        "ad": (*_LINE, "lineItemComments"), "placementSize": ("placementSize",),
        "placement": ("placement",), "deal": ("deal", "dealId", "dealType"),
    }, needs=("supplySource", "site")),
    Kind("dspAudience", "A", {
        "order": (*_ORDER, "omsProposalId"),
        "lineItem": ("lineItemName", "lineItemId", "lineItemComments", "lineItemType",
                     "omsLineItemId", "lineItemStartDate", "lineItemEndDate"),
    }),
    Kind("dspGeo", "G", {
        "order": (*_ORDER, "orderBudget"),
        "lineItem": ("lineItemName", "lineItemId", "lineItemStartDate", "lineItemEndDate",
                     "lineItemBudget", "lineItemComments", "omsLineItemId"),
        "country": ("country",), "region": ("region",), "city": ("city",),
        "postalCode": ("postalCode",), "dma": ("dmaCode", "dmaName"),
    }),
    Kind("dspTech", "T", {
        "order": ("orderName", "orderId", "orderCurrency"),
        "lineItem": ("lineItemName", "lineItemId", "lineItemComments", "omsLineItemId"),
        "operatingSystem": ("operatingSystemName",), "browserType": ("browserName",),
        "browserVersion": ("browserVersion",), "deviceType": ("deviceName",),
        "environmentType": ("environmentName",),
    }),
    Kind("dspProduct", "P", {
        "order": (*_ORDER, "orderBudget", "omsProposalId", "orderExternalId"),
        "lineItem": (*_LINE, "lineItemComments", "omsLineItemId"),
    }),
    Kind("dspReachFrequency", "R", {
        "advertiser": (),
        "supplySource": ("supplySource", "supplySourceId", "amazonExclusiveReachRate"),
        "frequencyGroup": ("frequencyGroupId", "frequencyGroupName"),
    }, combinations=(frozenset({"advertiser"}), frozenset({"advertiser", "supplySource"}),
                     frozenset({"advertiser", "frequencyGroup"}))),
    Kind("dspBidAdjustment", "B", {
        "bidAdjustmentRule": (),
        "bidAdjustmentMatchedTerms": ("bidAdjustmentMatchedTerms", "bidAdjustmentMatchedTermIds",
                                      "bidAdjustment", "matchRate"),
    }, retention=395, formats=(_JSON, _CSV, _XLSX), summary_dates=("startDate", "endDate")),
    Kind("dspAudioAndVideo", "V", {
        "campaign": ("orderName", "orderId"), "ad": ("lineItemName", "lineItemId"),
        "creative": ("creativeName", "creativeId"),
        "supplySource": ("supplySource", "supplySourceId"),
        "content": ("contentGenre", "contentRating", "contentTitle", "contentType"),
    }, days=395, retention=395, time_units=(SUMMARY,), formats=(_JSON, _CSV, _XLSX)),
    Kind("conversionPath", "X", {
        "brandConversionPath": (
            "simplifiedPath", "sales", "purchases", "newToBrandSales", "newToBrandPurchases",
            "sponsoredBrandsDisplayFrequency", "sponsoredDisplayDisplayFrequency",
            "amazonDspDisplayFrequency", "sponsoredBrandsVideoFrequency",
            "sponsoredDisplayOnlineVideoFrequency", "amazonDspOnlineVideoFrequency",
            "sponsoredTvStreamingTvFrequency", "amazonDspStreamingTvFrequency",
            "amazonDspAudioFrequency", "sponsoredProductsFrequency", "sponsoredDisplayFrequency"),
    }, product=ALL, days=90, time_units=(SUMMARY,), filters=("advertiserId", "brandName"),
        summary_dates=("startDate", "endDate")),
)  # fmt: skip

KINDS: dict[str, Kind] = {kind.name: kind for kind in _KINDS}
# Amazon's samples write the plural; both are taken.
KINDS["dspBidAdjustments"] = KINDS["dspBidAdjustment"]


def _base_columns() -> dict[str, frozenset[str]]:
    text = resources.files("sandbox.reports").joinpath("columns.txt").read_text()
    lines = text.replace("\n  ", " ").splitlines()
    found: dict[str, set[str]] = {}
    for line in lines:
        if not line.startswith("#"):
            letters, _, names = line.partition(": ")
            for letter in letters:
                found.setdefault(letter, set()).update(names.split())
    return {letter: frozenset(names) for letter, names in found.items()}
