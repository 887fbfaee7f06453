"""The "needs you" list: troubles in the order of the money at stake, and who deals with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from core.domain.ids import UserId
from core.insight.alarms import Alarm, Trouble, alarms
from core.insight.audience import Audience
from core.insight.desk import Desk
from core.insight.pace_book import PaceBook
from core.store.doors import Tenant
from core.store.work.attention import Handling


class State(StrEnum):
    """Whether an item still asks for somebody."""

    OPEN = "open"
    ACKNOWLEDGED = "seen"
    SNOOZED = "put off"


@dataclass(frozen=True, slots=True)
class Item:
    """A trouble and how it is handled. `owner` is who took it on, None for nobody."""

    alarm: Alarm
    state: State
    owner: UserId | None = None
    snoozed_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class NeedsYou:
    """The list: what is open, and what was seen or put off; each by money, the most first."""

    open: tuple[Item, ...]
    handled: tuple[Item, ...]


def needs_you(desk: Desk, audience: Audience, book: PaceBook) -> NeedsYou:
    """Return what needs somebody among the advertisers and orders in view.

    A lost connection comes first: nothing else can be watched without it. Amounts of different
    currencies are not converted; each counts as its share of what its currency has running.
    """
    found = alarms(desk, audience, book)
    # What people did about a trouble is kept as of now only.
    handlings = {} if desk.as_of else desk.tenant.attention.all()
    running = _running(audience, book)
    ordered = sorted(found, key=lambda alarm: _rank(alarm, running))
    items = [_item(alarm, handlings.get(alarm.key), desk.now) for alarm in ordered]
    return NeedsYou(
        tuple(item for item in items if item.state is State.OPEN),
        tuple(item for item in items if item.state is not State.OPEN),
    )


def _item(alarm: Alarm, handling: Handling | None, now: datetime) -> Item:
    if handling is None:
        return Item(alarm, State.OPEN)
    owner, until = handling.owner_user_id, handling.snoozed_until
    if until is not None and until > now:
        return Item(alarm, State.SNOOZED, owner, until)
    if handling.acknowledged_at is not None:
        return Item(alarm, State.ACKNOWLEDGED, owner)
    return Item(alarm, State.OPEN, owner)


def _running(audience: Audience, book: PaceBook) -> dict[str, Decimal]:
    """Return the budgets of the flights that run now, by currency."""
    budgets: dict[str, Decimal] = defaultdict(Decimal)
    for group in audience.groups:
        for order_id in group.orders:
            for one in book.running(order_id):
                budgets[group.currency] += one.pace.budget
    return budgets


def _rank(alarm: Alarm, running: Mapping[str, Decimal]) -> tuple[int, Decimal, str]:
    first = 0 if alarm.trouble is Trouble.CONNECTION_LOST else 1
    if alarm.stake is None:
        return first, Decimal(1), alarm.key
    whole = running.get(alarm.stake.currency) or Decimal(1)
    return first, -alarm.stake.amount / whole, alarm.key


def acknowledge(tenant: Tenant, alarms: Sequence[Alarm], now: datetime) -> None:
    """Note that these were seen. Raises NotAllowed, and NotFound for a foreign advertiser."""
    for alarm in alarms:
        tenant.attention.acknowledge(alarm.key, alarm.advertiser_id, now)


def snooze(tenant: Tenant, alarm: Alarm, now: datetime, until: datetime) -> None:
    """Put a trouble off until an instant. Raises as `acknowledge`."""
    tenant.attention.snooze(alarm.key, alarm.advertiser_id, now, until)


def assign(tenant: Tenant, alarm: Alarm, now: datetime, owner: UserId | None) -> None:
    """Give a trouble to a member, or to nobody. Raises as `acknowledge`."""
    tenant.attention.assign(alarm.key, alarm.advertiser_id, now, owner)


def reopen(tenant: Tenant, alarm: Alarm, now: datetime) -> None:
    """Take back that a trouble was seen or put off. Raises as `acknowledge`."""
    tenant.attention.reopen(alarm.key, alarm.advertiser_id, now)
