"""Groups of advertisers: a client's brands, a team's accounts."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.roles import Action
from core.store.content.groups import AdvertiserGroup
from core.web.context import PageContext
from core.web.opening import groups_kept, why_left_out
from core.web.parts import states
from core.web.parts.header import section
from core.web.parts.markup import esc, link, named
from pages.library_parts import shelf

HEADS = ("Group", "Advertisers", "Changed")
ABOUT = "A group can be chosen in the filters, and stands there for its advertisers."


def draw(ctx: PageContext) -> None:
    """Draw the groups, and for those who may, the form that changes them."""
    if ctx.scope.advertiser_ids is not None:
        states.empty("Groups are for those who see every advertiser.")
        return
    with ctx.desk() as desk:
        names, kept = shelf.names(desk).advertisers, desk.content.groups.all()
        members = groups_kept(desk, desk.tenant.advertisers.all())
    if kept:
        rows = [
            [one.name, ", ".join(names.get(a, a) for a in one.advertiser_ids),
             shelf.changed(ctx, one.changed_at)]
            for one in kept
        ]  # fmt: skip
        first = [_named(ctx, one, members[one.name]) for one in kept]
        shelf.draw_table(ctx, HEADS, rows, name="Groups", first=first)
    else:
        states.empty("No group of advertisers is made yet.")
    if ctx.may(Action.EDIT_CONTENT) and names:
        _draw_form(ctx, kept, dict(names))


def _named(ctx: PageContext, one: AdvertiserGroup, members: Sequence[str]) -> str:
    if reason := why_left_out(members):
        return f"{named(one.name)}<br><small>{esc(reason)}</small>"
    return link(ctx.path("morning", v="1", adv=",".join(members)), one.name)


def _draw_form(ctx: PageContext, kept: Sequence[AdvertiserGroup], names: dict[str, str]) -> None:
    section("Make a group", beside=ABOUT)
    by_id = {one.id: one for one in kept}
    key = st.selectbox(
        "Group",
        [shelf.NEW, *by_id],
        format_func=lambda key: by_id[key].name if key else "A new group",
        key=shelf.place_of("group", "which"),
        width=480,
    )
    one = by_id.get(key)
    with st.form(f"{shelf.place_of('group', key)}.form", border=False):
        name = st.text_input("Name", one.name if one else "", max_chars=80)
        members = st.multiselect(
            "Advertisers",
            list(names),
            default=[a for a in names if one and a in one.advertiser_ids],
            format_func=names.__getitem__,
        )
        if st.form_submit_button("Save", type="primary"):
            if one is None:
                shelf.make(ctx, lambda content: content.groups.add(name, members, ctx.now))
            else:
                shelf.make(
                    ctx, lambda content: content.groups.change(one.id, name, members, ctx.now)
                )
    if one is not None:
        shelf.remove_button(ctx, "library.group.remove", lambda c: c.groups.remove(one.id))
