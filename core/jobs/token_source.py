"""The current token of a connection: from memory, from its sealed place, or by a refresh.

A token is asked for before each call. In one process all who want a new token of one connection
stand in one line, so twenty calls that meet a 401 together lead to one refresh.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from threading import Lock

from core.clock import Clock
from core.domain.scope import TenantScope
from core.errors import NeedsReconnect
from core.jobs.refresh import Access, Refresher
from core.security.secret import Secret
from core.store.accounts.credentials import Credential


class TokenKeeper:
    """Access tokens of every connection, opened once per version of the credential."""

    def __init__(self, refresher: Refresher, clock: Clock, *, patience: float) -> None:
        self._refresher = refresher
        self._clock = clock
        self._patience = patience
        self._lines: defaultdict[str, Lock] = defaultdict(Lock)
        self._opened: dict[str, tuple[int, Access | None]] = {}

    def source(self, scope: TenantScope, connection_id: str) -> ConnectionTokens:
        """Return the tokens of one connection, as the API client asks for them."""
        return ConnectionTokens(self, scope, connection_id)

    def current(self, scope: TenantScope, connection_id: str) -> Secret:
        """Return a token that lives. Raises NotFound for a connection that is gone,
        NeedsReconnect for a lost grant, and as a refresh does."""
        credential = self._refresher.credential(scope, connection_id)
        if credential.refresh_due_at is None:
            raise NeedsReconnect("Amazon no longer accepts the grant of this connection.")
        held = self._read(scope, credential)
        if held is not None and held.lives(self._clock.now()):
            return held.token
        return self._renew(scope, connection_id, None)

    def renewed(self, scope: TenantScope, connection_id: str, refused: Secret) -> Secret:
        """Return a token other than `refused`; raises as `current` does."""
        return self._renew(scope, connection_id, refused)

    def _renew(self, scope: TenantScope, connection_id: str, refused: Secret | None) -> Secret:
        def needed(credential: Credential) -> bool:
            held = self._read(scope, credential)
            if held is None or not held.lives(self._clock.now()):
                return True
            return refused is not None and held.token == refused

        with self._lines[connection_id]:
            credential = self._refresher.credential(scope, connection_id)
            held = self._read(scope, credential)
            if held is not None and not needed(credential):
                return held.token
            patience = self._patience
            return self._refresher.renew(scope, connection_id, needed, patience=patience).token

    def _read(self, scope: TenantScope, credential: Credential) -> Access | None:
        version, held = self._opened.get(credential.connection_id, (0, None))
        if version != credential.version:
            held = self._refresher.opened(scope, credential)
            self._opened[credential.connection_id] = (credential.version, held)
        return held


@dataclass(frozen=True, slots=True)
class ConnectionTokens:
    """One connection's tokens."""

    keeper: TokenKeeper
    scope: TenantScope
    connection_id: str

    def current(self) -> Secret:
        """Return a token that lives; see `TokenKeeper.current`."""
        return self.keeper.current(self.scope, self.connection_id)

    def renewed(self, refused: Secret) -> Secret:
        """Return a token other than the refused one; see `TokenKeeper.renewed`."""
        return self.keeper.renewed(self.scope, self.connection_id, refused)
