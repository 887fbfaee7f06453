"""Events: the days that move shopping, as built in and as the organization has them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import streamlit as st

from core.domain.event_calendar import Event, EventCalendar, countries_of
from core.domain.periods import DateRange
from core.domain.roles import Action
from core.errors import UserError
from core.insight.calendar import calendar
from core.insight.sheets import event_sheet
from core.security.tokens import new_id
from core.web.context import PageContext
from core.web.parts import downloads, header, states, table
from core.web.parts.markup import esc, named, status

_ABOUT = (
    "Sales and holidays by country. They are shaded on charts, and pacing expects more or less "
    "of their days as the advertiser's own past shows. What Amazon has not announced, or what is "
    "yours alone, is added here."
)
_NEW = ""
_MADE = "events.made"


def render(ctx: PageContext) -> None:
    """Draw the calendar of one year, and for those who may, the form that changes it."""
    header.title("Events", about=_ABOUT)
    with ctx.desk() as desk:
        kept = calendar(desk.content)
        here = {a.country for a in desk.tenant.advertisers.kept() if a.country}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        year = _pick_year(ctx, kept)
        only_here = bool(here) and st.toggle(
            "Only countries of your advertisers", value=True, key="events.here"
        )
        shown = kept.within(_whole(year), here if only_here else ())
        hidden = [e for e in kept.hidden if e.days.intersection(_whole(year))]
        downloads.sheet_menu(
            ctx, lambda: event_sheet(shown, hidden), name=f"events {year}", key="events.file"
        )
    _draw_year(shown, hidden)
    if ctx.may(Action.EDIT_CONTENT) and ctx.scope.advertiser_ids is None:
        _draw_form(ctx, [*shown, *hidden], {e.key for e in hidden}, year)


def _pick_year(ctx: PageContext, kept: EventCalendar) -> int:
    years = sorted({e.days.start.year for e in (*kept.events, *kept.hidden)}, reverse=True)
    now = ctx.now.year if ctx.now.year in years else years[0]
    return int(st.selectbox("Year", years, index=years.index(now), key="events.year", width=120))


def _whole(year: int) -> DateRange:
    return DateRange(date(year, 1, 1), date(year, 12, 31))


def _draw_year(shown: Sequence[Event], hidden: Sequence[Event]) -> None:
    if not shown and not hidden:
        states.empty("No event is known in this year and these countries.")
        return
    rows = [_row(event, is_hidden=False) for event in shown]
    rows += [_row(event, is_hidden=True) for event in hidden]
    table.small(["Event", "Days", "Where", "Standing"], rows, name="Events")


def _row(event: Event, *, is_hidden: bool) -> list[str]:
    where = ", ".join(event.countries) or "everywhere"
    if is_hidden:
        standing = status("", "hidden")
    else:
        standing = status("good", "yours") if event.is_own else esc("built in")
    return [named(event.name), esc(event.days), esc(where), standing]


def _draw_form(ctx: PageContext, events: list[Event], hidden: set[str], year: int) -> None:
    header.section("Change the calendar", beside="for everybody in your organization")
    by_key = {event.key: event for event in events}

    def called(key: str) -> str:
        if key == _NEW:
            return "A new event"
        place = ", ".join(by_key[key].countries[:3]) or "everywhere"
        return f"{by_key[key].name}, {by_key[key].days} ({place})"

    made = st.session_state.get(_MADE, 0)
    # A choice is held by its name, which a change makes another: then it begins anew.
    key = st.selectbox(
        "Event", [_NEW, *by_key], format_func=called, key=f"events.which.{made}", width=480
    )
    event = by_key.get(key)
    with st.form(f"events.form.{key}.{made}", border=False):
        name = st.text_input("Name", event.name if event else "", max_chars=80, width=480)
        start = event.days.start if event else max(ctx.now.date(), date(year, 1, 1))
        days = st.date_input(
            "First and last day",
            (start, event.days.end if event else start),
            format="DD/MM/YYYY",
            width=480,
        )
        where = st.text_input(
            "Countries",
            " ".join(event.countries) if event else "",
            help="Two letters each, as Amazon writes them: US UK DE JP. Empty means everywhere.",
            width=480,
        )
        is_shown = st.checkbox("Show it", value=key not in hidden)
        if st.form_submit_button("Save", type="primary"):
            _save(ctx, key, name, days, where, is_hidden=not is_shown)
    if event is not None and event.is_own:
        _draw_removal(ctx, event)


def _save(
    ctx: PageContext, key: str, name: str, days: object, where: str, *, is_hidden: bool
) -> None:
    match days:
        case (date() as first, date() as last):
            chosen = DateRange(first, last)
        case (date() as only,):
            chosen = DateRange(only, only)
        case _:
            states.notice("bad", "Choose the first and the last day.")
            return
    try:
        countries = countries_of(where)
        with ctx.content() as content:
            content.calendar.put(
                key or new_id("event"), name, chosen, ctx.now,
                countries=countries, is_hidden=is_hidden,
            )  # fmt: skip
    except UserError as error:
        states.notice("bad", str(error))
    else:
        _drawn_anew()


def _draw_removal(ctx: PageContext, event: Event) -> None:
    if st.button(
        "Take this change back", key="events.remove", help="A built-in event is as it was"
    ):
        with ctx.content() as content:
            content.calendar.remove(event.key)
        _drawn_anew()


def _drawn_anew() -> None:
    st.session_state[_MADE] = st.session_state.get(_MADE, 0) + 1
    st.rerun()
