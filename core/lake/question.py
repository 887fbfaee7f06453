"""A question to the lake, as a value: what is measured, over which days, cut how.

Everything a person can choose ends here and is held against the catalogue, so that nothing but
known names ever reaches SQL and every value travels as a bound parameter.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from core.domain.catalogue import METRICS, metric
from core.domain.metrics import Dataset, Metric, Unit
from core.domain.periods import DateRange
from core.errors import UserError
from core.lake.schema import TABLES, FactTable

GRAINS = ("day", "week", "month")
ENTITIES = ("advertiser", "order", "line_item", "creative", "deal", "segment", "product")
"""Things with names: each has a table of attributes (`order_name`, `order_state` ...)."""

BEFORE = "__before"
CHANGE = "__change"

_VALUES_MAX = 10_000
_TEXT_MAX = 200
_ROWS_MAX = 10_000_000
_LEVELS = {
    "advertiser": ("advertiser_id",),
    "order": ("advertiser_id", "order_id"),
    "line_item": ("advertiser_id", "line_item_id"),
    "supply_source": ("advertiser_id", "supply_source"),
}


@dataclass(frozen=True, slots=True)
class Among:
    """Rows whose field is one of `values`, or none of them when `is_excluded`."""

    field: str
    values: frozenset[str]
    is_excluded: bool = False


@dataclass(frozen=True, slots=True)
class Containing:
    """Rows of which at least one of `fields` contains `text`, whatever its case."""

    text: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Within:
    """Groups whose metric lies between two values, both included; None leaves a side open."""

    metric: str
    low: Decimal | None = None
    high: Decimal | None = None


Condition = Among | Containing | Within


@dataclass(frozen=True, slots=True)
class Sort:
    """An order of the groups by a field, a metric, `<metric>__before` or `<metric>__change`."""

    column: str
    is_descending: bool = True


@dataclass(frozen=True, slots=True)
class Question:
    """Metrics of one dataset over `days`, a row for each combination of `by`.

    `compare` adds `<metric>__before` over that range, day for day. `as_of` asks what the lake
    said at an instant. Without `order_by` the rows come in the order of `by`. `own` are the
    organization's own metrics it asks for, as they were defined when it was asked: a definition
    that changes makes another question, with an answer of its own.
    """

    dataset: Dataset
    metrics: tuple[str, ...]
    days: DateRange
    by: tuple[str, ...] = ()
    where: tuple[Condition, ...] = ()
    compare: DateRange | None = None
    order_by: tuple[Sort, ...] = ()
    limit: int | None = None
    offset: int = 0
    as_of: datetime | None = None
    own: tuple[Metric, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        asked = (METRICS.get(key) for key in self.metrics)
        object.__setattr__(self, "own", tuple(m for m in asked if m is not None and m.is_own))

    def metric(self, key: str) -> Metric:
        """Return one of its metrics, or a part of one. Raises UserError for a key of neither."""
        return next((own for own in self.own if own.key == key), None) or metric(key)

    @property
    def table(self) -> FactTable:
        """Return the table that answers."""
        return TABLES[self.dataset]

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the measures that have to be summed, each once, in the order first needed."""
        needed = (part for key in self.metrics for part in _parts(self.metric(key)))
        return tuple(dict.fromkeys((*needed, *self._compared_parts())))

    def _compared_parts(self) -> Iterator[str]:
        for condition in self.where:
            if isinstance(condition, Within):
                yield from _parts(self.metric(condition.metric))

    @property
    def fields(self) -> frozenset[str]:
        """Return every field that the question groups or filters by."""
        used = set(self.by)
        for condition in self.where:
            if isinstance(condition, Among):
                used.add(condition.field)
            elif isinstance(condition, Containing):
                used.update(condition.fields)
        return frozenset(used)

    @property
    def speaks_of_money(self) -> bool:
        """Return whether an answer over several currencies would mean nothing."""
        return any(_is_money(self.metric(key)) for key in (*self.metrics, *self.parts))

    @property
    def advertisers(self) -> frozenset[str] | None:
        """Return the advertisers it is limited to by its own conditions; None for no limit."""
        chosen = [
            condition.values
            for condition in self.where
            if isinstance(condition, Among)
            and condition.field == "advertiser_id"
            and not condition.is_excluded
        ]
        return frozenset.intersection(*chosen) if chosen else None

    @property
    def level(self) -> str:
        """Return the level of reach the grouping asks for. Raises UserError when there is none."""
        ids = tuple(f for f in self.by if f in _LEVEL_FIELDS)
        for level, fields in _LEVELS.items():
            if ids and {*ids, "advertiser_id"} == set(fields):
                return level
        raise UserError("Reach is known by advertiser, order, line item or supply source only.")


