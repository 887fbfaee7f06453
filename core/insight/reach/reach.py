"""How many people were reached: an advertiser's windows, and the orders and supplies of one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from core.domain.formats import relative_change
from core.domain.periods import DateRange
from core.domain.views import Sort, Window
from core.insight.audience import Audience
from core.insight.desk import Desk
from core.insight.history import Amount
from core.insight.reach.windows import (
    WORDS,
    ReportedWindow,
    figures,
    looks_back_fixedly,
    reported_windows,
)
from core.store.accounts.advertisers import Advertiser

PAGE_ROWS = 50
OF_ADVERTISER = ("reach", "frequency")
OF_ORDER = (
    "reach",
    "household_reach",
    "frequency",
    "household_frequency",
    "exclusive_reach_rate",
    "incremental_reach_rate",
)
OF_SUPPLY = ("reach", "frequency", "tv_exclusive_reach_rate")
DEFAULT_SORT = Sort("reach")

FREQUENCIES = (
    ("below 2", Decimal(0), Decimal(2)),
    ("2 to 3", Decimal(2), Decimal(3)),
    ("3 to 5", Decimal(3), Decimal(5)),
    ("5 to 10", Decimal(5), Decimal(10)),
    ("10 and more", Decimal(10), None),
)
"""Steps of average frequency: the lower end belongs to a step, the upper one to the next."""


@dataclass(frozen=True, slots=True)
class WindowReach:
    """One advertiser's people in one span. `window` is None for the days chosen on the screen,
    `days` is None for a window of which no report has been read.

    `reach` is None where Amazon reported none, and `reason` says why.
    """

    advertiser: Advertiser
    window: Window | None
    days: DateRange | None
    reach: Amount = None
    frequency: Amount = None
    reach_before: Amount = None
    before: DateRange | None = None
    reason: str = ""

    @property
    def change(self) -> Decimal | None:
        """Return how reach changed on the window before, None where there is none to hold it to."""
        return relative_change(self.reach, self.reach_before)


@dataclass(frozen=True, slots=True)
class PartReach:
    """An order or a supply source in one window, with each figure that Amazon reported of it."""

    advertiser: Advertiser
    entity_id: str
    name: str
    days: DateRange
    figures: Mapping[str, Amount]


@dataclass(frozen=True, slots=True)
class Parts:
    """A page of orders, or all supply sources, of the window chosen; never added up.

    `spans` are the days of the window, one entry where all advertisers have the same. Of the
    advertisers `unclear` it was shown that their orders' reach is not of the window asked for.
    `read` are the windows of which a report has been read at this level.
    """

    window: Window
    keys: tuple[str, ...]
    rows: tuple[PartReach, ...]
    total: int
    page: int
    sort: Sort
    spans: tuple[DateRange, ...]
    read: tuple[Window, ...] = ()
    unclear: tuple[Advertiser, ...] = ()
    frequencies: tuple[int, ...] = ()

    @property
    def pages(self) -> int:
        """Return how many pages there are; at least 1."""
        return max(1, -(-self.total // PAGE_ROWS))


def windows_of(desk: Desk, whom: Audience) -> list[WindowReach]:
    """Return each advertiser's days chosen, then its windows, the shortest first.

    Windows of 1, 7 and 30 days and of a month come in any case, others where one was reported.
    """
    known = {str(a.advertiser_id): a for a in whom.advertisers}
    spans = [
        span for span in reported_windows(desk, frozenset(known)) if span.level == "advertiser"
    ]
    found = []
    for advertiser in known.values():
        own = {s.window: s for s in spans if s.advertiser_id == advertiser.advertiser_id}
        found.append(_chosen(desk, whom, advertiser, list(own.values())))
        for window in Window:
            if window in own:
                found.append(_reported(desk, advertiser, own[window]))
            elif window in _STANDING:
                found.append(WindowReach(advertiser, window, None, reason=_NOT_READ))
    return found


def _chosen(
    desk: Desk, whom: Audience, advertiser: Advertiser, spans: Sequence[ReportedWindow]
) -> WindowReach:
    advertiser_id = str(advertiser.advertiser_id)
    days = next(
        cohort.periods.shown
        for group in whom.groups
        for cohort in group.cohorts
        if advertiser_id in cohort.advertiser_ids
    )
    if whom.view.orders or whom.view.text:
        return WindowReach(advertiser, None, days, reason=_NARROWED)
    told = _figures(desk, WindowReach(advertiser, None, days))
    if told.reach is None:
        return replace(told, reason=_not_reported(days, spans))
    return told


_STANDING = (Window.DAY, Window.WEEK, Window.THIRTY_DAYS, Window.MONTH)
_NOT_READ = (
    "No report of this window with people in it has been read yet; each has its day of the week or "
    "month."
)
_WITHHELD = "Amazon's report of this window has no figure of reach for the advertiser."
_NARROWED = "Amazon reports reach of the whole advertiser, not of the orders chosen together."


def _not_reported(days: DateRange, own: Sequence[ReportedWindow]) -> str:
    alike = [span.days for span in own if span.days.length == days.length]
    if alike:
        return f"Amazon reported it for {alike[0]}, not for {days}; it cannot be moved."
    if own:
        said = ", ".join(WORDS[span.window] for span in own)
        return f"Amazon reported it for {said}, never for these {days.length} days."
    return (
        "No report of reach with people in it has been read yet; the first comes the day after "
        "linking."
    )


def _reported(desk: Desk, advertiser: Advertiser, span: ReportedWindow) -> WindowReach:
    empty = WindowReach(advertiser, span.window, span.days, before=span.before)
    return _figures(desk, empty)


def _figures(desk: Desk, span: WindowReach) -> WindowReach:
    """Return the span with what Amazon reported of it, and of the one before."""
    whose = str(span.advertiser.advertiser_id)

    def asked(days: DateRange | None) -> Mapping[str, Amount]:
        if days is None:
            return {}
        found = figures(desk, frozenset({whose}), "advertiser", days, OF_ADVERTISER)
        return found.get((whose, whose), {})

    now, before = asked(span.days), asked(span.before)
    return replace(
        span,
        reach=now.get("reach"),
        frequency=now.get("frequency"),
        reach_before=before.get("reach"),
        reason=_WITHHELD if now.get("reach") is None else "",
    )


def orders_of(desk: Desk, whom: Audience, *, whole: bool = False) -> Parts:
    """Return the orders of the view's window, a page of them or every one when `whole`.

    They are sorted by reach unless the view says otherwise, absent figures last. `frequencies`
    counts all of them by average frequency, in the steps of FREQUENCIES.
    """
    unclear = looks_back_fixedly(desk)
    kept = [a for a in whom.advertisers if a.advertiser_id not in unclear]
    wanted = {order_id for group in whom.groups for order_id in group.orders}
    is_narrowed = bool(whom.view.orders or whom.view.text)
    found, spans, read = _parts(desk, whom, kept, "order", OF_ORDER)
    rows = [row for row in found if not is_narrowed or row.entity_id in wanted]
    sort = whom.view.sort
    sort = sort if sort and sort.key in {*OF_ORDER, "name"} else DEFAULT_SORT
    ordered = _sorted(rows, sort)
    page = min(whom.view.page, max(1, -(-len(ordered) // PAGE_ROWS)))
    shown = ordered if whole else ordered[(page - 1) * PAGE_ROWS : page * PAGE_ROWS]
    return Parts(
        whom.view.window,
        OF_ORDER,
        tuple(shown),
        len(ordered),
        page,
        sort,
        spans,
        read,
        tuple(a for a in whom.advertisers if a.advertiser_id in unclear),
        _counted(rows),
    )


def supplies_of(desk: Desk, whom: Audience) -> Parts:
    """Return the supply sources of the view's window, the furthest reaching first."""
    rows, spans, read = _parts(desk, whom, whom.advertisers, "supply_source", OF_SUPPLY)
    ordered = tuple(_sorted(rows, DEFAULT_SORT))
    return Parts(whom.view.window, OF_SUPPLY, ordered, len(ordered), 1, DEFAULT_SORT, spans, read)


