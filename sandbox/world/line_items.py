"""Line items of an order: bids, shares, segments and fees, and how they change over time."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from sandbox.world.blueprint import OrderPlan, Trouble
from sandbox.world.chance import between, key, one_normal, one_uniform
from sandbox.world.creatives import placings
from sandbox.world.draft import Draft
from sandbox.world.entities import (
    ENABLED,
    PAUSED,
    Deal,
    Fee,
    Flight,
    LineItem,
    Segment,
)
from sandbox.world.identifiers import long_id
from sandbox.world.rates import MIXES, PRICE_LEVEL, Mix
from sandbox.world.timeline import Timeline

_BID_CHANCE, _PAUSE_CHANCE = 0.015, 0.002
_RAISED = 2.1  # times an even day, once somebody has raised the budget
_DEVICES = ("All devices", "Mobile", "Desktop")
_SEGMENTS = (
    ("Remarketing 30 days: {brand} viewers", "REMARKETING", "Behavioral"),
    ("IM - {category}", "IN_MARKET", "Behavioral"),
    ("LS - Home and family", "LIFESTYLE", "Behavioral"),
    ("Lookalike - {brand} buyers", "LOOKALIKE", "Behavioral"),
    ("Connected TV households", "DEVICE", "User agent"),
)
_PROVIDERS = (
    ("THIRD_PARTY_APPLIED", "DOUBLE_VERIFY", "3pFeeDoubleVerify", 0.06, True),
    ("THIRD_PARTY_APPLIED", "INTEGRAL_AD_SCIENCE", "3pFeeIntegralAdScience", 0.05, False),
    ("THIRD_PARTY_TARGETING", "DOUBLE_VERIFY", "3PPreBidFeeDoubleVerify", 0.03, True),
)

Address = tuple[object, ...]


def line_items(
    draft: Draft, plan: OrderPlan, flights: tuple[Flight, ...], address: Address
) -> tuple[LineItem, ...]:
    """Return the line items of an order, their shares adding up to one."""
    weights = [between(0.6, 1.4, *address, i, "share") for i in range(len(plan.mixes))]
    drafts = [
        _line_item(draft, plan, flights, (*address, i), i, weight / sum(weights))
        for i, weight in enumerate(weights)
    ]
    touched = (_touched(draft, i, item) if plan.touched else item for i, item in enumerate(drafts))
    return tuple(_with_trouble(draft, plan, i, item) for i, item in enumerate(touched))


def _line_item(
    draft: Draft,
    plan: OrderPlan,
    flights: tuple[Flight, ...],
    address: Address,
    number: int,
    share: float,
) -> LineItem:
    mix = MIXES[plan.mixes[number]]
    start, end = flights[0].start, flights[-1].end
    bid, max_bid = _bids(draft, mix, start, end, address)
    total = sum((flight.budget.first for flight in flights), Decimal(0))
    own = draft.money(float(total) * share) if plan.allocation == "MANUAL" else Decimal(0)
    return LineItem(
        line_item_id=long_id(*address, "line"),
        name=_name(draft, plan, mix, number, address),
        external_id=f"LI-{key('external', *address) % 90_000 + 10_000}",
        comments="",
        mix=mix,
        start=start,
        end=end,
        share=share,
        bid=bid,
        max_bid=max_bid,
        budget=Timeline(own),
        state=_state(draft, start, end, address, steady=plan.trouble is not None),
        delivery=Timeline(0.985 + 0.012 * one_normal(*address, "delivery")),
        pacing="PACE_AHEAD" if plan.trouble is Trouble.BUDGET_RAISED else "EVEN",
        rotation="WEIGHTED" if number % 2 else "RANDOM",
        fees=_fees(draft, plan),
        segments=_segments(draft, mix, address),
        deal=_deal(draft, mix, address),
        placings=placings(draft, plan, mix, number, address),
    )


def _name(draft: Draft, plan: OrderPlan, mix: Mix, number: int, address: Address) -> str:
    if number < len(plan.line_names):
        return plan.line_names[number]
    good = draft.plan.goods[number % len(draft.plan.goods)]
    device = _DEVICES[int(one_uniform(*address, "device") * len(_DEVICES))]
    return f"{good} | {mix.label} | {device}"


def _bids(
    draft: Draft, mix: Mix, start: datetime, end: datetime, address: Address
) -> tuple[Timeline[Decimal], Decimal | None]:
    places = Decimal(1).scaleb(-draft.advertiser.minor_units)
    level = PRICE_LEVEL[draft.advertiser.seat.country]
    amount = mix.cpm.median * level * between(1.05, 1.3, *address, "bid")
    bid = Timeline(Decimal(str(amount)).quantize(places))
    for day, at in draft.change_days(start, end, _BID_CHANCE, *address, "bid"):
        amount *= between(0.88, 1.14, *address, "bid", day)
        bid = bid.then(at, Decimal(str(amount)).quantize(places))
    ceiling = Decimal(str(amount * 1.8)).quantize(places)
    return bid, ceiling if one_uniform(*address, "ceiling") < 0.7 else None


def _state(
    draft: Draft, start: datetime, end: datetime, address: Address, *, steady: bool
) -> Timeline[str]:
    state = Timeline(ENABLED)
    chance = 0.0 if steady else _PAUSE_CHANCE
    for day, at in draft.change_days(start, end, chance, *address, "pause"):
        days = 1 + round(2 * one_uniform(*address, "pause", day))
        state = state.then(at, PAUSED).then(at + timedelta(days=days), ENABLED)
    return state


def _fees(draft: Draft, plan: OrderPlan) -> tuple[Fee, ...]:
    if not plan.third_party_fees:
        return ()
    level = PRICE_LEVEL[draft.advertiser.seat.country]
    chosen = _PROVIDERS if draft.plan.traits.measures_demographics else _PROVIDERS[:2]
    return tuple(
        Fee(kind, provider, column, round(cpm * level, 2), adds_to_budget=adds)
        for kind, provider, column, cpm, adds in chosen
    )


def _segments(draft: Draft, mix: Mix, address: Address) -> tuple[Segment, ...]:
    if not mix.targets_audience:
        return ()
    wanted = 2 + int(3 * one_uniform(*address, "segments"))
    chosen = [*_SEGMENTS[4:], *_SEGMENTS[:1]] if mix.inventory == "STREAMING_TV" else _SEGMENTS
    return tuple(
        Segment(
            long_id(draft.seed, draft.plan.slug, "segment", name),
            name.format(brand=draft.plan.brand, category=draft.plan.category),
            kind,
            class_code,
            "AMAZON",
            between(0.35, 0.95, *address, "coverage", name),
        )
        for name, kind, class_code in chosen[:wanted]
    )


def _deal(draft: Draft, mix: Mix, address: Address) -> Deal | None:
    if not mix.is_video or one_uniform(*address, "deal") < 0.4:
        return None
    number = key("deal", *address) % 900_000 + 100_000
    kind = "Programmatic Guaranteed" if mix.inventory == "STREAMING_TV" else "Private Auction"
    return Deal(f"D{number}", f"{draft.plan.brand} {mix.label} deal", kind)


def _touched(draft: Draft, number: int, item: LineItem) -> LineItem:
    """Return the line item with what somebody did to it around the anchor."""
    if number == 0:
        tonight = draft.instant(0, 18)
        raised = (item.bid.at(tonight) * Decimal("1.12")).quantize(item.bid.first)
        return replace(item, bid=item.bid.then(tonight, raised))
    if number == 1:
        paused = item.state.then(draft.instant(1, 9), PAUSED)
        return replace(item, state=paused.then(draft.instant(2, 9), ENABLED))
    return item


def _with_trouble(draft: Draft, plan: OrderPlan, number: int, item: LineItem) -> LineItem:
    usual = item.delivery.first
    if plan.trouble is Trouble.BID_TOO_LOW and number == 0:
        cut = draft.instant(-9, 11, 40)
        lower = (item.bid.first * Decimal("0.55")).quantize(item.bid.first)
        return replace(
            item,
            bid=Timeline(item.bid.first, ((cut, lower),)),
            delivery=Timeline(usual, ((cut, 0.12),)),
        )
    if plan.trouble is Trouble.BUDGET_RAISED:
        raised = draft.instant(-6, 15, 20)
        left = 0.97 - usual * ((raised - item.start) / (item.end - item.start))
        gone = raised + max(left, 0.0) * (item.end - item.start) / _RAISED
        ends = [(gone, 0.0)] if gone < item.end else []
        return replace(item, delivery=Timeline(usual, ((raised, _RAISED), *ends)))
    if plan.trouble is Trouble.DEAD_LINE_ITEM and number == 0:
        return replace(item, delivery=Timeline(0.0))
    if plan.trouble is Trouble.STOPPED:
        return replace(item, delivery=Timeline(usual, ((draft.instant(-2), 0.0),)))
    if plan.trouble is Trouble.OUT_OF_BUDGET:
        gone = draft.instant(-3, 16)
        hasty = (item.end - item.start) / (gone - item.start) * 0.995
        return replace(item, delivery=Timeline(hasty, ((gone, 0.0),)))
    return item
