"""The table: a page of rows, each cell a figure over its change."""

from __future__ import annotations

from dataclasses import replace

from core.domain.catalogue import METRICS
from core.domain.formats import ABSENT, change
from core.domain.metrics import Metric, Unit
from core.domain.views import Level, View, query
from core.insight.history import Amount, Figure
from core.insight.performance.evidence import ENOUGH, evidence
from core.insight.performance.levels import ONE, into
from core.insight.performance.standouts import Standouts
from core.insight.performance.table import Row, Table
from core.reports.parts.performance_lines import (
    counted,
    many,
    no_rows,
    standout_words,
    thin_words,
)
from core.reports.words import about, amount, shown, tone_of, trail
from core.web.context import PageContext
from core.web.parts import paging, table
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, link, named
from core.web.parts.table import Head
from core.web.parts.tiles import sparkline
from core.web.parts.words import said

_LINE_DAYS = 120


def draw_head(found: Table, *, currency: str = "") -> None:
    """Draw how many rows there are, and which of them are shown; `currency` where it is one of
    several.
    """
    section(f"{many(found)}, {currency}" if currency else many(found), beside=counted(found))


def draw_standouts(found: Standouts | None, currency: str) -> None:
    """Draw the best and the worst of the column sorted by, and how many could not be judged."""
    if found is not None:
        draw_html(f'<p class="fd-muted">{said(standout_words(found, currency))}</p>')


def draw(ctx: PageContext, view: View, found: Table) -> None:
    """Draw the page of rows with its totals; a sentence when there is none."""
    if not found.total:
        draw_html(f'<p class="fd-muted">{esc(no_rows(found))}</p>')
        return
    drawn = _Rows(ctx, view, found)
    table.figures(
        drawn.heads(),
        [drawn.cells(row) for row in found.rows],
        name=f"{ONE[found.level].capitalize()}s, {found.total:,}",
        totals=drawn.totals(),
    )
    if found.thin:
        draw_html(f'<p class="fd-muted">{esc(thin_words(found))}</p>')


def draw_pages(view: View, found: Table) -> None:
    """Draw the choice of a page."""
    paging.draw(view, found.page, found.pages)


class _Rows:
    """The cells of one table."""

    def __init__(self, ctx: PageContext, view: View, found: Table) -> None:
        self._ctx = ctx
        self._view = view
        self._found = found
        self._currency = found.group.currency
        self._tells_advertiser = (
            len(found.group.advertisers) > 1 and found.level is not Level.ADVERTISER
        )

    def heads(self) -> list[Head]:
        """Return the headings, with units."""
        line = f"{self._found.trend.name} by day; its scale begins at the lowest day."
        return [
            Head(ONE[self._found.level].capitalize(), is_number=False),
            Head(f"{self._found.trend.label} by day", is_number=False, meaning=line),
            *(self._head(entry) for entry in self._found.columns),
        ]

    def _head(self, entry: Metric) -> Head:
        unit = f", {self._currency}" if entry.unit is Unit.MONEY else ""
        return Head(f"{entry.label}{unit}", meaning=about(entry))

    def cells(self, row: Row) -> list[str]:
        """Return one row, as HTML."""
        figures = (self._figure(f, is_thin=f.metric.key in row.thin) for f in row.figures)
        return [self._name(row), _line(row.trail), *figures]

    def _name(self, row: Row) -> str:
        """Return the name, leading to what the row is made of, over what tells it from others."""
        deeper = into(self._view, row.key)
        told = link(self._at(deeper), row.name) if deeper else named(row.name)
        below = [] if row.entity_id == row.name else [esc(row.entity_id)]
        if self._tells_advertiser:
            below.append(esc(row.advertiser))
        if row.order and not self._view.orders:
            inside = replace(self._view, orders=(row.order_id,), text="", page=1)
            below.append(f"in {link(self._at(inside), row.order)}")
        small = "".join(f"<br><small>{line}</small>" for line in below)
        return f'<div class="fd-name">{told}{small}</div>'

    def _at(self, view: View) -> str:
        return self._ctx.path("performance", **query(view))

    def totals(self) -> list[str]:
        """Return the last row: sums, and ratios of sums, over all rows and not just this page."""
        figures = (
            _titled(ABSENT, self._found.reasons[f.metric.key])
            if f.value is None and f.metric.key in self._found.reasons
            else self._figure(f)
            for f in self._found.totals
        )
        return [f"All {self._found.total:,}", _line(self._found.total_trail), *figures]

    def _figure(self, figure: Figure, *, is_thin: bool = False) -> str:
        entry, value = figure.metric, self._told(figure.metric, figure.value)
        if is_thin and figure.value is not None:
            events = METRICS[evidence(entry) or entry.key].name.lower()
            title = esc(f"rests on fewer than {ENOUGH} {events}")
            return f'<span class="fd-thin" title="{title}">{value}</span>'
        moved = self._change(figure)
        return f"{value}<br><small>{moved}</small>" if moved else value

    def _told(self, entry: Metric, value: Amount) -> str:
        is_money = entry.unit is Unit.MONEY
        if value is None and entry.key in self._found.reasons:
            return _titled(ABSENT, self._found.reasons[entry.key])
        told = amount(value, self._currency) if is_money else shown(entry, value, self._currency)
        return esc(told)

    def _change(self, figure: Figure) -> str:
        """Return a change as HTML; "" where nothing can be compared."""
        told = change(figure.alike, figure.before, "").strip()
        if figure.before is None or told == ABSENT:
            return ""
        tone = tone_of(figure.metric, figure.change)
        css = f' class="fd-{tone}"' if tone in {"good", "bad"} else ""
        before = shown(figure.metric, figure.before, self._currency)
        return f'<span{css} title="from {esc(before)}">{esc(told)}</span>'


def _line(values: tuple[Amount, ...]) -> str:
    step = 1 + len(values) // _LINE_DAYS
    return sparkline(trail(values[::-step][::-1]), element="div")


def _titled(text: str, title: str) -> str:
    return f'<span title="{esc(title)}">{esc(text)}</span>'
