"""Views kept under a name: the menu at the end of every filter bar.

What is kept is the address itself (`core.domain.views`), so that a kept view, a link and a
schedule say the same and old ones go on working.
"""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.roles import Action
from core.domain.views import Screen, View, query, read
from core.errors import UserError
from core.store.content.kept_views import SavedView
from core.web.context import PageContext
from core.web.parts import states
from core.web.parts.markup import draw, esc, link

NAME_CHARACTERS = 80


def menu(ctx: PageContext, view: View) -> None:
    """Draw the menu of kept views of a screen: those there are, and the form that keeps this."""
    opened = st.popover("Views", key=f"{view.screen}.views", on_change="rerun", width="content")
    if not opened.open:
        return
    with opened:
        with ctx.reading_content() as content:
            kept = content.saved_views.of_screen(view.screen)
        _draw_kept(ctx, kept, view)
        if ctx.may(Action.KEEP_OWN):
            _draw_form(ctx, view)


def address_of(ctx: PageContext, kept: SavedView) -> str | None:
    """Return where a kept view is shown; None when its screen is no more."""
    if kept.screen not in set(Screen):
        return None
    return ctx.path(kept.screen, **query(view_of(kept)))


def view_of(kept: SavedView) -> View:
    """Return the view that was kept, as far as it can still be shown."""
    return read(Screen(kept.screen), kept.payload).view


def advertiser_of(view: View) -> str | None:
    """Return the only advertiser that a view is about, None for several or all."""
    return view.advertisers[0] if len(view.advertisers) == 1 else None


def may_share(ctx: PageContext, advertiser_id: str | None) -> bool:
    """Return whether the person may share what is about this advertiser, or about all."""
    reaches = ctx.scope.advertiser_ids is None if advertiser_id is None else True
    return ctx.may(Action.EDIT_CONTENT) and reaches


def _draw_kept(ctx: PageContext, kept: Sequence[SavedView], shown: View) -> None:
    if not kept:
        draw('<p class="fd-muted">No view of this screen is kept yet.</p>')
        return
    rows = "".join(f"<li>{_entry(ctx, one, shown)}</li>" for one in kept)
    draw(f'<ul class="fd-list" aria-label="Kept views">{rows}</ul>')


def _entry(ctx: PageContext, one: SavedView, shown: View) -> str:
    address = address_of(ctx, one)
    name = esc(one.name) if address is None else link(address, one.name)
    whose = "shared" if one.is_shared else "yours alone"
    here = ", shown now" if view_of(one) == shown else ""
    return f"{name} <small>{whose}{here}</small>"


def _draw_form(ctx: PageContext, view: View) -> None:
    key = f"{view.screen}.keep"
    with st.form(key, border=False, clear_on_submit=True):
        name = st.text_input("Keep what is shown as", max_chars=NAME_CHARACTERS)
        about = advertiser_of(view)
        is_shared = may_share(ctx, about) and st.checkbox(
            "Share it with everybody who sees its advertisers"
        )
        if st.form_submit_button("Keep this view"):
            _keep(ctx, view, name, is_shared=bool(is_shared))


def _keep(ctx: PageContext, view: View, name: str, *, is_shared: bool) -> None:
    try:
        with ctx.content() as content:
            content.saved_views.add(
                name, view.screen, query(view), ctx.now,
                is_shared=is_shared, advertiser_id=advertiser_of(view),
            )  # fmt: skip
    except UserError as error:
        states.notice("bad", str(error))
    else:
        st.rerun()
