"""The Performance screen as a document, beside sums reckoned from the rows delivered."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.domain.views import Level, Screen, Sort
from core.reports.charts.values import LineChart
from core.reports.document import Chart, Document, Figures, Table
from core.reports.press import Press
from tests.unit.insight.office import NOW, ONE, TWO, Office, days, order, row
from tests.unit.reports.papers import (
    HOSTILE,
    blocks,
    column,
    flat,
    number,
    page,
    read_back,
    sentences,
    table,
    titles,
    told,
    total,
)

ORDERS = 60


def _rows(orders: int, prefix: str = "o") -> Iterator[dict[str, Any]]:
    """Yield two weeks of rows whose amounts differ from order to order and day to day."""
    for n in range(orders):
        for back in range(14):
            yield row(
                f"{prefix}{n}", back, total_cost=Decimal(100 + 7 * n + back) / 4,
                impressions=1000 + 13 * n + back, clicks=5 + n % 3, total_purchases=2 + n % 5,
                total_sales=Decimal(300 + 11 * n) / 3, total_detail_page_views=40 + n,
                purchases=1, sales=50, line_item_id=f"{prefix}{n}-line{back % 2}",
            )  # fmt: skip


FACTS = list(_rows(ORDERS))
WEEK = [one for one in FACTS if one["day"] >= days(6).start]


@pytest.fixture
def busy(office: Office) -> Office:
    """Sixty orders of one advertiser over two weeks, and one of another in dollars."""
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(*(order(f"o{n}", f"Order {n:02}", goal="CONVERSIONS") for n in range(ORDERS)))
    office.deliver(FACTS, days(13))
    return office


def shown(office: Office, **view: Any) -> Document:
    return page(office, Screen.PERFORMANCE, **view)


def test_a_chosen_currency_that_the_page_does_not_convert_to_is_said(busy: Office) -> None:
    told = "Amounts in their own currencies: EUR is for Morning's portfolio alone"
    assert told in shown(busy, currency="EUR").filters
    assert told not in shown(busy).filters
    assert told not in page(busy, Screen.MORNING, currency="EUR").filters


def test_the_total_is_the_sum_of_what_was_delivered_and_not_of_the_rows_shown(
    busy: Office,
) -> None:
    found = table(shown(busy), "Orders")
    assert len(found.rows) == 50
    cost = sum((one["total_cost"] for one in WEEK), Decimal(0))
    assert number(total(found, "Total cost, USD")) == round(cost, 2)
    assert number(total(found, "Impressions")) == sum(one["impressions"] for one in WEEK)
    sales = sum((one["total_sales"] for one in WEEK), Decimal(0))
    assert number(total(found, "Total ROAS")) == round(sales / cost, 2)
    assert found.rows[0][0].text == "Order 59", "the dearest first"


def test_the_second_page_of_the_screen_is_the_second_on_paper(busy: Office) -> None:
    made = shown(busy, page=2, sort=Sort("name", descending=False))
    found = table(made, "Orders")
    assert [cells[0].text for cells in found.rows] == [f"Order {n}" for n in range(50, 60)]
    assert "51 to 60 of 60" in found.note
    assert found.sheet
    assert made.sheets[0] == ("Orders", found.sheet), "the table that a CSV holds"
    assert len(found.sheet.rows) == ORDERS + 1, "the workbook has every row, and the totals"


def test_the_columns_are_those_of_the_view_in_its_order(busy: Office) -> None:
    wanted = ("clicks", "total_cost", "total_purchases")
    found = table(shown(busy, metrics=wanted), "Orders")
    assert [head.title for head in found.heads] == [
        "Order", "Total cost by day", "Clicks", "Total cost, USD", "Total purchases",
    ]  # fmt: skip
    assert number(total(found, "Total purchases")) == sum(one["total_purchases"] for one in WEEK)
    assert column(found, "Clicks")[0] == str(
        sum(r["clicks"] for r in WEEK if r["order_id"] == "o59")
    )


def test_charts_and_figures_are_those_of_the_screen(busy: Office) -> None:
    made = shown(busy)
    assert titles(made) == ["Funnel", "Who is credited", "Return on ad spend, two ways", "Orders"]
    funnel, returns = (block for block in blocks(made) if isinstance(block, Figures))
    purchases = sum(one["total_purchases"] for one in WEEK)
    assert funnel.tiles[2].figure.replace(",", "") == str(purchases)
    assert [tile.label for tile in returns.tiles][:2] == [
        "Total ROAS, as reported",
        "Total ROAS, 14 days",
    ]
    [chart] = [block.chart for block in blocks(made) if isinstance(block, Chart)]
    assert isinstance(chart, LineChart)
    assert [series.name for series in chart.series] == ["as reported", "14 days"]
    assert (made.kind, made.has_cover, made.subject) == ("Performance", False, "Lumen Pet")


def test_it_goes_as_deep_as_the_view_does(busy: Office) -> None:
    made = shown(busy, orders=("o7",), line_items=("o7-line0",), level=Level.CREATIVE)
    found = table(made, "Creatives")
    own = [one for one in WEEK if one["line_item_id"] == "o7-line0"]
    assert number(total(found, "Impressions")) == sum(one["impressions"] for one in own)
    assert "Within Order 07, o7-line0" in made.filters


def test_each_currency_has_sections_of_its_own_and_nothing_adds_up_across(busy: Office) -> None:
    busy.advertiser(TWO, "Harbor", currency="EUR", chosen_at=NOW - timedelta(days=60))
    busy.keep(order("h0", advertiser=TWO, currency="EUR"), advertiser=TWO)
    theirs = list(_rows(1, "h"))
    busy.deliver(theirs, days(13), advertiser=TWO, currency="EUR")
    made = shown(busy)
    assert titles(made) == ["Funnel, EUR", "Funnel, USD", "Orders, EUR", "Orders, USD"]
    euros = made.sections[2].blocks[0]
    assert isinstance(euros, Table)
    cost = sum((r["total_cost"] for r in theirs if r["day"] >= days(6).start), Decimal(0))
    assert number(total(euros, "Total cost, EUR")) == round(cost, 2)


def test_a_limited_member_is_told_of_their_own_advertiser_alone(busy: Office) -> None:
    busy.advertiser(TWO, "Harbor", chosen_at=NOW - timedelta(days=60))
    busy.keep(order("h0", "Harbor order", advertiser=TWO), advertiser=TWO)
    busy.deliver(list(_rows(1, "h")), days(13), advertiser=TWO)
    everything = shown(busy)
    limited = page(busy, Screen.PERFORMANCE, busy.org.limited)
    assert "Harbor" in told(everything) or everything.subject == "2 advertisers"
    assert "Harbor" not in told(limited)
    assert TWO not in told(limited)
    cost = sum((one["total_cost"] for one in WEEK), Decimal(0))
    assert number(total(table(limited, "Orders"), "Total cost, USD")) == round(cost, 2)
    assert page(busy, Screen.PERFORMANCE, busy.org.limited, advertisers=(TWO,)).is_empty


def test_without_data_or_advertisers_it_says_so(office: Office) -> None:
    nobody = shown(office)
    assert sentences(nobody) == ["No advertiser is chosen yet, so there is nothing to show."]
    assert nobody.is_empty
    office.advertiser()
    assert sentences(shown(office)) == [
        "No data has been loaded yet: the figures follow with the first reports."
    ]
    office.deliver([], days(13))
    quiet = shown(office)
    assert quiet.is_empty
    assert "No order has figures for these days." in sentences(quiet)
    unknown = shown(office, advertisers=("581999",), orders=("nothing",))
    assert sentences(unknown) == ["None of the chosen advertisers or orders is known."]
    assert (unknown.filters, unknown.title) == ((), "Performance: No advertiser")


def test_as_of_an_earlier_moment_it_tells_what_was_known_then(busy: Office) -> None:
    then = NOW - timedelta(hours=1)
    busy.deliver(FACTS, days(13), generated_at=then - timedelta(hours=1))
    before = shown(busy, as_of=NOW)
    busy.now = NOW + timedelta(hours=2)
    busy.deliver([{**one, "impressions": 9} for one in FACTS], days(13))
    assert total(table(shown(busy, as_of=NOW), "Orders"), "Impressions") == total(
        table(before, "Orders"), "Impressions"
    )
    assert total(table(shown(busy), "Orders"), "Impressions") != total(
        table(before, "Orders"), "Impressions"
    )


def test_twelve_columns_and_wild_names_fit_on_the_paper(
    office: Office, press: Press, tmp_path: Path
) -> None:
    office.advertiser(ONE, HOSTILE[0], chosen_at=NOW - timedelta(days=90))
    office.keep(*(order(f"o{n}", name) for n, name in enumerate(HOSTILE)))
    big = {"total_cost": "9876543.21", "impressions": 987654321, "total_sales": "1234567.89"}
    office.deliver([row(f"o{n}", 0, **big) for n in range(len(HOSTILE))], days(13))
    twelve = (
        "total_cost", "supply_cost", "total_sales", "sales", "impressions", "clicks", "ctr",
        "total_dpvr", "total_purchases", "total_roas", "total_ecpp", "ecpm",
    )  # fmt: skip
    made = shown(office, metrics=twelve)
    pages = read_back(made, press, tmp_path)
    squeezed = flat(" ".join(pages)).replace(" ", "")
    for name in HOSTILE:
        assert name.replace(" ", "") in squeezed
    assert "49,382,716.05" in squeezed, "a figure is never broken"
    for text in map(flat, pages):
        assert "Data through 22 Nov (America/Phoenix)" in text
        assert "Acme Media Partners" in text
