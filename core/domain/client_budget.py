"""What a client gives for a month, and what of it buys media once the agency has its part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.domain.periods import ONE_DAY, DateRange

PERCENT_MOST = Decimal("0.9")
_WHOLE = Decimal(1)


class FeeTerms(StrEnum):
    """How the agency is paid out of what a client gives."""

    NONE = "none"
    FEE = "fee"
    MARGIN = "margin"

    @property
    def label(self) -> str:
        """Return it as people say it."""
        return _LABELS[self]


_LABELS = {
    FeeTerms.NONE: "no fee",
    FeeTerms.FEE: "a fee on top of media",
    FeeTerms.MARGIN: "a margin of the budget",
}


@dataclass(frozen=True, slots=True)
class ClientTerms:
    """The agency's part: `percent` of media on top of it, or of all the client gives.

    A fee of 0.1 makes 110 of 100 of media; a margin of 0.1 leaves 90 of media of 100.
    """

    terms: FeeTerms
    percent: Decimal = Decimal(0)

    def media_of(self, given: Decimal) -> Decimal:
        """Return how much media an amount of the client's buys."""
        client, media = self._shares
        return given * media / client

    def billed_for(self, media: Decimal) -> Decimal:
        """Return what media costs the client, the agency's part included."""
        client, share = self._shares
        return media * client / share

    @property
    def _shares(self) -> tuple[Decimal, Decimal]:
        """Return what the client gives against the media in it."""
        if self.terms is FeeTerms.FEE:
            return _WHOLE + self.percent, _WHOLE
        if self.terms is FeeTerms.MARGIN:
            return _WHOLE, _WHOLE - self.percent
        return _WHOLE, _WHOLE


def month_of(day: date) -> DateRange:
    """Return the calendar month of a day."""
    first = day.replace(day=1)
    following = (first.replace(day=28) + 4 * ONE_DAY).replace(day=1)
    return DateRange(first, following - ONE_DAY)
