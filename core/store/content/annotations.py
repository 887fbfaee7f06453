"""Annotations: what people know of some days that the figures do not say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from core.domain.content import AnnotationKind
from core.domain.ids import AdvertiserId, OrderId, UserId
from core.domain.periods import DateRange
from core.security.tokens import new_id
from core.store.content.repository import Repository, one, one_line
from core.store.content.rows import at_least, at_most
from core.store.schema import annotation


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What an annotation says: of an order, of an advertiser, or with neither of everything."""

    kind: AnnotationKind
    days: DateRange
    words: str
    advertiser_id: str | None = None
    order_id: str | None = None

    def columns(self) -> dict[str, Any]:
        """Return the values as they are stored. Raises UserError for words that are none."""
        return {
            "kind": self.kind,
            "first_day": self.days.start,
            "last_day": self.days.end,
            "words": one_line(self.words),
            "advertiser_id": self.advertiser_id,
            "order_id": self.order_id,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Annotation:
    """An annotation, who made it and who changed it last."""

    id: str
    advertiser_id: AdvertiserId | None
    order_id: OrderId | None
    kind: AnnotationKind
    first_day: date
    last_day: date
    words: str
    created_by: UserId
    created_at: datetime
    changed_by: UserId
    changed_at: datetime

    @property
    def days(self) -> DateRange:
        """Return the days it speaks about."""
        return DateRange(self.first_day, self.last_day)


class Annotations(Repository[Annotation]):
    """The annotations that the scope sees; limited members only those of their advertisers."""

    __slots__ = ()
    _table = annotation
    _kind = Annotation
    _what = "The annotation"

    def all(self) -> list[Annotation]:
        """Return every annotation, the latest days first."""
        return _latest_first(self._found())

    def within(self, days: DateRange) -> list[Annotation]:
        """Return those that speak about any of these days, the latest first."""
        return _latest_first(
            self._found(at_most("first_day", days.end), at_least("last_day", days.start))
        )

    def add(self, told: Told, now: datetime) -> Annotation:
        """Return a new annotation.

        Raises NotAllowed unless the role may, NotFound for an advertiser outside the scope,
        UserError for words that are none.
        """
        self._require_editor()
        self.require_reach(told.advertiser_id)
        row = {"id": new_id("note"), **told.columns(), **self._made(now)}
        self.rows.add(self._table, row)
        return self._read(row)

    def change(self, annotation_id: str, told: Told, now: datetime) -> None:
        """Let it say something else. Raises as `add`, and NotFound."""
        self._require_editor()
        self.require_reach(told.advertiser_id)
        self._change(told.columns(), now, one(annotation_id))

    def remove(self, annotation_id: str) -> None:
        """Take it away. Raises NotAllowed, NotFound."""
        self._require_editor()
        self._remove(one(annotation_id))


def _latest_first(found: list[Annotation]) -> list[Annotation]:
    return sorted(found, key=lambda a: (a.first_day, a.last_day, a.id), reverse=True)
