"""What people are told by mail: what happened, what it means, what to do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from core.domain.roles import Role
from core.store.accounts.connections import Connection
from core.store.doors import Tenant
from core.store.work.outbox import Mail


def tell_owners(tenant: Tenant, mails: Iterable[Mail], now: datetime) -> int:
    """Put mails into the post; return how many had not been put there before."""
    return sum(tenant.outbox.put(mail, now) for mail in mails)


def grant_lost(
    tenant: Tenant, connection: Connection, version: int, when: datetime, public_url: str
) -> list[Mail]:
    """Return one mail to each owner: a connection must be authorized again.

    `version` is the credential's: a grant lost anew, after a reconnect, is told anew.
    """
    text = (
        f"On {when:%-d %B %Y at %H:%M} UTC Amazon stopped accepting the connection of "
        f"{_who(connection)} ({connection.region.label}): access was withdrawn or has ended.\n\n"
        "No new data arrives through it. Everything fetched so far stays where it is.\n\n"
        f"To go on, authorize it again: {public_url.rstrip('/')}/accounts"
    )
    subject = f"Reconnect needed: {_who(connection)}"
    return _to_owners(tenant, "grant_lost", subject, text, f"grant-lost:{connection.id}:{version}")


def data_about_to_stop(
    tenant: Tenant, connection: Connection, since: datetime, ends: datetime, public_url: str
) -> list[Mail]:
    """Return one mail to each owner: refreshing keeps failing and the token is about to end.

    One a day for an organization, however many of its connections are in trouble.
    """
    text = (
        f"Since {since:%-d %B %Y at %H:%M} UTC Amazon does not answer when we renew the access of "
        f"{_who(connection)} ({connection.region.label}). We keep trying.\n\n"
        f"If that lasts, no new data arrives after {ends:%-d %B at %H:%M} UTC. "
        "Nothing is lost and there is nothing to do yet.\n\n"
        f"How it stands: {public_url.rstrip('/')}/accounts"
    )
    key = f"about-to-stop:{tenant.scope.org_id}:{ends:%Y-%m-%d}"
    return _to_owners(tenant, "data_about_to_stop", "Data is about to stop", text, key)


def _to_owners(tenant: Tenant, kind: str, subject: str, text: str, key: str) -> list[Mail]:
    owners = [m for m in tenant.members.all() if m.role is Role.OWNER and m.email]
    return [
        Mail(kind, str(owner.email), subject, {"text": text}, f"{key}:{owner.user_id}")
        for owner in owners
    ]


def _who(connection: Connection) -> str:
    return connection.amazon_name or connection.amazon_email or "an Amazon account"
