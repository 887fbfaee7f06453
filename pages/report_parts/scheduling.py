"""Asking for a schedule: how often, in which zone, to whom, and under which rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import time
from zoneinfo import available_timezones

import streamlit as st

from core.domain.recurrence import next_after
from core.errors import UserError
from core.reports.definitions import ReportPlan, Rules
from core.store.content.kept_views import ReportDefinition
from core.web.context import PageContext
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, literal
from core.web.reporting import Wanted, schedule

_DAYS = {"mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday",
         "fri": "Friday", "sat": "Saturday", "sun": "Sunday"}  # fmt: skip
_OFTEN = ("Every day", "Every week", "Every month", "First business day of the month")
_FIRST = time(8)


@st.dialog("Schedule this report", width="large")
def ask(ctx: PageContext, definition: ReportDefinition, plan: ReportPlan) -> None:
    """Draw the form, say when it would go out first, and keep it."""
    st.write(f"{literal(definition.name)} goes out by itself, to people who need no login.")
    left, right = st.columns(2, gap="medium")
    with left:
        rule = _ask_rule()
        zones = sorted(available_timezones())
        zone = st.selectbox("Time zone", zones, index=zones.index(_usual_zone(ctx, plan)),
                            key="schedule.zone")  # fmt: skip
    with right:
        to = st.text_area("Recipients, one address a line", key="schedule.to", height=124)
        rules = _ask_rules()
    _say_first(ctx, rule, zone)
    if st.button("Keep the schedule", type="primary", key="schedule.keep"):
        wanted = Wanted(
            name=definition.name, rule=rule, timezone=zone, rules=rules,
            recipients=tuple(to.splitlines()),
        )  # fmt: skip
        schedule(ctx, definition.id, wanted)
        st.rerun()


def _ask_rule() -> str:
    often = st.selectbox("How often", _OFTEN, index=1, key="schedule.often")
    at = st.time_input("At", _FIRST, key="schedule.at", step=900)
    asked: dict[str, Callable[[], str]] = {
        _OFTEN[0]: lambda: "daily",
        _OFTEN[1]: _ask_weekdays,
        _OFTEN[2]: _ask_day_of_month,
        _OFTEN[3]: lambda: "first business day",
    }
    return f"{asked[often]()} {at:%H:%M}"


def _ask_weekdays() -> str:
    days = st.multiselect("On", list(_DAYS), default=["mon"], format_func=_DAYS.__getitem__,
                          key="schedule.days")  # fmt: skip
    return f"weekly {','.join(days) or 'mon'}"


def _ask_day_of_month() -> str:
    days = [*(str(n) for n in range(1, 29)), "last"]
    day = st.selectbox("On day", days, key="schedule.day")
    return f"monthly {day}"


def _ask_rules() -> Rules:
    return Rules(
        waits_for_data=st.toggle(
            "Wait until yesterday is whole for every advertiser (at most sixteen hours)",
            value=True, key="schedule.waits",
        ),
        skips_empty=st.toggle("Skip it when nothing was delivered", value=True,
                              key="schedule.empty"),
        skips_same=st.toggle("Skip it when no figure changed since the last one",
                             key="schedule.same"),
        asks_first=st.toggle("Ask me first: I look at it, comment, and let it go",
                             key="schedule.asks"),
        attaches=st.toggle("Attach the files (else the mail leads to them)", value=True,
                           key="schedule.attaches"),
    )  # fmt: skip


def _usual_zone(ctx: PageContext, plan: ReportPlan) -> str:
    """Return the zone of the first advertiser that the report is about."""
    with ctx.reading() as tenant:
        everybody = tenant.advertisers.all()
    named = [a for a in everybody if a.advertiser_id in plan.view.advertisers] or everybody
    known = available_timezones()
    return next((a.timezone for a in named if a.timezone in known), "UTC")


def _say_first(ctx: PageContext, rule: str, zone: str) -> None:
    try:
        first = next_after(rule, zone, ctx.now)
    except UserError as error:
        draw_html(f'<p class="fd-warn">{esc(error)}</p>')
        return
    draw_html(f'<p class="fd-muted">First: {first:%a %-d %b %Y, %H:%M} UTC.</p>')
