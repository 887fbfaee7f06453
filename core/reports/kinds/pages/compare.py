"""The Compare screen as a document: lines over one another, and how sure their differences are."""

from __future__ import annotations

from collections.abc import Iterator

from core.domain.views import View
from core.insight.compare_sheets import difference_sheet
from core.insight.comparison import Compared, compared, compared_audience, gaps
from core.insight.contenders import lineup
from core.insight.desk import Desk
from core.reports.document import Block, Chart, Document, Section, remark
from core.reports.kinds.material import Setting
from core.reports.kinds.pages.framed import framed
from core.reports.parts.compare import over_places
from core.reports.parts.difference_lines import (
    NOTHING_COMMON,
    contender_lines,
    difference_lines,
    laid_over,
    left_out,
    told_of,
)
from core.reports.parts.fitting import WIDE, fitted

NAME = "Compare"
_TALL = 270.0  # points: the key below the lines takes some of them


def compare(desk: Desk, view: View) -> Document:
    """Return the screen as it stands for a view."""
    whom = compared_audience(desk, view)
    return framed(NAME, desk, whom, _sections, is_quiet=_is_quiet, is_wide=True)


def _is_quiet(given: Setting) -> bool:
    """Return whether there is nothing to compare yet."""
    return bool(lineup(given.desk, given.audience).lack)


def _sections(given: Setting) -> Iterator[Section]:
    found = compared(given.desk, given.audience)
    if found.lineup.lack:
        told = f"Nothing is compared yet. {found.lineup.lack}"
        yield Section(title="What is compared", blocks=(remark(told),))
        return
    yield Section(
        title="What is compared", beside=laid_over(found), blocks=tuple(_contenders(found))
    )
    if found.common:
        table = fitted(difference_lines(found, difference_sheet(found)), WIDE)
        yield Section(title="Differences", beside=told_of(found), blocks=(table,))


def _contenders(found: Compared) -> Iterator[Block]:
    yield fitted(contender_lines(found), WIDE)
    for sentence in (left_out(found), *gaps(found)):
        if sentence:
            yield remark(sentence)
    if found.common:
        yield Chart(chart=over_places(found), height=_TALL)
    else:
        yield remark(NOTHING_COMMON)
