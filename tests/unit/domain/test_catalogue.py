"""The catalogue covers what Amazon reports for DSP, and says each thing once and truly."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import pytest

from core.domain.catalogue import (
    METRICS,
    answerable,
    by_wire,
    formula_words,
    measured,
    metric,
)
from core.domain.metrics import Better, Dataset, Pack, Ratio, Stage, Unit
from core.errors import UserError

REPORT_TYPES = {
    "C": Dataset.CAMPAIGN,
    "I": Dataset.INVENTORY,
    "A": Dataset.AUDIENCE,
    "G": Dataset.GEO,
    "T": Dataset.TECH,
    "P": Dataset.PRODUCT,
    "R": Dataset.REACH,
    "V": Dataset.AUDIO_VIDEO,
    "B": Dataset.BID_ADJUSTMENT,
    "X": Dataset.CONVERSION_PATH,
}
# The campaign report offers these by order or line item only and they cannot be summed, so
# they are asked for by named windows and kept in the table of reach.
WINDOWED = {
    "exclusiveReachRate",
    "frequencyAverage",
    "householdFrequencyAverage",
    "householdReach",
    "impressionFrequencyAverage",
    "incrementalReachRate",
    "longTermROAS",
    "longTermSales",
    "reach",
}


class Column(NamedTuple):
    v3: str
    types: str
    v1: str
    legacy: str


def columns() -> list[Column]:
    text = (Path(__file__).parent / "dsp_columns.tsv").read_text()
    return [Column(*line.split("\t")) for line in text.splitlines() if not line.startswith("#")]


COLUMNS = columns()


def test_every_figure_amazon_reports_for_dsp_has_a_metric() -> None:
    assert [column.v3 for column in COLUMNS if by_wire("v3", column.v3) is None] == []


def test_the_catalogue_asks_for_no_column_that_amazon_does_not_have() -> None:
    known = {column.v3 for column in COLUMNS}
    asked = {m.v3 for m in METRICS.values() if m.v3} | {a for m in METRICS.values() for a in m.also}
    assert asked == known


def stored_types(v3: str) -> set[str] | None:
    """Return the letters of the tables that store the column; None for a computed ratio."""
    named = [m for m in METRICS.values() if m.v3 == v3 and not m.is_ratio]
    if not named:
        return None
    return {letter for m in named for letter, d in REPORT_TYPES.items() if d in m.datasets}


def test_a_measure_is_stored_in_the_tables_of_the_report_types_that_offer_it() -> None:
    offered = {column.v3: set(column.types) for column in COLUMNS}
    offered |= {name: {"R"} for name in WINDOWED}
    offered |= {"lineItemDeliveryRate": set()}  # no table keeps it
    stored = {name: stored_types(name) for name in offered}
    assert sum(letters is not None for letters in stored.values()) > 300
    assert {k: v for k, v in stored.items() if v is not None and v != offered[k]} == {}


def test_the_unified_reports_names_lead_to_the_same_metric() -> None:
    wrong = {
        column.v1
        for column in COLUMNS
        if column.v1 != "-" and by_wire("v1", f"metric.{column.v1}") is not by_wire("v3", column.v3)
    }
    # Amazon links the share of all impressions to a column called a rate of measurable ones.
    assert wrong == {"viewableDistribution"}
    assert by_wire("v1", "metric.viewableDistribution") is metric("viewable_share")


def test_the_names_of_the_reports_before_v3_lead_to_the_same_metric() -> None:
    wrong = [
        column.legacy
        for column in COLUMNS
        if column.legacy != "-" and by_wire("legacy", column.legacy) is not by_wire("v3", column.v3)
    ]
    assert wrong == []


def test_both_names_of_a_subscription_before_v3_lead_to_one_column() -> None:
    told = {"subscriptionPage14d": "subscribe", "subscriptionPageViews14d": "subscribeViews"}
    told |= {"subscriptionPageCVR14d": "subscribeCVR", "subscribe14d": "subscribe"}
    assert {old: by_wire("legacy", old) for old in told} == {
        old: by_wire("v3", v3) for old, v3 in told.items()
    }
    assert None not in {by_wire("legacy", old) for old in told}


def test_no_wire_name_means_two_things_but_for_the_conversion_path() -> None:
    twice = set()
    for generation in ("v3", "v1", "legacy"):
        wires = Counter(getattr(m, generation) for m in METRICS.values())
        twice |= {(generation, name) for name, n in wires.items() if name and n > 1}
    assert twice == {("v3", "sales"), ("v3", "purchases"), ("v3", "newToBrandPurchases")}


def test_sales_on_a_conversion_path_are_not_the_dsps_own_sales() -> None:
    own, path = by_wire("v3", "sales"), by_wire("v3", "sales", Dataset.CONVERSION_PATH)
    assert own is metric("sales")
    assert path is metric("path_sales")


def test_the_unified_reports_plain_names_mean_the_total() -> None:
    for plain, key in {
        "metric.sales": "total_sales",
        "metric.purchases": "total_purchases",
        "metric.roas": "total_roas",
        "metric.salesPromoted": "sales",
        "metric.purchasesPromoted": "purchases",
        "metric.roasPromoted": "roas",
    }.items():
        assert by_wire("v1", plain) is metric(key)


def test_an_unknown_wire_name_has_no_metric() -> None:
    assert by_wire("v3", "orderName") is None
    assert by_wire("v1", "sales") is None


def test_keys_are_told_by_the_vocabulary_of_the_field() -> None:
    agreed = """
        impressions gross_impressions invalid_impressions measurable_impressions 
        viewable_impressions clicks gross_clicks invalid_clicks total_cost supply_cost 
        console_fee audience_fee agency_fee omnichannel_fee third_party_fees total_fee 
        video_starts video_first_quartiles video_midpoints video_third_quartiles 
        video_completions detail_page_views total_detail_page_views_clicks add_to_cart 
        add_to_list purchases units_sold sales total_purchases total_units_sold total_sales 
        new_to_brand_purchases total_new_to_brand_sales new_to_brand_units_sold brand_searches 
        subscribe_and_save product_review_page_visits off_amazon_purchases combined_sales 
        long_term_sales reach household_reach frequency household_frequency ctr ecpm ecpc 
        viewability_rate measurable_rate invalid_rate vcpm dpvr ecpdpv atcr ecpatc 
        purchase_rate ecpp roas total_roas erpm ntb_percent ntb_roas vcr ecpvc halo_share aov 
        purchases_per_dpv combined_roas off_amazon_roas
    """
    for key in agreed.split():
        assert metric(key).key == key


def test_an_unknown_key_is_answered_with_a_sentence() -> None:
    with pytest.raises(UserError, match="no metric called 'spend'"):
        metric("spend")


def test_a_ratio_is_made_of_additive_measures() -> None:
    ratios = [(m, m.formula) for m in METRICS.values() if m.formula is not None]
    assert len(ratios) > 100
    for entry, formula in ratios:
        parts = [metric(part) for part in formula.parts]
        assert all(part.additive and not part.is_ratio for part in parts), entry.key
        assert not entry.additive


def test_reach_and_frequency_are_never_added() -> None:
    for key in ("reach", "household_reach", "frequency", "household_frequency"):
        assert not metric(key).additive
        assert metric(key).datasets == {Dataset.REACH}


def test_the_words_of_every_entry_are_whole_and_its_own() -> None:
    described = Counter(m.description for m in METRICS.values())
    for entry in METRICS.values():
        assert entry.description.endswith(".")
        assert entry.description[0].isupper()
        assert not entry.caveat or entry.caveat.endswith(".")
        assert entry.name[0].isupper()
        assert "{" not in entry.description
        assert "  " not in entry.description
        assert described[entry.description] == 1, entry.key
        assert entry.label in {entry.short, entry.name}
    assert all(n == 1 for n in Counter(m.name for m in METRICS.values()).values())


def test_cost_is_neither_good_nor_bad_and_a_price_is_better_low() -> None:
    assert metric("total_cost").better is Better.NEITHER
    assert metric("ecpdpv").better is Better.DOWN
    assert metric("invalid_rate").better is Better.DOWN
    assert metric("roas").better is Better.UP


def test_money_is_money_and_a_rate_is_a_rate() -> None:
    for entry in METRICS.values():
        if entry.v3 in {"totalCost", "sales", "eCPM", "eRPM", "totalFee", "combinedProductSales"}:
            assert entry.unit is Unit.MONEY
        if entry.key.endswith("roas"):
            assert entry.unit is Unit.MULTIPLE
        if entry.is_ratio and entry.key.endswith(("_rate", "vcr", "dpvr", "atcr", "ntb_percent")):
            assert entry.unit is Unit.RATE


def test_a_percentage_that_is_kept_as_reported_is_not_shown_as_a_fraction() -> None:
    for key in ("match_rate", "tv_exclusive_reach_rate"):
        assert metric(key).unit is Unit.AVERAGE
        assert metric(key).name.endswith("in %")


def test_stages_follow_the_funnel() -> None:
    assert metric("impressions").stage is Stage.DELIVERY
    assert metric("vcr").stage is Stage.AWARENESS
    assert metric("dpvr").stage is Stage.CONSIDERATION
    assert metric("total_roas").stage is Stage.CONVERSION
    assert metric("ntb_percent").stage is Stage.NEW_TO_BRAND


def test_the_core_facts_of_a_campaign_are_what_the_screens_ask_for() -> None:
    core = measured(Dataset.CAMPAIGN)
    keys = {m.key for m in core}
    assert 70 <= len(core) <= 100
    assert {"impressions", "total_cost", "total_sales", "combined_sales"} <= keys
    assert not any(m.is_ratio for m in core)
    assert "off_amazon_leads" not in keys
    assert [m.key for m in core] == [k for k in METRICS if k in keys]


def test_packs_add_columns_and_take_none_away() -> None:
    core = {m.key for m in measured(Dataset.CAMPAIGN)}
    more = {m.key for m in measured(Dataset.CAMPAIGN, frozenset({Pack.CORE, Pack.AUDIO}))}
    assert more - core == {m.key for m in METRICS.values() if m.pack is Pack.AUDIO} - {
        "audio_completion_rate",
        "cost_per_audio_completion",
    }
    assert core < more


def test_a_ratio_is_of_the_pack_of_its_parts() -> None:
    assert metric("audio_completion_rate").pack is Pack.AUDIO
    assert metric("ctr").pack is Pack.CORE


def test_site_and_supply_share_the_inventory_columns() -> None:
    everything = frozenset(Pack)
    assert measured(Dataset.SITE, everything) == measured(Dataset.INVENTORY, everything)


def test_a_product_row_can_answer_no_cost() -> None:
    assert answerable("purchases", Dataset.PRODUCT)
    assert not answerable("total_cost", Dataset.PRODUCT)
    assert not answerable("roas", Dataset.PRODUCT)
    assert answerable("ntb_percent", Dataset.PRODUCT)


def test_a_ratio_is_answerable_where_its_parts_are_even_if_amazon_gives_no_column() -> None:
    assert answerable("dpvr", Dataset.GEO)
    assert answerable("ecpm", Dataset.TECH)
    assert not answerable("total_roas", Dataset.AUDIENCE)


@pytest.mark.parametrize(
    ("key", "sums", "expected"),
    [
        ("ctr", {"clicks": 12, "impressions": 10_000}, "0.0012"),
        ("ecpm", {"total_cost": Decimal("84.5"), "impressions": 13_000}, "6.5"),
        ("viewability_rate", {"viewable_impressions": 70, "measurable_impressions": 100}, "0.7"),
        ("viewable_share", {"viewable_impressions": 70, "impressions": 140}, "0.5"),
        ("invalid_rate", {"invalid_impressions": 3, "gross_impressions": 300}, "0.01"),
        ("vcr", {"video_completions": 960, "video_starts": 1000}, "0.96"),
        ("roas", {"sales": Decimal("431"), "total_cost": Decimal("100")}, "4.31"),
        ("erpm", {"sales": Decimal("31"), "impressions": 2000}, "15.5"),
        ("halo_share", {"total_sales": Decimal("160"), "sales": Decimal("100")}, "0.375"),
        ("ntb_percent", {"new_to_brand_purchases": 3, "purchases": 12}, "0.25"),
        ("aov", {"sales": Decimal("96"), "purchases": 3}, "32"),
        ("purchases_per_dpv", {"purchases": 7, "detail_page_views": 100}, "0.07"),
    ],
)
def test_ratios_are_ratios_of_sums(
    key: str, sums: dict[str, Decimal | int | None], expected: str
) -> None:
    formula = metric(key).formula
    assert formula is not None
    assert formula.of(sums) == Decimal(expected)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("ecpm", "Total cost ÷ Impressions × 1,000"),
        ("viewability_rate", "Viewable impressions ÷ Measurable impressions"),
        ("halo_share", "(Total sales − Sales) ÷ Total sales"),
        ("total_cost", ""),
    ],
)
def test_a_formula_is_told_in_the_names_of_its_parts(key: str, words: str) -> None:
    assert formula_words(metric(key)) == words


def test_a_ratio_over_nothing_is_absent_and_not_zero() -> None:
    formula = metric("ctr").formula
    assert formula is not None
    assert formula.of({"clicks": 0, "impressions": 0}) is None
    assert formula.of({"clicks": 5}) is None
    assert formula.of({"clicks": 5, "impressions": None}) is None


def test_a_ratio_without_a_scale_is_plain() -> None:
    assert Ratio(("a", "b"), ("c",)).of({"a": 1, "b": 2, "c": 4}) == Decimal("0.75")


def test_a_tile_is_headed_by_the_short_name_where_there_is_one() -> None:
    assert metric("dpvr").label == "DPVR"
    assert metric("impressions").label == "Impressions"


def test_viewability_before_it_was_measured_says_since_when() -> None:
    assert str(metric("viewability_rate").since) == "2019-10-01"
    assert str(metric("ntb_percent").since) == "2018-11-01"
    assert str(metric("gross_impressions").since) == "2021-07-01"
