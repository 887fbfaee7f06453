"""What a change is made of: mix and rate effects of parts, which add up to the change exactly.

Of a ratio R = N / D, a part i with the weight w = Dᵢ / D and the rate r = Nᵢ / Dᵢ, from 0 to 1:

    rate effect  w₁ (r₁ − r₀)          it performs otherwise, at the weight it has now
    mix effect   (w₁ − w₀) (r₀ − R₀)   it weighs otherwise, and is better or worse than the whole

Since weights add up to one, the sum of both over all parts is R₁ − R₀. A part that came or went
has no rate to be held against: what it does is mix, w₁ (r₁ − R₀) or −w₀ (r₀ − R₀). Of what has
no denominator on either side, all is rate. Of a sum, a part's effect is its own difference.

Source: the shift-share split of a weighted mean with the interaction counted to the rate
(Dunn, "A statistical and analytical technique for regional analysis", 1960). Fractions are
exact, so the sum is too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from core.domain.formulas import Formula
from core.domain.metrics import Metric, Ratio

Sums = Mapping[str, Decimal | int | None]
_NOTHING = Fraction(0)


@dataclass(frozen=True, slots=True)
class Effect:
    """What one part does to a change, in the metric's own unit."""

    mix: Fraction = _NOTHING
    rate: Fraction = _NOTHING

    @property
    def whole(self) -> Fraction:
        """Return both together."""
        return self.mix + self.rate

    def __add__(self, other: Effect) -> Effect:
        return Effect(self.mix + other.mix, self.rate + other.rate)


def effects(
    entry: Metric, now: Mapping[str, Sums], before: Mapping[str, Sums]
) -> dict[str, Effect] | None:
    """Return what each part does to the change of a metric; together they are the change.

    A part may be on one side only. None when the metric has no value on one of the sides, be it
    that a measure of it is absent in all parts of one, and for an own formula that is neither a
    sum nor a ratio of sums: no parts add up to it.
    """
    keys = dict.fromkeys((*now, *before))
    if not _is_known(entry, now) or not _is_known(entry, before):
        return None
    if isinstance(entry.formula, Ratio):
        return _of_ratio(entry.formula, keys, now, before)
    if entry.formula is not None and not entry.formula.is_linear:
        return None
    return {
        key: Effect(rate=_summed(entry, now.get(key)) - _summed(entry, before.get(key)))
        for key in keys
    }


def value(entry: Metric, parts: Mapping[str, Sums]) -> Fraction | None:
    """Return a metric over all parts.

    None for a ratio over nothing, and when a measure of it is absent in every part.
    """
    if not _is_known(entry, parts):
        return None
    if isinstance(entry.formula, Formula):
        keys = entry.formula.parts
        found = entry.formula.of({key: _decimal(key, parts) for key in keys})
        return None if found is None else Fraction(found)
    if entry.formula is None:
        return sum((_summed(entry, sums) for sums in parts.values()), _NOTHING)
    whole = _totals(entry.formula, parts)
    return entry.formula.scale * whole[0] / whole[1] if whole[1] else None


def apportioned(parts: Sequence[Fraction], whole: Decimal, step: Decimal) -> list[Decimal]:
    """Return the parts at multiples of `step` that add up to `whole`, a multiple of it too.

    Each is rounded down, and what is left over goes to those that lost most (Hamilton's method).
    """
    if not parts:
        return []
    unit = Fraction(step)
    floors = [part // unit for part in parts]
    left = int(Fraction(whole) / unit) - sum(floors)
    by_loss = sorted(range(len(parts)), key=lambda n: floors[n] * unit - parts[n])
    each, more = divmod(left, len(parts))
    for place, n in enumerate(by_loss):
        floors[n] += each + (place < more)
    return [step * floor for floor in floors]


def rounded(exact: Fraction, step: Decimal) -> Decimal:
    """Return the nearest multiple of `step`, halves away from zero."""
    quotient = exact / Fraction(step)
    half = Decimal(quotient.numerator) / Decimal(quotient.denominator)
    return step * half.quantize(Decimal(1), ROUND_HALF_UP)


def _is_known(entry: Metric, parts: Mapping[str, Sums]) -> bool:
    """Return whether each measure of a metric is known of some part."""
    measures = entry.formula.parts if entry.formula else (entry.key,)
    return all(any(sums.get(key) is not None for sums in parts.values()) for key in measures)


def _of_ratio(
    formula: Ratio, keys: Mapping[str, None], now: Mapping[str, Sums], before: Mapping[str, Sums]
) -> dict[str, Effect] | None:
    new, old = _totals(formula, now), _totals(formula, before)
    if not new[1] or not old[1]:
        return None
    ratio = old[0] / old[1]
    found = {}
    for key in keys:
        top, bottom = _share(formula, now.get(key), new[1])
        top_before, bottom_before = _share(formula, before.get(key), old[1])
        whole = top - top_before - ratio * (bottom - bottom_before)
        if bottom and bottom_before:
            rate = top - bottom * top_before / bottom_before
        else:
            rate = _NOTHING if bottom or bottom_before else whole
        found[key] = Effect(formula.scale * (whole - rate), formula.scale * rate)
    return found


def _totals(formula: Ratio, parts: Mapping[str, Sums]) -> tuple[Fraction, Fraction]:
    tops = (_top(formula, sums) for sums in parts.values())
    bottoms = (_added(formula.over, sums) for sums in parts.values())
    return sum(tops, _NOTHING), sum(bottoms, _NOTHING)


def _share(formula: Ratio, sums: Sums | None, bottom: Fraction) -> tuple[Fraction, Fraction]:
    return _top(formula, sums) / bottom, _added(formula.over, sums) / bottom


def _top(formula: Ratio, sums: Sums | None) -> Fraction:
    return _added(formula.plus, sums) - _added(formula.minus, sums)


def _summed(entry: Metric, sums: Sums | None) -> Fraction:
    """Return a sum, or a weighted sum of sums, with what is absent as nothing."""
    if not isinstance(entry.formula, Formula):
        return _added((entry.key,), sums)
    known = {key: Decimal((sums or {}).get(key) or 0) for key in entry.formula.parts}
    return Fraction(entry.formula.of(known) or 0)


def _decimal(key: str, parts: Mapping[str, Sums]) -> Decimal:
    return sum((Decimal(sums.get(key) or 0) for sums in parts.values()), Decimal(0))


def _added(keys: Sequence[str], sums: Sums | None) -> Fraction:
    found = sums or {}
    return sum((Fraction(found.get(key) or 0) for key in keys), _NOTHING)
