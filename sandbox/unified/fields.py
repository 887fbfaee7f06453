"""The fields of unified reports that DSP fills, and where each comes from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

BUDGET_CURRENCY, VIEW_CURRENCY = "budgetCurrency.value", "convertedCurrency.value"
_CONVERTED = "Converted"

# What a thousand units of a currency are worth in thousands of dollars; fixed for the sandbox.
DOLLARS = {"USD": 1.0, "CAD": 0.735, "GBP": 1.266, "EUR": 1.087, "JPY": 0.00667}


@dataclass(frozen=True)
class Metric:
    """A metric: the version 3 column behind it, and whether it is money."""

    field: str
    column: str
    is_money: bool = False
    is_converted: bool = False

    @property
    def companion(self) -> str | None:
        """Return the field that has to be asked for beside it."""
        if self.is_converted:
            return VIEW_CURRENCY
        return BUDGET_CURRENCY if self.is_money else None


@dataclass(frozen=True)
class Dimension:
    """A dimension: its version 3 column, the grouping it needs, and its key field."""

    field: str
    column: str
    group_by: str = ""
    kind: str = "dspCampaign"
    key: str = ""


# field of time: time unit, longest history in days, longest pull in days
TIMES: dict[str, tuple[str, int, int]] = {
    "date.value": ("DAILY", 456, 120),
    "day.value": ("DAILY", 456, 456),
    "week.value": ("WEEKLY", 456, 456),
    "month.value": ("MONTHLY", 2191, 761),
    "year.value": ("YEARLY", 2191, 2191),
    "dateRange.value": ("SUMMARY", 2191, 2191),
}
# Fields that every row can carry: they are no level of detail.
CONSTANTS = {"adProduct.value", BUDGET_CURRENCY, VIEW_CURRENCY, "timeZone.value"}

_CAMPAIGN, _AD_GROUP, _AD = "campaign.id", "adGroup.id", "ad.id"
_ACCOUNT, _DEAL, _SEGMENT = "advertiserAccount.id", "deal.id", "audienceSegment.id"
_SOLD, _SOLD_WHERE = "convertedProduct.id", "convertedProductMarketplace.value"
_GEO, _TECH, _SUPPLY = "dspGeo", "dspTech", "dspInventory"

_DIMENSIONS = (
    Dimension(_ACCOUNT, "advertiserId"),
    Dimension("advertiserAccount.name", "advertiserName", key=_ACCOUNT),
    Dimension("advertiserAccount.entityId", "entityId", key=_ACCOUNT),
    Dimension("advertiserAccount.timeZone", "advertiserTimezone", key=_ACCOUNT),
    Dimension(_CAMPAIGN, "orderId", "campaign"),
    Dimension("campaign.name", "orderName", "campaign", key=_CAMPAIGN),
    Dimension("campaign.startDate", "orderStartDate", "campaign", key=_CAMPAIGN),
    Dimension("campaign.endDate", "orderEndDate", "campaign", key=_CAMPAIGN),
    Dimension("campaign.budgetAmount", "orderBudget", "campaign", key=_CAMPAIGN),
    Dimension("campaign.currencyCode", "orderCurrency", "campaign", key=_CAMPAIGN),
    Dimension("campaign.purchaseOrderNumber", "orderExternalId", "campaign", key=_CAMPAIGN),
    Dimension(_AD_GROUP, "lineItemId", "ad"),
    Dimension("adGroup.name", "lineItemName", "ad", key=_AD_GROUP),
    Dimension("adGroup.externalId", "lineItemExternalId", "ad", key=_AD_GROUP),
    Dimension("adGroup.startDate", "lineItemStartDate", "ad", key=_AD_GROUP),
    Dimension("adGroup.endDate", "lineItemEndDate", "ad", key=_AD_GROUP),
    Dimension("adGroup.budgetAmount", "lineItemBudget", "ad", key=_AD_GROUP),
    Dimension("adGroup.deliveryStatus", "lineItemStatus", "ad", key=_AD_GROUP),
    Dimension("adGroup.type", "lineItemType", "ad", key=_AD_GROUP),
    Dimension(_AD, "creativeId", "creative"),
    Dimension("ad.name", "creativeName", "creative", key=_AD),
    Dimension("ad.format", "creativeType", "creative", key=_AD),
    Dimension("ad.size", "creativeSize", "creative", key=_AD),
    Dimension("ad.language", "creativeLanguage", "creative", key=_AD),
    Dimension("supplySource.name", "supplySource", "supplySource", _SUPPLY),
    Dimension("siteApp.value", "site", "site", _SUPPLY),
    Dimension("placement.name", "placement", "placement", _SUPPLY, key="siteApp.value"),
    Dimension("placement.size", "placementSize", "placementSize", _SUPPLY, key="siteApp.value"),
    Dimension(_DEAL, "dealId", "deal", _SUPPLY),
    Dimension("deal.name", "deal", "deal", _SUPPLY, key=_DEAL),
    Dimension("deal.type", "dealType", "deal", _SUPPLY, key=_DEAL),
    Dimension("country.name", "country", "country", _GEO),
    Dimension("region.name", "region", "region", _GEO),
    Dimension("city.name", "city", "city", _GEO),
    Dimension("postalCode.value", "postalCode", "postalCode", _GEO),
    Dimension("dma.id", "dmaCode", "dma", _GEO),
    Dimension("dma.name", "dmaName", "dma", _GEO, key="dma.id"),
    Dimension("operatingSystem.value", "operatingSystemName", "operatingSystem", _TECH),
    Dimension("browserName.value", "browserName", "browserType", _TECH),
    Dimension("browserVersion.value", "browserVersion", "browserVersion", _TECH),
    Dimension("deviceType.value", "deviceName", "deviceType", _TECH),
    Dimension("environment.value", "environmentName", "environmentType", _TECH),
    Dimension(_SEGMENT, "segmentId", "", "dspAudience"),
    Dimension("audienceSegment.name", "segmentName", "", "dspAudience", key=_SEGMENT),
    Dimension("audienceSegment.type", "segmentType", "", "dspAudience", key=_SEGMENT),
    Dimension("audienceSegment.classCode", "segmentClassCode", "", "dspAudience", key=_SEGMENT),
    Dimension("target.value", "targetingMethod", "", "dspAudience"),
    Dimension(_SOLD_WHERE, "marketplace", "", "dspProduct"),
    Dimension(_SOLD, "asin", "", "dspProduct", key=_SOLD_WHERE),
    Dimension("convertedProduct.name", "productName", "", "dspProduct", key=_SOLD),
    Dimension("convertedProduct.brand", "brandName", "", "dspProduct", key=_SOLD),
    Dimension("convertedProduct.productGroup", "productGroup", "", "dspProduct", key=_SOLD),
    Dimension("convertedProduct.category", "productCategory", "", "dspProduct", key=_SOLD),
    Dimension("convertedProduct.subcategory", "productSubCategory", "", "dspProduct", key=_SOLD),
)  # fmt: skip
DIMENSIONS = {dimension.field: dimension for dimension in _DIMENSIONS}


# Nobody is shown a product that is bought later: these are refused beside it.
NOT_OF_PRODUCTS = {
    f"metric.{name}"
    for name in ("impressions", "clicks", "impressionsVideoAd", "productReviewPageVisitsHalo")
}


@lru_cache(maxsize=1)
def metrics() -> dict[str, Metric]:
    """Return the metrics by field."""
    text = resources.files("sandbox.unified").joinpath("fields.txt").read_text()
    found: dict[str, Metric] = {}
    for line in text.replace("\n  ", " ").splitlines():
        if not line.startswith("#"):
            group, _, names = line.partition(": ")
            for name in names.split():
                found |= _metric(name, is_money=group == "money")
    return found


def _metric(written: str, *, is_money: bool) -> dict[str, Metric]:
    name, _, column = written.partition("=")
    field = f"metric.{name}"
    found = {field: Metric(field, column or name, is_money)}
    if is_money:
        converted = field + _CONVERTED
        found[converted] = Metric(converted, column or name, is_money, is_converted=True)
    return found
