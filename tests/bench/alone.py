"""Things measured in a process of their own, so that their memory is theirs alone.

`python -m tests.bench.alone write|ingest|restate|csv HOME ...` prints one JSON object.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

from core.domain.ids import LoadId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.lake.cells import cells_of, ratio_gaps
from core.lake.checks import Reading, judge
from core.lake.commit import Load
from core.lake.engine import Limits
from core.lake.lake import Lake
from core.lake.layout import Layout, Role
from core.lake.location import LakeRoot
from core.lake.opening import Format
from core.lake.question import Question
from core.lake.schema import core_measures
from core.lake.serving import ServingLimits
from core.lake.staging import stage_arrow, stage_file
from tests.bench.fill import SCOPE, filled
from tests.bench.world import LAST_DAY, SIZES, World, layout_of
from tests.integration.lake.ledger import SqliteManifests

ROWS = 500_000
NARROW = 25
"""Measures of the narrow report: with its six keys, 31 fields."""

_NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)


def measured_alone(*arguments: str) -> dict[str, float]:
    """Return what a fresh process prints about one measurement."""
    command = [sys.executable, "-m", "tests.bench.alone", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def report_layout(measures: int) -> Layout:
    """Return the layout of a campaign report with this many measures."""
    whole = layout_of(Dataset.CAMPAIGN)
    kept = core_measures(Dataset.CAMPAIGN)[:measures]
    columns = [c for c in whole.columns if c.role is Role.KEY or c.key in kept]
    return replace(whole, columns=tuple(columns))


def report_days() -> DateRange:
    """Return the longest range Amazon gives in one report: 31 days."""
    return DateRange(LAST_DAY - timedelta(days=30), LAST_DAY)


def write(path: Path, measures: int) -> dict[str, float]:
    """Write a gzip report of ROWS rows as Amazon would: one array of flat objects."""
    world = World(SIZES["report"])
    layout = report_layout(measures)
    facts = world.facts(report_days()).slice(0, ROWS)
    if facts.num_rows < ROWS:
        raise SystemExit(f"the world holds {facts.num_rows:,} rows only")
    facts = facts.select([column.key for column in layout.columns])
    with gzip.open(path, "wb", compresslevel=6) as file:
        file.write(b"[")
        for number, batch in enumerate(facts.to_batches(max_chunksize=10_000)):
            rows = orjson.dumps(batch.to_pylist(), default=float)[1:-1]
            file.write((b"," if number else b"") + rows)
        file.write(b"]")
    return {"rows": facts.num_rows, "mb": path.stat().st_size / 1e6}


def ingest(home: Path, path: Path, measures: int) -> dict[str, float]:
    """Take a downloaded file to a committed lake: verified, parsed, judged, committed."""
    lake, manifests = _new_lake(home)
    asked = World(SIZES["report"]).asked(report_days())
    began = time.perf_counter()
    layout = report_layout(measures)
    with stage_file(path, Format.JSON, layout, asked, scratch=lake.scratch) as staged:
        cells = {cell.key: cell for cell in cells_of(staged)}
        reading = Reading(layout.dataset, asked, _NOW.date(), cells, ratio_gaps=ratio_gaps(staged))
        verdict = judge(reading, {})
        lake.commit(SCOPE, staged, verdict, Load(LoadId("report"), "v3", _NOW, _NOW))
    seconds = time.perf_counter() - began
    assert manifests.latest(SCOPE).generation == 1
    lake.close()
    return {"ms": seconds * 1000, "peak_mb": _peak_mb()}


def restate(home: Path, rows: int) -> dict[str, float]:
    """Load one advertiser's month, then the same month with every tenth row changed."""
    lake, _ = _new_lake(home)
    world = World(SIZES["report"])
    days = report_days()
    asked = world.asked(days)
    month = world.facts(days).slice(0, rows)
    one = world.advertisers[:1] * month.num_rows
    month = month.set_column(0, "advertiser_id", [one])
    clicks = month["clicks"].to_numpy().copy()
    clicks[::10] += 1
    restated = month.set_column(month.column_names.index("clicks"), "clicks", [clicks])
    taken = []
    for number, table in enumerate((month, restated)):
        with stage_arrow(table, layout_of(Dataset.CAMPAIGN), asked, scratch=lake.scratch) as staged:
            cells = {cell.key: cell for cell in cells_of(staged)}
            verdict = judge(Reading(Dataset.CAMPAIGN, asked, _NOW.date(), cells), {})
            began = time.perf_counter()
            at = _NOW + timedelta(hours=number)
            lake.commit(SCOPE, staged, verdict, Load(LoadId(f"{number}"), "v3", at, at))
            taken.append((time.perf_counter() - began) * 1000)
        if number == 0:
            lake.prepare(SCOPE)
    began = time.perf_counter()
    lake.prepare(SCOPE)
    served = (time.perf_counter() - began) * 1000
    lake.close()
    return {"ms": taken[1], "first_ms": taken[0], "served_ms": served, "peak_mb": _peak_mb()}


def csv(home: Path, size: str, rows: int) -> dict[str, float]:
    """Write a CSV of `rows` by 30 columns from the serving copy; no cube, little memory."""
    lake_home = filled(size, home)
    limits = ServingLimits(Limits(memory_mb=120), cube_mb=0)
    lake = Lake(lake_home.root, lake_home.manifests, home=lake_home.home / "process", limits=limits)
    lake.prepare(SCOPE)
    question = Question(
        Dataset.CAMPAIGN,
        core_measures(Dataset.CAMPAIGN)[:25],
        report_days(),
        by=("day", "advertiser_id", "order_id", "line_item_id", "creative_id"),
        limit=rows,
    )
    target = lake_home.home / "export.csv"
    taken = []
    with lake.reader(SCOPE) as reader:
        for _ in range(3):
            began = time.perf_counter()
            count = reader.export_csv(question, target)
            taken.append((time.perf_counter() - began) * 1000)
    lake.close()
    size_mb = target.stat().st_size / 1e6
    target.unlink()
    return {
        "ms": taken[0],
        "warm_ms": min(taken[1:]),
        "peak_mb": _peak_mb(),
        "rows": count,
        "mb": size_mb,
    }


def _new_lake(home: Path) -> tuple[Lake, SqliteManifests]:
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    manifests = SqliteManifests(home / "manifests.db")
    limits = ServingLimits(Limits(memory_mb=300))
    return Lake(LakeRoot(str(home / "lake")), manifests, home=home, limits=limits), manifests


def _peak_mb() -> float:
    # ru_maxrss would begin with the size of the process this one was forked from.
    status = Path("/proc/self/status").read_text().splitlines()
    (peak,) = (line.split()[1] for line in status if line.startswith("VmHWM"))
    return int(peak) / 1000


def main(kind: str, *given: str) -> None:
    """Do one measurement and print it."""
    kinds: dict[str, Callable[[], dict[str, float]]] = {
        "write": lambda: write(Path(given[0]), int(given[1])),
        "ingest": lambda: ingest(Path(given[0]), Path(given[1]), int(given[2])),
        "restate": lambda: restate(Path(given[0]), int(given[1])),
        "csv": lambda: csv(Path(given[0]), given[1], int(given[2])),
    }
    sys.stdout.write(json.dumps(kinds[kind]()))


if __name__ == "__main__":
    main(*sys.argv[1:])
