"""Old metric names and the version 3 columns they became.

Source: Amazon Ads API documentation, DSP reporting migration guide (2025-09). Most follow from a
few rules; the others are listed.
"""

from __future__ import annotations

import re

from sandbox.reports.registry import MEASURES

_STEMS = (
    ("dpv", "detailPageView"), ("atc", "addToCart"), ("atl", "addToList"),
    ("pRPV", "productReviewPageVisit"), ("addedTo", "addTo"), ("brandSearch", "brandSearches"),
    ("signUpButton", "signUp"), ("subscriptionPage", "subscribe"),
    ("totalSubscribeAndSaveSubscription", "totalSubscribeAndSave"),
    ("totalDetailPageViewsCVR", "totalDetailPageViewRate"),
    ("totalPRPV", "totalProductReviewPageVisits"), ("video(?!Ad|Down|Str)", "videoAd"),
)  # fmt: skip
_LISTED = {
    "atcr": "addToCartRate", "atlr": "addToListRate", "dpvr": "detailPageViewRate",
    "dpv": "detailPageViews", "pRPVr": "productReviewPageVisitRate",
    "pRPV": "productReviewPageVisits", "pRPVClicks": "productReviewPageVisitsClicks",
    "pRPVViews": "productReviewPageVisitsViews", "pageView": "pageViews",
    "CTR": "clickThroughRate", "clickThroughs": "clicks",
    "addToWatchlistCVR": "addToWatchlistRate", "addToWatchlistCPA": "eCPAddToWatchlist",
    "amazonAudienceFee": "amazonDSPAudienceFee", "amazonPlatformFee": "amazonDSPConsoleFee",
    "brandSearchCPA": "eCPBrandSearch", "brandSearchRate": "brandSearchRate",
    "eCPAtc": "eCPAddToCart", "eCPAtl": "eCPAddToList", "eCPDPV": "eCPDetailPageView",
    "eCPDVP": "eCPDownloadedVideoPlays", "eCPPT": "eCPPlayTrailer",
    "eCPPRPV": "eCPProductReviewPageVisit", "ecpr": "eCPRental", "ecpvc": "eCPVideoAdCompletion",
    "ecpvd": "eCPVideoDownload", "eCPVS": "eCPVideoStream",
    "invalidClickThroughsRate": "invalidClickThroughRate",
    "mobileAppFirstStartsCPA": "mobileAppFirstStartCPA", "newToBrandECPP": "NewToBrandECPP",
    "percentOfPurchasesNewToBrand": "newToBrandPurchasesPercentage",
    "playerTrailersClicks": "playTrailersClicks", "productPurchased": "offAmazonPurchases",
    "productPurchasedCVR": "offAmazonPurchaseRate", "totalPixel": "offAmazonConversions",
    "totalPixelCPA": "offAmazonCPA", "totalPixelCVR": "offAmazonCVR",
    "totalAddToCartCPA": "totalECPAddToCart", "totalAddToCartCVR": "totalAddToCartRate",
    "totalAddToListCPA": "totalECPAddToList", "totalAddToListCVR": "totalAddToListRate",
    "totalDetailPageViews": "totalDetailPageView",
    "totalDetailPageClicks": "totalDetailPageViewClicks",
    "totalDetaiPageViewCPA": "totalECPDetailPageView",
    "totalECPPRPV": "totalECPProductReviewPageVisit",
    "totalNewToBrandProductSales": "totalNewToBrandSales",
    "totalPRPVr": "totalProductReviewPageVisitRate",
    "totalSubscribeAndSaveSubscriptions": "totalSubscribeAndSave",
    "totalSubscribeAndSaveSubscriptionCPA": "totalECPSubscribeAndSave",
    "totalSubscribeAndSaveSubscriptionCVR": "totalSubscribeAndSaveRate",
}  # fmt: skip


def column_of(legacy: str) -> str | None:
    """Return the version 3 column of an old metric name, None for one that is not known."""
    stem = legacy.replace("14d", "")
    found = _LISTED.get(stem) or _by_rule(stem)
    return found if found in MEASURES else None


def _by_rule(stem: str) -> str:
    for old, new in _STEMS:
        if re.match(old, stem):
            return re.sub(f"^{old}", new, stem)
    return stem
