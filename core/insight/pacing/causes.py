"""Why an order may be off its pace: what can be seen beside it, each with its evidence.

Amazon does not tell which bids were missed, or why. So nearly everything here is an inference,
and is labelled as one; only what Amazon itself says of an order or line item is not.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from typing import cast

from core.domain.entities import DeliveryStatus, FrequencyCap, Kind, LineItem
from core.domain.formats import percent
from core.domain.money import Money
from core.insight.alarms import Name, Words
from core.insight.audience import Audience
from core.insight.desk import Desk
from core.insight.order_table import OrderStatus
from core.insight.pacing.board import BoardRow
from core.insight.pacing.frequency import Frequency, allowed_in_a_week, frequencies
from core.insight.pacing.limits import Reconciled
from core.insight.pacing.lines import LineFacts
from core.insight.rejections import Rejection, rejections

NEAR = Decimal("0.90")
"""So close to its bid a line item pays what it may pay: more money needs a higher one."""

CUT_DAYS = 14
"""So long a change of a bid is told of as a cause."""

FELL = Decimal("0.5")
GONE = Decimal("0.995")
NOISE = Decimal("0.01")  # fees are in a flight's spend and not in a line item's
ENOUGH_IMPRESSIONS = 1_000
_BEHIND = {
    OrderStatus.SLIGHTLY_BEHIND,
    OrderStatus.BEHIND,
    OrderStatus.CRITICAL,
    OrderStatus.STOPPED,
    OrderStatus.NO_IMPRESSIONS,
}


class Lever(StrEnum):
    """What would be moved to mend it."""

    AMAZON = "Amazon's word"
    BUDGET_GONE = "budget gone"
    BUDGET_CAP = "budget cap"
    CREATIVE = "creative"
    LINE_ITEM = "line item off"
    FALLEN = "line item fell"
    BID = "bid"
    FREQUENCY = "frequency"
    PROFILE = "delivery profile"


@dataclass(frozen=True, slots=True)
class Cause:
    """One likely cause. `says` what it means, `evidence` what it rests on, with its figures."""

    lever: Lever
    says: str
    evidence: Words
    is_inference: bool = True

    @property
    def proof(self) -> str:
        """Return the evidence as plain text."""
        return "".join(w.text if isinstance(w, Name) else w for w in self.evidence)


@dataclass(frozen=True, slots=True)
class _Step:
    """A bid that was moved lately: which, and from what to what."""

    what: str
    old: Decimal
    new: Decimal


@dataclass(frozen=True, slots=True)
class _Seen:
    """Everything that is known of one order beside its pace."""

    row: BoardRow
    currency: str
    facts: Sequence[LineFacts]
    limit: Reconciled
    rejected: Sequence[Rejection]
    bids: Mapping[str, _Step]
    caps: Sequence[FrequencyCap]
    frequency: Frequency | None

    @property
    def running(self) -> list[LineFacts]:
        return [fact for fact in self.facts if fact.is_on]


def causes(
    desk: Desk,
    audience: Audience,
    rows: Sequence[BoardRow],
    facts: Mapping[str, Sequence[LineFacts]],
    limits: Mapping[str, Reconciled],
) -> dict[str, tuple[Cause, ...]]:
    """Return the likely causes of each order that is off its pace, the surest first.

    Empty for an order on pace, and for one of which nothing speaks.
    """
    off = [row for row in rows if row.status.tone in {"bad", "warn"}]
    if not off:
        return {row.order_id: () for row in rows}
    turned_down: dict[str, list[Rejection]] = defaultdict(list)
    for rejection in rejections(desk, audience):
        turned_down[rejection.order_id].append(rejection)
    bids = _bid_changes(desk, off)
    frequency = frequencies(desk, audience, off)
    currencies = {str(a.advertiser_id): a.currency for a in audience.advertisers}
    found: dict[str, tuple[Cause, ...]] = {row.order_id: () for row in rows}
    for row in off:
        seen = _Seen(
            row, currencies[row.advertiser_id], facts.get(row.order_id, ()), limits[row.order_id],
            turned_down[row.order_id], bids,
            audience.directory.orders[row.order_id].order.frequency_caps,
            frequency.get(row.order_id),
        )  # fmt: skip
        told = _behind(seen) if row.status in _BEHIND else _ahead(seen)
        found[row.order_id] = tuple(told)
    return found


def _behind(seen: _Seen) -> Iterator[Cause]:
    yield from _gone(seen)
    yield from _amazons_word(seen)
    yield from _cap(seen)
    yield from _creative(seen)
    yield from _idle(seen)
    yield from _bid_cut(seen)
    yield from _fallen(seen)
    yield from _bid_reached(seen)
    yield from _frequency(seen)


def _ahead(seen: _Seen) -> Iterator[Cause]:
    yield from _gone(seen)
    raised = [f for f in seen.running if _moved(seen, f) > 0]
    for fact in raised[:1]:
        words = f": {_step(seen, fact)} in the last {CUT_DAYS} days."
        yield Cause(Lever.BID, "A raised bid wins more than the plan needs.", _of(fact, words))
    hasty = [f for f in seen.running if f.line.delivery_profile not in {None, "EVEN"}]
    for fact in hasty[:1]:
        profile = str(fact.line.delivery_profile).replace("_", " ").lower()
        words = f" has the delivery profile “{profile}”."
        yield Cause(Lever.PROFILE, "It is set to spend early.", _of(fact, words))


_SAID = {
    DeliveryStatus.OUT_OF_BUDGET: "is out of budget",
    DeliveryStatus.CREATIVES_NOT_RUNNING: "has no creative that runs",
}


def _gone(seen: _Seen) -> Iterator[Cause]:
    """The money is spent: that is no inference."""
    sums = seen.row.amounts
    if sums.budget and sums.spent >= sums.budget * GONE:
        spent, budget = _money(sums.spent, seen), _money(sums.budget, seen)
        words = f"{spent} of {budget} is spent, {seen.row.days_left:.0f} days before the end."
        says = "There is nothing left to spend."
        yield Cause(Lever.BUDGET_GONE, says, (words,), is_inference=False)


def _amazons_word(seen: _Seen) -> Iterator[Cause]:
    told = [fact for fact in seen.running if fact.line.delivery_status in _SAID]
    for fact in told[:1]:
        more = f"; {_others(len(told) - 1)} alike" if len(told) > 1 else ""
        words = f" {_SAID[fact.line.delivery_status]}{more}."
        yield Cause(
            Lever.AMAZON, "Amazon names the reason itself.", _of(fact, words), is_inference=False
        )


def _cap(seen: _Seen) -> Iterator[Cause]:
    limit = seen.limit
    if not limit.is_capped or limit.withheld <= limit.left * NOISE:
        return
    at = "" if limit.counts.amount is None else f" of {_money(limit.counts.amount, seen)}"
    room, left = _money(limit.counts.room, seen), _money(limit.left, seen)
    words = f"The {limit.counts.level}{at} let through at most {room} of the {left} left."
    yield Cause(Lever.BUDGET_CAP, "A lower limit than the flight's budget holds it back.", (words,))


def _creative(seen: _Seen) -> Iterator[Cause]:
    for found in seen.rejected[:1]:
        words = f" was turned down: {found.placed} of {found.places} placements stand empty."
        evidence = ("Creative ", Name(found.name), words)
        yield Cause(Lever.CREATIVE, "A rejected creative serves nowhere.", evidence)


def _idle(seen: _Seen) -> Iterator[Cause]:
    """Line items that are switched on and serve nothing, or were switched off."""
    silent = [fact for fact in seen.running if not fact.week.impressions]
    if silent and len(silent) < len(seen.running):
        more = f", nor did {_others(len(silent) - 1)}" if len(silent) > 1 else ""
        words = f" served nothing on the last seven whole days{more}."
        says = "What a line item does not spend, the others may be unable to."
        yield Cause(Lever.LINE_ITEM, says, _of(silent[0], words))
    off = [fact for fact in seen.facts if not fact.is_on and fact.before.cost]
    if off:
        spent = _money(sum((fact.before.cost for fact in off), Decimal(0)), seen)
        words = f" is off; a week earlier {spent} came from what is off now."
        yield Cause(Lever.LINE_ITEM, "A line item that spent is switched off.", _of(off[0], words))


def _bid_cut(seen: _Seen) -> Iterator[Cause]:
    cut = [fact for fact in seen.running if _moved(seen, fact) < 0]
    for fact in sorted(cut, key=lambda f: -f.before.cost)[:1]:
        week, before = _money(fact.week.cost, seen), _money(fact.before.cost, seen)
        words = f": {_step(seen, fact)} in the last {CUT_DAYS} days; it spent {week} in seven "
        words += f"days, {before} in the seven before."
        yield Cause(Lever.BID, "A lowered bid wins less.", _of(fact, words))


def _fallen(seen: _Seen) -> Iterator[Cause]:
    """A line item that lost more than half of what it spent the week before, by itself."""
    moved = {fact.line.entity_id for fact in seen.running if _moved(seen, fact) < 0}
    fell = [
        fact
        for fact in seen.running
        if fact.week.impressions
        and fact.week.cost < fact.before.cost * FELL
        and fact.line.entity_id not in moved
    ]
    for fact in sorted(fell, key=lambda f: f.week.cost - f.before.cost)[:1]:
        week, before = _money(fact.week.cost, seen), _money(fact.before.cost, seen)
        words = f" spent {week} in seven whole days, {before} in the seven before"
        if fact.week.cpm is not None and fact.before.cpm is not None:
            paid, paid_before = _money(fact.week.cpm, seen), _money(fact.before.cpm, seen)
            words += f"; it paid {paid} a thousand, {paid_before} before"
        yield Cause(
            Lever.FALLEN, "Its bid, targets or supply may win less.", _of(fact, f"{words}.")
        )


def _bid_reached(seen: _Seen) -> Iterator[Cause]:
    shares = [(fact, _paid_of_bid(fact)) for fact in seen.running]
    near = [(fact, share) for fact, share in shares if share is not None and share >= NEAR]
    for fact, share in near[:1]:
        others = f" {_others(len(near) - 1).capitalize()} as close." if len(near) > 1 else ""
        words = f" paid {_money(fact.week.cpm, seen)} a thousand over seven days, "
        words += f"{percent(share)} of its bid of {_money(_bid(fact.line), seen)}.{others}"
        says = "It pays what it may pay: more impressions cost more."
        yield Cause(Lever.BID, says, _of(fact, words))


def _frequency(seen: _Seen) -> Iterator[Cause]:
    caps = [*seen.caps, *(cap for fact in seen.running for cap in fact.line.frequency_caps)]
    if not caps or seen.frequency is None:
        return
    tight = min(caps, key=allowed_in_a_week)
    if seen.frequency.average < seen.frequency.crowded_from * allowed_in_a_week(tight):
        return
    words = f"On average {seen.frequency.average:.1f} ads a person over {seen.frequency.days}, "
    words += f"under a cap of {tight.events} in {tight.span}."
    yield Cause(Lever.FREQUENCY, "Many people have seen as much as they may.", (words,))


def _paid_of_bid(fact: LineFacts) -> Decimal | None:
    bid, cpm = _bid(fact.line), fact.week.cpm
    if not bid or cpm is None or fact.week.impressions < ENOUGH_IMPRESSIONS:
        return None
    return cpm / bid


def _bid(line: LineItem) -> Decimal | None:
    """Return the price not to be passed: the maximum average, else the base bid."""
    return None if line.bid is None else line.bid.maximum_average or line.bid.base


def _moved(seen: _Seen, fact: LineFacts) -> Decimal:
    step = seen.bids.get(fact.line.entity_id)
    return step.new - step.old if step else Decimal(0)


def _bid_changes(desk: Desk, rows: Sequence[BoardRow]) -> dict[str, _Step]:
    """Return, by line item, a bid before the first change seen lately, and the present one."""
    advertisers = {row.advertiser_id for row in rows}
    since = desk.now - timedelta(days=CUT_DAYS)
    found: dict[str, tuple[LineItem, LineItem]] = {}
    seen = desk.tenant.entities.changes(since, desk.now, Kind.LINE_ITEM, advertiser_ids=advertisers)
    for change in seen:  # the latest first
        if change.before is None or change.after is None:
            continue
        old, new = cast(LineItem, change.before.entity), cast(LineItem, change.after.entity)
        found[old.entity_id] = (old, found.get(old.entity_id, (old, new))[1])
    moved = {key: _bid_step(old, new) for key, (old, new) in found.items()}
    return {key: step for key, step in moved.items() if step}


def _bid_step(old: LineItem, new: LineItem) -> _Step | None:
    """Return how the base bid was moved, else the price not to be passed; None for neither."""
    for what, read in (("bid", _base), ("bid not to be passed", _bid)):
        before, after = read(old), read(new)
        if before is not None and after is not None and before != after:
            return _Step(what, before, after)
    return None


def _base(line: LineItem) -> Decimal | None:
    return None if line.bid is None else line.bid.base


def _of(fact: LineFacts, words: str) -> Words:
    return ("Line item ", Name(fact.line.name or fact.line.entity_id), words)


def _step(seen: _Seen, fact: LineFacts) -> str:
    step = seen.bids[fact.line.entity_id]
    return f"{step.what} {_money(step.old, seen)} → {_money(step.new, seen)}"


def _others(count: int) -> str:
    return "one other" if count == 1 else f"{count} others"


def _money(amount: Decimal | None, seen: _Seen) -> str:
    return str(Money(amount or Decimal(0), seen.currency))
