"""The kinds of conversion: how often each happens and how it is told apart.

A family is counted per impression. `halo` families split into promoted and other products of
the brand, `newness` ones into new and known buyers; all split into views and clicks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import product

import numpy as np

from sandbox.world.chance import Floats
from sandbox.world.entities import Traits
from sandbox.world.lines import Lines

PROMOTED, HALO = "promoted", "halo"
VIEW, CLICK = "view", "click"
NEW, KNOWN = "new", "known"

# Conversions by days after the impression; four fifths come within a week.
KERNEL = np.array(
    [0.56, 0.065, 0.045, 0.037, 0.032, 0.028, 0.024,
     0.040, 0.036, 0.032, 0.029, 0.026, 0.024, 0.021]
)  # fmt: skip
KERNEL /= KERNEL.sum()


@dataclass(frozen=True)
class Family:
    """One kind of conversion."""

    name: str
    per_page_view: Callable[[Lines], Floats] | float
    halo: float | None = None
    tells_new: bool = False
    value: float = 0.0
    happens: Callable[[Traits], bool] = lambda traits: True
    seasonal: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the names of the disjoint parts, in a fixed order."""
        relations = (PROMOTED, HALO) if self.halo else (PROMOTED,)
        ages = (NEW, KNOWN) if self.tells_new else (KNOWN,)
        return tuple(f"{self.name}.{'.'.join(p)}" for p in product(relations, (VIEW, CLICK), ages))

    def rate(self, lines: Lines) -> Floats:
        """Return conversions per impression of each line item, brand halo included."""
        if not self.happens(lines.advertiser.traits):
            return np.zeros(len(lines.lines))
        factor = self.per_page_view(lines) if callable(self.per_page_view) else self.per_page_view
        halo = _halo(self, lines) if self.halo else 1.0
        return lines.page_view_rate * factor * halo

    def shares(self, lines: Lines, newness: Floats) -> Floats:
        """Return the expected share of each part, shape (parts, lines, days)."""
        clicked = lines.of_mix("click_share")[:, None]
        new = np.clip(lines.of_mix("new_to_brand")[:, None] * newness, 0.02, 0.95)
        promoted = 1 / _halo(self, lines)[:, None] if self.halo else np.ones_like(clicked)
        by_relation = (promoted, 1 - promoted) if self.halo else (promoted,)
        by_age = (new, 1 - new) if self.tells_new else (np.ones_like(new),)
        shares = [r * c * a for r, c, a in product(by_relation, (1 - clicked, clicked), by_age)]
        return np.stack(np.broadcast_arrays(*shares))


def _halo(family: Family, lines: Lines) -> Floats:
    return 1 + (lines.of_mix("halo") - 1) * (family.halo or 0.0)


def _subscribes(traits: Traits) -> bool:
    return traits.subscribes


def _off_amazon(traits: Traits) -> bool:
    return traits.tracks_off_amazon


def _streams(traits: Traits) -> bool:
    return traits.streams


def _has_app(traits: Traits) -> bool:
    return traits.has_app


def _carts(lines: Lines) -> Floats:
    return lines.of_mix("cart_per_view")


def _purchases(lines: Lines) -> Floats:
    return lines.of_mix("purchase_per_view")


_CORE = (
    Family("dpv", 1.0, halo=1.6, tells_new=True),
    Family("prpv", 0.035, halo=1.2),
    Family("atl", 0.02, halo=1.0),
    Family("atc", _carts, halo=1.0),
    Family("purchase", _purchases, halo=1.0, tells_new=True, value=1.0, seasonal=True),
    Family("sns", 0.0035, halo=1.0, happens=_subscribes),
    Family("brandSearch", 0.10),
)
_OFF_AMAZON = (
    Family("offPurchase", 0.018, value=1.1, happens=_off_amazon, seasonal=True),
    *(
        Family(name, factor, value=value, happens=_off_amazon)
        for name, factor, value in (
            ("pageView", 0.40, 0.0), ("offSearch", 0.05, 0.0), ("addToShoppingCart", 0.05, 0.9),
            ("checkout", 0.028, 1.0), ("lead", 0.012, 0.4), ("signUp", 0.015, 0.3),
            ("contact", 0.004, 0.0), ("application", 0.001, 0.0), ("subscribe", 0.006, 0.5),
            ("other", 0.01, 0.0),
        )
    ),
)  # fmt: skip
_STREAMING = tuple(
    Family(name, factor, happens=_streams)
    for name, factor in (
        ("watchlist", 0.06), ("trailer", 0.30), ("stream", 0.22), ("rental", 0.03),
        ("download", 0.05), ("downloadedPlay", 0.03), ("freeTrial", 0.02),
        ("paidSubscription", 0.01),
    )
)  # fmt: skip
_APP = tuple(
    Family(name, factor, value=value, happens=_has_app)
    for name, factor, value in (
        ("appFirstOpen", 0.05, 0.0), ("appOpen", 0.20, 0.0), ("appFirstHours", 0.04, 0.0),
        ("appHours", 0.15, 0.0), ("appFirstStart", 0.04, 0.2), ("appFreeTrial", 0.012, 0.0),
        ("appPaid", 0.006, 0.0), ("skill", 0.01, 0.0), ("alexaSkill", 0.005, 0.0),
        ("notification", 0.02, 0.0), ("kindleDpv", 0.006, 0.0), ("clickToApply", 0.0, 0.0),
    )
)  # fmt: skip

FAMILIES: dict[str, Family] = {
    family.name: family for family in (*_CORE, *_OFF_AMAZON, *_STREAMING, *_APP)
}
