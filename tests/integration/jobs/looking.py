"""What tests compare: what the lake says, and what the simulation says by other code."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.lake.question import Question
from tests.integration.jobs.rig import Rig

# Our measure and the simulation's own name of it.
MEASURES = {
    "impressions": "impressions",
    "clicks": "clicks",
    "total_cost": "totalCost",
    "purchases": "purchases",
    "sales": "sales",
    "total_sales": "totalSales",
}
Figures = dict[Any, dict[str, Decimal]]


def history(rig: Rig) -> DateRange:
    """The 94 days that end yesterday. At the hours of these tests every zone has one date."""
    yesterday = rig.now.date() - timedelta(days=1)
    return DateRange(yesterday - timedelta(days=93), yesterday)


def truth(rig: Rig, advertiser_id: str, days: DateRange, by: str = "lineItem") -> Figures:
    """What the simulation knows now, by day and entity; rows of nothing but zeros left out."""
    query = {
        "advertiserId": advertiser_id,
        "from": days.start.isoformat(),
        "to": days.end.isoformat(),
        "by": by,
        "asOf": "now",
    }
    answer = rig.sandbox.http.get("/_sandbox/truth/daily", params=query).raise_for_status().json()
    rows = {
        (row["date"], row[f"{by}Id"]): {
            ours: Decimal(str(row[theirs])) for ours, theirs in MEASURES.items()
        }
        for row in answer["rows"]
    }
    return {key: row for key, row in rows.items() if any(row.values())}


def lake(
    rig: Rig,
    advertiser_id: str,
    days: DateRange,
    by: str = "line_item_id",
    as_of: datetime | None = None,
) -> Figures:
    """What the lake says, by day and entity; rows of nothing but zeros left out."""
    keys = ("advertiser_id", "day", by)
    question = Question(Dataset.CAMPAIGN, tuple(MEASURES), days, keys, as_of=as_of)
    with rig.parts.lake.reader(rig.scope, from_files=True) as reader:
        listed = reader.ask(question).table.to_pylist()
    rows = {
        (row["day"].isoformat(), row[by]): {
            measure: Decimal(str(row[measure] or 0)) for measure in MEASURES
        }
        for row in listed
        if row["advertiser_id"] == advertiser_id
    }
    return {key: row for key, row in rows.items() if any(row.values())}


def total(figures: Figures, measure: str) -> Decimal:
    """The sum of one measure."""
    return sum((row[measure] for row in figures.values()), Decimal(0))


def advertisers(rig: Rig) -> dict[str, str]:
    """The organization's advertisers: id by the first word of the name."""
    with rig.web.reading(rig.org.scope()) as tenant:
        return {a.name.split()[0]: str(a.advertiser_id) for a in tenant.advertisers.all()}


def linked(rig: Rig, slug: str = "agency") -> dict[str, str]:
    """Link a user and look what lies behind; return the advertisers."""
    rig.link(slug)
    rig.run_due()
    return advertisers(rig)


def synced(rig: Rig, slug: str = "agency", *names: str) -> dict[str, str]:
    """Link a user, keep the advertisers named (or all), and let all history arrive."""
    found = linked(rig, slug)
    chosen = {name: found[name] for name in names or found}
    rig.select(*chosen.values())
    rig.run_until(rig.is_idle)
    return chosen
