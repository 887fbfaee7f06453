"""Events on charts: thin bands, cut to the chart, named where there is room."""

from __future__ import annotations

from datetime import date, timedelta

from core.domain.event_calendar import Event, Weight
from core.domain.periods import DateRange
from core.reports.charts import specs
from core.reports.charts.tables import table_of
from core.reports.charts.values import Band, LineChart, Point, Series
from core.reports.parts.events import event_bands

FIRST = date(2026, 11, 1)


def _days(count: int) -> list[date]:
    return [FIRST + timedelta(n) for n in range(count)]


def _event(name: str, first: int, last: int, weight: Weight = Weight.MAJOR) -> Event:
    days = DateRange(FIRST + timedelta(first), FIRST + timedelta(last))
    return Event(key=f"{name}.2026", name=name, days=days, weight=weight)


def _chart(days: list[date], *events: Event) -> LineChart:
    points = [Point(1.0, "$1") for _ in days]
    bands = event_bands(events, days)
    return LineChart(
        question="How much?", unit="USD", days=days, series=[Series("", points)], events=bands
    )


def test_a_band_is_cut_to_the_days_drawn_and_none_lies_outside() -> None:
    days = _days(10)
    bands = event_bands([_event("over the edge", 8, 14), _event("later", 20, 21)], days)
    assert bands == [Band(DateRange(days[8], days[9]), "over the edge")]


def test_over_long_periods_minor_events_are_left_out() -> None:
    events = [_event("fair", 1, 1, Weight.MINOR), _event("sale", 4, 4)]
    assert [b.label for b in event_bands(events, _days(30))] == ["fair", "sale"]
    assert [b.label for b in event_bands(events, _days(300))] == ["sale"]


def test_beside_a_major_event_a_minor_one_would_only_take_its_name_away() -> None:
    events = [_event("eve", 3, 3, Weight.MINOR), _event("sale", 4, 4)]
    assert [b.label for b in event_bands(events, _days(30))] == ["sale"]


def test_no_name_stands_on_another_and_none_leaves_the_chart() -> None:
    chart = _chart(_days(60), _event("Black Friday", 26, 26), _event("Cyber weekend", 27, 28),
                   _event("Christmas", 59, 59))  # fmt: skip
    rows = specs.lines_spec(chart)["datasets"]["events"].to_pylist()
    assert [row["label"] for row in rows] == ["Black Friday", "", "Christmas"]
    # Written from its own place to the right, the last one would be cut off.
    assert rows[-1]["at"] < rows[-1]["start"]
    assert rows[0]["at"] == rows[0]["start"]


def test_the_charts_table_names_every_event() -> None:
    chart = _chart(_days(3), _event("Sale", 1, 2), _event("Fair", 2, 2))
    table = table_of(chart)
    assert list(table.heads)[-1] == "Event"
    assert [row[-1] for row in table.rows] == ["Sale, Fair", "Sale", ""]


def test_a_chart_without_events_has_no_column_for_them() -> None:
    assert "Event" not in table_of(_chart(_days(3))).heads
