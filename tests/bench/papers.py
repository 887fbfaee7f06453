"""A workbook and a report, measured in a process of their own as the background makes them.

`python -m tests.bench.papers xlsx|pdf HOME SIZE` prints one JSON object. The report is the weekly
summary of every advertiser, from the Parquet files, since the background keeps no serving copy.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.domain.metrics import Dataset
from core.domain.views import Screen, View
from core.insight.desk import Desk
from core.insight.memory import Memory
from core.lake.engine import Limits
from core.lake.export import ExportNote
from core.lake.lake import Lake
from core.lake.question import Question
from core.lake.schema import core_measures
from core.lake.serving import ServingLimits
from core.reports.file_making import write_answer
from core.reports.file_specs import Format, QuestionFile
from core.reports.making import Kind as Report
from core.reports.making import document_of
from core.reports.press import Press
from core.reports.typeset import Brand, pdf_of
from core.store.store import Store
from tests.bench.alone import report_days
from tests.bench.fill import SCOPE, Filled, filled
from tests.bench.office import NOW, furnished
from tests.bench.world import CURRENCY

XLSX_ROWS = 100_000


def measured_alone(kind: str, home: Path, size: str) -> dict[str, float]:
    """Return what a fresh process prints about one measurement."""
    command = [sys.executable, "-m", "tests.bench.papers", kind, str(home), size]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def xlsx(home: Path, size: str) -> dict[str, float]:
    """Write a workbook of 100,000 rows by 30 columns, typed, with a sheet about itself."""
    lake_home = filled(size, home)
    lake = _lake(lake_home)
    question = Question(
        Dataset.CAMPAIGN,
        core_measures(Dataset.CAMPAIGN)[:25],
        report_days(),
        by=("day", "advertiser_id", "order_id", "line_item_id", "creative_id"),
    )
    spec = QuestionFile(question, 0, ExportNote(("Days: the last 31",), True, CURRENCY))
    target = lake_home.home / "export.xlsx"
    began = time.perf_counter()
    with lake.reader(SCOPE, from_files=True) as reader:
        rows = write_answer(
            reader, spec, Format.XLSX, target, rows_max=XLSX_ROWS, progress=lambda count: None
        )
    took = (time.perf_counter() - began) * 1000
    lake.close()
    made = target.stat().st_size / 1e6
    target.unlink()
    return {"ms": took, "peak_mb": _peak_mb(), "rows": rows, "mb": made}


def pdf(home: Path, size: str) -> dict[str, float]:
    """Write the weekly summary: the first time with the press to be started, then again."""
    lake_home = filled(size, home)
    lake, store = _lake(lake_home), furnished(lake_home)
    press, taken = Press(), []
    for _ in range(3):
        began = time.perf_counter()
        with _desk(store, lake) as desk:
            document = document_of(desk, View(screen=Screen.MORNING), Report.WEEKLY)
        made = pdf_of(document, Brand(name="Acme"), press, NOW)
        taken.append((time.perf_counter() - began) * 1000)
    press.close()
    lake.close()
    store.close()
    return {"ms": taken[0], "warm_ms": min(taken[1:]), "peak_mb": _peak_mb(), "mb": len(made) / 1e6}


def _lake(lake_home: Filled) -> Lake:
    limits = ServingLimits(Limits(memory_mb=400), cube_mb=0)
    return Lake(lake_home.root, lake_home.manifests, home=lake_home.home / "papers", limits=limits)


@contextmanager
def _desk(store: Store, lake: Lake) -> Iterator[Desk]:
    # A new memory for each, as for the first report of a morning.
    with store.reading(SCOPE) as tenant, lake.reader(SCOPE, from_files=True) as reader:
        yield Desk(tenant, reader, NOW, Memory())


def _peak_mb() -> float:
    # ru_maxrss would begin with the size of the process this one was forked from.
    status = Path("/proc/self/status").read_text().splitlines()
    (peak,) = (line.split()[1] for line in status if line.startswith("VmHWM"))
    return int(peak) / 1000


def main(kind: str, home: str, size: str) -> None:
    """Do one measurement and print it."""
    shutil.rmtree(Path(home) / "papers", ignore_errors=True)
    made = {"xlsx": xlsx, "pdf": pdf}[kind](Path(home), size)
    sys.stdout.write(json.dumps(made))


if __name__ == "__main__":
    main(*sys.argv[1:])
