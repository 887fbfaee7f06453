"""One report: what it is about, its file now, its schedules, and what can be done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from core.domain.roles import Action
from core.reports.definitions import ReportPlan, read_plan
from core.store.content.kept_views import ReportDefinition
from core.store.delivery.schedules import ReportSchedule
from core.web.context import PageContext
from core.web.parts import downloads
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, literal, named
from core.web.reporting import COMMENT_CHARACTERS, run_now
from pages.report_parts import schedules as schedule_list
from pages.report_parts import scheduling, sharing
from pages.report_parts.about import about


def draw(
    ctx: PageContext,
    definition: ReportDefinition,
    schedules: Sequence[ReportSchedule],
    names: Mapping[str, str],
    *,
    sends: bool,
) -> None:
    """Draw one report as a card."""
    plan = read_plan(definition.payload)
    with st.container(border=True):
        formats = ", ".join(f.words for f in plan.formats)
        whose = "shared" if definition.is_shared else "yours alone"
        draw_html(
            f"<h3>{named(definition.name)}</h3><p>{esc(plan.kind.label)}: "
            f"{esc(about(plan, names))}.</p><small>{esc(formats)} · {esc(whose)}</small>"
        )
        with st.container(horizontal=True, vertical_alignment="center"):
            _draw_actions(ctx, definition, plan, sends=sends)
        if sends:
            schedule_list.draw(ctx, definition, schedules)


def _draw_actions(
    ctx: PageContext, definition: ReportDefinition, plan: ReportPlan, *, sends: bool
) -> None:
    key = f"report.{definition.id}"
    if sends:
        if st.button("Run now", key=f"{key}.run", type="primary"):
            _ask_run(ctx, definition)
        if st.button("Schedule", key=f"{key}.schedule"):
            scheduling.ask(ctx, definition, plan)
    elif ctx.may(Action.DOWNLOAD):
        downloads.page_file(ctx, plan.kind, plan.view, plan.formats, definition.name)
    if ctx.may(Action.SEND_REPORTS) and st.button("Share a link", key=f"{key}.share"):
        sharing.ask(ctx, definition, plan)
    if _may_remove(ctx, definition) and st.button("Remove", key=f"{key}.remove"):
        _confirm_removal(ctx, definition)


def _may_remove(ctx: PageContext, definition: ReportDefinition) -> bool:
    return ctx.may(Action.EDIT_CONTENT) if definition.is_shared else ctx.may(Action.KEEP_OWN)


@st.dialog("Run this report now")
def _ask_run(ctx: PageContext, definition: ReportDefinition) -> None:
    st.write(
        f"{literal(definition.name)} is made of the newest data. It appears in the history below "
        "within seconds, to be looked at; it goes to nobody unless you write to whom."
    )
    comment = st.text_area(
        "Your comment on the cover (optional)", key="run.comment", max_chars=COMMENT_CHARACTERS
    )
    to = st.text_area("Send to (optional, one address a line)", key="run.to")
    if st.button("Run", type="primary", key="run.go"):
        run_now(ctx, definition, comment=comment, to=to.splitlines())
        st.rerun()


@st.dialog("Remove this report?")
def _confirm_removal(ctx: PageContext, definition: ReportDefinition) -> None:
    st.write(
        f"{literal(definition.name)} and its schedules are removed. What was sent stays in the "
        "history."
    )
    if st.button("Remove", type="primary", key="report.remove.sure"):
        with ctx.content() as content:
            content.report_definitions.remove(definition.id)
        with ctx.writing() as tenant:
            tenant.audit.add("remove report", definition.id, ctx.now)
        st.rerun()
