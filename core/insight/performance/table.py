"""A page of rows at any level with any metrics: figures, changes, a line by day, and totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.domain.catalogue import metric
from core.domain.metrics import Metric
from core.domain.views import Level, Sort, View
from core.insight.audience import Audience, Group
from core.insight.desk import Desk
from core.insight.entity_sums import NOTHING, EntitySums, Key, alike_before, asked, entity_sums
from core.insight.history import Amount, Figure, History, history, measures, of
from core.insight.performance.columns import Columns, adds_up, is_of_window
from core.insight.performance.evidence import evidence, is_enough
from core.insight.performance.levels import FIELDS, Names, names
from core.insight.performance.trails import trails
from core.insight.performance.window_columns import WindowColumns, window_columns
from core.lake.question import Among

PAGE_ROWS = 50
SHORT_ROWS = 20
"""So many rows are shown of each currency where there are several tables."""

_FIRST = metric("impressions")


@dataclass(frozen=True, slots=True)
class Row:
    """One entity. `figures` go with the columns; those in `thin` rest on too little to be ranked.

    `trail` has a value for each day shown of the table's trend metric. `order_id` and `order` say
    where a line item belongs; both are empty for others.
    """

    key: Key
    name: str
    advertiser: str
    figures: tuple[Figure, ...]
    trail: tuple[Amount, ...] = ()
    thin: frozenset[str] = frozenset()
    order_id: str = ""
    order: str = ""

    @property
    def entity_id(self) -> str:
        """Return the id of what the row is about."""
        return self.key[1]


@dataclass(frozen=True, slots=True)
class Table:
    """A page of rows; `total` counts all of them. `totals` go with the columns.

    A total's value is None where nothing can be added up (`reasons` says why, by metric) and
    where its denominator is 0.
    """

    group: Group
    level: Level
    columns: tuple[Metric, ...]
    trend: Metric
    rows: tuple[Row, ...]
    totals: tuple[Figure, ...]
    total_trail: tuple[Amount, ...]
    reasons: Mapping[str, str]
    total: int
    thin: int
    page: int
    page_rows: int
    sort: Sort

    @property
    def pages(self) -> int:
        """Return how many pages there are; at least 1."""
        return max(1, -(-self.total // self.page_rows))


def table(
    desk: Desk,
    whom: Audience,
    group: Group,
    columns: Columns,
    *,
    whole: bool = False,
    page_rows: int = PAGE_ROWS,
) -> Table:
    """Return the page of rows that the view asks for, or every row when `whole`.

    Rows come for what has a row of facts in the days shown or compared. They are sorted by any
    column or by name, absent figures last, ties by name. Sorted by a ratio, rows that rest on
    fewer than 30 events come after those that rest on enough. A page beyond the last is the last.
    """
    asker = _Asker(desk, whom, group, columns.metrics)
    sort = sort_of(whom.view, columns)
    ranked, thin = asker.ranked(sort)
    page = min(whom.view.page, max(1, -(-len(ranked) // page_rows)))
    shown = ranked if whole else ranked[(page - 1) * page_rows : page * page_rows]
    trend = trend_of(whom.view, columns)
    totals = history(desk, group, whom.days, (*filter(adds_up, columns.metrics), trend))
    return Table(
        group=group,
        level=whom.view.level,
        columns=columns.metrics,
        trend=trend,
        rows=tuple(asker.rows(shown, trend, with_trails=not whole)),
        totals=tuple(asker.total(entry, totals) for entry in columns.metrics),
        total_trail=totals.by_day(trend),
        reasons=asker.windows.reasons,
        total=len(ranked),
        thin=thin,
        page=page,
        page_rows=page_rows,
        sort=sort,
    )


def sort_of(view: View, columns: Columns) -> Sort:
    """Return the order of the rows: the view's where it names a column, else by the first one."""
    keys = {entry.key for entry in columns.metrics}
    if view.sort and (view.sort.key in keys or view.sort.key == "name"):
        return view.sort
    return Sort("total_cost" if "total_cost" in keys else columns.metrics[0].key)


def trend_of(view: View, columns: Columns) -> Metric:
    """Return the metric of the rows' lines: the view's, else the one sorted by, else the first."""
    wanted = (view.trend, sort_of(view, columns).key, *(m.key for m in columns.metrics))
    known = (metric(key) for key in wanted if key and key != "name")
    return next((entry for entry in known if adds_up(entry)), _FIRST)


def judged(desk: Desk, whom: Audience, group: Group, entry: Metric) -> dict[Key, tuple[Any, Any]]:
    """Return of every row its figure over the days shown and the events that it rests on.

    The figure is None where its denominator is 0 and where the row has nothing in these days.
    Raises UserError for a metric that the base facts do not hold.
    """
    values, events = _Asker(desk, whom, group, ()).amounts(entry, evidence(entry))
    return {key: (value, events.get(key)) for key, value in values.items()}


