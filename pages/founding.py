"""What somebody sees who belongs to no organization yet: found one, or wait to be invited."""

from __future__ import annotations

import streamlit as st

from core.config import Founding
from core.errors import UserError
from core.web import founding
from core.web.parts import header, states
from core.web.parts.markup import draw, esc
from core.web.services import Services
from core.web.sessions import Visitor


def render(services: Services, visitor: Visitor) -> None:
    """Draw the form that founds an organization, or who could let this person in."""
    header.title("Welcome to Flightdeck")
    if not founding.may_found(services.settings, visitor.person):
        _draw_waiting(services, visitor)
        return
    draw(
        "<p>You belong to no organization yet. Found one: you will own it, link its Amazon "
        "accounts and invite colleagues. If a colleague has invited you, open the link of their "
        "mail instead.</p>"
    )
    with st.form("founding", border=False, width=440):
        name = st.text_input("Name of the organization", max_chars=120, placeholder="Your agency")
        asked = st.form_submit_button("Found it", type="primary")
    if asked:
        _found(services, visitor, name)


def _found(services: Services, visitor: Visitor, name: str) -> None:
    try:
        founding.found(services, visitor, name)
    except UserError as error:
        states.notice("bad", str(error))
        return
    st.rerun()


def _draw_waiting(services: Services, visitor: Visitor) -> None:
    by_domain = services.settings.founding is Founding.DOMAIN
    who = "people of certain mail domains" if by_domain else "whoever runs this installation"
    mail = visitor.person.email or "without a mail address"
    states.panel(
        "You belong to no organization yet",
        f"Here organizations are founded by {who}. Ask an owner or admin of yours to invite you; "
        "their link opens it for you.",
        extra=f"<p>You are logged in as {esc(mail)}.</p>",
    )
