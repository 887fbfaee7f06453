"""Rates from files: both forms, and what is not taken."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.domain.fx import FxRate
from core.domain.rate_files import FAULTS_SHOWN, ROWS_MAX, read_rates
from core.errors import UserError

DAY = date(2026, 11, 20)
PAIRS = "day,from,to,rate\n"
CENTURY = date(1999, 1, 4)


def rate(quote: str, of: str, day: date = DAY, base: str = "EUR") -> FxRate:
    return FxRate(day, base, quote, Decimal(of), "ECB")


def test_rows_of_day_pair_and_rate_are_read_under_any_of_their_names_and_sorted() -> None:
    text = "\ufeffRate,Date,Quote,Base\n0.9231,2026-11-20,eur,usd\n\n 157.2 , 2026-11-19 ,JPY,USD\n"
    found = read_rates(text, "  my  bank ")
    assert found.rates == (
        FxRate(date(2026, 11, 19), "USD", "JPY", Decimal("157.2"), "my bank"),
        FxRate(DAY, "USD", "EUR", Decimal("0.9231"), "my bank"),
    )
    assert (found.faults, found.left_out) == ((), 0)


def test_a_banks_table_is_one_euro_in_each_currency_and_absent_where_it_says_so() -> None:
    # As eurofxref-hist.csv is written: a comma ends every line, N/A where a currency had no rate.
    text = "Date,USD,JPY,CYP,\n2026-11-20,1.0833,162.4,N/A,\n2026-11-19,1.08,-,,\n"
    found = read_rates(text, "ECB")
    assert found.rates == (
        rate("USD", "1.08", date(2026, 11, 19)),
        rate("JPY", "162.4"),
        rate("USD", "1.0833"),
    )
    assert found.left_out == 0


def test_the_banks_whole_history_is_read_as_far_back_as_is_wanted() -> None:
    codes = [f"A{chr(65 + n)}{chr(65 + m)}" for n in range(2) for m in range(16)]
    days = [CENTURY + timedelta(n) for n in range(7_279)]
    line = ",".join(["1.5"] * len(codes))
    text = "\n".join([f"Date,{','.join(codes)},", *(f"{day},{line}," for day in reversed(days))])
    assert len(days) * len(codes) > ROWS_MAX
    found = read_rates(text, "ECB", since=days[-100])
    assert len(found.rates) == 100 * 32
    assert (found.rates[0].day, found.rates[-1].day) == (days[-100], days[-1])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("2026-11-31,USD,EUR,1", "'2026-11-31' is no day"),
        ("20/11/2026,USD,EUR,1", "'20/11/2026' is no day"),
        ("1998-12-31,USD,EUR,1", "1998-12-31 is no day that rates are kept of"),
        ("2026-11-20,US,EUR,1", "'US' is no currency"),
        ("2026-11-20,EUR,EUR,1", "EUR needs no rate to itself"),
        ('2026-11-20,USD,EUR,"0,9231"', "'0,9231' is no rate above zero"),
        ("2026-11-20,USD,EUR,1e3", "'1e3' is no rate above zero"),
        ("2026-11-20,USD,EUR,0", "'0' is no rate above zero"),
        ("2026-11-20,USD,EUR,-1", "'-1' is no rate above zero"),
        ("2026-11-20,USD,EUR", "'' is no rate above zero"),
    ],
)
def test_a_line_that_says_no_rate_is_named_and_left_out(line: str, told: str) -> None:
    found = read_rates(f"{PAIRS}2026-11-20,USD,GBP,0.8\n{line}\n", "ECB")
    assert found.rates == (rate("GBP", "0.8", base="USD"),)
    assert found.left_out == 1
    assert found.faults[0].startswith(f"Line 3: {told}")


def test_a_pair_with_two_rates_on_a_day_is_a_fault_and_said_twice_alike_is_none() -> None:
    twice = "2026-11-20,USD,EUR,0.9\n2026-11-20,USD,EUR,0.90\n"
    assert read_rates(PAIRS + twice, "ECB").left_out == 0
    found = read_rates(f"{PAIRS}{twice}2026-11-20,USD,EUR,0.91\n", "ECB")
    assert found.faults == ("Line 4: the pair has another rate on the same day further up.",)


def test_of_many_faults_the_first_twenty_are_told_and_all_are_counted() -> None:
    found = read_rates(PAIRS + "never,USD,EUR,1\n" * 50, "ECB")
    assert (len(found.faults), found.left_out) == (FAULTS_SHOWN, 50)


@pytest.mark.parametrize("text", ["", "a,b\n1,2\n", "Date,Dollar\n", "day,from,rate\n", "Date\n"])
def test_a_heading_of_neither_form_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="The first line must name"):
        read_rates(text, "ECB")


@pytest.mark.parametrize("source", ["", "  ", "x" * 61, "E\x00B"])
def test_a_source_without_a_name_is_refused(source: str) -> None:
    with pytest.raises(UserError, match="Name the source"):
        read_rates(PAIRS, source)
