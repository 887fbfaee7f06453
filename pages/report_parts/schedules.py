"""The schedules of a report: when it goes next, to whom, and what can be done."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

import streamlit as st

from core.reports.definitions import read_rules
from core.store.content.kept_views import ReportDefinition
from core.store.delivery.recipients import Recipient
from core.store.delivery.schedules import ReportSchedule
from core.web.context import PageContext
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, named, status
from core.web.reporting import addresses, send_test, switch

_RULES = {
    "waits_for_data": "waits for whole data",
    "skips_empty": "skipped when empty",
    "skips_same": "skipped when unchanged",
    "asks_first": "asks first",
}


def draw(
    ctx: PageContext, definition: ReportDefinition, schedules: Sequence[ReportSchedule]
) -> None:
    """Draw each schedule below its report."""
    for one in schedules:
        with ctx.reading() as tenant:
            recipients = tenant.recipients.all(one.id)
            is_kept = tenant.members.sends(one.changed_by)
        draw_html(_told(one, recipients, is_kept=is_kept))
        with st.container(horizontal=True):
            _draw_actions(ctx, definition, one, recipients, is_kept=is_kept)


def _told(one: ReportSchedule, recipients: Sequence[Recipient], *, is_kept: bool) -> str:
    rules = read_rules(one.options)
    words = [text for name, text in _RULES.items() if getattr(rules, name)]
    words.append("files attached" if rules.attaches else "files linked")
    here = [r for r in recipients if r.unsubscribed_at is None]
    left = len(recipients) - len(here)
    to = ", ".join(named(r.address) for r in here) or "nobody any more"
    gone = f" ({left} unsubscribed)" if left else ""
    return (
        f"<p>{status(*_standing(one, is_kept=is_kept))} · {esc(one.rule)} ({esc(one.timezone)})</p>"
        f"<p><small>To {to}{esc(gone)} · {esc(', '.join(words))}</small></p>"
    )


def _standing(one: ReportSchedule, *, is_kept: bool) -> tuple[str, str]:
    if not one.enabled:
        return "", "paused"
    if not is_kept:
        return "warn", "stopped: whoever kept it may not send reports any more"
    if one.next_run_at is None:
        return "warn", "does not run: its rule is not understood"
    local = one.next_run_at.astimezone(ZoneInfo(one.timezone))
    return "good", f"next {local:%a %-d %b, %H:%M}"


def _draw_actions(
    ctx: PageContext,
    definition: ReportDefinition,
    one: ReportSchedule,
    recipients: Sequence[Recipient],
    *,
    is_kept: bool,
) -> None:
    key = f"schedule.{one.id}"
    if st.button("Send a test to me", key=f"{key}.test"):
        send_test(ctx, definition)
        st.toast("The test is on its way to your mail address.")
    runs = one.enabled and is_kept
    word = "Pause" if runs else "Go on" if is_kept else "Take it over"
    if st.button(word, key=f"{key}.switch"):
        switch(ctx, one, enabled=not runs)
        st.rerun()
    if st.button("Recipients", key=f"{key}.recipients"):
        _ask_recipients(ctx, one, recipients)
    if st.button("Remove the schedule", key=f"{key}.remove"):
        with ctx.writing() as tenant:
            tenant.report_schedules.remove(one.id)
            tenant.audit.add("remove schedule", one.id, ctx.now)
        st.rerun()


@st.dialog("Recipients")
def _ask_recipients(ctx: PageContext, one: ReportSchedule, recipients: Sequence[Recipient]) -> None:
    known = {r.id: r for r in recipients}
    gone = st.multiselect(
        "Take off", list(known), key=f"take.{one.id}", format_func=lambda r: known[r].address
    )
    more = st.text_area("Add, one address a line", key=f"add.{one.id}")
    st.caption("Whoever has unsubscribed stays so until they are taken off and added again.")
    if st.button("Save", type="primary", key=f"save.{one.id}"):
        with ctx.writing() as tenant:
            for recipient_id in gone:
                tenant.recipients.remove(recipient_id)
            for address in addresses(more.splitlines()):
                tenant.recipients.add(one.id, address, ctx.now)
        st.rerun()
