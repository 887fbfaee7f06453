"""An invitation: what it is for, and the button that takes it up."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from core.domain.freshness import age_phrase
from core.errors import UserError
from core.security.secret import Secret
from core.store.identity.invitations import Invitation
from core.web.parts import header, states
from core.web.parts.markup import draw, esc, facts, named
from core.web.services import Services
from core.web.sessions import Visitor


def render(services: Services, visitor: Visitor) -> None:
    """Draw the invitation whose link this browser opened, if it opened one."""
    header.title("Invitation")
    token = st.context.cookies.get(services.cookies.invitation)
    if not token:
        states.empty(
            "No invitation was opened in this browser. Open the link of your invitation again.",
            step=states.Step("Go home", "/"),
        )
        return
    try:
        with services.store.reading_people() as door:
            invited = door.invitations.look(Secret(token), visitor.person.id, services.clock.now())
    except UserError as refused:
        states.panel("This invitation lets nobody in", str(refused))
        return
    _draw(services, visitor, invited, Secret(token))


def _draw(services: Services, visitor: Visitor, invited: Invitation, token: Secret) -> None:
    mine = visitor.person.email or "no mail address"
    limits = invited.advertiser_ids
    sees = "every advertiser" if limits is None else f"{len(limits)} advertisers"
    now = services.clock.now()
    known = (
        ("Sent to", named(invited.email)),
        ("You are logged in as", named(mine)),
        ("Your role will be", esc(f"{invited.role}, seeing {sees}")),
        ("Invited", esc(age_phrase(invited.created_at, now))),
    )
    draw(f'<div class="fd-card">{facts(*known)}</div>')
    if mine.lower() != invited.email.lower():
        states.notice(
            "warn",
            "It was sent to another address than the one you are logged in with. Accept only if "
            "it was meant for you.",
        )
    if st.button("Accept and join", type="primary", key="invitation.accept"):
        with services.store.people() as door:
            org_id = door.invitations.accept(token, visitor.person.id, now)
        states.panel(
            "You have joined",
            "The organization is open to you from now on.",
            step=states.Step("Open it", f"/?{urlencode({'org': org_id})}"),
        )
