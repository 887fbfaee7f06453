"""What the comparisons of two generations of reports came to, as a person reads it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from core.domain.comparisons import Difference, Likeness
from core.domain.connections import Adapter
from core.domain.ids import AdvertiserId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.store.accounts.advertisers import Advertiser
from core.store.doors import Tenant
from core.store.ingest.comparisons import Comparison


@dataclass(frozen=True, slots=True)
class Outcome:
    """Comparisons in short: how many tables of how many advertisers came out how, and when.

    `days` spans what was compared, None before any comparison. `sums` counts the figures that
    were held against each other.
    """

    equal: int
    different: tuple[Comparison, ...]
    silent: int
    advertisers: int
    sums: int
    days: DateRange | None
    at: datetime | None

    @property
    def differences(self) -> list[tuple[Comparison, Difference]]:
        """Return each difference with the comparison that it was found in."""
        return [(one, found) for one in self.different for found in one.differences]

    @property
    def sentence(self) -> str:
        """Return what came of it, in a sentence or two."""
        if self.days is None:
            return "Version 3 and the unified reports have not been compared yet."
        compared = self.equal + len(self.different)
        told = f"{self.equal} of {compared} tables equal, {self.sums:,} sums of {self.days}"
        if self.different:
            more = sum(one.differing for one in self.different)
            differences = "1 difference" if more == 1 else f"{more:,} differences"
            return f"{told}; {differences}. Those tables stay with version 3."
        return f"{told}. Both generations say the same."


def lacking(kept: Iterable[Advertiser], compared: Iterable[Comparison]) -> list[Advertiser]:
    """Return the advertisers whose base facts speak against the unified reports, or not yet for
    them: found different, or never compared. One of which nothing is known has no say."""
    base = {c.advertiser_id: c.outcome for c in compared if c.dataset is Dataset.CAMPAIGN}
    unproven = (Likeness.DIFFERENT, None)
    return [a for a in kept if a.synced_at is not None and base.get(a.advertiser_id) in unproven]


def outcome(compared: Sequence[Comparison]) -> Outcome:
    """Return comparisons in short; all zero and None without any."""
    days = [one.days for one in compared]
    spoken = [one for one in compared if one.outcome is not Likeness.SILENT]
    return Outcome(
        equal=sum(one.is_equal for one in compared),
        different=tuple(one for one in compared if one.outcome is Likeness.DIFFERENT),
        silent=len(compared) - len(spoken),
        advertisers=len({one.advertiser_id for one in compared}),
        sums=sum(one.compared for one in spoken),
        days=DateRange(min(d.start for d in days), max(d.end for d in days)) if days else None,
        at=max((one.at for one in compared), default=None),
    )


def read_unified(tenant: Tenant) -> set[tuple[AdvertiserId, Dataset]]:
    """Return the tables that are read in the unified reports on ordinary days, by advertiser.

    They are those found equal through the advertiser's own connection, where it was switched and
    Amazon has named the account; every other table is read in version 3.
    """
    switched = {c.id for c in tenant.connections.all() if c.adapter is Adapter.V1}
    ways = tenant.advertisers.accesses()
    named = {a.advertiser_id for a in tenant.advertisers.all() if a.v1_account_id}
    doors = {(a, ways[a][0].connection_id) for a in named & ways.keys()}
    return {
        (one.advertiser_id, one.dataset)
        for one in tenant.comparisons.all()
        if one.is_equal
        and one.connection_id in switched
        and (one.advertiser_id, one.connection_id) in doors
    }
