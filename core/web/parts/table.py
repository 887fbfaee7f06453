"""Tables. `grid` for rows of figures, `small` for short lists of words.

A grid is Streamlit's own table over Arrow: it sorts, resizes and searches in the browser, and
loads its rows lazily when there are many. Names are drawn as text on a canvas and cannot be markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import pyarrow as pa
import pyarrow.compute as pc
import streamlit as st

from core.domain.metrics import Metric, Unit
from core.domain.money import minor_units
from core.web.parts.markup import draw, esc, literal

LAZY_FROM_ROWS = 2_000
_ROW_PIXELS = 35
_ROWS_SHOWN = 15

Kind = Literal["text", "id", "count", "money", "rate", "decimal", "day", "bar"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a grid.

    field     its name in the Arrow table
    title     its heading, with the unit ("Total cost, USD")
    kind      how it is shown; money needs `currency` for its decimals
    meaning   what it counts, shown on hover of the heading
    frozen    stays in sight while the others scroll; usually the first
    """

    field: str
    title: str
    kind: Kind = "text"
    currency: str = ""
    meaning: str = ""
    frozen: bool = False


def column_of(metric: Metric, *, currency: str = "", field: str = "") -> Column:
    """Return the column of a metric of the catalogue: its name, unit, description and decimals."""
    kinds: Mapping[Unit, Kind] = {
        Unit.COUNT: "count",
        Unit.MONEY: "money",
        Unit.RATE: "rate",
        Unit.MULTIPLE: "decimal",
        Unit.AVERAGE: "decimal",
        Unit.HOURS: "decimal",
    }
    unit = f", {currency}" if metric.unit is Unit.MONEY and currency else ""
    return Column(
        field=field or metric.key,
        title=f"{metric.name}{unit}",
        kind=kinds[metric.unit],
        currency=currency,
        meaning=" ".join(filter(None, (metric.description, metric.caveat))),
    )


def grid(
    rows: pa.Table,
    columns: Sequence[Column],
    *,
    key: str,
    name: str,
    totals: Sequence[tuple[str, str]] = (),
) -> None:
    """Draw rows of figures.

    Columns appear in the order given, whatever else the table holds. `totals` are pairs of a
    heading and its total as text, drawn below; "n/a" where a total means nothing (reach).
    `name` tells screen readers what the table is.
    """
    shown = drawable(rows, columns)
    st.dataframe(
        shown,
        key=key,
        hide_index=True,
        lazy=True if rows.num_rows > LAZY_FROM_ROWS else None,
        height=_ROW_PIXELS * (min(max(rows.num_rows, 1), _ROWS_SHOWN) + 1) + 3,
        row_height=_ROW_PIXELS,
        column_config={column.field: _config(column) for column in columns},
        alt=f"{name}, {rows.num_rows:,} rows",
        placeholder="n/a",
    )
    if totals:
        draw(totals_html(totals))


def drawable(rows: pa.Table, columns: Sequence[Column]) -> pa.Table:
    """Return the columns in order, in types that the browser draws: decimals as floats, and
    rates as percentages.
    """
    drawn = []
    for column in columns:
        values = rows.column(column.field)
        if column.kind in {"money", "rate", "decimal", "bar"}:
            values = values.cast(pa.float64())
        if column.kind in {"rate", "bar"}:
            values = pc.multiply(values, 100.0)
        drawn.append(values)
    return pa.Table.from_arrays(drawn, names=[column.field for column in columns])


def totals_html(totals: Sequence[tuple[str, str]]) -> str:
    """Return a line of totals as HTML."""
    pairs = "".join(
        f"<div><dt>{esc(title)}</dt><dd>{esc(total)}</dd></div>" for title, total in totals
    )
    return f'<dl class="fd-totals" aria-label="Totals">{pairs}</dl>'


def small(heads: Sequence[str], rows: Sequence[Sequence[str]], *, name: str) -> None:
    """Draw a short list as a real HTML table. Cells are HTML made of `markup`'s functions."""
    draw(small_html(heads, rows, name=name))


def small_html(heads: Sequence[str], rows: Sequence[Sequence[str]], *, name: str) -> str:
    """Return a short list as HTML; the first cell of a row is its heading."""
    top = "".join(f'<th scope="col">{esc(head)}</th>' for head in heads)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{cell}</td>" for cell in rest)}</tr>'
        for first, *rest in rows
    )
    table = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
    return (
        f'<div class="fd-scroll" tabindex="0" role="region" aria-label="{esc(name)}">{table}</div>'
    )


@dataclass(frozen=True, slots=True)
class Head:
    """The heading of a column of `figures`: a number is set right, `meaning` shows on hover."""

    title: str
    is_number: bool = True
    meaning: str = ""


def figures(
    heads: Sequence[Head],
    rows: Sequence[Sequence[str]],
    *,
    name: str,
    totals: Sequence[str] = (),
) -> None:
    """Draw rows of words and figures as a real HTML table that keeps its first column in sight.

    Cells are HTML made of `markup`'s functions; `totals` is a last row, in step with the heads.
    For what a person reads: a page of some fifty rows at most.
    """
    draw(figures_html(heads, rows, name=name, totals=totals))


def figures_html(
    heads: Sequence[Head],
    rows: Sequence[Sequence[str]],
    *,
    name: str,
    totals: Sequence[str] = (),
) -> str:
    """Return the table of `figures` as HTML."""
    marks = [' class="fd-num"' if head.is_number else "" for head in heads]
    top = "".join(
        f'<th scope="col"{mark} title="{esc(head.meaning)}">{esc(head.title)}</th>'
        for mark, head in zip(marks, heads, strict=True)
    )
    body = "".join(f"<tr>{_figure_cells(row, marks)}</tr>" for row in rows)
    foot = f"<tfoot><tr>{_figure_cells(totals, marks)}</tr></tfoot>" if totals else ""
    table = f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody>{foot}</table>"
    return (
        f'<div class="fd-scroll" tabindex="0" role="region" aria-label="{esc(name)}">{table}</div>'
    )


def _figure_cells(row: Sequence[str], marks: Sequence[str]) -> str:
    first, *rest = row
    cells = (f"<td{mark}>{cell}</td>" for mark, cell in zip(marks[1:], rest, strict=True))
    return f'<th scope="row">{first}</th>{"".join(cells)}'


def _config(column: Column) -> Any:
    told: dict[str, Any] = {
        "label": literal(column.title),
        "help": literal(column.meaning) or None,
        "pinned": column.frozen or None,
    }
    if column.kind in {"text", "id"}:
        return st.column_config.TextColumn(**told)
    if column.kind == "day":
        return st.column_config.DateColumn(**told, format="D MMM YYYY")
    if column.kind == "bar":
        return st.column_config.ProgressColumn(
            label=told["label"], help=told["help"], min_value=0, max_value=100, format="%.0f %%"
        )
    return st.column_config.NumberColumn(**told, format=_number_format(column), alignment="right")


def _number_format(column: Column) -> str:
    if column.kind == "count":
        return "localized"
    if column.kind == "rate":
        return "%.2f %%"
    return f"%,.{minor_units(column.currency) if column.kind == 'money' else 2}f"
