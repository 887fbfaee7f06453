"""How a screen of figures begins: title and age of the data, filters, and what stands in the way.

    def render(ctx: PageContext) -> None:
        opening.screen(ctx, Screen.PERFORMANCE, "Performance", _draw)

    def _draw(desk: Desk, whom: Audience) -> None: ...

`_draw` is called when there is something to draw; else the state that explains it stands there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import streamlit as st

from core.domain.connections import SyncState
from core.domain.roles import Action
from core.domain.views import IDS_MAX, Screen, View, read
from core.insight.audience import Audience, Group, audience
from core.insight.desk import Desk
from core.insight.directory import directory
from core.insight.known_days import kept_days, known_days, through
from core.insight.shortfalls import Lack, shortfalls
from core.store.accounts.advertisers import Advertiser
from core.web import loading
from core.web.context import PageContext
from core.web.parts import filters, header, states
from core.web.parts.filters import Choices
from core.web.screens import address


def screen(
    ctx: PageContext,
    which: Screen,
    title: str,
    draw: Callable[[Desk, Audience], None],
    *,
    parts: Collection[str] = filters.ALL,
    meant: Callable[[Desk, View], Audience] = audience,
) -> None:
    """Draw a screen's head and filters, then `draw` its answer for whom the view means.

    `meant` says whom a view means, where the screen has filters beyond those of the bar.
    """
    with ctx.desk() as desk:
        everybody = desk.tenant.advertisers.all()
        if _is_without_data(ctx, desk, everybody, title):
            return
        head = st.container()
        view = filters.bar(which, _choices(ctx, desk, everybody, which), parts=parts)
        whom = meant(desk, view)
        told = through(whom.advertisers, whom.days, desk.now)
        with head:
            header.title(title, freshness=told.sentence)
        if not whom.advertisers:
            step = states.Step("Show all", address(which.value))
            states.empty("None of the chosen advertisers or orders is known.", step=step)
        elif told.line is None and ctx.as_of:
            states.empty("Nothing had been loaded by then. Choose a later moment.")
        elif told.line is None:
            loading.draw(ctx, whom.advertisers, whom.dataset)
        else:
            for found in shortfalls(whom, told, desk.now):
                (states.stale if found.lack is Lack.LATE else states.partial)(found.sentence)
            draw(desk, whom)


def _is_without_data(
    ctx: PageContext, desk: Desk, everybody: Sequence[Advertiser], title: str
) -> bool:
    """Draw why there can be no figures, and return whether that is so."""
    if any(a.sync_state is not SyncState.DISCOVERED for a in everybody):
        return False
    header.title(title)
    if everybody:
        states.nothing_chosen(may_choose=ctx.may(Action.CHOOSE_ADVERTISERS))
    elif desk.tenant.connections.all():
        states.no_advertisers()
    else:
        states.not_linked(may_link=ctx.may(Action.LINK_ACCOUNTS))
    return True


def _choices(
    ctx: PageContext, desk: Desk, everybody: Sequence[Advertiser], which: Screen
) -> Choices:
    """Return what can be chosen: orders are those of the advertisers that the address names."""
    named = read(which, st.query_params.to_dict()).view.advertisers
    names = {str(a.advertiser_id): a.name for a in everybody if _is_choosable(a, named)}
    meant = [a for a in names if a in named] or list(names)
    known = directory(desk).of(meant)
    kept = kept_days(known_days(desk, everybody), desk.now)
    return Choices(
        last_day=kept.end,
        first_day=kept.start,
        now=ctx.now,
        zone=filters.zone_of(everybody, named),
        advertisers=names,
        orders={one.id: one.order.name or one.id for one in known},
        groups=groups_offered(desk, everybody),
    )


def groups_offered(desk: Desk, everybody: Sequence[Advertiser]) -> dict[str, tuple[str, ...]]:
    """Return the kept advertisers of each group that an address has room for."""
    found = groups_kept(desk, everybody)
    return {name: ids for name, ids in found.items() if not why_left_out(ids)}


def groups_kept(desk: Desk, everybody: Sequence[Advertiser]) -> dict[str, tuple[str, ...]]:
    """Return the kept advertisers of every group, by its name."""
    kept = {str(a.advertiser_id) for a in everybody if a.sync_state is SyncState.SELECTED}
    return {
        group.name: tuple(a for a in group.advertiser_ids if a in kept)
        for group in desk.content.groups.all()
    }


def why_left_out(kept: Collection[str]) -> str:
    """Return why a group of these kept advertisers is not offered in filters; "" where it is."""
    if not kept:
        return "Not offered in the filters: no advertiser of it is kept."
    if len(kept) > IDS_MAX:
        return f"Not offered in the filters: an address has room for {IDS_MAX} advertisers."
    return ""


def _is_choosable(advertiser: Advertiser, named: Sequence[str]) -> bool:
    return advertiser.sync_state is SyncState.SELECTED or advertiser.advertiser_id in named


def dates(group: Group) -> str:
    """Return the days shown of a group, and those they are compared with."""
    compared = f", compared with {group.compared}" if group.compared else ""
    return f"{group.shown}{compared}"
