"""The Reach & video screen as a document, beside figures made by hand."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from core.domain.views import Screen, Sort, Window
from core.reports.charts.values import BarChart, LineChart
from core.reports.document import Chart, Document, Figures
from core.reports.parts.reach_lines import NO_TOTAL
from core.reports.press import Press
from core.reports.typeset import Brand
from tests.unit.insight.office import NOW, TWO, Office, days, delivered, order
from tests.unit.insight.reach_reports import report_reach
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
)

ORDERS = 60
VIDEO = {
    "impressions": 1000,
    "video_impressions": 900,
    "video_starts": 800,
    "video_first_quartiles": 600,
    "video_midpoints": 500,
    "video_third_quartiles": 450,
    "video_completions": 400,
    "total_cost": 20,
}


@pytest.fixture
def watched(office: Office) -> Office:
    """Sixty orders with reach over a week, and two weeks of video of one of them."""
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(*(order(f"o{n}", f"Order {n:02}") for n in range(ORDERS)))
    office.deliver(delivered("o1", 13, **VIDEO), days(13))
    report_reach(
        office, "advertiser", Window.WEEK, days(6), {"all": {"reach": 4321, "frequency": "2.5"}}
    )
    report_reach(office, "order", Window.WEEK, days(6), {
        f"o{n}": {"reach": 1000 + n, "frequency": str(1 + n / 10)} for n in range(ORDERS)
    })  # fmt: skip
    report_reach(office, "supply_source", Window.WEEK, days(6), {
        "Search": {"reach": 700, "frequency": "3"}
    })  # fmt: skip
    return office


def shown(office: Office, **view: Any) -> Document:
    return page(office, Screen.REACH, **view)


def test_people_stand_by_window_and_are_never_added_up(watched: Office) -> None:
    made = shown(watched)
    people = blocks(made)[0]
    assert isinstance(people, Figures)
    chosen = people.tiles[0]
    assert (chosen.exact, chosen.note) == ("4,321", "seen 2.5 times each on average")
    orders = table(made, "Reach by order")
    assert orders.totals == ()
    assert orders.note == NO_TOTAL
    assert sum(int(number(text)) for text in column(orders, "Reach")) == sum(
        1000 + n for n in range(10, ORDERS)
    ), "the fifty that reach furthest"
    assert orders.sheet
    assert len(orders.sheet.rows) == ORDERS
    assert made.sections[1].beside == "1 to 50 of 60 over 7 days: 16 Nov – 22 Nov 2026"


def test_page_order_and_window_are_those_of_the_view(watched: Office) -> None:
    made = shown(watched, sort=Sort("name", descending=False), page=2)
    assert column(table(made, "Reach by order"), "Order") == [f"Order {n}" for n in range(50, 60)]
    monthly = shown(watched, window=Window.MONTH)
    assert (
        "No reach by order over a month has been read yet: each window has its day of the week or "
        "month. Read so far: 7 days."
    ) in sentences(monthly)


def test_video_is_told_with_its_steps_and_its_days(watched: Office) -> None:
    made = shown(watched)
    charts = [block for block in blocks(made) if isinstance(block, Chart)]
    assert [type(block.chart) for block in charts] == [BarChart, BarChart, LineChart]
    frequencies, steps, _ = (block.chart for block in charts)
    assert isinstance(frequencies, BarChart)
    assert isinstance(steps, BarChart)
    assert [row.point.value for row in frequencies.rows] == [10, 10, 20, 20, 0]
    assert [row.point.value for row in steps.rows] == [7 * n for n in (800, 600, 500, 450, 400)]
    assert "50.0\u00a0%" in charts[1].caption
    tiles = [block for block in blocks(made) if isinstance(block, Figures)][-1].tiles
    assert number(tiles[0].exact) == 7 * 900
    assert (made.kind, made.has_cover) == ("Reach & video", False)


def test_several_advertisers_have_a_row_each_and_each_currency_its_own_video(
    watched: Office,
) -> None:
    watched.advertiser(TWO, "Zephyr", currency="EUR", chosen_at=NOW - timedelta(days=60))
    watched.keep(order("z", advertiser=TWO, currency="EUR"), advertiser=TWO)
    watched.deliver(delivered("z", 13, **VIDEO), days(13), advertiser=TWO, currency="EUR")
    made = shown(watched)
    people = table(made, "People reached")
    assert [row[0].text for row in people.rows] == ["Lumen Pet", "Zephyr"]
    assert column(people, "Days chosen") == ["4,321", "n/a"]
    assert titles(made)[-2:] == ["Video and viewability, USD", "Video and viewability, EUR"]


def test_a_limited_member_is_told_of_their_own_advertiser_alone(watched: Office) -> None:
    watched.advertiser(TWO, "Zephyr", chosen_at=NOW - timedelta(days=60))
    watched.keep(order("z", "Zephyr's", advertiser=TWO), advertiser=TWO)
    watched.deliver(delivered("z", 13, **VIDEO), days(13), advertiser=TWO)
    report_reach(watched, "order", Window.WEEK, days(6), {"z": {"reach": 9999}}, advertiser=TWO)
    whole, limited = shown(watched), page(watched, Screen.REACH, watched.org.limited)
    assert "Zephyr" in told(whole)
    assert "9,999" in told(whole)
    for secret in ("Zephyr", "9,999", TWO):
        assert secret not in told(limited)
    tiles = [block for block in blocks(limited) if isinstance(block, Figures)][-1].tiles
    assert number(tiles[0].exact) == 7 * 900


def test_without_reports_of_reach_every_part_says_so(office: Office) -> None:
    assert shown(office).is_empty
    office.advertiser()
    office.deliver([], days(13))
    made = shown(office)
    assert made.is_empty
    said = sentences(made)
    assert "No video ad started in these days." in said
    assert sum("None of another window either." in sentence for sentence in said) == 2


def test_it_is_set_in_type_and_names_are_text(
    watched: Office, press: Press, tmp_path: Path
) -> None:
    watched.keep(*(order(f"o{n}", name) for n, name in enumerate(HOSTILE)))
    watched.advertiser(TWO, HOSTILE[1], chosen_at=NOW - timedelta(days=60))
    watched.deliver(delivered("z", 13, **VIDEO), days(13), advertiser=TWO)
    pages = read_back(
        shown(watched, sort=Sort("reach", descending=False)),
        press,
        tmp_path,
        Brand(name=HOSTILE[3]),
    )
    squeezed = flat(" ".join(pages)).replace(" ", "")
    for name in HOSTILE:
        assert name.replace(" ", "") in squeezed
    assert HOSTILE[3].replace(" ", "") in pages[0].replace(" ", "")
