"""What every screen asks of the insight, by screen.

The functions are those that the screens call, with views that an address could ask for; which
questions they put to the lake is heard, not written here, so neither can drift from the other.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from core.domain.catalogue import metric
from core.domain.cuts import CUTS, Dimension
from core.domain.periods import ONE_DAY, Comparison, DateRange, Preset
from core.domain.views import Alignment, Level, Screen, View
from core.insight.audience import Audience, audience
from core.insight.comparison import compared
from core.insight.cut_table import cut_table, dataset_of
from core.insight.delivery_gaps import silent_line_items
from core.insight.desk import Desk
from core.insight.order_table import order_table
from core.insight.pace_book import PaceBook, pace_book
from core.insight.pacing.board import board
from core.insight.pacing.causes import causes
from core.insight.pacing.limits import reconciled
from core.insight.pacing.lines import costs_between, line_facts
from core.insight.performance.columns import columns_of
from core.insight.performance.credit import credit
from core.insight.performance.funnel import funnel
from core.insight.performance.levels import narrowed
from core.insight.performance.returns import KINDS, returns
from core.insight.performance.table import table
from core.insight.pivot import pivot
from core.insight.portfolio import portfolio
from core.insight.reach.reach import orders_of, supplies_of, windows_of
from core.insight.reach.video import trend_metric, video
from core.insight.revisions import what_changed
from core.insight.tiles import tiles
from core.insight.trend import trend
from core.insight.weekdays import weekday_pattern
from tests.bench.fill import RESTATED_AT
from tests.bench.listening import Asking
from tests.bench.questions import AS_OF_MS, FACTS_MS, PACING_MS, ROLLUP_MS
from tests.bench.world import LAST_DAY, World

# An answer may take what its questions may take one after the other; a screen that begins to ask
# more of them misses its aim.
FIGURES_MS = 2 * ROLLUP_MS
"""Figures of a screen: several questions of the roll-up that share most of their work."""

BOOK_MS = 2 * PACING_MS
"""The whole history of running orders, and that of their advertisers by day."""

TWO_FACTS_MS = 2 * FACTS_MS
"""A cut beside the base facts it is held against; line items beside their orders."""

TABLE_MS = 3 * FACTS_MS
"""A table ranks all rows, then reads the figures and the lines by day of one page."""

EIGHT_MS = 4 * ROLLUP_MS
"""Eight orders are eight small questions, each of one order only."""

WAITED_MS = 100.0
"""What one waits for without a figure of its own design: as long as a screen's script may take."""

EARLIER_MS = 2 * AS_OF_MS
"""Several questions as of an instant, each from facts and revisions."""

_MONTH = Preset.LAST_30
_CHANGED_DAYS = 30
_VIDEO = "vcr"


def askings(world: World) -> Iterator[Asking]:
    """Yield what the screens ask, screen by screen."""
    yield from _morning()
    yield from _pacing(world)
    yield from _performance(world)
    yield from _explore()
    yield from _compare(world)
    yield from _reach()
    yield from _earlier()
    yield from _revisions(world)


def searches(world: World) -> list[tuple[str, str]]:
    """Return what is searched for, a title and the words; the store alone answers."""
    return [
        ("Search: a word in many names", "video"),
        ("Search: two words", "order prime"),
        ("Search: an order by its id", _running(world)[0]),
    ]


def _morning() -> Iterator[Asking]:
    view = View(screen=Screen.MORNING, range=_MONTH)
    silent = "Morning: orders and line items that serve nothing"
    yield Asking("Morning: figures", view, FIGURES_MS, paced=_figures)
    yield Asking("Morning: portfolio", view, FIGURES_MS, paced=portfolio)
    yield Asking("Morning: trend", view, ROLLUP_MS, _spend_by_day)
    yield Asking("Morning: orders", view, FIGURES_MS, paced=_orders)
    yield Asking(silent, view, TWO_FACTS_MS, paced=silent_line_items)


def _figures(desk: Desk, whom: Audience, book: PaceBook) -> object:
    return tiles(desk, whom, whom.groups[0], book)


def _spend_by_day(desk: Desk, whom: Audience) -> object:
    return trend(desk, whom, whom.groups[0], metric("total_cost"))


def _orders(desk: Desk, whom: Audience, book: PaceBook) -> object:
    return order_table(desk, whom, whom.groups[0], book)


def _pacing(world: World) -> Iterator[Asking]:
    view = View(screen=Screen.PACING)
    order = _running(world)[0]

    def lines_of(desk: Desk, whom: Audience) -> object:
        days = DateRange(world.size.period.start, LAST_DAY)
        return line_facts(desk, whom, [order]), costs_between(desk, order, days)

    spent = "Pacing: spend of running flights to date, daily shapes"
    yield Asking(spent, view, BOOK_MS, pace_book, has_naive=True)
    yield Asking("Pacing: board, line items, likely causes", view, TABLE_MS, paced=_likely)
    yield Asking("Pacing: line items of an order to date", view, TABLE_MS, lines_of)


def _likely(desk: Desk, whom: Audience, book: PaceBook) -> object:
    rows = board(desk, whom, whom.groups[0], book).rows
    facts = line_facts(desk, whom, [row.order_id for row in rows])
    return causes(desk, whom, rows, facts, reconciled(desk, whom, rows, facts))


