"""The tables of the Reach & video screen as files."""

from __future__ import annotations

from collections.abc import Sequence

from core.domain.catalogue import metric
from core.domain.columns import Column, Form, column_of
from core.insight.reach.reach import Parts, WindowReach
from core.insight.reach.video import Video
from core.insight.reach.windows import WORDS
from core.insight.sheets import Sheet, change_cell, figure_cell, period_lines

NEVER_ADDED = "Reach is of its own window and is never added up over days, orders or advertisers."


def windows_sheet(found: Sequence[WindowReach]) -> Sheet:
    """Return the windows, a row for each advertiser and span."""
    reach, frequency = metric("reach"), metric("frequency")
    columns = (
        Column("Advertiser"),
        Column("Window"),
        Column("From", Form.DAY),
        Column("To", Form.DAY),
        column_of(reach, title=reach.name),
        column_of(frequency, title=frequency.name),
        Column("Reach, window before", Form.COUNT),
        Column("Why n/a"),
    )
    rows = tuple(
        (
            one.advertiser.name,
            WORDS[one.window] if one.window else "days chosen",
            one.days.start.isoformat() if one.days else None,
            one.days.end.isoformat() if one.days else None,
            figure_cell(reach, one.reach, ""),
            figure_cell(frequency, one.frequency, ""),
            figure_cell(reach, one.reach_before, ""),
            one.reason or None,
        )
        for one in found
    )
    return Sheet(columns, rows, (NEVER_ADDED,))


def parts_sheet(found: Parts, what: str) -> Sheet:
    """Return the orders or supply sources of a window, a row each; `what` is the first heading."""
    metrics = [metric(key) for key in found.keys]
    columns = (
        Column(what),
        Column(f"{what} ID"),
        Column("Advertiser"),
        Column("From", Form.DAY),
        Column("To", Form.DAY),
        *(column_of(entry, title=entry.name) for entry in metrics),
    )
    rows = tuple(
        (
            row.name,
            row.entity_id,
            row.advertiser.name,
            row.days.start.isoformat(),
            row.days.end.isoformat(),
            *(figure_cell(entry, row.figures.get(entry.key), "") for entry in metrics),
        )
        for row in found.rows
    )
    return Sheet(columns, rows, (f"Window: {WORDS[found.window]}", NEVER_ADDED))


def video_sheet(found: Video) -> Sheet:
    """Return the steps of watching and the rates, a row each."""
    currency = found.group.currency
    columns = (
        Column("Figure"),
        Column("Value", Form.NUMBER),
        Column("Compared", Form.NUMBER),
        Column("Of those who started", Form.RATE),
    )
    figures = [(step.count, step.of_starts) for step in found.steps]
    figures += [(figure, None) for figure in (found.impressions, *found.figures)]
    rows = tuple(
        (
            figure.metric.name,
            figure_cell(figure.metric, figure.value, currency),
            figure_cell(figure.metric, figure.before, currency),
            change_cell(share),
        )
        for figure, share in figures
    )
    return Sheet(columns, rows, tuple(period_lines(found.group)))
