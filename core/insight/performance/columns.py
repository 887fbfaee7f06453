"""Which metrics the table shows: those the address names, or a preset of a funnel stage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from core.domain.catalogue import METRICS, answerable, metric, own_metrics
from core.domain.metrics import Dataset, Metric, Pack
from core.domain.views import View


@dataclass(frozen=True, slots=True)
class Preset:
    """A set of columns under a name; `about` says what question they answer."""

    name: str
    about: str
    keys: tuple[str, ...]


PRESETS = (
    Preset(
        "Whole funnel",
        "From money to new customers",
        (
            "total_cost", "impressions", "ctr", "total_dpvr", "total_purchases",
            "total_sales", "total_roas", "total_ntb_percent",
        ),
    ),
    Preset(
        "Delivery",
        "What was served, and what it cost",
        (
            "total_cost", "supply_cost", "working_media_share", "impressions", "ecpm",
            "clicks", "ctr", "ecpc", "invalid_rate",
        ),
    ),
    Preset(
        "Awareness",
        "Whether ads were seen, by how many",
        (
            "total_cost", "impressions", "reach", "frequency", "measurable_rate",
            "viewability_rate", "vcpm", "ecpm",
        ),
    ),
    Preset(
        "Video",
        "Whether they were watched to the end",
        (
            "total_cost", "video_starts", "video_first_quartiles", "video_midpoints",
            "video_third_quartiles", "video_completions", "vcr", "ecpvc", "viewability_rate",
        ),
    ),
    Preset(
        "Consideration",
        "Whether people looked closer",
        (
            "total_cost", "ctr", "total_detail_page_views", "total_dpvr", "total_ecpdpv",
            "brand_searches", "brand_search_rate", "total_add_to_cart", "total_atcr",
        ),
    ),
    Preset(
        "Purchase",
        "Whether they bought",
        (
            "total_cost", "total_purchases", "total_purchase_rate", "total_ecpp",
            "total_sales", "total_roas", "sales", "roas", "halo_share", "total_aov",
        ),
    ),
    Preset(
        "New-to-brand",
        "Whether they were new customers",
        (
            "total_cost", "total_new_to_brand_purchases", "total_ntb_percent",
            "total_ntb_purchase_rate", "total_ntb_ecpp", "total_new_to_brand_sales",
            "total_ntb_roas",
        ),
    ),
    Preset(
        "Views and clicks",
        "Which credit rests on a click",
        (
            "total_cost", "total_detail_page_views_views", "total_detail_page_views_clicks",
            "total_purchases", "total_purchases_views", "total_purchases_clicks", "click_share",
        ),
    ),
)  # fmt: skip
DEFAULT = PRESETS[0]


@dataclass(frozen=True, slots=True)
class Columns:
    """The metrics shown, in order, and those that were asked for and cannot be, with the reason.

    `preset` is the set they are, None for one of a person's own.
    """

    metrics: tuple[Metric, ...]
    left_out: tuple[str, ...] = ()
    preset: Preset | None = None


def columns_of(view: View) -> Columns:
    """Return the columns of a view; the default preset when it names none that can be shown."""
    asked = [metric(key) for key in view.metrics]
    fitting = tuple(entry for entry in asked if entry in choices())
    left_out = tuple(_reason(entry) for entry in asked if entry not in fitting)
    keys = tuple(entry.key for entry in fitting) or DEFAULT.keys
    preset = next((preset for preset in PRESETS if preset.keys == keys), None)
    return Columns(tuple(map(metric, keys)), left_out, preset)


def preset_named(name: str) -> Preset:
    """Return a preset by its name. Raises StopIteration for one that does not exist."""
    return next(preset for preset in PRESETS if preset.name == name)


def written(keys: Sequence[str]) -> tuple[str, ...]:
    """Return the columns as an address names them: not at all for the default ones."""
    return () if tuple(keys) == DEFAULT.keys else tuple(keys)


def choices() -> tuple[Metric, ...]:
    """Return the metrics that a row can show, in the order of the glossary, own ones included."""
    return _choices(own_metrics())


@lru_cache(maxsize=32)
def _choices(own: tuple[Metric, ...]) -> tuple[Metric, ...]:
    """Return the choices while the catalogue holds these own metrics."""
    return tuple(entry for entry in METRICS.values() if adds_up(entry) or is_of_window(entry))


def adds_up(entry: Metric) -> bool:
    """Return whether the base facts answer the metric for any days and any level."""
    is_summable = entry.is_ratio or entry.additive
    return is_summable and entry.pack is Pack.CORE and answerable(entry.key, Dataset.CAMPAIGN)


def is_of_window(entry: Metric) -> bool:
    """Return whether the metric is a figure of whole windows, like reach: never added up."""
    return not entry.is_ratio and not entry.additive and Dataset.REACH in entry.datasets


def _reason(entry: Metric) -> str:
    if entry.pack is not Pack.CORE:
        return f"{entry.name} is among Amazon's figures of {entry.pack.value}, which are not kept."
    return f"{entry.name} is not reported by order, line item and creative, so it is left out."
