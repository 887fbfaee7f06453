"""People who are new to the brand: nothing bought (or looked at) in the year before."""

from __future__ import annotations

from datetime import date

from core.domain.catalogue.cuts import PRODUCT, SALES_CUTS, TOTAL_CUTS
from core.domain.catalogue.families import (
    BY_CONVERSION,
    HALO,
    PROMOTED,
    TOTAL,
    WINDOW,
    Event,
    Names,
    Products,
    Wire,
    measure,
    ratio,
    returns,
    titled,
)
from core.domain.metrics import Dataset, Metric, Stage, Unit

_SINCE = date(2018, 11, 1)
_BUYERS = "people who had bought nothing of the brand in the 12 months before"

_VIEWS = Event(
    key="new_to_brand_detail_page_views",
    name="New-to-brand detail page views",
    one="new-to-brand detail page view",
    says="Detail pages of {products} opened by people who had looked at none of the brand's in "
    "the year before",
    stage=Stage.NEW_TO_BRAND,
    v1=Names(
        "newToBrandDetailPageViews*+",
        "newToBrandDetailPageViewRate+",
        "costPerNewToBrandDetailPageView+",
    ),
    rate=("ntb_dpvr", "NTB DPVR"),
    cost=("ntb_ecpdpv", "NTB eCPDPV"),
    short="NTB DPV",
    since=_SINCE,
)
_PURCHASES = Event(
    key="new_to_brand_purchases",
    name="New-to-brand purchases",
    one="new-to-brand purchase",
    says="Purchases of {products} by " + _BUYERS,
    stage=Stage.NEW_TO_BRAND,
    v1=Names("newToBrandPurchases*+", "newToBrandPurchaseRate+", "costPerNewToBrandPurchase+"),
    rate=("ntb_purchase_rate", "NTB purchase rate"),
    cost=("ntb_ecpp", "NTB eCPP"),
    short="NTB purchases",
    since=_SINCE,
)


def _sold(
    products: Products,
    what: tuple[str, str, str],
    unit: Unit,
    names: Wire,
    cuts: frozenset[Dataset],
) -> Metric:
    """Return sales or units bought by new customers; `what` is key, name and words for them."""
    key, name, says = what
    return measure(
        f"{products.key}new_to_brand_{key}",
        titled(products, f"New-to-brand {name}"),
        f"{says.format(products.words)} {_BUYERS}, {WINDOW}.",
        v3=names.v3,
        v1=names.v1,
        legacy=names.legacy,
        unit=unit,
        stage=Stage.NEW_TO_BRAND,
        cuts=cuts,
        since=_SINCE,
        caveat=BY_CONVERSION,
    )


def _sales(products: Products, names: Wire, cuts: frozenset[Dataset]) -> Metric:
    return _sold(products, ("sales", "sales", "What was paid for {} by"), Unit.MONEY, names, cuts)


def _units(products: Products, names: Wire, cuts: frozenset[Dataset]) -> Metric:
    return _sold(
        products, ("units_sold", "units sold", "Pieces of {} bought by"), Unit.COUNT, names, cuts
    )


def _percent(products: Products, names: Wire, caveat: str = "") -> Metric:
    return ratio(
        f"{products.key}ntb_percent",
        titled(products, "Percent of purchases new-to-brand"),
        f"New-to-brand purchases of {products.words} as a share of all purchases of them.",
        f"{products.key}new_to_brand_purchases",
        f"{products.key}purchases",
        stage=Stage.NEW_TO_BRAND,
        since=_SINCE,
        caveat=caveat,
        short=f"{products.title}NTB %",
        **names._asdict(),
    )


