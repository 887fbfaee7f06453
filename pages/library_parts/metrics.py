"""Metrics of one's own: formulas over Amazon's figures, checked while they are written."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.catalogue import METRICS, formula_words
from core.domain.custom_metrics import TEXT_MAX, checked
from core.domain.metrics import Better, Stage, Unit
from core.domain.roles import Action
from core.errors import UserError
from core.insight.own_metrics import as_metric, checked_all
from core.store.content.own_metrics import Definition, OwnMetric
from core.web.context import PageContext
from core.web.parts import states
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, link
from pages.library_parts import shelf

HEADS = ("Metric", "Formula", "Shown as", "Better", "Stage", "Changed")
ABOUT = "They can be chosen wherever Amazon's figures can: charts, tables, files, goals, glossary."
UNITS = {
    Unit.COUNT: "a count",
    Unit.MONEY: "money",
    Unit.RATE: "a percentage",
    Unit.MULTIPLE: "a multiple (4.31)",
    Unit.AVERAGE: "a plain number",
    Unit.HOURS: "hours",
}
_BETTER = {Better.UP: "more is better", Better.DOWN: "less is better", Better.NEITHER: "neither"}
_STAGES = tuple(Stage)


def draw(ctx: PageContext) -> None:
    """Draw the organization's metrics, and for those who may, the form that changes them."""
    with ctx.reading_content() as content:
        kept = content.own_metrics.all()
    broken = checked_all(kept).broken
    for one in kept:
        if reason := broken.get(one.key):
            states.notice("warn", f"“{one.name}” is left out of every screen: {reason}")
    if kept:
        shelf.draw_table(ctx, HEADS, [_row(ctx, one) for one in kept], name="Metrics")
    else:
        states.empty(f"No metric of your own is defined yet. {ABOUT}")
    if ctx.may(Action.EDIT_CONTENT) and ctx.scope.advertiser_ids is None:
        _draw_form(ctx, kept)


def _row(ctx: PageContext, one: OwnMetric) -> list[str]:
    known = METRICS.get(one.key)
    return [
        one.name,
        formula_words(known) if known else one.formula,
        UNITS[one.unit],
        _BETTER[one.better],
        one.stage.capitalize(),
        shelf.changed(ctx, one.changed_at),
    ]


def _draw_form(ctx: PageContext, kept: Sequence[OwnMetric]) -> None:
    section("Define a metric", beside="for everybody in your organization")
    by_key = {one.key: one for one in kept}
    key = st.selectbox(
        "Metric",
        [shelf.NEW, *by_key],
        format_func=lambda key: by_key[key].name if key else "A new metric",
        key=shelf.place_of("metric", "which"),
        width=480,
    )
    one, place = by_key.get(key), shelf.place_of("metric", key)
    name = st.text_input("Name", one.name if one else "", max_chars=80, key=f"{place}.name")
    formula = st.text_input(
        "Formula",
        one.formula if one else "",
        max_chars=TEXT_MAX,
        key=f"{place}.formula",
        placeholder="([Total sales] - [Total cost]) / [Total cost]",
        help="Figures by their keys or by their names in brackets, numbers, + - * / and brackets.",
    )
    draw_html(f"<small>Every figure's name: {link(ctx.path('glossary'), 'Glossary')}</small>")
    units = _draw_check(formula)
    if units:
        _draw_rest(ctx, one, place, name, formula, units)
    if one is not None:
        shelf.remove_button(ctx, "library.metric.remove", lambda c: c.own_metrics.remove(one.key))


def _draw_check(formula: str) -> tuple[Unit, ...]:
    """Say how a formula is read, or what is wrong with it; return as what it can be shown."""
    if not formula.strip():
        return ()
    try:
        found = checked(formula, METRICS)
    except UserError as error:
        states.notice("bad", str(error))
        return ()
    names = {part: METRICS[part].name for part in found.formula.parts}
    draw_html(f"<p>Reads as: {esc(found.formula.words(names))}</p>")
    return found.units


def _draw_rest(
    ctx: PageContext,
    one: OwnMetric | None,
    place: str,
    name: str,
    formula: str,
    units: tuple[Unit, ...],
) -> None:
    left, middle, right = st.columns(3)
    unit = left.selectbox(
        "Shown as",
        units,
        index=units.index(one.unit) if one and one.unit in units else 0,
        format_func=UNITS.__getitem__,
        key=f"{place}.unit.{units[0]}",
    )
    betters = list(_BETTER)
    better = middle.selectbox(
        "Good news",
        betters,
        index=betters.index(one.better) if one else 0,
        format_func=_BETTER.__getitem__,
        key=f"{place}.better",
    )
    stage = right.selectbox(
        "Stage",
        _STAGES,
        index=_STAGES.index(one.stage) if one else 0,
        format_func=lambda stage: stage.capitalize(),
        key=f"{place}.stage",
    )
    description = st.text_input(
        "What it counts",
        one.description if one else "",
        max_chars=300,
        key=f"{place}.description",
        help="Stands in tooltips, files and the glossary.",
    )
    said = Definition(
        name=name, formula=formula, unit=unit, better=better, stage=stage, description=description
    )
    if st.button("Save", type="primary", key=f"{place}.save"):
        _save(ctx, one, said)


def _save(ctx: PageContext, one: OwnMetric | None, said: Definition) -> None:
    try:
        as_metric("own", said)
    except UserError as error:
        states.notice("bad", str(error))
        return
    if one is None:
        shelf.make(ctx, lambda content: content.own_metrics.add(said, ctx.now))
    else:
        shelf.make(ctx, lambda content: content.own_metrics.change(one.key, said, ctx.now))
