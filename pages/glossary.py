"""Glossary: what every figure counts, how it is reckoned, and what Amazon calls it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from core.domain.catalogue import METRICS
from core.domain.metrics import Dataset, Metric
from core.domain.views import Screen
from core.insight.glossary import (
    UNITS,
    available_since,
    first_days,
    found,
    glossary_sheet,
    is_fetched,
    measured_words,
)
from core.web.context import PageContext
from core.web.parts import downloads, filters, header, paging, states, table
from core.web.parts.filters import Choices
from core.web.parts.markup import esc
from core.web.parts.table import Head

PAGE_ROWS = 40
_HEADS = [
    Head("Figure", is_number=False),
    Head("What it counts", is_number=False),
    Head("How it is reckoned", is_number=False),
    Head(
        "Available since",
        is_number=False,
        meaning="The first day of which it is told here. Not fetched: Amazon reports the figure, "
        "but Flightdeck does not ask for it.",
    ),
    Head("Amazon's names", is_number=False),
]


def render(ctx: PageContext) -> None:
    """Draw the metrics that a search leaves, a page at a time. The same text stands in tooltips."""
    header.title(
        "Glossary",
        about=f"{len(METRICS)} figures, each defined once: screens, files and tooltips read these.",
    )
    today = ctx.now.date()
    choices = Choices(last_day=today, first_day=today)
    view = filters.bar(Screen.GLOSSARY, choices, parts={"text"})
    entries = found(view.text)
    if not entries:
        states.empty(f"No figure is called or described by {view.text!r}. Try a shorter word.")
        return
    pages = -(-len(entries) // PAGE_ROWS)
    page = min(view.page, pages)
    shown = entries[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    with ctx.desk() as desk:
        firsts = first_days(desk)
    rows = [_cells(entry, firsts) for entry in shown]
    table.figures(_HEADS, rows, name=f"{len(entries)} figures")
    downloads.sheet_menu(
        ctx, lambda: glossary_sheet(entries, firsts), name="glossary", key="glossary.file"
    )
    paging.draw(view, page, pages)


def _cells(entry: Metric, firsts: Mapping[Dataset, date]) -> list[str]:
    caveat = f"<br><small>{esc(entry.caveat)}</small>" if entry.caveat else ""
    since = f"<br><small>by Amazon since {entry.since:%-d %b %Y}</small>" if entry.since else ""
    return [
        f"{esc(entry.name)}<br><small>{esc(_short(entry))}</small>",
        f"{esc(entry.description)}{caveat}",
        esc(measured_words(entry)),
        _since(entry, firsts) + since,
        _wire(entry),
    ]


def _since(entry: Metric, firsts: Mapping[Dataset, date]) -> str:
    if not is_fetched(entry):
        return "not fetched"
    here = available_since(entry, firsts)
    return f"{here:%-d %b %Y}" if here else "not loaded yet"


def _short(entry: Metric) -> str:
    return " · ".join(filter(None, (entry.short, entry.stage.value, UNITS[entry.unit])))


def _wire(entry: Metric) -> str:
    """Return the names in three generations of reports, each with its generation."""
    names = (("v3", entry.v3), ("v1", entry.v1), ("earlier", entry.legacy))
    told = (
        f'<small>{generation}</small> <code class="fd-nowrap">{esc(name)}</code>'
        for generation, name in names
        if name
    )
    return "<br>".join(told) or "<small>reckoned by Flightdeck</small>"
