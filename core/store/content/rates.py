"""Exchange rates that the organization imported, by day and pair."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.fx import FxRate
from core.domain.periods import DateRange
from core.store.content.repository import Repository, field_names
from core.store.content.rows import among, at_least, at_most, equal
from core.store.schema import fx_rate


@dataclass(frozen=True, slots=True)
class RatesHeld:
    """What there is of one pair from one source."""

    base: str
    quote: str
    source: str
    days: DateRange
    count: int


class FxRates(Repository[FxRate]):
    """The organization's rates. Every member sees them, clients too."""

    __slots__ = ()
    _table = fx_rate
    _kind = FxRate
    _what = "The rate"

    def within(self, days: DateRange, currencies: Collection[str] = ()) -> list[FxRate]:
        """Return the rates of these days, oldest first, between any of the currencies if named."""
        where = [at_least("day", days.start), at_most("day", days.end)]
        if currencies:
            where += [among("base", currencies), among("quote", currencies)]
        return self._found(*where)

    def held(self) -> list[RatesHeld]:
        """Return what there is, by pair and source."""
        found: dict[tuple[str, str, str], list[FxRate]] = {}
        for rate in self._found():
            found.setdefault((rate.base, rate.quote, rate.source), []).append(rate)
        return [
            RatesHeld(*key, DateRange(rates[0].day, rates[-1].day), len(rates))
            for key, rates in sorted(found.items())
        ]

    def put(self, rates: Sequence[FxRate], now: datetime) -> None:
        """Keep rates, over those of the same day and pair.

        Raises NotAllowed unless the role may.
        """
        self._require_whole_editor()
        stamp = self._stamp(now)
        names = field_names(FxRate)
        rows = [{**{name: getattr(rate, name) for name in names}, **stamp} for rate in rates]
        self.rows.put(self._table, rows)

    def remove(self, base: str, quote: str, source: str) -> int:
        """Take a pair's rates of one source away; return how many. Raises NotAllowed."""
        self._require_whole_editor()
        where = (equal("base", base), equal("quote", quote), equal("source", source))
        return self.rows.remove(self._table, *where)
