"""The products of a brand: those an order promotes, and those bought beside them."""

from __future__ import annotations

from sandbox.world.blueprint import AdvertiserPlan
from sandbox.world.chance import between
from sandbox.world.entities import Product
from sandbox.world.identifiers import asin

_VARIANTS = ("", " XL", " Gift Set")


def products(seed: int, plan: AdvertiserPlan) -> tuple[Product, ...]:
    """Return the brand's products, promoted ones first."""
    promoted = [_product(seed, plan, good, 0, is_promoted=True) for good in plan.goods]
    beside = [
        _product(seed, plan, good, variant, is_promoted=False)
        for good in plan.goods
        for variant in (1, 2)
    ]
    return (*promoted, *beside)


def _product(
    seed: int, plan: AdvertiserPlan, good: str, variant: int, *, is_promoted: bool
) -> Product:
    address = (seed, plan.slug, good)
    return Product(
        asin(*address, variant),
        asin(*address, "parent"),
        f"{plan.name.split(' (')[0]} {good}{_VARIANTS[variant]}",
        plan.category,
        plan.category,
        good,
        is_promoted,
        between(0.5, 1.5, *address, variant, "weight"),
    )
