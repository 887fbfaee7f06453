"""Sums of measures by the keys of any table: over the days shown, and like for like with before.

Advertisers of one currency may share a key (a supply source, a country), so the sums of cohorts
are added up.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.insight.audience import Cohort, Group
from core.insight.desk import Desk
from core.insight.history import Amount, added_up
from core.insight.order_sums import alike_before
from core.lake.question import BEFORE, Among, Condition, Question

Key = tuple[str, ...]
K = TypeVar("K", bound=Hashable)


@dataclass(frozen=True, slots=True)
class KeySums:
    """The sums of measures of one key; empty on a side on which it has no row."""

    now: Mapping[str, Amount]
    alike: Mapping[str, Amount]
    before: Mapping[str, Amount]


NOTHING = KeySums({}, {}, {})


def key_sums(
    desk: Desk,
    group: Group,
    dataset: Dataset,
    fields: Sequence[str],
    parts: Sequence[str],
    where: tuple[Condition, ...] = (),
) -> dict[Key, KeySums]:
    """Return the sums of each key of a group that has a row in the days shown or compared."""
    asking = _Asking(desk, group, dataset, tuple(fields), tuple(parts), where)
    found = [sums for cohort in group.cohorts for sums in asking.of(cohort)]
    return merged(found, lambda key: key)


def merged(found: Iterable[tuple[Key, KeySums]], named: Callable[[Key], K]) -> dict[K, KeySums]:
    """Return the sums under other keys; those that fall together are added up."""
    together: dict[K, list[KeySums]] = {}
    for key, sums in found:
        together.setdefault(named(key), []).append(sums)
    return {key: summed(held) for key, held in together.items()}


def summed(several: Sequence[KeySums]) -> KeySums:
    """Return sums added up, side by side."""
    if len(several) == 1:
        return several[0]
    return KeySums(
        _side([one.now for one in several]),
        _side([one.alike for one in several]),
        _side([one.before for one in several]),
    )


def _side(sides: Sequence[Mapping[str, Amount]]) -> Mapping[str, Amount]:
    parts = dict.fromkeys(part for side in sides for part in side)
    return {part: added_up(part, [s[part] for s in sides if part in s]) for part in parts}


@dataclass(frozen=True, slots=True)
class _Asking:
    desk: Desk
    group: Group
    dataset: Dataset
    fields: Key
    parts: tuple[str, ...]
    where: tuple[Condition, ...]

    def of(self, cohort: Cohort) -> Iterable[tuple[Key, KeySums]]:
        """Yield the keys of one cohort with their sums."""
        alike, before = cohort.periods.alike, alike_before(cohort)
        rows = self._rows(cohort, cohort.periods.shown, before)
        compared = rows if before else {}
        if alike and not before:
            compared = self._rows(cohort, alike[0], alike[1])
        for key in {**rows, **compared}:
            yield key, self._combined(rows.get(key), compared.get(key))

    def _rows(
        self, cohort: Cohort, days: DateRange, compare: DateRange | None
    ) -> dict[Key, Mapping[str, Any]]:
        question = Question(
            self.dataset,
            self.parts,
            days,
            by=self.fields,
            where=(Among("advertiser_id", cohort.advertiser_ids), *self.group.where, *self.where),
            compare=compare,
            as_of=self.group.as_of,
        )
        rows = self.desk.reader.ask(question).table.to_pylist()
        return {tuple(row[field] for field in self.fields): row for row in rows}

    def _combined(
        self, now: Mapping[str, Any] | None, compared: Mapping[str, Any] | None
    ) -> KeySums:
        return KeySums(self._side(now, ""), self._side(compared, ""), self._side(compared, BEFORE))

    def _side(self, row: Mapping[str, Any] | None, suffix: str) -> Mapping[str, Amount]:
        """Return a side's sums; {} where the key has no row on it, which leaves all absent."""
        held = {part: row[part + suffix] for part in self.parts} if row else {}
        return held if any(value is not None for value in held.values()) else {}
