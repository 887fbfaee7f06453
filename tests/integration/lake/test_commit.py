"""What a load does to the lake: replaced exactly, revised, visible at once or not at all."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from threading import Barrier, Thread
from typing import Any

import pytest

from core.domain.ids import LoadId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.scope import TenantScope
from core.errors import Upstream
from core.lake.commit import Committed
from core.lake.engine import rows as select
from core.lake.lake import Lake
from core.lake.layout import Layout, Role
from core.lake.manifest import Manifest, Span, StaleGeneration
from core.lake.parquet import scanned
from core.lake.question import Question
from core.lake.schema import TABLES, in_order
from tests.integration.lake.ground import (
    ACME,
    ADVERTISER,
    CAMPAIGN,
    NOON,
    OTHER,
    SECOND,
    Ground,
    columns,
    day,
    days,
    row,
)

HOUR = timedelta(hours=1)


def kept(
    ground: Ground, *names: str, scope: TenantScope = ACME, table: str = "campaign"
) -> list[tuple[Any, ...]]:
    """Return columns of every row the newest manifest shows, straight from the Parquet files."""
    version = ground.manifests.latest(scope).versions.get(table)
    if version is None:
        return []
    tables = ground.lake.tables(scope)
    pinned = tables.pinned(table, version)
    facts = TABLES[Dataset.CAMPAIGN]
    measures = in_order(Dataset.CAMPAIGN, pinned.columns)
    shape = facts.columns if table == "campaign" else facts.revision_columns
    relation = scanned(pinned.files, tables.files(table), shape(measures), pinned.columns)
    with ground.staged([row()], days(0, 0)) as borrowed:
        return select(borrowed.con, f"SELECT {', '.join(names)} FROM {relation} ORDER BY ALL")


def spent(ground: Ground, scope: TenantScope = ACME) -> Decimal | None:
    """Return the cost of every row of the test's calendar, read from the files themselves."""
    with ground.lake.reader(scope, from_files=True) as reader:
        question = Question(Dataset.CAMPAIGN, ("total_cost",), days(0, 40))
        total: Decimal | None = reader.ask(question).table["total_cost"][0].as_py()
        return total


def came_through(ground: Ground, given: list[dict[str, Any]], only: DateRange, lake: Lake) -> None:
    """Load as a job does, which is tried again while others are quicker. Raises Upstream."""
    for _ in range(20):
        with suppress(Upstream):
            ground.load(given, only, load_id=f"by-{only.start}", lake=lake)
            return
    raise Upstream("Others were quicker twenty times.")


def test_a_load_replaces_exactly_its_advertisers_and_days(ground: Ground) -> None:
    ground.load([row(n, totalCost=1) for n in range(6)], days(0, 5))
    ground.load([row(n, totalCost=1, advertiserId=SECOND) for n in range(6)], days(0, 5))
    ground.load([row(n, totalCost=5) for n in (2, 3)], days(2, 3))
    assert kept(ground, "advertiser_id", "day", "CAST(total_cost AS INTEGER)") == [
        (advertiser, day(n), 5 if advertiser == ADVERTISER and n in (2, 3) else 1)
        for advertiser in (ADVERTISER, SECOND)
        for n in range(6)
    ]


def test_rows_that_amazon_withdrew_go_and_stay_as_revisions(ground: Ground) -> None:
    lines = [row(0, lineItemId=str(n)) for n in range(3)]
    ground.load([*lines, row(1)], days(0, 1))
    ground.load([*lines[:2], row(1)], days(0, 1), load_id="second")
    assert kept(ground, "line_item_id", "day") == [
        ("0", day(0)),
        ("1", day(0)),
        ("591000000000000001", day(1)),
    ]
    assert kept(ground, "line_item_id", "ended_by", table="campaign_revisions") == [("2", "second")]


def test_only_rows_that_changed_become_revisions_and_begin_anew(ground: Ground) -> None:
    given = [row(0, lineItemId=str(n)) for n in range(3)]
    ground.load(given, days(0, 0), at=NOON)
    given[1] = given[1] | {"totalSales": 61}
    committed = ground.load(given, days(0, 0), at=NOON + HOUR, load_id="later")
    assert committed.revised == 1
    times = "epoch(valid_from)::BIGINT"
    assert kept(ground, "line_item_id", times, "load_id") == [
        ("0", int(NOON.timestamp()), "later"),
        ("1", int((NOON + HOUR).timestamp()), "later"),
        ("2", int(NOON.timestamp()), "later"),
    ]
    assert kept(ground, "line_item_id", "total_sales", table="campaign_revisions") == [
        ("1", Decimal("60.5"))
    ]


def test_a_null_that_became_a_figure_is_a_change_and_an_equal_null_is_none(ground: Ground) -> None:
    ground.load([row(0, sales=None), row(1, sales=None)], days(0, 1))
    committed = ground.load([row(0, sales=1), row(1, sales=None)], days(0, 1))
    assert committed.revised == 1


def test_a_day_said_to_be_empty_is_emptied_and_an_unspoken_day_stays(ground: Ground) -> None:
    ground.load([row(n) for n in range(3)], days(0, 2))
    ground.load([row(0)], days(0, 2), accepted=[(ADVERTISER, day(0)), (ADVERTISER, day(1))])
    assert kept(ground, "day") == [(day(0),), (day(2),)]


def test_an_advertiser_absent_from_a_shared_file_keeps_its_rows(ground: Ground) -> None:
    ground.load([row(0), row(0, advertiserId=SECOND)], days(0, 0))
    ground.load([row(0, totalCost=1)], days(0, 0))
    assert kept(ground, "advertiser_id", "total_cost") == [
        (ADVERTISER, Decimal(1)),
        (SECOND, Decimal("12.5")),
    ]


