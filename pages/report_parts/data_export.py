"""Rows of the base facts as a file: cut as finely as Amazon tells, up to a million of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

import streamlit as st

from core.domain.catalogue import METRICS, metric
from core.domain.metrics import Dataset
from core.domain.periods import Preset, preset_range, yesterday
from core.domain.roles import Action
from core.insight.trend import choices
from core.lake.export import ExportNote
from core.lake.question import Among, Question
from core.lake.schema import UNKNOWN
from core.reports.file_specs import QuestionFile
from core.store.accounts.advertisers import Advertiser
from core.web.context import PageContext
from core.web.parts import downloads, states
from core.web.parts.filters import PRESET_WORDS
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc

_CUTS = {
    "day": "Day",
    "order_id": "Order",
    "line_item_id": "Line item",
    "creative_id": "Creative",
}
_NAMED = {"advertiser_id", "order_id", "line_item_id", "creative_id"}
_USUAL = ("impressions", "clicks", "total_cost", "total_purchases", "total_sales")


def draw(ctx: PageContext, advertisers: Mapping[str, Advertiser]) -> None:
    """Draw the choices, how many rows they lead to, and the file."""
    if not ctx.may(Action.DOWNLOAD) or not advertisers:
        return
    with st.expander("Rows of data, to work with elsewhere", icon=":material/table_rows:"):
        left, right = st.columns(2, gap="medium")
        with left:
            days: Preset | None = st.selectbox(
                "Days", list(Preset), index=list(Preset).index(Preset.LAST_30), key="data.days",
                format_func=PRESET_WORDS.__getitem__,
            )  # fmt: skip
            chosen = st.multiselect(
                "Advertisers", list(advertisers), key="data.advertisers", placeholder="All",
                format_func=lambda a: advertisers[a].name,
            )  # fmt: skip
        with right:
            cuts = st.multiselect("A row for each", list(_CUTS), default=["day", "order_id"],
                                  key="data.cuts", format_func=_CUTS.__getitem__)  # fmt: skip
            metrics = st.multiselect(
                "Figures", [m.key for m in choices()], default=list(_USUAL), key="data.metrics",
                format_func=lambda key: METRICS[key].name,
            )  # fmt: skip
        if metrics:
            meant = [advertisers[a] for a in chosen or advertisers]
            _draw_file(ctx, _question(ctx, meant, days, cuts, metrics), meant)


def _question(
    ctx: PageContext,
    meant: list[Advertiser],
    days: Preset | None,
    cuts: list[str],
    metrics: list[str],
) -> Question:
    # Amounts are never added up over currencies: a row is one advertiser's.
    last = min(yesterday(ctx.now, a.timezone) for a in meant)
    fields = [cut for cut in _CUTS if cut in cuts]
    by = (*(f for f in fields if f == "day"), "advertiser_id", "currency")
    return Question(
        Dataset.CAMPAIGN,
        tuple(metrics),
        preset_range(days or Preset.LAST_30, last),
        by=(*by, *(f for f in fields if f != "day")),
        where=(Among("advertiser_id", frozenset(str(a.advertiser_id) for a in meant)),),
    )


def _draw_file(ctx: PageContext, question: Question, meant: list[Advertiser]) -> None:
    with ctx.reader() as reader:
        rows = reader.ask(replace(question, limit=1)).total or 0
        generation = reader.manifest.generation
    if not rows:
        states.notice("", "No row is known for these choices.")
        return
    most = ctx.services.settings.download_rows_max
    cut = f", of which a file holds {most:,}" if rows > most else ""
    draw_html(f'<p class="fd-muted">{esc(f"{rows:,} rows{cut}; {question.days}.")}</p>')
    currencies = {a.currency for a in meant} - {UNKNOWN}
    lines = (
        f"Days: {question.days}, in each advertiser's own time zone",
        f"Figures: {', '.join(metric(key).name for key in question.metrics)}",
        f"Advertisers: {', '.join(a.name for a in meant)}",
        f"Lake generation: {generation}",
    )
    only = next(iter(currencies)) if len(currencies) == 1 else None
    note = ExportNote(lines, defines_metrics=True, currency=only)
    spec = QuestionFile(replace(question, by=tuple(_with_names(question.by))), generation, note)
    asked = {
        "days": str(question.days),
        "by": ",".join(question.by),
        "figures": ",".join(question.metrics),
        "whose": ",".join(a.advertiser_id for a in meant),
    }
    key = f"data.file.{downloads.mark(asked)}"
    downloads.menu(ctx, lambda: spec, name="rows", key=key, rows=rows)


def _with_names(fields: Iterable[str]) -> Iterator[str]:
    """Yield the fields of a file, each id followed by its name as it is today."""
    for name in fields:
        yield name
        if name in _NAMED:
            yield f"{name.removesuffix('_id')}_name"
