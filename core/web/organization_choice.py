"""Which organization is shown: the one the address names, else the first by name."""

from __future__ import annotations

import streamlit as st

from core.store.identity.organizations import Membership
from core.web.sessions import Visitor

_KEY = "organization"


def chosen(visitor: Visitor) -> Membership:
    """Return the membership to show; the visitor has at least one.

    An address that names an organization they do not belong to shows one of theirs, exactly as
    if it named none. Where there are several, the address always names the one shown.
    """
    asked = st.query_params.get("org") or st.session_state.get(f"{_KEY}.last")
    mine = visitor.memberships
    membership = next((m for m in mine if m.org_id == asked), mine[0])
    st.session_state[f"{_KEY}.last"] = membership.org_id
    if len(mine) > 1:
        st.query_params["org"] = membership.org_id
    return membership


def draw(visitor: Visitor, membership: Membership) -> None:
    """Draw the switch between organizations, for those who belong to several."""
    if len(visitor.memberships) < 2:
        return
    names = {m.org_id: m.org_name for m in visitor.memberships}
    st.session_state[_KEY] = membership.org_id
    st.selectbox(
        "Organization",
        list(names),
        key=_KEY,
        format_func=lambda org_id: names[org_id],
        on_change=_switch,
    )


def _switch() -> None:
    """Another organization starts without the filters of this one: its ids are others."""
    picked = st.session_state[_KEY]
    st.session_state[f"{_KEY}.last"] = picked
    st.query_params.from_dict({"org": picked})
