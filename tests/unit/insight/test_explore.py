"""Explore beside figures made by hand: cuts, what they cover, what moved, weekdays, pivots."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import pytest

from core.domain.cuts import Dimension, Total
from core.domain.entities import Creative
from core.domain.metrics import Dataset
from core.domain.periods import Comparison
from core.domain.scope import TenantScope
from core.domain.views import Screen, Sort, View
from core.insight.audience import Audience, Group, audience
from core.insight.cut_table import CutTable, cut_table, dataset_of
from core.insight.desk import Desk
from core.insight.explore_sheets import cut_sheet, movers_sheet, pivot_sheet, weekday_sheet
from core.insight.movers import Movers, NoMovers, movers
from core.insight.pivot import OTHERS, Pivot, pivot, ways
from core.insight.weekdays import weekday_pattern
from core.reports.charts.specs import spec_of
from core.reports.charts.tables import table_of
from core.reports.parts.explore import by_weekday, took_and_earned, what_moved
from tests.unit.insight.office import ONE, TWO, Office, day, days, delivered, order, row

D = Dimension
INVENTORY = Dataset.INVENTORY


@contextmanager
def asked(
    office: Office, *, dataset: Dataset | None = None, scope: TenantScope | None = None, **view: Any
) -> Iterator[tuple[Desk, Audience, Group]]:
    shown = View(screen=Screen.EXPLORE, **view)
    with office.desk(scope) as desk:
        whom = audience(desk, shown, dataset or dataset_of(shown))
        yield desk, whom, whom.groups[0]


def table(office: Office, **view: Any) -> CutTable:
    with asked(office, **view) as (desk, whom, group):
        return cut_table(desk, whom, group)


def crossed(office: Office, dataset: Dataset, **view: Any) -> Pivot | None:
    with asked(office, dataset=dataset, **view) as (desk, whom, group):
        assert whom.view.pivot is not None
        return pivot(desk, whom, group, whom.view.pivot)


def supply(name: str, first: int, last: int = 0, **figures: Any) -> list[dict[str, Any]]:
    return [{**r, "supply_source": name} for r in delivered("o1", first, last, **figures)]


@pytest.fixture
def two_sources(office: Office) -> Office:
    """Two weeks of two supply sources, whose figures a report of each kind tells alike.

    A week: search earns 4 before and 6 now, at 70 of cost; open 1 and 1, at 140 and 70.
    """
    office.advertiser()
    office.keep(order("o1", "First"))
    busy = {"impressions": 1000, "total_purchases": 10, "clicks": 5}
    facts = [
        *supply("search", 13, 7, total_cost=10, total_sales=40, **busy),
        *supply("open", 13, 7, total_cost=20, total_sales=20, **busy),
        *supply("search", 6, 0, total_cost=10, total_sales=60, **busy),
        *supply("open", 6, 0, total_cost=10, total_sales=10, **busy),
    ]
    office.deliver(facts, days(13), dataset=INVENTORY)
    whole = [{**r, "line_item_id": r["supply_source"]} for r in facts]
    office.deliver(whole, days(13))
    return office


def test_a_cut_has_a_row_a_source_with_its_shares_and_both_periods(two_sources: Office) -> None:
    found = table(two_sources)
    assert [(r.name, r.share, r.earned) for r in found.rows] == [
        ("open", Decimal("0.5"), Decimal(70) / 490),
        ("search", Decimal("0.5"), Decimal(420) / 490),
    ]
    search = found.rows[1]
    assert found.metric.key == "total_roas"
    assert (search.value(found.metric), search.before(found.metric)) == (6, 4)
    assert search.change(found.metric) == Decimal("0.5")
    assert found.rows[0].change(found.size) == Decimal("-0.5")
    assert search.index == Decimal(420) / 490 * 2
    assert found.total is not None
    assert found.total.now["total_cost"] == 140


def test_rows_that_tie_add_up_to_what_the_base_facts_say(two_sources: Office) -> None:
    standing = table(two_sources).standing
    assert (standing.rows, standing.whole, standing.ties) == (140, 140, True)
    assert standing.sentence == "The rows add up to the whole: $140.00 of $140.00 total cost."


def test_rows_that_do_not_tie_say_how_much_they_cover(two_sources: Office) -> None:
    two_sources.deliver(supply("search", 6, 0, total_cost=5), days(6), dataset=INVENTORY)
    standing = table(two_sources).standing
    assert standing.covered == Decimal("0.25")
    assert standing.sentence == (
        "Amazon's inventory report holds $35.00 total cost, 25.0 % of the $140.00 in the campaign "
        "report of the same days."
    ).replace("25.0 %", "25.0\u00a0%")


def test_days_that_only_one_of_both_reports_knows_are_held_against_nothing(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1"))
    office.deliver(delivered("o1", 6, total_cost=10), days(6))
    office.deliver(supply("search", 6, 3, total_cost=10), days(6, 3), dataset=INVENTORY)
    standing = table(office).standing
    assert (standing.rows, standing.whole) == (40, 40)


def test_the_change_is_parted_into_mix_and_rate_that_add_up(two_sources: Office) -> None:
    found = movers(table(two_sources))
    assert isinstance(found, Movers)
    # 420 / 210 = 2 before, 490 / 140 = 3.5 now. Search weighs 1/3, then 1/2, and earned 4:
    # mix 1/6 × (4 − 2), rate 1/2 × (6 − 4). Open weighs 2/3, then 1/2: mix −1/6 × (1 − 2).
    assert (found.before, found.now, found.change) == (2, Decimal("3.5"), Decimal("1.5"))
    assert [(m.name, m.mix, m.rate) for m in found.moves] == [
        ("search", Decimal("0.33"), Decimal("1.00")),
        ("open", Decimal("0.17"), Decimal("0.00")),
    ]
    assert found.before + sum(m.whole for m in found.moves) == found.now
    assert found.mix + found.rate == found.change


def test_what_rests_on_too_little_is_told_together_and_still_adds_up(two_sources: Office) -> None:
    rare = supply("rare", 13, 0, total_cost=1, total_sales=9, total_purchases=1, impressions=9)
    kept = [*supply("search", 13, 0, total_cost=10, total_sales=40, total_purchases=9), *rare]
    two_sources.deliver(kept, days(13), dataset=INVENTORY)
    found = movers(table(two_sources))
    assert isinstance(found, Movers)
    assert [m.name for m in found.moves] == ["search", "Too little data (1 row)"]
    assert found.before + sum(m.whole for m in found.moves) == found.now


def test_a_rate_over_too_little_ranks_last_whatever_it_is(two_sources: Office) -> None:
    rare = supply("rare", 6, 0, total_cost=1, total_sales=900, total_purchases=4, impressions=9)
    kept = supply("search", 6, 0, total_cost=10, total_sales=40, total_purchases=9)
    two_sources.deliver([*kept, *rare], days(6), dataset=INVENTORY)
    found = table(two_sources, sort=Sort("total_roas"))
    assert [r.name for r in found.rows] == ["search", "rare", "open"]
    assert not found.is_firm(found.rows[1], found.metric)


def test_without_days_to_compare_with_nothing_is_taken_apart(two_sources: Office) -> None:
    found = movers(table(two_sources, comparison=Comparison.NONE))
    assert isinstance(found, NoMovers)
    assert "Choose days to compare with" in found.reason


def test_rows_are_sorted_as_the_view_asks_and_unknown_names_stand_in_words(
    two_sources: Office,
) -> None:
    names = [r.name for r in table(two_sources, sort=Sort("name")).rows]
    assert names == ["search", "open"]
    deals = table(two_sources, cut=D.DEAL)
    assert [r.name for r in deals.rows] == ["No deal: open auction or Amazon's own supply"]


def test_creatives_fall_together_by_size(office: Office) -> None:
    office.advertiser()
    sizes = {"c1": "300x250", "c2": "728x90", "c3": "300x250"}
    creatives = [Creative(entity_id=c, advertiser_id=ONE, size=s) for c, s in sizes.items()]
    office.keep(order("o1"), *creatives)
    rows = [row("o1", 0, creative_id=c, total_cost=n) for n, c in enumerate((*sizes, "c4"), 1)]
    office.deliver(rows, days(6))
    found = table(office, cut=D.SIZE)
    assert [(r.name, r.sums.now["total_cost"]) for r in found.rows] == [
        ("300x250", 4),
        ("Size not known", 4),
        ("728x90", 2),
    ]


def test_audiences_are_never_added_up(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1"))
    office.deliver(delivered("o1", 6, total_cost=10), days(6))
    overlapping = [
        {**r, "segment_id": name}
        for name in ("s1", "s2")
        for r in delivered("o1", 6, total_cost=9, impressions=100, detail_page_views=9)
    ]
    office.deliver(overlapping, days(6), dataset=Dataset.AUDIENCE)
    found = table(office, cut=D.AUDIENCE)
    assert found.cut.total is Total.OVERLAP
    assert found.total is None
    assert [r.share for r in found.rows] == [Decimal("0.9"), Decimal("0.9")]
    assert "never added up" in found.standing.sentence
    assert isinstance(movers(found), NoMovers)
    crossing = crossed(office, Dataset.AUDIENCE, cut=D.AUDIENCE, pivot=D.ORDER)
    assert crossing is not None
    assert (crossing.row_totals, crossing.column_totals, crossing.total) == (None, None, None)


def test_products_have_no_cost_and_say_so(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1"))
    office.deliver(delivered("o1", 6, total_cost=10, total_sales=70), days(6))
    bought = [{**r, "product_id": "B01"} for r in delivered("o1", 6, total_sales=70)]
    office.deliver(bought, days(6), dataset=Dataset.PRODUCT)
    found = table(office, cut=D.PRODUCT)
    assert not found.has_cost
    assert (found.size.key, found.rows[0].share) == ("total_sales", 1)
    assert "no cost" in found.standing.sentence


def test_a_pivot_crosses_two_cuts_and_its_totals_are_the_whole(two_sources: Office) -> None:
    second = [
        {**r, "supply_source": "search"}
        for r in delivered("o2", 6, total_cost=5, total_sales=5, total_purchases=1)
    ]
    two_sources.keep(order("o1", "First"), order("o2", "Second"))
    first = supply("search", 6, 0, total_cost=10, total_sales=60, total_purchases=10)
    two_sources.deliver([*first, *second], days(6), dataset=INVENTORY)
    found = crossed(two_sources, INVENTORY, pivot=D.ORDER)
    assert found is not None
    assert (found.rows, found.columns) == (("search",), ("First", "Second"))
    first_cell, second_cell = found.cells[0]
    assert (first_cell.value, first_cell.is_firm) == (6, True)
    assert (second_cell.value, second_cell.is_firm, second_cell.heat) == (1, False, None)
    assert found.total is not None
    assert found.total.value == Decimal(455) / 105


def test_a_pivot_keeps_orders_of_equal_names_apart_and_folds_what_is_small(office: Office) -> None:
    office.advertiser()
    ids = [f"o{n:02}" for n in range(12)]
    office.keep(*(order(o, "Twin") for o in ids))
    facts = [
        {**row(o, 0, total_cost=100 - n), "supply_source": "search"} for n, o in enumerate(ids)
    ]
    office.deliver(facts, days(6), dataset=INVENTORY)
    found = crossed(office, INVENTORY, pivot=D.ORDER, trend="total_cost")
    assert found is not None
    assert found.columns == (*(f"Twin ({o})" for o in ids[:8]), OTHERS)
    assert [cell.value for cell in found.cells[0]] == [*range(100, 92, -1), 92 + 91 + 90 + 89]
    assert found.row_totals is not None
    assert found.row_totals[0].value == sum(100 - n for n in range(12))


def test_what_no_report_holds_is_closed_with_its_reason() -> None:
    open_ = {w.cut.dimension for w in ways(View(screen=Screen.EXPLORE, cut=D.SUPPLY)) if w.is_open}
    assert open_ == {D.DEAL, D.LINE_ITEM, D.ORDER}
    closed = [w for w in ways(View(screen=Screen.EXPLORE, cut=D.SUPPLY)) if not w.is_open]
    assert all("no report counts both" in way.reason for way in closed)


def test_weekdays_are_ratios_of_sums_over_whole_weeks(office: Office) -> None:
    office.advertiser()
    office.keep(order("o1"))
    # Yesterday is a Sunday. Sundays earn 1 from 10 in one week and 30 from 20 in another.
    facts = [row("o1", n, total_cost=10, total_sales=20, total_purchases=9) for n in range(56)]
    facts[0] = row("o1", 0, total_cost=10, total_sales=10, total_purchases=9)
    facts[7] = row("o1", 7, total_cost=20, total_sales=60, total_purchases=9)
    office.deliver(facts, days(55))
    with asked(office, dataset=Dataset.CAMPAIGN, cut=D.ORDER) as (desk, whom, group):
        found = weekday_pattern(desk, whom, group, cut_table(desk, whom, group).metric)
    sunday = found.weekdays[6]
    assert (found.days, found.weeks, found.is_pattern) == (56, 8, True)
    assert found.span.end == day(0)
    assert sunday.value == Decimal(10 + 60 + 6 * 20) / 90
    assert (sunday.low, sunday.high, sunday.days) == (1, 3, 8)
    assert found.weekdays[0].value == 2


def test_a_few_days_are_no_pattern(two_sources: Office) -> None:
    with asked(two_sources) as (desk, whom, group):
        found = weekday_pattern(desk, whom, group, cut_table(desk, whom, group).metric)
    assert (found.weeks, found.is_pattern) == (2, False)


def test_files_hold_what_the_tables_do(two_sources: Office) -> None:
    found = table(two_sources)
    sheet = cut_sheet(found)
    assert [r[0] for r in sheet.rows] == ["open", "search"]
    at = sheet.titles.index
    assert sheet.rows[1][at("Total cost, USD")] == "70.00"
    assert sheet.rows[1][at("Total return on ad spend, compared")] == "4"
    moved = movers(found)
    assert isinstance(moved, Movers)
    parts = [Decimal(r[-1] or 0) for r in movers_sheet(found, moved).rows]
    assert sum(parts[:-1]) == parts[-1]
    crossing = crossed(two_sources, INVENTORY, pivot=D.ORDER)
    assert crossing is not None
    assert pivot_sheet(crossing, found.group).rows[-1][0] == "All"
    with asked(two_sources) as (desk, whom, group):
        pattern = weekday_pattern(desk, whom, group, found.metric)
    assert len(weekday_sheet(pattern, group).rows) == 7


def test_every_chart_has_its_table_and_its_drawing(two_sources: Office) -> None:
    found = table(two_sources)
    moved = movers(found)
    assert isinstance(moved, Movers)
    shares, fall = took_and_earned(found), what_moved(moved, "USD")
    assert table_of(shares).rows[0][0] == "open"
    assert [r[0] for r in table_of(fall).rows] == ["Before", "search", "open", "Now"]
    assert [r[-1] for r in table_of(fall).rows] == ["2.00", "+1.33", "+0.17", "3.50"]
    with asked(two_sources) as (desk, whom, group):
        weekdays = by_weekday(weekday_pattern(desk, whom, group, found.metric), "USD")
    for chart in (shares, fall, weekdays):
        spec = spec_of(chart)
        named = {one["data"]["name"] for one in (spec, *spec["layer"]) if "data" in one}
        assert named <= set(spec["datasets"])


def test_a_limited_member_and_a_neighbour_see_their_own_rows_only(two_sources: Office) -> None:
    two_sources.advertiser(TWO, "Other")
    two_sources.keep(order("x", advertiser=TWO), advertiser=TWO)
    theirs = [{**r, "supply_source": "secret"} for r in delivered("x", 6, total_cost=1000)]
    two_sources.deliver(theirs, days(6), advertiser=TWO, dataset=INVENTORY)
    limited = two_sources.org.limited
    with asked(two_sources, scope=limited) as (desk, whom, group):
        assert {r.name for r in cut_table(desk, whom, group).rows} == {"open", "search"}
    assert "secret" in {r.name for r in table(two_sources).rows}