def _parts(
    desk: Desk,
    whom: Audience,
    advertisers: Iterable[Advertiser],
    level: str,
    keys: Sequence[str],
) -> tuple[list[PartReach], tuple[DateRange, ...], tuple[Window, ...]]:
    """Return the rows of the view's window, its days, and which windows have been read."""
    known = {str(a.advertiser_id): a for a in advertisers}
    every = [s for s in reported_windows(desk, frozenset(known)) if s.level == level]
    spans = [span for span in every if span.window is whom.view.window]
    rows = []
    for span in spans:
        ids = frozenset({span.advertiser_id})
        for (_, entity_id), told in figures(desk, ids, level, span.days, keys).items():
            name = _name(whom, level, entity_id)
            rows.append(PartReach(known[span.advertiser_id], entity_id, name, span.days, told))
    read = tuple(dict.fromkeys(span.window for span in every))
    return rows, tuple(sorted({span.days for span in spans})), read


def _name(whom: Audience, level: str, entity_id: str) -> str:
    known = whom.directory.orders.get(entity_id) if level == "order" else None
    return (known.order.name if known else "") or entity_id


def _sorted(rows: Sequence[PartReach], sort: Sort) -> list[PartReach]:
    by_name = sorted(rows, key=lambda row: (row.name.casefold(), row.entity_id))
    if sort.key == "name":
        return by_name[::-1] if sort.descending else by_name
    sign = -1 if sort.descending else 1
    known = [row for row in by_name if row.figures.get(sort.key) is not None]
    known.sort(key=lambda row: sign * (row.figures[sort.key] or 0))
    return [*known, *(row for row in by_name if row.figures.get(sort.key) is None)]


def _counted(rows: Sequence[PartReach]) -> tuple[int, ...]:
    values = [row.figures.get("frequency") for row in rows]
    return tuple(
        sum(1 for v in values if v is not None and v >= low and (high is None or v < high))
        for _, low, high in FREQUENCIES
    )