_LEVEL_FIELDS = frozenset(field for fields in _LEVELS.values() for field in fields)


def entity_of(field: str) -> tuple[str, str] | None:
    """Return (entity, attribute) of a field like "order_name"; None for what facts hold."""
    for entity in ENTITIES:
        if field.startswith(f"{entity}_") and field != f"{entity}_id":
            return entity, field.removeprefix(f"{entity}_")
    return None


def check(question: Question, attributes: Mapping[str, frozenset[str]]) -> None:
    """Refuse, with a sentence that says why, a question that the lake cannot answer.

    `attributes` are the columns known of each entity. Raises UserError.
    """
    if question.table.is_windowed:
        _check_window(question)
    _check_metrics(question)
    for name in question.fields:
        _check_field(question, name, attributes)
    _check_values(question.where)
    _check_order(question)
    if question.compare and question.compare.length != question.days.length:
        raise UserError(
            f"{question.compare} is not as long as {question.days}: "
            "only periods of equal length are compared."
        )
    limit = 1 if question.limit is None else question.limit
    if not 0 <= question.offset <= _ROWS_MAX or not 1 <= limit <= _ROWS_MAX:
        raise UserError(f"Between 1 and {_ROWS_MAX:,} rows can be asked for.")


def _check_metrics(question: Question) -> None:
    if not question.metrics:
        raise UserError("Choose at least one metric.")
    for key in (*question.metrics, *question.parts):
        found = question.metric(key)
        if question.dataset not in found.datasets:
            raise UserError(_not_answerable(found, question.dataset))
        if not (found.is_ratio or found.additive or _is_whole(question)):
            raise UserError(f"{found.name} cannot be added up: it is n/a for totals.")


def _not_answerable(found: Metric, dataset: Dataset) -> str:
    if not found.is_ratio and not found.additive and Dataset.REACH in found.datasets:
        return (
            f"{found.name} cannot be added up over days or campaigns; Amazon reports it for "
            "whole windows. Ask the reach table for one of its windows."
        )
    return f"{found.name} is not measured in Amazon's {dataset.value.replace('_', ' ')} report."


def _is_whole(question: Question) -> bool:
    """Return whether each group of the answer is one single row of the facts."""
    if question.dataset is Dataset.REACH:
        return not set(question.by).intersection(GRAINS)
    needed = set(question.table.identity)
    if question.table.is_windowed:
        needed -= {"day", "window_name", "window_start", "window_end", "level"}
    return needed <= set(question.by)


def _check_field(question: Question, field: str, attributes: Mapping[str, frozenset[str]]) -> None:
    known = {*GRAINS, *question.table.identity, "currency"}
    if question.dataset is Dataset.REACH:
        known = set(_LEVEL_FIELDS)
    if field in known:
        return
    found = entity_of(field)
    if found and f"{found[0]}_id" in known and found[1] in attributes.get(found[0], frozenset()):
        return
    raise UserError(f"The {question.dataset.value} report cannot be cut by {field!r}.")


def _check_values(conditions: Iterable[Condition]) -> None:
    for condition in conditions:
        if isinstance(condition, Among):
            if len(condition.values) > _VALUES_MAX:
                raise UserError(f"At most {_VALUES_MAX:,} values can be chosen at once.")
            texts: Iterable[str] = condition.values
        elif isinstance(condition, Containing):
            texts = (condition.text,)
        else:
            continue
        if any(len(text) > _TEXT_MAX for text in texts):
            raise UserError(f"A filter may be {_TEXT_MAX} characters long at most.")


def _check_order(question: Question) -> None:
    allowed = set(sortable(question))
    for sort in question.order_by:
        if sort.column not in allowed:
            raise UserError(f"The answer cannot be sorted by {sort.column!r}.")
    for condition in question.where:
        if isinstance(condition, Within) and condition.metric not in question.metrics:
            raise UserError(f"{condition.metric!r} must be shown to be filtered by.")


def sortable(question: Question) -> tuple[str, ...]:
    """Return the names an answer may be sorted by: the allow-list of its own columns."""
    compared = (BEFORE, CHANGE) if question.compare else ()
    metrics = (key + suffix for key in question.metrics for suffix in ("", *compared))
    return (*question.by, *metrics)


def _check_window(question: Question) -> None:
    if set(question.by).intersection(GRAINS):
        raise UserError("These figures are known for whole windows, not for single days.")
    if question.dataset is Dataset.REACH:
        assert question.level


def _parts(found: Metric) -> tuple[str, ...]:
    return found.formula.parts if found.formula else (found.key,)


def _is_money(found: Metric) -> bool:
    return found.unit in (Unit.MONEY, Unit.MULTIPLE)
