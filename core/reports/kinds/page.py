"""The page as it is: a screen's figures for its view, without a cover."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.domain.views import Screen, View
from core.insight.desk import Desk
from core.reports.document import Document
from core.reports.kinds.material import material, written
from core.reports.kinds.pages.compare import compare
from core.reports.kinds.pages.explore import explore
from core.reports.kinds.pages.pacing import pacing
from core.reports.kinds.pages.performance import performance
from core.reports.kinds.pages.reach import reach
from core.reports.kinds.weekly import sections


def morning(desk: Desk, view: View) -> Document:
    """Return the Morning screen: its figures, orders, troubles and edits."""
    given = material(desk, view)
    return written("Morning", given, sections(given), has_cover=False)


SCREENS: Mapping[Screen, Callable[[Desk, View], Document]] = {
    Screen.MORNING: morning,
    Screen.PACING: pacing,
    Screen.PERFORMANCE: performance,
    Screen.EXPLORE: explore,
    Screen.COMPARE: compare,
    Screen.REACH: reach,
}
"""The screens that can be set as a page."""


def page(desk: Desk, view: View) -> Document:
    """Return the document of a screen as it stands for a view.

    A screen without a page of its own is told as Morning would tell of it.
    """
    return SCREENS.get(view.screen, morning)(desk, view)
