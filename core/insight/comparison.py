"""Two to eight lines laid over one another, and how they differ: by how much, and how surely.

Figures are told over the places that every line knows, so that none has a day that another
lacks. The first line is what the others are held against. What was served and what it cost is
counted; whether a difference in what it brought would come again is estimated from how much days
differ (`core.domain.noise`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from core.domain.catalogue import metric
from core.domain.event_calendar import Event
from core.domain.formats import relative_change
from core.domain.formulas import Formula
from core.domain.metrics import Dataset, Metric, Ratio, Unit
from core.domain.noise import COUNTED, TOO_LITTLE, UNKNOWN, Certainty, Days, certainty
from core.domain.periods import Comparison, DateRange
from core.domain.views import Alignment, Scale, View
from core.insight.audience import Audience, audience
from core.insight.calendar import marks_of
from core.insight.contenders import Contender, Lineup, lineup
from core.insight.desk import Desk
from core.insight.history import Amount, Sums, added_up, measures, of
from core.insight.known_days import TRAFFIC, known_days
from core.insight.volumes import can_answer, is_sum, preferred, resting_on
from core.lake.question import Among, Question

CAMPAIGN = Dataset.CAMPAIGN
_USUAL = ("total_cost", "impressions", "ecpm", "ctr", "dpvr", "total_purchases", "total_roas")


@dataclass(frozen=True, slots=True)
class Line:
    """One contender by place: the day at each place and its sums; None where it is not known."""

    contender: Contender
    places: tuple[int, ...]
    days: tuple[date, ...]
    sums: tuple[Sums | None, ...]

    @property
    def own_places(self) -> frozenset[int]:
        """Return the places of the days that figures are told of, known or not."""
        pairs = zip(self.places, self.days, strict=True)
        return frozenset(place for place, day in pairs if day in self.contender.days)

    @property
    def known(self) -> int:
        """Return how many of the days that figures are told of are known."""
        pairs = zip(self.days, self.sums, strict=True)
        return sum(sums is not None for day, sums in pairs if day in self.contender.days)

    def at(self, places: frozenset[int]) -> list[Sums]:
        """Return the sums at these places, in order."""
        pairs = zip(self.places, self.sums, strict=True)
        return [sums for place, sums in pairs if place in places and sums is not None]

    def values(self, entry: Metric) -> tuple[Amount, ...]:
        """Return a metric at each place."""
        return tuple(None if sums is None else of(entry, sums) for sums in self.sums)


@dataclass(frozen=True, slots=True)
class Difference:
    """A metric of one line, and how it differs from the first line's.

    `relative` is None for the first line itself, and where amounts of two currencies would have
    to be held against one another.
    """

    value: Amount
    relative: Decimal | None = None
    certainty: Certainty | None = None


@dataclass(frozen=True, slots=True)
class ComparedMetric:
    """One metric of every line, in their order."""

    metric: Metric
    differences: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """Lines over places, and their differences over the `common` places, which all know.

    `averages` are the drawn metric of each line over these; 100 of its index. `unloaded` are lines
    of which no day is known: they are left out. `events` are those of the days, where places are
    dates.
    """

    lineup: Lineup
    metric: Metric
    scale: Scale
    lines: tuple[Line, ...]
    common: tuple[int, ...]
    table: tuple[ComparedMetric, ...]
    averages: tuple[Amount, ...]
    unloaded: tuple[Line, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def places(self) -> tuple[int, ...]:
        """Return every place at which some line has a day, in order."""
        return tuple(sorted({place for line in self.lines for place in line.places}))

    @property
    def told_of(self) -> int:
        """Return at how many places figures could be told of, were all days known."""
        each = [line.own_places for line in self.lines]
        return len(frozenset.intersection(*each)) if each else 0

    @property
    def since(self) -> date | None:
        """Return the day of place 1 where every line has the same one: places are dates then."""
        return _since(self.lines)

    def told_days(self, line: Line) -> DateRange | None:
        """Return a line's days that its figures are of, from first to last; None without any."""
        each = zip(line.places, line.days, line.sums, strict=True)
        days = [day for place, day, sums in each if place in self.common and sums is not None]
        return DateRange(days[0], days[-1]) if days else None

    @property
    def currencies(self) -> frozenset[str]:
        """Return the currencies of the lines."""
        return frozenset(line.contender.group.currency for line in self.lines)

    def drawn(self, line: int, place: int) -> Amount:
        """Return what is drawn of a line at a place: the metric, or its index to 100."""
        found = self.lines[line]
        if place not in found.places:
            return None
        value = found.values(self.metric)[found.places.index(place)]
        average = self.averages[line]
        if value is None or self.scale is Scale.UNIT:
            return value
        return Decimal(value) * 100 / Decimal(average) if average else None


