"""Two generations of reports about the same days, held against each other.

A difference is one figure of one day, or the names that only one of the two uses. Amazon rounds
money in each row, and the two are built hours apart: a per mille is no difference.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

TOLERANCE = Decimal("0.001")
SLACK = Decimal("0.05")
"""So much of a day's sum of money or count is rounding, however small the sum is."""

NAMES_SHOWN = 5

Sums = Mapping[str, Decimal | None]


class Likeness(StrEnum):
    """What a comparison came to."""

    EQUAL = "equal"
    DIFFERENT = "different"
    SILENT = "silent"  # neither says anything of these days

    @property
    def meaning(self) -> str:
        """Return what follows from it, in a sentence."""
        return _MEANINGS[self]


_MEANINGS = {
    Likeness.EQUAL: "Both say the same of these days: the unified reports may be relied on.",
    Likeness.DIFFERENT: "They differ: this table stays with version 3 until they agree.",
    Likeness.SILENT: "Neither says anything of these days; others are compared in a week.",
}


@dataclass(frozen=True, slots=True)
class Difference:
    """Where the two differ. `day` is None where names differ; "" is where one says nothing."""

    day: date | None
    what: str
    v3: str
    v1: str


def of_day(day: date, v3: Sums, v1: Sums) -> Iterator[Difference]:
    """Yield the measures of one day in which the two differ, in the order of `v3`.

    Only measures that both know are compared; one that is absent counts as nothing.
    """
    for key, old in v3.items():
        if key in v1 and differs(old or Decimal(0), v1[key] or Decimal(0)):
            yield Difference(day, key, _told(old), _told(v1[key]))


def of_names(key: str, v3: Collection[str], v1: Collection[str]) -> Iterator[Difference]:
    """Yield a difference when some names of a key are used by one of the two alone."""
    old, new = sorted(set(v3) - set(v1)), sorted(set(v1) - set(v3))
    if old or new:
        yield Difference(None, key, _listed(old), _listed(new))


def differs(v3: Decimal, v1: Decimal) -> bool:
    """Return whether two sums of one figure are further apart than rounding explains."""
    return abs(v1 - v3) > max(abs(v3) * TOLERANCE, SLACK)


def _told(value: Decimal | None) -> str:
    return "" if value is None else f"{value.normalize():f}"


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMES_SHOWN} more" if len(names) > NAMES_SHOWN else ""
    return ", ".join(names[:NAMES_SHOWN]) + more
