"""Goals: what a figure is to reach, for an advertiser or one of its orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import streamlit as st

from core.domain.catalogue import METRICS
from core.domain.content import can_be_aimed_at, good_direction, read_target, target_words
from core.domain.metrics import Metric, Unit
from core.domain.periods import ONE_DAY, DateRange, yesterday
from core.domain.roles import Action
from core.errors import UserError
from core.insight.trend import choices
from core.reports.words import shown
from core.store.accounts.advertisers import Advertiser
from core.store.content.goals import Aim, Goal
from core.web.context import PageContext
from core.web.parts import states
from core.web.parts.header import section
from pages.library_parts import shelf

HEADS = ("About", "Figure", "Goal", "Valid", "Note", "Changed")
ABOUT = (
    "A goal of an order takes the place of its KPI at Amazon; one of an advertiser speaks for "
    "those of its orders that are judged by the same figure. Figures are ratios and costs, since a "
    "sum grows with the days shown. The goals valid today are held against any days."
)


def draw(ctx: PageContext) -> None:
    """Draw the goals, and for those who may, the form that changes them."""
    with ctx.desk() as desk:
        names = shelf.names(desk)
        known = {str(a.advertiser_id): a for a in desk.tenant.advertisers.kept()}
        kept = desk.content.goals.all()
    if kept:
        rows = [_row(ctx, one, names, known.get(one.advertiser_id)) for one in kept]
        shelf.draw_table(ctx, HEADS, rows, name="Goals")
    else:
        states.empty("No goal is set yet: orders are judged by their KPIs at Amazon.")
    if ctx.may(Action.EDIT_CONTENT) and names.advertisers:
        _draw_form(ctx, kept, names, known)


def _row(ctx: PageContext, one: Goal, names: shelf.Names, whose: Advertiser | None) -> list[str]:
    currency = whose.currency if whose else ""
    entry = METRICS.get(one.metric)
    figure = entry.name if entry else "a figure that is no more"
    target = shown(entry, one.target, currency) if entry else str(one.target.normalize())
    return [
        names.of(one.advertiser_id, one.order_id),
        figure,
        f"{one.direction} {target}",
        _valid(one),
        one.note or "",
        shelf.changed(ctx, one.changed_at),
    ]


def _valid(one: Goal) -> str:
    if one.metric in METRICS and not can_be_aimed_at(METRICS[one.metric]):
        return "not judged: a sum grows with the days shown"
    if one.valid_to is None:
        return f"from {one.valid_from:%-d %b %Y}"
    return str(DateRange(one.valid_from, one.valid_to))


def _draw_form(
    ctx: PageContext,
    kept: Sequence[Goal],
    names: shelf.Names,
    known: Mapping[str, Advertiser],
) -> None:
    section("Set a goal", beside=ABOUT)
    by_id = {one.id: one for one in kept}

    def called(key: str) -> str:
        if key == shelf.NEW:
            return "A new goal"
        one = by_id[key]
        figure = METRICS[one.metric].name if one.metric in METRICS else one.metric
        return f"{figure}, {names.of(one.advertiser_id, one.order_id)}"

    key = st.selectbox(
        "Goal",
        [shelf.NEW, *by_id],
        format_func=called,
        key=shelf.place_of("goal", "which"),
        width=480,
    )
    one, place = by_id.get(key), shelf.place_of("goal", key)
    advertiser_id, order_id = shelf.ask_about(
        names,
        one.advertiser_id if one else None,
        one.order_id if one else None,
        place,
        whole=False,
    )
    if advertiser_id is None:
        return
    today = yesterday(ctx.now, known[advertiser_id].timezone) + ONE_DAY
    entry = _ask_figure(one, place)
    with st.form(f"{place}.form", border=False):
        left, middle, right = st.columns([2, 1, 1])
        target = left.text_input(
            f"{entry.name} shall be {good_direction(entry)}{_UNITS.get(entry.unit, '')}",
            target_words(one.target, entry.unit) if one and one.metric == entry.key else "",
            help="In the advertiser's currency, for amounts." if entry.unit is Unit.MONEY else None,
        )
        first = middle.date_input("From", one.valid_from if one else today, format="DD/MM/YYYY")
        last = right.date_input(
            "To", one.valid_to if one else None, format="DD/MM/YYYY",
            help="Empty: until it is changed.",
        )  # fmt: skip
        note = st.text_input("Note", (one.note or "") if one else "", max_chars=300)
        if st.form_submit_button("Save", type="primary"):
            _save(ctx, one, entry, advertiser_id, order_id, target, first, last, note)
    if one is not None:
        shelf.remove_button(ctx, "library.goal.remove", lambda c: c.goals.remove(one.id))


_UNITS = {Unit.RATE: ", in percent"}


def _ask_figure(one: Goal | None, place: str) -> Metric:
    offered = {m.key: m for m in choices() if can_be_aimed_at(m)}
    keys = list(offered)
    present = one.metric if one and one.metric in offered else "total_roas"
    chosen = st.selectbox(
        "Figure",
        keys,
        index=keys.index(present),
        format_func=lambda key: offered[key].name,
        key=f"{place}.figure",
        width=480,
    )
    return offered[chosen]


def _save(
    ctx: PageContext,
    one: Goal | None,
    entry: Metric,
    advertiser_id: str,
    order_id: str | None,
    target: str,
    first: date,
    last: date | None,
    note: str,
) -> None:
    direction = good_direction(entry)
    if direction is None:
        return
    try:
        aim = Aim(
            advertiser_id=advertiser_id,
            order_id=order_id,
            metric=entry.key,
            direction=direction,
            target=read_target(target, entry.unit),
            valid_from=first,
            valid_to=last,
            note=note,
        )
    except UserError as error:
        states.notice("bad", str(error))
        return
    if one is None:
        shelf.make(ctx, lambda content: content.goals.add(aim, ctx.now))
    else:
        shelf.make(ctx, lambda content: content.goals.change(one.id, aim, ctx.now))
