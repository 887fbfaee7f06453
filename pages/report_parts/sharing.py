"""Making a share link: how long it holds, and whether it asks for a password."""

from __future__ import annotations

import streamlit as st

from core.reports.definitions import ReportPlan
from core.store.content.kept_views import ReportDefinition
from core.web.context import PageContext
from core.web.parts import states
from core.web.parts.markup import literal
from core.web.sharing import share

_DAYS = {7: "One week", 30: "30 days", 90: "90 days", 180: "180 days"}


@st.dialog("Share a link")
def ask(ctx: PageContext, definition: ReportDefinition, plan: ReportPlan) -> None:
    """Draw the form, and the link once it is made."""
    st.write(
        f"Whoever has the link reads {literal(definition.name)}, this one view alone, without a "
        "login: always from the newest data, until it ends or you withdraw it."
    )
    days = st.selectbox("Holds for", list(_DAYS), index=1, format_func=_DAYS.__getitem__,
                        key="share.days")  # fmt: skip
    password = st.text_input(
        "Password (optional, 8 characters or more)", type="password", key="share.password"
    )
    if st.button("Make the link", type="primary", key="share.make"):
        link = share(ctx, definition.name, plan, days=days, password=password)
        states.notice("good", "Here it is. It is not shown again: copy it now.")
        st.code(link, language=None)
