"""Kept views: where each leads, what it shows, and whose it is."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.roles import Action
from core.domain.views import Screen
from core.store.content.content import Content
from core.store.content.kept_views import SavedView
from core.web.context import PageContext
from core.web.parts import filters, saving, states
from core.web.parts.header import section
from core.web.parts.markup import link, named
from pages.library_parts import shelf

HEADS = ("View", "Screen", "Shows", "Whose", "Changed")
ABOUT = "Keep one from the Views menu beside any screen's filters."


def draw(ctx: PageContext) -> None:
    """Draw the kept views, and what their owners and editors may change."""
    with ctx.reading_content() as content:
        kept = content.saved_views.all()
    if not kept:
        states.empty(f"No view is kept yet. {ABOUT}", step=states.Step("Go to Morning", "/"))
        return
    rows = [_row(ctx, one) for one in kept]
    first = [_named(ctx, one) for one in kept]
    shelf.draw_table(ctx, HEADS, rows, name="Views", first=first)
    mine = [one for one in kept if _may_edit(ctx, one)]
    if mine:
        _draw_change(ctx, mine)


def _row(ctx: PageContext, one: SavedView) -> list[str]:
    is_mine = one.owner_user_id == ctx.scope.user_id
    whose = "yours alone" if not one.is_shared else "yours, shared" if is_mine else "shared"
    shows = filters.told(saving.view_of(one)) if one.screen in set(Screen) else "no longer a screen"
    return [one.name, one.screen.capitalize(), shows, whose, shelf.changed(ctx, one.changed_at)]


def _named(ctx: PageContext, one: SavedView) -> str:
    address = saving.address_of(ctx, one)
    return named(one.name) if address is None else link(address, one.name)


def _may_edit(ctx: PageContext, one: SavedView) -> bool:
    if not one.is_shared:
        return ctx.may(Action.KEEP_OWN)
    return saving.may_share(ctx, one.advertiser_id)


def _draw_change(ctx: PageContext, mine: Sequence[SavedView]) -> None:
    section("Change a view")
    by_id = {one.id: one for one in mine}
    chosen = st.selectbox(
        "View",
        list(by_id),
        format_func=lambda i: by_id[i].name,
        key=shelf.place_of("view", "which"),
        width=420,
    )
    one = by_id[chosen]
    with st.form(f"library.view.{chosen}", border=False):
        name = st.text_input("Name", one.name, max_chars=saving.NAME_CHARACTERS)
        is_shared = one.is_shared
        if saving.may_share(ctx, one.advertiser_id):
            is_shared = st.checkbox("Shared with everybody who sees its advertisers", one.is_shared)
        if st.form_submit_button("Save", type="primary"):
            _save(ctx, one, name, is_shared=is_shared)
    shelf.remove_button(ctx, "library.view.remove", lambda c: c.saved_views.remove(one.id))


def _save(ctx: PageContext, one: SavedView, name: str, *, is_shared: bool) -> None:
    def change(content: Content) -> None:
        if name != one.name:
            content.saved_views.rename(one.id, name, ctx.now)
        if is_shared != one.is_shared:
            content.saved_views.share(one.id, ctx.now, is_shared=is_shared)

    shelf.make(ctx, change)
