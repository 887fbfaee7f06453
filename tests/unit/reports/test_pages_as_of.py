"""As of: each screen as a document, asked for later, is the document that was made then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from core.domain.cuts import Dimension
from core.domain.periods import Comparison, Preset
from core.domain.views import Alignment, Level, Screen, View
from core.reports.document import Document
from core.reports.kinds.page import SCREENS, page
from tests.unit.insight.office import Office
from tests.unit.insight.test_as_of import THEN, live_on, lived

__all__ = ["lived"]

MONTH = {"range": Preset.LAST_30}
VIEWS: list[dict[str, Any]] = [
    {"screen": Screen.MORNING, **MONTH},
    {"screen": Screen.PACING},
    {"screen": Screen.PACING, "orders": ("o1",)},
    {"screen": Screen.PERFORMANCE, **MONTH},
    {"screen": Screen.PERFORMANCE, "level": Level.CREATIVE, "comparison": Comparison.NONE},
    {"screen": Screen.EXPLORE, "cut": Dimension.ORDER, **MONTH},
    {"screen": Screen.EXPLORE, "cut": Dimension.LINE_ITEM, "pivot": Dimension.ORDER, **MONTH},
    {"screen": Screen.COMPARE, "orders": ("o1", "o2"), **MONTH},
    {"screen": Screen.COMPARE, "orders": ("o1", "o2"), "align": Alignment.FLIGHT, **MONTH},
    {"screen": Screen.REACH, **MONTH},
]


def made(office: Office, at: datetime, view: View, known_at: datetime | None = None) -> Document:
    """Return the page at a moment; its facts tell the lake's generation, which moves on."""
    with office.desk(now=at) as desk:
        return replace(page(desk.as_known_at(known_at), view), facts=())


@pytest.mark.parametrize("told", VIEWS, ids=str)
def test_what_a_page_told_then_it_tells_again(lived: Office, told: dict[str, Any]) -> None:
    view = View(**told)
    then = made(lived, THEN, view)
    assert not then.is_empty
    later = live_on(lived)
    lived.memory = type(lived.memory)()
    assert made(lived, later, view).mark != then.mark, "the day that passed changed the page"
    assert made(lived, later, view, THEN) == then


def test_every_screen_that_can_be_a_page_is_looked_back_into() -> None:
    assert {told["screen"] for told in VIEWS} == set(SCREENS)
