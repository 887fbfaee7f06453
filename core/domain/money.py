"""Money at the edges: an exact amount with its currency. Never added across currencies."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

from core.errors import Defect

# ISO 4217 minor units where they are not two.
_MINOR_UNITS = {"JPY": 0, "KRW": 0, "CLP": 0, "VND": 0, "BHD": 3, "KWD": 3, "TND": 3}
_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CAD": "CA$", "AUD": "A$", "MXN": "MX$"}


def minor_units(currency: str) -> int:
    """Return how many decimals the currency is written with (2 unless ISO 4217 says otherwise)."""
    return _MINOR_UNITS.get(currency, 2)


def symbol(currency: str) -> str:
    """Return the sign put before an amount: "$", or the code and a space when there is none."""
    return _SYMBOLS.get(currency, f"{currency} ")


@dataclass(frozen=True, slots=True)
class Money:
    """An exact amount in one currency."""

    amount: Decimal
    currency: str

    def __add__(self, other: Money) -> Money:
        return Money(self.amount + self._same(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.amount - self._same(other), self.currency)

    def rounded(self) -> Money:
        """Return the amount at the currency's own decimals, half to even."""
        step = Decimal(1).scaleb(-minor_units(self.currency))
        return Money(self.amount.quantize(step, rounding=ROUND_HALF_EVEN), self.currency)

    def __str__(self) -> str:
        amount = self.rounded().amount
        sign = "-" if amount < 0 else ""
        return f"{sign}{symbol(self.currency)}{abs(amount):,f}"

    def _same(self, other: Money) -> Decimal:
        if other.currency != self.currency:
            raise Defect(f"{self.currency} and {other.currency} were about to be added")
        return other.amount
