"""What orders took out of their budgets, by day: more than total cost where fees count too.

Total cost; the agency's fee where the order has one, or where its fees may not be read; and the
third-party fees that a line item sets to count against its budget. `core.domain.consumption`
holds the rule; here it is carried over many orders and days at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from core.domain.consumption import Delivered, budget_consuming_cost
from core.domain.entities import Fee, FeeKind, Kind, LineItem
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.insight.desk import Desk
from core.insight.directory import KnownOrder
from core.lake.decimals import MICRO, micros
from core.lake.question import Among, Question

Ints = npt.NDArray[np.int64]

_EPOCH = date(1970, 1, 1).toordinal()
_COSTS = ("total_cost", "agency_fee", "third_party_fees")
_LINE_COSTS = ("impressions", "total_cost", "supply_cost", "third_party_fees", "agency_fee")


@dataclass(frozen=True, slots=True)
class Spending:
    """Budget-consuming cost by order and day: columns in step, in the order of both.

    `days` are ordinals (`date.toordinal`), `amounts` whole millionths of the order's currency,
    `order` points into `orders`. A day on which an order had no row is not there.
    """

    orders: tuple[str, ...]
    order: Ints
    days: Ints
    amounts: Ints

    def by_order(self) -> dict[str, tuple[Ints, Ints]]:
        """Return the days and amounts of each order that spent anything, oldest first."""
        edges = np.searchsorted(self.order, np.arange(len(self.orders) + 1))
        return {
            order_id: (self.days[low:high], self.amounts[low:high])
            for order_id, low, high in zip(self.orders, edges[:-1], edges[1:], strict=True)
        }


def spending(desk: Desk, orders: Mapping[str, KnownOrder], days: DateRange) -> Spending:
    """Return what each of these orders took out of its budget on each day."""
    if not orders:
        nothing = np.zeros(0, dtype=np.int64)
        return Spending((), nothing, nothing, nothing)
    table = _asked(desk, ("order_id", "day"), _COSTS, days, orders)
    ids = table["order_id"].combine_chunks().dictionary_encode()
    names = tuple(ids.dictionary.to_pylist())
    order = ids.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    amounts = micros(table["total_cost"]) + _agency_fees(table, order, names, orders)
    found = Spending(names, order, _ordinals(table["day"]), amounts)
    return _with_third_parties(desk, found, table, orders, days)


def _asked(
    desk: Desk,
    by: tuple[str, ...],
    metrics: tuple[str, ...],
    days: DateRange,
    orders: Iterable[str],
) -> pa.Table:
    where = (Among("order_id", frozenset(orders)),)
    question = Question(Dataset.CAMPAIGN, metrics, days, by=by, where=where)
    return desk.reader.ask(question).table


def _agency_fees(
    table: pa.Table, order: Ints, names: Sequence[str], orders: Mapping[str, KnownOrder]
) -> Ints:
    """Return the agency's fee in each row: as reported, else as the order's share of budget."""
    counts = np.array([_pays_agency(orders[name]) for name in names], dtype=np.bool_)[order]
    fees = np.where(counts, micros(table["agency_fee"]), 0)
    unreported = counts & np.asarray(table["agency_fee"].is_null())
    for place in np.flatnonzero(unreported).tolist():
        known = orders[names[order[place]]]
        cost = table["total_cost"][place].as_py() or Decimal(0)
        whole = budget_consuming_cost(Delivered(0, cost), (), _order_fees(known))
        fees[place] = _whole_micros(whole - cost)
    return fees


def _pays_agency(known: KnownOrder) -> bool:
    return not known.has_known_fees or any(f.kind is FeeKind.AGENCY for f in known.order.fees)


def _order_fees(known: KnownOrder) -> Sequence[Fee] | None:
    return known.order.fees if known.has_known_fees else None


def _with_third_parties(
    desk: Desk,
    found: Spending,
    table: pa.Table,
    orders: Mapping[str, KnownOrder],
    days: DateRange,
) -> Spending:
    """Count, line item by line item, the third-party fees that are set to consume budget."""
    charged = np.unique(found.order[micros(table["third_party_fees"]) != 0])
    paying = {found.orders[n] for n in charged.tolist() if orders[found.orders[n]].has_known_fees}
    fees = _counting_fees(desk, {order_id: orders[order_id] for order_id in paying})
    if not fees:
        return found
    counted = _by_line_item(desk, {o: orders[o] for o in fees}, fees, days)
    amounts = found.amounts.copy()
    for place, (number, day) in enumerate(zip(found.order, found.days, strict=True)):
        amounts[place] = counted.get((found.orders[number], int(day)), amounts[place])
    return Spending(found.orders, found.order, found.days, amounts)


def _counting_fees(
    desk: Desk, orders: Mapping[str, KnownOrder]
) -> dict[str, dict[str, Sequence[Fee]]]:
    """Return the fees of each line item, of the orders where one counts against the budget."""
    if not orders:
        return {}
    advertisers = {known.order.advertiser_id for known in orders.values()}
    fees: dict[str, dict[str, Sequence[Fee]]] = {}
    for version in desk.tenant.entities.current(Kind.LINE_ITEM, advertiser_ids=advertisers):
        if version.parent_id in orders:
            line = cast(LineItem, version.entity)
            fees.setdefault(str(version.parent_id), {})[line.entity_id] = line.fees
    return {
        order_id: lines
        for order_id, lines in fees.items()
        if any(fee.kind.is_third_party and fee.counts_against_budget
               for of_line in lines.values() for fee in of_line)
    }  # fmt: skip


def _by_line_item(
    desk: Desk,
    orders: Mapping[str, KnownOrder],
    fees: Mapping[str, Mapping[str, Sequence[Fee]]],
    days: DateRange,
) -> dict[tuple[str, int], int]:
    table = _asked(desk, ("order_id", "line_item_id", "day"), _LINE_COSTS, days, orders)
    counted: dict[tuple[str, int], Decimal] = defaultdict(Decimal)
    for row in table.to_pylist():
        order_id = row["order_id"]
        counted[order_id, row["day"].toordinal()] += budget_consuming_cost(
            _delivered(row),
            fees[order_id].get(row["line_item_id"], ()),
            _order_fees(orders[order_id]),
        )
    return {key: _whole_micros(amount) for key, amount in counted.items()}


def _delivered(row: Mapping[str, Any]) -> Delivered:
    return Delivered(
        impressions=row["impressions"] or 0,
        total_cost=row["total_cost"] or Decimal(0),
        supply_cost=row["supply_cost"] or Decimal(0),
        third_party_fees=row["third_party_fees"] or Decimal(0),
        agency_fee=row["agency_fee"],
    )


def _ordinals(days: pa.ChunkedArray) -> Ints:
    since_1970 = days.combine_chunks().cast(pa.int32()).to_numpy(zero_copy_only=False)
    ordinals: Ints = since_1970.astype(np.int64) + _EPOCH
    return ordinals


def _whole_micros(amount: Decimal) -> int:
    return int((amount * MICRO).to_integral_value())
