"""Version 3 and the unified reports, of the same days: equal tables, to the last digit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.amazon.http import Reach
from core.amazon.link import AmazonLink
from core.amazon.reports.port import BuildState, ReportOrder
from core.amazon.reports.specs import spec_named
from core.amazon.reports.v1_specs import UNIFIED
from core.domain.connections import AccessMode, Adapter
from core.domain.periods import DateRange
from core.jobs.layouts import layout_of_spec
from core.lake.engine import arrow
from core.lake.layout import Asked
from core.lake.opening import Format
from core.lake.schema import TABLES
from core.lake.staging import Staged, stage_file
from core.store.accounts.advertisers import Advertiser
from tests.integration.jobs.looking import linked, truth
from tests.integration.jobs.rig import Rig

# Nothing here rests on the database.
pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

Rows = dict[tuple[Any, ...], dict[str, Any]]


def _kept(rig: Rig) -> list[tuple[Advertiser, str]]:
    """The advertisers below the agency's first profile, with the profile."""
    with rig.web.reading(rig.org.scope()) as tenant:
        ways = tenant.advertisers.accesses()
        every = tenant.advertisers.all()
    reached = [(a, way) for a in every for way in ways[a.advertiser_id]]
    return [(a, way.header_value) for a, way in reached if way.mode is AccessMode.PROFILE]


def _link(rig: Rig) -> AmazonLink:
    with rig.web.reading(rig.org.scope()) as tenant:
        (connection,) = tenant.connections.all()
    return rig.parts.link(rig.scope, connection.id, connection.region)


@contextmanager
def staged(
    rig: Rig, name: str, adapter: Adapter, days: DateRange, folder: Path
) -> Iterator[Staged]:
    """One report, asked for, built, brought home and staged."""
    kept = _kept(rig)
    spec, reports, link = spec_named(name, adapter), rig.parts.adapters[adapter], _link(rig)
    ids = tuple(str(a.advertiser_id) for a, _ in kept)
    accounts = {str(a.advertiser_id): str(a.v1_account_id) for a, _ in kept}
    columns = spec.columns(with_descriptors=False)
    order = ReportOrder(
        spec=spec, columns=columns, advertiser_ids=ids, days=days,
        reach=Reach.profile(kept[0][1]), name=f"{name} {adapter}", accounts=accounts,
    )  # fmt: skip
    ticket = reports.create(link, order)
    rig.pass_time(minutes=5)
    build = reports.poll(link, order, ticket)
    assert build.state is BuildState.COMPLETED
    file = folder / f"{name}-{adapter}.json.gz"
    rig.parts.downloads.fetch(build.urls, file)
    asked = Asked(frozenset(ids), days, called={theirs: ours for ours, theirs in accounts.items()})
    layout = layout_of_spec(spec, columns)
    with stage_file(file, Format.JSON, layout, asked, scratch=folder / "scratch") as found:
        yield found


def rows_of(found: Staged) -> Rows:
    """The staged rows by what tells them apart."""
    identity = TABLES[found.layout.dataset].identity
    listed = arrow(found.con, "SELECT * FROM staged").to_pylist()
    return {tuple(row[key] for key in identity): row for row in listed}


@pytest.mark.parametrize("name", UNIFIED)
def test_both_adapters_give_equal_tables_for_the_same_days(
    rig: Rig, name: str, tmp_path: Path
) -> None:
    linked(rig)
    last = rig.now.date() - timedelta(days=20)
    days = DateRange(last - timedelta(days=9), last)
    with (
        staged(rig, name, Adapter.V3, days, tmp_path) as third,
        staged(rig, name, Adapter.V1, days, tmp_path) as unified,
    ):
        shared = set(third.layout.measures) & set(unified.layout.measures)
        old, new = rows_of(third), rows_of(unified)
    assert len(shared) > 40
    assert ("gross_impressions" in shared) == (name != "product"), "the sum that it is"
    assert old.keys() == new.keys()
    assert len(old) > 20
    for key, row in old.items():
        told = {measure: new[key][measure] for measure in (*shared, "currency")}
        assert told == {measure: row[measure] for measure in (*shared, "currency")}


def test_what_the_unified_reports_call_sales_is_the_total_of_the_simulation(
    rig: Rig, tmp_path: Path
) -> None:
    linked(rig)
    last = rig.now.date() - timedelta(days=20)
    days = DateRange(last - timedelta(days=9), last)
    advertiser_id = str(_kept(rig)[0][0].advertiser_id)
    with staged(rig, "campaign", Adapter.V1, days, tmp_path) as unified:
        found = [r for r in rows_of(unified).values() if r["advertiser_id"] == advertiser_id]
    expected = truth(rig, advertiser_id, days).values()
    for ours in ("total_sales", "sales", "total_cost"):
        told = sum((Decimal(row[ours] or 0) for row in found), Decimal(0))
        assert told == sum((row[ours] for row in expected), Decimal(0)), ours
    assert sum(row["total_sales"] for row in expected) > sum(row["sales"] for row in expected)
