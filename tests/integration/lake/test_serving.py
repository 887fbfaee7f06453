"""Serving copies: made, moved from load to load, shared by threads, thrown away at will."""

from __future__ import annotations

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from threading import Event

import duckdb
import pytest

from core.domain.ids import OrgId
from core.domain.metrics import Dataset
from core.domain.scope import TenantScope
from core.lake.engine import LakeDamaged, LakeFull, Limits
from core.lake.lake import Lake
from core.lake.layout import Layout, Role
from core.lake.question import Question
from core.lake.serving import ServingLimits
from tests.integration.lake.ground import (
    ACME,
    ADVERTISER,
    CAMPAIGN,
    OTHER,
    SECOND,
    Ground,
    columns,
    day,
    days,
    row,
)

COST = Question(Dataset.CAMPAIGN, ("total_cost",), days(0, 40))
BY_LINE = Question(Dataset.CAMPAIGN, ("total_cost",), days(0, 40), by=("line_item_id", "day"))


def served(lake: Lake, scope: TenantScope = ACME, question: Question = COST) -> list[object]:
    """Return what the serving copy answers, once it is up to date."""
    lake.prepare(scope)
    with lake.reader(scope) as reader:
        assert reader.is_served
        return [tuple(r.values()) for r in reader.ask(question).table.to_pylist()]


def test_the_first_reader_is_answered_while_the_copy_is_made(tmp_path: Path) -> None:
    with closing(Ground(tmp_path)) as ground:
        ground.load([row(0, totalCost=1)], days(0, 0))
        with ground.lake.reader(ACME) as reader:
            assert not reader.is_served
            assert reader.ask(COST).table["total_cost"][0].as_py() == 1
        assert served(ground.lake) == [(1,)]


def test_a_copy_moves_from_load_to_load_by_what_each_replaced(ground: Ground) -> None:
    ground.load([row(n, totalCost=1) for n in range(6)], days(0, 5))
    assert served(ground.lake) == [(6,)]
    ground.load([row(n, totalCost=1, advertiserId=SECOND) for n in range(3)], days(0, 2))
    ground.load([row(1, totalCost=10)], days(0, 2))
    expected = [
        (ADVERTISER, day(1), 10),
        *((ADVERTISER, day(n), 1) for n in (3, 4, 5)),
        *((SECOND, day(n), 1) for n in (0, 1, 2)),
    ]
    by = replace(COST, by=("advertiser_id", "day"))
    assert served(ground.lake, question=by) == expected
    facts = replace(BY_LINE, by=("advertiser_id", "day", "line_item_id"))
    assert [(a, d, c) for a, d, _, c in served(ground.lake, question=facts)] == expected  # type: ignore[misc]


def test_a_copy_gains_the_columns_that_its_table_gains(ground: Ground) -> None:
    ground.load([row(0)], days(0, 0))
    served(ground.lake)
    wider = Layout(
        CAMPAIGN.dataset,
        (*CAMPAIGN.columns, *columns(Role.MEASURE, {"lead": "off_amazon_leads"})),
    )
    ground.load([row(1, lead=3)], days(1, 1), layout=wider)
    for by in (("day",), ("day", "line_item_id")):
        question = Question(Dataset.CAMPAIGN, ("off_amazon_leads",), days(0, 1), by=by)
        assert [r[-1] for r in served(ground.lake, question=question)] == [None, 3]  # type: ignore[index]


def test_a_copy_left_by_a_process_that_ended_is_taken_over(ground: Ground) -> None:
    ground.load([row(0, totalCost=1)], days(0, 0))
    served(ground.lake)
    ground.close()
    (left,) = (ground.home / "serving").iterdir()
    ground.load([row(1, totalCost=2)], days(1, 1))
    ground.lake = ground.opened()
    assert served(ground.lake) == [(3,)]
    assert list((ground.home / "serving").iterdir()) == [left]


_SECOND_PROCESS = """
import json, sys
from pathlib import Path
from tests.integration.lake.ground import ACME, Ground
from tests.integration.lake.test_serving import served
ground = Ground(Path(sys.argv[1]))
print(json.dumps([[str(v) for v in r] for r in served(ground.lake)]))
ground.close()
"""


@pytest.mark.slow
def test_two_processes_serve_the_same_lake_each_from_its_own_copy(ground: Ground) -> None:
    ground.load([row(0, totalCost=1)], days(0, 0))
    served(ground.lake)
    command = [sys.executable, "-c", _SECOND_PROCESS, str(ground.home)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout) == [["1.000000"]]
    assert len(list((ground.home / "serving").iterdir())) == 2
    assert served(ground.lake) == [(1,)]


def test_a_copy_that_was_half_written_is_made_anew(ground: Ground) -> None:
    ground.load([row(0, totalCost=1)], days(0, 0))
    served(ground.lake)
    ground.close()
    (copy,) = (ground.home / "serving").glob(f"*/{ACME.org_id}.duckdb")
    copy.write_bytes(copy.read_bytes()[:5000] + b"\0" * 4000)
    ground.lake = ground.opened()
    assert served(ground.lake) == [(1,)]


