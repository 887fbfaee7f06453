"""A client's month: media, the agency's part, and where it ends, by hand-made figures."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.domain.client_budget import FeeTerms
from core.domain.views import Screen, View
from core.insight.audience import audience
from core.insight.order_table import OrderStatus
from core.insight.pace_book import pace_book
from core.insight.pacing.clients import ClientMonth, client_months, client_sheet
from core.reports.parts.pacing_lines import due_words
from core.store.content.client_budgets import Given
from tests.unit.insight.office import NOW, ONE, TWO, Office, days, delivered, flight, order

D = Decimal
NOVEMBER = date(2026, 11, 1)


def given(office: Office, **more: Any) -> None:
    told = {"advertiser_id": ONE, "name": "Lumen", "amount": D(3000), "first_month": NOVEMBER}
    with office.store.writing(office.org.scope()) as tenant:
        tenant.client_budgets.add(Given(**{**told, **more}), NOW)


def months(office: Office) -> list[ClientMonth]:
    with office.desk() as desk:
        whom = audience(desk, View(screen=Screen.PACING))
        return client_months(desk, whom, whom.groups[0], pace_book(desk, whom))


def busy(office: Office) -> None:
    """Two orders that spend 40 and 60 a day; 22 of November's 30 days are over."""
    office.advertiser()
    office.keep(order("o1"), flight("o1", 21, -8, "1200"), order("o2"), flight("o2", 21, -8, "900"))
    rows = [*delivered("o1", 29, total_cost="40"), *delivered("o2", 29, total_cost="60")]
    office.deliver(rows, days(29))


def test_without_a_fee_media_is_the_clients_money(office: Office) -> None:
    busy(office)
    given(office)
    [found] = months(office)
    assert (found.media, found.expected, found.billed) == (2200, 2200, 2200)
    assert (found.needed_per_day, found.projected, found.gap) == (100, 3000, 0)
    assert (found.orders, found.through, found.stands) == (
        2,
        date(2026, 11, 22),
        OrderStatus.ON_PACE,
    )
    # The flights run the whole month: 1200 and 900 are planned in it.
    assert (found.flights, found.missing_plan) == (2100, 900)


def test_a_margin_leaves_less_for_media(office: Office) -> None:
    busy(office)
    given(office, terms=FeeTerms.MARGIN, percent=D("0.2"))
    [found] = months(office)
    # 2400 of media; 100 a day for 8 days more make 3000, which cost the client 3750.
    assert (found.buys, found.billed) == (2400, 2750)
    assert (found.needed_per_day, found.projected, found.gap) == (25, 3750, 750)
    assert found.stands is OrderStatus.AHEAD


def test_a_fee_comes_on_top_of_media(office: Office) -> None:
    busy(office)
    given(office, amount=D(3300), terms=FeeTerms.FEE, percent=D("0.1"))
    [found] = months(office)
    assert (found.buys, found.billed, found.projected) == (3000, 2420, 3300)


def test_a_budget_may_be_for_some_orders_alone(office: Office) -> None:
    busy(office)
    given(office, amount=D(1800), order_ids=("o2", "gone"))
    [found] = months(office)
    assert (found.orders, found.media, found.projected) == (1, 1320, 1800)


def test_orders_that_began_three_days_ago_are_paced_from_then_on(office: Office) -> None:
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(order("o1"), flight("o1", 2, -8, "1100"))
    office.deliver(delivered("o1", 2, total_cost="100"), days(29))
    given(office, amount=D(1100))
    [found] = months(office)
    # Three of its eleven days are over, a hundred each; eight more make eleven hundred.
    assert (found.media, found.expected, found.projected, found.gap) == (300, 300, 1100, 0)
    assert (found.stands, found.known_since) == (OrderStatus.ON_PACE, None)


def test_days_that_nobody_knows_are_no_days_without_spend(office: Office) -> None:
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(order("o1"), flight("o1", 21, -8, "3000"))
    office.deliver(delivered("o1", 9, total_cost="100"), days(9))  # since 13 November
    given(office)
    [found] = months(office)
    assert (found.known_since, found.media, found.expected) == (date(2026, 11, 13), 1000, 1000)
    # The twelve days before count as on plan: 1200 and 1000 are gone, 800 are left for eight.
    assert (found.needed_per_day, found.projected, found.stands) == (
        100,
        3000,
        OrderStatus.ON_PACE,
    )
    assert due_words(found) == "100.0\u00a0% of what is due since 13 Nov"


def test_orders_that_are_over_spend_nothing_more(office: Office) -> None:
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(order("o1"), flight("o1", 21, 12, "1000"))
    office.deliver(delivered("o1", 21, 12, total_cost="100"), days(29))
    given(office)
    [found] = months(office)
    assert (found.media, found.projected, found.gap) == (1000, 1000, -2000)


def test_orders_that_begin_later_this_month_have_not_started(office: Office) -> None:
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(order("o1"), flight("o1", -3, -8, "600"))
    office.deliver([], days(29))
    given(office, amount=D(600))
    [found] = months(office)
    assert (found.projected, found.stands) == (None, OrderStatus.NOT_STARTED)


def test_other_months_and_other_peoples_budgets_are_not_here(office: Office) -> None:
    busy(office)
    given(office, first_month=date(2026, 12, 1))
    given(office, first_month=date(2026, 9, 1), last_month=date(2026, 10, 1))
    with office.store.writing(office.neighbour.scope()) as theirs:
        theirs.client_budgets.add(
            Given(advertiser_id=ONE, name="Theirs", amount=D(5), first_month=NOVEMBER), NOW
        )
    assert months(office) == []


def test_an_advertiser_without_data_has_no_month(office: Office) -> None:
    busy(office)
    office.advertiser(TWO, "New")
    given(office, advertiser_id=TWO)
    assert months(office) == []


def test_the_file_says_what_the_screen_says(office: Office) -> None:
    busy(office)
    given(office, terms=FeeTerms.MARGIN, percent=D("0.2"))
    sheet = client_sheet(months(office), "USD")
    [told] = sheet.rows
    by_title = dict(zip(sheet.titles, told, strict=True))
    assert by_title["Agency's part"] == "a margin of the budget"
    assert (by_title["Percent"], by_title["Media it buys, USD"]) == ("0.2", "2400.00")
    assert by_title["Less the budget, USD"] == "750.00"
