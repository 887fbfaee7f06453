"""Creatives of a line item and their places in its rotation."""

from __future__ import annotations

from sandbox.world.blueprint import OrderPlan, Trouble
from sandbox.world.chance import between, key, one_uniform
from sandbox.world.draft import Draft
from sandbox.world.entities import APPROVED, ENABLED, REJECTED, Creative, Placing
from sandbox.world.identifiers import long_id
from sandbox.world.rates import Mix
from sandbox.world.timeline import Timeline

_SIZES = {
    "DISPLAY": ("300x250", "728x90", "160x600", "970x250", "320x50"),
    "ONLINE_VIDEO": ("1920x1080", "1280x720"),
    "STREAMING_TV": ("1920x1080",),
    "AUDIO": ("0x0",),
}
_KINDS = {
    "DISPLAY": ("Image", "Responsive eCommerce", "Third party"),
    "ONLINE_VIDEO": ("Video",),
    "STREAMING_TV": ("Video",),
    "AUDIO": ("Audio",),
}
_REASON = "The price claim is not shown by an eCommerce creative; remove it or use one."


def placings(
    draft: Draft, plan: OrderPlan, mix: Mix, number: int, address: tuple[object, ...]
) -> tuple[Placing, ...]:
    """Return two to four creatives in rotation, their shares adding up to one."""
    many = 2 + int(3 * one_uniform(*address, "creatives"))
    weights = [between(0.7, 1.3, *address, i, "weight") for i in range(many)]
    return tuple(
        Placing(
            long_id(*address, i, "association"),
            _creative(draft, plan, mix, number, (*address, i)),
            round(100 * weight / sum(weights)),
            weight / sum(weights),
            Timeline(ENABLED),
        )
        for i, weight in enumerate(weights)
    )


def _creative(
    draft: Draft, plan: OrderPlan, mix: Mix, line_number: int, address: tuple[object, ...]
) -> Creative:
    sizes, kinds = _SIZES[mix.inventory], _KINDS[mix.inventory]
    turn = key("size", *address)
    is_rejected = _rejected(plan, line_number, address[-1])
    changes = ((draft.instant(-3, 8, 5), REJECTED),) if is_rejected else ()
    return Creative(
        creative_id=long_id(*address, "creative"),
        creative_ad_id=long_id(*address, "creative ad"),
        name=_name(draft, plan, sizes[turn % len(sizes)], turn),
        kind=kinds[turn % len(kinds)],
        size=sizes[turn % len(sizes)],
        language=draft.plan.language,
        moderation=Timeline(APPROVED, changes),
        reason=_REASON if is_rejected else "",
    )


def _name(draft: Draft, plan: OrderPlan, size: str, turn: int) -> str:
    if plan.creative_names:
        return plan.creative_names[turn % len(plan.creative_names)]
    good = draft.plan.goods[turn % len(draft.plan.goods)]
    return f"{good} {plan.label} {size} v{turn % 3 + 1}"


def _rejected(plan: OrderPlan, line_number: int, number: object) -> bool:
    return plan.trouble is Trouble.CREATIVE_REJECTED and line_number == 0 and number == 0
