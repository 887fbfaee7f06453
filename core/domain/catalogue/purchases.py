"""What people bought on Amazon after an ad: purchases, sales, units, subscriptions."""

from __future__ import annotations

from core.domain.catalogue.cuts import GEO, PRODUCT, SALES_CUTS, TOTAL_CUTS
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
from core.domain.metrics import Better, Dataset, Metric, Stage, Unit

_PURCHASES = Event(
    key="purchases",
    name="Purchases",
    one="purchase",
    says="Purchases (new Subscribe & Save subscriptions and video rentals too) that held "
    "{products} in any quantity",
    stage=Stage.CONVERSION,
    v1=Names("purchases*+", "purchaseRate+", "costPerPurchase+"),
    cost=("ecpp", "eCPP"),
)
_SUBSCRIBE = Event(
    key="subscribe_and_save",
    name="Subscribe & Save subscriptions",
    one="Subscribe & Save subscription",
    says="New Subscribe & Save subscriptions to {products}, their repeat deliveries not counted",
    stage=Stage.CONVERSION,
    v1=Names(
        "subscribeAndSaveSubscriptions*+",
        "subscribeAndSaveSubscriptionRate+",
        "costPerSubscribeAndSaveSubscription+",
    ),
    rate=("subscribe_and_save_rate", "S&S rate"),
    cost=("ecpsns", "eCPS&S"),
    short="S&S",
)


def _sales(products: Products, v3: str, legacy: str, cuts: frozenset[Dataset]) -> Metric:
    return measure(
        f"{products.key}sales",
        titled(products, "Sales"),
        f"What was paid for {products.words}, {WINDOW}.",
        v3=v3,
        v1=f"sales{products.v1}",
        legacy=legacy,
        unit=Unit.MONEY,
        stage=Stage.CONVERSION,
        cuts=cuts,
        caveat=BY_CONVERSION,
    )


def _units(products: Products, v3: str, legacy: str, cuts: frozenset[Dataset]) -> Metric:
    return measure(
        f"{products.key}units_sold",
        titled(products, "Units sold"),
        f"Pieces sold of {products.words}, {WINDOW}; one purchase may hold several.",
        v3=v3,
        v1=f"unitsSold{products.v1}",
        legacy=legacy,
        stage=Stage.CONVERSION,
        cuts=cuts,
        caveat=BY_CONVERSION,
    )


def _clicked(
    key: str, name: str, description: str, v3: str, v1: str, unit: Unit, caveat: str = ""
) -> Metric:
    """Return a figure that only the geography and product reports split off by clicks."""
    return measure(
        key,
        name,
        description,
        v3=v3,
        v1=v1,
        unit=unit,
        stage=Stage.CONVERSION,
        cuts=GEO | PRODUCT,
        caveat=caveat or BY_CONVERSION,
    )


PURCHASES: tuple[Metric, ...] = (
    *_PURCHASES.metrics(
        PROMOTED,
        Names("purchases*", "purchaseRate", "eCPP"),
        Names("purchases*14d", "purchaseRate14d", "eCPP14d"),
    ),
    ratio(
        "purchase_rate_clicks",
        "Purchase rate (clicks)",
        "Purchases credited to a click, for each impression.",
        "purchases_clicks",
        "impressions",
        stage=Stage.CONVERSION,
        v3="purchasesClicksRate",
        v1="purchaseFromClickRatePromoted",
    ),
    ratio(
        "ecpp_clicks",
        "Cost per purchase (clicks)",
        "Total cost for each purchase credited to a click.",
        "total_cost",
        "purchases_clicks",
        unit=Unit.MONEY,
        stage=Stage.CONVERSION,
        better=Better.DOWN,
        v3="effectiveCostPerPurchasePromotedClicks",
        v1="costPerPurchaseFromClicksPromoted",
        short="eCPP (clicks)",
    ),
    *_PURCHASES.metrics(
        TOTAL,
        Names("totalPurchases*", "totalPurchaseRate", "totalECPP"),
        Names("totalPurchases*14d", "totalPurchaseRate14d", "totalECPP14d"),
        cuts=TOTAL_CUTS,
    ),
    *_PURCHASES.metrics(
        HALO, Names("purchasesBrandHalo*"), Names("brandHaloPurchases*14d"), cuts=PRODUCT
    ),
    ratio(
        "click_share",
        "Click-through share of purchases",
        "Total purchases credited to a click, as a share of all total purchases.",
        "total_purchases_clicks",
        "total_purchases",
        stage=Stage.CONVERSION,
        better=Better.NEITHER,
        caveat="TV and audio are hardly clicked: a low share says little about them.",
    ),
    ratio(
        "purchases_per_dpv",
        "Purchases per detail page view",
        "Purchases of promoted products for each detail page view of them.",
        "purchases",
        "detail_page_views",
        stage=Stage.CONVERSION,
    ),
    *_SUBSCRIBE.metrics(
        PROMOTED,
        Names("newSubscribeAndSave*", "newSubscribeAndSaveRate", "eCPnewSubscribeAndSave"),
        Names("newSubscribeAndSave*14d", "newSubscribeAndSaveRate14d", "eCPnewSubscribeAndSave14d"),
    ),
    *_SUBSCRIBE.metrics(
        TOTAL,
        Names("totalSubscribeAndSave*", "totalSubscribeAndSaveRate", "totalECPSubscribeAndSave"),
        Names(
            "totalSubscribeAndSaveSubscriptions14d|totalSubscribeAndSaveSubscription*14d",
            "totalSubscribeAndSaveSubscriptionCVR14d",
            "totalSubscribeAndSaveSubscriptionCPA14d",
        ),
        cuts=TOTAL_CUTS,
    ),
    *_SUBSCRIBE.metrics(
        HALO,
        Names("newSubscribeAndSaveBrandHalo*"),
        Names("brandHaloNewSubscribeAndSave*14d"),
        cuts=PRODUCT,
    ),
)

