"""Campaign reports of Sponsored Products, Brands and Display, dated by the interaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from sandbox.reports.asked import Asked
from sandbox.reports.kinds import Kind
from sandbox.world.sponsored import (
    BRANDS,
    DISPLAY,
    PRODUCTS,
    SponsoredDays,
    sponsored_campaigns,
    sponsored_days,
)
from sandbox.world.window import Window
from sandbox.world.world import SponsoredAccount

Row = dict[str, Any]
_WINDOWS = (1, 7, 14, 30)
_ABOUT = (
    "campaignId", "campaignName", "campaignStatus", "campaignBudgetAmount", "campaignBudgetType",
    "campaignBudgetCurrencyCode",
)  # fmt: skip
_DATES = ("date", "startDate", "endDate")
_BY_WINDOW = ("purchases", "sales", "unitsSoldClicks", "purchasesSameSku")
_SHARED = (
    "impressions", "clicks", "cost", "purchases", "purchasesClicks", "purchasesPromoted", "sales",
    "salesClicks", "salesPromoted", "unitsSold", "unitsSoldClicks", "newToBrandPurchases",
    "newToBrandPurchasesClicks", "newToBrandPurchasesPercentage", "newToBrandSales",
    "newToBrandUnitsSold", "addToCart", "addToCartClicks", "addToCartRate", "eCPAddToCart",
    "detailPageViews", "brandedSearches", "viewableImpressions", "viewabilityRate",
)  # fmt: skip


def _kind(
    name: str,
    product: str,
    retention: int,
    group_by: dict[str, tuple[str, ...]],
    columns: tuple[str, ...],
) -> Kind:
    return Kind(
        name,
        "-",
        group_by,
        product=product,
        retention=retention,
        formats=("GZIP_JSON",),
        own_columns=(*_DATES, *columns),
        filters=("campaignStatus",),
        summary_dates=("startDate", "endDate"),
    )


_PRODUCT_COLUMNS = (
    "impressions", "clicks", "cost", "spend", "costPerClick", "clickThroughRate",
    *(f"{name}{days}d" for name in _BY_WINDOW for days in _WINDOWS),
)  # fmt: skip

SPONSORED_KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        _kind("spCampaigns", PRODUCTS, 95,
              {"campaign": _ABOUT, "adGroup": ("adGroupId", "adGroupName", "adStatus"),
               "campaignPlacement": ("placementClassification",)}, _PRODUCT_COLUMNS),
        _kind("sbCampaigns", BRANDS, 60, {"campaign": _ABOUT}, _SHARED),
        _kind("sdCampaigns", DISPLAY, 65,
              {"campaign": _ABOUT, "matchedTarget": ("matchedTargetAsin",)}, _SHARED),
    )
}  # fmt: skip
_PLACEMENTS = (
    ("Top of Search on-Amazon", 0.46), ("Detail Page on-Amazon", 0.31), ("Other on-Amazon", 0.23),
)  # fmt: skip


def sponsored_rows(asked: Asked, account: SponsoredAccount, at: datetime) -> Iterator[Row]:
    """Yield a campaign report's rows; days or campaigns without impressions have none."""
    window = Window(account.timezone, asked.start, asked.end)
    for campaign in sponsored_campaigns(account):
        if campaign.product != asked.kind.product:
            continue
        days = sponsored_days(account, campaign, window, at)
        about = _about(days, account)
        for picked, dates in _pieces(asked, window):
            totals = _totals(days, picked)
            if totals["impressions"]:
                yield from _placed(asked, {**about, **dates, **_ratios(totals)})


def _pieces(asked: Asked, window: Window) -> Iterator[tuple[slice, Row]]:
    bounds = {"startDate": asked.start.isoformat(), "endDate": asked.end.isoformat()}
    if not asked.is_daily:
        yield slice(None), bounds
        return
    for number, day in enumerate(window.days):
        yield slice(number, number + 1), {**bounds, "date": day.isoformat()}


