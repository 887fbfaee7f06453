"""The links that were shared: until when they hold, and their withdrawal."""

from __future__ import annotations

import streamlit as st

from core.store.delivery.share_links import ShareLink
from core.web.context import PageContext
from core.web.parts import header, table
from core.web.parts.markup import esc, named, status


def draw(ctx: PageContext) -> None:
    """Draw the links that this person may withdraw; nothing when there is none."""
    with ctx.reading() as tenant:
        links = tenant.share_links.all()
    if not links:
        return
    header.section("Shared links", beside="each opens one view, without a login")
    rows = [
        [
            named(one.name),
            status(*_standing(ctx, one)),
            esc(f"{one.created_at:%-d %b %Y}"),
            esc(f"{one.expires_at:%-d %b %Y}"),
        ]
        for one in links
    ]
    table.small(["Report", "State", "Made", "Holds until"], rows, name="Shared links")
    open_ = {one.id: one for one in links if _standing(ctx, one)[1] == "open"}
    if not open_:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Withdraw a link", list(open_), index=None, key="links.withdraw",
            format_func=lambda i: f"{open_[i].name}, made {open_[i].created_at:%-d %b %H:%M} UTC",
            placeholder="Choose one",
        )  # fmt: skip
        if st.button("Withdraw", key="links.withdraw.do", disabled=not chosen) and chosen:
            with ctx.writing() as tenant:
                tenant.share_links.revoke(chosen, ctx.now)
                tenant.audit.add("withdraw share link", chosen, ctx.now)
            st.rerun()


def _standing(ctx: PageContext, one: ShareLink) -> tuple[str, str]:
    if one.revoked_at is not None:
        return "", "withdrawn"
    return ("", "over") if one.expires_at <= ctx.now else ("good", "open")
