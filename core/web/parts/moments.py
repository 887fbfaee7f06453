"""As of: what a screen said at an earlier moment. The address carries it to every question.

    as_of=2026-11-16T14:00:00Z

It is chosen and told in the advertiser's own zone; a moment to come is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import streamlit as st

from core.domain.views import Screen, View, read
from core.web.parts import states

KEPT = (
    "figures, budgets, flights, states, and names of orders, line items and creatives as they were "
    "known then. Other names are those of today, as is what people set here: stages, goals, "
    "metrics, tags, notes, events, rates, and which advertisers are chosen."
)
KEPT_IN_ROWS = "figures as they were known then, names as they are today."


def asked(address: Mapping[str, str], now: datetime) -> datetime | None:
    """Return the moment that an address asks about; None for now, and for one to come."""
    as_of = read(Screen.MORNING, address).view.as_of
    return as_of if as_of and as_of < now else None


def words(as_of: datetime, zone: str) -> str:
    """Return a moment as it is told: Mon 16 Nov 2026 09:00 (America/New_York)."""
    return f"{as_of.astimezone(ZoneInfo(zone)):%a %-d %b %Y %H:%M} ({zone})"


def draw_control(view: View, now: datetime, zone: str, show: Callable[[View], None]) -> None:
    """Draw the button that leads to an earlier moment; `show` writes a view into the address."""
    told = "Now" if view.as_of is None else f"{_local(view.as_of, zone):%-d %b %H:%M}"
    key = f"{view.screen}.as_of"
    with (
        st.popover(f"As of: {told}", icon=":material/history:", width="content"),
        st.form(key, border=False),
    ):
        local = _local(view.as_of or now, zone)
        day = st.date_input(
            f"What was known on (day in {zone})",
            value=local.date(),
            max_value=_local(now, zone).date(),
            format="DD/MM/YYYY",
            key=f"{key}.day",
        )
        hour = st.time_input(
            f"At (time in {zone})", value=local.time().replace(second=0, microsecond=0),
            step=900, key=f"{key}.hour",
        )  # fmt: skip
        if st.form_submit_button("Show what was known then", type="primary"):
            chosen = _instant(day, hour, zone)
            show(replace(view, as_of=chosen if chosen < now else None, page=1))
            st.rerun()


def draw_banner(view: View, zone: str, show: Callable[[View], None]) -> None:
    """Draw, while an earlier moment is shown, which one it is and the way back to now."""
    if view.as_of is None:
        return
    with st.container(horizontal=True, vertical_alignment="center", key=f"{view.screen}.then"):
        states.notice("warn", f"As of {words(view.as_of, zone)}: {KEPT}")
        st.button(
            "Back to now",
            key=f"{view.screen}.back_to_now",
            on_click=lambda: show(replace(view, as_of=None, page=1)),
        )


def _local(instant: datetime, zone: str) -> datetime:
    return instant.astimezone(ZoneInfo(zone))


def _instant(day: date, hour: time, zone: str) -> datetime:
    return datetime.combine(day, hour, tzinfo=ZoneInfo(zone))
