"""The app's own sessions: begun by a login, matched on every run and route, ended for good.

Streamlit's login cookie is signed, lives thirty days and outlives its logout. It says who
somebody is; whether they are still welcome is said by a row of ours, found by a random token in
a cookie of ours. Nothing but a login makes a row.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.domain.scope import TenantScope
from core.errors import NotFound
from core.security.secret import Secret
from core.security.tokens import new_token
from core.store.identity.organizations import Membership
from core.store.identity.people import Identity, Person, Session
from core.web.claims import Claims
from core.web.services import Services

# Seeing somebody is written down this often at most: a page run is not a write.
TOUCH_EVERY = timedelta(minutes=1)
_AGENT_CHARACTERS = 200
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody with a live session, and the organizations they belong to."""

    person: Person
    session: Session
    memberships: tuple[Membership, ...]

    def scope_in(self, org_id: str | None) -> TenantScope:
        """Return the scope in one organization; with None in the first by name.

        Raises NotFound for one they do not belong to, as for one that does not exist.
        """
        for membership in self.memberships:
            if org_id is None or membership.org_id == org_id:
                return membership.scope
        raise NotFound("The organization")


def begin(
    services: Services, claims: Claims, *, user_agent: str, replaced: str | None
) -> tuple[Person, Secret]:
    """Return the person and the token of a new session; the browser's former one ends.

    Source: OWASP ASVS 5.0, 7.2.4 (a new session at each login).
    """
    now, token = services.clock.now(), new_token()
    follows = services.settings.session_follows_id_token
    identity = Identity(
        claims.issuer, claims.subject, claims.email, claims.email_verified, claims.name
    )
    with services.store.people() as door:
        if replaced:
            door.sessions.revoke(Secret(replaced), now)
        person = door.sessions.recognize(identity, now)
        session = door.sessions.open_session(
            person,
            token,
            now,
            absolute_end_at=now + absolute_limit(services),
            claims_end_at=now + claims.lifetime if follows else None,
            user_agent=user_agent[:_AGENT_CHARACTERS],
        )
    _log.info("login: user %s, session %s begun", person.id, session.id)
    return person, token


def visitor(
    services: Services, cookies: Mapping[str, str], claims: Mapping[str, Any] | None
) -> Visitor | None:
    """Return who is visiting, or None unless a live session matches who the login says it is."""
    token = cookies.get(services.cookies.session)
    if not token or claims is None:
        return None
    now = services.clock.now()
    with services.store.reading_people() as door:
        session = door.sessions.live_session(Secret(token), now, idle_limit(services))
        if session is None or not session.is_of(str(claims.get("iss")), str(claims.get("sub"))):
            return None
        person = door.sessions.person(session.user_id)
        if person is None:
            return None
        memberships = tuple(door.organizations.memberships(person.id))
    if now - session.last_seen_at >= TOUCH_EVERY:
        with services.store.people() as door:
            door.sessions.touch(Secret(token), now)
    return Visitor(person, session, memberships)


def end(services: Services, cookies: Mapping[str, str]) -> None:
    """End the session of this browser, if it has one."""
    if token := cookies.get(services.cookies.session):
        with services.store.people() as door:
            door.sessions.revoke(Secret(token), services.clock.now())


def end_everywhere(services: Services, who: Visitor) -> int:
    """End every session of a person, this one included; return how many there were."""
    with services.store.people() as door:
        ended = door.sessions.revoke_all(who.person.id, services.clock.now())
    _log.info("logout everywhere: user %s, %d sessions ended", who.person.id, ended)
    return ended


def idle_limit(services: Services) -> timedelta:
    """Return how long a session may rest before it ends."""
    return timedelta(hours=services.settings.session_idle_hours)


def absolute_limit(services: Services) -> timedelta:
    """Return how long a session lasts at most, used or not."""
    return timedelta(hours=services.settings.session_absolute_hours)
