"""The Supabase project that holds this installation's state, as persons reach it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Self

import httpx

from core.clock import Clock, SystemClock
from core.config import Settings
from core.domain.scope import JOB_USER, TenantScope
from core.errors import Defect
from core.security.secret import Secret
from core.security.signing import SigningKeys, TokenMint
from core.store.content.content import Content
from core.store.rest.remembered_rows import RememberedRows
from core.store.rest.rest_rows import RestRows

if TYPE_CHECKING:
    from supabase import Client

# Nobody waits longer for what is drawn on a page.
_PATIENCE = httpx.Timeout(10.0, connect=3.0)


class Project:
    """A project's address and public key, and the mint of tokens that it accepts.

    One pool of connections serves everybody; a client is made for each request and thrown away,
    so that no person's token can ever be on another's.
    """

    def __init__(
        self,
        address: str,
        publishable_key: str,
        mint: TokenMint,
        *,
        clock: Clock | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._address = address
        self._publishable_key = publishable_key
        self.mint = mint
        # PostgREST reads its own clock, so a token is never dated by one that the demo moves.
        self._clock = clock or SystemClock()
        self._http = httpx.Client(timeout=_PATIENCE, transport=transport, trust_env=False)

    @classmethod
    def from_settings(cls, settings: Settings) -> Self | None:
        """Return the project of SUPABASE_URL, None when there is none.

        Raises OurConfig for keys that are wrong.
        """
        if not settings.supabase_url:
            return None
        keys = SigningKeys.from_setting(Secret(settings.supabase_signing_keys.get_secret_value()))
        lifetime = timedelta(seconds=settings.supabase_token_seconds)
        mint = TokenMint(keys, settings.public_url.rstrip("/"), lifetime)
        return cls(settings.supabase_url, settings.supabase_publishable_key, mint)

    def content(self, scope: TenantScope) -> Content:
        """Return what people left in an organization, as this person sees and may change it.

        For one page or one change: the same is asked for once.
        Raises Defect for background work, which is no person and reads the state directly.
        """
        if scope.user_id == JOB_USER:
            raise Defect("Background work does not come through PostgREST.")
        rows = RestRows(lambda: self._client(scope), scope.org_id)
        return Content(RememberedRows(rows), scope)

    def close(self) -> None:
        """Give back the connections."""
        self._http.close()

    def _client(self, scope: TenantScope) -> Client:
        # Half a second of imports, for those alone who have a project.
        from supabase.lib.client_options import SyncClientOptions

        from supabase import create_client

        token = self.mint.token(scope.user_id, scope.org_id, self._clock.now())
        options = SyncClientOptions(
            headers={"Authorization": f"Bearer {token.reveal()}"},
            httpx_client=self._http,
            auto_refresh_token=False,
            persist_session=False,
            postgrest_client_retry=False,  # it would sleep up to seven seconds inside a page
        )
        return create_client(self._address, self._publishable_key, options)
