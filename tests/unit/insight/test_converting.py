"""The portfolio in one currency: at a dated rate that travels along, never without one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.domain.fx import FxRate
from core.domain.views import Screen, View, query, read
from core.insight.audience import audience
from core.insight.converting import offered
from core.insight.pace_book import pace_book
from core.insight.portfolio import portfolio
from core.insight.portfolio_row import PortfolioRow
from core.insight.sheets import portfolio_sheet
from tests.unit.insight.office import NOW, ONE, TWO, Office, day, days, delivered, flight, order


@pytest.fixture
def abroad(office: Office) -> Office:
    """A month in dollars and one in yen; the neighbour has absurd rates of its own."""
    office.advertiser(ONE, "Lumen")
    office.advertiser(TWO, "Sakura", currency="JPY")
    office.keep(order("o1"), flight("o1", 21, 0, "220"))
    office.keep(
        order("o2", advertiser=TWO, currency="JPY"),
        flight("o2", 21, 0, "22000", advertiser=TWO, currency="JPY"),
        advertiser=TWO,
    )
    office.deliver(delivered("o1", 21, impressions=10, total_cost="10"), days(21))
    office.deliver(delivered("o2", 21, impressions=10, total_cost="1000"), days(21), advertiser=TWO)
    _put(office, FxRate(day(0), "USD", "EUR", Decimal(1000), "Leaked"), neighbour=True)
    return office


def _put(office: Office, *rates: FxRate, neighbour: bool = False) -> None:
    org = office.neighbour if neighbour else office.org
    with office.store.writing(org.scope()) as tenant:
        tenant.rates.put(rates, NOW)


def _shown(office: Office, currency: str = "") -> tuple[dict[str, PortfolioRow], list[str]]:
    with office.desk() as desk:
        whom = audience(desk, View(screen=Screen.MORNING, currency=currency))
        rows = portfolio(desk, whom, pace_book(desk, whom))
        return {row.advertiser.name: row for row in rows}, offered(desk, rows)


def test_amounts_stay_in_their_own_currency_unless_asked(abroad: Office) -> None:
    _put(abroad, FxRate(day(0), "USD", "JPY", Decimal(150), "Bank"))
    rows, codes = _shown(abroad)
    assert {name: row.advertiser.currency for name, row in rows.items()} == {
        "Lumen": "USD",
        "Sakura": "JPY",
    }
    assert all(row.conversion is None for row in rows.values())
    assert codes == ["JPY", "USD"]


def test_every_amount_is_converted_at_one_rate_that_is_told(abroad: Office) -> None:
    _put(
        abroad,
        FxRate(day(3), "USD", "EUR", Decimal("0.9"), "Bank"),
        FxRate(day(3), "EUR", "JPY", Decimal(160), "Bank"),
    )
    native, codes = _shown(abroad)
    assert codes == ["EUR", "JPY", "USD"]
    rows, _ = _shown(abroad, "EUR")
    lumen, sakura = rows["Lumen"], rows["Sakura"]
    assert lumen.spend == native["Lumen"].spend * Decimal("0.9")  # type: ignore[operator]
    assert sakura.spend == Decimal(native["Sakura"].spend or 0) / 160
    assert lumen.planned_month == native["Lumen"].planned_month * Decimal("0.9")
    assert lumen.of_plan == native["Lumen"].of_plan
    assert (sakura.advertiser.currency, sakura.native_currency) == ("EUR", "JPY")
    assert lumen.conversion is not None
    assert lumen.conversion.words == "1 USD = 0.90000 EUR of 19 Nov 2026 (Bank)"


def test_without_a_rate_a_row_stays_as_it_is(abroad: Office) -> None:
    _put(abroad, FxRate(day(20), "JPY", "EUR", Decimal("0.006"), "Too old"))
    _put(abroad, FxRate(day(0), "USD", "EUR", Decimal("0.9"), "Bank"))
    rows, codes = _shown(abroad, "EUR")
    assert rows["Lumen"].advertiser.currency == "EUR"
    assert rows["Sakura"].advertiser.currency == "JPY"
    assert rows["Sakura"].conversion is None
    assert codes == []


def test_without_any_rate_nothing_is_offered(abroad: Office) -> None:
    assert _shown(abroad)[1] == []


def test_a_file_says_at_which_rate(abroad: Office) -> None:
    _put(abroad, FxRate(day(0), "USD", "JPY", Decimal(150), "Bank"))
    rows, _ = _shown(abroad, "JPY")
    sheet = portfolio_sheet(rows.values())
    place = sheet.titles.index("Converted at")
    told = {row[0]: row[place] for row in sheet.rows}
    assert told == {
        "Lumen": "1 USD = 150.00 JPY of 22 Nov 2026 (Bank)",
        "Sakura": "already in JPY",
    }
    assert "Converted at" not in portfolio_sheet(_shown(abroad)[0].values()).titles


def test_the_address_keeps_the_currency() -> None:
    view = View(screen=Screen.MORNING, currency="EUR")
    assert query(view) == {"v": "1", "cur": "EUR"}
    assert read(Screen.MORNING, query(view)).view == view
    assert "is no currency" in read(Screen.MORNING, {"cur": "eur<"}).notes[0]
