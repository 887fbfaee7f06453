"""The weekly summary: figures worked out by hand, and its PDF read back."""

from __future__ import annotations

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest

from core.reports.making import Kind
from core.reports.press import Press
from core.reports.typeset import Brand, pages_of, pdf_of
from tests.unit.insight.office import NOW, TWO, Office, days, delivered, flight, order, row
from tests.unit.reports.papers import BRAND, HOSTILE, flat, read_back, report, table


@pytest.fixture
def steady(office: Office) -> Office:
    """One advertiser, two orders: 10 and 30 dollars a day, the second 20 in the week before."""
    office.advertiser(chosen_at=NOW - timedelta(days=90))
    office.keep(
        order("o1", "Lumen Remarketing", goal="CONVERSIONS"),
        flight("o1", 29, -10, "480"),
        order("o2", "Lumen Prospecting", goal="CONVERSIONS"),
        flight("o2", 29, -10, "1200"),
    )
    sold = {"impressions": 1000, "total_sales": "40", "total_purchases": 10}
    office.deliver(
        [
            *delivered("o1", 29, total_cost="10", **sold),
            *delivered("o2", 6, total_cost="30", **sold),
            *delivered("o2", 29, 7, total_cost="20", **sold),
        ],
        days(29),
    )
    return office


def test_the_cover_tells_what_changed_and_which_order_it_came_from(steady: Office) -> None:
    made = report(steady)
    money, results, *_ = made.headlines
    # 7 x (10 + 30) = 280 after 7 x (10 + 20) = 210: a third more, all of it from one order.
    assert money.title == "Spend up 33\u00a0%"
    assert "Spend rose 33\u00a0% to $280.00" in money.sentence
    assert "Lumen Prospecting (+$70.00)" in money.sentence
    # 7 x 80 in sales over 280 is 2.00, over 210 it was 2.67.
    assert results.title == "Total ROAS down 25\u00a0%"
    assert "from 2.67 to 2.00" in results.sentence
    assert (results.tone, len(made.headlines) <= 3) == ("bad", True)


def test_its_tables_hold_what_the_lake_holds(steady: Office) -> None:
    orders = table(report(steady), "Orders")
    first, second = orders.rows
    assert [cell.text for cell in first][:2] == ["Lumen Prospecting", "210.00"]
    assert [cell.text for cell in second][:2] == ["Lumen Remarketing", "70.00"]
    assert first[1].small == "+50.0\u00a0%"
    assert orders.totals[1].text == "280.00"
    assert orders.totals[4].text == "n/a"
    assert orders.sheet
    spend = orders.sheet.titles.index("Spend, USD")
    assert [line[spend] for line in orders.sheet.rows] == ["210.00", "70.00"]


def test_every_page_says_whose_it_is_how_old_and_what_it_leaves_out(
    steady: Office, press: Press, tmp_path: Path
) -> None:
    pages = read_back(report(steady, orders=("o1",)), press, tmp_path)
    assert len(pages) >= 2
    for number, page in enumerate(pages, 1):
        text = flat(page)
        assert f"Page {number} of {len(pages)}" in text
        assert "Data through 22 Nov (America/Phoenix), fetched just now" in text
        assert "As of 23 Nov 2026, 14:00 UTC" in text
        assert "Only the order Lumen Remarketing" in text
        assert "Acme Media Partners" in text
    assert "Weekly summary" in pages[0]
    assert "16 Nov – 22 Nov 2026" in flat(pages[0])
    assert "Compared with 9 Nov – 15 Nov 2026" in flat(pages[0])
    assert "Neighbour" not in "".join(pages)


def test_charts_are_drawings_with_their_text_and_no_pictures(
    steady: Office, press: Press, tmp_path: Path
) -> None:
    text = flat(" ".join(read_back(report(steady), press, tmp_path)))
    assert "Is the money going out as planned?" in text
    assert "16 Nov" in text
    listed = subprocess.run(
        ["pdfimages", "-list", str(tmp_path / "report.pdf")], capture_output=True, check=True
    )
    assert len(listed.stdout.decode().splitlines()) == 2, "only the heading of an empty list"
    fonts = subprocess.run(
        ["pdffonts", str(tmp_path / "report.pdf")], capture_output=True, check=True
    )
    assert "Inter" in fonts.stdout.decode()


def test_names_are_set_exactly_as_they_are(office: Office, press: Press, tmp_path: Path) -> None:
    office.advertiser(name=HOSTILE[0], chosen_at=NOW - timedelta(days=90))
    office.keep(*(order(f"o{n}", name) for n, name in enumerate(HOSTILE)))
    office.deliver([row(f"o{n}", 0, total_cost=9 - n) for n in range(len(HOSTILE))], days(13))
    pages = read_back(report(office), press, tmp_path, Brand(name=HOSTILE[2]))
    squeezed = flat(" ".join(pages)).replace(" ", "")
    for name in HOSTILE:
        assert name.replace(" ", "") in squeezed
    assert HOSTILE[2].replace(" ", "") in pages[0].replace(" ", "")


def test_a_name_without_an_end_stays_on_the_page(
    office: Office, press: Press, tmp_path: Path
) -> None:
    office.advertiser(chosen_at=NOW - timedelta(days=90))
    office.keep(order("o1", "x" * 250))
    office.deliver([row("o1", 0, total_cost=9)], days(13))
    pages = read_back(report(office), press, tmp_path)
    assert "".join(pages).count("x") >= 250


def test_the_same_report_of_one_moment_is_the_same_file(steady: Office, press: Press) -> None:
    first, second = (pdf_of(report(steady), BRAND, press, NOW) for _ in range(2))
    assert first == second
    assert first.startswith(b"%PDF")
    assert all(page.startswith(b"\x89PNG") for page in pages_of(report(steady), BRAND, press, NOW))


def test_equal_figures_have_equal_marks_and_others_have_not(steady: Office) -> None:
    first = report(steady)
    assert report(steady).mark == first.mark
    steady.deliver(delivered("o1", 0, total_cost="11", impressions=1000), days(0))
    assert report(steady).mark != first.mark


def test_a_period_in_which_nothing_was_delivered_is_empty(steady: Office) -> None:
    assert not report(steady).is_empty
    steady.advertiser(TWO, "Quiet")
    steady.deliver([], days(29), advertiser=TWO)
    assert report(steady, advertisers=(TWO,)).is_empty
    assert report(steady, advertisers=("581999",)).is_empty


def test_a_page_has_its_own_days_and_no_cover(steady: Office, press: Press, tmp_path: Path) -> None:
    made = report(steady, Kind.PAGE)
    assert (made.has_cover, made.headlines, made.kind) == (False, (), "Morning")
    pages = read_back(made, press, tmp_path)
    assert "Key figures" in pages[0]
