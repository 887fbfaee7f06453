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
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

from core.domain.connections import AccessMode, CampaignAccess
from core.domain.entities import Budget, Flight, Kind, Order, Rollover, State
from core.domain.ids import AdvertiserId, LoadId, OrgId
from core.domain.metrics import Dataset
from core.domain.regions import Region
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
from core.store.accounts.advertisers import AdvertiserAccess, FoundAdvertiser
from core.store.accounts.connections import AmazonUser
from core.store.engine import WRITING, create_store_engine
from core.store.ingest.coverage import CoveredDay
from core.store.migrate import migrate
from core.store.schema.words import DayState, Source
from core.store.store import Process, Store
from tests.bench.alone import report_days
from tests.bench.fill import SCOPE, Filled, filled
from tests.bench.world import CURRENCY, LAST_DAY
from tests.databases import Organization, standing_rows

XLSX_ROWS = 100_000
NOW = datetime.combine(LAST_DAY + timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=9)
_ZONE = "UTC"
_DAYS = 94


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
    lake, store = _lake(lake_home), _furnished(lake_home)
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


def _furnished(lake_home: Filled) -> Store:
    """Return a store that knows the world's advertisers, orders, flights and days."""
    path = lake_home.home / "papers.db"
    path.unlink(missing_ok=True)
    address = f"sqlite:///{path}"
    engine = create_store_engine(address)
    migrate(engine)
    with engine.execution_options(**WRITING).begin() as connection:
        for statement, rows in standing_rows(Organization(OrgId(SCOPE.org_id))):
            connection.execute(statement, rows)
    engine.dispose()
    store = Store.open(address, Process.SCHEDULER)
    _link(store, lake_home)
    _keep_orders(store, lake_home)
    _cover(store, lake_home)
    return store


def _link(store: Store, lake_home: Filled) -> None:
    org = Organization(OrgId(SCOPE.org_id))
    ids = [AdvertiserId(a) for a in lake_home.world.advertisers]
    found = [
        FoundAdvertiser(a, Region.NA, f"Brand {n}", CURRENCY, _ZONE) for n, a in enumerate(ids)
    ]
    with store.writing(org.scope()) as tenant:
        user = AmazonUser("amzn1.account.A", "Robin", "robin@mail.example")
        link = tenant.connections.link(Region.NA, user, NOW)
    ways = [AdvertiserAccess(a, link, AccessMode.PROFILE, "1", CampaignAccess.ALLOWED) for a in ids]
    with store.writing(SCOPE) as tenant:
        tenant.advertisers.record(link, found, ways, NOW)
    with store.writing(org.scope()) as tenant:
        tenant.advertisers.select(ids, NOW - timedelta(days=200))


def _keep_orders(store: Store, lake_home: Filled) -> None:
    listed = lake_home.world.orders().to_pylist()
    with store.writing(SCOPE) as tenant:
        for advertiser in lake_home.world.advertisers:
            own = [one for one in listed if one["advertiser_id"] == advertiser]
            present = {
                Kind.ORDER: [_order(one) for one in own],
                Kind.FLIGHT: [_flight(one) for one in own],
            }
            tenant.entities.snapshot(advertiser, NOW.date(), Source.CAMPAIGNS, present, NOW)


def _order(one: dict[str, str]) -> Order:
    return Order(
        entity_id=one["order_id"], advertiser_id=one["advertiser_id"], name=one["name"],
        state=State.ENABLED, currency=CURRENCY, rollover=Rollover.NO, goal="CONVERSIONS",
    )  # fmt: skip


def _flight(one: dict[str, date]) -> Flight:
    return Flight(
        entity_id=f"f{one['order_id']}", advertiser_id=str(one["advertiser_id"]),
        parent_id=str(one["order_id"]), start=_midnight(one["start_day"]),
        end=_midnight(one["end_day"] + timedelta(days=1)), budget=Budget(Decimal(50_000), CURRENCY),
    )  # fmt: skip


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _cover(store: Store, lake_home: Filled) -> None:
    rows = [
        CoveredDay(
            AdvertiserId(a), Dataset.CAMPAIGN, LAST_DAY - timedelta(days=n), DayState.PRESENT, 1,
            1, Decimal(1), Decimal(0), "x", 2, NOW, NOW, LoadId("bench"), None,
        )
        for a in lake_home.world.advertisers
        for n in range(_DAYS)
    ]  # fmt: skip
    with store.writing(SCOPE) as tenant:
        tenant.coverage.record(rows)


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