def drawn_metric(view: View) -> Metric:
    """Return the metric that is drawn: the one that the view names, else what is best told of."""
    return metric(view.trend) if can_answer(view.trend, CAMPAIGN) else preferred(CAMPAIGN)


def table_metrics(view: View) -> list[Metric]:
    """Return the metrics of the difference table, the drawn one first."""
    wanted = [key for key in view.metrics if can_answer(key, CAMPAIGN)] or list(_USUAL)
    keys = dict.fromkeys((drawn_metric(view).key, *wanted))
    return [metric(key) for key in keys]


def compared_audience(desk: Desk, view: View) -> Audience:
    """Return whom a view means; days before matter only to one order laid over itself."""
    if view.align is Alignment.CALENDAR and len(view.orders) == 1:
        return audience(desk, view)
    return replace(audience(desk, replace(view, comparison=Comparison.NONE)), view=view)


def compared(desk: Desk, audience: Audience) -> Compared:
    """Return what a view compares; without lines where there is nothing to compare yet."""
    found = lineup(desk, audience)
    entry, view = drawn_metric(audience.view), audience.view
    if found.lack:
        return Compared(found, entry, view.scale, (), (), (), ())
    entries = table_metrics(view)
    parts = sorted({p for e in entries for p in (*measures(e), resting_on(e, CAMPAIGN))})
    every = [_line(desk, one, parts) for one in found.contenders]
    lines = tuple(line for line in every if line.known)
    common = _common(lines) if len(lines) > 1 else ()
    table = tuple(_differences(e, lines, common) for e in entries if common)
    averages = tuple(_over(entry, line.at(frozenset(common)), len(common)) for line in lines)
    unloaded = tuple(line for line in every if not line.known)
    marks = _marks(desk, lines)
    return Compared(found, entry, view.scale, lines, common, table, averages, unloaded, marks)


def _marks(desk: Desk, lines: Sequence[Line]) -> tuple[Event, ...]:
    """Return the events and notes of the days where places are dates, in order."""
    if _since(lines) is None:
        return ()
    groups = {id(line.contender.group): line.contender.group for line in lines}
    found = dict.fromkeys(mark for group in groups.values() for mark in marks_of(desk, group))
    return tuple(sorted(found, key=lambda event: (event.days.start, event.days.end, event.name)))


def _since(lines: Sequence[Line]) -> date | None:
    origins = {line.contender.origin for line in lines}
    return origins.pop() if len(origins) == 1 else None


def _line(desk: Desk, contender: Contender, parts: Sequence[str]) -> Line:
    where: list[Among] = [Among("advertiser_id", contender.advertisers)]
    if contender.orders is not None:
        where.append(Among("order_id", contender.orders))
    question = Question(
        CAMPAIGN, tuple(parts), contender.drawn, by=("day",), where=tuple(where),
        as_of=contender.group.as_of,
    )  # fmt: skip
    rows = desk.reader.ask(question).table.to_pylist()
    held: dict[date, Sums] = {row["day"]: {part: row[part] for part in parts} for row in rows}
    known = _known(desk, contender)
    nothing: Sums = dict.fromkeys(parts, 0)
    days = tuple(contender.drawn.days())
    return Line(
        contender,
        tuple(contender.first_place + n for n in range(len(days))),
        days,
        tuple(held.get(day, nothing) if day in known else None for day in days),
    )


