"""The columns of every conversion family, under the names the reports use."""

from __future__ import annotations

from sandbox.reports.measures import (
    COST,
    IMPRESSIONS,
    NOTHING,
    PROMOTED_SALES,
    SALES,
    Columns,
    Ratio,
    Sum,
    conversion,
    events,
    every,
    halo,
    new,
    promoted,
    share,
)
from sandbox.world.families import CLICK, HALO, NEW, PROMOTED, VIEW


def retail_columns() -> Columns:
    """Return page views, carts, lists, searches and subscriptions, promoted and in total."""
    return {**_view_columns(), **_intent_columns()}


def _view_columns() -> Columns:
    return {
        **conversion(
            "detailPageViews",
            promoted("dpv"),
            stem="detailPageView",
            rate="detailPageViewRate",
            cost="eCPDetailPageView",
        ),
        **conversion(
            "totalDetailPageView",
            every("dpv"),
            rate="totalDetailPageViewRate",
            cost="totalECPDetailPageView",
        ),
        **conversion(
            "newToBrandDetailPageViews",
            new("dpv", PROMOTED),
            stem="newToBrandDetailPageView",
            rate="newToBrandDetailPageViewRate",
            cost="newToBrandECPDetailPageView",
        ),
        **conversion(
            "totalNewToBrandDPVs",
            new("dpv"),
            stem="totalNewToBrandDPV",
            rate="totalNewToBrandDPVRate",
            cost="totalNewToBrandECPDetailPageView",
        ),
        **conversion(
            "productReviewPageVisits",
            promoted("prpv"),
            rate="productReviewPageVisitRate",
            cost="eCPProductReviewPageVisit",
        ),
        **conversion(
            "totalProductReviewPageVisits",
            every("prpv"),
            rate="totalProductReviewPageVisitRate",
            cost="totalECPProductReviewPageVisit",
        ),
    }


def _intent_columns() -> Columns:
    return {
        **conversion("addToList", promoted("atl"), rate="addToListRate", cost="eCPAddToList"),
        **conversion(
            "totalAddToList", every("atl"), rate="totalAddToListRate", cost="totalECPAddToList"
        ),
        **conversion("addToCart", promoted("atc"), rate="addToCartRate", cost="eCPAddToCart"),
        **conversion(
            "totalAddToCart", every("atc"), rate="totalAddToCartRate", cost="totalECPAddToCart"
        ),
        **conversion(
            "brandSearches", every("brandSearch"), rate="brandSearchRate", cost="eCPBrandSearch"
        ),
        **conversion(
            "newSubscribeAndSave",
            promoted("sns"),
            rate="newSubscribeAndSaveRate",
            cost="eCPnewSubscribeAndSave",
        ),
        **conversion(
            "totalSubscribeAndSave",
            every("sns"),
            rate="totalSubscribeAndSaveRate",
            cost="totalECPSubscribeAndSave",
        ),
    }


def purchase_columns() -> Columns:
    """Return purchases, units and sales with their ratios, promoted, in total, new to brand."""
    purchases, total = promoted("purchase"), every("purchase")
    own_new, total_new = new("purchase", PROMOTED), new("purchase")
    return {
        **conversion("purchases", purchases, rate="purchaseRate", cost="eCPP"),
        **conversion("totalPurchases", total, rate="totalPurchaseRate", cost="totalECPP"),
        **conversion(
            "newToBrandPurchases", own_new, rate="newToBrandPurchaseRate", cost="NewToBrandECPP"
        ),
        **conversion(
            "totalNewToBrandPurchases",
            total_new,
            rate="totalNewToBrandPurchaseRate",
            cost="totalNewToBrandECPP",
        ),
        "newToBrandPurchasesPercentage": share(own_new(""), purchases("")),
        "totalNewToBrandPurchasesPercentage": share(total_new(""), total("")),
        "purchasesClicksRate": share(purchases(CLICK), IMPRESSIONS),
        "effectiveCostPerPurchasePromotedClicks": Ratio(COST, purchases(CLICK)),
        "detailPageViewRatePromotedClicks": share(promoted("dpv")(CLICK), IMPRESSIONS),
        "effectiveCostPerDetailPageViewPromotedClicks": Ratio(COST, promoted("dpv")(CLICK)),
        **_bought(
            "units.",
            "unitsSold",
            "totalUnitsSold",
            "newToBrandUnitsSold",
            "totalNewToBrandUnitsSold",
        ),
        **_bought(
            "sales.", "sales", "totalSales", "newToBrandProductSales", "totalNewToBrandSales"
        ),
        "unitsSoldClicks": events("purchase", channel=CLICK, prefix="units."),
        "unitsSoldPromotedClicks": _own("units.", channel=CLICK),
        "salesClicks": events("purchase", channel=CLICK, prefix="sales."),
        "salesPromotedClicks": _own("sales.", channel=CLICK),
        "salesPromoted": PROMOTED_SALES,
        **_returns(),
    }


