"""The spans of days for which Amazon reported reach, and the figures of one of them.

People counted on two days are one person over both, so a figure of reach belongs to its window
and to what it was asked of: an advertiser, an order or a supply source. Nothing here adds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.probes import Probe, Verdict
from core.domain.views import Window
from core.insight.desk import Desk
from core.insight.entity_sums import Key
from core.insight.history import Amount
from core.lake.question import Among, Question

_LOOKED_BACK = timedelta(days=400)
_WINDOWS = {window.value for window in Window}

FIELDS = {
    "advertiser": ("advertiser_id",),
    "order": ("advertiser_id", "order_id"),
    "supply_source": ("advertiser_id", "supply_source"),
}


WORDS = {
    Window.DAY: "1 day",
    Window.WEEK: "7 days",
    Window.FORTNIGHT: "14 days",
    Window.THIRTY_DAYS: "30 days",
    Window.MONTH: "a month",
}


@dataclass(frozen=True, slots=True)
class ReportedWindow:
    """The latest span for which Amazon reported reach of one advertiser, at one level.

    `before` is the latest one of equal length that ended before it began, None without one.
    """

    advertiser_id: str
    level: str
    window: Window
    days: DateRange
    before: DateRange | None = None


def reported_windows(desk: Desk, advertiser_ids: frozenset[str]) -> list[ReportedWindow]:
    """Return the latest span of each advertiser, level and kind of window, the shortest first.

    Only spans in which someone was reached, of the last thirteen months; empty before a report of
    reach was read. At a desk of an earlier moment it is what had been read by then.
    """
    key = ("reach windows", advertiser_ids, desk.reader.manifest.generation)
    return desk.recall(lambda: _reported(desk, advertiser_ids), *key)


def _reported(desk: Desk, advertiser_ids: frozenset[str]) -> list[ReportedWindow]:
    today = desk.now.date()
    days = DateRange(today - _LOOKED_BACK, today)
    spans: dict[tuple[str, str, Window], set[DateRange]] = defaultdict(set)
    for held in desk.reader.windows(Dataset.REACH, days, advertiser_ids):
        if held.name in _WINDOWS and held.level in FIELDS:
            spans[held.advertiser_id, held.level, Window(held.name)].add(held.days)
    order = list(Window)
    found = [_latest(place, read) for place, read in spans.items()]
    return sorted(found, key=lambda w: (order.index(w.window), w.level, w.advertiser_id))


def _latest(place: tuple[str, str, Window], read: set[DateRange]) -> ReportedWindow:
    newest_first = sorted(read, key=lambda days: days.end, reverse=True)
    days = newest_first[0]
    earlier = (d for d in newest_first if d.end < days.start and d.length == days.length)
    return ReportedWindow(*place, days, next(earlier, None))


def figures(
    desk: Desk, advertiser_ids: frozenset[str], level: str, days: DateRange, keys: Sequence[str]
) -> dict[Key, Mapping[str, Amount]]:
    """Return the figures of one window by advertiser and id, as Amazon reported them.

    Empty for a span that it did not report. An advertiser's own id stands for it at its level.
    """
    by = FIELDS[level]
    where = (Among("advertiser_id", advertiser_ids),)
    question = Question(Dataset.REACH, tuple(keys), days, by=by, where=where)
    rows = desk.reader.ask(question).table.to_pylist()
    return {(row["advertiser_id"], row[by[-1]]): {k: row[k] for k in keys} for row in rows}


def looks_back_fixedly(desk: Desk) -> frozenset[str]:
    """Return the advertisers whose orders' reach is of one fixed span whatever days are asked.

    A check over several windows has shown it of them (`core.domain.probes`).
    """
    return frozenset(
        str(verdict.advertiser_id)
        for verdict in desk.tenant.probes.all()
        if verdict.probe == Probe.REACH_WINDOW and verdict.verdict == Verdict.FIXED_LOOK_BACK
    )
