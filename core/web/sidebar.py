"""The foot of the sidebar: who is logged in, and the way out."""

from __future__ import annotations

import streamlit as st

from core.web.parts.markup import draw, link, named
from core.web.sessions import Visitor
from core.web.streamlit_internals import LOGOUT_PATH


def draw_person(visitor: Visitor) -> None:
    """Draw the person's name and address, and the link that logs out.

    The way out is a plain link: it works when the socket does not.
    """
    person = visitor.person
    name = person.name or person.email or "Logged in"
    mail = f"<br><small>{named(person.email)}</small>" if person.email and person.name else ""
    with st.sidebar:
        draw(f'<div class="fd-me">{named(name)}{mail}<br>{link(LOGOUT_PATH, "Log out")}</div>')
