"""Troubles as they are found, before anybody has dealt with them.

Each says what happened, what it means and what to do, with the money at stake. Only whole days
count, and only what there is enough of to judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from zoneinfo import ZoneInfo

from core.domain.connections import Status
from core.domain.flights import local_days, span
from core.domain.formats import percent
from core.domain.money import Money
from core.domain.pacing import Pace, PacingStatus, spent_up_on
from core.insight.audience import Audience
from core.insight.delivery_gaps import Silence, silent_line_items, silent_orders
from core.insight.desk import Desk
from core.insight.directory import KnownOrder
from core.insight.pace_book import FlightPace, PaceBook
from core.insight.rejections import Rejection, rejections
from core.store.accounts.advertisers import Advertiser
from core.store.accounts.connections import Connection

_ALARMING = {PacingStatus.ACT, PacingStatus.CRITICAL}


class Trouble(StrEnum):
    """What kind of trouble it is."""

    CONNECTION_LOST = "connection lost"
    STOPPED = "stopped"
    NO_IMPRESSIONS = "no impressions"
    UNDER_PACING = "under-pacing"
    OVER_PACING = "over-pacing"
    CREATIVE_REJECTED = "creative rejected"
    LINE_ITEM_SILENT = "line item silent"

    @property
    def tone(self) -> str:
        """Return how pressing it is: bad or warn."""
        return "warn" if self in {Trouble.OVER_PACING, Trouble.LINE_ITEM_SILENT} else "bad"


@dataclass(frozen=True, slots=True)
class Name:
    """A name inside a sentence: Amazon's or a person's words, to be shown literally."""

    text: str


Words = tuple[str | Name, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One trouble.

    `says` is what happened and what it means, `action` what to do. `stake` is the money; None
    where it cannot be named. `key` is the same as long as it is the same trouble; it has another
    one when it grows worse or comes back. `advertiser_id` is None for what concerns the whole
    organization.
    """

    key: str
    trouble: Trouble
    advertiser_id: str | None
    order_id: str | None
    says: Words
    action: str
    stake: Money | None

    @property
    def sentence(self) -> str:
        """Return the whole of it as plain text."""
        told = "".join(w.text if isinstance(w, Name) else w for w in self.says)
        return f"{told} {self.action}"


def alarms(desk: Desk, audience: Audience, book: PaceBook) -> list[Alarm]:
    """Return every trouble of the advertisers and orders in view, in no order of weight."""
    found = _Finder(desk, audience, book)
    return [*found.connections(), *found.silent(), *found.pacing(), *found.rejected()]


