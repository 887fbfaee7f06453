"""`python -m tests.bench [--rows 1m|10m|100m|all]`: one run, one table.

Fills a lake through its own commit path (kept under bench-lake/ for the next run), asks what
the Morning page asks, cold and warm, beside the naive way on the same files, then measures a
report's way into the lake and a download in processes of their own.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import logging
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pyarrow as pa

from core.domain.scope import TenantScope
from core.lake.engine import Limits
from core.lake.lake import Lake
from core.lake.reader import Reader
from core.lake.serving import ServingLimits
from tests.bench import papers
from tests.bench.alone import NARROW, ROWS, measured_alone
from tests.bench.fill import SCOPE, Filled, filled
from tests.bench.naive import Naive, files_of
from tests.bench.questions import Case, cases
from tests.bench.report import Line, Timing, table
from tests.bench.world import SIZES

HOME = Path("bench-lake")
WARM = 25
CACHED_MS = 1.0


class WorldNames:
    """The names of a world, as the store would give them."""

    def __init__(self, lake: Filled) -> None:
        world = lake.world
        numbers = range(world.size.advertisers)
        self._tables = {
            "order": world.orders(),
            "line_item": world.names("line_item", world.pair_line),
            "creative": world.names("creative", world.pair_creative),
            "advertiser": pa.table(
                {"advertiser_id": world.advertisers, "name": [f"Brand {n}" for n in numbers]}
            ),
        }

    def generation(self, scope: TenantScope) -> str:
        return "1"

    def tables(self, scope: TenantScope) -> dict[str, pa.Table]:
        return self._tables


def question_lines(lake: Filled) -> Iterator[Line]:
    """Yield a line for every case, the naive way beside it, and one for a cached question."""
    names = WorldNames(lake)
    versions = lake.manifests.latest(SCOPE).versions
    folder = Path(lake.root.address(SCOPE, "campaign")).parent
    files = {name: files_of(folder, name, version) for name, version in versions.items()}
    naive = Naive(files, names.tables(SCOPE))
    process = lake.home / "process"
    limits = ServingLimits(Limits(memory_mb=1024))
    served = Lake(lake.root, lake.manifests, names, home=process, limits=limits, cache_bytes=0)
    began = time.perf_counter()
    served.prepare(SCOPE)
    say(f"  serving copy ready in {time.perf_counter() - began:.1f} s")
    with served.reader(SCOPE) as reader:
        for case in cases(lake.world):
            yield _line(case, reader, naive, f"{lake.rows / 1e6:.1f} M")
    served.close()
    cached = Lake(lake.root, lake.manifests, names, home=process, limits=limits)
    cached.prepare(SCOPE)
    with cached.reader(SCOPE) as reader:
        timing = timed(reader, cases(lake.world)[0])
    yield Line("a cached question", f"{lake.rows / 1e6:.1f} M", timing, CACHED_MS, way="cache")
    cached.close()


def _line(case: Case, reader: Reader, naive: Naive, size: str) -> Line:
    timing = timed(reader, case)
    taken = []
    for _ in range(3):
        began = time.perf_counter()
        naive.answer(case.question)
        taken.append((time.perf_counter() - began) * 1000)
    say(f"  {case.title}")
    return Line(
        case.title,
        size,
        timing,
        case.aim_ms,
        naive_ms=median(taken),
        ratio_aim=case.ratio_aim,
        way=reader.way(case.question),
    )


def timed(reader: Reader, case: Case) -> Timing:
    """Return the time of the first asking and of WARM more."""
    taken = []
    for _ in range(WARM + 1):
        began = time.perf_counter()
        reader.ask(case.question)
        taken.append((time.perf_counter() - began) * 1000)
    return Timing.of(taken[0], taken[1:])


def ingest_lines(home: Path) -> Iterator[Line]:
    """Yield what it takes to bring reports into a lake, each in a process of its own."""
    for measures in (NARROW, 95):
        path = home / f"report-{measures}.json.gz"
        if not path.exists():
            measured_alone("write", str(path), str(measures))
        runs = [
            measured_alone("ingest", str(home / "ingest"), str(path), str(measures))
            for _ in range(2)
        ]
        name = f"gzip report of {measures + 6} fields to committed lake"
        yield _alone(name, f"{ROWS // 1000}k", runs, 4000, 450)
        say(f"  {name}")
    runs = [measured_alone("restate", str(home / "restate"), "143000") for _ in range(2)]
    yield _alone("restated advertiser-month, committed", "143k", runs, 1000)
    moved = [{"ms": run["served_ms"], "peak_mb": run["peak_mb"]} for run in runs]
    yield _alone("... and in the serving copy", "143k", moved, 1000)
    say("  restated advertiser-month")


def csv_line(home: Path, size: str) -> Line:
    """Return what a download of half a million rows takes."""
    runs = [measured_alone("csv", str(home), size, str(ROWS)) for _ in range(2)]
    say("  CSV")
    return _alone("CSV of 30 columns", f"{ROWS // 1000}k", runs, 1500, 200)


def paper_lines(home: Path, size: str) -> Iterator[Line]:
    """Yield what a workbook of 100,000 rows and a weekly summary take, from the files."""
    books = [papers.measured_alone("xlsx", home, size) for _ in range(2)]
    yield _alone("XLSX of 30 columns", "100k", books, 5000)
    say("  XLSX")
    reports = [papers.measured_alone("pdf", home, size) for _ in range(2)]
    yield _alone("PDF report, press to be started", size, reports, 3000)
    warm = [{**run, "ms": run["warm_ms"]} for run in reports]
    yield _alone("PDF report", size, warm, 3000)
    say("  PDF")


def _alone(
    what: str, size: str, runs: list[dict[str, float]], aim_ms: float, peak: float | None = None
) -> Line:
    taken = [run["ms"] for run in runs]
    timing = Timing(taken[0], median(taken), max(taken))
    worst = max(run["peak_mb"] for run in runs)
    return Line(what, size, timing, aim_ms, peak_mb=worst, peak_aim_mb=peak)


def web_lines(home: Path) -> list[Line]:
    """Return the lines of the web process: `tests.bench.web.lines(home)`, when it is there."""
    if importlib.util.find_spec("tests.bench.web") is None:
        return []
    found: list[Line] = importlib.import_module("tests.bench.web").lines(home)
    return found


def say(text: str) -> None:
    """Tell, beside the table, how far the run is."""
    sys.stderr.write(f"{text}\n")


def main() -> int:
    """Run what was asked for and print the table; return 0 whatever was met or missed."""
    arguments = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    arguments.add_argument(
        "--rows", choices=[*SIZES, "both", "all"], default="both", help="fact rows"
    )
    arguments.add_argument("--home", type=Path, default=HOME)
    chosen = arguments.parse_args()
    sizes = {"both": ["1m", "10m"], "all": list(SIZES)}.get(chosen.rows, [chosen.rows])
    logging.getLogger("core.lake").setLevel(logging.ERROR)
    home = chosen.home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    lines: list[Line] = []
    for size in sizes:
        say(f"{size}: filling")
        lake = filled(size, home)
        if lake.seconds is not None:
            say(f"  {lake.rows:,} rows through the commit path in {lake.seconds:.0f} s")
        lines += question_lines(lake)
    lines += ingest_lines(home)
    lines.append(csv_line(home, sizes[-1]))
    lines += paper_lines(home, sizes[-1])
    lines += web_lines(home)
    load = os.getloadavg()[0]
    sys.stdout.write(table(lines) + f"\n\n{os.cpu_count()} cores, load {load:.1f} at the end\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
