"""Search from every screen: a button with a key, and what is called so or bears this id."""

from __future__ import annotations

import streamlit as st

from core.domain.views import query
from core.insight.search import LETTERS_MIN, Found, Hit, search
from core.web.context import PageContext
from core.web.parts.markup import draw, esc, link

SHORTCUT = "Ctrl+K"
_LETTERS_MAX = 120


def draw_button(ctx: PageContext) -> None:
    """Draw the button that opens the search; Ctrl+K does, too."""
    if st.button("Search", icon=":material/search:", key="search", shortcut=SHORTCUT,
                 width="stretch"):  # fmt: skip
        _ask(ctx)


@st.dialog("Search", width="medium")
def _ask(ctx: PageContext) -> None:
    words = st.text_input(
        "Name or id of an advertiser, order, line item or creative",
        key="search.words",
        max_chars=_LETTERS_MAX,
        placeholder="Type, then press Enter",
    )
    wanted = words.strip()
    if len(wanted) < LETTERS_MIN:
        draw('<p class="fd-muted">Two letters are enough. All words must be in the name; an id '
             "must be whole.</p>")  # fmt: skip
        return
    with ctx.desk() as desk:
        found = search(desk, wanted)
    _draw(ctx, wanted, found)


def _draw(ctx: PageContext, wanted: str, found: Found) -> None:
    if not found.hits:
        draw(
            f'<p role="status">Nothing that you may see is called “{esc(wanted)}” or has it as its '
            "id. Try a part of the name.</p>"
        )
        return
    rows = "".join(_row(ctx, hit) for hit in found.hits)
    more = f"<p><small>There are more {esc(' and '.join(found.more))} than are listed; add a word."
    foot = f"{more}</small></p>" if found.more else ""
    draw(f'<ul class="fd-list" aria-label="{len(found.hits)} found">{rows}</ul>{foot}')


def _row(ctx: PageContext, hit: Hit) -> str:
    place = ctx.path(hit.view.screen.value, **query(hit.view))
    return (
        f"<li><p>{link(place, hit.name)}</p><small>{esc(hit.what)} · {esc(hit.belongs_to)} · "
        f'<code class="fd-id">{esc(hit.id)}</code></small></li>'
    )
