"""Accounts: the links to Amazon, what they reach, which advertisers are kept, how tokens stand."""

from __future__ import annotations

import streamlit as st

from core.domain.connections import Status
from core.domain.regions import Region
from core.domain.roles import Action
from core.web import account_cards
from core.web.account_cards import Card, Overview
from core.web.context import PageContext
from core.web.parts import header, states
from core.web.parts.markup import draw, link, literal
from pages.account_parts import cards, choosing, generations, streaming, token_health

_ABOUT = "Link Amazon once; Flightdeck keeps the connection alive and fetches what you keep."
_DSP, _SPONSORED, _AMC = "DSP", "Sponsored ads", "Marketing Cloud"
_WHERE_TO_REVOKE = (
    "Login with Amazon, under Your Account, Account settings, Manage apps and services"
)


def render(ctx: PageContext) -> None:
    """Draw the tab that is asked for; only its own content is worked out."""
    header.title("Accounts", about=_ABOUT)
    seen = account_cards.overview(ctx)
    _draw_ways_in(ctx, seen)
    tab = st.segmented_control(
        "Kind of account",
        [_DSP, _SPONSORED, _AMC],
        default=_DSP,
        required=True,
        key="accounts.tab",
        label_visibility="collapsed",
    )
    if tab == _AMC:
        cards.draw_amc()
    elif tab == _SPONSORED:
        _draw_sponsored(seen)
    else:
        _draw_dsp(ctx, seen)


def _draw_ways_in(ctx: PageContext, seen: Overview) -> None:
    if not ctx.may(Action.LINK_ACCOUNTS):
        return
    for card in seen.to_reconnect:
        states.notice(
            "bad",
            f"Amazon no longer accepts the connection of {card.whose} "
            f"({card.connection.region.label}). No new data arrives until it is authorized again.",
            step=states.Step("Authorize again", _again(ctx, card)),
        )
    first = not seen.cards
    ways = "".join(
        link(
            ctx.path("oauth/amazon/start", region=region),
            region.label,
            style="primary" if first else "button",
        )
        for region in Region
    )
    draw(f'<div class="fd-actions"><span>Link an Amazon account in</span>{ways}</div>')


def _draw_dsp(ctx: PageContext, seen: Overview) -> None:
    if seen.is_looking:
        _watch_discovery(ctx)
    if not seen.cards and not seen.advertisers:
        states.empty(
            "No Amazon account is linked yet. Choose the region your advertisers are in, above; "
            "you may link several."
            if ctx.may(Action.LINK_ACCOUNTS)
            else "No Amazon account is linked yet. An owner or admin links one."
        )
        return
    if ctx.may(Action.CHOOSE_ADVERTISERS):
        choosing.draw_choice(ctx, seen)
    for card in seen.cards:
        with st.container(border=True, key=f"accounts.{card.connection.id}"):
            cards.draw_dsp(ctx, card)
            generations.draw(ctx, card)
            streaming.draw(ctx, card)
            _draw_actions(ctx, card)
    if not seen.cards:
        cards.draw_advertisers(seen.advertisers)
    if seen.cards:
        token_health.draw(ctx, seen)


def _draw_sponsored(seen: Overview) -> None:
    shown = [card for card in seen.cards if card.connection.status is not Status.DISCONNECTED]
    behind = [card for card in shown if card.profiles_of_ads or card.sponsored]
    if not behind:
        states.empty("No account for sponsored ads was found behind the linked users.")
    for card in behind:
        with st.container(border=True):
            cards.draw_sponsored(card)


@st.fragment(run_every=2.0)
def _watch_discovery(ctx: PageContext) -> None:
    """Say that Amazon is being looked at, and draw the screen anew once it has been."""
    now = account_cards.overview(ctx)
    if not now.is_looking:
        st.rerun()
    whose = ", ".join(f"{c.whose} ({c.connection.region})" for c in now.cards if c.is_looking)
    states.notice("", f"Looking up what {whose} can reach. This takes some seconds.")


def _draw_actions(ctx: PageContext, card: Card) -> None:
    if not ctx.may(Action.LINK_ACCOUNTS):
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        is_over = card.connection.status is Status.DISCONNECTED
        words = "Link again" if is_over else "Authorize again"
        draw(link(_again(ctx, card), words, style="button"))
        if not is_over and st.button(
            "Disconnect", key=f"accounts.disconnect.{card.connection.id}", type="tertiary"
        ):
            _confirm_disconnect(ctx, card)


@st.dialog("Disconnect this account?")
def _confirm_disconnect(ctx: PageContext, card: Card) -> None:
    st.write(
        f"Flightdeck drops its tokens for {literal(card.whose)} in "
        f"{card.connection.region.label} and fetches nothing more through them. Everything "
        "fetched so far stays."
    )
    st.write(
        f"The consent at Amazon itself ends at {_WHERE_TO_REVOKE}; Flightdeck cannot withdraw it."
    )
    if st.button("Disconnect", type="primary", key="accounts.disconnect.sure"):
        account_cards.disconnect(ctx, card.connection.id)
        st.rerun()


def _again(ctx: PageContext, card: Card) -> str:
    return ctx.path(
        "oauth/amazon/start", region=card.connection.region, connection=card.connection.id
    )
