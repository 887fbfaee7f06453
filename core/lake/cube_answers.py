"""Questions answered from the cube, in the very form SQL would answer them.

A question it cannot answer is handed back (None): another cut than advertisers and orders,
filters on names of other things, an earlier instant, too wide a series.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from core.domain.formulas import Formula
from core.domain.metrics import Dataset, Metric, Ratio
from core.domain.periods import DateRange
from core.lake.compiler import TOTAL
from core.lake.cube import Cube, Ints, Layer
from core.lake.decimals import MICRO, SCALE, decimals
from core.lake.engine import Connection, arrow
from core.lake.question import BEFORE, CHANGE, Among, Containing, Question
from core.lake.schema import COUNT, measure_column

_SERIES_CELLS_MAX = 60_000
_KEYS = frozenset({"advertiser_id", "order_id", "currency"})
_NAMES = {"order_name": "order_id", "advertiser_name": "advertiser_id"}
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Labels:
    """Names of orders and advertisers by id, as they are and in lower case, of one generation."""

    generation: str
    names: dict[str, dict[str, str | None]]
    lowered: dict[str, dict[str, str]]

    @classmethod
    def read(cls, con: Connection, schema: str, generation: str) -> Labels:
        """Return the labels of a schema's names; none where an entity has no name."""
        names: dict[str, dict[str, str | None]] = {}
        lowered: dict[str, dict[str, str]] = {}
        for field, key in _NAMES.items():
            entity = key.removesuffix("_id")
            found = arrow(con, f'SELECT {key}, name, lower(name) AS low FROM {schema}."{entity}"')
            ids = found[key].to_pylist()
            names[field] = dict(zip(ids, found["name"].to_pylist(), strict=True))
            pairs = zip(ids, found["low"].to_pylist(), strict=True)
            lowered[field] = {id_: low for id_, low in pairs if low is not None}
        return cls(generation, names, lowered)


@dataclass(frozen=True, slots=True)
class Sums:
    """Groups and their sums in one period. Column 0 of `values` counts rows."""

    measures: tuple[str, ...]
    values: Ints

    @property
    def is_present(self) -> Flags:
        """Return which groups have a row at all; the sums of the others are absent."""
        present: Flags = self.values[:, 0] > 0
        return present

    def of(self, part: str) -> Ints:
        """Return the sums of one measure: whole counts, or millionths of money."""
        column: Ints = self.values[:, 1 + self.measures.index(part)]
        return column


def answered(
    question: Question, visible: frozenset[str] | None, cube: Cube, labels: Labels
) -> pa.Table | None:
    """Return the answer as SQL would give it, None when the cube cannot."""
    if not _fits(question, cube):
        return None
    layer = cube.orders if _needs_orders(question) else cube.advertisers
    chosen = _chosen(question, visible, layer, labels)
    if chosen is None:
        return None
    periods = [question.days, *([question.compare] if question.compare else [])]
    if question.by == ("day",):
        if len(chosen) * question.days.length > _SERIES_CELLS_MAX:
            return None
        sums = [Sums(layer.measures, layer.days(chosen, p.start, p.end)) for p in periods]
        keys: dict[str, pa.Array] = {"day": _days(question.days)}
    else:
        groups, keys = _groups(question, layer, chosen)
        sums = [_grouped(layer, chosen, groups, p) for p in periods]
    return _named(question, _table(question, keys, sums), labels)


def currencies_in(
    question: Question, visible: frozenset[str] | None, cube: Cube, labels: Labels
) -> frozenset[str] | None:
    """Return the currencies of the rows behind the answer, None when the cube cannot say."""
    if not _fits(question, cube):
        return None
    layer = cube.orders if _needs_orders(question) else cube.advertisers
    chosen = _chosen(question, visible, layer, labels)
    if chosen is None:
        return None
    has_rows = layer.sums(chosen, question.days.start, question.days.end)[:, 0] > 0
    if question.compare:
        compared = layer.sums(chosen, question.compare.start, question.compare.end)
        has_rows |= compared[:, 0] > 0
    codes = np.unique(layer.codes["currency"][chosen[has_rows]])
    return frozenset(layer.values["currency"][codes])


