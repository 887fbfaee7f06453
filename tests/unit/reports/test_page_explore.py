"""The Explore screen as a document, beside sums reckoned from the rows delivered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.domain.cuts import Dimension
from core.domain.metrics import Dataset
from core.domain.periods import Comparison
from core.domain.views import Screen, Sort
from core.reports.charts.values import BarChart, ShareChart, Waterfall
from core.reports.document import Chart, Document
from core.reports.press import Press
from core.web.shared_page import shared_page
from tests.unit.insight.office import NOW, TWO, Office, days, order, row
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

SOURCES = 60
WEEKS = 35


def _facts(sources: list[str], of: str = "o1") -> list[dict[str, Any]]:
    """Return five weeks of sources; the last week is dearer, and every source sells otherwise."""
    return [
        row(of, back, supply_source=name, line_item_id=f"line{n}", impressions=1000 + n,
            total_cost=Decimal(40 + 3 * n + (back < 7) * 8) / 4, clicks=3 + n % 4,
            total_purchases=31 + n, total_sales=Decimal(500 + 7 * n - back) / 3)
        for n, name in enumerate(sources)
        for back in range(WEEKS)
    ]  # fmt: skip


FACTS = _facts([f"Source {n:02}" for n in range(SOURCES)])
WEEK = [one for one in FACTS if one["day"] >= days(6).start]


def _deliver(office: Office, facts: list[dict[str, Any]], **more: Any) -> None:
    office.deliver(facts, days(WEEKS - 1), dataset=Dataset.INVENTORY, **more)
    office.deliver(facts, days(WEEKS - 1), **more)


@pytest.fixture
def market(office: Office) -> Office:
    """Sixty supply sources of one order, told alike by both reports."""
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(order("o1", "First", goal="CONVERSIONS"))
    _deliver(office, FACTS)
    return office


def shown(office: Office, **view: Any) -> Document:
    return page(office, Screen.EXPLORE, **view)


def _cost(facts: list[dict[str, Any]]) -> Decimal:
    return sum((one["total_cost"] for one in facts), Decimal(0))


def test_the_total_is_the_sum_of_what_was_delivered_and_not_of_the_rows_shown(
    market: Office,
) -> None:
    made = shown(market)
    found = table(made, "Supply sources")
    assert len(found.rows) == 50
    assert number(total(found, "Total cost, USD")) == round(_cost(WEEK), 2)
    sales = sum((one["total_sales"] for one in WEEK), Decimal(0))
    assert number(total(found, "Total ROAS")) == round(sales / _cost(WEEK), 2)
    assert column(found, "Supply source")[0] == "Source 59", "the largest first"
    assert found.sheet
    assert len(found.sheet.rows) >= SOURCES
    assert any("add up to the whole" in sentence for sentence in sentences(made))


def test_page_and_order_are_those_of_the_view(market: Office) -> None:
    made = shown(market, sort=Sort("name", descending=False), page=2)
    assert column(table(made, "Supply sources"), "Supply source") == [
        f"Source {n}" for n in range(50, 60)
    ]
    assert "51 to 60 of 60" in [section.beside for section in made.sections]


def test_the_charts_are_those_of_the_screen_and_the_moves_add_up(market: Office) -> None:
    made = shown(market)
    kinds = [type(block.chart) for block in blocks(made) if isinstance(block, Chart)]
    assert kinds == [ShareChart, Waterfall, BarChart]
    moves = table(made, "What moved Total ROAS")
    before = [one for one in FACTS if days(13, 7).start <= one["day"] <= days(13, 7).end]
    sales = sum((one["total_sales"] for one in before), Decimal(0))
    assert abs(number(moves.rows[0][-1].text) - sales / _cost(before)) < Decimal("0.01")
    assert len(table(made, "Weekdays").rows) == 7


def test_a_second_cut_is_crossed_with_the_first(market: Office) -> None:
    made = shown(market, pivot=Dimension.ORDER, trend="impressions")
    found = table(made, "Supply source by Order")
    assert number(found.totals[-1].text) == sum(one["impressions"] for one in WEEK)
    assert max(cell.depth for row in found.rows for cell in row) == 1.0


def test_without_days_to_compare_the_reason_stands_in_place_of_the_chart(market: Office) -> None:
    made = shown(market, comparison=Comparison.NONE)
    assert (
        "What moved Total ROAS? Choose days to compare with, and what changed is taken apart here."
    ) in sentences(made)


def test_each_currency_has_sections_of_its_own(market: Office) -> None:
    market.advertiser(TWO, "Zephyr", currency="EUR", chosen_at=NOW - timedelta(days=60))
    market.keep(order("z", advertiser=TWO, currency="EUR"), advertiser=TWO)
    theirs = _facts(["Anywhere"], "z")
    _deliver(market, theirs, advertiser=TWO, currency="EUR")
    made = shown(market)
    assert {"Supply sources, USD", "Supply sources, EUR"} <= set(titles(made))
    last = next(b for b in made.sections if b.title == "Supply sources, EUR").blocks[1]
    euros = _cost([one for one in theirs if one["day"] >= days(6).start])
    assert number(total(last, "Total cost, EUR")) == round(euros, 2)  # type: ignore[arg-type]


def test_a_limited_member_is_told_of_their_own_advertiser_alone(market: Office) -> None:
    market.advertiser(TWO, "Zephyr", chosen_at=NOW - timedelta(days=60))
    market.keep(order("z", "Zephyr's", advertiser=TWO), advertiser=TWO)
    _deliver(market, _facts(["Zephyr only"], "z"), advertiser=TWO)
    whole, limited = shown(market), page(market, Screen.EXPLORE, market.org.limited)
    assert number(total(table(whole, "Supply sources"), "Total cost, USD")) > _cost(WEEK)
    assert number(total(table(limited, "Supply sources"), "Total cost, USD")) == round(
        _cost(WEEK), 2
    )
    assert "Zephyr" in told(whole)
    assert "Zephyr" not in told(limited)
    assert TWO not in told(limited)


def test_where_the_report_of_a_cut_holds_nothing_it_says_so(office: Office) -> None:
    assert shown(office).is_empty
    office.advertiser()
    office.deliver([], days(13))
    office.deliver([], days(13), dataset=Dataset.INVENTORY)
    made = shown(office)
    assert made.is_empty
    assert sentences(made) == ["Nothing is known of supply sources in these days."]


def test_as_of_an_earlier_moment_it_tells_what_was_known_then(market: Office) -> None:
    before = total(table(shown(market, as_of=NOW), "Supply sources"), "Impressions")
    market.now = NOW + timedelta(hours=2)
    _deliver(market, [{**one, "impressions": 7} for one in FACTS])
    assert total(table(shown(market, as_of=NOW), "Supply sources"), "Impressions") == before
    assert total(table(shown(market), "Supply sources"), "Impressions") != before


def test_it_is_set_in_type_and_names_are_text(office: Office, press: Press, tmp_path: Path) -> None:
    office.advertiser(name=HOSTILE[4], chosen_at=NOW - timedelta(days=60))
    office.keep(order("o1", HOSTILE[2]))
    facts = [{**one, "total_cost": one["total_cost"] * 123456} for one in _facts(HOSTILE)]
    _deliver(office, facts)
    made = shown(office, pivot=Dimension.ORDER)
    pages = read_back(made, press, tmp_path)
    squeezed = flat(" ".join(pages)).replace(" ", "")
    for name in HOSTILE:
        assert name.replace(" ", "") in squeezed
    whole = _cost([one for one in facts if one["day"] >= days(6).start])
    assert f"{whole:,.2f}" in squeezed


def test_behind_a_share_link_it_holds_the_same_figures_and_no_name_is_markup(
    office: Office,
) -> None:
    office.advertiser(name=HOSTILE[0], chosen_at=NOW - timedelta(days=60))
    office.keep(order("o1", HOSTILE[3]))
    facts = _facts(HOSTILE)
    _deliver(office, facts)
    cost = f"{_cost([one for one in facts if one['day'] >= days(6).start]):,.2f}"
    for screen in (Screen.EXPLORE, Screen.PERFORMANCE):
        made = page(office, screen)
        shared = bytes(shared_page(made, "Acme", "30 Nov 2026").body).decode()
        assert cost in shared
        assert "&lt;img src=x onerror=alert(1)&gt;" in shared
        assert "<img" not in shared
        assert "<script" not in shared
