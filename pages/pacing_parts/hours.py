"""When an order's money goes out: today against an ordinary day, and the hours of the week."""

from __future__ import annotations

from core.domain.formats import ABSENT, compact, exact
from core.domain.metrics import Unit
from core.insight.audience import Group
from core.insight.desk import Desk
from core.insight.directory import KnownOrder
from core.insight.fresh import HOURS, HourPattern, order_hours, pattern_sheet
from core.insight.pace_book import PaceBook
from core.insight.weekdays import NAMES
from core.reports.parts.fresh import by_the_hour, need_words
from core.web.context import PageContext
from core.web.parts import charts, downloads
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc

_DEEPEST = 45


def draw(ctx: PageContext, desk: Desk, group: Group, book: PaceBook, known: KnownOrder) -> None:
    """Draw the hours of one order; nothing where the stream tells nothing of it."""
    found = order_hours(desk, group, book, known)
    if found is None:
        return
    section("By the hour", beside=f"Provisional, Amazon Marketing Stream · {found.zone}")
    charts.places(by_the_hour(found, group.currency), key="pacing.hours")
    if told := need_words(found, group.currency):
        draw_html(f'<p class="fd-muted">{esc(told)}</p>')
    if not found.days:
        draw_html(
            '<p class="fd-muted">The hours of the week follow once a whole day has been heard of.'
            "</p>"
        )
        return
    draw_html(heat_map(found, group.currency))
    downloads.sheet_menu(
        ctx, lambda: pattern_sheet(found, group.currency), name="hours of the week",
        key="pacing.week.file",
    )  # fmt: skip


def heat_map(found: HourPattern, currency: str) -> str:
    """Return the cost of each hour by weekday as a table whose cells are the deeper the dearer."""
    heads = "".join(
        f'<th scope="col" class="fd-num">{esc(name[:3])}<br>'
        f"<small>{esc(_days(found.days.get(number, 0)))}</small></th>"
        for number, name in enumerate(NAMES)
    )
    rows = "".join(
        f'<tr><th scope="row">{hour:02d}:00</th>'
        + "".join(_cell(found, weekday, hour, currency) for weekday in range(len(NAMES)))
        + "</tr>"
        for hour in HOURS
    )
    return (
        f"<h3>When in the week does it spend?</h3><p class='fd-muted'>Mean cost of an hour, "
        f"{esc(currency)}; the deeper, the dearer.</p>"
        '<div class="fd-scroll" tabindex="0"><table aria-label="Cost by hour and weekday">'
        f'<thead><tr><th scope="col">Hour</th>{heads}</tr></thead><tbody>{rows}</tbody>'
        "</table></div>"
    )


def _cell(found: HourPattern, weekday: int, hour: int, currency: str) -> str:
    value = found.cells.get((weekday, hour))
    if value is None:
        return f'<td class="fd-num">{ABSENT}</td>'
    depth = found.depth(value, _DEEPEST)
    shade = f"color-mix(in srgb, var(--fd-accent) {depth}%, transparent)"
    full, short = (write(value, Unit.MONEY, currency) for write in (exact, compact))
    return f'<td class="fd-num" style="background:{shade}" title="{esc(full)}">{esc(short)}</td>'


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
