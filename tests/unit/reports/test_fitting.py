"""Tables on paper: columns after their contents, smaller type before a figure is broken."""

from __future__ import annotations

from core.reports.charts.sketch import trail_sketch
from core.reports.document import Cell, Head, Table
from core.reports.parts.fitting import UPRIGHT, WIDE, fitted


def _of(*columns: tuple[str, str]) -> Table:
    heads = tuple(Head(title, is_number=n > 0) for n, (title, _) in enumerate(columns))
    row = tuple(Cell(text) for _, text in columns)
    return Table(name="Any", heads=heads, rows=(row,))


def test_what_fits_keeps_its_type_and_a_longer_figure_has_the_wider_column() -> None:
    found = fitted(_of(("Order", "First"), ("Clicks", "7"), ("Cost", "12,345,678.90")), WIDE)
    assert found.size == 8.0
    _, clicks, cost = (head.share for head in found.heads)
    assert cost > clicks


def test_type_is_smaller_where_figures_would_not_stand_beside_one_another() -> None:
    wide = _of(("Order", "First"), *((f"M{n}", "123,456,789.00") for n in range(12)))
    sizes = [fitted(wide, room).size for room in (UPRIGHT, WIDE, 2 * WIDE)]
    assert sizes == sorted(sizes)
    assert sizes[0] < 8.0 <= sizes[2]
    letters = sum(head.share for head in fitted(wide, WIDE).heads)
    assert letters * 0.56 * sizes[1] <= WIDE + 1


def test_a_name_without_an_end_takes_no_more_than_a_broken_one() -> None:
    shares = [fitted(_of(("Order", "x" * n), ("Clicks", "7")), WIDE).heads[0] for n in (40, 250)]
    assert shares[0].share == shares[1].share


def test_a_table_without_rows_is_left_in_peace() -> None:
    assert (
        fitted(Table(name="Any", heads=(Head("Order", is_number=False),), rows=()), WIDE).size == 8
    )


def test_a_small_line_is_drawn_with_gaps_where_days_are_not_known() -> None:
    assert trail_sketch((1.0,)) == ""
    drawn = trail_sketch((1.0, 2.0, None, 3.0, 3.0))
    assert drawn.count("<polyline") == 2
    assert 'points="0.0,18.0 24.0,9.0"' in drawn
