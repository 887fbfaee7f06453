"""Who somebody is, and whether their session lives. Before any organization is chosen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from core.domain.ids import UserId
from core.security.secret import Secret
from core.security.tokens import new_id, token_hash
from core.store.schema import app_session, app_user
from core.store.transaction import Transaction, picked


@dataclass(frozen=True, slots=True)
class Identity:
    """What an identity provider says of somebody. (issuer, subject) is who they are."""

    issuer: str
    subject: str
    email: str | None = None
    email_verified: bool = False
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """A user of ours."""

    id: UserId
    issuer: str
    subject: str
    email: str | None
    email_verified: bool
    name: str | None


@dataclass(frozen=True, slots=True)
class Session:
    """A log-in on one browser."""

    id: str
    user_id: UserId
    issuer: str
    subject: str
    created_at: datetime
    last_seen_at: datetime
    absolute_end_at: datetime
    claims_end_at: datetime | None
    revoked_at: datetime | None
    user_agent: str | None

    def is_live(self, now: datetime, idle: timedelta) -> bool:
        """Return whether it is neither revoked, nor idle for `idle`, nor over any of its ends."""
        ends = [self.last_seen_at + idle, self.absolute_end_at]
        if self.claims_end_at is not None:
            ends.append(self.claims_end_at)
        return self.revoked_at is None and now < min(ends)

    def is_of(self, issuer: str, subject: str) -> bool:
        """Return whether the session belongs to who the identity cookie says this is."""
        return (self.issuer, self.subject) == (issuer, subject)


@dataclass(frozen=True, slots=True)
class PeopleAndSessions:
    """Recognizes people and keeps their sessions. Tokens come in, only hashes are kept."""

    tx: Transaction

    def recognize(self, identity: Identity, now: datetime) -> Person:
        """Return the user with this issuer and subject, made on the first log-in.

        Address and name follow the provider; an equal address never merges two people.
        """
        self.tx.present(issuer=identity.issuer, subject=identity.subject)
        told = {
            "email": identity.email,
            "email_verified": identity.email_verified,
            "name": identity.name,
            "last_login_at": now,
        }
        new = {"id": new_id("usr"), "issuer": identity.issuer, "subject": identity.subject}
        self.tx.insert_absent(app_user, {**new, **told, "created_at": now})
        mine = (app_user.c.issuer == identity.issuer) & (app_user.c.subject == identity.subject)
        self.tx.run(update(app_user).where(mine).values(told))
        person = self.tx.one(picked(app_user, Person).where(mine), Person)
        assert person is not None
        self.tx.present(sub=person.id)
        return person

    def person(self, user_id: str) -> Person | None:
        """Return the user, once the door knows that it is they who ask; else None."""
        return self.tx.one(picked(app_user, Person).where(app_user.c.id == user_id), Person)

    def open_session(
        self,
        person: Person,
        token: Secret,
        now: datetime,
        *,
        absolute_end_at: datetime,
        claims_end_at: datetime | None = None,
        user_agent: str | None = None,
    ) -> Session:
        """Return a new session of `person`, found again by `token` and by nothing else."""
        self.tx.present(sub=person.id)
        session = Session(
            new_id("ses"),
            person.id,
            person.issuer,
            person.subject,
            created_at=now,
            last_seen_at=now,
            absolute_end_at=absolute_end_at,
            claims_end_at=claims_end_at,
            revoked_at=None,
            user_agent=user_agent,
        )
        row = {name: getattr(session, name) for name in Session.__slots__}
        self.tx.insert(app_session, [{**row, "token_hash": token_hash(token)}])
        return session

    def live_session(self, token: Secret, now: datetime, idle: timedelta) -> Session | None:
        """Return the session of `token` when it is live, else None. Nothing recreates one.

        From here on the door knows whose session this is.
        """
        hashed = token_hash(token)
        self.tx.present(session=hashed)
        mine = picked(app_session, Session).where(app_session.c.token_hash == hashed)
        session = self.tx.one(mine, Session)
        if session is None or not session.is_live(now, idle):
            return None
        self.tx.present(sub=session.user_id)
        return session

    def touch(self, token: Secret, now: datetime) -> None:
        """Note that the session was used now; a revoked one stays revoked."""
        self._change(token, last_seen_at=now)

    def revoke(self, token: Secret, now: datetime) -> None:
        """End the session of `token`, if there is one."""
        self._change(token, revoked_at=now)

    def revoke_all(self, user_id: str, now: datetime) -> int:
        """End every session of a user ("log out everywhere"); return how many were open."""
        self.tx.present(sub=user_id)
        mine = (app_session.c.user_id == user_id) & app_session.c.revoked_at.is_(None)
        return self.tx.run(update(app_session).where(mine).values(revoked_at=now))

    def live_sessions(self, user_id: str, now: datetime, idle: timedelta) -> list[Session]:
        """Return a user's live sessions, the last used first."""
        self.tx.present(sub=user_id)
        query = picked(app_session, Session).where(app_session.c.user_id == user_id)
        found = self.tx.many(query.order_by(app_session.c.last_seen_at.desc()), Session)
        return [session for session in found if session.is_live(now, idle)]

    def _change(self, token: Secret, **values: datetime) -> None:
        hashed = token_hash(token)
        self.tx.present(session=hashed)
        live = (app_session.c.token_hash == hashed) & app_session.c.revoked_at.is_(None)
        self.tx.run(update(app_session).where(live).values(values))
