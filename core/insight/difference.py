"""Two versions of one thing held against each other: which settings differ, from what to what.

Only what people set is told: what delivery makes of it (statuses, dates of Amazon's own) is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from core.domain.entities import (
    Approval,
    Budget,
    BudgetCap,
    CapPeriod,
    Creative,
    Entity,
    Fee,
    Flight,
    FrequencyCap,
    LineItem,
    Order,
)
from core.domain.money import Money

NONE = "none"


@dataclass(frozen=True, slots=True)
class Difference:
    """One setting: what it is called, and what it was and is, as people read it."""

    what: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class _Setting:
    what: str
    read: Callable[[Any, str], str]


def differences(before: Entity, after: Entity, zone: str) -> Iterator[Difference]:
    """Yield the settings that differ, in a fixed order; days are those of `zone`."""
    for setting in (_STATE, *_SETTINGS.get(type(after), ())):
        old, new = setting.read(before, zone), setting.read(after, zone)
        if old != new:
            yield Difference(setting.what, old, new)


def amount(value: Decimal | None, currency: str) -> str:
    """Return an amount of money, "none" for an absent one."""
    return NONE if value is None else str(Money(value, currency))


def _budget(budget: Budget | None) -> str:
    return NONE if budget is None else amount(budget.amount, budget.currency)


def _moment(instant: datetime | None, zone: str) -> str:
    if instant is None:
        return NONE
    local = instant.astimezone(ZoneInfo(zone))
    is_edge = (local.hour, local.minute) in {(0, 0), (23, 59)}
    return f"{local:%-d %b %Y}" if is_edge else f"{local:%-d %b %Y %H:%M}"


def _caps(caps: Sequence[BudgetCap]) -> str:
    told = (f"{amount(cap.amount, cap.currency)} {_PERIODS[cap.period]}" for cap in caps)
    return ", ".join(told) or NONE


_PERIODS = {
    CapPeriod.DAILY: "a day",
    CapPeriod.MONTHLY: "a month",
    CapPeriod.LIFETIME: "in all",
}


def _frequency(caps: Sequence[FrequencyCap]) -> str:
    told = (f"{cap.events} in {cap.count} {_word(cap.unit)}" for cap in caps)
    return ", ".join(told) or NONE


def _fees(fees: Sequence[Fee]) -> str:
    told = (f"{_word(fee.kind.value)} {fee.value.normalize():f}" for fee in fees)
    return ", ".join(told) or NONE


def _word(value: object) -> str:
    return NONE if value is None else str(value).replace("_", " ").lower()


def _plain(name: str) -> Callable[[Any, str], str]:
    return lambda entity, zone: _word(getattr(entity, name))


def _date(name: str) -> Callable[[Any, str], str]:
    return lambda entity, zone: _moment(getattr(entity, name), zone)


def _base_bid(line: LineItem, zone: str) -> str:
    return NONE if line.bid is None else amount(line.bid.base, line.bid.currency)


def _maximum_bid(line: LineItem, zone: str) -> str:
    return NONE if line.bid is None else amount(line.bid.maximum_average, line.bid.currency)


def _target(order: Order, zone: str) -> str:
    return NONE if order.kpi_target is None else f"{order.kpi_target.normalize():f}"


def _review(creative: Creative, zone: str) -> str:
    known = creative.approval is not Approval.UNKNOWN
    return creative.approval.value if known else "not known"


_STATE = _Setting("state", _plain("state"))
_START, _END = _Setting("start", _date("start")), _Setting("end", _date("end"))
_CAPS = _Setting("budget cap", lambda entity, zone: _caps(entity.caps))
_FREQUENCY = _Setting("frequency cap", lambda entity, zone: _frequency(entity.frequency_caps))
_FEES = _Setting("fees", lambda entity, zone: _fees(entity.fees))
_STRATEGY = _Setting("bid strategy", _plain("bid_strategy"))

_SETTINGS: dict[type[Entity], tuple[_Setting, ...]] = {
    Order: (
        _Setting("budget", lambda order, zone: amount(order.budget, order.currency)),
        _CAPS,
        _Setting("goal", _plain("goal")),
        _Setting("KPI", _plain("kpi")),
        _Setting("KPI target", _target),
        _Setting("rollover", _plain("rollover")),
        _STRATEGY,
        _FREQUENCY,
        _FEES,
    ),
    Flight: (
        _Setting("budget", lambda flight, zone: _budget(flight.budget)),
        _START,
        _END,
    ),
    LineItem: (
        _Setting("base bid", _base_bid),
        _Setting("maximum average bid", _maximum_bid),
        _Setting("budget", lambda line, zone: _budget(line.budget)),
        _CAPS,
        _START,
        _END,
        _STRATEGY,
        _Setting("delivery profile", _plain("delivery_profile")),
        _FREQUENCY,
        _FEES,
    ),
    Creative: (_Setting("review", _review),),
}