def test_a_copy_of_an_older_layout_is_made_anew(ground: Ground) -> None:
    ground.load([row(0, totalCost=1)], days(0, 0))
    served(ground.lake)
    ground.close()
    (path,) = (ground.home / "serving").glob(f"*/{ACME.org_id}.duckdb")
    with duckdb.connect(str(path)) as con:
        con.execute("UPDATE served SET mark = 'of old'").fetchall()
        con.execute("UPDATE campaign SET total_cost = 77").fetchall()
    ground.lake = ground.opened()
    assert served(ground.lake) == [(1,)]


def test_threads_read_at_once_while_loads_move_the_copy_and_never_see_half_a_load(
    ground: Ground,
) -> None:
    lines = [str(n) for n in range(20)]
    ground.load([row(0, lineItemId=n, totalCost=1) for n in lines], days(0, 0))
    ground.lake.prepare(ACME)
    stop = Event()

    def look(_: int) -> set[object]:
        seen: set[object] = set()
        while not stop.is_set():
            with ground.lake.reader(ACME) as reader:
                for question in (COST, BY_LINE):
                    costs = reader.ask(question).table["total_cost"].to_pylist()
                    seen.add(sum(costs))
        return seen

    with ThreadPoolExecutor(8) as pool:
        looking = [pool.submit(look, n) for n in range(8)]
        for cost in (2, 3, 4):
            ground.load([row(0, lineItemId=n, totalCost=cost) for n in lines], days(0, 0))
        stop.set()
        seen = set().union(*(future.result() for future in looking))
    assert seen <= {Decimal(20 * cost) for cost in (1, 2, 3, 4)}
    assert served(ground.lake) == [(80,)]


def test_copies_used_longest_ago_are_let_go_when_there_are_too_many(tmp_path: Path) -> None:
    limits = ServingLimits(Limits(256), open_max=2, retry_seconds=0)
    with closing(Ground(tmp_path, limits)) as ground:
        scopes = [TenantScope.for_job(OrgId(f"org_{n}")) for n in range(4)]
        for number, scope in enumerate(scopes):
            ground.load([row(0, totalCost=number)], days(0, 0), scope=scope)
            assert served(ground.lake, scope) == [(number,)]
        left = {path.stem for path in (tmp_path / "serving").glob("*/*.duckdb")}
        assert left == {"org_2", "org_3"}
        assert served(ground.lake, scopes[0]) == [(0,)]


def test_copies_beyond_the_disks_limit_are_let_go(tmp_path: Path) -> None:
    with closing(
        Ground(tmp_path, ServingLimits(Limits(256), disk_mb=1, retry_seconds=0))
    ) as ground:
        for number in range(6):
            scope = TenantScope.for_job(OrgId(f"org_{number}"))
            ground.load([row(0)], days(0, 0), scope=scope)
            served(ground.lake, scope)
        left = sorted((tmp_path / "serving").glob("*/*.duckdb"))
        assert sum(path.stat().st_size for path in left) <= 1_000_000
        assert left[-1].stem == "org_5"


def test_a_copy_larger_than_the_disks_limit_is_not_made_and_answers_still_come(
    tmp_path: Path,
) -> None:
    with closing(
        Ground(tmp_path, ServingLimits(Limits(256), disk_mb=0, retry_seconds=0))
    ) as ground:
        ground.load([row(0, totalCost=1)], days(0, 0))
        with pytest.raises(LakeFull, match="SERVING_DISK_GB"):
            ground.lake.prepare(ACME)
        with ground.lake.reader(ACME) as reader:
            assert not reader.is_served
            assert reader.ask(COST).table["total_cost"][0].as_py() == 1


def test_a_lake_that_cannot_be_read_is_told_and_the_next_reader_tries_again(
    ground: Ground,
) -> None:
    ground.load([row(0, totalCost=1)], days(0, 0))
    (file,) = (ground.home / "lake" / ACME.org_id / "campaign").rglob("*.parquet")
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    with pytest.raises(LakeDamaged, match="cannot read"):
        ground.lake.prepare(ACME)
    with ground.lake.reader(ACME) as reader, pytest.raises(LakeDamaged, match="backup"):
        reader.ask(COST)
    assert served(ground.lake, OTHER) == [(Decimal("0.7"),)]
    file.write_bytes(content)
    assert served(ground.lake) == [(1,)]


def test_a_dropped_organization_leaves_no_copy(ground: Ground) -> None:
    ground.load([row(0)], days(0, 0))
    served(ground.lake)
    served(ground.lake, OTHER)
    ground.lake.drop(ACME)
    assert {p.stem for p in (ground.home / "serving").glob("*/*.duckdb")} == {OTHER.org_id}
