"""Library: what people and teams leave here, shelf by shelf."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from core.web.context import PageContext
from core.web.parts import header
from pages.library_parts import goals, groups, metrics, notes, rates, tags, views

_ABOUT = "What you and your colleagues leave here: views, goals, what happened when, own figures."
SHELVES: Mapping[str, tuple[str, Callable[[PageContext], None]]] = {
    "views": ("Views", views.draw),
    "goals": ("Goals", goals.draw),
    "annotations": ("Annotations", notes.draw),
    "metrics": ("Metrics", metrics.draw),
    "groups": ("Groups", groups.draw),
    "tags": ("Tags", tags.draw),
    "rates": ("Rates", rates.draw),
}
_PLACE = "shelf"


def render(ctx: PageContext) -> None:
    """Draw the shelf that the address names, the kept views without one."""
    header.title("Library", about=_ABOUT)
    _, draw = SHELVES[_pick()]
    draw(ctx)


def _pick() -> str:
    named = st.query_params.get(_PLACE, "")
    key = "library.shelf"
    st.session_state[key] = named if named in SHELVES else next(iter(SHELVES))

    def picked() -> None:
        st.query_params[_PLACE] = st.session_state[key]

    chosen = st.segmented_control(
        "Shelf",
        list(SHELVES),
        required=True,
        key=key,
        format_func=lambda shelf: SHELVES[shelf][0],
        on_change=picked,
        label_visibility="collapsed",
    )
    return chosen or next(iter(SHELVES))
