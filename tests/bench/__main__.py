"""`python -m tests.bench [--rows 1m|10m|100m-rollup|100m|all|NUMBER] [--only questions ...]`.

Fills a lake through its own commit path (kept under bench-lake/ for the next run), asks what
every screen asks, cold and warm, beside the naive way on the same files, then measures a
report's way into the lake and a download in processes of their own. Prints one table.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.bench import papers
from tests.bench.alone import NARROW, ROWS, measured_alone
from tests.bench.asked import question_lines
from tests.bench.fill import filled
from tests.bench.report import Line, Timing, say, table
from tests.bench.world import ROLLED_UP, size_of

HOME = Path("bench-lake")
SEVERAL = {"both": ("1m", "10m"), "all": ("1m", "10m", "100m-rollup", "100m")}
PARTS = ("questions", "ingest", "files", "web")


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


def sizes_of(text: str) -> tuple[str, ...]:
    """Return the sizes that `--rows` names. Raises ValueError for what is none."""
    sizes = SEVERAL.get(text, (text,))
    for size in sizes:
        size_of(size)
    return sizes


def asked_lines(size: str, home: Path) -> Iterator[Line]:
    """Yield the lines of questions to a lake of a size, filled first where it has to be."""
    say(f"{size}: filling")
    lake = filled(size, home)
    if lake.seconds is not None:
        say(f"  {lake.rows:,} rows through the commit path in {lake.seconds:.0f} s")
    yield from question_lines(lake)


def lines_of(sizes: tuple[str, ...], parts: frozenset[str], home: Path) -> Iterator[Line]:
    """Yield the lines of these parts, those of files of the last size that is a whole world."""
    for size in sizes if "questions" in parts else ():
        yield from asked_lines(size, home)
    if "ingest" in parts:
        yield from ingest_lines(home)
    whole = [size for size in sizes if not size.endswith(ROLLED_UP)]
    if "files" in parts and whole:
        yield csv_line(home, whole[-1])
        yield from paper_lines(home, whole[-1])
    if "web" in parts:
        yield from web_lines(home)


def main() -> int:
    """Run what was asked for and print the table; return 0 whatever was met or missed."""
    arguments = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    arguments.add_argument("--rows", type=sizes_of, default="both", help="fact rows")
    arguments.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts")
    arguments.add_argument("--home", type=Path, default=HOME, help="where lakes are kept")
    chosen = arguments.parse_args()
    logging.getLogger("core.lake").setLevel(logging.ERROR)
    home = chosen.home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    lines: list[Line] = []
    try:
        lines.extend(lines_of(chosen.rows, frozenset(chosen.only), home))
    finally:  # a part that fails does not take what the others found
        load = os.getloadavg()[0]
        end = f"\n\n{os.cpu_count()} cores, load {load:.1f} at the end\n"
        sys.stdout.write(table(lines) + end)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
