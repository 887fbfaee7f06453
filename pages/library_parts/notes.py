"""Annotations: what people know of some days that the figures do not say."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from core.domain.content import AnnotationKind
from core.domain.periods import DateRange
from core.domain.roles import Action
from core.store.content.annotations import Annotation, Told
from core.web.context import PageContext
from core.web.parts import states
from core.web.parts.header import section
from pages.library_parts import shelf

HEADS = ("What", "Kind", "Days", "About", "Changed")
ABOUT = "They stand as bands on the charts of those days, on screens and on paper."


def draw(ctx: PageContext) -> None:
    """Draw the annotations, and for those who may, the form that changes them."""
    with ctx.desk() as desk:
        names, kept = shelf.names(desk), desk.content.annotations.all()
    if kept:
        rows = [_row(ctx, one, names) for one in kept]
        shelf.draw_table(ctx, HEADS, rows, name="Annotations")
    else:
        states.empty("Nothing is noted yet: a promotion, a price, a stock-out, what moved figures.")
    if ctx.may(Action.EDIT_CONTENT):
        _draw_form(ctx, kept, names)


def _row(ctx: PageContext, one: Annotation, names: shelf.Names) -> list[str]:
    about = names.of(one.advertiser_id, one.order_id)
    when = shelf.changed(ctx, one.changed_at)
    return [one.words, one.kind.capitalize(), str(one.days), about, when]


def _draw_form(ctx: PageContext, kept: Sequence[Annotation], names: shelf.Names) -> None:
    section("Note something", beside=ABOUT)
    by_id = {one.id: one for one in kept}

    def called(key: str) -> str:
        return "A new annotation" if key == shelf.NEW else f"{by_id[key].words}, {by_id[key].days}"

    key = st.selectbox(
        "Annotation",
        [shelf.NEW, *by_id],
        format_func=called,
        key=shelf.place_of("note", "which"),
        width=480,
    )
    one, place = by_id.get(key), shelf.place_of("note", key)
    advertiser_id, order_id = shelf.ask_about(
        names,
        one.advertiser_id if one else None,
        one.order_id if one else None,
        place,
        whole=ctx.scope.advertiser_ids is None,
    )
    with st.form(f"{place}.form", border=False):
        kinds = list(AnnotationKind)
        left, middle, right = st.columns([1, 2, 1])
        kind = left.selectbox(
            "Kind", kinds, index=kinds.index(one.kind) if one else 0,
            format_func=lambda kind: kind.capitalize(),
        )  # fmt: skip
        words = middle.text_input("What happened", one.words if one else "", max_chars=300)
        today = ctx.now.date()
        days = right.date_input(
            "First and last day",
            (one.first_day, one.last_day) if one else (today, today),
            format="DD/MM/YYYY",
        )
        if st.form_submit_button("Save", type="primary"):
            _save(ctx, one, kind, words, days, advertiser_id, order_id)
    if one is not None:
        shelf.remove_button(ctx, "library.note.remove", lambda c: c.annotations.remove(one.id))


def _save(
    ctx: PageContext,
    one: Annotation | None,
    kind: AnnotationKind,
    words: str,
    days: object,
    advertiser_id: str | None,
    order_id: str | None,
) -> None:
    match days:
        case (date() as first, date() as last):
            chosen = DateRange(first, last)
        case (date() as only,):
            chosen = DateRange(only, only)
        case _:
            states.notice("bad", "Choose the first and the last day.")
            return
    told = Told(kind=kind, days=chosen, words=words, advertiser_id=advertiser_id, order_id=order_id)
    if one is None:
        shelf.make(ctx, lambda content: content.annotations.add(told, ctx.now))
    else:
        shelf.make(ctx, lambda content: content.annotations.change(one.id, told, ctx.now))
