"""Names of deals, audience segments and products, as the rows of reports tell them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from core.domain.cuts import Labelled
from core.domain.ids import AdvertiserId
from core.store.schema import report_label
from core.store.scoped import Scoped
from core.store.transaction import Values, picked


@dataclass(frozen=True, slots=True)
class Label:
    """What a deal, a segment or a product is called; `detail` is its kind or group, "" for none."""

    advertiser_id: AdvertiserId
    kind: Labelled
    label_id: str
    name: str
    detail: str = ""


class Labels(Scoped):
    """The labels of the advertisers that the scope sees."""

    def record(self, labels: Iterable[Label], now: datetime) -> int:
        """Write labels in the place of what these things were called, and return how many differ.

        A name stays when reports no longer tell of it: old days still do. Raises NotFound for an
        advertiser outside the scope.
        """
        told = {(x.advertiser_id, x.kind, x.label_id): x for x in labels}
        for advertiser_id in {label.advertiser_id for label in told.values()}:
            self.require_advertiser(advertiser_id)
        known = set(self.all(*{label.kind for label in told.values()}))
        new = [label for label in told.values() if label not in known]
        self.tx.upsert(report_label, (self._row(label, now) for label in new))
        return len(new)

    def all(self, *kinds: Labelled) -> list[Label]:
        """Return the labels of these kinds (all without any), in the order of their names."""
        c = report_label.c
        query = picked(report_label, Label).where(self.mine(report_label))
        if kinds:
            query = query.where(c.kind.in_(sorted(kinds)))
        return self.tx.many(query.order_by(c.name, c.label_id, c.advertiser_id), Label)

    def mark(self) -> str:
        """Return a text that changes whenever a label that the scope sees does; cheap."""
        c = report_label.c
        query = select(func.max(c.seen_at), func.count()).where(self.mine(report_label))
        return "/".join(map(str, self.tx.row(query) or ()))

    def _row(self, label: Label, now: datetime) -> Values:
        return self.own(
            report_label,
            advertiser_id=label.advertiser_id,
            kind=label.kind,
            label_id=label.label_id,
            name=label.name,
            detail=label.detail,
            seen_at=now,
        )
