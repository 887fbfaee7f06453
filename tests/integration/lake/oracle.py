"""Answers by loops over plain rows: what the lake must say, reckoned another way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from core.domain.catalogue import METRICS
from core.domain.periods import DateRange
from core.domain.scope import TenantScope
from core.lake.question import Among, Containing, Question, Within

Row = Mapping[str, Any]
Group = tuple[Any, ...]


@dataclass
class Oracle:
    """Every state the facts ever had, and the names of things."""

    states: list[tuple[datetime, list[Row]]] = field(default_factory=list)
    names: dict[str, dict[str, Row]] = field(default_factory=dict)
    """Attributes by entity and id: {"order": {"1": {"name": ..., "state": ...}}}."""

    def answer(self, question: Question, scope: TenantScope) -> list[dict[str, Any]]:
        """Return the rows of the answer, in order."""
        seen = [r for r in self._rows(question.as_of) if scope.sees(r["advertiser_id"])]
        seen = [r for r in seen if self._passes(r, question)]
        now = self._sums(question, seen, question.days)
        before = self._sums(question, seen, question.compare) if question.compare else {}
        groups = sorted({*now, *before}, key=lambda g: tuple(_last(v) for v in g))
        if not question.by:
            groups = [()]
        rows = [self._row(question, group, now.get(group), before.get(group)) for group in groups]
        rows = [r for r in rows if _within(r, question)]
        for sort in reversed(question.order_by):
            rows = _sorted(rows, question, sort.column, is_descending=sort.is_descending)
        end = None if question.limit is None else question.offset + question.limit
        return rows[question.offset : end]

    def _rows(self, as_of: datetime | None) -> Sequence[Row]:
        found: Sequence[Row] = []
        for at, rows in self.states:
            if as_of is None or at <= as_of:
                found = rows
        return found

    def _value(self, row: Row, name: str) -> Any:
        for entity in self.names:
            if name.startswith(f"{entity}_") and name != f"{entity}_id":
                known = self.names[entity].get(row[f"{entity}_id"], {})
                return known.get(name.removeprefix(f"{entity}_"))
        if name == "week":
            return row["day"] - timedelta(days=row["day"].weekday())
        if name == "month":
            return row["day"].replace(day=1)
        return row[name]

    def _passes(self, row: Row, question: Question) -> bool:
        for condition in question.where:
            if isinstance(condition, Among):
                value = self._value(row, condition.field)
                if (value in condition.values) == condition.is_excluded:
                    return False
            elif isinstance(condition, Containing):
                texts = (self._value(row, name) for name in condition.fields)
                if not any(t is not None and condition.text.lower() in t.lower() for t in texts):
                    return False
        return True

    def _sums(
        self, question: Question, rows: Iterable[Row], days: DateRange
    ) -> dict[Group, dict[str, Any]]:
        moved = question.days.start - days.start
        groups: dict[Group, dict[str, Any]] = {}
        for row in rows:
            if row["day"] not in days:
                continue
            placed = {**row, "day": row["day"] + moved}
            group = groups.setdefault(tuple(self._value(placed, n) for n in question.by), {})
            for part in question.parts:
                value, held = row[part], group.get(part)
                group[part] = held if value is None else value if held is None else held + value
        return groups

    def _row(
        self, question: Question, group: Group, now: Row | None, before: Row | None
    ) -> dict[str, Any]:
        row = dict(zip(question.by, group, strict=True))
        for key in question.metrics:
            row[key] = _metric(key, now or {})
            if question.compare:
                row[f"{key}__before"] = _metric(key, before or {})
        return row


def _metric(key: str, sums: Mapping[str, Any]) -> Any:
    formula = METRICS[key].formula
    if formula is None:
        return sums.get(key)
    value = formula.of(sums)
    return None if value is None else float(value)


def _within(row: Row, question: Question) -> bool:
    for condition in question.where:
        if isinstance(condition, Within):
            value = row[condition.metric]
            if value is None:
                return False
            if condition.low is not None and value < condition.low:
                return False
            if condition.high is not None and value > condition.high:
                return False
    return True


def _sorted(
    rows: list[dict[str, Any]], question: Question, column: str, *, is_descending: bool
) -> list[dict[str, Any]]:
    def value(row: Row) -> Any:
        if not column.endswith("__change"):
            return row[column]
        key = column.removesuffix("__change")
        now, before = row[key], row[f"{key}__before"]
        if METRICS[key].is_ratio:
            return None if now is None or before is None else now - before
        return (now or 0) - (before or 0)

    present = [r for r in rows if value(r) is not None]
    absent = [r for r in rows if value(r) is None]
    return (
        [*sorted(present, key=value, reverse=False), *absent]
        if not is_descending
        else [
            *_descending(present, value),
            *absent,
        ]
    )


def _descending(rows: list[dict[str, Any]], value: Any) -> list[dict[str, Any]]:
    """Return the rows from the largest down, equal ones in the order they had."""
    return sorted(rows, key=lambda r: _Reversed(value(r)))


class _Reversed:
    def __init__(self, value: Any) -> None:
        self.value = value

    def __lt__(self, other: _Reversed) -> bool:
        return bool(other.value < self.value)


def _last(value: Any) -> tuple[bool, Any]:
    """Return a sort key that puts what is absent last."""
    return (True, "") if value is None else (False, value)
