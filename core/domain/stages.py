"""Which funnel stage an order works for, and what it is therefore judged by.

The stage comes from the order's goal and KPI at Amazon and can be set by hand. Nobody is judged
by another stage's figures: an awareness order has no ROAS to be proud of.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from core.domain.catalogue import metric
from core.domain.metrics import Better, Metric, Stage
from core.errors import UserError


class Origin(StrEnum):
    """Where an order's stage is known from; the screens say it."""

    BY_HAND = "set by hand"
    KPI = "from its KPI at Amazon"
    GOAL = "from its goal at Amazon"
    UNKNOWN = "not known"


@dataclass(frozen=True, slots=True)
class OrderStage:
    """An order's stage and where it is known from; DELIVERY when nothing is known."""

    stage: Stage
    origin: Origin


CHOICES = (Stage.AWARENESS, Stage.CONSIDERATION, Stage.CONVERSION)

_GOALS = {
    "AWARENESS": Stage.AWARENESS,
    "CONSIDERATION": Stage.CONSIDERATION,
    "CONVERSIONS": Stage.CONVERSION,
}

# Amazon's KPI names, each with the metric of the catalogue and the stage it stands for.
# Source: Amazon Ads API documentation, campaign management for DSP, goalSettings.kpi.
_KPIS = {
    "REACH": ("reach", Stage.AWARENESS),
    "FREQUENCY_AVERAGE": ("frequency", Stage.AWARENESS),
    "VIDEO_COMPLETION_RATE": ("vcr", Stage.CONSIDERATION),
    "COST_PER_VIDEO_COMPLETION": ("ecpvc", Stage.CONSIDERATION),
    "CLICK_THROUGH_RATE": ("ctr", Stage.CONSIDERATION),
    "COST_PER_CLICK": ("ecpc", Stage.CONSIDERATION),
    "DETAIL_PAGE_VIEW_RATE": ("dpvr", Stage.CONSIDERATION),
    "COST_PER_DETAIL_PAGE_VIEW": ("ecpdpv", Stage.CONSIDERATION),
    "RETURN_ON_AD_SPEND": ("roas", Stage.CONVERSION),
    "TOTAL_RETURN_ON_AD_SPEND": ("total_roas", Stage.CONVERSION),
    "COMBINED_RETURN_ON_AD_SPEND": ("combined_roas", Stage.CONVERSION),
    # The unified API's ROAS means the total; the promoted one says so.
    "ROAS": ("total_roas", Stage.CONVERSION),
    "ROAS_PROMOTED": ("roas", Stage.CONVERSION),
    "ROAS_COMBINED": ("combined_roas", Stage.CONVERSION),
    "COST_PER_ACTION": ("cost_per_off_amazon_conversion", Stage.CONVERSION),
    "COST_PER_CONVERSION_OFF_AMAZON": ("cost_per_off_amazon_conversion", Stage.CONVERSION),
    "COST_PER_SIGN_UP": ("cost_per_off_amazon_sign_up", Stage.CONVERSION),
    "COST_PER_FIRST_APP_OPEN": ("cost_per_app_first_open", Stage.CONVERSION),
    "COST_PER_INSTALL": ("cost_per_off_amazon_app_install", Stage.CONVERSION),
}

_VIDEO = {"VIDEO", "ONLINE_VIDEO", "STREAMING_TV", "VIDEO_OLV", "VIDEO_STV"}

_TILES = {
    Stage.DELIVERY: ("total_cost", "impressions", "ecpm", "viewability_rate", "clicks", "ctr"),
    Stage.AWARENESS: (
        "total_cost",
        "impressions",
        "reach",
        "frequency",
        "viewability_rate",
        "ecpm",
    ),
    Stage.CONSIDERATION: (
        "total_cost",
        "impressions",
        "dpvr",
        "ecpdpv",
        "brand_searches",
        "add_to_cart",
    ),
    Stage.CONVERSION: (
        "total_cost",
        "impressions",
        "total_sales",
        "total_roas",
        "ecpp",
        "ntb_percent",
    ),
    Stage.NEW_TO_BRAND: (
        "total_cost",
        "impressions",
        "new_to_brand_purchases",
        "ntb_percent",
        "ntb_ecpp",
        "ntb_roas",
    ),
}
_DEFAULT_KPI = {
    Stage.DELIVERY: "ecpm",
    Stage.AWARENESS: "viewability_rate",
    Stage.CONSIDERATION: "dpvr",
    Stage.CONVERSION: "total_roas",
    Stage.NEW_TO_BRAND: "ntb_percent",
}


def order_stage(goal: str | None, kpi: str | None, by_hand: Stage | None = None) -> OrderStage:
    """Return the order's stage: what was set by hand, else by its KPI, else by its goal."""
    if by_hand is not None:
        return OrderStage(by_hand, Origin.BY_HAND)
    if known := _KPIS.get((kpi or "").upper()):
        return OrderStage(known[1], Origin.KPI)
    if stage := _GOALS.get((goal or "").upper()):
        return OrderStage(stage, Origin.GOAL)
    return OrderStage(Stage.DELIVERY, Origin.UNKNOWN)


def chosen_stage(word: str) -> Stage:
    """Return the stage a person set. Raises UserError when it is none of the three."""
    if word not in {stage.value for stage in CHOICES}:
        names = ", ".join(CHOICES)
        raise UserError(f"An order's stage is one of: {names}.")
    return Stage(word)


def kpi_metric(kpi: str | None) -> Metric | None:
    """Return the metric that Amazon's KPI name stands for, or None for an unknown one.

    Whether more of it is better is the metric's `better`.
    """
    known = _KPIS.get((kpi or "").upper())
    return metric(known[0]) if known else None


def kpi_stage(kpi: str | None) -> Stage | None:
    """Return the stage that Amazon's KPI name stands for, or None for an unknown one."""
    known = _KPIS.get((kpi or "").upper())
    return known[1] if known else None


def stage_kpi(stage: Stage, inventory_types: tuple[str, ...] = ()) -> Metric:
    """Return what orders of a stage are judged by when they name no KPI themselves.

    Awareness is judged by completion where only video runs, by viewability elsewhere.
    """
    only_video = bool(inventory_types) and set(inventory_types) <= _VIDEO
    return metric("vcr" if stage is Stage.AWARENESS and only_video else _DEFAULT_KPI[stage])


def tiles(stage: Stage, inventory_types: tuple[str, ...] = ()) -> tuple[Metric, ...]:
    """Return the six metrics that a stage's tiles show, in order; its own KPI is among them."""
    kpi = stage_kpi(stage, inventory_types).key
    keys = (kpi if key == _DEFAULT_KPI[stage] else key for key in _TILES[stage])
    return tuple(metric(key) for key in keys)


def meets(kpi: Metric, value: Decimal | None, target: Decimal | None) -> bool | None:
    """Return whether a figure reaches its target in the metric's good direction.

    None when either is not known or the metric has no good direction.
    """
    if value is None or target is None or kpi.better is Better.NEITHER:
        return None
    return value >= target if kpi.better is Better.UP else value <= target
