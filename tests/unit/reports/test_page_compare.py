"""The Compare screen as a document, beside sums reckoned from the rows delivered."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.domain.views import Alignment, Scale, Screen
from core.reports.charts.values import PlaceChart
from core.reports.document import Chart, Document
from core.reports.making import PAGES, REPORTED
from core.reports.press import Press
from tests.unit.insight.office import (
    NOW,
    TWO,
    Office,
    day,
    days,
    delivered,
    flight,
    order,
    row,
)
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
    told,
)

FACTS = [
    row(of, back, total_cost=10 * k + back, total_sales=40 + back * k, total_purchases=20 * k,
        impressions=1000, clicks=50 + k * (back % 3))
    for k, of in enumerate(("o1", "o2", "o3"), 1)
    for back in range(28)
]  # fmt: skip


@pytest.fixture
def three(office: Office) -> Office:
    """Three orders over four weeks, each in its second flight but the third."""
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(
        order("o1", "First"), flight("o1", 13, -5, "500"),
        order("o2", "Second"), flight("o2", 6, -9, "900"),
        order("o3", "Third"), flight("o3", 27, 8, "900"),
    )  # fmt: skip
    office.deliver(FACTS, days(27))
    return office


def shown(office: Office, **view: Any) -> Document:
    return page(office, Screen.COMPARE, **view)


def _sum(of: str, key: str, since: int = 6) -> Decimal:
    facts = (one for one in FACTS if one["order_id"] == of and one["day"] >= day(since))
    return sum((Decimal(one[key]) for one in facts), Decimal(0))


def test_every_metric_is_that_of_the_rows_delivered(three: Office) -> None:
    made = shown(three, orders=("o2", "o1", "o3"))
    found = table(made, "Differences")
    assert [head.title for head in found.heads] == ["Metric", "Second", "First", "Third"]
    metrics = column(found, "Metric")
    for title, of in (("Second", "o2"), ("First", "o1"), ("Third", "o3")):
        told_cost = column(found, title)[metrics.index("Total cost")]
        assert number(told_cost) == _sum(of, "total_cost")
        roas = number(column(found, title)[metrics.index("Total ROAS")])
        assert roas == round(_sum(of, "total_sales") / _sum(of, "total_cost"), 2)
    cost = found.rows[metrics.index("Total cost")][2]
    share = (_sum("o1", "total_cost") / _sum("o2", "total_cost") - 1) * 100
    assert cost.small == f"\N{MINUS SIGN}{abs(share):.1f}\u00a0%, counted, not estimated"
    assert found.sheet
    assert made.sections[1].beside == "over 7 days of each"


def test_lines_are_drawn_and_named_with_their_days(three: Office) -> None:
    made = shown(three, orders=("o1", "o2"), align=Alignment.FLIGHT, scale=Scale.INDEX)
    lines = table(made, "What is compared")
    assert column(lines, "Days") == [f"{days(13)}, figures of {days(13, 7)}", str(days(6))]
    assert made.sections[0].beside == ("by day of flight · Total return on ad spend · index to 100")
    [chart] = [block.chart for block in blocks(made) if isinstance(block, Chart)]
    assert isinstance(chart, PlaceChart)
    assert [series.name for series in chart.series] == ["First", "Second"]
    assert (made.kind, made.has_cover) == ("Compare", False)


def test_one_order_is_held_against_the_days_before(three: Office) -> None:
    made = shown(three, orders=("o1",))
    assert column(table(made, "What is compared"), "Days") == [str(days(6)), str(days(13, 7))]
    assert made.compared == str(days(13, 7))
    assert made.subject == "First"


def test_with_nothing_chosen_it_says_what_to_choose(three: Office) -> None:
    made = shown(three)
    assert sentences(made) == [
        "Nothing is compared yet. Choose two to eight orders, or one to hold against itself."
    ]
    assert made.is_empty


def test_without_a_common_day_or_an_advertiser_it_says_so(office: Office) -> None:
    assert shown(office, orders=("o1",)).is_empty
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.advertiser(TWO, "Zephyr", chosen_at=NOW - timedelta(days=60))
    office.keep(order("o1", "First"))
    office.keep(order("z", "Theirs", advertiser=TWO), advertiser=TWO)
    office.deliver(delivered("o1", 2, total_cost=1), days(2))
    office.deliver(delivered("z", 6, 4, total_cost=1), days(6, 4), advertiser=TWO)
    said = sentences(shown(office, orders=("o1", "z")))
    assert "Fewer than two lines have a day in common that is loaded." in said
    assert "Of First, 3 of 7 days are loaded." in said


def test_amounts_of_two_currencies_are_told_and_not_held_against_one_another(
    three: Office,
) -> None:
    three.advertiser(TWO, "Zephyr", currency="EUR", chosen_at=NOW - timedelta(days=60))
    three.keep(order("z", "Euros", advertiser=TWO, currency="EUR"), advertiser=TWO)
    facts = delivered("z", 27, total_cost=7, impressions=500)
    three.deliver(facts, days(27), advertiser=TWO, currency="EUR")
    made = shown(three, orders=("o1", "z"))
    found = table(made, "Differences")
    cost = found.rows[column(found, "Metric").index("Total cost")][2]
    assert (cost.text, cost.small) == ("€49.00", "amounts of two currencies are not compared")


def test_a_limited_member_is_told_of_their_own_advertiser_alone(three: Office) -> None:
    three.advertiser(TWO, "Zephyr", chosen_at=NOW - timedelta(days=60))
    three.keep(order("z", "Zephyr's", advertiser=TWO), advertiser=TWO)
    three.deliver(delivered("z", 27, total_cost=7654), days(27), advertiser=TWO)
    chosen = ("o1", "o2", "z")
    whole = shown(three, orders=chosen)
    limited = page(three, Screen.COMPARE, three.org.limited, orders=chosen)
    assert "Zephyr's" in told(whole)
    for secret in ("Zephyr", "53,578", TWO):
        assert secret not in told(limited)
    assert [head.title for head in table(limited, "Differences").heads] == [
        "Metric", "First", "Second",
    ]  # fmt: skip


def test_as_of_an_earlier_moment_it_tells_what_was_known_then(three: Office) -> None:
    before = table(shown(three, orders=("o1", "o2"), as_of=NOW), "Differences").rows
    three.now = NOW + timedelta(hours=2)
    three.deliver([{**one, "total_cost": 1} for one in FACTS], days(27))
    assert table(shown(three, orders=("o1", "o2"), as_of=NOW), "Differences").rows == before
    assert table(shown(three, orders=("o1", "o2")), "Differences").rows != before


def test_every_screen_of_figures_can_be_exported_as_a_page() -> None:
    figures = {
        Screen.MORNING, Screen.PACING, Screen.PERFORMANCE, Screen.EXPLORE, Screen.COMPARE,
        Screen.REACH,
    }  # fmt: skip
    assert figures == PAGES == REPORTED


def test_eight_lines_of_wild_names_fit_on_the_paper(
    office: Office, press: Press, tmp_path: Path
) -> None:
    names = [*HOSTILE, "Brand_Awareness_Q4_2026_Prospecting_Video_International", "y" * 70, "Short"]
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(*(order(f"o{n}", name) for n, name in enumerate(names)))
    facts = [
        row(f"o{n}", back, total_cost=Decimal("1234567.89") + n * back,
            impressions=9876543 * (n + 1),
            total_sales=98765 * (n + 2) + back * back, total_purchases=4000 + 7 * n * (back % 4))
        for n in range(len(names))
        for back in range(28)
    ]  # fmt: skip
    office.deliver(facts, days(27))
    made = shown(office, orders=tuple(f"o{n}" for n in range(len(names))))
    pages = read_back(made, press, tmp_path)
    squeezed = flat(" ".join(pages)).replace(" ", "")
    for name in HOSTILE:
        assert name.replace(" ", "") in squeezed
    whole = 7 * Decimal("1234567.89")
    assert f"{whole:,.2f}" in squeezed, "a figure is never broken"
