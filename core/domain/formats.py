"""Figures as people read them: compact ones for tiles, exact ones for hover and tables.

A minus is the typographic one and a unit follows after a no-break space. What is not known is
"n/a", never 0. Exports do not pass here: they hold plain numbers.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from core.domain.metrics import Unit
from core.domain.money import minor_units, symbol
from core.domain.periods import ONE_DAY, Against, Comparison, DateRange, Preset, compared_range

ABSENT = "n/a"
MINUS = "\u2212"
SPACE = "\u00a0"

Number = Decimal | int

_LETTERS = ("", "k", "M", "B")
_COMPACT_FROM = 10_000
_FINEST_DECIMALS = 6
_DECIMALS = {Unit.MULTIPLE: 2, Unit.AVERAGE: 1, Unit.HOURS: 1, Unit.COUNT: 0}


def exact(value: Number | None, unit: Unit, currency: str = "") -> str:
    """Return the whole figure: 1,240,000 · $1,240.50 · 0.12 % · 4.31 · 3.2."""
    if value is None:
        return ABSENT
    number = Decimal(value)
    if unit is Unit.RATE:
        return percent(number)
    decimals = minor_units(currency) if unit is Unit.MONEY else _DECIMALS[unit]
    return _with_minus(number, _symbol(unit, currency) + _grouped(abs(number), decimals))


def compact(value: Number | None, unit: Unit, currency: str = "") -> str:
    """Return the figure of a tile: from 10,000 on three digits and k, M or B, else `exact`."""
    number = Decimal(value or 0)
    if abs(number) < _COMPACT_FROM or unit not in {Unit.COUNT, Unit.MONEY}:
        return exact(value, unit, currency)
    return _with_minus(number, _symbol(unit, currency) + _three_digits(abs(number)))


def percent(fraction: Decimal) -> str:
    """Return a fraction as a percentage, as precise as its size deserves.

    One decimal from 10 %, two from 0.1 %, below that two digits that count: 72.4 %, 0.12 %,
    0.0042 %.
    """
    number = abs(fraction * 100)
    return _with_minus(fraction, f"{_grouped(number, _percent_decimals(number))}{SPACE}%")


def signed(value: Number | None, unit: Unit, currency: str = "") -> str:
    """Return a difference with its sign: +$1,200.00 · −0.40 % · 0; n/a when not known."""
    text = exact(value, unit, currency)
    return f"+{text}" if value is not None and value > 0 and not _is_zero(text) else text


def relative_change(now: Number | None, before: Number | None) -> Decimal | None:
    """Return (now − before) / |before|; None when either is not known or before is 0."""
    if now is None or before is None or before == 0:
        return None
    return (Decimal(now) - Decimal(before)) / abs(Decimal(before))


def change(now: Number | None, before: Number | None, words: str) -> str:
    """Return a change in words: "+12 % on the 7 days before", "no change on …", "n/a".

    From nothing there is no percentage: it says "up from 0".
    """
    if now and before == 0:
        return "up from 0" if now > 0 else "down from 0"
    share = Decimal(0) if now == before == 0 else relative_change(now, before)
    if share is None:
        return ABSENT
    text = _change_percent(share)
    return f"{text} {words}" if text else f"no change {words}"


def comparison_words(comparison: Against, period: DateRange, preset: Preset | None = None) -> str:
    """Return what a change is held against; empty when against nothing.

    `preset` is the one that `period` was chosen by, if any, as in `compared_range`.
    """
    compared = compared_range(period, comparison, preset)
    if compared is None:
        return ""
    days = "day" if period.length == 1 else f"{period.length} days"
    if not isinstance(comparison, Comparison):
        return f"on {compared}"
    if comparison is Comparison.PREVIOUS_YEAR:
        return f"on the same {days} a year before"
    if preset and compared.end < period.start - ONE_DAY:
        return f"on the same {days} of the {preset.begins} before"
    return f"on the {days} before"


def _change_percent(share: Decimal) -> str:
    number = abs(share * 100)
    text = _grouped(number, 0 if number >= 10 else 1)
    if _is_zero(text):
        return ""
    return f"{'+' if share > 0 else MINUS}{text}{SPACE}%"


def _percent_decimals(number: Decimal) -> int:
    if number >= 10:
        return 1
    if number >= Decimal("0.1"):
        return 2
    return min(_FINEST_DECIMALS, 1 - number.adjusted()) if number else 0


def _three_digits(number: Decimal) -> str:
    """Return three digits and the letter of their step; 999,950 rounds up to 1.00 M."""
    rounded = number.quantize(Decimal(1).scaleb(number.adjusted() - 2), ROUND_HALF_UP)
    exponent = rounded.adjusted()
    step = min(exponent // 3, len(_LETTERS) - 1)
    decimals = max(0, 2 - (exponent - 3 * step))
    return f"{_grouped(rounded.scaleb(-3 * step), decimals)}{SPACE}{_LETTERS[step]}"


def _grouped(number: Decimal, decimals: int) -> str:
    step = Decimal(1).scaleb(-decimals)
    return f"{number.quantize(step, ROUND_HALF_UP):,f}"


def _symbol(unit: Unit, currency: str) -> str:
    return symbol(currency) if unit is Unit.MONEY and currency else ""


def _with_minus(value: Decimal, text: str) -> str:
    return f"{MINUS}{text}" if value < 0 and not _is_zero(text) else text


def _is_zero(text: str) -> bool:
    return not any(digit in text for digit in "123456789")
