"""The orders that any advertiser runs: one always on, some now, some long over."""

from __future__ import annotations

from sandbox.world.blueprint import OrderPlan, Rollover
from sandbox.world.chance import between, one_of
from sandbox.world.rates import Stage

_CONVERSION = ("oo-remarketing", "web-remarketing", "oo-inmarket", "web-remarketing")
_CONSIDERATION = (
    "oo-inmarket",
    "web-prospecting",
    "online-video",
    "oo-inmarket",
    "web-prospecting",
)
_AWARENESS = ("streaming-tv", "online-video", "twitch-video")
_WITH_AUDIO = ("streaming-tv", "audio", "online-video")
_ROLLOVERS = tuple(Rollover)


def usual_orders(slug: str, per_day: float, *, copies: int = 1) -> tuple[OrderPlan, ...]:
    """Return an advertiser's ordinary orders; `copies` repeats them for load."""
    return tuple(
        order for copy in range(copies) for order in _one_set(f"{slug}/{copy}", per_day / copies)
    )


def _one_set(slug: str, per_day: float) -> tuple[OrderPlan, ...]:
    return (
        OrderPlan(
            "Remarketing",
            Stage.CONVERSION,
            _CONVERSION,
            _days(slug, "always", -420, -390),
            _days(slug, "always-end", 100, 140),
            per_day * 0.35,
            rollover=one_of(_ROLLOVERS, slug, "rollover"),
            daily_cap=True,
        ),
        OrderPlan(
            "In-Market",
            Stage.CONSIDERATION,
            _CONSIDERATION,
            _days(slug, "now", -40, -18),
            _days(slug, "now-end", 14, 45),
            per_day * 0.3,
            flight_days=28,
            rollover=one_of(_ROLLOVERS, slug, "second"),
            agency_fee=10.0,
            touched=True,
        ),
        _past(slug, 1, Stage.CONSIDERATION, _CONSIDERATION[:3], -330, per_day * 0.4),
        _past(slug, 2, Stage.AWARENESS, _AWARENESS, -210, per_day * 0.8),
        _past(slug, 3, Stage.CONVERSION, _CONVERSION[:3], -85, per_day * 0.3),
    )


def awareness_order(slug: str, per_day: float) -> OrderPlan:
    """Return a video order that runs now, its money allotted automatically."""
    return OrderPlan(
        "Brand",
        Stage.AWARENESS,
        _WITH_AUDIO,
        _days(slug, "brand", -30, -12),
        _days(slug, "brand-end", 20, 50),
        per_day,
        allocation="AUTO",
        flight_days=30,
        rollover=Rollover.CUMULATIVE,
        third_party_fees=True,
    )


def upcoming_order(slug: str, per_day: float) -> OrderPlan:
    """Return an order that is ready and starts in some days."""
    return OrderPlan(
        "Gifting",
        Stage.CONSIDERATION,
        ("oo-inmarket", "online-video"),
        _days(slug, "soon", 4, 12),
        _days(slug, "soon-end", 30, 40),
        per_day,
        flight_days=14,
    )


def _past(
    slug: str, number: int, stage: Stage, mixes: tuple[str, ...], around: int, per_day: float
) -> OrderPlan:
    starts = _days(slug, f"past-{number}", around - 20, around + 20)
    length = _days(slug, f"length-{number}", 28, 75)
    label = ("Launch", "Awareness", "Retention")[number - 1]
    ends = min(starts + length, -4 - number)
    return OrderPlan(label, stage, mixes, starts, ends, per_day)


def _days(slug: str, about: str, low: int, high: int) -> int:
    return round(between(low, high, slug, about))
