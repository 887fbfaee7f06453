"""Inviting somebody: a link for them alone, and a mail that carries it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from core.domain.roles import Role
from core.errors import UserError
from core.security.secret import Secret
from core.security.tokens import new_token
from core.store.identity.invitations import Invitation
from core.store.work.outbox import Mail
from core.web.context import PageContext

# Enough to catch a slip of the hand; whether an address exists is found out by writing to it.
_ADDRESS = re.compile(r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9.-]{1,200}\.[A-Za-z]{2,24}")


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation just made. The link is known here, now, and never again."""

    invitation: Invitation
    link: str


def invite(
    ctx: PageContext, email: str, role: Role, advertiser_ids: Collection[str] | None
) -> Invited:
    """Return the invitation and its link, and put a mail to the invited into the post.

    Raises UserError for an address that is none, NotAllowed as the store says.
    """
    address = email.strip()
    if not is_address(address):
        raise UserError("That is no mail address.")
    token = new_token()
    settings = ctx.services.settings
    link = f"{settings.public_url.rstrip('/')}/invitations/{token.reveal()}"
    with ctx.writing() as tenant:
        made = tenant.invitations.create(
            address,
            role,
            token,
            now=ctx.now,
            expires_at=ctx.now + timedelta(hours=settings.invitation_hours),
            advertiser_ids=advertiser_ids,
        )
        tenant.outbox.put(_mail(ctx, made, Secret(link)), ctx.now)
        tenant.audit.add("invite", made.id, ctx.now, {"role": role})
    return Invited(made, link)


def is_address(text: str) -> bool:
    """Return whether a text can be a mail address."""
    return _ADDRESS.fullmatch(text) is not None


def _mail(ctx: PageContext, made: Invitation, link: Secret) -> Mail:
    name = ctx.membership.org_name
    who = ctx.visitor.person.name or ctx.visitor.person.email or "A colleague"
    return Mail(
        kind="invitation",
        recipient=made.email,
        subject=f"{who} invites you to {name} on Flightdeck",
        body={
            "text": f"{who} invites you to {name} on Flightdeck, as {made.role}.\n\n"
            f"Open this link to accept, until {made.expires_at:%-d %b %Y %H:%M} UTC:\n"
            f"{link.reveal()}\n\nIf you did not expect this, ignore it: nothing happens.",
        },
        message_id=f"invitation.{made.id}@flightdeck",
    )
