"""Reports of reach for the office: figures of one window."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pyarrow as pa

from core.domain.ids import LoadId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.views import Window
from core.lake.checks import Verdict
from core.lake.commit import Load
from core.lake.layout import Asked, Layout, Role, WireColumn
from core.lake.staging import stage_arrow
from tests.databases import Organization
from tests.unit.insight.office import ONE, Office

_MEASURES = {
    "advertiser": ("reach", "frequency"),
    "supply_source": ("reach", "frequency", "tv_exclusive_reach_rate"),
    "order": (
        "reach",
        "household_reach",
        "frequency",
        "household_frequency",
        "exclusive_reach_rate",
        "incremental_reach_rate",
    ),
}
_COUNTS = {"reach", "household_reach"}


def report_reach(
    office: Office,
    level: str,
    window: Window,
    period: DateRange,
    figures: Mapping[str, Mapping[str, Any]],
    *,
    advertiser: str = ONE,
    org: Organization | None = None,
) -> None:
    """Load a report of one window, with these figures by the id of an order or supply source.

    An advertiser's own figures stand under "all".
    """
    org = org or office.org
    layout = _layout(level, window, period)
    table = _table(level, period, figures, advertiser)
    last = DateRange(period.end, period.end)
    with stage_arrow(
        table, layout, Asked(frozenset({advertiser}), last), scratch=office.lake.scratch
    ) as staged:
        name = LoadId(f"{level}-{window.value}-{period.end}-{advertiser}")
        verdict = Verdict(frozenset({(advertiser, period.end)}))
        office.lake.commit(org.job, staged, verdict, Load(name, "v3", office.now, office.now))


def _layout(level: str, window: Window, period: DateRange) -> Layout:
    keys = ("advertiser_id", "entity_id", "currency")
    return Layout(
        Dataset.REACH,
        (
            *(WireColumn(key, key, Role.KEY) for key in keys),
            *(WireColumn(key, key, Role.MEASURE) for key in _MEASURES[level]),
        ),
        {
            "day": period.end,
            "window_name": window.value,
            "window_start": period.start,
            "window_end": period.end,
            "level": level,
        },
    )


def _table(
    level: str, period: DateRange, figures: Mapping[str, Mapping[str, Any]], advertiser: str
) -> pa.Table:
    columns: dict[str, Any] = {
        "advertiser_id": [advertiser] * len(figures),
        "entity_id": list(figures),
        "currency": ["USD"] * len(figures),
    }
    texts = {key: pa.array(values, pa.string()) for key, values in columns.items()}
    measures = {}
    for key in _MEASURES[level]:
        values = [row.get(key) for row in figures.values()]
        exact = [None if v is None else Decimal(str(v)) for v in values]
        measures[key] = pa.array(exact, pa.decimal128(18, 6))
        if key in _COUNTS:
            measures[key] = measures[key].cast(pa.int64())
    return pa.table({**texts, **measures})
