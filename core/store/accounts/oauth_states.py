"""Links under way: OAuth's `state` (RFC 6749 §10.12), used once by whoever started it.

The state itself goes through the browser; here is its hash, bound to the organization, person,
session and region it was made for, and the PKCE verifier (RFC 7636) under the web's own key.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update

from core.domain.ids import ConnectionId, OrgId, UserId
from core.domain.regions import Region
from core.domain.roles import Action
from core.errors import UserError
from core.security.secret import Secret
from core.security.tokens import same, token_hash
from core.store.schema import oauth_state
from core.store.scoped import Scoped
from core.store.transaction import Transaction


class StateEnd(StrEnum):
    """Why a state is not accepted."""

    UNKNOWN = "unknown"
    USED = "used"
    EXPIRED = "expired"
    OTHER_SESSION = "other session"


@dataclass(frozen=True, slots=True)
class LinkTried:
    """Which link an answer was taken up for, and when."""

    org_id: OrgId
    region: Region
    used_at: datetime


class StateRefused(UserError):
    """The answer from Amazon does not belong to a link under way; `reason` says why.

    `tried` is the link it was used for, where it was used already.
    """

    def __init__(self, reason: StateEnd, tried: LinkTried | None = None) -> None:
        super().__init__(_SENTENCES[reason])
        self.reason = reason
        self.tried = tried


_AGAIN = "Nothing was stored. Start again from the Accounts page."
_SENTENCES = {
    StateEnd.UNKNOWN: f"This answer does not belong to a link that was started here. {_AGAIN}",
    StateEnd.USED: f"This answer was used already. {_AGAIN}",
    StateEnd.EXPIRED: f"This link took too long and was closed. {_AGAIN}",
    StateEnd.OTHER_SESSION: f"This link was started in another session. {_AGAIN}",
}


@dataclass(frozen=True, slots=True)
class LinkUnderWay:
    """What was noted when a person was sent to Amazon."""

    org_id: OrgId
    user_id: UserId
    region: Region
    connection_id: ConnectionId | None
    verifier_sealed: bytes


class OAuthStates(Scoped):
    """Begins links, for whoever may link accounts."""

    def begin(
        self,
        state: Secret,
        *,
        session_id: str,
        region: Region,
        verifier_sealed: bytes,
        now: datetime,
        expires_at: datetime,
        connection_id: str | None = None,
    ) -> None:
        """Note a link under way. `connection_id` names an existing one to authorize again.

        Raises NotAllowed unless the role may link accounts.
        """
        self.require_person(Action.LINK_ACCOUNTS)
        row = self.own(
            oauth_state,
            state_hash=token_hash(state),
            user_id=self.scope.user_id,
            session_id=session_id,
            region=region,
            connection_id=connection_id,
            verifier_sealed=verifier_sealed,
            created_at=now,
            expires_at=expires_at,
        )
        self.tx.insert(oauth_state, [row])


@dataclass(frozen=True, slots=True)
class Consumption:
    """Takes a state back from the browser, before the organization is known."""

    tx: Transaction

    def consume(
        self, state: Secret, *, session_id: str, user_id: str, now: datetime
    ) -> LinkUnderWay:
        """Return what was noted under `state`, and use it up: of two callers one gets it.

        Raises StateRefused: unknown (or another person's), used, expired, or begun in another
        session. A refused state stays as it was.
        """
        self.tx.present(sub=user_id)
        mine = (oauth_state.c.state_hash == token_hash(state)) & (oauth_state.c.user_id == user_id)
        open_here = (
            mine
            & (oauth_state.c.session_id == session_id)
            & oauth_state.c.used_at.is_(None)
            & (oauth_state.c.expires_at > now)
        )
        used = self.tx.run(update(oauth_state).where(open_here).values(used_at=now))
        row = self.tx.row(select(oauth_state).where(mine))
        if row is None:
            raise StateRefused(StateEnd.UNKNOWN)
        if not same(row.session_id, session_id):
            raise StateRefused(StateEnd.OTHER_SESSION)
        if not used and row.used_at:
            tried = LinkTried(OrgId(row.org_id), Region(row.region), row.used_at)
            raise StateRefused(StateEnd.USED, tried)
        if not used:
            raise StateRefused(StateEnd.EXPIRED)
        return LinkUnderWay(
            OrgId(row.org_id),
            UserId(row.user_id),
            Region(row.region),
            row.connection_id and ConnectionId(row.connection_id),
            row.verifier_sealed,
        )
