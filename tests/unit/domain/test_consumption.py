"""What a budget loses is counted as the order and its line items define it."""

from __future__ import annotations

from decimal import Decimal

from core.domain.consumption import Delivered, budget_consuming_cost
from core.domain.entities import Fee, FeeBasis, FeeKind

D = Decimal
VERIFY = Fee(FeeKind.THIRD_PARTY_APPLIED, FeeBasis.FIXED_CPM, D("0.10"), "DoubleVerify", True)
SEGMENTS = Fee(FeeKind.THIRD_PARTY_AUDIENCE, FeeBasis.FIXED_CPM, D("0.30"), "Segments", False)
AGENCY = Fee(FeeKind.AGENCY, FeeBasis.PERCENT_OF_BUDGET, D(10))


def delivered(third_party: str = "0", agency: str | None = None) -> Delivered:
    return Delivered(
        impressions=100_000,
        total_cost=D(900),
        supply_cost=D(800),
        third_party_fees=D(third_party),
        agency_fee=None if agency is None else D(agency),
    )


def test_without_further_fees_it_is_total_cost() -> None:
    assert budget_consuming_cost(delivered(), (), ()) == 900


def test_a_third_party_fee_counts_where_the_line_item_says_so() -> None:
    assert budget_consuming_cost(delivered("10"), [VERIFY], ()) == 910


def test_a_third_party_fee_that_the_agency_bears_does_not_count() -> None:
    assert budget_consuming_cost(delivered("30"), [SEGMENTS], ()) == 900


def test_of_fees_reported_together_only_the_counted_share_counts() -> None:
    # 10 for verification and 30 for segments come as one sum of 40.
    assert budget_consuming_cost(delivered("40"), [VERIFY, SEGMENTS], ()) == 910


def test_a_percentage_of_supply_cost_takes_its_share_of_the_sum() -> None:
    five_percent = Fee(
        FeeKind.THIRD_PARTY_TARGETING, FeeBasis.PERCENT_OF_SUPPLY_COST, D(5), "Target", True
    )
    # 5 % of 800 is 40, segments are 30: of 70 reported, 40 count.
    assert budget_consuming_cost(delivered("70"), [five_percent, SEGMENTS], ()) == 940


def test_fees_whose_price_says_nothing_count_only_if_all_of_them_do() -> None:
    unclear = Fee(FeeKind.THIRD_PARTY_APPLIED, FeeBasis.UNKNOWN, D(1), None, True)
    borne = Fee(FeeKind.THIRD_PARTY_APPLIED, FeeBasis.UNKNOWN, D(1), None, None)
    assert budget_consuming_cost(delivered("10"), [unclear], ()) == 910
    assert budget_consuming_cost(delivered("10"), [unclear, borne], ()) == 900
    assert budget_consuming_cost(delivered("10"), [], ()) == 900


def test_amazons_own_fees_are_in_total_cost_already() -> None:
    console = Fee(FeeKind.AMAZON_DSP, FeeBasis.PERCENT_OF_SUPPLY_COST, D(5), None, True)
    assert budget_consuming_cost(delivered(), [console], ()) == 900


def test_the_reported_agency_fee_counts_where_the_order_has_one() -> None:
    assert budget_consuming_cost(delivered(agency="95"), (), [AGENCY]) == 995


def test_an_agency_fee_that_is_not_reported_is_its_percentage_of_the_budget() -> None:
    # 10 % of the budget is the agency's, so 900 of media are 90 % of 1000.
    assert budget_consuming_cost(delivered(), (), [AGENCY]) == 1000


def test_an_order_without_an_agency_fee_pays_none() -> None:
    assert budget_consuming_cost(delivered(agency="95"), (), ()) == 900


def test_where_the_orders_fees_may_not_be_read_the_reported_fee_counts() -> None:
    assert budget_consuming_cost(delivered(agency="95"), (), None) == 995
    assert budget_consuming_cost(delivered(), (), None) == 900
