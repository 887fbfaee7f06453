"""Goals: what an advertiser or an order is to reach, from a day on or for some days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.domain.content import TARGET_MAX, Direction
from core.domain.ids import AdvertiserId, OrderId, UserId
from core.errors import UserError
from core.security.tokens import new_id
from core.store.content.repository import Repository, one, one_line
from core.store.schema import goal


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """What is to be reached. Without an order it is the whole advertiser's; `valid_to` may be open.

    `target` is in the metric's own unit: money in the advertiser's currency, a rate as a fraction.
    """

    advertiser_id: str
    metric: str
    direction: Direction
    target: Decimal
    valid_from: date
    valid_to: date | None = None
    order_id: str | None = None
    note: str | None = None

    def columns(self) -> dict[str, Any]:
        """Return the values as they are stored. Raises UserError for one that cannot be meant."""
        if not self.target.is_finite() or not -TARGET_MAX < self.target < TARGET_MAX:
            raise UserError("A target is a number that can be reached.")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise UserError("A goal ends on its first day or later.")
        values: dict[str, Any] = {name: getattr(self, name) for name in Aim.__slots__}
        note = one_line(self.note) if self.note and self.note.strip() else None
        return {**values, "target": self.target.quantize(Decimal("1e-6")), "note": note}


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A goal, who made it and who changed it last."""

    id: str
    advertiser_id: AdvertiserId
    order_id: OrderId | None
    metric: str
    direction: Direction
    target: Decimal
    valid_from: date
    valid_to: date | None
    note: str | None
    created_by: UserId
    created_at: datetime
    changed_by: UserId
    changed_at: datetime

    def holds_on(self, day: date) -> bool:
        """Return whether the goal is valid on a day of its advertiser."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class Goals(Repository[Goal]):
    """The goals of the advertisers that the scope sees."""

    __slots__ = ()
    _table = goal
    _kind = Goal
    _what = "The goal"

    def all(self) -> list[Goal]:
        """Return every goal, the newest first day first."""
        found = self._found()
        return sorted(found, key=lambda g: (g.valid_from, g.changed_at, g.id), reverse=True)

    def add(self, aim: Aim, now: datetime) -> Goal:
        """Return a new goal.

        Raises NotAllowed unless the role may, NotFound for an advertiser outside the scope,
        UserError for a target or days that cannot be meant.
        """
        self._require_editor()
        self.require_advertiser(aim.advertiser_id)
        row = {"id": new_id("goal"), **aim.columns(), **self._made(now)}
        self.rows.add(self._table, row)
        return self._read(row)

    def change(self, goal_id: str, aim: Aim, now: datetime) -> None:
        """Aim at something else. Raises as `add`, and NotFound."""
        self._require_editor()
        self.require_advertiser(aim.advertiser_id)
        self._change(aim.columns(), now, one(goal_id))

    def remove(self, goal_id: str) -> None:
        """Take it away. Raises NotAllowed, NotFound."""
        self._require_editor()
        self._remove(one(goal_id))
