"""Fill a lake of a given size through its own commit path, once; it is kept for the next run."""

from __future__ import annotations

import hashlib
import shutil
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa

from core.domain.ids import LoadId, OrgId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.scope import TenantScope
from core.lake.cells import cells_of
from core.lake.checks import Verdict
from core.lake.commit import Load, commit
from core.lake.engine import Limits
from core.lake.location import LakeRoot
from core.lake.schema import TABLES, core_measures
from core.lake.staging import stage_arrow
from core.lake.tables import Tables
from tests.bench.world import LAST_DAY, ROLLED_UP, World, layout_of, size_of
from tests.integration.lake.ledger import SqliteManifests

SCOPE = TenantScope.for_job(OrgId("bench"))
FILLED_AT = datetime(2026, 11, 22, tzinfo=UTC)
RESTATED_AT = FILLED_AT + timedelta(minutes=30)
"""An instant between the two restatements that end the filling."""

_ENGINE = Limits(memory_mb=3000)
SUPPLY_KEPT = timedelta(days=93)
"""The cut by supply source is filled as far back as Amazon lets it be fetched."""


@dataclass(frozen=True)
class Filled:
    """A filled lake, and how it came to be."""

    home: Path
    world: World
    rows: int
    seconds: float | None
    """None when it had been filled before."""

    @property
    def label(self) -> str:
        """Return how large it is, as the table of speeds says it."""
        size = self.world.size
        if size.is_rolled_up:
            return f"{size.name.removesuffix(ROLLED_UP)} rolled up"
        return f"{self.rows / 1e6:.1f} M"

    @property
    def root(self) -> LakeRoot:
        return LakeRoot(str(self.home / "lake"))

    @property
    def manifests(self) -> SqliteManifests:
        return SqliteManifests(self.home / "manifests.db")

    @property
    def tables(self) -> Tables:
        return Tables(self.root, SCOPE, self.home / "copies")


def filled(size: str, home: Path) -> Filled:
    """Return the lake of `size` under `home`, filled now when it is not there yet."""
    world = World(size_of(size))
    place = home / f"{size}-{_mark()}"
    done = place / "rows"
    if done.exists():
        return Filled(place, world, int(done.read_text()), None)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    lake = Filled(place, world, 0, None)
    began = time.perf_counter()
    rows = 0
    for n, days in enumerate(world.months()):
        at = FILLED_AT - timedelta(days=400 - n)
        rows += _load(lake, Dataset.CAMPAIGN, days, world.facts(days), at, f"facts-{n}")
        if days.end > LAST_DAY - SUPPLY_KEPT and not world.size.is_rolled_up:
            _load(lake, Dataset.INVENTORY, days, world.supply(days), at, f"supply-{n}")
    for n, back in enumerate((14, 7)):
        days = DateRange(LAST_DAY - timedelta(days=back - 1), LAST_DAY)
        restated = world.facts(days, seed=n + 1)
        _load(lake, Dataset.CAMPAIGN, days, restated, FILLED_AT + timedelta(hours=n), f"again-{n}")
    done.write_text(str(rows))
    return Filled(place, world, rows, time.perf_counter() - began)


def _load(
    lake: Filled, dataset: Dataset, days: DateRange, table: pa.Table, at: datetime, name: str
) -> int:
    asked = lake.world.asked(days)
    scratch = lake.home / "scratch"
    with stage_arrow(table, layout_of(dataset), asked, scratch=scratch, engine=_ENGINE) as staged:
        accepted = frozenset(cell.key for cell in cells_of(staged))
        load = Load(LoadId(name), "bench", at, at)
        commit(SCOPE, lake.tables, lake.manifests, staged, Verdict(accepted), load)
    return table.num_rows


def _mark() -> str:
    """Return a mark of everything a filled lake depends on."""
    known = [(d.value, TABLES[d].keys, core_measures(d)) for d in TABLES]
    code = Path(__file__).with_name("world.py").read_text() + Path(__file__).read_text()
    return hashlib.sha256(repr(known).encode() + code.encode()).hexdigest()[:10]