NEW_TO_BRAND: tuple[Metric, ...] = (
    *_PURCHASES.metrics(
        PROMOTED,
        Names("newToBrandPurchases*", "newToBrandPurchaseRate", "NewToBrandECPP"),
        Names("newToBrandPurchases*14d", "newToBrandPurchaseRate14d", "newToBrandECPP14d"),
    ),
    _percent(
        PROMOTED,
        Wire(
            "newToBrandPurchasesPercentage",
            "percentOfPurchasesNewToBrandPromoted",
            "percentOfPurchasesNewToBrand14d",
        ),
    ),
    *_PURCHASES.metrics(
        TOTAL,
        Names("totalNewToBrandPurchases*", "totalNewToBrandPurchaseRate", "totalNewToBrandECPP"),
        Names(
            "totalNewToBrandPurchases*14d",
            "totalNewToBrandPurchaseRate14d",
            "totalNewToBrandECPP14d",
        ),
        cuts=TOTAL_CUTS,
    ),
    _percent(
        TOTAL,
        Wire(
            "totalNewToBrandPurchasesPercentage",
            "percentOfPurchasesNewToBrand",
            "totalPercentOfPurchasesNewToBrand14d",
        ),
        "Amazon's page describes its own column as a rate of impressions; by its name and its "
        "later reports it is a share of purchases, and so it is computed.",
    ),
    *_PURCHASES.metrics(
        HALO,
        Names("newToBrandPurchasesBrandHalo*"),
        Names("brandHaloNewToBrandPurchases*14d"),
        cuts=PRODUCT,
    ),
    _percent(
        HALO,
        Wire(
            "newToBrandPurchasePercentageBrandHalo",
            "percentOfPurchasesNewToBrandHalo",
            "brandHaloPercentOfPurchasesNewToBrand14d",
        ),
    ),
    _sales(
        PROMOTED,
        Wire("newToBrandProductSales", "newToBrandSalesPromoted", "newToBrandProductSales14d"),
        SALES_CUTS,
    ),
    *returns(
        "ntb_",
        "NTB ",
        Wire("newToBrandROAS", "newToBrandRoasPromoted", "newToBrandROAS14d"),
        Wire(
            "newToBrandERPM",
            "newToBrandReturnPerThousandImpressionsPromoted",
            "newToBrandERPM14d",
        ),
        sales="new_to_brand_sales",
        stage=Stage.NEW_TO_BRAND,
        since=_SINCE,
    ),
    _sales(
        TOTAL,
        Wire("totalNewToBrandSales", "newToBrandSales", "totalNewToBrandProductSales14d"),
        TOTAL_CUTS,
    ),
    *returns(
        "total_ntb_",
        "Total NTB ",
        Wire("totalNewToBrandROAS", "newToBrandRoas", "totalNewToBrandROAS14d"),
        Wire(
            "totalNewToBrandERPM",
            "newToBrandReturnPerThousandImpressions",
            "totalNewToBrandERPM14d",
        ),
        sales="total_new_to_brand_sales",
        stage=Stage.NEW_TO_BRAND,
        since=_SINCE,
    ),
    _sales(
        HALO,
        Wire("newToBrandSalesBrandHalo", "newToBrandSalesHalo", "brandHaloTotalNewToBrandSales14d"),
        PRODUCT,
    ),
    _units(
        PROMOTED,
        Wire("newToBrandUnitsSold", "newToBrandUnitsSoldPromoted", "newToBrandUnitsSold14d"),
        SALES_CUTS,
    ),
    _units(
        TOTAL,
        Wire("totalNewToBrandUnitsSold", "newToBrandUnitsSold", "totalNewToBrandUnitsSold14d"),
        TOTAL_CUTS,
    ),
    _units(
        HALO,
        Wire(
            "newToBrandUnitsSoldBrandHalo",
            "newToBrandUnitsSoldHalo",
            "brandHaloTotalNewToBrandUnitsSold14d",
        ),
        PRODUCT,
    ),
    *_VIEWS.metrics(
        PROMOTED,
        Names(
            "newToBrandDetailPageViews|newToBrandDetailPageView*",
            "newToBrandDetailPageViewRate",
            "newToBrandECPDetailPageView",
        ),
    ),
    *_VIEWS.metrics(
        TOTAL,
        Names(
            "totalNewToBrandDPVs|totalNewToBrandDPV*",
            "totalNewToBrandDPVRate",
            "totalNewToBrandECPDetailPageView",
        ),
    ),
)
