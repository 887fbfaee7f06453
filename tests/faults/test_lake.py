"""The lake when processes are killed, disks fill up and files rot."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from core.domain.metrics import Dataset
from core.domain.scope import TenantScope
from core.lake.engine import LakeDamaged
from core.lake.question import Question
from tests.integration.lake.ground import ACME, OTHER, Ground, days, row

COST = Question(Dataset.CAMPAIGN, ("total_cost",), days(0, 40), by=("day",))

_LOADING = """
import sys
from pathlib import Path
from tests.integration.lake.ground import Ground, days, row
ground = Ground(Path(sys.argv[1]))
begin = int(sys.argv[2])
for number in range(begin, begin + 100):
    lines = [(day, str(line)) for day in (0, 20) for line in range(3)]
    given = [row(day, lineItemId=line, totalCost=number) for day, line in lines]
    ground.load(given, days(0, 20), load_id=f"load-{number}")
    print(number, flush=True)
"""


def costs(ground: Ground, scope: TenantScope = ACME) -> list[int]:
    """Return the cost of each day, as a process that has just started reads it."""
    with closing(ground.opened()) as lake, lake.reader(scope) as reader:
        return [int(c) for c in reader.ask(COST).table["total_cost"].to_pylist()]


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    """A lake that holds a row of the other organization."""
    with closing(Ground(tmp_path)) as ground:
        ground.load([row(0, totalCost=7)], days(0, 0), load_id="theirs", scope=OTHER)
        yield ground


@pytest.mark.slow
def test_a_killed_load_is_whole_or_not_there_and_the_next_one_goes_on(ground: Ground) -> None:
    chance, begin = random.Random(5), 1
    for _ in range(6):
        command = [sys.executable, "-c", _LOADING, str(ground.home), str(begin)]
        loading = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert loading.stdout is not None
        loading.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            loading.communicate(timeout=chance.uniform(0.02, 0.5))
        loading.send_signal(signal.SIGKILL)
        loading.communicate()
        newest = int(ground.manifests.latest(ACME).load_id.removeprefix("load-"))
        assert newest >= begin
        assert costs(ground) == [3 * newest, 3 * newest]
        begin = newest + 1
    generations = [manifest.generation for manifest in ground.manifests.after(ACME, 0)]
    assert generations == list(range(1, len(generations) + 1))
    ground.load([row(0, totalCost=1)], days(0, 20), load_id="after")
    assert costs(ground) == [1]


_FULL = """
import json, resource, sys
from pathlib import Path
from core.errors import AppError
from tests.integration.lake.ground import ACME, CAMPAIGN, Ground, days, row, write_json, asked
from core.lake.opening import Format
from core.lake.staging import stage_file
from core.lake.checks import Verdict
from core.lake.cells import cells_of
from core.lake.commit import Load
from tests.integration.lake.ground import NOON
ground = Ground(Path(sys.argv[1]))
given = [row(d, lineItemId=str(n), totalCost=1 + n / 7) for d in range(10) for n in range(4000)]
path = write_json(ground.home / "large.gz", given)
told = []
for limit in (300_000, resource.RLIM_INFINITY):
    wanted, scratch = asked(days(0, 9)), ground.home / "scratch"
    with stage_file(path, Format.JSON, CAMPAIGN, wanted, scratch=scratch) as staged:
        accepted = frozenset(cell.key for cell in cells_of(staged))
        hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, hard))
        try:
            ground.lake.commit(ACME, staged, Verdict(accepted), Load("big", "v3", NOON, NOON))
            told.append("committed")
        except AppError as error:
            told.append(f"{type(error).__name__}: {error}")
        resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
        left = list((ground.home / "lake" / "org_acme").rglob("*.parquet"))
        told.append([ground.manifests.latest(ACME).generation, len(left)])
print(json.dumps(told))
"""


@pytest.mark.slow
def test_a_disk_that_is_full_leaves_nothing_half_visible_and_the_load_is_done_later(
    ground: Ground,
) -> None:
    """The kernel refuses files over 300 kB, as a full disk would, and then no longer."""
    command = [sys.executable, "-c", _FULL, str(ground.home)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
    refusal, left, second, kept = json.loads(done.stdout)
    assert refusal.startswith("LakeFull: There is no room left to write")
    assert left == [0, 0]
    assert second == "committed"
    assert kept == [1, 2]


def _break(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 3])


@pytest.mark.parametrize("part", ["_delta_log/*.json", "advertiser_id=*/*/*.parquet"])
def test_a_rotten_file_is_told_with_what_to_do_and_other_tenants_go_on(
    ground: Ground, part: str
) -> None:
    ground.load([row(0, totalCost=1)], days(0, 0))
    table = ground.home / "lake" / ACME.org_id / "campaign"
    for path in table.glob(part):
        _break(path)
    with pytest.raises(LakeDamaged) as told:
        costs(ground)
    assert "backup" in str(told.value)
    with pytest.raises(LakeDamaged):
        ground.load([row(0, totalCost=2)], days(0, 0))
    assert ground.manifests.latest(ACME).generation == 1
    assert costs(ground, OTHER) == [7]


def test_a_lake_older_than_its_manifests_is_told(ground: Ground) -> None:
    """As after restoring the folder, but not the state, from yesterday's backup."""
    ground.load([row(0, totalCost=1)], days(0, 0))
    ground.load([row(0, totalCost=2)], days(0, 0))
    log = ground.home / "lake" / ACME.org_id / "campaign" / "_delta_log"
    (log / f"{2:020}.json").unlink()
    with pytest.raises(LakeDamaged):
        costs(ground)
    with pytest.raises(LakeDamaged, match="ends before version 2"):
        ground.load([row(0, totalCost=3)], days(0, 0))


def test_a_table_that_is_gone_is_told_and_not_silently_begun_again(ground: Ground) -> None:
    ground.load([row(0, totalCost=1)], days(0, 0))
    table = ground.home / "lake" / ACME.org_id / "campaign"
    table.rename(table.with_name("moved-away"))
    with pytest.raises(LakeDamaged):
        ground.load([row(0, totalCost=2)], days(0, 0))