def _fits(question: Question, cube: Cube) -> bool:
    by = {_NAMES.get(name, name) for name in question.by}
    sorted_by = {sort.column for sort in question.order_by}
    return (
        question.dataset is Dataset.CAMPAIGN
        and question.as_of is None
        and set(question.parts) <= set(cube.measures)
        and not any(isinstance(own.formula, Formula) for own in question.own)
        and (question.by == ("day",) or by <= _KEYS)
        # A name is shown beside its id; sorting by it is left to SQL.
        and all(_NAMES[name] in question.by for name in question.by if name in _NAMES)
        and not sorted_by & set(_NAMES)
        and all(_is_simple(condition) for condition in question.where)
    )


def _is_simple(condition: object) -> bool:
    if isinstance(condition, Among):
        return condition.field in _KEYS
    # Lower case of other alphabets is left to the engine that compares it.
    return (
        isinstance(condition, Containing)
        and condition.text.isascii()
        and set(condition.fields) <= set(_NAMES)
    )


def _needs_orders(question: Question) -> bool:
    return bool(question.fields & {"order_id", "order_name"})


def _chosen(
    question: Question, visible: frozenset[str] | None, layer: Layer, labels: Labels
) -> Ints | None:
    """Return the numbers of the series that the scope and the conditions leave."""
    keep = np.ones(len(layer.starts), dtype=np.bool_)
    if visible is not None:
        keep &= _among(layer, "advertiser_id", visible)
    for condition in question.where:
        if isinstance(condition, Among):
            found = _among(layer, condition.field, condition.values)
            keep &= ~found if condition.is_excluded else found
        elif isinstance(condition, Containing):
            keep &= _containing(condition, layer, labels)
    return np.flatnonzero(keep)


def _among(layer: Layer, key: str, values: frozenset[str]) -> Flags:
    fine = np.fromiter((v in values for v in layer.values[key]), np.bool_)
    return fine[layer.codes[key]]


def _containing(condition: Containing, layer: Layer, labels: Labels) -> Flags:
    text = condition.text.lower()
    found = np.zeros(len(layer.starts), dtype=np.bool_)
    for field in condition.fields:
        key, lowered = _NAMES[field], labels.lowered[field]
        named = (i in lowered and text in lowered[i] for i in layer.values[key])
        found |= np.fromiter(named, np.bool_)[layer.codes[key]]
    return found


def _groups(question: Question, layer: Layer, chosen: Ints) -> tuple[Ints, dict[str, pa.Array]]:
    """Return the group of each chosen series and the keys of the groups, in ascending order."""
    ids = [name for name in question.by if name in _KEYS]
    joined = np.zeros(len(chosen), dtype=np.int64)
    for name in ids:
        joined = joined * len(layer.values[name]) + layer.codes[name][chosen]
    _, first, groups = np.unique(joined, return_index=True, return_inverse=True)
    series = chosen[first]
    keys = {
        name: pa.array(layer.values[name][layer.codes[name][series]], pa.string()) for name in ids
    }
    return groups.astype(np.int64), keys


def _grouped(layer: Layer, chosen: Ints, groups: Ints, days: DateRange) -> Sums:
    each = layer.sums(chosen, days.start, days.end)
    count = int(groups.max()) + 1 if len(groups) else 0
    if count == len(groups):
        # Every series is a group of its own; their numbers only say in which order.
        each[groups] = each.copy()
        return Sums(layer.measures, each)
    values = np.zeros((count, each.shape[1]), dtype=np.int64)
    np.add.at(values, groups, each)
    return Sums(layer.measures, values)


def _days(days: DateRange) -> pa.Array:
    return pa.array([days.start + timedelta(days=n) for n in range(days.length)], pa.date32())


