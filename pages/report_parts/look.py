"""How an organization's reports look: its colour and its logo."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from core.errors import UserError
from core.reports.logo import BYTES_MAX, logo_of
from core.reports.look import Look
from core.web import looks
from core.web.context import PageContext
from core.web.parts import states
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc

_ABOUT = (
    "The logo stands on covers and above the pages of every PDF. The colour is that of pages, and "
    "what new reports begin with; a report keeps the colour that it was given."
)


def draw(ctx: PageContext, look: Look) -> None:
    """Draw the form, with the logo that is kept."""
    with st.expander("Colour and logo", icon=":material/palette:"):
        draw_html(f'<p class="fd-muted">{esc(_ABOUT)}</p>')
        if look.logo:
            st.image(look.logo, width=160)
        with st.form("look.form", border=False):
            colour = st.color_picker("Colour", look.colour, key="look.colour")
            told = f"Logo, as SVG or PNG of at most {BYTES_MAX // 1_000} kB"
            file = st.file_uploader(told, type=["svg", "png"], max_upload_size=1, key="look.file")
            if st.form_submit_button("Keep it", type="primary"):
                _keep(ctx, replace(look, colour=colour), None if file is None else file.getvalue())
        if look.logo and st.button("Take the logo away", key="look.without"):
            _keep(ctx, replace(look, logo=""), None)


def _keep(ctx: PageContext, wanted: Look, raw: bytes | None) -> None:
    try:
        looks.keep(ctx, wanted if raw is None else replace(wanted, logo=logo_of(raw)))
    except UserError as error:
        states.notice("bad", str(error))
        return
    st.rerun()
