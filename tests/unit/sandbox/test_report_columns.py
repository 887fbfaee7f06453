"""Every column of every report type is filled, and the kinds say what Amazon says."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any
from xml.etree import ElementTree

import pytest

from sandbox.beliefs import Beliefs
from sandbox.reports.asked import Asked
from sandbox.reports.building import Builder, file_of
from sandbox.reports.kinds import DAILY, KINDS, SUMMARY, Kind
from sandbox.reports.store import build_seconds
from sandbox.world.world import world

NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
# Columns that are null or zero in this world by decision: see sandbox/README.md.
NEVER = {
    "3PPreBidFeeOracleDataCloud", "3PPreBidFeePixalate", "3PPreBidFeeIntegralAdScience",
    "3pFeeAutomotive", "3pFeeAutomotiveAbsorbed", "3pFeeComScore", "3pFeeComScoreAbsorbed",
    "3pFeeCPM1", "3pFeeCPM1Absorbed", "3pFeeCPM2", "3pFeeCPM2Absorbed", "3pFeeCPM3",
    "3pFeeCPM3Absorbed", "3pFeeDoubleclickCampaignManager",
    "3pFeeDoubleclickCampaignManagerAbsorbed", "3pFeeDoubleVerifyAbsorbed",
    "3pFeeIntegralAdScience", "proposalId", "omsProposalId", "omsLineItemId",
    "videoAdEndStateClicks", "masterImpressions", "masterClicks",
    "applicationValueSum", "applicationValueAverage", "contactValueSum", "contactValueAverage",
    "otherValueSum", "otherValueAverage", "pageViewValueSum", "pageViewValueAverage",
    "searchValueSum", "searchValueAverage", "lineItemComment", "lineItemComments",
    "clickToApply", "clickToApplyViews", "clickToApplyClicks", "clickToApplyConversionRate",
    "averageCostPerClickToApply", "sponsoredBrandsVideoFrequency",
    "sponsoredDisplayOnlineVideoFrequency", "sponsoredTvStreamingTvFrequency",
    "sponsoredDisplayFrequency",
}  # fmt: skip
# Together they have every trait.
VARIED = {"lumen-pet", "northwind", "trailhead"}
# A product report has conversions and nothing of what was served.
SERVED = (
    "video",
    "audio",
    "eCPAudio",
    "interactive",
    "impressions",
    "clicks",
    "skillInvocationRate",
    "eCPSkill",
    "effectiveCost",
    "newToBrandECP",
    "totalNewToBrandECP",
    "newToBrandDetailPageViewRate",
    "totalNewToBrandDPVRate",
    "einkDetailPageViewBrandHalo",
    "clickToApply",
)


def asked_for(kind: Kind, group_by: tuple[str, ...], time_unit: str) -> Asked:
    columns = kind.columns(group_by) - (set(kind.summary_dates) if time_unit == DAILY else {"date"})
    demo = world("demo", 7, NOW.date())
    varied = [a.advertiser_id for a in demo.advertisers.values() if a.slug in VARIED]
    return Asked(
        name=None,
        kind=kind,
        start=date(2026, 11, 10),
        end=date(2026, 11, 16),
        group_by=group_by,
        columns=tuple(sorted(columns)),
        time_unit=time_unit,
        format="GZIP_JSON",
        advertiser_ids=tuple(varied),
        configuration={},
    )


def groupings(kind: Kind) -> list[tuple[str, ...]]:
    if kind.combinations:
        return [tuple(sorted(names)) for names in kind.combinations]
    if kind.name == "dspCampaign":
        return [("campaign",), ("campaign", "ad"), ("campaign", "ad", "creative")]
    return [tuple(kind.group_by)]


@pytest.mark.parametrize("name", [n for n in KINDS if n != "dspBidAdjustments"])
def test_every_column_has_values_that_are_not_all_nothing(name: str) -> None:
    kind = KINDS[name]
    builder = Builder(world("demo", 7, NOW.date()), Beliefs(), NOW)
    empty: dict[str, bool] = {}

    for group_by in groupings(kind):
        for time_unit in kind.time_units:
            asked = asked_for(kind, group_by, time_unit)
            rows = builder.rows(asked)
            assert rows
            assert all(row.keys() == set(asked.columns) for row in rows)
            for column in asked.columns:
                blank = all(not row[column] for row in rows)
                empty[column] = empty.get(column, True) and blank

    silent = {column for column, blank in empty.items() if blank} - NEVER
    if name == "dspProduct":
        silent = {column for column in silent if not column.startswith(SERVED)}
    assert silent == set()


@pytest.mark.parametrize(
    ("name", "days", "retention", "time_units"),
    [
        ("dspCampaign", 31, 95, {DAILY, SUMMARY}),
        ("dspInventory", 31, 95, {DAILY, SUMMARY}),
        ("dspAudience", 31, 95, {DAILY, SUMMARY}),
        ("dspGeo", 31, 95, {DAILY, SUMMARY}),
        ("dspTech", 31, 95, {DAILY, SUMMARY}),
        ("dspProduct", 31, 95, {DAILY, SUMMARY}),
        ("dspReachFrequency", 31, 95, {DAILY, SUMMARY}),
        ("dspBidAdjustment", 31, 395, {DAILY, SUMMARY}),
        ("dspAudioAndVideo", 395, 395, {SUMMARY}),
        ("conversionPath", 90, 95, {SUMMARY}),
    ],
)
def test_ranges_retention_and_units_are_the_documented_ones(
    name: str, days: int, retention: int, time_units: set[str]
) -> None:
    kind = KINDS[name]

    assert (kind.days, kind.retention, set(kind.time_units)) == (days, retention, time_units)


@pytest.mark.parametrize(
    ("name", "group_by", "size"),
    [("dspCampaign", (), 374), ("dspInventory", (), 335), ("dspAudience", (), 269),
     ("dspGeo", (), 259), ("dspTech", (), 198), ("dspProduct", (), 187),
     ("dspReachFrequency", (), 7), ("dspCampaign", ("ad",), 394),
     ("dspCampaign", ("creative",), 382), ("dspReachFrequency", ("supplySource",), 10)],
)  # fmt: skip
def test_each_type_offers_as_many_columns_as_documented(
    name: str, group_by: tuple[str, ...], size: int
) -> None:
    assert len(KINDS[name].columns(group_by)) == size


def test_a_workbook_holds_the_rows() -> None:
    rows: list[dict[str, Any]] = [{"a": 1.5, "b": "<x> & y"}, {"a": None, "b": "=1+1"}]

    packed = file_of([rows], ("a", "b"), "XLSX", 10)

    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    texts = [cell.text for cell in sheet.iter() if cell.text]
    assert texts == ["a", "b", "1.5", "<x> & y", "=1+1"]


def test_real_builds_take_from_seconds_to_three_hours_and_fast_ones_seconds() -> None:
    asked = asked_for(KINDS["dspCampaign"], ("campaign",), DAILY)
    real = sorted(build_seconds(asked, "real", serial) for serial in range(400))
    small = replace(asked, advertiser_ids=asked.advertiser_ids[:1], columns=("impressions",))

    assert 20.0 <= real[0] < 60.0
    assert 120.0 < real[200] < 900.0
    assert 3600.0 < real[-1] <= 10_800.0
    assert 1.0 <= build_seconds(small, "fast", 1) < build_seconds(asked, "fast", 1) <= 6.0
