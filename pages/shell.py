"""The shell: who are you, what may you see, where do you want to go. The only script that runs.

The gate comes first, on the very first request of a cold server too. A visitor without a live
session finds the login at every address; the same addresses are registered either way, so a deep
link is not lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import streamlit as st

from core.domain.roles import may
from core.web import organization_choice, search_box, sidebar
from core.web.context import PageContext, draw_for
from core.web.frame import framed
from core.web.gate import current_visitor
from core.web.parts import moments
from core.web.parts.markup import wear_the_look
from core.web.screens import HOME, PLACES, Place
from core.web.services import Services, installed
from core.web.sessions import Visitor
from pages import (
    accounts,
    compare,
    data_health,
    events,
    explore,
    founding,
    glossary,
    invitation,
    library,
    login,
    members,
    morning,
    pacing,
    performance,
    reach,
    reports,
    you,
)

View = Callable[[], None]
SCREENS: Mapping[str, Callable[[PageContext], None]] = {
    "morning": morning.render,
    "pacing": pacing.render,
    "performance": performance.render,
    "reach": reach.render,
    "explore": explore.render,
    "compare": compare.render,
    "reports": reports.render,
    "health": data_health.render,
    "library": library.render,
    "events": events.render,
    "glossary": glossary.render,
    "accounts": accounts.render,
    "members": members.render,
    "you": you.render,
}


def main() -> None:
    """Draw one run."""
    services = installed()
    visitor = current_visitor(services)
    if visitor is None:
        views: dict[str, View] = {p.path: partial(login.render, services, p) for p in PLACES}
        framed(_navigation(views, lambda place: False).run)
    elif visitor.memberships:
        _serve(services, visitor)
    else:
        _serve_newcomer(services, visitor)


def _serve(services: Services, visitor: Visitor) -> None:
    """Give every address its screen, in the organization that is shown."""
    membership = organization_choice.chosen(visitor)
    now = services.clock.now()
    as_of = moments.asked(st.query_params.to_dict(), now)
    ctx = draw_for(PageContext(services, visitor, membership, now, as_of))
    views: dict[str, View] = {path: partial(render, ctx) for path, render in SCREENS.items()}
    views["invitation"] = partial(invitation.render, services, visitor)
    chosen = _navigation(views, lambda place: place.in_menu and may(membership.role, place.needs))
    with st.sidebar:
        organization_choice.draw(visitor, membership)
        search_box.draw_button(ctx)
        sidebar.draw_person(visitor)
    framed(partial(_run, ctx, chosen))


def _run(ctx: PageContext, chosen: st.Page) -> None:
    """Draw a screen, with the organization's own metrics beside Amazon's."""
    with ctx.catalogue():
        chosen.run()


def _serve_newcomer(services: Services, visitor: Visitor) -> None:
    """Whoever belongs to no organization can found one, or take up an invitation."""
    views: dict[str, View] = {p.path: partial(founding.render, services, visitor) for p in PLACES}
    views["invitation"] = partial(invitation.render, services, visitor)
    chosen = _navigation(views, lambda place: False)
    with st.sidebar:
        sidebar.draw_person(visitor)
    framed(chosen.run)


def _navigation(views: Mapping[str, View], in_menu: Callable[[Place], bool]) -> st.Page:
    """Register every address with its view, and return the one that is asked for.

    Home answers at "/" and at its own name.
    """
    menu: dict[str, list[st.Page]] = {}
    for place in PLACES:
        page = _page(place, views[place.path], default=place is HOME, shown=in_menu(place))
        menu.setdefault(place.section, []).append(page)
    menu[HOME.section].append(_page(HOME, views[HOME.path], default=False, shown=False))
    is_empty = not any(map(in_menu, PLACES))
    chosen = st.navigation(menu, position="hidden" if is_empty else "sidebar", expanded=True)
    wear_the_look(chosen.title)
    return chosen


def _page(place: Place, view: View, *, default: bool, shown: bool) -> st.Page:
    return st.Page(
        view,
        title=place.title,
        url_path="" if default else place.path,
        default=default,
        visibility="visible" if shown else "hidden",
    )


main()
