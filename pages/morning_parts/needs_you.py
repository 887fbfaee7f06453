"""The "needs you" list: what is wrong, the money at stake, and what people did about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

import streamlit as st

from core.domain.formats import compact
from core.domain.ids import UserId
from core.domain.metrics import Unit
from core.domain.roles import Action, may
from core.domain.views import View
from core.insight import attention
from core.insight.attention import Item, NeedsYou, State, needs_you
from core.insight.audience import Audience, audience
from core.insight.pace_book import pace_book
from core.insight.sheets import Sheet, attention_sheet
from core.store.identity.members import Member
from core.web.context import PageContext
from core.web.parts import downloads
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, status
from core.web.parts.words import said

SHOWN = 5
People = Mapping[str, Member]


class Act(StrEnum):
    """What can be done about an item."""

    SEEN = "Seen"
    TOMORROW = "Put off until tomorrow"
    WEEK = "Put off for a week"
    MINE = "Take it on"
    NOBODYS = "Give it back"
    REOPEN = "Open again"


def draw(ctx: PageContext, view: View) -> None:
    """Draw the list; what is done about an item re-draws the list alone."""

    @st.fragment
    def block() -> None:
        _draw(ctx, view)

    block()


def _draw(ctx: PageContext, view: View) -> None:
    with ctx.desk() as desk:
        whom = audience(desk, view)
        found = needs_you(desk, whom, pace_book(desk, whom))
        people = {str(m.user_id): m for m in desk.tenant.members.all()}
    section("Needs you", beside=_counted(found))
    if not found.open and not found.handled:
        draw_html(f'<p class="fd-muted">{esc(_quiet(ctx, whom))}</p>')
        return
    is_whole = st.session_state.get("morning.attention.all", False)
    for item in found.open if is_whole else found.open[:SHOWN]:
        _draw_item(ctx, whom, item, people)
    if not found.open:
        draw_html(
            '<p class="fd-muted">Nothing is open; what was seen or put off is kept below.</p>'
        )
    if is_whole:
        for item in found.handled:
            _draw_item(ctx, whom, item, people)
    _draw_foot(ctx, whom, found)


def _quiet(ctx: PageContext, whom: Audience) -> str:
    if any(whom.days[str(a.advertiser_id)].is_loading(ctx.moment) for a in whom.advertisers):
        return "Nothing is raised before the first load is complete."
    return (
        "Nothing is off: no flight far from its plan, nothing stopped, nothing rejected, every "
        "connection works."
    )


def _draw_foot(ctx: PageContext, whom: Audience, found: NeedsYou) -> None:
    more = len(found.open) > SHOWN or found.handled
    with st.container(horizontal=True, vertical_alignment="center"):
        if more:
            st.toggle(_all_of(found), key="morning.attention.all", width="content")
        downloads.sheet_menu(
            ctx, lambda: _sheet(whom, found), name="needs you", key="morning.attention.file"
        )


def _all_of(found: NeedsYou) -> str:
    told = [f"all {len(found.open)}"] if found.open else []
    if found.handled:
        told.append(f"{len(found.handled)} dealt with")
    return f"Show {' and '.join(told)}"


def _sheet(whom: Audience, found: NeedsYou) -> Sheet:
    return attention_sheet(whom, [*found.open, *found.handled])


def _counted(found: NeedsYou) -> str:
    told = [f"{len(found.open)} open"] if found.open else []
    if found.handled:
        told.append(f"{len(found.handled)} dealt with")
    return ", ".join(told)


def _draw_item(ctx: PageContext, whom: Audience, item: Item, people: People) -> None:
    alarm = item.alarm
    with st.container(horizontal=True, vertical_alignment="top", key=f"fd-item-{_slug(alarm.key)}"):
        draw_html(_item(whom, item, people))
        if ctx.as_of or not ctx.may(Action.HANDLE_ATTENTION):
            return
        acts, key = _acts(ctx, item, people), f"morning.act.{alarm.key}"

        def picked() -> None:
            _do(ctx, whom, item, st.session_state[key])

        st.menu_button(
            "Deal with it", list(acts), key=key, format_func=acts.__getitem__, on_click=picked
        )


def _item(whom: Audience, item: Item, people: People) -> str:
    alarm = item.alarm
    names = {str(a.advertiser_id): a.name for a in whom.kept}
    whose = "" if whom.is_single else names.get(alarm.advertiser_id or "", "")
    notes = [esc(note) for note in (whose, _handled(item, whom, people)) if note]
    stake = ""
    if alarm.stake is not None:
        told = compact(alarm.stake.amount, Unit.MONEY, alarm.stake.currency)
        stake = f'<b title="{esc(alarm.stake)}">{esc(told)}</b><small>at stake</small>'
    foot = f"<small>{' · '.join(notes)}</small>" if notes else ""
    return (
        f'<article class="fd-item"><div>{status(alarm.trouble.tone, alarm.trouble.value)}'
        f'<p>{said(alarm.says)}</p><p class="fd-muted">{esc(alarm.action)}</p>{foot}</div>'
        f'<div class="fd-stake">{stake}</div></article>'
    )


def _handled(item: Item, whom: Audience, people: People) -> str:
    told = []
    if item.state is State.ACKNOWLEDGED:
        told.append("seen")
    if item.snoozed_until is not None:
        zone = whom.advertisers[0].timezone if whom.advertisers else "UTC"
        told.append(f"put off until {item.snoozed_until.astimezone(ZoneInfo(zone)):%-d %b %H:%M}")
    if item.owner is not None:
        told.append(f"taken on by {_named(people.get(str(item.owner)))}")
    return ", ".join(told)


def _acts(ctx: PageContext, item: Item, people: People) -> dict[str, str]:
    """Return what can be done, in words: acts by their values, whom to give it to by their ids."""
    whose = Act.NOBODYS if item.owner == ctx.scope.user_id else Act.MINE
    acts = [Act.SEEN, Act.TOMORROW, Act.WEEK] if item.state is State.OPEN else [Act.REOPEN]
    others = {
        user_id: f"Give it to {_named(member)}"
        for user_id, member in people.items()
        if user_id not in {ctx.scope.user_id, item.owner} and _can_own(member, item)
    }
    return {act.value: act.value for act in (*acts, whose)} | others


def _can_own(member: Member, item: Item) -> bool:
    """Return whether somebody sees what it is about and may deal with it."""
    seen, advertiser_id = member.advertiser_ids, item.alarm.advertiser_id
    return may(member.role, Action.HANDLE_ATTENTION) and (seen is None or advertiser_id in seen)


def _named(member: Member | None) -> str:
    return (member.name or member.email if member else "") or "a colleague"


def _do(ctx: PageContext, whom: Audience, item: Item, act: str) -> None:
    alarm, now = item.alarm, ctx.services.clock.now()
    with ctx.writing() as tenant:
        if act == Act.SEEN:
            attention.acknowledge(tenant, [alarm], now)
        elif act in {Act.TOMORROW, Act.WEEK}:
            attention.snooze(tenant, alarm, now, _until(whom, item, Act(act), now))
        elif act == Act.REOPEN:
            attention.reopen(tenant, alarm, now)
        else:
            owners = {str(Act.MINE): ctx.scope.user_id, str(Act.NOBODYS): None}
            attention.assign(tenant, alarm, now, owners.get(act, UserId(act)))


def _until(whom: Audience, item: Item, act: Act, now: datetime) -> datetime:
    """Return six in the morning, in the advertiser's zone, one day or seven from now."""
    zones = {str(a.advertiser_id): a.timezone for a in whom.kept}
    zone = ZoneInfo(zones.get(item.alarm.advertiser_id or "", "UTC"))
    local = now.astimezone(zone) + timedelta(days=1 if act is Act.TOMORROW else 7)
    return local.replace(hour=6, minute=0, second=0, microsecond=0)


def _slug(key: str) -> str:
    return "".join(letter if letter.isalnum() else "-" for letter in key)
