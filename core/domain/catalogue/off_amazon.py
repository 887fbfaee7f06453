"""What people did outside Amazon after an ad, as the advertiser's own tags and events say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from core.domain.catalogue.cuts import COMBINED_CUTS, COST_CUTS, GEO, PLACE_CUTS, TECH
from core.domain.catalogue.families import (
    ANY,
    BY_CONVERSION,
    WINDOW,
    Event,
    Names,
    Wire,
    measure,
    ratio,
    returns,
    slug,
)
from core.domain.metrics import Dataset, Metric, Pack, Stage, Unit

_PURCHASES = Event(
    key="off_amazon_purchases",
    name="Off-Amazon purchases",
    one="off-Amazon purchase",
    says="Purchases outside Amazon that the advertiser's tag or event reported",
    stage=Stage.CONVERSION,
    v1=Names("offAmazonPurchases*", "offAmazonPurchaseRate", "offAmazonCostPerPurchase"),
)
_CONVERSIONS = Event(
    key="off_amazon_conversions",
    name="Off-Amazon conversions",
    one="off-Amazon conversion",
    says="Events of every kind outside Amazon that the advertiser's tag or event reported",
    stage=Stage.CONVERSION,
    v1=Names("offAmazonConversions*", "offAmazonConversionRate", "offAmazonCostPerConversion"),
    caveat=f"{BY_CONVERSION} Events of very different worth are counted alike.",
)
_COMBINED = Event(
    key="combined_purchases",
    name="Combined purchases",
    one="combined purchase",
    says="Total purchases on Amazon and off-Amazon purchases together",
    stage=Stage.CONVERSION,
    v1=Names("combinedPurchases*", "combinedPurchaseRate", "combinedCostPerPurchase"),
)


def _off_amazon_purchases() -> Iterator[Metric]:
    """Yield the family; Amazon leaves only the whole out of the audience report."""
    names = Names("offAmazonPurchases*", "offAmazonPurchaseRate", "offAmazonECPP")
    legacy = Names(
        "productPurchased|offAmazonPurchases*14d", "productPurchasedCVR", "offAmazonECPP14d"
    )
    wide = _PURCHASES.metrics(ANY, names, legacy, cuts=COST_CUTS)
    narrow = _PURCHASES.metrics(ANY, names, legacy, cuts=PLACE_CUTS)
    for split, whole in zip(wide, narrow, strict=True):
        yield whole if whole.key == _PURCHASES.key else split


def _sold(
    key: str, name: str, description: str, names: Wire, unit: Unit, cuts: frozenset[Dataset]
) -> Metric:
    return measure(
        key,
        name,
        f"{description}, {WINDOW}.",
        v3=names.v3,
        v1=names.v1,
        legacy=names.legacy,
        unit=unit,
        stage=Stage.CONVERSION,
        cuts=cuts,
        caveat=BY_CONVERSION,
    )


OFF_AMAZON_AND_COMBINED: tuple[Metric, ...] = (
    *_CONVERSIONS.metrics(
        ANY,
        Names("offAmazonConversions|offAmazon*", "offAmazonCVR", "offAmazonCPA"),
        Names("totalPixel14d|offAmazon*14d", "totalPixelCVR14d", "totalPixelCPA14d"),
        cuts=COST_CUTS,
    ),
    *_off_amazon_purchases(),
    _sold(
        "off_amazon_sales",
        "Off-Amazon sales",
        "What was paid in off-Amazon purchases",
        Wire("offAmazonProductSales", "offAmazonSales", "offAmazonProductSales14d"),
        Unit.MONEY,
        PLACE_CUTS,
    ),
    *returns(
        "off_amazon_",
        "off-Amazon ",
        Wire("offAmazonROAS", "offAmazonRoas", "offAmazonROAS14d"),
        Wire("offAmazonERPM", "offAmazonReturnPerThousandImpressions", "offAmazonERPM14d"),
    ),
    _sold(
        "off_amazon_units_sold",
        "Off-Amazon units sold",
        "Pieces sold in off-Amazon purchases",
        Wire("offAmazonUnitsSold", "offAmazonUnitsSold", "offAmazonUnitsSold14d"),
        Unit.COUNT,
        COMBINED_CUTS,
    ),
    *_COMBINED.metrics(
        ANY,
        Names("combinedPurchases*", "combinedPurchaseRate", "combinedECPP"),
        Names("combinedPurchases*", "combinedPurchaseRate", "combinedECPP"),
        cuts=COMBINED_CUTS,
    ),
    _sold(
        "combined_sales",
        "Combined sales",
        "What was paid on Amazon and outside together",
        Wire("combinedProductSales", "combinedSales", "combinedProductSales"),
        Unit.MONEY,
        PLACE_CUTS,
    ),
    *returns(
        "combined_",
        "combined ",
        Wire("combinedROAS", "combinedRoas", "combinedROAS"),
        Wire("combinedERPM", "combinedReturnPerThousandImpressions", "combinedERPM"),
    ),
    _sold(
        "combined_units_sold",
        "Combined units sold",
        "Pieces sold on Amazon and outside together",
        Wire("combinedUnitsSold", "combinedUnitsSold", "combinedUnitsSold"),
        Unit.COUNT,
        COMBINED_CUTS,
    ),
)


class _Kind(NamedTuple):
    """One kind of event: how people, version 3, the unified and the old reports call it."""

    many: str
    one: str
    v3: Names
    v1: tuple[str, str]
    legacy: Names
    value: tuple[str, str]
    value_cuts: frozenset[Dataset] = COST_CUTS


def _regular(
    many: str,
    one: str,
    v3: str,
    v1: tuple[str, str],
    *,
    count: str = "",
    legacy: str = "",
    legacy_count: str = "",
) -> _Kind:
    """Return a kind whose names follow the pattern, but for counts that are given."""
    old = legacy or v3
    return _Kind(
        many,
        one,
        Names(count or f"{v3}*", f"{v3}CVR", f"{v3}CPA"),
        v1,
        Names(legacy_count or f"{old}*14d", f"{old}CVR14d", f"{old}CPA14d"),
        (f"{v3}ValueSum", f"{v3}ValueAverage"),
    )


_KINDS = (
    _regular(
        "adds to shopping cart",
        "add to shopping cart",
        "addToShoppingCart",
        ("AddToShoppingCart", "AddToShoppingCart"),
        legacy="addedToShoppingCart",
    ),
    _regular("applications", "application", "application", ("Applications", "Application")),
    _regular("checkouts", "checkout", "checkout", ("Checkouts", "Checkout")),
    _regular("contacts", "contact", "contact", ("Contacts", "Contact")),
    _regular("leads", "lead", "lead", ("Leads", "Lead")),
    _regular(
        "page views",
        "page view",
        "pageView",
        ("PageViews", "PageView"),
        count="pageViews|pageView*",
    ),
    _regular("searches", "search", "search", ("Searches", "Search")),
    _regular(
        "sign-ups",
        "sign-up",
        "signUp",
        ("SignUps", "SignUp"),
        legacy_count="signUpButton14d|signUpViews14d|signUpButtonClicks14d",
    ),
    _regular("subscriptions", "subscription", "subscribe", ("Subscribe", "Subscribe")),
    _regular("other events", "other event", "other", ("Other", "Other")),
    _Kind(
        "app installs",
        "app install",
        Names(
            "mobileAppFirstStarts|mobileAppFirstStart*",
            "mobileAppFirstStartCVR",
            "mobileAppFirstStartCPA",
        ),
        ("Installs", "Install"),
        Names(
            "mobileAppFirstStarts14d|mobileAppFirstStart*14d",
            "mobileAppFirstStartCVR14d",
            "mobileAppFirstStartsCPA14d",
        ),
        ("mobileAppFirstStartSum", "mobileAppFirstStartAverage"),
        GEO | TECH,
    ),
)


def _kind(kind: _Kind) -> Iterator[Metric]:
    many, one = kind.v1
    key = f"off_amazon_{slug(kind.many)}"
    event = Event(
        key=key,
        name=f"Off-Amazon {kind.many}",
        one=f"off-Amazon {kind.one}",
        says=f"Events of the kind '{kind.one}' that the advertiser's tag or event reported",
        stage=Stage.CONVERSION,
        v1=Names(f"offAmazon{many}*", f"offAmazon{one}Rate", f"offAmazonCostPer{one}"),
    )
    yield from event.metrics(ANY, kind.v3, kind.legacy, cuts=COST_CUTS, pack=Pack.OFF_AMAZON)
    yield measure(
        f"{key}_value",
        f"Value of off-Amazon {kind.many}",
        f"Sum of the values that came with off-Amazon {kind.many}, {WINDOW}.",
        v3=kind.value[0],
        v1=f"offAmazon{many}ValueSum",
        unit=Unit.MONEY,
        stage=Stage.CONVERSION,
        cuts=kind.value_cuts,
        pack=Pack.OFF_AMAZON,
        caveat="The tag decides what a value is; it is read as the advertiser's currency.",
    )
    yield ratio(
        f"{key}_value_average",
        f"Average value of off-Amazon {kind.many}",
        f"Value for each of the off-Amazon {kind.many}.",
        f"{key}_value",
        key,
        unit=Unit.MONEY,
        stage=Stage.CONVERSION,
        v3=kind.value[1],
        v1=f"offAmazon{many}ValueAverage",
    )


OFF_AMAZON_EVENTS: tuple[Metric, ...] = tuple(m for kind in _KINDS for m in _kind(kind))
