"""The agency's part of a client's money, both ways."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.domain.client_budget import ClientTerms, FeeTerms, month_of
from core.domain.periods import DateRange

D = Decimal


@pytest.mark.parametrize(
    ("terms", "percent", "buys"),
    [(FeeTerms.NONE, "0", 1100), (FeeTerms.FEE, "0.1", 1000), (FeeTerms.MARGIN, "0.1", 990)],
)
def test_what_a_budget_of_1100_buys(terms: FeeTerms, percent: str, buys: int) -> None:
    paid = ClientTerms(terms, D(percent))
    assert paid.media_of(D(1100)) == buys
    assert paid.billed_for(D(buys)) == 1100


@given(
    terms=st.sampled_from(FeeTerms),
    percent=st.decimals("0", "0.9", places=3),
    given_=st.decimals("0.01", "1000000", places=2),
)
def test_media_bought_with_all_the_money_costs_all_the_money(
    terms: FeeTerms, percent: Decimal, given_: Decimal
) -> None:
    paid = ClientTerms(terms, percent)
    assert abs(paid.billed_for(paid.media_of(given_)) - given_) < D("1e-12")


def test_a_month_has_all_of_its_days() -> None:
    assert month_of(date(2028, 2, 10)) == DateRange(date(2028, 2, 1), date(2028, 2, 29))
    assert month_of(date(2026, 12, 31)) == DateRange(date(2026, 12, 1), date(2026, 12, 31))
