"""Figures of a named window that may never be added: reach, frequency, long-term value."""

from __future__ import annotations

from core.domain.catalogue.cuts import REACH
from core.domain.catalogue.families import measure
from core.domain.metrics import Better, Metric, Stage, Unit

_NEVER_ADDED = (
    "People counted twice on two days are one person over both: never added over days, orders or "
    "currencies. Always of a named window (1, 7, 30 days, month); n/a for any other."
)
_SUMMARY_WINDOW = (
    "Amazon's page says that a summary report counts over the last six months, whatever its "
    "dates. A check over several windows shows whether that holds for an advertiser."
)


def _of_window(
    key: str,
    name: str,
    description: str,
    v3: str,
    *,
    v1: str = "",
    unit: Unit = Unit.COUNT,
    better: Better = Better.UP,
    stage: Stage = Stage.AWARENESS,
    caveat: str = "",
) -> Metric:
    return measure(
        key,
        name,
        description,
        v3=v3,
        v1=v1,
        unit=unit,
        stage=stage,
        better=better,
        cuts=REACH,
        additive=False,
        caveat=f"{_NEVER_ADDED} {caveat}".rstrip(),
    )


REACH_AND_FREQUENCY: tuple[Metric, ...] = (
    _of_window(
        "reach",
        "Reach",
        "Different people who were shown an ad within the window.",
        "reach",
        v1="userReach",
        caveat=_SUMMARY_WINDOW,
    ),
    _of_window(
        "household_reach",
        "Household reach",
        "Different households that were shown an ad within the window.",
        "householdReach",
        v1="householdReach",
    ),
    _of_window(
        "frequency",
        "Frequency",
        "How often, on average, a person reached was shown an ad within the window.",
        "frequencyAverage",
        v1="averageUserImpressionFrequency",
        unit=Unit.AVERAGE,
        better=Better.NEITHER,
    ),
    _of_window(
        "household_frequency",
        "Household frequency",
        "How often, on average, a household reached was shown an ad within the window.",
        "householdFrequencyAverage",
        v1="averageHouseholdImpressionFrequency",
        unit=Unit.AVERAGE,
        better=Better.NEITHER,
    ),
    _of_window(
        "impression_frequency",
        "Impression frequency",
        "How often, on average, one and the same ad was shown to a person it reached.",
        "impressionFrequencyAverage",
        unit=Unit.AVERAGE,
        better=Better.NEITHER,
    ),
    _of_window(
        "exclusive_reach_rate",
        "Exclusive reach rate",
        "Share of the people reached whom no other order reached.",
        "exclusiveReachRate",
        unit=Unit.RATE,
        caveat="Amazon lists the column without describing it; read as a fraction.",
    ),
    _of_window(
        "incremental_reach_rate",
        "Incremental reach rate",
        "Share of the people reached who were added to what other orders had reached.",
        "incrementalReachRate",
        unit=Unit.RATE,
        caveat="Amazon lists the column without describing it; read as a fraction.",
    ),
    _of_window(
        "tv_exclusive_reach_rate",
        "Exclusive TV reach rate in %",
        "Percentage of a streaming TV supply's viewers whom no other such supply reached.",
        "amazonExclusiveReachRate",
        v1="exclusiveUserReachRate",
        unit=Unit.AVERAGE,
        caveat="A number from 0 to 100, kept as Amazon reports it.",
    ),
    _of_window(
        "long_term_sales",
        "Long-term sales",
        "Total sales, plus what new customers may be worth to the brand in the next 12 months: "
        "an estimate by Amazon from what earlier customers did after the same steps.",
        "longTermSales",
        v1="longTermSales",
        unit=Unit.MONEY,
        stage=Stage.NEW_TO_BRAND,
        caveat="An estimate and not a sum; by order only.",
    ),
    _of_window(
        "long_term_roas",
        "Long-term return on ad spend",
        "Long-term sales for each unit of money spent, as Amazon reports it.",
        "longTermROAS",
        v1="longTermRoas",
        unit=Unit.MULTIPLE,
        stage=Stage.NEW_TO_BRAND,
        caveat="An estimate; by order only.",
    ),
)
