"""Fresh numbers by connection: whose hours are asked for, how that stands, and asking."""

from __future__ import annotations

import streamlit as st

from core.domain.connections import Status
from core.domain.freshness import age_phrase
from core.domain.roles import Action
from core.domain.stream import StreamState
from core.web import streams
from core.web.account_cards import Card
from core.web.context import PageContext
from core.web.parts import table
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, named, status
from core.web.streams import Heard

_WORDS = (
    (StreamState.FAILED, "bad", "failed"),
    (StreamState.ENDING, "warn", "being ended"),
    (StreamState.ASKED, "", "asked for"),
    (StreamState.PENDING, "", "waiting for Amazon's confirmation"),
    (StreamState.ACTIVE, "good", "flows"),
    (StreamState.ENDED, "", "ended"),
)


def draw(ctx: PageContext, card: Card) -> None:
    """Draw the stream of a connection's kept advertisers; nothing before any is kept."""
    found = streams.heard(card)
    if not found or card.connection.status is Status.DISCONNECTED:
        return
    region = card.connection.region
    has_queue = bool(ctx.services.settings.stream_queue_url(region))
    draw_html("<p><b>Fresh numbers:</b> hours from Amazon Marketing Stream.</p>")
    if not has_queue:
        draw_html(
            f'<p class="fd-muted">No queue is set up for {esc(region.label)}, so days are known '
            "from the next morning on. The operator sets one up (docs/operations.md, Fresh "
            "numbers); then hours can be asked for here.</p>"
        )
    if any(one.parts for one in found):
        rows = [_row(ctx, one) for one in found]
        table.small(["Advertiser", "Hours", "Last record"], rows, name=f"Stream of {card.whose}")
    if ctx.may(Action.LINK_ACCOUNTS) and (has_queue or any(one.is_wanted for one in found)):
        _draw_actions(ctx, card, found, has_queue=has_queue)


def _row(ctx: PageContext, one: Heard) -> list[str]:
    tone, word = next(
        ((tone, word) for state, tone, word in _WORDS if state in one.states), ("", "not asked for")
    )
    why = "".join(f"<br><small>{esc(error)}</small>" for error in one.errors)
    last = one.last_message_at
    return [
        named(one.advertiser.name),
        status(tone, word) + why,
        esc(age_phrase(last, ctx.now) if last else "none yet"),
    ]


def _draw_actions(ctx: PageContext, card: Card, found: list[Heard], *, has_queue: bool) -> None:
    link = card.connection.id
    by_id = {str(one.advertiser.advertiser_id): one for one in found}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Advertiser",
            list(by_id),
            format_func=lambda key: by_id[key].advertiser.name,
            key=f"accounts.stream.of.{link}",
        )
        one = by_id[chosen]
        if one.is_wanted:
            if st.button("End its hours", key=f"accounts.stream.end.{link}"):
                streams.unsubscribe(ctx.services, ctx.scope, chosen)
                st.rerun()
        elif has_queue and st.button("Get its hours", key=f"accounts.stream.get.{link}"):
            streams.subscribe(ctx.services, ctx.scope, chosen, link)
            st.rerun()