def _about(days: SponsoredDays, account: SponsoredAccount) -> Row:
    campaign = days.campaign
    return {
        "campaignId": int(campaign.campaign_id),
        "campaignName": campaign.name,
        "campaignStatus": "ENABLED",
        "campaignBudgetAmount": round(account.per_day * campaign.share * 1.4, 2),
        "campaignBudgetType": "DAILY_BUDGET",
        "campaignBudgetCurrencyCode": account.currency,
        "adGroupId": int(campaign.ad_group_id),
        "adGroupName": f"{campaign.name} group",
        "adStatus": "ENABLED",
        "matchedTargetAsin": None,
    }


def _totals(days: SponsoredDays, picked: slice) -> Row:
    """Return the additive figures of some days."""
    bought, own = int(days.purchases[14][picked].sum()), int(days.own_purchases[14][picked].sum())
    sales, new = int(days.sales[14][picked].sum()), int(days.new_purchases[picked].sum())
    price = sales / bought if bought else 0.0
    impressions = int(days.impressions[picked].sum())
    return {
        "impressions": impressions,
        "viewableImpressions": int(impressions * 0.64),
        "clicks": int(days.clicks[picked].sum()),
        "cost": float(days.cost[picked].sum()) / 100,
        "purchases": bought,
        "purchasesClicks": bought,
        "purchasesPromoted": own,
        "sales": sales / 100,
        "salesClicks": sales / 100,
        "salesPromoted": round(own * price) / 100,
        "unitsSold": bought,
        "unitsSoldClicks": bought,
        "newToBrandPurchases": new,
        "newToBrandPurchasesClicks": new,
        "newToBrandSales": round(new * price) / 100,
        "newToBrandUnitsSold": new,
        "addToCart": bought * 2,
        "addToCartClicks": bought * 2,
        "detailPageViews": bought * 9,
        "brandedSearches": bought // 3,
        **_by_window(days, picked),
    }


def _by_window(days: SponsoredDays, picked: slice) -> Row:
    found: Row = {}
    for window in _WINDOWS:
        bought = int(days.purchases[window][picked].sum())
        found |= {
            f"purchases{window}d": bought,
            f"unitsSoldClicks{window}d": bought,
            f"purchasesSameSku{window}d": int(days.own_purchases[window][picked].sum()),
            f"sales{window}d": int(days.sales[window][picked].sum()) / 100,
        }
    return found


_RATIOS: dict[str, Callable[[Row], float | None]] = {
    "spend": lambda r: r["cost"],
    "costPerClick": lambda r: _over(r["cost"], r["clicks"]),
    "clickThroughRate": lambda r: _over(r["clicks"], r["impressions"]),
    "viewabilityRate": lambda r: _over(r["viewableImpressions"], r["impressions"]),
    "addToCartRate": lambda r: _over(r["addToCart"], r["impressions"]),
    "eCPAddToCart": lambda r: _over(r["cost"], r["addToCart"]),
    "newToBrandPurchasesPercentage": lambda r: _over(r["newToBrandPurchases"], r["purchases"]),
}


def _ratios(totals: Row) -> Row:
    return {**totals, **{name: ratio(totals) for name, ratio in _RATIOS.items()}}


def _placed(asked: Asked, row: Row) -> Iterator[Row]:
    if "campaignPlacement" not in asked.group_by:
        yield row
        return
    left = {name: row[name] for name in _ADDITIVE if name in row}
    for place, share in _PLACEMENTS:
        is_last = place == _PLACEMENTS[-1][0]
        part = left if is_last else {n: _share(row[n], share) for n in left}
        left = {name: round(left[name] - part[name], 2) for name in left}
        yield {**row, **_ratios({**row, **part}), "placementClassification": place}


_ADDITIVE = (
    "impressions",
    "viewableImpressions",
    "clicks",
    "cost",
    "purchases",
    "purchasesClicks",
    "sales",
    "addToCart",
    "newToBrandPurchases",
    *(f"{name}{days}d" for name in _BY_WINDOW for days in _WINDOWS),
)


def _share(figure: float, share: float) -> float:
    return int(figure * share) if isinstance(figure, int) else round(figure * share, 2)


def _over(top: float, bottom: float) -> float | None:
    return round(top / bottom, 6) if bottom else None