class _Finder:
    """Looks for troubles in one view."""

    def __init__(self, desk: Desk, audience: Audience, book: PaceBook) -> None:
        self._desk = desk
        self._audience = audience
        self._book = book
        # While the first load is under way, what is missing would look like trouble.
        whole = {a for a, days in audience.days.items() if not days.is_loading(desk.now)}
        self._orders = {
            order_id: known
            for group in audience.groups
            for order_id, known in group.orders.items()
            if known.order.advertiser_id in whole
        }
        self._currencies = {
            str(a.advertiser_id): a.currency for group in audience.groups for a in group.advertisers
        }
        self._silent = silent_orders(desk, audience, book)

    def connections(self) -> Iterator[Alarm]:
        """Yield the connections that Amazon no longer accepts, with what runs unwatched."""
        if self._desk.as_of:  # how connections stood is not kept
            return
        connections = self._desk.tenant.connections.all()
        lost = [c for c in connections if c.status is Status.NEEDS_RECONNECT]
        if lost:
            reached = self._desk.tenant.advertisers.accesses()
            cut_off = [a for a in self._audience.advertisers if not reached.get(a.advertiser_id)]
            yield from (self._lost(connection, cut_off) for connection in lost)

    def silent(self) -> Iterator[Alarm]:
        """Yield orders, and line items of delivering orders, that serve nothing."""
        for silence in self._silent.values():
            if silence.order_id in self._orders:
                yield self._silent_order(silence)
        for silence in silent_line_items(self._desk, self._audience, self._book).values():
            if silence.order_id in self._orders:
                yield self._silent_line(silence)

    def pacing(self) -> Iterator[Alarm]:
        """Yield flights far off their plan, unless their order serves nothing at all."""
        for order_id, known in self._orders.items():
            if known.is_paused or order_id in self._silent:
                continue
            for one in self._book.running(order_id):
                if one.pace.status in _ALARMING and _goes_on(one.pace):
                    yield (
                        self._behind(known, one) if one.pace.is_behind else self._ahead(known, one)
                    )

    def rejected(self) -> Iterator[Alarm]:
        """Yield creatives that Amazon's review turned down, once for each running order."""
        for rejection in rejections(self._desk, self._audience):
            known = self._orders.get(rejection.order_id)
            if known and not known.is_paused and self._book.running(rejection.order_id):
                yield self._rejection(known, rejection)

    def _lost(self, connection: Connection, cut_off: Sequence[Advertiser]) -> Alarm:
        whose = connection.amazon_name or connection.amazon_email or "an Amazon user"
        one = len(cut_off) == 1
        reach = f"{len(cut_off)} advertiser{'' if one else 's'} get{'s' if one else ''} no new data"
        return Alarm(
            key=f"connection:{connection.id}:{connection.status_at:%Y%m%dT%H%M%S}",
            trouble=Trouble.CONNECTION_LOST,
            advertiser_id=None,
            order_id=None,
            says=(
                "Amazon no longer accepts the connection of ",
                Name(whose),
                f" ({connection.region.label}). "
                + (f"{reach}; what runs there runs unwatched." if cut_off else _REACHED_OTHERWISE),
            ),
            action="Authorize it again on the Accounts screen.",
            stake=self._unwatched(cut_off),
        )

    def _unwatched(self, cut_off: Sequence[Advertiser]) -> Money | None:
        """Return what is left in the running flights of these advertisers, of one currency."""
        ids = {str(a.advertiser_id) for a in cut_off}
        currencies = {a.currency for a in cut_off}
        if len(currencies) != 1:
            return None
        amounts = (
            self._left(o).amount for o, k in self._orders.items() if k.order.advertiser_id in ids
        )
        return Money(sum(amounts, Decimal(0)), currencies.pop())

    def _left(self, order_id: str, share: Decimal = Decimal(1)) -> Money:
        """Return what an order's running flights have left to spend, or a share of it."""
        paces = [one.pace for one in self._book.running(order_id)]
        left = sum((max(Decimal(0), pace.budget - pace.spent) for pace in paces), Decimal(0))
        return Money(left * share, self._currency(self._orders[order_id]))

    def _currency(self, known: KnownOrder) -> str:
        return self._currencies[known.order.advertiser_id]

    def _silent_order(self, silence: Silence) -> Alarm:
        known, left = self._orders[silence.order_id], self._left(silence.order_id)
        until = silence.delivered_until
        if until is None:
            trouble, since = Trouble.NO_IMPRESSIONS, "start"
            what = " runs and has not served an impression"
        else:
            trouble, since = Trouble.STOPPED, str(until)
            days = (silence.through - until).days
            over = "one whole day" if days == 1 else f"{days} whole days"
            what = f" served about {silence.per_day:,} impressions a day until {until:%-d %b} and "
            what += f"nothing since, over {over}"
        return Alarm(
            key=f"{trouble.name.lower()}:{silence.order_id}:{since}",
            trouble=trouble,
            advertiser_id=known.order.advertiser_id,
            order_id=silence.order_id,
            says=("Order ", Name(known.order.name), f"{what}; {left.rounded()} is left to spend."),
            action="Look at its line items, creatives and budget cap.",
            stake=left,
        )

    def _silent_line(self, silence: Silence) -> Alarm:
        known = self._orders[silence.order_id]
        told = (
            f" has served nothing since {silence.delivered_until:%-d %b}"
            if silence.delivered_until
            else " is switched on and has not served an impression"
        )
        return Alarm(
            key=f"line:{silence.entity_id}:{silence.delivered_until or 'start'}",
            trouble=Trouble.LINE_ITEM_SILENT,
            advertiser_id=known.order.advertiser_id,
            order_id=silence.order_id,
            says=(
                "Line item ",
                Name(silence.name),
                f"{told}, while its order ",
                Name(known.order.name),
                " delivers.",
            ),
            action="Check its bid, its targets and whether its creatives are approved.",
            stake=None,
        )

    def _behind(self, known: KnownOrder, one: FlightPace) -> Alarm:
        pace, ends = one.pace, self._ends(known, one)
        currency = self._currency(known)
        stake = Money(-pace.gap if pace.gap is not None else pace.planned - pace.spent, currency)
        outcome = (
            f"will leave {stake.rounded()} unspent by {ends}"
            if pace.gap is not None
            else f"is {stake.rounded()} short so far"
        )
        return self._pace_alarm(
            known,
            one,
            Trouble.UNDER_PACING,
            f" is {_off(pace)} behind plan{_since(one)} and {outcome}.",
            "Raise its bids or its maximum average bid, or widen sizes and targets.",
            stake,
        )

    def _ahead(self, known: KnownOrder, one: FlightPace) -> Alarm:
        pace, currency = one.pace, self._currency(known)
        over = pace.gap if pace.gap is not None else pace.spent - pace.planned
        return self._pace_alarm(
            known,
            one,
            Trouble.OVER_PACING,
            f" is {_off(pace)} ahead of plan{_since(one)} and {self._runs_dry(known, one)}.",
            "Lower its bids, or raise the flight's budget.",
            Money(over, currency),
        )

    def _pace_alarm(
        self,
        known: KnownOrder,
        one: FlightPace,
        trouble: Trouble,
        told: str,
        action: str,
        stake: Money,
    ) -> Alarm:
        severity = one.pace.status.name.lower()
        return Alarm(
            key=f"{trouble.name.lower()}:{one.pace.flight_id}:{severity}",
            trouble=trouble,
            advertiser_id=known.order.advertiser_id,
            order_id=known.id,
            says=("Order ", Name(known.order.name), told),
            action=action,
            stake=stake,
        )

    def _ends(self, known: KnownOrder, one: FlightPace) -> str:
        zone = self._audience.days[known.order.advertiser_id].zone
        return f"{one.flight.end.astimezone(ZoneInfo(zone)):%-d %b}"

    def _runs_dry(self, known: KnownOrder, one: FlightPace) -> str:
        """Return when the money is gone at the present rate."""
        pace, days = one.pace, self._audience.days[known.order.advertiser_id]
        if not pace.run_rate or days.firm_through is None:
            return "may not last to its end"
        period, shape = span(one.flight), self._book.shape(known.order.advertiser_id)
        left = pace.budget - pace.spent
        gone = spent_up_on(left, pace.run_rate, period, days.zone, days.firm_through, shape)
        if gone is None:
            return "may not last to its end"
        early = (local_days(period, days.zone)[1] - gone).days
        before = f", {early} day{'' if early == 1 else 's'} before its end" if early > 0 else ""
        return f"will have spent its budget by {gone:%-d %b}{before}"

    def _rejection(self, known: KnownOrder, found: Rejection) -> Alarm:
        why = f" ({', '.join(_plain(reason) for reason in found.reasons)})" if found.reasons else ""
        share = Decimal(found.placed) / found.places
        stake = self._left(known.id, share)
        return Alarm(
            key=f"rejected:{found.creative_id}:{known.id}",
            trouble=Trouble.CREATIVE_REJECTED,
            advertiser_id=known.order.advertiser_id,
            order_id=known.id,
            says=(
                "Creative ",
                Name(found.name),
                f" was rejected by Amazon's review{why} and does not run in order ",
                Name(known.order.name),
                f": {found.placed} of its {found.places} placements.",
            ),
            action="Replace it, or appeal.",
            stake=stake,
        )


_REACHED_OTHERWISE = "Its advertisers are reached another way."


def _goes_on(pace: Pace) -> bool:
    """Return whether the flight ends off its budget at the present rate, too.

    A flight that is behind and already catching up, or ahead and slowing down, needs nobody.
    """
    if pace.gap is None:
        return True
    return pace.gap < 0 if pace.is_behind else pace.gap > 0


def _since(one: FlightPace) -> str:
    return f" since {one.known_since:%-d %b}, the first day known," if one.known_since else ""


def _off(pace: Pace) -> str:
    assert pace.ratio is not None
    return percent(abs(pace.ratio - 1).quantize(Decimal("0.01"))).replace(".0", "")


def _plain(reason: str) -> str:
    return reason.replace("_", " ").lower()