SALES: tuple[Metric, ...] = (
    _sales(PROMOTED, "sales", "sales14d", SALES_CUTS),
    *returns(
        "",
        "",
        Wire("roas", "roasPromoted", "ROAS14d"),
        Wire("eRPM", "returnPerThousandImpressionsPromoted", "eRPM14d"),
        also=("ROAS",),
    ),
    _sales(TOTAL, "totalSales", "totalSales14d", SALES_CUTS),
    *returns(
        "total_",
        "Total ",
        Wire("totalROAS", "roas", "totalROAS14d"),
        Wire("totalERPM", "returnPerThousandImpressions", "totalERPM14d"),
    ),
    _sales(HALO, "salesBrandHalo", "brandHaloTotalSales14d", PRODUCT),
    ratio(
        "halo_share",
        "Brand halo share",
        "Sales of the brand's products that were not promoted, as a share of total sales.",
        "total_sales",
        "total_sales",
        minus="sales",
        stage=Stage.CONVERSION,
        better=Better.NEITHER,
        short="Halo",
    ),
    _units(PROMOTED, "unitsSold", "unitsSold14d", SALES_CUTS),
    _units(TOTAL, "totalUnitsSold", "totalUnitsSold14d", TOTAL_CUTS),
    _units(HALO, "unitsSoldBrandHalo", "brandHaloTotalUnitsSold14d", PRODUCT),
    ratio(
        "aov",
        "Average order value",
        "Sales of promoted products for each purchase of them.",
        "sales",
        "purchases",
        unit=Unit.MONEY,
        stage=Stage.CONVERSION,
        short="AOV",
    ),
    ratio(
        "total_aov",
        "Total average order value",
        "Total sales for each total purchase.",
        "total_sales",
        "total_purchases",
        unit=Unit.MONEY,
        stage=Stage.CONVERSION,
        short="Total AOV",
    ),
)

_SAME_PRODUCT = (
    "Amazon describes this column in the words of its sponsored reports: a sale of the very "
    "product in the ad. Whether it differs from the promoted figure for DSP is not documented."
)

SPLIT_BY_CLICKS: tuple[Metric, ...] = (
    _clicked(
        "sales_clicks",
        "Sales (clicks)",
        "The part of sales credited to a click on an ad.",
        "salesClicks",
        "salesFromClicksPromoted",
        Unit.MONEY,
    ),
    _clicked(
        "units_sold_clicks",
        "Units sold (clicks)",
        "The part of units sold credited to a click on an ad.",
        "unitsSoldPromotedClicks",
        "unitsSoldFromClicksPromoted",
        Unit.COUNT,
    ),
    _clicked(
        "total_units_sold_clicks",
        "Total units sold (clicks)",
        "The part of total units sold credited to a click on an ad.",
        "unitsSoldClicks",
        "unitsSoldFromClicks",
        Unit.COUNT,
        'The name has no "total" in Amazon\'s version 3; its later reports map it to the total.',
    ),
    _clicked(
        "same_product_sales_clicks",
        "Same-product sales (clicks)",
        "Sales of the advertised product itself, credited to a click on its ad.",
        "salesPromotedClicks",
        "",
        Unit.MONEY,
        _SAME_PRODUCT,
    ),
    measure(
        "same_product_sales",
        "Same-product sales",
        "Sales of the advertised product itself.",
        v3="salesPromoted",
        unit=Unit.MONEY,
        stage=Stage.CONVERSION,
        cuts=PRODUCT,
        caveat=_SAME_PRODUCT,
    ),
)
