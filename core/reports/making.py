"""From a view to a document: the kinds of report, and what each is for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from enum import StrEnum

from core.domain.periods import Preset
from core.domain.views import View
from core.insight.desk import Desk
from core.reports.document import Document
from core.reports.kinds.material import Material, material
from core.reports.kinds.monthly import monthly
from core.reports.kinds.page import SCREENS, page
from core.reports.kinds.weekly import weekly
from core.reports.kinds.wrap_up import wrap_up


class Kind(StrEnum):
    """A kind of report, as definitions keep it."""

    WEEKLY = "weekly"
    MONTHLY = "monthly"
    WRAP_UP = "wrap-up"
    PAGE = "page"

    @property
    def label(self) -> str:
        """Return its name for people."""
        return _LABELS[self]

    @property
    def says(self) -> str:
        """Return in a sentence what it holds."""
        return _SAYS[self]

    @property
    def days(self) -> str:
        """Return which days it is about, whatever the view says; "" for the view's own."""
        return _DAYS.get(self, "")


PAGES = frozenset(SCREENS)
"""The screens that can be set as a page."""

REPORTED = PAGES
"""The screens whose filters a report can be about."""

_LABELS = {
    Kind.WEEKLY: "Weekly summary",
    Kind.MONTHLY: "Monthly business review",
    Kind.WRAP_UP: "Flight wrap-up",
    Kind.PAGE: "The page as it is",
}
_SAYS = {
    Kind.WEEKLY: "The last seven days against the seven before, with a cover of three things.",
    Kind.MONTHLY: "The last month against the days before it: by week, funnel stage and order.",
    Kind.WRAP_UP: "Flights that ended in the view's days: budgets, spend, and what they bought.",
    Kind.PAGE: "The view's own days, figures, charts and tables, without a cover.",
}
_DAYS = {Kind.WEEKLY: "the last seven days", Kind.MONTHLY: "the last month"}
_WRITERS: Mapping[Kind, Callable[[Material], Document]] = {
    Kind.WEEKLY: weekly,
    Kind.MONTHLY: monthly,
    Kind.WRAP_UP: wrap_up,
}


def document_of(desk: Desk, view: View, kind: Kind) -> Document:
    """Return the report of a kind on a view, with a period of its own where the kind has one.

    A page is that of the view's own screen. Empty without an advertiser in view. Raises what the
    lake raises.
    """
    known = desk.as_known_at(view.as_of)
    if kind is Kind.PAGE:
        return page(known, view)
    return _WRITERS[kind](material(known, meant(view, kind)))


def meant(view: View, kind: Kind) -> View:
    """Return the view over the days that a report of a kind is about."""
    days = {Kind.WEEKLY: Preset.LAST_7, Kind.MONTHLY: Preset.LAST_MONTH}
    return replace(view, range=days.get(kind, view.range), page=1)
