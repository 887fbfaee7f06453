"""A console's figures held against what is known here, by order and day, with the likely reason.

Why two figures differ is inferred and never certain: each reason comes with what speaks for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from core.domain.catalogue import METRICS, metric
from core.domain.console_files import ConsoleFile, by_order_and_day
from core.domain.metrics import Dataset, Metric, Unit
from core.domain.periods import DateRange
from core.errors import UserError
from core.insight.desk import Desk
from core.insight.directory import directory
from core.insight.known_days import KnownDays, known_days, settled_after
from core.lake.question import Among, Question
from core.store.accounts.advertisers import Advertiser

TOLERANCE = Decimal("0.01")
DAYS_MAX = 400
_SLACK = {Unit.MONEY: Decimal("0.05")}
_GROSS = {"impressions": "gross_impressions", "clicks": "gross_clicks"}


class Reason(StrEnum):
    """Why two figures likely differ."""

    UNKNOWN_ORDER = "order not known here"
    MISSING_DAY = "day not loaded"
    UNSETTLED = "unsettled day"
    GROSS = "gross against valid traffic"
    ZONE = "time zone"
    FILTER = "filter"
    OPEN = "not explained"


@dataclass(frozen=True, slots=True)
class Difference:
    """One figure of one order's day: the console's and ours, beyond the tolerance.

    `console` is None where the file has no row, `ours` where nothing is known. `evidence` is what
    speaks for the reason.
    """

    day: date
    order_id: str
    order: str
    metric: Metric
    console: Decimal | None
    ours: Decimal | None
    reason: Reason
    evidence: str

    @property
    def gap(self) -> Decimal:
        """Return the console's less ours."""
        return (self.console or Decimal(0)) - (self.ours or 0)

    @property
    def share(self) -> Decimal | None:
        """Return the gap as a share of the console's figure; None when that is none or nothing."""
        return self.gap / self.console if self.console else None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What was held against each other, how much of it agrees, and what does not.

    `compared` counts figures of an order's day. The differences come the largest share first.
    """

    days: DateRange
    orders: int
    metrics: tuple[Metric, ...]
    compared: int
    differences: tuple[Difference, ...]

    @property
    def agreeing(self) -> int:
        """Return how many figures agree within the tolerance."""
        return self.compared - len(self.differences)

    @property
    def reasons(self) -> dict[Reason, int]:
        """Return how many differences each reason likely explains."""
        counted: dict[Reason, int] = defaultdict(int)
        for one in self.differences:
            counted[one.reason] += 1
        return dict(counted)


Sums = Mapping[str, Decimal]
Cells = dict[tuple[str, date], dict[str, Decimal]]


def reconcile(
    desk: Desk, advertiser: Advertiser, file: ConsoleFile, tolerance: Decimal = TOLERANCE
) -> Reconciliation:
    """Return how a file's figures stand against those of an advertiser.

    What was delivered here between the file's first day and its last, and has no row there, is a
    difference too.
    Figures differ when they are further apart than `tolerance`, as a share of the larger one.
    Raises UserError when the file speaks of too many days, or of none of the advertiser's orders.
    """
    days = DateRange(min(r.day for r in file.rows), max(r.day for r in file.rows))
    if days.length > DAYS_MAX:
        raise UserError(f"The file speaks of {days.length} days; {DAYS_MAX} are compared at once.")
    names = {o.id: o.order.name for o in directory(desk).of([str(advertiser.advertiser_id)])}
    theirs = _theirs(file, names)
    if not any(order in names for order, _ in theirs):
        raise UserError(
            f"None of the file's orders is one of {advertiser.name}. Choose the advertiser that it "
            "was exported for."
        )
    ours = _ours(desk, advertiser, days, file.metrics)
    unspoken = _unspoken(theirs, ours, file.metrics, names)
    known = known_days(desk, [advertiser])[str(advertiser.advertiser_id)]
    judge = _Judge(desk, advertiser, file, tolerance, theirs, ours, known, names)
    found = sorted([*judge.differences(), *judge.unspoken(unspoken)], key=_largest_first)
    compared = sum(len(values) for values in (*theirs.values(), *unspoken.values()))
    metrics = tuple(metric(key) for key in file.metrics)
    orders = len({order for order, _ in (*theirs, *unspoken)})
    return Reconciliation(days, orders, metrics, compared, tuple(found))


def _largest_first(one: Difference) -> tuple[Decimal, date, str]:
    return -abs(one.share or Decimal(0)), one.day, one.order_id


def _theirs(file: ConsoleFile, names: Mapping[str, str]) -> Cells:
    """Return the file's sums by order and day: by id, else by a name that one order alone has."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for order_id, name in names.items():
        by_name[_plain(name)].append(order_id)
    cells: Cells = defaultdict(dict)
    for (order_id, name, day), sums in by_order_and_day(file.rows):
        same = by_name.get(_plain(name), [])
        key = order_id or (same[0] if len(same) == 1 else name)
        held = cells[key, day]
        for one, value in sums.items():
            held[one] = held.get(one, Decimal(0)) + value
    return dict(cells)


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _unspoken(theirs: Cells, ours: Cells, keys: Iterable[str], names: Mapping[str, str]) -> Cells:
    """Return what was delivered here and has no row in the file.

    An order whose name several have is in the file, only not to be told from its namesakes.
    """
    named = {_plain(order) for order, _ in theirs if order not in names}
    found: Cells = {}
    for (order, day), values in ours.items():
        told = {key: values[key] for key in keys if values.get(key)}
        is_silent = order in names and _plain(names[order]) not in named
        if told and is_silent and (order, day) not in theirs:
            found[order, day] = told
    return found


