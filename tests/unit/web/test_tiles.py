"""Tiles as HTML: exact on hover, changes with words, a line that follows the figures."""

from __future__ import annotations

import base64
import re

from core.web.parts.tiles import Tile, sparkline, tile_html


def _path(trail: list[float | None]) -> list[list[float]]:
    encoded = re.search(r"base64,([A-Za-z0-9+/=]+)", sparkline(trail))
    assert encoded
    d = re.search(r'd="([^"]+)"', base64.b64decode(encoded[1]).decode())
    assert d
    return [[float(n) for n in point.split()] for point in re.split("[ML]", d[1]) if point]


def test_the_exact_figure_is_what_hovering_shows() -> None:
    html = tile_html(Tile(label="Spend", figure="$41.2 k", exact="$41,234.56"))
    assert 'title="$41,234.56">$41.2 k<' in html


def test_a_figure_without_an_exact_form_is_exact_already() -> None:
    assert 'title="4.31">4.31<' in tile_html(Tile(label="ROAS", figure="4.31"))


def test_what_is_not_known_is_set_back() -> None:
    assert "fd-none" in tile_html(Tile(label="Reach", figure="n/a"))
    assert "fd-none" not in tile_html(Tile(label="Reach", figure="0"))


def test_good_and_bad_differ_by_tone_and_keep_their_words() -> None:
    good = tile_html(Tile(label="a", figure="1", change="+12 % on the day before", tone="good"))
    bad = tile_html(Tile(label="a", figure="1", change="−12 % on the day before", tone="bad"))
    assert "fd-good" in good
    assert "+12 % on the day before" in good
    assert "fd-bad" in bad
    assert "−12 % on the day before" in bad


def test_a_hostile_label_stays_text() -> None:
    html = tile_html(Tile(label="<b>", figure="<i>", exact='"x', change="<u>", meaning='"><s>'))
    for tag in ("<b>", "<i>", "<u>", "<s>"):
        assert tag not in html


def test_the_line_rises_where_the_figures_do() -> None:
    points = _path([1.0, 2.0, 4.0])
    assert [x for x, _ in points] == [0.0, 50.0, 100.0]
    heights = [y for _, y in points]
    assert heights[0] > heights[1] > heights[2]
    # halfway up in value between the second and the ends: 1 of 3 parts of the span
    assert round((heights[0] - heights[1]) / (heights[0] - heights[2]), 2) == 0.33


def test_a_day_that_is_not_known_breaks_the_line() -> None:
    encoded = re.search(r"base64,([A-Za-z0-9+/=]+)", sparkline([1.0, None, 3.0, 4.0]))
    assert encoded
    assert base64.b64decode(encoded[1]).decode().count("M") == 2


def test_a_flat_line_is_drawn_and_a_single_day_is_not() -> None:
    assert len({y for _, y in _path([5.0, 5.0, 5.0])}) == 1
    assert sparkline([5.0]) == ""
    assert sparkline([None, 5.0, None]) == ""
    assert sparkline([]) == ""
