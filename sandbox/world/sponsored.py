"""Sponsored ads of a seller or vendor: clicks that cost, and sales that belong to the click's day.

Unlike the DSP's, conversions are dated by the interaction and grow with the attribution window;
they are restated 1, 7 and 28 days later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sandbox.world.calendar import season
from sandbox.world.chance import Counts, Floats, counts, key, normal, uniform
from sandbox.world.identifiers import long_id
from sandbox.world.window import Window
from sandbox.world.world import SponsoredAccount

PRODUCTS, BRANDS, DISPLAY = "SPONSORED_PRODUCTS", "SPONSORED_BRANDS", "SPONSORED_DISPLAY"
# name, kind of ad, share of the spend, click rate, cost per click, purchases per click
_CAMPAIGNS = (
    ("Auto", PRODUCTS, 0.22, 0.0042, 0.62, 0.085),
    ("Exact brand", PRODUCTS, 0.18, 0.0120, 0.55, 0.160),
    ("Generic phrase", PRODUCTS, 0.26, 0.0036, 1.10, 0.070),
    ("Competitor", PRODUCTS, 0.10, 0.0029, 1.45, 0.045),
    ("Headline", BRANDS, 0.12, 0.0051, 1.20, 0.075),
    ("Video", BRANDS, 0.05, 0.0072, 1.35, 0.060),
    ("Views remarketing", DISPLAY, 0.05, 0.0021, 0.90, 0.055),
    ("Similar products", DISPLAY, 0.02, 0.0017, 1.05, 0.035),
)
_WITHIN = {1: 0.80, 7: 0.93, 14: 0.98, 30: 1.0}
_ORDER_VALUE, _NEW, _OTHER_PRODUCT = 24.0, 0.42, 0.24
_LAG_HOURS = 12.0


@dataclass(frozen=True)
class SponsoredCampaign:
    """One campaign of sponsored ads."""

    campaign_id: str
    ad_group_id: str
    name: str
    product: str
    share: float
    click_rate: float
    click_cost: float
    purchase_rate: float


@dataclass(frozen=True)
class SponsoredDays:
    """What one campaign did; arrays have one entry a day, money in small coins."""

    campaign: SponsoredCampaign
    window: Window
    impressions: Counts
    clicks: Counts
    cost: Counts
    purchases: dict[int, Counts]
    sales: dict[int, Counts]
    own_purchases: dict[int, Counts]
    new_purchases: Counts


def sponsored_campaigns(account: SponsoredAccount) -> tuple[SponsoredCampaign, ...]:
    """Return the campaigns of an account."""
    return tuple(
        SponsoredCampaign(
            long_id(account.entity_id, name),
            long_id(account.entity_id, name, "group"),
            f"{account.name} | {name}",
            product,
            *rates,
        )
        for name, product, *rates in _CAMPAIGNS
    )


def sponsored_days(
    account: SponsoredAccount, campaign: SponsoredCampaign, window: Window, at: datetime
) -> SponsoredDays:
    """Return what is known at an instant of a campaign's days."""
    address = int(campaign.campaign_id)
    age = (at.timestamp() - window.edges[1:]) / 86_400
    known = np.clip(1 + age - _LAG_HOURS / 24, 0.0, 1.0)
    noise = np.exp(0.12 * normal(key("sponsored"), address, window.numbers))
    money = account.per_day * campaign.share * season(window.days).purchase * noise
    clicks = _counted(money / campaign.click_cost * known, "clicks", address, window)
    impressions = clicks + _counted(clicks / campaign.click_rate, "seen", address, window)
    cost = np.rint(clicks * campaign.click_cost * 100 * noise).astype(np.int64)
    bought = _counted(clicks * campaign.purchase_rate, "bought", address, window)
    purchases = {days: _within(bought, days, age, address, window) for days in _WITHIN}
    price = np.rint(_ORDER_VALUE * 100 * noise).astype(np.int64)
    return SponsoredDays(
        campaign,
        window,
        impressions,
        clicks,
        cost,
        purchases,
        {days: found * price for days, found in purchases.items()},
        {
            days: _part(found, 1 - _OTHER_PRODUCT, address, window)
            for days, found in purchases.items()
        },
        _part(purchases[14], _NEW, address, window),
    )


def _within(bought: Counts, days: int, age: Floats, address: int, window: Window) -> Counts:
    """Return the purchases within an attribution window that had come by this age."""
    marks = sorted(_WITHIN)
    come = np.interp(age, [-1.0, 0.0, *marks], [0.0, 0.5, *(_WITHIN[mark] for mark in marks)])
    return _part(bought, np.minimum(come, _WITHIN[days]), address, window)


def _counted(
    expected: NDArray[np.floating[Any]], purpose: str, address: int, window: Window
) -> Counts:
    return counts(expected, key("sponsored", purpose), address, window.numbers)


def _part(whole: Counts, share: Floats | float, address: int, window: Window) -> Counts:
    offset = uniform(key("sponsored part"), address, window.numbers)
    part: Counts = np.minimum(np.floor(whole * share + offset).astype(np.int64), whole)
    return part
