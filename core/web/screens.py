"""The screens: their addresses, their names, and what a role needs to see them in the menu.

The first one is home. The login knows from here which paths it may return to; the shell gives
each its `render`. A screen hidden from the menu keeps its address.
"""

from __future__ import annotations

from dataclasses import dataclass

from core.domain.roles import Action


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One screen."""

    path: str
    title: str
    section: str = ""
    needs: Action = Action.SEE_DATA
    in_menu: bool = True


PLACES: tuple[Place, ...] = (
    Place(path="morning", title="Morning", section="Overview"),
    Place(path="pacing", title="Pacing", section="Overview"),
    Place(path="performance", title="Performance", section="Overview"),
    Place(path="reach", title="Reach & video", section="Overview"),
    Place(path="explore", title="Explore", section="Overview"),
    Place(path="compare", title="Compare", section="Overview"),
    Place(path="reports", title="Reports", section="Overview"),
    Place(path="health", title="Data health", section="Data"),
    Place(path="library", title="Library", section="Data"),
    Place(path="events", title="Events", section="Data"),
    Place(path="glossary", title="Glossary", section="Data"),
    Place(path="accounts", title="Accounts", section="Set-up"),
    Place(path="members", title="Members", section="Set-up", needs=Action.INVITE),
    Place(path="you", title="You", section="Set-up"),
    Place(path="invitation", title="Invitation", in_menu=False),
)
HOME = PLACES[0]
PATHS = frozenset(place.path for place in PLACES)


def address(path: str) -> str:
    """Return the address of a screen: home's is "/", so that the menu marks it."""
    return "/" if path == HOME.path else f"/{path}"
