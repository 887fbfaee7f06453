"""What a change of a metric comes from, row by row of a cut: its mix and its rate effects.

The parts add up to the change exactly, also as they are shown: they are rounded together. Rows
that rest on too little are told of as one, so that chance is not ranked and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from core.domain.cuts import Total
from core.domain.effects import Effect, apportioned, effects, rounded, value
from core.domain.formulas import Formula
from core.domain.metrics import Metric, Unit
from core.domain.money import minor_units
from core.insight.cut_table import CutRow, CutTable
from core.insight.volumes import is_enough, is_sum

SHOWN = 8
_NOTHING = Fraction(0)
_DIGITS = 3


@dataclass(frozen=True, slots=True)
class Move:
    """One part of a change, rounded so that all of them add up; `rows` are how many it stands for.

    `key` is "" for a part that is made of several rows.
    """

    key: str
    name: str
    mix: Decimal
    rate: Decimal
    rows: int = 1

    @property
    def whole(self) -> Decimal:
        """Return both effects together."""
        return self.mix + self.rate


@dataclass(frozen=True, slots=True)
class Movers:
    """A change from `before` to `now`, over the days that may be compared.

    `moves` come strongest first, then the rest together, then what rests on too little. All
    amounts are multiples of `step`: `before` and the moves are `now`, to the last digit.
    """

    metric: Metric
    before: Decimal
    now: Decimal
    moves: tuple[Move, ...]
    step: Decimal

    @property
    def change(self) -> Decimal:
        """Return what happened."""
        return self.now - self.before

    @property
    def mix(self) -> Decimal:
        """Return what comes of rows weighing otherwise."""
        return sum((move.mix for move in self.moves), Decimal(0))

    @property
    def rate(self) -> Decimal:
        """Return what comes of rows performing otherwise."""
        return sum((move.rate for move in self.moves), Decimal(0))


@dataclass(frozen=True, slots=True)
class NoMovers:
    """Why a change cannot be taken apart."""

    reason: str


def movers(table: CutTable) -> Movers | NoMovers:
    """Return what the change of a table's metric comes from, or why that cannot be told."""
    entry = table.metric
    if table.cut.total is Total.OVERLAP:
        return NoMovers(
            "Segments overlap, so their changes do not add up to one. The table's own column says "
            "how each has changed."
        )
    if table.group.compared is None:
        return NoMovers("Choose days to compare with, and what changed is taken apart here.")
    if isinstance(entry.formula, Formula) and not entry.formula.is_linear:
        return NoMovers(
            f"{entry.label} is reckoned by a formula of your own that is neither a sum nor one sum "
            "over another: what parts of it do to a change does not add up."
        )
    now = {row.key: row.sums.alike for row in table.rows if row.sums.alike}
    before = {row.key: row.sums.before for row in table.rows if row.sums.before}
    found = effects(entry, now, before)
    ends = value(entry, before), value(entry, now)
    if found is None or ends[0] is None or ends[1] is None:
        return NoMovers(
            f"{entry.label} has no value in one of the two periods, so there is no change to "
            "take apart."
        )
    return _rounded(table, found, ends[0], ends[1])


def _rounded(
    table: CutTable, found: Mapping[str, Effect], before: Fraction, now: Fraction
) -> Movers:
    parts = list(_parts(table, found))
    step = _step(table, [before, now], [effect for _, _, effect, _ in parts])
    first, last = rounded(before, step), rounded(now, step)
    sides = [side for _, _, effect, _ in parts for side in (effect.mix, effect.rate)]
    shown = apportioned(sides, last - first, step)
    moves = tuple(
        Move(key, name, shown[2 * n], shown[2 * n + 1], rows)
        for n, (key, name, _, rows) in enumerate(parts)
    )
    return Movers(table.metric, first, last, moves, step)


def _parts(table: CutTable, found: Mapping[str, Effect]) -> Iterator[tuple[str, str, Effect, int]]:
    """Yield (key, name, effect, rows): the strongest rows, the others, and what is too little."""
    firm = [row for row in table.rows if row.key in found and _may_be_told(table, row)]
    firm.sort(key=lambda row: -abs(found[row.key].whole))
    for row in firm[:SHOWN]:
        yield row.key, row.name, found[row.key], 1
    rest = [found[row.key] for row in firm[SHOWN:]]
    if rest:
        yield "", f"{len(rest)} others", _together(rest), len(rest)
    told = {row.key for row in firm}
    little = [effect for key, effect in found.items() if key not in told]
    if little:
        word = "row" if len(little) == 1 else "rows"
        yield "", f"Too little data ({len(little)} {word})", _together(little), len(little)


def _may_be_told(table: CutTable, row: CutRow) -> bool:
    """Return whether a row may be named: one that came or went rests on the side it is on."""
    counted = table.rests_on(table.metric)
    sides = [side for side in (row.sums.alike, row.sums.before) if side]
    return all(is_enough(side, counted) for side in sides)


def _together(several: Sequence[Effect]) -> Effect:
    return Effect(
        sum((one.mix for one in several), _NOTHING), sum((one.rate for one in several), _NOTHING)
    )


def _step(table: CutTable, ends: Sequence[Fraction], parts: Sequence[Effect]) -> Decimal:
    """Return to what the parts are rounded: three digits of the largest, whole counts and cents
    at the finest.
    """
    sizes = [abs(side) for part in parts for side in (part.mix, part.rate)]
    largest = max([*sizes, abs(ends[1] - ends[0])], default=_NOTHING) or max(map(abs, ends))
    if not largest:
        return Decimal(1)
    size = Decimal(largest.numerator) / Decimal(largest.denominator)
    finest = Decimal(1).scaleb(size.adjusted() - _DIGITS + 1)
    unit = table.metric.unit
    if unit is Unit.COUNT:
        return Decimal(1)
    if unit is Unit.MONEY and is_sum(table.metric):
        return Decimal(1).scaleb(-minor_units(table.group.currency))
    return min(finest, Decimal("0.01"))