def _table(question: Question, keys: dict[str, pa.Array], sums: Sequence[Sums]) -> pa.Table:
    """Return the groups that have a row in either period, sorted, cut, with their metrics."""
    if not question.by and not len(sums[0].values):
        nothing = np.zeros((1, 1 + len(sums[0].measures)), dtype=np.int64)
        sums = [Sums(s.measures, nothing) for s in sums]
    present = np.logical_or.reduce([s.is_present for s in sums])
    kept = np.flatnonzero(present) if question.by else np.arange(len(present))
    sums = [Sums(s.measures, s.values[kept]) for s in sums]
    columns: dict[str, pa.Array] = {name: column.take(kept) for name, column in keys.items()}
    for key in question.metrics:
        for suffix, period in zip(("", BEFORE), sums, strict=False):
            columns[key + suffix] = _metric(question.metric(key), period)
    if question.limit:
        columns[TOTAL] = pa.array(np.full(len(kept), len(kept)))
    table = pa.table(columns)
    end = None if question.limit is None else question.offset + question.limit
    return table.take(_order(question, table)[question.offset : end])


def _named(question: Question, table: pa.Table, labels: Labels) -> pa.Table:
    """Return the rows with the names that were asked for, columns in the order of SQL's answer."""
    columns = {name: table[name] for name in table.column_names}
    fields = {}
    for name in question.by:
        if name in _NAMES:
            named = labels.names[name]
            texts = [named.get(text) for text in columns[_NAMES[name]].to_pylist()]
            fields[name] = pa.array(texts, pa.string())
        else:
            fields[name] = columns[name]
    return pa.table({**fields, **columns})


def _metric(entry: Metric, sums: Sums) -> pa.Array:
    if isinstance(entry.formula, Ratio):
        return pa.array(_ratio(entry.formula, sums), from_pandas=True)
    is_count = measure_column(entry.key).type == COUNT
    values = pa.array(sums.of(entry.key)) if is_count else decimals(sums.of(entry.key), 38)
    return pc.if_else(pa.array(sums.is_present), values, pa.scalar(None, values.type))


def _ratio(formula: Ratio, sums: Sums) -> npt.NDArray[np.float64]:
    """Return the quotients; NaN where there is no row or the denominator is zero."""
    top = _added(formula.plus, sums) - _added(formula.minus, sums)
    over = _added(formula.over, sums)
    with np.errstate(divide="ignore", invalid="ignore"):
        quotient: npt.NDArray[np.float64] = (top / MICRO) * formula.scale / (over / MICRO)
    quotient[(over == 0) | ~sums.is_present] = np.nan
    return quotient


def _added(parts: Sequence[str], sums: Sums) -> Ints:
    """Return the exact sum of the parts in millionths."""
    total = np.zeros(len(sums.values), dtype=np.int64)
    for part in parts:
        total += sums.of(part) * (MICRO if measure_column(part).type == COUNT else 1)
    return total


def _order(question: Question, table: pa.Table) -> pa.Array:
    """Return the places of the rows as asked: ties in the order of the keys, absent last."""
    keys = []
    for number, sort in enumerate(question.order_by):
        column = sort.column
        if column.endswith(CHANGE):
            column = f"__change_{number}"
            metric = question.metric(sort.column.removesuffix(CHANGE))
            table = table.append_column(column, _change(metric, table))
        keys.append((column, "descending" if sort.is_descending else "ascending", "at_end"))
    keys += [(name, "ascending", "at_end") for name in question.by if name not in _NAMES]
    if not keys:
        return pa.array(np.arange(table.num_rows))
    return pc.sort_indices(table, sort_keys=keys)


def _change(metric: Metric, table: pa.Table) -> pa.Array:
    """Return how much a metric grew; nothing delivered counts as zero, a ratio stays absent."""
    now, before = table[metric.key], table[metric.key + BEFORE]
    if not metric.is_ratio:
        now, before = now.fill_null(0), before.fill_null(0)
    if pa.types.is_decimal(now.type):
        # A difference needs one digit more than its parts, and 38 are the most there are.
        narrower = pa.decimal128(37, SCALE)
        now, before = now.cast(narrower), before.cast(narrower)
    return pc.subtract(now, before)
