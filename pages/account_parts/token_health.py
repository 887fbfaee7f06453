"""Token health: how each connection's access is kept alive, and who must act where it is not."""

from __future__ import annotations

from core.domain.connections import Status
from core.domain.formats import percent
from core.domain.freshness import age_phrase
from core.web.account_cards import Card, Overview
from core.web.context import PageContext
from core.web.parts import header, table
from core.web.parts.markup import esc, named, status
from pages.account_parts.cards import TONES

_HEADS = (
    "Connection",
    "State",
    "Last refresh",
    "Next refresh",
    "Failures",
    "In time, 30 days",
    "Who must act",
)


def draw(ctx: PageContext, seen: Overview) -> None:
    """Draw a row a connection."""
    header.section(
        "Token health",
        beside="Amazon's access tokens last an hour and are renewed before they end",
    )
    table.small(_HEADS, [_row(ctx, card) for card in seen.cards], name="Token health")


def _row(ctx: PageContext, card: Card) -> list[str]:
    health, link = card.health, card.connection
    error = f"<br><small>{esc(health.last_error)}</small>" if health and health.last_error else ""
    return [
        f"{named(card.whose)}<br><small>{esc(link.region.label)}</small>",
        status(*TONES[link.status]) + error,
        esc(age_phrase(health.refreshed_at, ctx.now) if health and health.refreshed_at else "n/a"),
        esc(_next(ctx, card)),
        esc(str(health.failures) if health else "n/a"),
        esc(_reliability(card)),
        esc(_who(card)),
    ]


def _next(ctx: PageContext, card: Card) -> str:
    due = card.health.refresh_due_at if card.health else None
    if due is None:
        return "none"
    minutes = int((due - ctx.now).total_seconds() // 60)
    return f"in {minutes} min" if minutes > 0 else "now"


def _reliability(card: Card) -> str:
    measured = card.reliability
    if measured is None or measured.share is None:
        return "nothing due yet"
    return f"{percent(measured.share)} of {measured.due:,}"


def _who(card: Card) -> str:
    standing = card.connection.status
    if standing is Status.NEEDS_RECONNECT:
        return f"{card.linked_by}, or any owner or admin: authorize again"
    return "nobody" if standing is not Status.DISCONNECTED else "nobody; it was ended here"
