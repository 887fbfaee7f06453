"""The login view: what a visitor without a live session sees at every address."""

from __future__ import annotations

import streamlit as st

from core.web.gate import login_address
from core.web.parts.markup import draw, esc, link
from core.web.screens import Place
from core.web.services import Services

_TOLD = {
    "refused": "The identity provider's answer could not be trusted, so you were not logged in. "
    "Try again; if it stays, tell whoever runs Flightdeck.",
    "cancelled": "You cancelled at the identity provider. Log in to go on.",
    "ended": "Your session has ended. Log in to go on where you were.",
}


def render(services: Services, place: Place) -> None:
    """Draw one sentence and one button."""
    told = _TOLD.get(st.query_params.get("login", ""), "")
    notice = f'<div class="fd-notice" role="status">{esc(told)}</div>' if told else ""
    button = link(login_address(place.path), services.settings.oidc_label, style="primary")
    draw(
        '<div class="fd-single"><div class="fd-brand"><i></i>Flightdeck</div>'
        f"{notice}<h1>The flight deck for Amazon DSP</h1>"
        "<p>See what changed overnight, why, and what to do about it; and prove that the numbers "
        f"are right.</p><div>{button}</div>"
        "<small>You log in at your organization's identity provider. Flightdeck never sees your "
        "password.</small></div>"
    )
