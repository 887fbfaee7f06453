"""The table of Performance as lines of a document, and what screen and paper say around it."""

from __future__ import annotations

from core.domain.catalogue import METRICS
from core.domain.formats import ABSENT, change
from core.domain.metrics import Metric, Unit
from core.domain.views import Level
from core.insight.alarms import Name, Words
from core.insight.history import Figure
from core.insight.performance.evidence import ENOUGH, evidence
from core.insight.performance.levels import ONE
from core.insight.performance.standouts import Standout, Standouts
from core.insight.performance.table import Row, Table
from core.insight.sheets import Sheet
from core.reports.document import Cell, Head
from core.reports.document import Table as Lines
from core.reports.parts.explore import unit_of
from core.reports.words import amount, shown, tone_of, trail

TOO_FEW = "too few"


def performance_lines(found: Table, sheet: Sheet) -> Lines:
    """Return the page of rows with the totals of all, column by column as on the screen."""
    whose = len(found.group.advertisers) > 1 and found.level is not Level.ADVERTISER
    return Lines(
        name=many(found),
        heads=_heads(found),
        rows=tuple(_cells(found, row, whose=whose) for row in found.rows),
        totals=_totals(found),
        note=" ".join(_notes(found)),
        sheet=sheet,
        is_main=True,
    )


def many(found: Table) -> str:
    """Return what the rows are, in the plural."""
    return f"{ONE[found.level]}s".capitalize()


def counted(found: Table) -> str:
    """Return how many rows there are, and which of them are shown."""
    if found.pages == 1:
        return f"{found.total:,}" if found.total else ""
    first = (found.page - 1) * found.page_rows + 1
    return f"{first:,} to {first + len(found.rows) - 1:,} of {found.total:,}"


def ordered_by(found: Table) -> str:
    """Return the order of the rows in words."""
    if found.sort.key == "name":
        return f"by name, {'Z to A' if found.sort.descending else 'A to Z'}"
    which = "highest" if found.sort.descending else "lowest"
    return f"by {METRICS[found.sort.key].label}, {which} first"


def no_rows(found: Table) -> str:
    """Return the sentence that stands for a table without a row."""
    return f"No {ONE[found.level]} has figures for these days."


def standout_words(found: Standouts, currency: str) -> Words:
    """Return the best and the worst of the column sorted by, and how many were not judged."""
    entry, events = found.metric, METRICS[found.rests_on].name.lower()
    few = f" {found.too_little:,} more have too few to say." if found.too_little else ""
    whose = f"{found.judged:,} {ONE[found.level]}s with at least {ENOUGH} {events}"
    return (
        f"Of {whose}, {entry.label} is best at ",
        Name(found.best.name),
        f" ({_at(found.best, entry, currency)}) and worst at ",
        Name(found.worst.name),
        f" ({_at(found.worst, entry, currency)}).{few}",
    )


def _at(end: Standout, entry: Metric, currency: str) -> str:
    return shown(entry, end.value, currency)


def thin_words(found: Table) -> str:
    """Return why some rows come last, whatever their figure."""
    entry = METRICS[found.sort.key]
    events = METRICS[evidence(entry) or found.sort.key].name.lower()
    return (
        f"{found.thin:,} with fewer than {ENOUGH} {events} come last, whatever their "
        f"{entry.label}: so few events are chance."
    )


def _heads(found: Table) -> tuple[Head, ...]:
    return (
        Head(ONE[found.level].capitalize(), is_number=False),
        Head(f"{found.trend.label} by day", is_number=False),
        *(Head(unit_of(entry, found.group.currency)) for entry in found.columns),
    )


def _cells(found: Table, row: Row, *, whose: bool) -> tuple[Cell, ...]:
    below = [] if row.entity_id == row.name else [row.entity_id]
    below += [row.advertiser] if whose else []
    below += [f"in {row.order}"] if row.order else []
    figures = (_figure(found, f, is_thin=f.metric.key in row.thin) for f in row.figures)
    return (Cell(row.name, " · ".join(below)), Cell("", trail=trail(row.trail)), *figures)


def _totals(found: Table) -> tuple[Cell, ...]:
    first = (Cell(f"All {found.total:,}"), Cell("", trail=trail(found.total_trail)))
    return (*first, *(_figure(found, figure) for figure in found.totals))


def _figure(found: Table, figure: Figure, *, is_thin: bool = False) -> Cell:
    entry, currency = figure.metric, found.group.currency
    write = amount if entry.unit is Unit.MONEY else None
    value = figure.value
    told = write(value, currency) if write else shown(entry, value, currency)
    if is_thin and value is not None:
        return Cell(told, TOO_FEW)
    moved = change(figure.alike, figure.before, "").strip()
    if figure.before is None or moved == ABSENT:
        return Cell(told)
    tone = tone_of(entry, figure.change)
    return Cell(told, moved, "" if tone == "neutral" else tone)


def _notes(found: Table) -> list[str]:
    """Return what hovering tells on the screen: thin rows, and why something has no figure."""
    few = any(row.thin for row in found.rows)
    return [
        *([thin_words(found)] if found.thin else []),
        *([f"“{TOO_FEW}” rests on fewer than {ENOUGH} events."] if few else []),
        *dict.fromkeys(found.reasons.values()),
        *([_rest(found)] if found.pages > 1 else []),
    ]


def _rest(found: Table) -> str:
    return f"{counted(found)}; the totals and the workbook of this report hold every one."
