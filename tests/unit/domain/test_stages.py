"""An order is judged by the stage it works for."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.domain.catalogue import metric
from core.domain.metrics import Better, Stage
from core.domain.stages import (
    CHOICES,
    OrderStage,
    Origin,
    chosen_stage,
    kpi_metric,
    meets,
    order_stage,
    stage_kpi,
    tiles,
)
from core.errors import UserError


@pytest.mark.parametrize(
    ("goal", "kpi", "by_hand", "expected"),
    [
        ("AWARENESS", None, None, OrderStage(Stage.AWARENESS, Origin.GOAL)),
        ("CONVERSIONS", None, None, OrderStage(Stage.CONVERSION, Origin.GOAL)),
        (None, "DETAIL_PAGE_VIEW_RATE", None, OrderStage(Stage.CONSIDERATION, Origin.KPI)),
        ("AWARENESS", "TOTAL_RETURN_ON_AD_SPEND", None, OrderStage(Stage.CONVERSION, Origin.KPI)),
        ("CONVERSIONS", "ROAS", Stage.AWARENESS, OrderStage(Stage.AWARENESS, Origin.BY_HAND)),
        (None, None, None, OrderStage(Stage.DELIVERY, Origin.UNKNOWN)),
        ("SOMETHING_NEW", "ALSO_NEW", None, OrderStage(Stage.DELIVERY, Origin.UNKNOWN)),
    ],
)
def test_hand_goes_before_kpi_and_kpi_before_goal(
    goal: str | None, kpi: str | None, by_hand: Stage | None, expected: OrderStage
) -> None:
    assert order_stage(goal, kpi, by_hand) == expected


@pytest.mark.parametrize(
    ("kpi", "key", "better"),
    [
        ("REACH", "reach", Better.UP),
        ("FREQUENCY_AVERAGE", "frequency", Better.NEITHER),
        ("CLICK_THROUGH_RATE", "ctr", Better.UP),
        ("COST_PER_CLICK", "ecpc", Better.DOWN),
        ("VIDEO_COMPLETION_RATE", "vcr", Better.UP),
        ("COST_PER_VIDEO_COMPLETION", "ecpvc", Better.DOWN),
        ("DETAIL_PAGE_VIEW_RATE", "dpvr", Better.UP),
        ("COST_PER_DETAIL_PAGE_VIEW", "ecpdpv", Better.DOWN),
        ("RETURN_ON_AD_SPEND", "roas", Better.UP),
        ("TOTAL_RETURN_ON_AD_SPEND", "total_roas", Better.UP),
        ("COMBINED_RETURN_ON_AD_SPEND", "combined_roas", Better.UP),
        ("ROAS", "total_roas", Better.UP),
        ("ROAS_PROMOTED", "roas", Better.UP),
        ("ROAS_COMBINED", "combined_roas", Better.UP),
        ("COST_PER_ACTION", "cost_per_off_amazon_conversion", Better.DOWN),
        ("COST_PER_CONVERSION_OFF_AMAZON", "cost_per_off_amazon_conversion", Better.DOWN),
        ("COST_PER_SIGN_UP", "cost_per_off_amazon_sign_up", Better.DOWN),
        ("COST_PER_FIRST_APP_OPEN", "cost_per_app_first_open", Better.DOWN),
        ("COST_PER_INSTALL", "cost_per_off_amazon_app_install", Better.DOWN),
    ],
)
def test_each_kpi_of_amazons_has_its_metric_and_direction(
    kpi: str, key: str, better: Better
) -> None:
    found = kpi_metric(kpi)
    assert found is metric(key)
    assert found.better is better


def test_an_unknown_kpi_has_no_metric() -> None:
    assert kpi_metric("HAPPINESS") is None
    assert kpi_metric(None) is None


def test_awareness_is_judged_by_completion_where_only_video_runs() -> None:
    assert stage_kpi(Stage.AWARENESS).key == "viewability_rate"
    assert stage_kpi(Stage.AWARENESS, ("STREAMING_TV", "ONLINE_VIDEO")).key == "vcr"
    assert stage_kpi(Stage.AWARENESS, ("STREAMING_TV", "DISPLAY")).key == "viewability_rate"
    assert stage_kpi(Stage.CONVERSION, ("STREAMING_TV",)).key == "total_roas"


@pytest.mark.parametrize("stage", list(Stage))
def test_every_stage_has_six_tiles_with_its_kpi_among_them(stage: Stage) -> None:
    shown = tiles(stage)
    assert len({entry.key for entry in shown}) == 6
    assert stage_kpi(stage) in shown


def test_awareness_tiles_of_video_show_completion_and_no_roas() -> None:
    keys = [entry.key for entry in tiles(Stage.AWARENESS, ("VIDEO_STV",))]
    assert "vcr" in keys
    assert "viewability_rate" not in keys
    assert not any(key.endswith("roas") for key in keys)


def test_a_stage_is_set_by_one_of_three_words() -> None:
    assert [chosen_stage(stage.value) for stage in CHOICES] == list(CHOICES)
    with pytest.raises(UserError, match="awareness, consideration, conversion"):
        chosen_stage("delivery")


def test_a_target_is_met_in_the_metrics_good_direction() -> None:
    roas, cost, frequency = metric("total_roas"), metric("ecpdpv"), metric("frequency")
    assert meets(roas, Decimal("4.2"), Decimal(4))
    assert meets(roas, Decimal(4), Decimal(4))
    assert not meets(roas, Decimal("3.9"), Decimal(4))
    assert meets(cost, Decimal("0.40"), Decimal("0.50"))
    assert meets(cost, Decimal("0.50"), Decimal("0.50"))
    assert not meets(cost, Decimal("0.60"), Decimal("0.50"))
    assert meets(frequency, Decimal(3), Decimal(3)) is None
    assert meets(roas, None, Decimal(4)) is None
    assert meets(roas, Decimal(4), None) is None
