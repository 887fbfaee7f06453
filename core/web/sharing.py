"""Share links: one view for whoever holds the link, without a login, until it ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from core.domain.catalogue import including
from core.domain.scope import TenantScope
from core.domain.views import query
from core.errors import NotFound, UserError
from core.insight.desk import Desk
from core.insight.own_metrics import own_metrics
from core.reports.definitions import ReportPlan, read_plan
from core.reports.document import Document
from core.reports.making import document_of
from core.security.passwords import is_password, password_hash
from core.security.secret import Secret
from core.security.tokens import new_token
from core.store.delivery.share_links import SharedView
from core.web.context import PageContext
from core.web.services import Services

DAYS_MAX = 180


@dataclass(frozen=True, slots=True)
class Opened:
    """An open link: what it shows, whose it is, and the scope it is answered in."""

    shared: SharedView
    scope: TenantScope
    organization: str


def share(ctx: PageContext, name: str, plan: ReportPlan, *, days: int, password: str) -> str:
    """Return the address of a new link; it is known here, now, and never again.

    Raises UserError for a span that is none or a password that is too short, NotAllowed unless
    the role may share.
    """
    if not 1 <= days <= DAYS_MAX:
        raise UserError(f"A link holds for 1 to {DAYS_MAX} days.")
    token = new_token()
    payload: dict[str, Any] = {
        "kind": plan.kind,
        "screen": plan.view.screen,
        "query": query(plan.view),
        "formats": list(plan.formats),
    }
    with ctx.writing() as tenant:
        made = tenant.share_links.create(
            name,
            payload,
            token,
            now=ctx.now,
            expires_at=ctx.now + timedelta(days=days),
            password_hash=password_hash(Secret(password)) if password else None,
        )
        tenant.audit.add("share link", made.id, ctx.now, {"days": days})
    return f"{ctx.services.settings.public_url.rstrip('/')}/shared/{token.reveal()}"


def opened(services: Services, token: str) -> Opened:
    """Return what a link leads to, in the scope of whoever made it, as it is today.

    Raises NotFound, always the same, for a link that is unknown, over or revoked, and for one
    whose maker left or may no longer share.
    """
    with services.store.reading_people() as door:
        shared = door.shared_views.open(Secret(token), services.clock.now())
        scope = door.shared_views.scope(shared)
    with services.store.reading(scope) as tenant:
        try:
            name = tenant.organization.get().name
        except NotFound:
            raise NotFound("The page") from None
    return Opened(shared, scope, name)


def admits(found: Opened, password: str) -> bool:
    """Return whether the link asks for no password, or this is it."""
    kept = found.shared.password_hash
    return kept is None or (bool(password) and is_password(Secret(password), kept))


def shown(services: Services, found: Opened) -> Document:
    """Return the one view that the link is about, from the newest data."""
    with (
        services.store.reading(found.scope) as tenant,
        services.lake.reader(found.scope) as reader,
        including(own_metrics(tenant).metrics),
    ):
        plan = read_plan(found.shared.payload)
        desk = Desk(tenant, reader, services.clock.now(), services.memory)
        return document_of(desk, plan.view, plan.kind)
