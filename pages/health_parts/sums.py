"""How far thirty days can be relied upon: the figure, its definition, and every sum check."""

from __future__ import annotations

from core.domain.formats import ABSENT, percent
from core.insight.accuracy import DEFINITION, Accuracy, SumCheck
from core.insight.trust_sheets import accuracy_sheet
from core.web.context import PageContext
from core.web.parts import downloads, table
from core.web.parts.header import section
from core.web.parts.markup import draw as draw_html
from core.web.parts.markup import esc, status
from core.web.parts.table import Head
from pages.health_parts.calendars import TABLES

_HEADS = [
    Head("What", is_number=False),
    Head("Rule", is_number=False),
    Head("Days checked"),
    Head("Result", is_number=False),
]


def draw(ctx: PageContext, found: Accuracy) -> None:
    """Draw the figure with what it rests on, and a row for each check."""
    figure = ABSENT if found.share is None else percent(found.share)
    section("Data accuracy", beside=f"{figure} over {found.days}")
    told = (
        f"{found.good:,} of {found.expected:,} tables of a day are as they should be: "
        f"{found.missing:,} are missing, {found.aside:,} set aside, {found.off:,} do not add up."
        if found.expected
        else "Nothing has been loaded for these days yet."
    )
    draw_html(f'<p>{esc(told)}</p><p class="fd-muted">{esc(DEFINITION)}</p>')
    if not found.checks:
        return
    table.figures(_HEADS, [_row(check) for check in found.checks], name="Sum checks")
    downloads.sheet_menu(
        ctx, lambda: accuracy_sheet(found), name="sum checks", key="health.sums.file"
    )


def _row(check: SumCheck) -> list[str]:
    what = TABLES[check.dataset] if check.dataset else "Orders and their line items"
    return [esc(what), esc(check.rule), f"{check.days:,}", _result(check)]


def _result(check: SumCheck) -> str:
    if not check.gaps:
        return status("good", "adds up")
    worst = max(check.gaps, key=lambda gap: abs(gap.part - gap.whole))
    days = len(check.days_off)
    example = (
        f"{worst.day:%-d %b}: {worst.metric.name} {worst.part:,f} of {worst.whole:,f} in the "
        "campaign report"
    )
    word = f"{days} {'day does' if days == 1 else 'days do'} not"
    return f"{status('warn', word)}<br><small>{esc(example)}</small>"
