"""Upkeep puts files together and removes what nothing names; no answer changes by it."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from core.domain.ids import LoadId
from core.domain.metrics import Dataset
from core.lake.asof import Between
from core.lake.question import Question
from core.lake.upkeep import compact, sweep
from tests.integration.lake.ground import ACME, NOON, OTHER, Ground, days, row

HOUR = timedelta(hours=1)
COST = Question(Dataset.CAMPAIGN, ("total_cost",), days(0, 9))
DAY_AGO = 25 * 3600


def _restated(ground: Ground, times: int) -> None:
    for number in range(times):
        ground.load([row(0, totalCost=number)], days(0, 0), at=NOON + number * HOUR)


def _history(ground: Ground) -> list[object]:
    with ground.lake.reader(ACME) as reader:
        steps = reader.restatements(COST).to_pylist()
        between = reader.changes(COST, Between(NOON, NOON + 3 * HOUR)).to_pylist()
        return [steps, between, reader.ask(COST).table.to_pylist()]


def _files(ground: Ground, table: str) -> list[Path]:
    return sorted((ground.home / "lake" / ACME.org_id / table).rglob("*.parquet"))


def _aged(paths: list[Path]) -> None:
    for path in paths:
        stat = path.stat()
        os.utime(path, (stat.st_atime - DAY_AGO, stat.st_mtime - DAY_AGO))


def _compacted(ground: Ground, files_max: int = 3) -> dict[str, int]:
    tables, name = ground.lake.tables(ACME), LoadId(f"upkeep-{files_max}")
    done = compact(
        ACME,
        tables,
        ground.manifests,
        load_id=name,
        at=NOON + 99 * HOUR,
        scratch=ground.lake.scratch,
        files_max=files_max,
    )
    return dict(done.compacted)


def test_revisions_are_put_together_and_tell_the_same_history(ground: Ground) -> None:
    _restated(ground, 6)
    before = _history(ground)
    assert _compacted(ground) == {"campaign_revisions": 5}
    version = ground.manifests.latest(ACME).versions["campaign_revisions"]
    assert len(ground.lake.tables(ACME).pinned("campaign_revisions", version).files) == 1
    assert _history(ground) == before


def test_upkeep_without_work_appends_no_generation(ground: Ground) -> None:
    _restated(ground, 2)
    latest = ground.manifests.latest(ACME)
    assert _compacted(ground) == {}
    assert ground.manifests.latest(ACME) == latest


def test_a_serving_copy_follows_upkeep_and_the_next_load(ground: Ground) -> None:
    _restated(ground, 6)
    ground.lake.prepare(ACME)
    _compacted(ground)
    ground.lake.prepare(ACME)
    ground.load([row(0, totalCost=77)], days(0, 0), at=NOON + 100 * HOUR)
    ground.lake.prepare(ACME)
    with ground.lake.reader(ACME) as reader:
        assert reader.is_served
        assert reader.ask(COST).table["total_cost"][0].as_py() == 77


def test_a_sweep_removes_what_no_pinned_manifest_names(ground: Ground) -> None:
    _restated(ground, 4)
    pinned = [ground.manifests.get(ACME, 2), ground.manifests.latest(ACME)]
    orphan = ground.home / "lake" / ACME.org_id / "campaign" / "left-by-a-crash.parquet"
    orphan.write_bytes(b"never committed")
    _aged(_files(ground, "campaign"))
    assert len(_files(ground, "campaign")) == 5
    assert sweep(ground.lake.tables(ACME), pinned, grace_hours=0)["campaign"] == 3
    for generation, cost in ((2, 1), (4, 3)):
        with ground.lake.reader(ACME, generation) as reader:
            assert reader.ask(COST).table["total_cost"][0].as_py() == cost
    assert not orphan.exists()


def test_a_sweep_leaves_young_files_for_loads_under_way(ground: Ground) -> None:
    _restated(ground, 1)
    young = ground.home / "lake" / ACME.org_id / "campaign" / "being-written.parquet"
    young.write_bytes(b"soon to be committed")
    sweep(ground.lake.tables(ACME), [ground.manifests.latest(ACME)])
    assert young.exists()


def test_loads_go_on_after_a_sweep_and_other_tenants_keep_their_files(ground: Ground) -> None:
    _restated(ground, 3)
    sweep(ground.lake.tables(ACME), [ground.manifests.latest(ACME)], grace_hours=0)
    ground.load([row(1, totalCost=10)], days(1, 1), at=NOON + 9 * HOUR)
    with ground.lake.reader(ACME) as reader:
        assert reader.ask(COST).table["total_cost"][0].as_py() == 12
    with ground.lake.reader(OTHER) as reader:
        assert reader.ask(COST).table.num_rows == 1
