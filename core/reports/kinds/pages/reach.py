"""The Reach & video screen as a document: people by window, orders and supplies, then video."""

from __future__ import annotations

from collections.abc import Iterator

from core.domain.views import View
from core.insight.audience import Group, audience
from core.insight.desk import Desk
from core.insight.reach.reach import Parts, orders_of, supplies_of, windows_of
from core.insight.reach.sheets import parts_sheet, windows_sheet
from core.insight.reach.video import trend_metric, video
from core.insight.trend import trend
from core.reports.document import Block, Chart, Document, Figures, Section, remark
from core.reports.kinds.material import Setting
from core.reports.kinds.pages.framed import dates, framed, titled
from core.reports.parts.fitting import WIDE, fitted
from core.reports.parts.reach_lines import (
    BY_AVERAGE,
    NO_VIDEO,
    about,
    not_read,
    part_lines,
    steps_words,
    unclear_words,
    window_lines,
)
from core.reports.parts.reaches import (
    NEVER_ADDED,
    frequency_chart,
    video_tiles,
    watched_chart,
    window_tiles,
)
from core.reports.parts.trends import by_day
from core.reports.words import held_against

NAME = "Reach & video"


def reach(desk: Desk, view: View) -> Document:
    """Return the screen as it stands for a view."""
    return framed(NAME, desk, audience(desk, view), _sections, is_wide=True)


def _sections(given: Setting) -> Iterator[Section]:
    yield _people(given)
    orders = orders_of(given.desk, given.audience)
    yield Section(title="Orders", beside=about(orders), blocks=tuple(_orders(given, orders)))
    yield _supplies(given)
    for group in given.groups:
        yield Section(
            title=titled("Video and viewability", given, group),
            beside=dates(group),
            blocks=tuple(_video(given, group)),
        )


def _people(given: Setting) -> Section:
    found = windows_of(given.desk, given.audience)
    block: Block = Figures(tiles=tuple(window_tiles(found)))
    if not given.audience.is_single:
        block = fitted(window_lines(found, windows_sheet(found)), WIDE)
    return Section(
        title="People reached",
        beside="each window on its own, never added up",
        blocks=(block, remark(NEVER_ADDED)),
    )


def _orders(given: Setting, found: Parts) -> Iterator[Block]:
    if found.unclear:
        yield remark(unclear_words(found))
    if not found.total:
        yield remark(not_read(found, "order"))
        return
    every = orders_of(given.desk, given.audience, whole=True)
    several = len(given.audience.advertisers) > 1
    yield fitted(part_lines(found, "Order", parts_sheet(every, "Order"), whose=several), WIDE)
    yield Chart(chart=frequency_chart(found), caption=BY_AVERAGE)


def _supplies(given: Setting) -> Section:
    found = supplies_of(given.desk, given.audience)
    block: Block = remark(not_read(found, "supply source"))
    if found.total:
        what, several = "Supply source", len(given.audience.advertisers) > 1
        block = fitted(part_lines(found, what, parts_sheet(found, what), whose=several), WIDE)
    return Section(title="Supply sources", beside=about(found), blocks=(block,))


def _video(given: Setting, group: Group) -> Iterator[Block]:
    found, words = video(given.desk, given.audience, group), held_against(given.view, group)
    yield Figures(tiles=tuple(video_tiles(found, words)))
    if not found.has_video:
        yield remark(NO_VIDEO)
        return
    yield Chart(chart=watched_chart(found), caption=steps_words(found))
    entry = trend_metric(given.view.trend)
    drawn = trend(given.desk, given.audience, group, entry)
    yield Chart(chart=by_day(drawn, words), caption=entry.description)
