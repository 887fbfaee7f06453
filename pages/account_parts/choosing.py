"""Choosing which advertisers are kept, and the one that screens open with."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from core.domain.connections import SyncState
from core.store.accounts.advertisers import Advertiser
from core.web import keeping
from core.web.account_cards import Overview
from core.web.context import PageContext
from core.web.parts import header


def draw_choice(ctx: PageContext, seen: Overview) -> None:
    """Draw the choice, with the size of the first load before it is made."""
    if not seen.advertisers:
        return
    kept = [a for a in seen.advertisers if a.sync_state is SyncState.SELECTED]
    header.section("Advertisers kept", beside=f"{len(kept)} of {len(seen.advertisers)}")
    names = {a.advertiser_id: _labelled(a) for a in seen.advertisers}
    picked = st.multiselect(
        "Fetch and keep these advertisers",
        list(names),
        default=[a.advertiser_id for a in kept],
        format_func=lambda advertiser_id: names[advertiser_id],
        key=f"accounts.kept.{_state_of(kept)}",
        placeholder="Choose advertisers",
    )
    before = {a.advertiser_id for a in kept}
    added, dropped = set(picked) - before, before - set(picked)
    st.caption(_consequences(len(added), len(dropped)))
    if st.button(
        "Keep these", type="primary", key="accounts.keep", disabled=not added and not dropped
    ):
        keeping.keep_exactly(ctx.services, ctx.scope, frozenset(picked))
        st.rerun()
    _draw_default(ctx, kept)


def _draw_default(ctx: PageContext, kept: Sequence[Advertiser]) -> None:
    if len(kept) < 2:
        return
    names = {a.advertiser_id: _labelled(a) for a in kept}
    present = next((a.advertiser_id for a in kept if a.is_default), None)
    ids = list(names)
    chosen = st.selectbox(
        "Screens open with",
        ids,
        index=ids.index(present) if present else None,
        format_func=lambda advertiser_id: names[advertiser_id],
        key=f"accounts.default.{present}",
        placeholder="all of them",
    )
    if chosen is not None and chosen != present:
        keeping.make_default(ctx.services, ctx.scope, chosen)
        st.rerun()


def _consequences(added: int, dropped: int) -> str:
    """What the choice will do, before it is made."""
    said = []
    if added:
        load = keeping.backfill_of(added)
        plural = "advertiser" if added == 1 else "advertisers"
        said.append(
            f"{added} more {plural}: the last {load.days} days of {load.report_types} report "
            f"types, at most {load.requests:,} requests to Amazon. The newest days of the main "
            "report come first, within minutes; the rest follows over the next days, because "
            "Amazon allows few requests a day."
        )
    if dropped:
        plural = "advertiser is" if dropped == 1 else "advertisers are"
        said.append(f"{dropped} {plural} no longer fetched; what is there stays.")
    return " ".join(said) or "Whatever Amazon still has of a kept advertiser is fetched and kept."


def _labelled(advertiser: Advertiser) -> str:
    return f"{advertiser.name} · {advertiser.country or advertiser.region}"


def _state_of(kept: Sequence[Advertiser]) -> str:
    """A new choice stands under a new key, so the widget starts from what is stored."""
    return "-".join(sorted(a.advertiser_id for a in kept))[:200]