def halo_columns() -> Columns:
    """Return the brand halo's own columns, which product reports offer."""
    new_halo = new("purchase", HALO)
    return {
        **conversion("detailPageViewBrandHalo", halo("dpv")),
        **conversion("productReviewPageViewBrandHalo", halo("prpv")),
        **conversion("addToListBrandHalo", halo("atl")),
        **conversion("addToCartBrandHalo", halo("atc")),
        **conversion("purchasesBrandHalo", halo("purchase")),
        **conversion("newSubscribeAndSaveBrandHalo", halo("sns")),
        **conversion("newToBrandPurchasesBrandHalo", new_halo),
        **_none("clickToApplyBrandHalo", "einkDetailPageViewBrandHalo"),
        "unitsSoldBrandHalo": events("purchase", relation=HALO, prefix="units."),
        "salesBrandHalo": events("purchase", relation=HALO, prefix="sales."),
        "newToBrandUnitsSoldBrandHalo": events("purchase", relation=HALO, age=NEW, prefix="units."),
        "newToBrandSalesBrandHalo": events("purchase", relation=HALO, age=NEW, prefix="sales."),
        "newToBrandPurchasePercentageBrandHalo": share(new_halo(""), halo("purchase")("")),
    }


_EVENTS = {
    "subscribe": "subscribe", "signUp": "signUp", "application": "application",
    "addToShoppingCart": "addToShoppingCart", "other": "other", "search": "offSearch",
    "contact": "contact", "checkout": "checkout", "lead": "lead",
}  # fmt: skip


def off_amazon_columns() -> Columns:
    """Return conversions on the advertiser's own site, and both worlds combined."""
    columns: Columns = {}
    for name, family in _EVENTS.items():
        columns |= _event(name, family, name)
    columns |= _event("pageViews", "pageView", "pageView")
    columns |= _event("mobileAppFirstStarts", "appFirstStart", "mobileAppFirstStart")
    starts = events("appFirstStart", prefix="sales.")
    columns["mobileAppFirstStartSum"] = starts
    columns["mobileAppFirstStartAverage"] = Ratio(starts, events("appFirstStart"))
    return {**columns, **_off_amazon_totals(), **_combined()}


def streaming_columns() -> Columns:
    """Return what people did with films and series."""
    return {
        **conversion(
            "addToWatchlist",
            every("watchlist"),
            rate="addToWatchlistRate",
            cost="eCPAddToWatchlist",
        ),
        **conversion(
            "downloadedVideoPlays",
            every("downloadedPlay"),
            rate="downloadedVideoPlayRate",
            cost="eCPDownloadedVideoPlays",
        ),
        **conversion(
            "videoStreams", every("stream"), rate="videoStreamsRate", cost="eCPVideoStream"
        ),
        **conversion(
            "playTrailers", every("trailer"), rate="playTrailerRate", cost="eCPPlayTrailer"
        ),
        **conversion("rentals", every("rental"), rate="rentalRate", cost="eCPRental"),
        **conversion(
            "videoDownloads", every("download"), rate="videoDownloadRate", cost="eCPVideoDownload"
        ),
        **conversion(
            "freeTrialSubscriptionSignups",
            every("freeTrial"),
            stem="freeTrialSubscriptionSignup",
            rate="freeTrialSubscriptionSignupRate",
            cost="eCPFreeTrialSubscriptionSignup",
        ),
        **conversion(
            "paidSubscriptionSignups",
            every("paidSubscription"),
            stem="paidSubscriptionSignup",
            rate="paidSubscriptionSignupRate",
            cost="eCPPaidSubscriptionSignup",
        ),
        **conversion(
            "subscriptionSignups",
            _subscriptions,
            stem="subscriptionSignup",
            rate="subscriptionSignupRate",
            cost="eCPSubscriptionSignup",
        ),
    }


def device_columns() -> Columns:
    """Return what people did with apps, skills and reading devices."""
    return {
        **conversion(
            "appStoreFirstOpens",
            every("appFirstOpen"),
            rate="appStoreFirstOpensRate",
            cost="eCPAppStoreFirstOpens",
        ),
        **conversion(
            "appStoreOpens", every("appOpen"), rate="appStoreOpensRate", cost="eCPAppStoreOpens"
        ),
        **conversion("appStoreFirstSessionHours", every("appFirstHours")),
        **conversion("appStoreUsageHours", every("appHours")),
        **conversion(
            "appSubscriptionSignUp",
            _app_subscriptions,
            rate="appSubscriptionSignUpRate",
            cost="appSubscriptionCost",
        ),
        **conversion(
            "appSubscriptionSignUpFreeTrial",
            every("appFreeTrial"),
            rate="appSubscriptionSignUpFreeTrialRate",
            cost="appSubscriptionFreeTrialCost",
        ),
        **conversion(
            "appSubscriptionSignUpPaid",
            every("appPaid"),
            rate="appSubscriptionSignUpPaidRate",
            cost="appSubscriptionSignUpPaidCost",
        ),
        **conversion(
            "skillInvocation", every("skill"), rate="skillInvocationRate", cost="eCPSkillInvocation"
        ),
        "effectiveCostPerSkillInvocation": Ratio(COST, events("skill")),
        **conversion(
            "alexaSkillEnable",
            every("alexaSkill"),
            rate="alexaSkillEnableRate",
            cost="eCPAlexaSkillEnable",
        ),
        **conversion(
            "kindleDetailPageView",
            every("kindleDpv"),
            rate="kindleDetailPageViewRate",
            cost="averageCostPerKindleDetailPageView",
        ),
        **conversion("einkDetailPageView", every("kindleDpv")),
        **conversion(
            "clickToApply",
            every("clickToApply"),
            rate="clickToApplyConversionRate",
            cost="averageCostPerClickToApply",
        ),
        "notificationOpens": events("notification"),
        "notificationClicks": events("notification", channel=CLICK),
    }