def _ours(desk: Desk, advertiser: Advertiser, days: DateRange, keys: Sequence[str]) -> Cells:
    asked = dict.fromkeys([*keys, *(_GROSS[k] for k in keys if k in _GROSS)])
    question = Question(
        Dataset.CAMPAIGN,
        tuple(asked),
        days,
        by=("order_id", "day"),
        where=(Among("advertiser_id", frozenset({str(advertiser.advertiser_id)})),),
    )
    rows: list[dict[str, Any]] = desk.reader.ask(question).table.to_pylist()
    return {
        (row["order_id"], row["day"]): {
            key: Decimal(row[key]) for key in asked if row[key] is not None
        }
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class _Judge:
    """Finds what differs and what speaks for a reason, the surest reason first."""

    desk: Desk
    advertiser: Advertiser
    file: ConsoleFile
    tolerance: Decimal
    theirs: Cells
    ours: Cells
    known: KnownDays
    names: Mapping[str, str]

    def differences(self) -> Iterator[Difference]:
        """Yield every figure that is further apart than the tolerance."""
        lines = self.desk.tenant.settling.all().get(self.advertiser.advertiser_id, {})
        moving = {
            key: frozenset(self.known.moving(settled_after(lines, metric(key))))
            for key in self.file.metrics
        }
        for (order, day), values in self.theirs.items():
            for key, console in values.items():
                own = self._own(order, day, key)
                if own is not None and self._agree(key, console, own):
                    continue
                reason, why = self._reason(order, day, key, console, own, moving[key])
                name = self.names.get(order, order)
                yield Difference(day, order, name, metric(key), console, own, reason, why)

    def unspoken(self, cells: Cells) -> Iterator[Difference]:
        """Yield every figure of `cells`, which the file has no row of, that is not next to none."""
        spoken = {order for order, _ in self.theirs}
        for (order, day), values in cells.items():
            on = " on this day" if order in spoken else ""
            said = f"The file has no row of this order{on}; it was likely filtered out."
            for key, own in values.items():
                if not self._agree(key, Decimal(0), own):
                    name = self.names[order]
                    yield Difference(day, order, name, metric(key), None, own, Reason.FILTER, said)

    def _own(self, order: str, day: date, key: str) -> Decimal | None:
        """Return our figure: nothing delivered on a known day without a row is 0."""
        if order not in self.names or day not in self.known.days:
            return None
        return self.ours.get((order, day), {}).get(key, Decimal(0))

    def _agree(self, key: str, one: Decimal, other: Decimal) -> bool:
        slack = _SLACK.get(METRICS[key].unit, Decimal(1))
        apart = abs(one - other)
        return not apart or apart <= self.tolerance * max(abs(one), abs(other)) or apart < slack

    def _reason(
        self,
        order: str,
        day: date,
        key: str,
        console: Decimal,
        own: Decimal | None,
        moving: frozenset[date],
    ) -> tuple[Reason, str]:
        if order not in self.names:
            return Reason.UNKNOWN_ORDER, "No order of this advertiser has this id or name."
        if own is None:
            return Reason.MISSING_DAY, "The day was not loaded; see the coverage calendar."
        if day in moving or day in self.known.provisional:
            age = self.known.read_at_age.get(day, 0)
            return Reason.UNSETTLED, f"Read here when the day was {age} days old; it still moves."
        return (
            self._gross(order, day, key, console)
            or self._shifted(order, key)
            or self._part(order, key)
            or (Reason.OPEN, "Nothing known here speaks for a reason.")
        )

    def _gross(
        self, order: str, day: date, key: str, console: Decimal
    ) -> tuple[Reason, str] | None:
        gross = self.ours.get((order, day), {}).get(_GROSS.get(key, ""))
        if gross is None or not self._agree(key, console, gross):
            return None
        return Reason.GROSS, f"With invalid traffic it is {gross:,f} here, as in the console."

    def _shifted(self, order: str, key: str) -> tuple[Reason, str] | None:
        """Return the zone as a reason when days differ and their sums agree."""
        theirs, own = self._sums(order, key)
        if len(theirs) < 2 or not self._agree(key, sum(theirs, Decimal(0)), sum(own, Decimal(0))):
            return None
        said = f"All {len(theirs)} days of the file add up to the same; single days do not."
        return Reason.ZONE, f"{said} Here days are those of {self.advertiser.timezone}."

    def _part(self, order: str, key: str) -> tuple[Reason, str] | None:
        """Return a filter as a reason when the file holds less than here on all its days."""
        theirs, own = self._sums(order, key)
        if not own or any(t > o for t, o in zip(theirs, own, strict=True)):
            return None
        share = sum(theirs, Decimal(0)) / (sum(own, Decimal(0)) or 1)
        said = f"On none of its {len(theirs)} days does the file hold more; in all {share:.0%}."
        parts = "line items" if self.file.has_line_items else "rows"
        return Reason.FILTER, f"{said} Some {parts} were likely filtered out of the export."

    def _sums(self, order: str, key: str) -> tuple[Sequence[Decimal], Sequence[Decimal]]:
        days = [d for o, d in self.theirs if o == order and key in self.theirs[o, d]]
        own = [(d, self._own(order, d, key)) for d in days]
        pairs = [(self.theirs[order, d][key], value) for d, value in own if value is not None]
        return [t for t, _ in pairs], [o for _, o in pairs]