def _performance(world: World) -> Iterator[Asking]:
    view = View(screen=Screen.PERFORMANCE, range=_MONTH)
    one = replace(view, advertisers=tuple(world.advertisers[:1]))
    lines, creatives = replace(one, level=Level.LINE_ITEM), replace(one, level=Level.CREATIVE)
    inside = replace(lines, orders=(_running(world)[0],))
    yield Asking("Performance: funnel by stage", view, ROLLUP_MS, _funnel)
    yield Asking("Performance: credit and returns", view, FIGURES_MS, _brought)
    for title, asked, aim, has_naive in (
        ("orders", view, 3 * ROLLUP_MS, False),
        ("line items of an advertiser", lines, TABLE_MS, True),
        ("line items of one order", inside, TABLE_MS, False),
        ("creatives of an advertiser", creatives, TABLE_MS, False),
        ("creatives of all advertisers", replace(view, level=Level.CREATIVE), TABLE_MS, True),
    ):
        yield Asking(
            f"Performance: {title}", asked, aim, _rows, has_naive=has_naive, meant=narrowed
        )


def _funnel(desk: Desk, whom: Audience) -> object:
    return funnel(desk, whom, whom.groups[0])


def _brought(desk: Desk, whom: Audience) -> object:
    group = whom.groups[0]
    return credit(desk, whom, group), [returns(desk, whom, group, key) for key in KINDS]


def _rows(desk: Desk, whom: Audience) -> object:
    return table(desk, whom, whom.groups[0], columns_of(whom.view))


def _explore() -> Iterator[Asking]:
    view = View(screen=Screen.EXPLORE, range=_MONTH)
    for by in (Dimension.SUPPLY, Dimension.LINE_ITEM, Dimension.CREATIVE):
        title, has_naive = f"Explore: by {CUTS[by].name.lower()}", by is Dimension.SUPPLY
        asked = replace(view, cut=by)
        yield Asking(title, asked, TWO_FACTS_MS, _cut, has_naive=has_naive, meant=_of_cut)
    for by in (Dimension.SUPPLY, Dimension.CREATIVE):
        title, has_naive = f"Explore: {CUTS[by].plural} by order", by is Dimension.SUPPLY
        asked = replace(view, cut=by)
        yield Asking(title, asked, TWO_FACTS_MS, _crossed, has_naive=has_naive, meant=_of_cut)
    yield Asking("Explore: weekdays", view, ROLLUP_MS, _weekdays, meant=_of_cut)


def _of_cut(desk: Desk, view: View) -> Audience:
    return audience(desk, view, dataset_of(view))


def _cut(desk: Desk, whom: Audience) -> object:
    return cut_table(desk, whom, whom.groups[0])


def _crossed(desk: Desk, whom: Audience) -> object:
    return pivot(desk, whom, whom.groups[0], Dimension.ORDER)


def _weekdays(desk: Desk, whom: Audience) -> object:
    return weekday_pattern(desk, whom, whom.groups[0], metric("total_cost"))


def _compare(world: World) -> Iterator[Asking]:
    orders = _running(world)[:8]
    eight = View(screen=Screen.COMPARE, range=_MONTH, orders=orders, comparison=Comparison.NONE)
    by_flight = replace(eight, align=Alignment.FLIGHT)
    alone = View(screen=Screen.COMPARE, range=_MONTH, orders=orders[:1])
    yield Asking("Compare: eight orders by day", eight, EIGHT_MS, compared)
    yield Asking("Compare: eight orders by day of flight", by_flight, EIGHT_MS, compared)
    yield Asking("Compare: an order and its days before", alone, ROLLUP_MS, compared)


def _reach() -> Iterator[Asking]:
    view = View(screen=Screen.REACH)
    month = replace(view, range=_MONTH)
    yield Asking("Reach: windows of advertisers", view, WAITED_MS, _windows)
    yield Asking("Reach: orders and supply sources", view, WAITED_MS, _parts)
    yield Asking("Video: how far it is watched, by day", month, FIGURES_MS, _watched)


def _windows(desk: Desk, whom: Audience) -> object:
    return windows_of(desk, whom)


def _parts(desk: Desk, whom: Audience) -> object:
    return orders_of(desk, whom), supplies_of(desk, whom)


def _watched(desk: Desk, whom: Audience) -> object:
    group = whom.groups[0]
    return video(desk, whom, group), trend(desk, whom, group, trend_metric(_VIDEO))


def _earlier() -> Iterator[Asking]:
    morning = View(screen=Screen.MORNING, range=_MONTH, as_of=RESTATED_AT)
    table_then = replace(morning, screen=Screen.PERFORMANCE)
    yield Asking("As of: Morning's figures", morning, EARLIER_MS, paced=_figures)
    yield Asking("As of: Performance's orders", table_then, EARLIER_MS, _rows, meant=narrowed)


def _revisions(world: World) -> Iterator[Asking]:
    view = View(screen=Screen.HEALTH)
    one = replace(view, advertisers=tuple(world.advertisers[:1]))
    yield Asking("Revisions: an advertiser since an instant", one, EARLIER_MS, _changed)
    yield Asking("Revisions: all advertisers since an instant", view, EARLIER_MS, _changed)


def _changed(desk: Desk, whom: Audience) -> object:
    days = DateRange(LAST_DAY - (_CHANGED_DAYS - 1) * ONE_DAY, LAST_DAY)
    return what_changed(desk, whom.advertisers, days, RESTATED_AT)


def _running(world: World) -> tuple[str, ...]:
    """Return the orders that still run: the largest advertiser's first, the longest first."""
    own = world.advertisers[0]
    every = [one for one in world.orders().to_pylist() if one["state"] == "RUNNING"]
    every.sort(key=lambda one: (one["advertiser_id"] != own, one["start_day"]))
    return tuple(one["order_id"] for one in every)
