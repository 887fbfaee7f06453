"""You: who is logged in, in which browsers, and the way to end all of it."""

from __future__ import annotations

import streamlit as st

from core.domain.freshness import age_phrase
from core.store.identity.people import Session
from core.web import sessions
from core.web.agents import described
from core.web.context import PageContext
from core.web.parts import header, table
from core.web.parts.markup import draw, esc, facts, named, status


def render(ctx: PageContext) -> None:
    """Draw the person, their organizations and their sessions."""
    header.title("You")
    person = ctx.visitor.person
    verified = "verified" if person.email_verified else "not verified by the provider"
    mail = f"{named(person.email)} ({verified})" if person.email else "not shared"
    identity = f'<code class="fd-id">{esc(person.subject)}</code> at {named(person.issuer)}'
    known = (("Name", named(person.name or "not shared")), ("Mail", mail), ("Identity", identity))
    draw(f'<div class="fd-card">{facts(*known)}</div>')
    header.section("Organizations")
    memberships = [[named(m.org_name), esc(m.role)] for m in ctx.visitor.memberships]
    table.small(["Organization", "Your role"], memberships, name="Your organizations")
    _draw_sessions(ctx)


def _draw_sessions(ctx: PageContext) -> None:
    header.section("Where you are logged in")
    with ctx.services.store.reading_people() as door:
        mine = door.sessions.live_sessions(
            ctx.visitor.person.id, ctx.now, sessions.idle_limit(ctx.services)
        )
    rows = [_session_row(ctx, session) for session in mine]
    table.small(["Browser", "Begun", "Last seen", "Ends"], rows, name="Your sessions")
    draw(
        "<p>If one of these is not you, end them all: every browser, this one included, must log "
        "in again.</p>"
    )
    if st.button("Log out everywhere", key="you.everywhere", icon=":material/logout:"):
        sessions.end_everywhere(ctx.services, ctx.visitor)
        st.rerun()


def _session_row(ctx: PageContext, session: Session) -> list[str]:
    is_here = session.id == ctx.visitor.session.id
    here = f"<br>{status('good', 'this browser')}" if is_here else ""
    ends = [session.absolute_end_at, session.claims_end_at]
    return [
        named(described(session.user_agent)) + here,
        esc(age_phrase(session.created_at, ctx.now)),
        esc(age_phrase(session.last_seen_at, ctx.now)),
        esc(f"{min(e for e in ends if e):%-d %b %H:%M} UTC"),
    ]