def test_the_same_load_twice_changes_nothing_and_says_so(ground: Ground) -> None:
    first = ground.load([row(0)], days(0, 0), load_id="same")
    again = ground.load([row(0, totalCost=99)], days(0, 0), load_id="same")
    assert again.was_done
    assert again.manifest == first.manifest
    assert spent(ground) == Decimal("12.5")


def test_a_load_that_is_refused_at_the_last_step_was_never_there(ground: Ground) -> None:
    ground.load([row(0, totalCost=1)], days(0, 0))

    def crash(_: Committed) -> None:
        raise ConnectionError("the store is gone")

    with pytest.raises(ConnectionError):
        ground.load([row(0, totalCost=2)], days(0, 0), load_id="cut", publish=crash)
    assert spent(ground) == 1
    ground.load([row(1, totalCost=10)], days(1, 1))
    assert spent(ground) == 11
    redone = ground.load([row(0, totalCost=2)], days(0, 0), load_id="cut")
    assert not redone.was_done
    assert spent(ground) == 12
    assert kept(ground, "CAST(total_cost AS INTEGER)", table="campaign_revisions") == [(1,)]


def test_a_load_that_came_second_is_prepared_again_on_top_of_the_first(ground: Ground) -> None:
    raced = []

    def beaten(committed: Committed) -> None:
        if not raced:
            raced.append(True)
            ground.load([row(1, totalCost=10)], days(1, 1), load_id="faster")
        ground.manifests.append(ACME, committed.manifest)

    ground.load([row(0, totalCost=2)], days(0, 0), load_id="slower", publish=beaten)
    assert spent(ground) == 12
    assert [m.load_id for m in ground.manifests.after(ACME, 0)] == ["faster", "slower"]


def test_loads_from_many_processes_all_arrive_each_once(ground: Ground) -> None:
    """Whoever writes over a version that is not yet published leaves it true for who made it."""
    start = Barrier(3)
    failures: list[str] = []

    def load(first: int) -> None:
        mine = ground.opened()
        start.wait()
        for number in range(first, first + 6):
            try:
                came_through(ground, [row(number, totalCost=1)], days(number, number), mine)
            except Upstream:
                failures.append(f"{number} never came through")

    threads = [Thread(target=load, args=(first,)) for first in (0, 6, 12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert spent(ground) == 18
    assert ground.manifests.latest(ACME).generation == 18


def test_a_load_never_merges_with_another_tenants(ground: Ground) -> None:
    before = spent(ground, OTHER)
    ground.load([row(n, totalCost=100) for n in range(10)], days(0, 9))
    assert spent(ground) == 1000
    assert spent(ground, OTHER) == before == Decimal("0.7")
    ground.lake.drop(ACME)
    assert spent(ground, OTHER) == before
    assert not (ground.home / "lake" / ACME.org_id).exists()


def test_times_grow_strictly_even_when_the_clock_stands_or_goes_back(ground: Ground) -> None:
    times = [
        ground.load([row(0, totalCost=n)], days(0, 0), at=NOON - n * HOUR).manifest.at
        for n in range(3)
    ]
    assert times == [NOON, NOON + timedelta(microseconds=1), NOON + timedelta(microseconds=2)]


def test_a_manifest_tells_what_its_load_replaced(ground: Ground) -> None:
    given = [row(n) for n in (0, 1, 3)] + [row(1, advertiserId=SECOND)]
    accepted = [(ADVERTISER, day(0)), (ADVERTISER, day(1)), (ADVERTISER, day(3)), (SECOND, day(1))]
    manifest = ground.load(given, days(0, 3), accepted=accepted).manifest
    assert manifest.dataset is Dataset.CAMPAIGN
    assert manifest.replaced == (
        Span(ADVERTISER, day(0), day(1)),
        Span(ADVERTISER, day(3), day(3)),
        Span(SECOND, day(1), day(1)),
    )
    assert ground.manifests.get(ACME, manifest.generation) == manifest


def test_cells_of_a_load_hold_every_accepted_day(ground: Ground) -> None:
    cells = ground.load([row(0), row(0, lineItemId="2")], days(0, 1)).cells
    assert [
        (c.day, c.rows, c.totals.get("impressions"), c.totals.get("total_cost")) for c in cells
    ] == [
        (day(0), 2, Decimal(2000), Decimal(25)),
        (day(1), 0, None, None),
    ]


FEES = Layout(
    CAMPAIGN.dataset,
    (*CAMPAIGN.columns, *columns(Role.MEASURE, {"lead": "off_amazon_leads"})),
)


def test_a_table_gains_columns_and_older_rows_have_none_of_them(ground: Ground) -> None:
    ground.load([row(0), row(1)], days(0, 1))
    ground.load([row(1, lead=7)], days(1, 1), layout=FEES)
    assert kept(ground, "day", "off_amazon_leads") == [(day(0), None), (day(1), 7)]
    with ground.lake.reader(ACME) as reader:
        question = Question(
            Dataset.CAMPAIGN, ("off_amazon_leads", "clicks"), days(0, 1), by=("day",)
        )
        found = reader.ask(question).table.to_pylist()
    assert found == [
        {"day": day(0), "off_amazon_leads": None, "clicks": 10},
        {"day": day(1), "off_amazon_leads": 7, "clicks": 10},
    ]


def test_generations_already_taken_are_refused(ground: Ground) -> None:
    manifest = ground.load([row(0)], days(0, 0)).manifest
    with pytest.raises(StaleGeneration):
        ground.manifests.append(ACME, Manifest(ACME.org_id, 1, LoadId("x"), manifest.at))
