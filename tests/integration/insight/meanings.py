"""What every metric of the base facts means, told a second time and from the other end.

Not from Amazon's columns nor from our catalogue: from what happened in the simulation, kind by
kind. `purchase.promoted.view.new` is a purchase of a promoted product, credited to an ad that was
seen, by a customer new to the brand; its units and sales go by the same name. Costs are in
millionths of the currency, sales in its smallest coin.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

Happened = Mapping[str, int]
Meaning = Callable[["Account"], Fraction | None]


@dataclass(frozen=True)
class Account:
    """What happened to one advertiser, order, line item or creative over some days."""

    happened: Happened
    coins: int

    def count(self, *kinds: str) -> Fraction:
        """Return how often any of these kinds happened."""
        return Fraction(sum(self.happened.get(kind, 0) for kind in kinds))

    def cost(self, *kinds: str) -> Fraction:
        """Return money that is kept in millionths."""
        return self.count(*kinds) / 1_000_000

    def events(self, family: str, *wanted: str, of: str = "") -> Fraction:
        """Return the events of a family whose parts have all of these words.

        `of` makes it their units, or their sales in whole currency.
        """
        parts = self._by_family.get((of, family), ())
        total = sum(number for words, number in parts if words.issuperset(wanted))
        return Fraction(total, self.coins if of == "sales" else 1)

    @cached_property
    def _by_family(self) -> Mapping[tuple[str, str], list[tuple[frozenset[str], int]]]:
        found: dict[tuple[str, str], list[tuple[frozenset[str], int]]] = defaultdict(list)
        for kind, number in self.happened.items():
            prefix, _, rest = kind.partition(".")
            of, name = (prefix, rest) if prefix in {"units", "sales"} else ("", kind)
            family, *words = name.split(".")
            found[of, family].append((frozenset(words), number))
        return found


def _count(*kinds: str) -> Meaning:
    return lambda account: account.count(*kinds)


def _cost(*kinds: str) -> Meaning:
    return lambda account: account.cost(*kinds)


def _events(family: str, *wanted: str, of: str = "") -> Meaning:
    return lambda account: account.events(family, *wanted, of=of)


def _sum(*meanings: Meaning) -> Meaning:
    def added(account: Account) -> Fraction:
        return sum((meaning(account) or Fraction(0) for meaning in meanings), Fraction(0))

    return added


_CREDIT_OF = {"": (), "_views": ("view",), "_clicks": ("click",)}
_AMAZONS_OWN = ("console", "audience", "omnichannel")
_VENDORS = tuple(
    f"third.3pFee{name}"
    for name in ("Automotive", "ComScore", "CPM1", "CPM2", "CPM3", "DoubleclickCampaignManager",
                 "DoubleVerify", "IntegralAdScience")
)  # fmt: skip
_ABSORBED = tuple(f"{name}Absorbed" for name in _VENDORS)
_PRE_BID = tuple(
    f"third.3PPreBidFee{name}"
    for name in ("DoubleVerify", "IntegralAdScience", "OracleDataCloud", "Pixalate")
)
_OFF_AMAZON = (
    "offPurchase", "pageView", "subscribe", "signUp", "application", "addToShoppingCart", "other",
    "offSearch", "contact", "checkout", "lead",
)  # fmt: skip

COUNTED: dict[str, Meaning] = {
    "impressions": _count("impressions"),
    "gross_impressions": _count("impressions", "invalid"),
    "invalid_impressions": _count("invalid"),
    "clicks": _count("clicked"),
    "gross_clicks": _count("clicked", "invalid_clicks"),
    "invalid_clicks": _count("invalid_clicks"),
    "measurable_impressions": _count("clicked", "viewed", "out_of_view"),
    "viewable_impressions": _count("clicked", "viewed"),
    "on_target_impressions": _count("on_target"),
    "on_target_cost": _cost("on_target_cost"),
    "video_impressions": _count("video.impressions"),
    "video_starts": _count("video.start"),
    "video_first_quartiles": _count("video.first"),
    "video_midpoints": _count("video.midpoint"),
    "video_third_quartiles": _count("video.third"),
    "video_completions": _count("video.complete"),
    "supply_cost": _cost("supply"),
    "console_fee": _cost("console"),
    "audience_fee": _cost("audience"),
    "omnichannel_fee": _cost("omnichannel"),
    "agency_fee": _cost("agency"),
    "total_cost": _cost("supply", *_AMAZONS_OWN),
    "third_party_fees": _cost(*_VENDORS, *_ABSORBED),
    "prebid_fees": _cost(*_PRE_BID),
    "total_fee": _cost(*_AMAZONS_OWN, "agency", *_VENDORS, *_PRE_BID),
    "sales": _events("purchase", "promoted", of="sales"),
    "total_sales": _events("purchase", of="sales"),
    "new_to_brand_sales": _events("purchase", "promoted", "new", of="sales"),
    "total_new_to_brand_sales": _events("purchase", "new", of="sales"),
    "units_sold": _events("purchase", "promoted", of="units"),
    "total_units_sold": _events("purchase", of="units"),
    "new_to_brand_units_sold": _events("purchase", "promoted", "new", of="units"),
    "total_new_to_brand_units_sold": _events("purchase", "new", of="units"),
    "off_amazon_sales": _events("offPurchase", of="sales"),
    "off_amazon_units_sold": _events("offPurchase", of="units"),
    "combined_sales": _sum(_events("purchase", of="sales"), _events("offPurchase", of="sales")),
    "combined_units_sold": _sum(
        _events("purchase", of="units"), _events("offPurchase", of="units")
    ),
}
for _suffix, _credit in _CREDIT_OF.items():
    for _key, _family in (
        ("detail_page_views", "dpv"),
        ("product_review_page_visits", "prpv"),
        ("add_to_cart", "atc"),
        ("add_to_list", "atl"),
        ("purchases", "purchase"),
        ("subscribe_and_save", "sns"),
    ):
        COUNTED[f"{_key}{_suffix}"] = _events(_family, "promoted", *_credit)
        COUNTED[f"total_{_key}{_suffix}"] = _events(_family, *_credit)
    for _key, _family in (("purchases", "purchase"), ("detail_page_views", "dpv")):
        COUNTED[f"new_to_brand_{_key}{_suffix}"] = _events(_family, "promoted", "new", *_credit)
        COUNTED[f"total_new_to_brand_{_key}{_suffix}"] = _events(_family, "new", *_credit)
    COUNTED[f"brand_searches{_suffix}"] = _events("brandSearch", *_credit)
    COUNTED[f"off_amazon_purchases{_suffix}"] = _events("offPurchase", *_credit)
    COUNTED[f"off_amazon_conversions{_suffix}"] = _sum(
        *(_events(family, *_credit) for family in _OFF_AMAZON)
    )
    COUNTED[f"combined_purchases{_suffix}"] = _sum(
        _events("purchase", *_credit), _events("offPurchase", *_credit)
    )

# Each rate as it is explained to people: of what, for each of what, and for how many of those.
RATES = """
invalid_rate                invalid_impressions                 gross_impressions
ctr                         clicks                              impressions
invalid_click_rate          invalid_clicks                      gross_clicks
working_media_share         supply_cost                         total_cost
ecpm                        total_cost                          impressions                 1000
vcpm                        total_cost                          viewable_impressions        1000
ecpc                        total_cost                          clicks
measurable_rate             measurable_impressions              impressions
viewability_rate            viewable_impressions                measurable_impressions
viewable_share              viewable_impressions                impressions
on_target_cpm               on_target_cost                      on_target_impressions       1000
vcr                         video_completions                   video_starts
ecpvc                       total_cost                          video_completions
dpvr                        detail_page_views                   impressions
ecpdpv                      total_cost                          detail_page_views
dpvr_clicks                 detail_page_views_clicks            impressions
ecpdpv_clicks               total_cost                          detail_page_views_clicks
total_dpvr                  total_detail_page_views             impressions
total_ecpdpv                total_cost                          total_detail_page_views
brand_search_rate           brand_searches                      impressions
cost_per_brand_search       total_cost                          brand_searches
atcr                        add_to_cart                         impressions
ecpatc                      total_cost                          add_to_cart
total_atcr                  total_add_to_cart                   impressions
total_ecpatc                total_cost                          total_add_to_cart
atlr                        add_to_list                         impressions
ecpatl                      total_cost                          add_to_list
total_atlr                  total_add_to_list                   impressions
total_ecpatl                total_cost                          total_add_to_list
prpvr                       product_review_page_visits          impressions
ecpprpv                     total_cost                          product_review_page_visits
total_prpvr                 total_product_review_page_visits    impressions
total_ecpprpv               total_cost                          total_product_review_page_visits
purchase_rate               purchases                           impressions
ecpp                        total_cost                          purchases
purchase_rate_clicks        purchases_clicks                    impressions
ecpp_clicks                 total_cost                          purchases_clicks
total_purchase_rate         total_purchases                     impressions
total_ecpp                  total_cost                          total_purchases
click_share                 total_purchases_clicks              total_purchases
purchases_per_dpv           purchases                           detail_page_views
subscribe_and_save_rate     subscribe_and_save                  impressions
ecpsns                      total_cost                          subscribe_and_save
total_subscribe_and_save_rate total_subscribe_and_save          impressions
total_ecpsns                total_cost                          total_subscribe_and_save
roas                        sales                               total_cost
erpm                        sales                               impressions                 1000
total_roas                  total_sales                         total_cost
total_erpm                  total_sales                         impressions                 1000
aov                         sales                               purchases
total_aov                   total_sales                         total_purchases
ntb_purchase_rate           new_to_brand_purchases              impressions
ntb_ecpp                    total_cost                          new_to_brand_purchases
ntb_percent                 new_to_brand_purchases              purchases
total_ntb_purchase_rate     total_new_to_brand_purchases        impressions
total_ntb_ecpp              total_cost                          total_new_to_brand_purchases
total_ntb_percent           total_new_to_brand_purchases        total_purchases
ntb_roas                    new_to_brand_sales                  total_cost
ntb_erpm                    new_to_brand_sales                  impressions                 1000
total_ntb_roas              total_new_to_brand_sales            total_cost
total_ntb_erpm              total_new_to_brand_sales            impressions                 1000
ntb_dpvr                    new_to_brand_detail_page_views      impressions
ntb_ecpdpv                  total_cost                          new_to_brand_detail_page_views
total_ntb_dpvr              total_new_to_brand_detail_page_views impressions
total_ntb_ecpdpv            total_cost                          total_new_to_brand_detail_page_views
off_amazon_conversion_rate  off_amazon_conversions              impressions
cost_per_off_amazon_conversion total_cost                       off_amazon_conversions
off_amazon_purchase_rate    off_amazon_purchases                impressions
cost_per_off_amazon_purchase total_cost                         off_amazon_purchases
off_amazon_roas             off_amazon_sales                    total_cost
off_amazon_erpm             off_amazon_sales                    impressions                 1000
combined_purchase_rate      combined_purchases                  impressions
cost_per_combined_purchase  total_cost                          combined_purchases
combined_roas               combined_sales                      total_cost
combined_erpm               combined_sales                      impressions                 1000
"""


def _halo_share(account: Account) -> Fraction | None:
    """Return what products beside the promoted ones sold, as a share of all that was sold."""
    beside = account.events("purchase", "halo", of="sales")
    whole = account.events("purchase", of="sales")
    return beside / whole if whole else None


def _rate(line: str) -> tuple[str, Meaning]:
    key, part, whole, *scale = line.split()
    times = int(scale[0]) if scale else 1

    def rate(account: Account) -> Fraction | None:
        over = COUNTED[whole](account)
        return (COUNTED[part](account) or Fraction(0)) * times / over if over else None

    return key, rate


MEANINGS: dict[str, Meaning] = {
    **COUNTED,
    **dict(_rate(line) for line in RATES.strip().splitlines()),
    "halo_share": _halo_share,
}
