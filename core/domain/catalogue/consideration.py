"""What people did on Amazon before they bought: detail pages, searches, carts, lists, reviews."""

from __future__ import annotations

from core.domain.catalogue.cuts import COST_CUTS, PRODUCT, TOTAL_CUTS
from core.domain.catalogue.families import ANY, HALO, PROMOTED, TOTAL, Event, Names, ratio
from core.domain.metrics import Better, Metric, Stage, Unit

_DPV = Event(
    key="detail_page_views",
    name="Detail page views",
    one="detail page view",
    says="Times a shopper opened a detail page of {products}",
    stage=Stage.CONSIDERATION,
    v1=Names("detailPageViews*+", "detailPageViewRate+", "costPerDetailPageView+"),
    rate=("dpvr", "DPVR"),
    cost=("ecpdpv", "eCPDPV"),
    short="DPV",
)
_REVIEWS = Event(
    key="product_review_page_visits",
    name="Product review page visits",
    one="product review page visit",
    says="Visits to a page of reviews of {products}",
    stage=Stage.CONSIDERATION,
    v1=Names(
        "productReviewPageVisits*+", "productReviewPageVisitRate+", "costPerProductReviewPageVisit+"
    ),
    rate=("prpvr", "PRPVR"),
    cost=("ecpprpv", "eCPPRPV"),
    short="PRPV",
)
_SEARCHES = Event(
    key="brand_searches",
    name="Branded searches",
    one="branded search",
    says="Searches on Amazon for words of the brand, derived from the order's featured products",
    stage=Stage.CONSIDERATION,
    v1=Names("brandedSearches*", "brandedSearchRate", "costPerBrandedSearch"),
    rate=("brand_search_rate", "Search rate"),
    cost=("cost_per_brand_search", "Cost per search"),
)
_CART = Event(
    key="add_to_cart",
    name="Add to cart",
    one="add to cart",
    says="Times {products} were put in a cart",
    stage=Stage.CONSIDERATION,
    v1=Names("addToCart*+", "addToCartRate+", "costPerAddToCart+"),
    rate=("atcr", "ATCR"),
    cost=("ecpatc", "eCPATC"),
    short="ATC",
)
_LIST = Event(
    key="add_to_list",
    name="Add to list",
    one="add to list",
    says="Times {products} were put on a wish list, gift list or registry",
    stage=Stage.CONSIDERATION,
    v1=Names("addToList*+", "addToListRate+", "costPerAddToList+"),
    rate=("atlr", "ATLR"),
    cost=("ecpatl", "eCPATL"),
    short="ATL",
)

CONSIDERATION: tuple[Metric, ...] = (
    *_DPV.metrics(
        PROMOTED,
        Names("detailPageViews|detailPageView*", "detailPageViewRate", "eCPDetailPageView"),
        Names("dpv*14d", "dpvr14d", "eCPDPV14d"),
    ),
    ratio(
        "dpvr_clicks",
        "Detail page view rate (clicks)",
        "Detail page views credited to a click, for each impression.",
        "detail_page_views_clicks",
        "impressions",
        stage=Stage.CONSIDERATION,
        v3="detailPageViewRatePromotedClicks",
        v1="detailPageViewFromClickRatePromoted",
        short="DPVR (clicks)",
    ),
    ratio(
        "ecpdpv_clicks",
        "Cost per detail page view (clicks)",
        "Total cost for each detail page view credited to a click.",
        "total_cost",
        "detail_page_views_clicks",
        unit=Unit.MONEY,
        stage=Stage.CONSIDERATION,
        better=Better.DOWN,
        v3="effectiveCostPerDetailPageViewPromotedClicks",
        v1="costPerDetailPageViewFromClicksPromoted",
        short="eCPDPV (clicks)",
    ),
    *_DPV.metrics(
        TOTAL,
        Names("totalDetailPageView*", "totalDetailPageViewRate", "totalECPDetailPageView"),
        Names(
            "totalDetailPageViews14d|totalDetailPageViewViews14d|totalDetailPageClicks14d",
            "totalDetailPageViewsCVR14d",
            "totalDetaiPageViewCPA14d",  # spelled so by Amazon
        ),
        cuts=TOTAL_CUTS,
    ),
    *_DPV.metrics(
        HALO, Names("detailPageViewBrandHalo*"), Names("brandHaloDetailPage*14d"), cuts=PRODUCT
    ),
    *_SEARCHES.metrics(
        ANY,
        Names("brandSearches*", "brandSearchRate", "eCPBrandSearch"),
        Names("brandSearch*14d", "brandSearchRate14d", "brandSearchCPA14d"),
        cuts=COST_CUTS,
    ),
    *_CART.metrics(
        PROMOTED,
        Names("addToCart*", "addToCartRate", "eCPAddToCart"),
        Names("atc*14d", "atcr14d", "eCPAtc14d"),
    ),
    *_CART.metrics(
        TOTAL,
        Names("totalAddToCart*", "totalAddToCartRate", "totalECPAddToCart"),
        Names("totalAddToCart*14d", "totalAddToCartCVR14d", "totalAddToCartCPA14d"),
        cuts=TOTAL_CUTS,
    ),
    *_CART.metrics(
        HALO, Names("addToCartBrandHalo*"), Names("brandHaloAddToCart*14d"), cuts=PRODUCT
    ),
    *_LIST.metrics(
        PROMOTED,
        Names("addToList*", "addToListRate", "eCPAddToList"),
        Names("atl*14d", "atlr14d", "eCPAtl14d"),
    ),
    *_LIST.metrics(
        TOTAL,
        Names("totalAddToList*", "totalAddToListRate", "totalECPAddToList"),
        Names("totalAddToList*14d", "totalAddToListCVR14d", "totalAddToListCPA14d"),
        cuts=TOTAL_CUTS,
    ),
    *_LIST.metrics(
        HALO, Names("addToListBrandHalo*"), Names("brandHaloAddToList*14d"), cuts=PRODUCT
    ),
    *_REVIEWS.metrics(
        PROMOTED,
        Names(
            "productReviewPageVisits*", "productReviewPageVisitRate", "eCPProductReviewPageVisit"
        ),
        Names("pRPV*14d", "pRPVr14d", "eCPPRPV14d"),
    ),
    *_REVIEWS.metrics(
        TOTAL,
        Names(
            "totalProductReviewPageVisits*",
            "totalProductReviewPageVisitRate",
            "totalECPProductReviewPageVisit",
        ),
        Names("totalPRPV*14d", "totalPRPVr14d", "totalECPPRPV14d"),
        cuts=TOTAL_CUTS,
    ),
    *_REVIEWS.metrics(
        HALO,
        Names("productReviewPageViewBrandHalo*"),
        Names("brandHaloProductReviewPage*14d"),
        cuts=PRODUCT,
    ),
)
