"""Turning the pages of a long table; the address remembers the page."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.domain.views import View
from core.web.parts import filters


def draw(view: View, page: int, pages: int) -> None:
    """Draw the choice of a page; nothing when there is only one."""
    if pages < 2:
        return
    # Its key holds the page it begins with: a choice makes a new one, at the page chosen.
    key = f"{view.screen}.page.{page}.{pages}"

    def turned() -> None:
        filters.show(replace(view, page=st.session_state[key]))

    st.pagination(pages, key=key, default=page, on_change=turned)
