"""Monthly budgets of clients: what each gives for some orders of an advertiser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.domain.client_budget import PERCENT_MOST, ClientTerms, FeeTerms
from core.domain.ids import AdvertiserId, OrderId, UserId
from core.errors import UserError
from core.security.tokens import new_id
from core.store.content.repository import Repository, one
from core.store.identity.organizations import named
from core.store.schema import client_budget

AMOUNT_MAX = Decimal(10) ** 13
ORDERS_MAX = 500
_MICRO = Decimal("1e-6")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What a client gives a month, in the advertiser's currency, from one month on.

    Months are named by any day of theirs; `last_month` may be open. Without orders it is for
    every order of the advertiser. `percent` is a fraction.
    """

    advertiser_id: str
    name: str
    amount: Decimal
    first_month: date
    last_month: date | None = None
    order_ids: tuple[str, ...] = ()
    terms: FeeTerms = FeeTerms.NONE
    percent: Decimal = Decimal(0)

    def columns(self) -> dict[str, Any]:
        """Return the values as they are stored. Raises UserError for one that cannot be meant."""
        if not self.amount.is_finite() or not 0 < self.amount < AMOUNT_MAX:
            raise UserError("A budget is more than nothing.")
        if not self.percent.is_finite() or not 0 <= self.percent <= PERCENT_MOST:
            raise UserError("A fee or margin is between 0 and 90 %.")
        first = self.first_month.replace(day=1)
        last = None if self.last_month is None else self.last_month.replace(day=1)
        if last is not None and last < first:
            raise UserError("A budget ends in its first month or later.")
        if len(self.order_ids) > ORDERS_MAX:
            raise UserError(f"A budget is for at most {ORDERS_MAX} orders, or for all.")
        return {
            "advertiser_id": self.advertiser_id,
            "name": named(self.name),
            "order_ids": sorted(set(self.order_ids)),
            "amount": self.amount.quantize(_MICRO),
            "terms": self.terms,
            "percent": self.percent.quantize(_MICRO),
            "first_month": first,
            "last_month": last,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientBudget:
    """A client's budget, who made it and who changed it last."""

    id: str
    advertiser_id: AdvertiserId
    name: str
    order_ids: tuple[OrderId, ...]
    amount: Decimal
    terms: FeeTerms
    percent: Decimal
    first_month: date
    last_month: date | None
    created_by: UserId
    created_at: datetime
    changed_by: UserId
    changed_at: datetime

    @property
    def paid(self) -> ClientTerms:
        """Return how the agency is paid."""
        return ClientTerms(self.terms, self.percent)

    def holds_in(self, day: date) -> bool:
        """Return whether it is given for the month of a day."""
        month = day.replace(day=1)
        return self.first_month <= month and (self.last_month is None or month <= self.last_month)


class ClientBudgets(Repository[ClientBudget]):
    """The budgets of the advertisers that the scope sees."""

    __slots__ = ()
    _table = client_budget
    _kind = ClientBudget
    _what = "The client's budget"

    def all(self) -> list[ClientBudget]:
        """Return every budget by name, the newest first month first among equal names."""
        found = sorted(self._found(), key=lambda b: (b.first_month, b.id), reverse=True)
        return sorted(found, key=lambda b: b.name.casefold())

    def add(self, given: Given, now: datetime) -> ClientBudget:
        """Return a new budget.

        Raises NotAllowed unless the role may, NotFound for an advertiser outside the scope,
        UserError for values that cannot be meant.
        """
        self._require_editor()
        self.require_advertiser(given.advertiser_id)
        row = {"id": new_id("client"), **given.columns(), **self._made(now)}
        self.rows.add(self._table, row)
        return self._read(row)

    def change(self, budget_id: str, given: Given, now: datetime) -> None:
        """Let it be something else. Raises as `add`, and NotFound."""
        self._require_editor()
        self.require_advertiser(given.advertiser_id)
        self._change(given.columns(), now, one(budget_id))

    def remove(self, budget_id: str) -> None:
        """Take it away. Raises NotAllowed, NotFound."""
        self._require_editor()
        self._remove(one(budget_id))

    def _read(self, row: Mapping[str, Any]) -> ClientBudget:
        kept = {name: row[name] for name in ClientBudget.__slots__}
        return ClientBudget(**{**kept, "order_ids": tuple(row["order_ids"])})
