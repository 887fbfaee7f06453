"""The gate of a script run: who is looking, and where they stand."""

from __future__ import annotations

from urllib.parse import urlencode

import streamlit as st

from core.web import sessions
from core.web.screens import address
from core.web.services import Services
from core.web.sessions import Visitor
from core.web.streamlit_internals import current_claims


def current_visitor(services: Services) -> Visitor | None:
    """Return who runs this script, or None unless a live session matches the login.

    Asked anew on every run: a session that was ended elsewhere ends here with the next click.
    """
    return sessions.visitor(services, st.context.cookies, current_claims())


def login_address(path: str) -> str:
    """Return the link that logs in and comes back to `path` with the filters it has now."""
    query = st.query_params.to_dict()
    own = {key: value for key, value in query.items() if key != "login"}
    wanted = f"{address(path)}?{urlencode(own)}" if own else address(path)
    return f"/login?{urlencode({'next': wanted})}"
