"""What a good answer of Amazon's leads to: tokens sealed, one connection, discovery asked for.

The web process sees the refresh token once, between the exchange and the seal. It holds only the
public key: from then on nobody but the scheduler can open it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.amazon.lwa import AmazonUser as Consenter
from core.amazon.lwa import Grant
from core.config import Settings
from core.domain.ids import ConnectionId
from core.domain.job_kinds import JobKind
from core.domain.roles import Action, may
from core.domain.scope import TenantScope
from core.errors import Upstream
from core.security.sealing import Purpose, SealContext, Sealed, Sealer
from core.security.secret import Secret
from core.store.accounts.connections import AmazonUser
from core.store.accounts.credentials import Grant as FirstAccess
from core.store.accounts.oauth_states import LinkTried, LinkUnderWay
from core.store.work.jobs import NewJob
from core.web.services import Services
from core.web.sessions import Visitor

VERIFIER = "pkce-verifier"
CALLBACK = "/oauth/amazon/callback"
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Linked:
    """The connection a grant belongs to, and its Amazon user's name where it is known."""

    connection_id: ConnectionId
    name: str | None


def redirect_uri(settings: Settings) -> str:
    """Return the one address Amazon may send people back to; never taken from a request."""
    return settings.public_url.rstrip("/") + CALLBACK


def complete(services: Services, code: Secret, visitor: Visitor, under_way: LinkUnderWay) -> Linked:
    """Exchange the code, ask who this is, and keep the grant; return its connection.

    Raises UserError when Amazon no longer accepts the code, OurConfig when it does not accept
    our client, Upstream when it does not answer. Each leaves nothing behind.
    """
    scope = visitor.scope_in(under_way.org_id)
    scope.require(Action.LINK_ACCOUNTS)
    verifier = services.web_key.decrypt(
        under_way.verifier_sealed, purpose=VERIFIER, context=visitor.session.id
    )
    grant = services.amazon.exchange_code(
        under_way.region,
        code=code,
        redirect_uri=redirect_uri(services.settings),
        verifier=verifier,
    )
    who = _consenter(services, under_way, grant)
    return _kept(services, scope, under_way, grant, who)


def _consenter(services: Services, under_way: LinkUnderWay, grant: Grant) -> Consenter | None:
    """Who consented; None when the scope `profile` was not asked for or Amazon does not say."""
    if "profile" not in services.settings.amazon_scope.split():
        return None
    try:
        return services.amazon.user(under_way.region, grant.access.token)
    except Upstream as silence:
        _log.warning("link: Amazon did not say who consented: %s", silence)
        return None


def _kept(
    services: Services,
    scope: TenantScope,
    under_way: LinkUnderWay,
    grant: Grant,
    who: Consenter | None,
) -> Linked:
    now = services.clock.now()
    user = None if who is None else AmazonUser(who.user_id, who.name, who.email)
    with services.store.writing(scope) as tenant:
        connection_id = tenant.connections.link(
            under_way.region, user, now, again=under_way.connection_id
        )
        box = _Boxes(services.sealer, scope.org_id, connection_id)
        ends = now + timedelta(seconds=grant.access.expires_in)
        margin = timedelta(seconds=services.settings.token_refresh_margin_seconds)
        first = FirstAccess(
            access=box.sealed(grant.access.token, Purpose.ACCESS_TOKEN),
            access_expires_at=ends,
            refresh_due_at=max(now, ends - margin),
        )
        refresh = box.sealed(grant.refresh_token, Purpose.REFRESH_TOKEN)
        tenant.credentials.put(connection_id, refresh, now, first)
        tenant.jobs.enqueue(discovery_of(connection_id, now), now)
        tenant.audit.add("link account", connection_id, now, {"region": under_way.region})
    return Linked(connection_id, None if who is None else who.name)


def discovery_of(connection_id: str, now: datetime) -> NewJob:
    """Return the job that looks what lies behind a connection."""
    return NewJob(
        kind=JobKind.DISCOVER,
        payload={"connection_id": connection_id},
        run_at=now,
        key=f"discover:{connection_id}",
        priority=1,
    )


def note_refusal(services: Services, visitor: Visitor, under_way: LinkUnderWay, told: str) -> None:
    """Write into the audit trail that Amazon, or the person there, said no."""
    now = services.clock.now()
    with services.store.writing(visitor.scope_in(under_way.org_id)) as tenant:
        tenant.audit.add("link refused", under_way.region, now, {"told": told})
    _log.info("link declined: user %s, %s", visitor.person.id, under_way.region)


def led_to_a_link(services: Services, visitor: Visitor, tried: LinkTried) -> bool:
    """Return whether this person has linked an account of the region since it was tried."""
    for membership in visitor.memberships:
        if membership.scope.org_id == tried.org_id and may(membership.role, Action.LINK_ACCOUNTS):
            with services.store.reading(membership.scope) as tenant:
                return any(
                    link.linked_by == visitor.person.id
                    and link.region is tried.region
                    and link.linked_at >= tried.used_at
                    for link in tenant.connections.all()
                )
    return False


@dataclass(frozen=True, slots=True)
class _Boxes:
    sealer: Sealer
    org_id: str
    connection_id: str

    def sealed(self, token: Secret, purpose: Purpose) -> Sealed:
        return self.sealer.seal(token, SealContext(self.org_id, self.connection_id, purpose))
