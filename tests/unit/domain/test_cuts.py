"""What can be cut by what: as the lake's tables have it, and said in a sentence."""

from __future__ import annotations

import pytest

from core.domain.cuts import CUTS, REPORTS, Dimension, Total, held_together, why_not
from core.domain.metrics import Dataset
from core.lake.schema import TABLES

D = Dimension


def test_every_cut_is_a_key_of_the_tables_that_are_said_to_hold_it_and_of_no_other() -> None:
    for cut in CUTS.values():
        having = {dataset for dataset in REPORTS if cut.field in TABLES[dataset].keys}
        assert set(cut.datasets) == having, cut.name


def test_every_dimension_of_an_address_is_a_cut() -> None:
    assert list(CUTS) == list(Dimension)


@pytest.mark.parametrize(
    ("one", "other", "dataset"),
    [
        (D.SUPPLY, D.DEAL, Dataset.INVENTORY),
        (D.SUPPLY, D.ORDER, Dataset.INVENTORY),
        (D.ORDER, D.LINE_ITEM, Dataset.CAMPAIGN),
        (D.COUNTRY, D.REGION, Dataset.GEO),
        (D.DEVICE, D.BROWSER, Dataset.TECH),
        (D.AUDIENCE, D.LINE_ITEM, Dataset.AUDIENCE),
        (D.PRODUCT, D.ORDER, Dataset.PRODUCT),
        (D.SIZE, D.CREATIVE, Dataset.CAMPAIGN),
        (D.SUPPLY, D.SITE, None),
        (D.DEVICE, D.COUNTRY, None),
        (D.PRODUCT, D.LINE_ITEM, None),
        (D.SITE, D.SITE, None),
    ],
)
def test_two_cuts_are_crossed_where_one_report_counts_both(
    one: Dimension, other: Dimension, dataset: Dataset | None
) -> None:
    assert held_together(CUTS[one], CUTS[other]) is dataset
    assert bool(why_not(CUTS[one], CUTS[other])) is (dataset is None)


def test_crossing_is_the_same_either_way_round() -> None:
    for one in CUTS.values():
        for other in CUTS.values():
            both = held_together(one, other), held_together(other, one)
            assert (both[0] is None) is (both[1] is None)


def test_the_reason_names_both_reports() -> None:
    told = why_not(CUTS[D.DEVICE], CUTS[D.REGION])
    assert told == (
        "Amazon's technology report knows devices, its geography report knows regions; "
        "no report counts both at once."
    )
    assert "rows are already" in why_not(CUTS[D.SITE], CUTS[D.SITE])


def test_audiences_overlap_and_products_have_no_cost() -> None:
    odd = {cut.dimension: cut.total for cut in CUTS.values() if cut.total is not Total.WHOLE}
    assert odd == {D.AUDIENCE: Total.OVERLAP, D.PRODUCT: Total.NO_COST}