def _known(desk: Desk, contender: Contender) -> frozenset[date]:
    """Return the days that are known of every advertiser of a line that has any."""
    whose = [a for a in contender.group.advertisers if a.advertiser_id in contender.advertisers]
    held = [days.days for days in known_days(desk, whose).values() if days.days]
    return frozenset.intersection(*held) if held else frozenset()


def _common(lines: Sequence[Line]) -> tuple[int, ...]:
    """Return the places that figures are told of: within every line's days, and known of each."""
    each = [
        line.own_places
        & {place for place, sums in zip(line.places, line.sums, strict=True) if sums is not None}
        for line in lines
    ]
    return tuple(sorted(frozenset.intersection(*each))) if each else ()


def _differences(entry: Metric, lines: Sequence[Line], common: Sequence[int]) -> ComparedMetric:
    places = frozenset(common)
    days = [line.at(places) for line in lines]
    values = [_whole(entry, each) for each in days]
    currencies = [line.contender.group.currency for line in lines]
    found = [Difference(values[0])]
    for n in range(1, len(lines)):
        if entry.unit is Unit.MONEY and currencies[n] != currencies[0]:
            found.append(Difference(values[n]))
            continue
        sure = _certainty(entry, days[n], days[0], len(lines) - 1)
        found.append(Difference(values[n], relative_change(values[n], values[0]), sure))
    return ComparedMetric(entry, tuple(found))


def _certainty(
    entry: Metric, one: Sequence[Sums], other: Sequence[Sums], at_once: int
) -> Certainty:
    if is_sum(entry) and TRAFFIC.issuperset(measures(entry)):
        return COUNTED
    if not is_sum(entry) and isinstance(entry.formula, Formula):
        return UNKNOWN
    if not one or not other:
        return TOO_LITTLE
    return certainty(_series(entry, one), _series(entry, other), at_once)


def _series(entry: Metric, days: Sequence[Sums]) -> Days:
    counted = resting_on(entry, CAMPAIGN)
    events = sum(float(day.get(counted) or 0) for day in days)
    formula = entry.formula
    if not isinstance(formula, Ratio):
        return Days([float(of(entry, day) or 0) for day in days], [1.0] * len(days), events)
    tops = [_added(formula.plus, day) - _added(formula.minus, day) for day in days]
    return Days(tops, [_added(formula.over, day) for day in days], events)


def _added(keys: Sequence[str], sums: Mapping[str, Amount]) -> float:
    return sum(float(sums.get(key) or 0) for key in keys)


def _whole(entry: Metric, days: Sequence[Sums]) -> Amount:
    """Return a metric over days; None for no days."""
    if not days:
        return None
    return of(entry, {part: added_up(part, [day.get(part) for day in days]) for part in days[0]})


def _over(entry: Metric, days: Sequence[Sums], count: int) -> Amount:
    """Return a ratio over days, or a sum a day."""
    value = _whole(entry, days)
    return value if value is None or not is_sum(entry) else Decimal(value) / count


def said_days(found: Compared, line: Line) -> str:
    """Return a line's days, and those that its figures are of where these are fewer."""
    whole, told = line.contender.days, found.told_days(line)
    return f"{whole}" if told is None or told == whole else f"{whole}, figures of {told}"


def gaps(found: Compared) -> list[str]:
    """Return a sentence for each line of which days are not known."""
    told = []
    for line in (*found.lines, *found.unloaded):
        length, name = line.contender.days.length, line.contender.name
        if not line.known:
            told.append(f"Of {name}, no day is loaded ({line.contender.days}): it is left out.")
        elif line.known < length:
            told.append(f"Of {name}, {line.known} of {length} days are loaded.")
    return told
