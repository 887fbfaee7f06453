"""The request ledger: how often each advertiser's report type was asked for on a day.

Amazon advises one or two requests an advertiser, type and day; the count is kept here and
taken up before the request is made, so that no two processes, and no person, go over it. A type
goes by one table's name, also where it fills several (`ReportSpec.counted_as`).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import ColumnElement, select, update

from core.domain.connections import Adapter
from core.domain.ids import AdvertiserId
from core.domain.metrics import Dataset
from core.store.schema import request_ledger
from core.store.scoped import Scoped


class RequestLedger(Scoped):
    """The ledger of the advertisers that the scope sees. `day` is the advertiser's own."""

    def try_spend(
        self,
        advertiser_ids: Collection[str],
        dataset: Dataset,
        day: date,
        limit: int,
        adapter: Adapter = Adapter.V3,
    ) -> frozenset[AdvertiserId]:
        """Return the advertisers for which one more request is now counted: those below `limit`.

        The others are left as they were. Empty when none has one left.
        """
        self.require_job()
        rows = [
            self.own(
                request_ledger, advertiser_id=a, dataset=dataset, adapter=adapter, day=day, used=1
            )
            for a in sorted({a for a in advertiser_ids if self.scope.sees(a)})
        ]
        if not rows or limit < 1:
            return frozenset()
        taken = self.tx.counted_up(request_ledger, rows, "used", limit, returning="advertiser_id")
        return frozenset(AdvertiserId(a) for a in taken)

    def give_back(
        self,
        advertiser_ids: Collection[str],
        dataset: Dataset,
        day: date,
        adapter: Adapter = Adapter.V3,
    ) -> None:
        """Count one request less for each: it was not made after all."""
        self.require_job()
        c = request_ledger.c
        spent = self._on(day, adapter) & (c.dataset == dataset) & (c.used > 0)
        mine = spent & c.advertiser_id.in_(sorted(advertiser_ids))
        self.tx.run(update(request_ledger).where(mine).values(used=c.used - 1))

    def used(
        self, day: date, adapter: Adapter = Adapter.V3
    ) -> dict[tuple[AdvertiserId, Dataset], int]:
        """Return how many requests were counted on a day, by advertiser and dataset."""
        rows = self.tx.rows(select(request_ledger).where(self._on(day, adapter)))
        return {(AdvertiserId(r.advertiser_id), r.dataset): r.used for r in rows}

    def _on(self, day: date, adapter: Adapter) -> ColumnElement[bool]:
        c = request_ledger.c
        return self.mine(request_ledger) & (c.day == day) & (c.adapter == adapter)
