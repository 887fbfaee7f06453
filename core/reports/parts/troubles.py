"""What needs somebody, and what was edited, as sentences of a document."""

from __future__ import annotations

from core.insight.attention import NeedsYou
from core.insight.changes import Changes
from core.reports.document import Point, Points

POINTS_MAX = 8
EMPTY = "Nothing needs somebody: no order is off its pace, stopped, or refused."
UNEDITED = "No budget, flight, bid, state or name was seen to change."


def open_troubles(found: NeedsYou) -> Points:
    """Return the open troubles with what to do and the money at stake, the most first."""
    points = [
        Point(
            (*item.alarm.says, f" {item.alarm.action}"),
            beside=f"{item.alarm.stake.rounded()}" if item.alarm.stake else "",
            tone=item.alarm.trouble.tone,
        )
        for item in found.open[:POINTS_MAX]
    ]
    left = len(found.open) - len(points)
    more = [Point((f"{left} more are listed on the Morning screen.",))] if left > 0 else []
    return Points(items=(*points, *more), empty=EMPTY)


def latest_edits(found: Changes) -> Points:
    """Return what was seen to change, the latest first."""
    points = [Point(change.says) for change in found.listed[:POINTS_MAX]]
    left = found.total - len(points)
    more = [Point((f"{left} more are listed on the Morning screen.",))] if left > 0 else []
    return Points(items=(*points, *more), empty=UNEDITED)
