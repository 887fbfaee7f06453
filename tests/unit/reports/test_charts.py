"""What a chart becomes: datasets, a spec that names them, and a table with the same figures."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from core.domain.periods import DateRange
from core.reports.charts import shapes, specs
from core.reports.charts.values import Band, BarChart, BarRow, LineChart, Point, Series
from core.web.parts.chart_tables import table_html

FIRST = date(2026, 11, 1)
DAYS = [FIRST + timedelta(n) for n in range(3)]
HOSTILE = "<img onerror=alert(1)> [x](javascript:y) :red[z] $a$"


def _chart(*series: Series, **more: object) -> LineChart:
    told = {"question": "How much?", "unit": "Total cost, USD", "days": DAYS, "series": series}
    return LineChart(**{**told, **more})  # type: ignore[arg-type]


def _points(*values: float | None, **more: object) -> list[Point]:
    return [Point(value, f"${value}", **more) for value in values]  # type: ignore[arg-type]


def test_every_layer_names_a_dataset_that_is_there() -> None:
    chart = _chart(
        Series("", _points(1.0, 2.0, 3.0, before=1.0, before_text="$1", plan=2.0)),
        before_days=DAYS,
        bands=[Band(DateRange(DAYS[2], DAYS[2]), "unsettled")],
        events=[Band(DateRange(DAYS[0], DAYS[0]), "Prime Day")],
    )
    spec = specs.lines_spec(chart)
    assert {layer["data"]["name"] for layer in spec["layer"]} == set(spec["datasets"])
    named = [layer["name"] for layer in spec["layer"] if "name" in layer]
    assert len(named) == len(set(named)), "Vega refuses two marks of one name"


def test_no_two_layers_have_one_name() -> None:
    names = [layer["name"] for layer in shapes.lines(as_rate=False)["layer"] if "name" in layer]
    assert len(names) == len(set(names)) > 5


def test_layers_without_anything_to_draw_are_left_out() -> None:
    spec = specs.lines_spec(_chart(Series("", _points(1.0, 2.0, 3.0))))
    fields = {layer["encoding"].get("y", {}).get("field") for layer in spec["layer"]}
    assert "before" not in fields
    assert "plan" not in fields
    assert set(spec["datasets"]) == {"points", "ends"}


def test_a_kept_shape_is_never_changed_by_a_chart() -> None:
    before = str(shapes.lines(as_rate=False))
    specs.lines_spec(_chart(Series("a", _points(1.0, 2.0, 3.0))))
    assert str(shapes.lines(as_rate=False)) == before
    assert "Total cost" not in before


def test_days_are_drawn_on_their_own_date_whatever_the_browsers_zone() -> None:
    spec = specs.lines_spec(_chart(Series("", _points(1.0, 2.0, 3.0))))
    # 1 Nov 2026 00:00 UTC, by hand: 20,758 days after the epoch
    assert spec["datasets"]["points"]["day"].to_pylist()[0] == 20_758 * 86_400_000
    scales = [layer["encoding"]["x"]["scale"] for layer in spec["layer"]]
    assert all(scale == {"type": "utc"} for scale in scales)


def test_a_name_is_only_ever_a_value() -> None:
    chart = _chart(Series(HOSTILE, _points(1.0, 2.0, 3.0)))
    spec = specs.lines_spec(chart)
    datasets = spec.pop("datasets")
    assert "onerror" not in str(spec)
    assert datasets["points"]["series"].to_pylist()[0] == HOSTILE
    table = table_html(chart)
    assert "<img" not in table
    assert "&lt;img onerror" in table


def test_four_lines_are_labelled_and_five_are_not() -> None:
    def labelled(count: int) -> int:
        lines = [
            Series(f"s{n}", _points(n * 10.0, n * 10.0, n * 10.0)) for n in range(1, count + 1)
        ]
        datasets = specs.lines_spec(_chart(*lines))["datasets"]
        return datasets["ends"].num_rows if "ends" in datasets else 0

    assert labelled(4) == 4
    assert labelled(5) == 0


def test_a_label_stands_at_the_last_known_day() -> None:
    spec = specs.lines_spec(_chart(Series("a", _points(1.0, 5.0, None))))
    (end,) = spec["datasets"]["ends"].to_pylist()
    assert (end["value"], end["label"]) == (5.0, "a")


def test_labels_do_not_stand_on_one_another() -> None:
    lines = [Series("a", _points(1.0, 2.0, 100.0)), Series("b", _points(1.0, 2.0, 100.5))]
    ends = specs.lines_spec(_chart(*lines))["datasets"]["ends"].to_pylist()
    assert [end["label"] for end in ends] == ["b", "a"]
    top, below = (end["value"] for end in ends)
    assert top == 100.5, "the highest stays at its line"
    assert below == pytest.approx(100.5 - 7.5375), "a line of text is 7.5 % of the chart's height"


def test_the_table_holds_every_figure_newest_first() -> None:
    points = [
        Point(1.0, "$1", 2.0, "$2", "−50 %"),
        Point(None),
        Point(3.0, "$3", 2.0, "$2", "+50 %"),
    ]
    html = table_html(_chart(Series("", points), before_days=[d - timedelta(3) for d in DAYS]))
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</th>(.*?)</tr>", html)
    cells = [(day, re.findall(r"<td[^>]*>(.*?)</td>", rest)) for day, rest in rows]
    assert cells == [
        ("Tue 3 Nov 2026", ["$3", "$2", "+50 %"]),
        ("Mon 2 Nov 2026", ["n/a", "n/a", "n/a"]),
        ("Sun 1 Nov 2026", ["$1", "$2", "−50 %"]),
    ]


def test_an_unknown_day_is_a_gap_and_no_zero() -> None:
    spec = specs.lines_spec(_chart(Series("", _points(1.0, None, 3.0))))
    assert spec["datasets"]["points"]["value"].to_pylist() == [1.0, None, 3.0]


def test_a_day_that_no_line_goes_through_is_a_dot() -> None:
    one = [Point(5.0, before=3.0, plan=4.0), Point(None), Point(7.0), Point(8.0, before=6.0)]
    chart = _chart(Series("", one), days=[date(2026, 11, 1 + n) for n in range(4)])
    dots = specs.lines_spec(chart)["datasets"]["alone"].to_pylist()
    assert [(d["value"], d["before"], d["plan"]) for d in dots] == [
        (5.0, 3.0, 4.0),  # nothing the day after
        (None, 6.0, None),  # a line goes through 7 and 8; before that there is nothing
    ]
    whole = _chart(Series("", [Point(1.0), Point(2.0)]), days=[date(2026, 11, n) for n in (1, 2)])
    assert "alone" not in specs.lines_spec(whole)["datasets"]


def test_bars_beyond_thirty_are_in_the_table_only() -> None:
    chart = BarChart(
        question="Which?",
        unit="Sales, USD",
        rows=[BarRow(f"n{i}", Point(float(i), f"${i}")) for i in range(40)],
    )
    assert specs.bars_spec(chart)["datasets"]["rows"].num_rows == 30
    assert table_html(chart).count("<tr>") == 41


@pytest.mark.parametrize("as_rate", [True, False])
def test_both_kinds_of_axis_are_worded_for_people(as_rate: bool) -> None:
    text = str(shapes.lines(as_rate=as_rate))
    assert ("~%" in text) is as_rate
