"""The Performance table, its totals and its way into the account, beside figures made by hand."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.domain.catalogue import METRICS, including, metric
from core.domain.custom_metrics import custom_metric
from core.domain.entities import Creative, LineItem
from core.domain.ids import AdvertiserId
from core.domain.metrics import Better, Stage, Unit
from core.domain.periods import Comparison
from core.domain.views import METRICS_MAX, Level, Screen, Sort, View, Window, query, read
from core.insight.history import measures
from core.insight.performance.columns import PRESETS, Columns, adds_up, choices, columns_of, written
from core.insight.performance.evidence import evidence
from core.insight.performance.levels import choices as levels
from core.insight.performance.levels import into, names, narrowed, way_back
from core.insight.performance.sheets import table_sheet
from core.insight.performance.standouts import Standouts, standouts
from core.insight.performance.table import Row, Table, table
from core.insight.sheets import Sheet
from tests.unit.insight.office import (
    NOW,
    ONE,
    TWO,
    Office,
    days,
    delivered,
    order,
    row,
)
from tests.unit.insight.reach_reports import report_reach


def view_of(**told: Any) -> View:
    return View(screen=Screen.PERFORMANCE, **told)


def tables(office: Office, *, whole: bool = False, **told: Any) -> list[Table]:
    with office.desk() as desk:
        whom = narrowed(desk, view_of(**told))
        columns = columns_of(whom.view)
        return [table(desk, whom, group, columns, whole=whole) for group in whom.groups]


def one_table(office: Office, **told: Any) -> Table:
    [found] = tables(office, **told)
    return found


def names_of(found: Table) -> list[str]:
    return [one.name for one in found.rows]


def figures(one: Row) -> dict[str, Any]:
    return {figure.metric.key: figure.value for figure in one.figures}


def totals(found: Table) -> dict[str, Any]:
    return {figure.metric.key: figure.value for figure in found.totals}


def line(order_id: str, line_id: str, name: str, *, advertiser: str = ONE) -> LineItem:
    return LineItem(entity_id=line_id, advertiser_id=advertiser, parent_id=order_id, name=name)


def creative(creative_id: str, name: str, *, advertiser: str = ONE) -> Creative:
    return Creative(entity_id=creative_id, advertiser_id=advertiser, parent_id=None, name=name)


@pytest.fixture
def account(office: Office) -> Office:
    """Two orders of two line items; the first line item of each shares a creative."""
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(
        order("o1", "Alpha"),
        order("o2", "Beta"),
        line("o1", "l1", "Alpha remarketing"),
        line("o1", "l2", "Alpha prospecting"),
        line("o2", "l3", "Beta remarketing"),
        line("o2", "l4", "Beta video"),
        creative("c1", "Square"),
        creative("c2", "Tower"),
    )
    places = (("o1", "l1", "c1", 1), ("o1", "l2", "c2", 2), ("o2", "l3", "c1", 3),
              ("o2", "l4", "c2", 4))  # fmt: skip
    now = [_fact(place, n, impressions=1000 * place[3], clicks=10) for place in places
           for n in range(7)]  # fmt: skip
    before = [_fact(place, n, impressions=500 * place[3], clicks=10) for place in places
              for n in range(7, 14)]  # fmt: skip
    office.deliver([*now, *before], days(27))
    return office


def _fact(place: tuple[str, str, str, int], back: int, **more: Any) -> dict[str, Any]:
    order_id, line_id, creative_id, size = place
    told = {"line_item_id": line_id, "creative_id": creative_id, "total_cost": size, **more}
    return row(order_id, back, **told)


SHOWN = ("total_cost", "impressions", "ctr")


def test_a_row_is_whatever_level_is_asked_for(account: Office) -> None:
    assert names_of(one_table(account, metrics=SHOWN)) == ["Beta", "Alpha"]
    lines = one_table(account, metrics=SHOWN, level=Level.LINE_ITEM)
    assert names_of(lines) == [
        "Beta video",
        "Beta remarketing",
        "Alpha prospecting",
        "Alpha remarketing",
    ]
    assert (lines.rows[0].order, lines.rows[0].order_id) == ("Beta", "o2")
    creatives = one_table(account, metrics=SHOWN, level=Level.CREATIVE)
    assert {one.name: figures(one)["total_cost"] for one in creatives.rows} == {
        "Tower": 7 * (2 + 4),
        "Square": 7 * (1 + 3),
    }
    [lumen] = one_table(account, metrics=SHOWN, level=Level.ADVERTISER).rows
    assert (lumen.name, figures(lumen)["total_cost"]) == ("Lumen Pet", 70)


def test_a_total_is_a_ratio_of_sums_and_not_a_mean(account: Office) -> None:
    for level in Level:
        found = one_table(account, metrics=SHOWN, level=level)
        # 4 line items of 10 clicks a day on 1,000, 2,000, 3,000 and 4,000 impressions.
        assert totals(found)["ctr"] == Decimal(280) / Decimal(70_000)
        assert totals(found)["total_cost"] == 70


def test_changes_are_like_for_like_and_lines_go_by_day(account: Office) -> None:
    found = one_table(account, metrics=SHOWN, trend="impressions")
    alpha = next(one for one in found.rows if one.name == "Alpha")
    cost, impressions, ctr = alpha.figures
    assert (cost.change, impressions.change) == (0, 1)
    assert ctr.change is not None
    assert round(ctr.change, 12) == Decimal("-0.5")
    assert alpha.trail == (3000,) * 7
    assert found.total_trail == (10_000,) * 7
    uncompared = one_table(account, metrics=SHOWN, comparison=Comparison.NONE)
    assert {f.change for one in uncompared.rows for f in one.figures} == {None}


def test_part_of_the_days_known_compares_only_that_part(office: Office) -> None:
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.keep(order("o1"))
    office.deliver(delivered("o1", 9, total_cost=10, impressions=1), days(9))
    [one] = one_table(office, metrics=("total_cost",)).rows
    [cost] = one.figures
    assert (cost.value, cost.alike, cost.before) == (70, 30, 30)


def test_any_column_sorts_and_what_is_absent_comes_last(account: Office) -> None:
    account.deliver(
        [row("o3", 0, total_cost=1), *delivered("o1", 6, impressions=1000, clicks=50)], days(6)
    )
    by_ctr = one_table(account, metrics=SHOWN, sort=Sort("ctr"))
    assert names_of(by_ctr) == ["Alpha", "Beta", "o3"]
    lowest = one_table(account, metrics=SHOWN, sort=Sort("ctr", descending=False))
    assert names_of(lowest)[-1] == "o3"
    by_name = one_table(account, metrics=SHOWN, sort=Sort("name"))
    assert names_of(by_name) == ["o3", "Beta", "Alpha"]
    # A column that is not shown is not sorted by.
    assert one_table(account, metrics=SHOWN, sort=Sort("total_roas")).sort == Sort("total_cost")


def _rated(office: Office) -> Office:
    """Five orders: three with enough purchases to judge, two with a handful."""
    office.advertiser()
    sales = {"rich": (60, 600), "fair": (40, 300), "poor": (30, 100), "lucky": (1, 5000),
             "unlucky": (2, 1)}  # fmt: skip
    office.keep(*(order(name) for name in sales))
    facts = [
        row(name, 0, impressions=1000, total_cost=100, total_purchases=n, total_sales=value)
        for name, (n, value) in sales.items()
    ]
    office.deliver(facts, days(0))
    return office


ROAS = ("total_cost", "total_purchases", "total_roas")


def test_a_rate_of_a_handful_of_events_is_never_first_or_last(office: Office) -> None:
    _rated(office)
    highest = one_table(office, metrics=ROAS, sort=Sort("total_roas"))
    assert names_of(highest) == ["rich", "fair", "poor", "lucky", "unlucky"]
    assert highest.thin == 2
    lowest = one_table(office, metrics=ROAS, sort=Sort("total_roas", descending=False))
    assert names_of(lowest) == ["poor", "fair", "rich", "unlucky", "lucky"]
    assert next(one for one in highest.rows if one.name == "lucky").thin == {"total_roas"}
    # Counts and amounts stand for themselves.
    assert one_table(office, metrics=ROAS).thin == 0


def best_and_worst(office: Office, sort: Sort, **told: Any) -> Standouts | None:
    with office.desk() as desk:
        whom = narrowed(desk, view_of(sort=sort, **told))
        return standouts(desk, whom, whom.groups[0], sort)


def test_best_and_worst_are_told_of_those_that_hold_enough(office: Office) -> None:
    _rated(office)
    found = best_and_worst(office, Sort("total_roas"))
    assert found is not None
    assert (found.best.name, found.worst.name) == ("rich", "poor")
    assert (found.judged, found.too_little, found.rests_on) == (3, 2, "total_purchases")
    # Of a cost the lowest is best.
    cost = best_and_worst(office, Sort("total_ecpp", descending=False))
    assert cost is not None
    assert cost.best.name == "rich"


def test_nobody_is_best_by_a_sum_a_name_or_among_two(office: Office) -> None:
    _rated(office)
    assert best_and_worst(office, Sort("total_sales")) is None
    assert best_and_worst(office, Sort("name")) is None
    two = best_and_worst(office, Sort("total_roas"), orders=("rich", "fair"))
    assert two is None


def test_the_way_in_and_the_way_back(account: Office) -> None:
    with account.desk() as desk:
        start = view_of(metrics=SHOWN, range=days(6), text="alph")
        inside = into(start, (ONE, "o1"))
        assert inside is not None
        whom = narrowed(desk, inside)
        found = table(desk, whom, whom.groups[0], columns_of(inside))
        assert names_of(found) == ["Alpha prospecting", "Alpha remarketing"]
        deeper = into(inside, (ONE, "l1"))
        assert deeper is not None
        # An address holds the way.
        assert read(Screen.PERFORMANCE, query(deeper)).view == deeper
        whom = narrowed(desk, deeper)
        found = table(desk, whom, whom.groups[0], columns_of(deeper))
        assert (names_of(found), totals(found)["total_cost"]) == (["Square"], 7)
        assert into(deeper, (ONE, "c1")) is None
        steps = way_back(deeper, names(desk, whom))
        assert [step.words for step in steps] == ["All orders", "Alpha", "Alpha remarketing"]
        assert steps[1].view == inside
        assert way_back(start, names(desk, whom)) == ()


def test_the_way_in_from_an_advertiser_leads_to_its_orders(account: Office) -> None:
    inside = into(view_of(level=Level.ADVERTISER), (ONE, ONE))
    assert inside is not None
    assert (inside.level, inside.advertisers) == (Level.ORDER, (ONE,))


def test_text_looks_in_the_names_of_what_rows_are(account: Office) -> None:
    assert names_of(one_table(account, text="ALPH")) == ["Alpha"]
    lines = one_table(account, text="remark", level=Level.LINE_ITEM, metrics=SHOWN)
    assert sorted(names_of(lines)) == ["Alpha remarketing", "Beta remarketing"]
    assert totals(lines)["total_cost"] == 7 * (1 + 3)
    assert names_of(one_table(account, text="tow", level=Level.CREATIVE)) == ["Tower"]
    assert names_of(one_table(account, text="c1", level=Level.CREATIVE)) == ["Square"]
    nothing = one_table(account, text="nobody", level=Level.CREATIVE)
    assert (nothing.total, nothing.pages, nothing.rows) == (0, 1, ())


def test_pages_hold_fifty_of_thousands_and_totals_hold_all(office: Office) -> None:
    office.advertiser()
    count = 5_000
    office.deliver(
        [row(f"o{n:04}", 0, impressions=100, total_cost=n + 1) for n in range(count)], days(0)
    )
    first = one_table(office, metrics=SHOWN)
    assert (first.total, first.pages, len(first.rows)) == (count, 100, 50)
    assert (first.rows[0].name, first.rows[-1].name) == ("o4999", "o4950")
    assert totals(first)["total_cost"] == count * (count + 1) // 2
    last = one_table(office, metrics=SHOWN, page=9_999)
    assert (last.page, last.rows[-1].name) == (100, "o0000")
    assert len(one_table(office, metrics=SHOWN, whole=True).rows) == count


def test_each_currency_has_a_table_of_its_own(account: Office) -> None:
    account.advertiser(TWO, "Sakura", currency="JPY")
    account.keep(order("j1", "Yen", advertiser=TWO, currency="JPY"), advertiser=TWO)
    facts = delivered("j1", 13, impressions=10, total_cost=9000)
    account.deliver(facts, days(27), advertiser=TWO, currency="JPY")
    found = {one.group.currency: one for one in tables(account, metrics=SHOWN)}
    assert totals(found["USD"])["total_cost"] == 70
    assert totals(found["JPY"])["total_cost"] == 63_000
    assert [names_of(one) for one in found.values()] == [["Beta", "Alpha"], ["Yen"]]
    rows = {
        one.group.currency: names_of(one)
        for one in tables(account, metrics=SHOWN, level=Level.ADVERTISER)
    }
    assert rows == {"USD": ["Lumen Pet"], "JPY": ["Sakura"]}


def test_advertisers_are_a_level_where_there_are_several(account: Office) -> None:
    with account.desk() as desk:
        assert Level.ADVERTISER not in levels(narrowed(desk, view_of()))
    account.advertiser(TWO, "Birch")
    with account.desk() as desk:
        assert levels(narrowed(desk, view_of()))[0] is Level.ADVERTISER


def test_a_client_sees_its_own_advertiser_and_totals_of_only_that(account: Office) -> None:
    account.advertiser(TWO, "Birch")
    account.keep(order("b1", advertiser=TWO), advertiser=TWO)
    account.deliver(delivered("b1", 6, total_cost=1000), days(6), advertiser=TWO)
    client = replace(account.org.limited, advertiser_ids=frozenset({AdvertiserId(ONE)}))
    with account.desk(client) as desk:
        whom = narrowed(desk, view_of(metrics=SHOWN))
        [found] = [table(desk, whom, g, columns_of(whom.view)) for g in whom.groups]
    assert (names_of(found), totals(found)["total_cost"]) == (["Beta", "Alpha"], 70)


def test_figures_as_of_an_instant_are_those_of_then(account: Office) -> None:
    account.now = NOW + timedelta(hours=2)
    account.deliver(delivered("o1", 6, total_cost=100), days(6))
    now, then = one_table(account, metrics=SHOWN), one_table(account, metrics=SHOWN, as_of=NOW)
    assert (totals(now)["total_cost"], totals(then)["total_cost"]) == (700, 70)
    assert names_of(then) == ["Beta", "Alpha"]


# Reach beside the other columns


REACH = ("total_cost", "reach", "frequency")


def test_reach_stands_in_rows_of_a_reported_window_and_is_never_added(account: Office) -> None:
    account.advertiser(TWO, "Birch")
    people = {"o1": {"reach": 400, "frequency": "2.5"}, "o2": {"reach": 300, "frequency": "3"}}
    report_reach(account, "order", Window.WEEK, days(6), people)
    found = one_table(account, metrics=REACH)
    assert {one.name: figures(one)["reach"] for one in found.rows} == {"Alpha": 400, "Beta": 300}
    assert totals(found)["reach"] is None
    assert "never added up" in found.reasons["reach"]
    assert names_of(one_table(account, metrics=REACH, sort=Sort("reach"))) == ["Alpha", "Beta"]


def test_the_total_of_reach_is_what_amazon_says_of_the_one_advertiser(account: Office) -> None:
    report_reach(account, "order", Window.WEEK, days(6), {"o1": {"reach": 400, "frequency": "2"}})
    whole = {"all": {"reach": 550, "frequency": "2.2"}}
    report_reach(account, "advertiser", Window.WEEK, days(6), whole)
    found = one_table(account, metrics=REACH)
    assert (totals(found)["reach"], found.reasons) == (550, {})
    narrower = one_table(account, metrics=REACH, orders=("o1",))
    assert totals(narrower)["reach"] is None
    assert "never added up" in narrower.reasons["reach"]


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"range": days(5)}, "did not report"),
        ({"level": Level.LINE_ITEM}, "by advertiser, order and supply source only"),
        ({"line_items": ("l1",)}, "not of a part of them"),
    ],
)
def test_reach_is_absent_with_its_reason(
    account: Office, told: Mapping[str, Any], reason: str
) -> None:
    report_reach(account, "order", Window.WEEK, days(6), {"o1": {"reach": 400, "frequency": "2"}})
    found = one_table(account, metrics=REACH, **told)
    assert {figures(one)["reach"] for one in found.rows} <= {None}
    assert reason in found.reasons["reach"]


# Columns


def test_every_preset_can_be_shown() -> None:
    for preset in PRESETS:
        assert 1 < len(preset.keys) <= METRICS_MAX
        assert len(set(preset.keys)) == len(preset.keys)
        assert {metric(key) for key in preset.keys} <= set(choices())
        assert columns_of(view_of(metrics=written(preset.keys))).preset == preset


def test_a_column_that_cannot_be_shown_is_left_out_with_the_reason() -> None:
    found = columns_of(view_of(metrics=("ctr", "rentals", "win_rate")))
    assert [entry.key for entry in found.metrics] == ["ctr"]
    assert "not kept" in found.left_out[0]
    assert "not reported by order" in found.left_out[1]
    assert columns_of(view_of(metrics=("rentals",))).preset == PRESETS[0]


def test_a_rate_rests_on_the_events_that_make_it() -> None:
    rests = {key: evidence(metric(key)) for key in (
        "ctr", "total_roas", "ntb_roas", "halo_share", "vcr", "total_cost", "working_media_share",
        "combined_roas", "ecpm",
    )}  # fmt: skip
    assert rests == {
        "ctr": "clicks",
        "total_roas": "total_purchases",
        "ntb_roas": "new_to_brand_purchases",
        "halo_share": "total_purchases",
        "vcr": "video_completions",
        "total_cost": None,
        "working_media_share": None,
        "combined_roas": "combined_purchases",
        "ecpm": "impressions",
    }


def test_an_own_metric_is_a_column_like_the_others(account: Office) -> None:
    own = custom_metric("own_clicks_each", "Clicks per dollar", "clicks / total_cost", METRICS,
                        unit=Unit.AVERAGE, better=Better.UP, stage=Stage.CONSIDERATION)  # fmt: skip
    assert own not in choices()
    with including([own]):
        assert own in choices()
        found = one_table(account, metrics=("total_cost", own.key), sort=Sort(own.key))
    assert totals(found)[own.key] == Decimal(280) / Decimal(70)
    assert names_of(found) == ["Alpha", "Beta"]
    assert own not in choices()


# Files


def the_sheet(office: Office, **told: Any) -> Sheet:
    return table_sheet(one_table(office, whole=True, **told))


def test_the_file_holds_every_row_and_the_totals_exactly(account: Office) -> None:
    found = the_sheet(account, metrics=SHOWN, level=Level.LINE_ITEM)
    assert found.titles[:6] == (
        "Line item", "Line item ID", "Order", "Order ID", "Advertiser", "Total cost, USD",
    )  # fmt: skip
    assert "Change of Click-through rate" in found.titles
    first = dict(zip(found.titles, found.rows[0], strict=True))
    assert first["Line item"] == "Beta video"
    assert first["Total cost, USD"] == "28.00"
    assert first["Click-through rate"] == "0.0025"
    assert first["Change of Click-through rate"] == "-0.5"
    last = dict(zip(found.titles, found.rows[-1], strict=True))
    assert (last["Line item"], last["Impressions"], last["Order"]) == ("All", "70000", None)
    assert len(found.rows) == 5
    assert found.lines[0].startswith("Days: 16 Nov – 22 Nov 2026")
    plain = the_sheet(account, metrics=SHOWN, comparison=Comparison.NONE)
    assert not any("compared" in title or "Change" in title for title in plain.titles)


# What always holds


def _random_account(office: Office) -> None:
    drawn = random.Random(8)
    office.advertiser(chosen_at=NOW - timedelta(days=60))
    office.advertiser(TWO, "Birch")
    for advertiser in (ONE, TWO):
        facts = []
        for n in range(40):
            place = (f"o{n % 4}", f"l{n % 9}", f"c{n % 5}", drawn.randint(1, 9))
            facts.append(_fact(place, n % 20, **{
                key: drawn.randint(0, 400) for key in MEASURES
            }))  # fmt: skip
        merged = {(f["day"], f["order_id"], f["line_item_id"], f["creative_id"]): f for f in facts}
        office.deliver(list(merged.values()), days(27), advertiser=advertiser)


MEASURES = ("impressions", "clicks", "total_purchases", "total_sales", "sales", "video_starts",
            "video_completions", "supply_cost", "purchases_views", "purchases_clicks")  # fmt: skip
MADE_OF = [m for m in choices() if adds_up(m) and {*measures(m)} <= {*MEASURES, "total_cost"}]


def test_rows_add_to_totals_and_ratios_are_of_sums_at_every_level(office: Office) -> None:
    _random_account(office)
    for level in Level:
        with office.desk() as desk:
            whom = narrowed(desk, view_of(level=level, range=days(9)))
            [group] = whom.groups
            found = table(desk, whom, group, Columns(tuple(MADE_OF)), whole=True)
        for place, entry in enumerate(MADE_OF):
            values = [one.figures[place].value or 0 for one in found.rows]
            if entry.formula is None:
                assert sum(values) == found.totals[place].value, entry.key
        sums = {f.metric.key: f.value for f in found.totals if f.metric.formula is None}
        ratios = [f for f in found.totals if f.metric.formula is not None]
        assert len(ratios) > 8
        for figure in ratios:
            assert figure.metric.formula is not None
            assert figure.value == figure.metric.formula.of(sums), figure.metric.key


def test_two_periods_add_to_the_longer_one(office: Office) -> None:
    _random_account(office)
    additive = Columns(tuple(entry for entry in MADE_OF if entry.formula is None))

    def summed(period: Any) -> list[Any]:
        with office.desk() as desk:
            whom = narrowed(desk, view_of(range=period))
            [group] = whom.groups
            return [f.value for f in table(desk, whom, group, additive).totals]

    halves = zip(summed(days(9, 5)), summed(days(4)), strict=True)
    assert [a + b for a, b in halves] == summed(days(9))
