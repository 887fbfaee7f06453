"""What is compared, and how lines differ, as lines of a document."""

from __future__ import annotations

from core.domain.formats import ABSENT
from core.domain.metrics import Metric, Unit
from core.domain.views import Alignment, Scale
from core.insight.comparison import Compared, ComparedMetric, Difference, Line, said_days
from core.insight.sheets import Sheet
from core.reports.document import Cell, Head, Table
from core.reports.parts.compare import METHOD, certainty_text, difference_text, tone_for
from core.reports.words import shown

ALIGNMENTS = {
    Alignment.CALENDAR: "by calendar",
    Alignment.FLIGHT: "by day of flight",
    Alignment.EVENT: "by event",
}
SCALES = {Scale.UNIT: "as they are", Scale.INDEX: "index to 100"}
NOTHING_COMMON = "Fewer than two lines have a day in common that is loaded."


def laid_over(found: Compared) -> str:
    """Return how the lines are laid over one another, and what is drawn of them."""
    event = found.lineup.event
    how = ALIGNMENTS[found.lineup.alignment]
    parts = (f"{how}: {event.name}, {event.days}" if event else how, found.metric.name)
    return " · ".join((*parts, SCALES[found.scale]))


def left_out(found: Compared) -> str:
    """Return what is left out and why; "" where nothing is."""
    count, currencies = found.lineup.left_out, found.lineup.currencies
    if count:
        return f"At most eight orders are compared at once; {count} more were left out."
    if len(currencies) < 2:
        return ""
    first, *others = currencies
    told = f"These are the advertisers in {first}; those in {' and '.join(others)} are left out"
    return f"{told}: amounts of several currencies are never added up."


def told_of(found: Compared) -> str:
    """Return over how many days the lines' figures are told."""
    days = len(found.common)
    if days == found.told_of:
        return f"over {days} days of each"
    return f"over the {days} of {found.told_of} days that every line knows"


def contender_lines(found: Compared) -> Table:
    """Return who is compared over which days; the first is what the others are held against."""
    lines = (*found.lines, *found.unloaded)
    return Table(
        name="What is compared",
        heads=(
            Head("Line", is_number=False),
            Head("Days", is_number=False),
            Head("Currency", is_number=False),
        ),
        rows=tuple(_contender(found, line) for line in lines),
    )


def _contender(found: Compared, line: Line) -> tuple[Cell, ...]:
    whose = line.contender
    return Cell(whose.name), Cell(said_days(found, line)), Cell(whose.group.currency)


def difference_lines(found: Compared, sheet: Sheet) -> Table:
    """Return a line a metric, with what may be said of each difference to the first line."""
    return Table(
        name="Differences",
        heads=(
            Head("Metric", is_number=False),
            *(Head(line.contender.name) for line in found.lines),
        ),
        rows=tuple(_cells(found, one) for one in found.table),
        note=METHOD,
        sheet=sheet,
    )


def _cells(found: Compared, one: ComparedMetric) -> tuple[Cell, ...]:
    currencies = [line.contender.group.currency for line in found.lines]
    pairs = zip(currencies, one.differences, strict=True)
    first, *others = (_cell(one.metric, difference, currency) for currency, difference in pairs)
    return (Cell(one.metric.label), Cell(first.text), *others)


def _cell(entry: Metric, difference: Difference, currency: str) -> Cell:
    value = shown(entry, difference.value, currency if entry.unit is Unit.MONEY else "")
    relative = difference_text(difference)
    sure = certainty_text(difference.certainty)
    small = sure if relative == ABSENT else f"{relative}, {sure}"
    return Cell(value, small, tone_for(entry, difference))
