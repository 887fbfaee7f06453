"""Grids: columns in order, units and decimals from the catalogue, totals that may say n/a."""

from __future__ import annotations

from decimal import Decimal

import pyarrow as pa

from core.domain.catalogue import metric
from core.web.parts.table import Column, column_of, drawable, small_html, totals_html


def test_only_the_columns_asked_for_are_drawn_and_in_their_order() -> None:
    rows = pa.table({"a": ["x"], "b": [1], "secret": ["y"]})
    drawn = drawable(
        rows, [Column(field="b", title="B", kind="count"), Column(field="a", title="A")]
    )
    assert drawn.column_names == ["b", "a"]


def test_exact_decimals_become_what_the_browser_draws() -> None:
    rows = pa.table({"cost": [Decimal("1.25"), None], "rate": [Decimal("0.0125"), None]})
    drawn = drawable(
        rows,
        [
            Column(field="cost", title="Cost", kind="money", currency="USD"),
            Column(field="rate", title="CTR", kind="rate"),
        ],
    )
    assert drawn.to_pydict() == {"cost": [1.25, None], "rate": [1.25, None]}


def test_ids_beyond_53_bits_stay_exact() -> None:
    rows = pa.table({"id": ["9223372036854775807"]})
    drawn = drawable(rows, [Column(field="id", title="Id", kind="id")])
    assert drawn["id"].to_pylist() == ["9223372036854775807"]


def test_a_metrics_column_brings_its_name_unit_and_meaning() -> None:
    column = column_of(metric("total_cost"), currency="EUR")
    assert column.title == f"{metric('total_cost').name}, EUR"
    assert column.kind == "money"
    assert column.meaning.startswith(metric("total_cost").description)
    assert column_of(metric("ctr")).kind == "rate"
    assert column_of(metric("impressions")).kind == "count"
    assert column_of(metric("total_roas")).kind == "decimal"


def test_a_total_that_means_nothing_says_so() -> None:
    html = totals_html([("Cost", "$1"), ("Reach", "n/a")])
    assert "<dt>Reach</dt><dd>n/a</dd>" in html


def test_a_short_list_is_a_table_with_row_headings() -> None:
    html = small_html(["Name", "Role"], [["Ann", "owner"]], name='Members "of" us')
    assert '<th scope="row">Ann</th><td>owner</td>' in html
    assert "&quot;of&quot;" in html
