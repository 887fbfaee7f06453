"""Reports: defined from any view, run at once or on a schedule, with everything that was sent."""

from __future__ import annotations

import streamlit as st

from core.domain.roles import Action
from core.web import looks
from core.web.context import PageContext
from core.web.parts import header
from core.web.reporting import may_send, schedules_by_definition
from pages.report_parts import data_export, definitions, history, look, new_report, share_links

_ABOUT = (
    "A report keeps a view: whose figures, over which days. Run it now, send it on a schedule, or "
    "share a link to it. What was sent stays here, the very file."
)


def render(ctx: PageContext) -> None:
    """Draw what waits for somebody, the reports with their schedules, links, and the history."""
    header.title("Reports", about=_ABOUT)
    with ctx.reading_content() as content:
        listed = content.report_definitions.all()
    with ctx.reading() as tenant:
        schedules = schedules_by_definition(tenant)
        advertisers = {str(a.advertiser_id): a for a in tenant.advertisers.kept()}
    names = {key: one.name for key, one in advertisers.items()}
    sends = may_send(ctx)
    is_wanted = bool(st.query_params.get("of")) or not listed
    kept = looks.look(ctx)
    new_report.draw(ctx, names, colour=kept.colour, is_open=is_wanted)
    data_export.draw(ctx, advertisers)
    if sends:
        look.draw(ctx, kept)
    if listed:
        header.section("Your reports", beside=f"{len(listed)}")
    for definition in listed:
        definitions.draw(ctx, definition, schedules.get(definition.id, []), names, sends=sends)
    if ctx.may(Action.SEND_REPORTS):
        share_links.draw(ctx)
    if ctx.scope.advertiser_ids is None:
        history.draw(ctx, decides=sends)
