"""Coverage as rows of small squares, a day each, with the same in words and numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from core.domain.formats import ABSENT
from core.domain.freshness import Cell, age_phrase
from core.domain.metrics import Dataset
from core.insight.coverage_calendar import Month, Strip
from core.insight.health import Fetches, LedgerLine, fetches
from core.store.ingest.requests import ReportRequest
from core.web.context import PageContext
from core.web.parts import table
from core.web.parts.markup import draw, esc, link
from core.web.parts.table import Head

TABLES = {
    Dataset.CAMPAIGN: "Orders, line items, creatives",
    Dataset.INVENTORY: "Supply and deals",
    Dataset.SITE: "Sites",
    Dataset.GEO: "Places",
    Dataset.TECH: "Devices and browsers",
    Dataset.AUDIENCE: "Audience segments",
    Dataset.PRODUCT: "Products",
    Dataset.REACH: "Reach and frequency",
    Dataset.BID_ADJUSTMENT: "Bid adjustments",
    Dataset.AUDIO_VIDEO: "Audio and video content",
    Dataset.CONVERSION_PATH: "Conversion paths",
}
_MARKS = {
    Cell.MISSING: "missing",
    Cell.PRESENT: "present",
    Cell.PROVISIONAL: "provisional",
    Cell.UNSETTLED: "unsettled",
    Cell.SETTLED: "settled",
    Cell.QUARANTINED: "quarantined",
}


def draw_legend() -> None:
    """Draw what each square means, in words."""
    marks = "".join(
        f'<span><i class="fd-cell {mark}"></i>{esc(mark)}: {esc(cell.meaning)}</span>'
        for cell, mark in _MARKS.items()
    )
    draw(f'<div class="fd-legend">{marks}</div>')


def draw_overview(ctx: PageContext, strips: Sequence[Strip], lines: Sequence[LedgerLine]) -> None:
    """Draw a row per advertiser: its base facts, how fresh they are, what may still be asked."""
    heads = [
        Head("Advertiser", is_number=False),
        Head("Days", is_number=False),
        Head("Known"),
        Head("Read", is_number=False, meaning="When Amazon built the newest report that came in."),
        Head("Requests left", meaning="Of those that Amazon advises for the advertiser's day."),
    ]
    rows = [_row(ctx, strip, line) for strip, line in zip(strips, lines, strict=True)]
    _draw(ctx, heads, rows, ahead=1, name="Base facts by advertiser")


def draw_tables(
    ctx: PageContext,
    strips: Sequence[Strip],
    lines: Sequence[LedgerLine],
    requests: Sequence[ReportRequest],
) -> None:
    """Draw a row per table of one advertiser, with its last and next reading."""
    heads = [
        Head("Table", is_number=False),
        Head("Days", is_number=False),
        Head("Known"),
        Head("Last reading", is_number=False),
        Head("Next", is_number=False),
        Head(
            "Requests used",
            meaning="Today, in the advertiser's own day, of those advised for this type of report. "
            "Supply and sites are one type.",
        ),
    ]
    rows = [
        _table_row(ctx, strip, line, fetches(requests, strip.dataset))
        for strip, line in zip(strips, lines, strict=True)
    ]
    _draw(ctx, heads, rows, ahead=2, name=f"Tables of {strips[0].advertiser.name}")


def _draw(
    ctx: PageContext, heads: list[Head], rows: list[list[str]], *, ahead: int, name: str
) -> None:
    """Draw a table; what lies ahead, its last columns, is not known of an earlier moment."""
    kept = len(heads) - (ahead if ctx.as_of else 0)
    table.figures(heads[:kept], [row[:kept] for row in rows], name=name)


def _table_row(ctx: PageContext, strip: Strip, line: LedgerLine, reading: Fetches) -> list[str]:
    last = age_phrase(strip.fetched_at, ctx.moment) if strip.fetched_at else "never"
    failed = f"<br><small>{esc(reading.failed.error or '')}</small>" if reading.failed else ""
    return [
        f"{esc(TABLES[strip.dataset])}<br><small>{esc(strip.dataset.value)}</small>",
        squares(strip),
        "by windows" if strip.is_windowed else _known(strip),
        esc(last) + failed,
        esc(_next(ctx, reading.next) if reading.next else "in its turn"),
        f"{line.used} of {line.allowed}",
    ]


def squares(strip: Strip) -> str:
    """Return a strip as HTML: a square a day, which hover names, and the counts for all."""
    counts = ", ".join(f"{n} {_MARKS[cell]}" for cell, n in strip.counts.items())
    label = f"{strip.days}: {counts}"
    bits = "".join(
        f'<i class="fd-cell {_MARKS[cell]}" title="{day:%-d %b %Y}: {_MARKS[cell]}"></i>'
        for day, cell in zip(strip.days.days(), strip.cells, strict=True)
    )
    cells = f'<div class="fd-cells" role="img" aria-label="{esc(label)}">{bits}</div>'
    return cells + _months(strip)


def _months(strip: Strip) -> str:
    """Return the months before the squares as bars, filled as far as their days are known."""
    if not strip.older:
        return ""
    told = [f"{m.first:%b %Y}: {m.known} of {m.days} days known" for m in strip.older]
    bars = "".join(
        f'<i class="fd-month" style="--fd-known:{_share(m)}%" title="{esc(words)}"></i>'
        for m, words in zip(strip.older, told, strict=True)
    )
    label = f"{strip.older_known} of {strip.older_days} older days known"
    return (
        f'<div class="fd-months"><span role="img" aria-label="{esc("; ".join(told))}">{bars}</span>'
        f"<small>{esc(f'since {strip.older[0].first:%b %Y}: {label}')}</small></div>"
    )


def _share(month: Month) -> int:
    return 100 * month.known // month.days


def _row(ctx: PageContext, strip: Strip, line: LedgerLine) -> list[str]:
    advertiser = strip.advertiser
    address = ctx.path("health", adv=str(advertiser.advertiser_id), v="1")
    read = strip.generated_at or strip.fetched_at
    return [
        link(address, advertiser.name),
        squares(strip),
        _known(strip),
        esc(age_phrase(read, ctx.moment) if read else "never"),
        f"{line.left} of {line.allowed}",
    ]


def _known(strip: Strip) -> str:
    absent = strip.counts.get(Cell.MISSING, 0)
    return f"{len(strip.cells) - absent} of {len(strip.cells)}" if strip.cells else ABSENT


def _next(ctx: PageContext, at: datetime) -> str:
    if at <= ctx.moment:
        return "under way"
    minutes = int((at - ctx.moment).total_seconds() // 60)
    return f"in {minutes} min" if minutes < 90 else f"in {round(minutes / 60)} h"
