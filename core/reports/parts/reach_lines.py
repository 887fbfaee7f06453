"""Reach as lines of a document, and what screen and paper say of it; nothing is added up."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.catalogue import metric
from core.domain.formats import ABSENT, exact
from core.domain.metrics import Unit
from core.domain.views import Window
from core.insight.reach.reach import PAGE_ROWS, PartReach, Parts, WindowReach
from core.insight.reach.video import Video
from core.insight.reach.windows import WORDS
from core.insight.sheets import Sheet
from core.reports.document import Cell, Head, Table
from core.reports.words import share, shown

NO_TOTAL = "People are never added up: there is no total of reach or frequency."
BY_AVERAGE = (
    "Amazon's reports tell the average of each order, not how many people saw an ad once, twice "
    "or more often; so orders are counted here, not people."
)
NO_VIDEO = "No video ad started in these days."
NO_WINDOW = "Amazon reported no such window yet."


def about(found: Parts) -> str:
    """Return how many rows there are, and of which days."""
    if not found.total:
        return ""
    days = f"{found.spans[0]}" if len(found.spans) == 1 else "each advertiser's own days"
    first = (found.page - 1) * PAGE_ROWS + 1
    last = first + len(found.rows) - 1
    which = f"{found.total:,}" if found.pages == 1 else f"{first:,} to {last:,} of {found.total:,}"
    return f"{which} over {WORDS[found.window]}: {days}"


def unclear_words(found: Parts) -> str:
    """Return of whom the reach by order is left out, and why; "" for nobody."""
    if not found.unclear:
        return ""
    names = ", ".join(advertiser.name for advertiser in found.unclear)
    return (
        f"Reach by order is left out for {names}: a check over several windows has shown that "
        "Amazon counts it over one fixed span, whatever days are asked for."
    )


def not_read(found: Parts, what: str) -> str:
    """Return that no report of this window has been read yet, and which have been."""
    here = ", ".join(WORDS[window] for window in found.read)
    told = f"Read so far: {here}." if here else "None of another window either."
    return (
        f"No reach by {what} over {WORDS[found.window]} has been read yet: each window has its day "
        f"of the week or month. {told}"
    )


def steps_words(found: Video) -> str:
    """Return how many of those who started a video came how far."""
    steps = ", ".join(
        f"{step.count.metric.label.lower()} {share(step.of_starts)}" for step in found.steps[1:]
    )
    return f"Of those who started: {steps}."


def kinds_of(found: Sequence[WindowReach]) -> list[Window | None]:
    """Return the windows that any advertiser has, the days chosen first."""
    return [None, *(kind for kind in Window if any(one.window is kind for one in found))]


def window_lines(found: Sequence[WindowReach], sheet: Sheet) -> Table:
    """Return a line an advertiser with its people in each window."""
    whose = {str(one.advertiser.advertiser_id): one.advertiser for one in found}
    at = {(str(one.advertiser.advertiser_id), one.window): one for one in found}
    kinds = kinds_of(found)
    titles = (WORDS[kind].capitalize() if kind else "Days chosen" for kind in kinds)
    return Table(
        name="People reached",
        heads=(Head("Advertiser", is_number=False), *map(Head, titles)),
        rows=tuple(
            (Cell(advertiser.name), *(_people(at.get((one, kind))) for kind in kinds))
            for one, advertiser in whose.items()
        ),
        note=" ".join(_reasons(found)),
        sheet=sheet,
    )


def _people(one: WindowReach | None) -> Cell:
    if one is None or one.reach is None:
        return Cell(ABSENT, str(one.days) if one and one.days else "")
    times = f"{exact(one.frequency, Unit.AVERAGE)} times · " if one.frequency is not None else ""
    return Cell(exact(one.reach, Unit.COUNT), f"{times}{one.days}")


def _reasons(found: Sequence[WindowReach]) -> list[str]:
    """Return why figures are absent, each reason once."""
    return list(dict.fromkeys(one.reason for one in found if one.reach is None and one.reason))


def part_lines(found: Parts, what: str, sheet: Sheet, *, whose: bool) -> Table:
    """Return a line an order or a supply source; no column has a total."""
    metrics = [metric(key) for key in found.keys]
    return Table(
        name=f"Reach by {what.lower()}",
        heads=(Head(what, is_number=False), *(Head(entry.label) for entry in metrics)),
        rows=tuple(_part(row, found, what, whose=whose) for row in found.rows),
        note=NO_TOTAL,
        sheet=sheet,
    )


def _part(row: PartReach, found: Parts, what: str, *, whose: bool) -> tuple[Cell, ...]:
    below = [row.entity_id] if what == "Order" and row.entity_id != row.name else []
    below += [row.advertiser.name] if whose else []
    figures = (Cell(shown(metric(key), row.figures.get(key), "")) for key in found.keys)
    return (Cell(row.name, " · ".join(below)), *figures)
