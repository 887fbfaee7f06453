"""Data health: what is known of each day, what was checked, and what Amazon was asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from core.domain.connections import SyncState
from core.domain.metrics import Dataset
from core.domain.roles import Action
from core.domain.views import Screen, read
from core.insight.accuracy import accuracy
from core.insight.coverage_calendar import calendar
from core.insight.desk import Desk
from core.insight.health import beliefs, checks, ledger, quarantine, requests_of
from core.insight.known_days import known_days, through
from core.insight.sheets import coverage_sheet
from core.store.accounts.advertisers import Advertiser
from core.web.context import PageContext
from core.web.parts import downloads, filters, header, moments, states
from core.web.parts.header import section
from pages.health_parts import asked, calendars, console, fetch, findings, plan, revised, sums

TITLE = "Data health"


def render(ctx: PageContext) -> None:
    """Draw the screen: all advertisers in short, one of them in full."""
    with ctx.desk() as desk:
        kept = [a for a in desk.tenant.advertisers.all() if a.sync_state is not _DISCOVERED]
        told = through(kept, known_days(desk, kept), desk.now)
        header.title(TITLE, freshness=told.sentence if kept else "")
        if not kept:
            _draw_nothing(ctx, desk)
            return
        _draw_moment(ctx, _chosen(kept))
        _draw_overview(ctx, desk, kept)
        _draw_one(ctx, desk, _chosen(kept))


_DISCOVERED = SyncState.DISCOVERED


def _draw_moment(ctx: PageContext, advertiser: Advertiser) -> None:
    """Draw the choice of an earlier moment, in the advertiser's zone."""
    view = replace(read(Screen.HEALTH, st.query_params.to_dict()).view, as_of=ctx.as_of)
    moments.draw_control(view, ctx.now, advertiser.timezone, filters.show)
    moments.draw_banner(view, advertiser.timezone, filters.show)


def _draw_nothing(ctx: PageContext, desk: Desk) -> None:
    if desk.tenant.advertisers.all():
        states.nothing_chosen(may_choose=ctx.may(Action.CHOOSE_ADVERTISERS))
    elif desk.tenant.connections.all():
        states.no_advertisers()
    else:
        states.not_linked(may_link=ctx.may(Action.LINK_ACCOUNTS))


def _chosen(kept: Sequence[Advertiser]) -> Advertiser:
    """Return the advertiser that the address names, else the one that pages open with."""
    named = read(Screen.HEALTH, st.query_params.to_dict()).view.advertisers
    return next((a for a in kept if a.advertiser_id in named), kept[0])


def _draw_overview(ctx: PageContext, desk: Desk, kept: Sequence[Advertiser]) -> None:
    strips = calendar(desk, kept, [Dataset.CAMPAIGN])
    section("Base facts", beside="a day each, the last 94; a bar for each month before them")
    calendars.draw_legend()
    calendars.draw_overview(ctx, strips, ledger(desk, kept, [Dataset.CAMPAIGN]))
    aside = quarantine(desk, kept)
    if aside:
        findings.draw_quarantine(ctx, aside)


def _draw_one(ctx: PageContext, desk: Desk, advertiser: Advertiser) -> None:
    requests = requests_of(desk, advertiser)
    strips = calendar(desk, [advertiser], list(Dataset))
    lines = ledger(desk, [advertiser], list(Dataset))
    section(advertiser.name, beside=f"{advertiser.timezone}, {advertiser.currency}")
    calendars.draw_tables(ctx, strips, lines, requests)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        downloads.sheet_menu(
            ctx, lambda: coverage_sheet(strips), name="coverage", key="health.coverage.file"
        )
        if ctx.as_of is None and ctx.may(Action.FETCH_AGAIN):
            fetch.draw(ctx, advertiser)
        if ctx.as_of is None and ctx.may(Action.IMPORT_PLAN):
            plan.draw(ctx, advertiser)
    sums.draw(ctx, accuracy(desk, advertiser))
    revised.draw(ctx, desk, advertiser, requests)
    console.draw(ctx, desk, advertiser)
    asked.draw(ctx, advertiser, requests)
    findings.draw_checks(ctx, advertiser, checks(desk, advertiser))
    findings.draw_beliefs(ctx, beliefs(desk, [advertiser]))
