"""Money keeps its currency and its decimals."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.domain.money import Money, minor_units, symbol
from core.errors import Defect

D = Decimal


def test_money_of_one_currency_is_added_exactly() -> None:
    total = Money(D("0.10"), "USD") + Money(D("0.20"), "USD")
    assert total == Money(D("0.30"), "USD")
    assert Money(D("1"), "EUR") - Money(D("2.5"), "EUR") == Money(D("-1.5"), "EUR")


def test_two_currencies_are_never_added() -> None:
    with pytest.raises(Defect, match="USD and JPY"):
        Money(D(1), "USD") + Money(D(1), "JPY")
    with pytest.raises(Defect, match="EUR and USD"):
        Money(D(1), "EUR") - Money(D(1), "USD")


@pytest.mark.parametrize(
    ("currency", "text"),
    [
        ("USD", "$1,234.56"),
        ("JPY", "¥1,235"),
        ("KWD", "KWD 1,234.565"),
        ("MXN", "MX$1,234.56"),
    ],
)
def test_an_amount_is_written_with_its_currencys_own_decimals(currency: str, text: str) -> None:
    assert str(Money(D("1234.565"), currency)) == text


def test_a_negative_amount_carries_its_sign_before_the_symbol() -> None:
    assert str(Money(D("-4100"), "USD")) == "-$4,100.00"


def test_rounding_is_half_to_even() -> None:
    assert Money(D("0.125"), "USD").rounded().amount == D("0.12")
    assert Money(D("0.135"), "USD").rounded().amount == D("0.14")


def test_an_unlisted_currency_has_two_decimals_and_its_code() -> None:
    assert minor_units("SEK") == 2
    assert symbol("SEK") == "SEK "
