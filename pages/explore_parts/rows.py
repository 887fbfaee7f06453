"""The table of a cut: a page of rows, their order, and the file of all of them."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import streamlit as st

from core.domain.formats import ABSENT, MINUS, percent
from core.domain.metrics import Metric
from core.domain.views import Screen, Sort, View, query
from core.insight.cut_table import CutRow, CutTable
from core.insight.explore_sheets import cut_sheet
from core.insight.history import of
from core.reports.file_specs import TableFile
from core.reports.parts.explore import inside, unit_of
from core.reports.parts.explore_lines import TOO_LITTLE, counted, plural
from core.web.context import PageContext
from core.web.parts import downloads, filters, paging, table
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, named
from core.web.parts.table import Head
from core.web.parts.words import about, share, shown, tone_of


def draw(ctx: PageContext, view: View, found: CutTable, words: str, generation: int) -> None:
    """Draw the table with its choices; `words` say what changes are held against.

    `generation` is that of the lake that it was found in.
    """
    currency = found.group.currency
    section(plural(found), beside=counted(found))
    draw_html(f'<p class="fd-muted">{esc(found.standing.sentence)}</p>')
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _draw_sort(view, found)
        name, asked = found.cut.plural, query(replace(view, page=1))
        downloads.table_menu(
            ctx,
            lambda: cut_sheet(found),
            TableFile(name.capitalize(), Screen.EXPLORE, asked, currency, generation),
            rows=len(found.rows),
            name=name,
            key=f"explore.file.{currency}",
        )
    columns = _Columns(found, words)
    table.figures(
        columns.heads(),
        [columns.cells(row) for row in found.shown],
        name=f"{found.cut.name}, {len(found.rows):,} rows",
        totals=columns.totals(),
    )
    paging.draw(view, found.page, found.pages)


class _Columns:
    """The columns of one table, heading by heading and cell by cell."""

    def __init__(self, found: CutTable, words: str) -> None:
        self._found = found
        self._words = words
        self._currency = found.group.currency
        self._entries = [m for m in found.metrics if m.key != found.size.key]

    def heads(self) -> list[Head]:
        """Return the headings, with units."""
        found = self._found
        size, earned = inside(found.size.label), inside(found.earned.label)
        index = (
            [Head("Index", meaning=f"Its share of {earned} over its share of {size}: above 100 it "
                                   "brings more than it takes.")]
            if found.has_index
            else []
        )  # fmt: skip
        return [
            Head(found.cut.name, is_number=False),
            Head(unit_of(found.size, self._currency), meaning=about(found.size)),
            Head(f"Share of {size}"),
            Head(f"Share of {earned}"),
            *index,
            *(Head(unit_of(entry, self._currency), meaning=about(entry))
              for entry in self._entries),
        ]  # fmt: skip

    def cells(self, row: CutRow) -> list[str]:
        """Return one row, as HTML."""
        found = self._found
        note = f"<br><small>{esc(row.note)}</small>" if row.note else ""
        index = [self._index(row)] if found.has_index else []
        return [
            f"{named(row.name)}{note}",
            self._size(row),
            share(row.share),
            share(row.earned),
            *index,
            *(self._figure(row, entry) for entry in self._entries),
        ]

    def totals(self) -> list[str]:
        """Return the last row, or none where rows may not be added up."""
        found = self._found
        if found.total is None:
            return []
        whole = found.total
        is_whole = share(Decimal(1))
        index = ["100"] if found.has_index else []
        return [
            f"All {len(found.rows):,}",
            esc(shown(found.size, of(found.size, whole.now), self._currency)),
            is_whole,
            is_whole if whole.now.get(found.earned.key) else ABSENT,
            *index,
            *(
                esc(shown(entry, of(entry, whole.now), self._currency))
                for entry in self._entries
            ),
        ]  # fmt: skip

    def _size(self, row: CutRow) -> str:
        entry = self._found.size
        first = shown(entry, row.value(entry), self._currency)
        return _two(esc(first), self._change(row, entry))

    def _figure(self, row: CutRow, entry: Metric) -> str:
        value = row.value(entry)
        told = esc(shown(entry, value, self._currency))
        if value is None:
            return ABSENT
        if entry.is_ratio and not self._found.is_firm(row, entry):
            return _two(f'<span class="fd-muted">{told}</span>', TOO_LITTLE)
        return _two(told, self._change(row, entry))

    def _change(self, row: CutRow, entry: Metric) -> str:
        """Return a change as HTML; "" where nothing may be compared."""
        moved = row.change(entry)
        if moved is None or not self._found.may_compare(row, entry):
            return ""
        sign = "+" if moved > 0 else MINUS if moved < 0 else ""
        tone = tone_of(entry, moved)
        css = f' class="fd-{tone}"' if tone in {"good", "bad"} else ""
        before = esc(shown(entry, row.before(entry), self._currency))
        title = f' title="{esc(self._words)}, from {before}"'
        return f"<span{css}{title}>{sign}{percent(abs(moved))}</span>"

    def _index(self, row: CutRow) -> str:
        if row.index is None:
            return ABSENT
        told = f"{row.index * 100:,.0f}"
        if not self._found.is_firm(row, self._found.earned):
            return _two(f'<span class="fd-muted">{told}</span>', TOO_LITTLE)
        return told


def _two(first: str, second: str) -> str:
    """Return a figure with a smaller one below it."""
    return f"{first}<br><small>{second}</small>" if second else first


def _draw_sort(view: View, found: CutTable) -> None:
    sorts = _sorts(found)
    key = f"explore.sort.{found.group.currency}"
    st.session_state[key] = found.sort if found.sort in sorts else next(iter(sorts))

    def picked() -> None:
        chosen = st.session_state[key]
        default = chosen == next(iter(sorts))
        filters.show(replace(view, sort=None if default else chosen, page=1))

    st.selectbox("Order by", list(sorts), key=key, format_func=sorts.__getitem__, on_change=picked,
                 width=260)  # fmt: skip


def _sorts(found: CutTable) -> dict[Sort, str]:
    """Return the orders there are: the largest first, each metric both ways, names."""
    told = {Sort(found.size.key): f"{found.size.label}, largest first"}
    for entry in found.metrics:
        if entry.key != found.size.key:
            told[Sort(entry.key)] = f"{entry.label}, highest first"
            told[Sort(entry.key, descending=False)] = f"{entry.label}, lowest first"
    told[Sort("name", descending=False)] = "Name, A to Z"
    return told