class _Asker:
    """What a table of one group is asked with."""

    def __init__(self, desk: Desk, whom: Audience, group: Group, columns: Sequence[Metric]) -> None:
        self._desk = desk
        self._whom = whom
        self._group = group
        self._level = whom.view.level
        self._field = FIELDS[self._level]
        self._columns = columns
        self._names: Names = names(desk, whom)
        self.windows: WindowColumns = window_columns(
            desk, whom, group, [entry for entry in columns if is_of_window(entry)]
        )

    def ranked(self, sort: Sort) -> tuple[list[Key], int]:
        """Return the rows in order, and how many of them hold too little to be ranked by it."""
        by = _FIRST if sort.key == "name" else metric(sort.key)
        rests_on = evidence(by)
        values, events = self.amounts(by if adds_up(by) else _FIRST, rests_on)
        if is_of_window(by):
            values = {key: self.windows.value(key, by.key) for key in values}
        ordered = sorted(values, key=lambda key: (self._name(key).casefold(), key))
        if sort.key == "name":
            return (ordered[::-1] if sort.descending else ordered), 0
        sign = -1 if sort.descending else 1
        known = [key for key in ordered if values[key] is not None]
        known.sort(key=lambda key: sign * values[key])
        thin = {key for key in known if rests_on and not is_enough(events.get(key))}
        firm = [key for key in known if key not in thin]
        few = [key for key in known if key in thin]
        return firm + few + [key for key in ordered if values[key] is None], len(few)

    def amounts(self, by: Metric, rests_on: str | None) -> tuple[dict[Key, Any], dict[Key, Any]]:
        """Return the figure of each row over the days shown, and what it rests on."""
        values: dict[Key, Any] = {}
        events: dict[Key, Any] = {}
        wanted = tuple(dict.fromkeys((by.key, *([rests_on] if rests_on else []))))
        for cohort in self._group.cohorts:
            before = alike_before(cohort)
            found = asked(self._desk, self._group, cohort, wanted, before, field=self._field)
            columns = found.to_pydict()
            keys = list(zip(columns["advertiser_id"], columns[self._field], strict=True))
            values |= dict(zip(keys, columns[by.key], strict=True))
            if rests_on:
                events |= dict(zip(keys, columns[rests_on], strict=True))
        return values, events

    def rows(self, keys: Sequence[Key], trend: Metric, *, with_trails: bool) -> Iterator[Row]:
        """Yield the rows in the order of `keys`."""
        if not keys:
            return
        ids = frozenset(entity_id for _, entity_id in keys)
        some = replace(self._group, where=(*self._group.where, Among(self._field, ids)))
        group = self._group if len(ids) > _LISTED_MAX else some
        summed = [entry for entry in self._columns if adds_up(entry)]
        parts = {part for entry in summed for part in (*measures(entry), evidence(entry)) if part}
        sums = entity_sums(self._desk, group, sorted(parts or {_FIRST.key}), self._field)
        lines = trails(self._desk, self._whom, group, self._field, trend) if with_trails else {}
        for key in keys:
            yield self._row(key, sums.get(key, NOTHING), lines.get(key, ()))

    def _row(self, key: Key, sums: EntitySums, trail: tuple[Amount, ...]) -> Row:
        order_id = ""
        if self._level is Level.LINE_ITEM:
            order_id = self._names.order_of(key[1]) or ""
        return Row(
            key=key,
            name=self._name(key),
            advertiser=self._names.advertisers.get(key[0], ""),
            figures=tuple(self._figure(entry, key, sums) for entry in self._columns),
            trail=trail,
            thin=frozenset(entry.key for entry in self._columns if _is_thin(entry, sums)),
            order_id=order_id,
            order=self._names.of(Level.ORDER, (key[0], order_id)) if order_id else "",
        )

    def _figure(self, entry: Metric, key: Key, sums: EntitySums) -> Figure:
        if is_of_window(entry):
            return self.windows.figure(key, entry)
        before = of(entry, sums.before) if sums.before else None
        return Figure(entry, of(entry, sums.now), of(entry, sums.alike), before)

    def total(self, entry: Metric, totals: History) -> Figure:
        """Return a column's total: a ratio of sums, or None for what is never added up."""
        if is_of_window(entry):
            return self.windows.total(entry)
        return totals.figure(entry)

    def _name(self, key: Key) -> str:
        return self._names.of(self._level, key)


_LISTED_MAX = 2_000
"""More ids than this are not named in a question: everything is asked for instead."""


def _is_thin(entry: Metric, sums: EntitySums) -> bool:
    rests_on = evidence(entry)
    return bool(rests_on and sums.now and not is_enough(sums.now.get(rests_on)))