def _own(prefix: str, *, channel: str = "", age: str = "") -> Sum:
    return events("purchase", relation=PROMOTED, channel=channel, age=age, prefix=prefix)


def _bought(prefix: str, own: str, total: str, own_new: str, total_new: str) -> Columns:
    return {
        own: _own(prefix),
        total: events("purchase", prefix=prefix),
        own_new: _own(prefix, age=NEW),
        total_new: events("purchase", age=NEW, prefix=prefix),
    }


def _returns() -> Columns:
    own_new, total_new = _own("sales.", age=NEW), events("purchase", age=NEW, prefix="sales.")
    return {
        "ROAS": Ratio(PROMOTED_SALES, COST),
        "roas": Ratio(PROMOTED_SALES, COST),
        "eRPM": Ratio(PROMOTED_SALES, IMPRESSIONS, 1000.0),
        "totalROAS": Ratio(SALES, COST),
        "totalERPM": Ratio(SALES, IMPRESSIONS, 1000.0),
        "newToBrandROAS": Ratio(own_new, COST),
        "newToBrandERPM": Ratio(own_new, IMPRESSIONS, 1000.0),
        "totalNewToBrandROAS": Ratio(total_new, COST),
        "totalNewToBrandERPM": Ratio(total_new, IMPRESSIONS, 1000.0),
        "longTermSales": Sum(total_new.atoms, total_new.step),
        "longTermROAS": Ratio(total_new, COST),
    }


def _event(name: str, family: str, stem: str) -> Columns:
    worth = events(family, prefix="sales.")
    return {
        **conversion(name, every(family), stem=stem, rate=f"{stem}CVR", cost=f"{stem}CPA"),
        f"{stem}ValueSum": worth,
        f"{stem}ValueAverage": Ratio(worth, events(family)),
    }


def _off_amazon(channel: str) -> Sum:
    families = ("offPurchase", "pageView", *_EVENTS.values())
    return Sum(tuple(a for family in families for a in events(family, channel=channel).atoms))


def _off_amazon_totals() -> Columns:
    sales = events("offPurchase", prefix="sales.")
    return {
        "offAmazonConversions": _off_amazon(""),
        "offAmazonViews": _off_amazon(VIEW),
        "offAmazonClicks": _off_amazon(CLICK),
        "offAmazonCVR": share(_off_amazon(""), IMPRESSIONS),
        "offAmazonCPA": Ratio(COST, _off_amazon("")),
        **conversion(
            "offAmazonPurchases",
            every("offPurchase"),
            rate="offAmazonPurchaseRate",
            cost="offAmazonECPP",
        ),
        "offAmazonProductSales": sales,
        "offAmazonUnitsSold": events("offPurchase", prefix="units."),
        "offAmazonROAS": Ratio(sales, COST),
        "offAmazonERPM": Ratio(sales, IMPRESSIONS, 1000.0),
    }


def _combined() -> Columns:
    sales = SALES + events("offPurchase", prefix="sales.")
    return {
        **conversion(
            "combinedPurchases", _all_purchases, rate="combinedPurchaseRate", cost="combinedECPP"
        ),
        "combinedProductSales": sales,
        "combinedUnitsSold": events("purchase", prefix="units.")
        + events("offPurchase", prefix="units."),
        "combinedROAS": Ratio(sales, COST),
        "combinedERPM": Ratio(sales, IMPRESSIONS, 1000.0),
    }


def _all_purchases(channel: str) -> Sum:
    return every("purchase")(channel) + every("offPurchase")(channel)


def _subscriptions(channel: str) -> Sum:
    return every("freeTrial")(channel) + every("paidSubscription")(channel)


def _app_subscriptions(channel: str) -> Sum:
    return every("appFreeTrial")(channel) + every("appPaid")(channel)


def _none(*names: str) -> Columns:
    return {f"{name}{suffix}": NOTHING for name in names for suffix in ("", "Views", "Clicks")}
