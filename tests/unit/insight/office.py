"""An office to ask questions in: a real store and a real lake in a folder, filled row by row.

A second organization has advertisers and orders with the same ids and absurd figures, so that
whatever leaks shows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow as pa

from core.domain.catalogue import METRICS
from core.domain.connections import AccessMode, CampaignAccess
from core.domain.entities import Budget, Entity, Flight, Kind, Order, Rollover, State
from core.domain.ids import AdvertiserId, LoadId
from core.domain.metrics import Dataset, Unit
from core.domain.periods import DateRange
from core.domain.regions import Region
from core.domain.scope import TenantScope
from core.insight.desk import Desk
from core.insight.memory import Memory
from core.lake.checks import Verdict
from core.lake.commit import Load
from core.lake.lake import Lake
from core.lake.layout import Asked, Layout, Role, WireColumn
from core.lake.location import LakeRoot
from core.lake.schema import TABLES, core_measures
from core.lake.staging import stage_arrow
from core.lake.stored_manifests import StoredManifests
from core.store.accounts.advertisers import AdvertiserAccess, FoundAdvertiser
from core.store.accounts.connections import AmazonUser
from core.store.ingest.coverage import CoveredDay
from core.store.schema.words import DayState, Source
from core.store.store import Store
from tests.databases import Organization

# Monday 23 November 2026, seven in the morning in Phoenix: yesterday is Sunday the 22nd.
NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)
YESTERDAY = date(2026, 11, 22)
PHOENIX = "America/Phoenix"  # no clock changes: every day is as long as any other
ONE = "581000000000000001"
TWO = "581000000000000002"
Row = Mapping[str, Any]


def day(back: int) -> date:
    """Return the day `back` days before yesterday."""
    return YESTERDAY - timedelta(days=back)


def days(first: int, last: int = 0) -> DateRange:
    """Return the days from `first` to `last` days before yesterday."""
    return DateRange(day(first), day(last))


def row(order: str, back: int, **figures: Any) -> dict[str, Any]:
    """Return one fact; money as text or whole numbers, measures left out are 0."""
    return {"order_id": order, "day": day(back), **figures}


def delivered(order: str, first: int, last: int = 0, **figures: Any) -> list[dict[str, Any]]:
    """Return the same figures for every day from `first` to `last` days before yesterday."""
    return [row(order, n, **figures) for n in range(last, first + 1)]


def flight(
    order: str, first: int, last: int, budget: str, *, advertiser: str = ONE, **more: Any
) -> Flight:
    """Return a flight from the start of one day to the end of another, days before yesterday."""
    return Flight(
        entity_id=more.pop("id", f"{order}-{first}"),
        advertiser_id=advertiser,
        parent_id=order,
        start=midnight(day(first)),
        end=midnight(day(last) + timedelta(days=1)) - timedelta(seconds=1),
        budget=Budget(Decimal(budget), more.pop("currency", "USD")),
    )


def midnight(of: date, zone: str = PHOENIX) -> datetime:
    """Return when a day begins; by default in Phoenix."""
    return datetime(of.year, of.month, of.day, tzinfo=ZoneInfo(zone))


def order(order_id: str, name: str = "", *, advertiser: str = ONE, **more: Any) -> Order:
    """Return an order; enabled, in dollars, without a goal."""
    told = {"state": State.ENABLED, "currency": "USD", "rollover": Rollover.NO, **more}
    return Order(entity_id=order_id, advertiser_id=advertiser, name=name or order_id, **told)


@dataclass
class Office:
    """A store, a lake, and the organization that a test is about."""

    store: Store
    background: Store
    home: Path
    org: Organization
    neighbour: Organization
    now: datetime = NOW
    lake: Lake = field(init=False)
    memory: Memory = field(default_factory=Memory)
    _loads: int = 0

    def __post_init__(self) -> None:
        root = LakeRoot(str(self.home / "lake"))
        self.lake = Lake(root, StoredManifests(self.background), home=self.home)

    def close(self) -> None:
        self.lake.close()

    @contextmanager
    def desk(self, scope: TenantScope | None = None, now: datetime | None = None) -> Iterator[Desk]:
        """Yield a desk of the owner, or of whoever is named."""
        who = scope or self.org.scope()
        with self.store.reading(who) as tenant, self.lake.reader(who) as reader:
            yield Desk(tenant, reader, now or self.now, self.memory)

    def advertiser(
        self,
        advertiser_id: str = ONE,
        name: str = "Lumen Pet",
        *,
        currency: str = "USD",
        zone: str = PHOENIX,
        org: Organization | None = None,
        kept: bool = True,
        chosen_at: datetime | None = None,
    ) -> None:
        """Have an advertiser found through the organization's connection, and kept."""
        org = org or self.org
        user = AmazonUser("amzn1.account.A", "Robin Vale", "robin@mail.example")
        with self.store.writing(org.scope()) as tenant:
            link = tenant.connections.link(Region.NA, user, self.now)
        found = FoundAdvertiser(AdvertiserId(advertiser_id), Region.NA, name, currency, zone)
        way = AdvertiserAccess(
            AdvertiserId(advertiser_id), link, AccessMode.PROFILE, "1", CampaignAccess.ALLOWED
        )
        with self.background.writing(org.job) as tenant:
            known = [w for ways in tenant.advertisers.accesses().values() for w in ways]
            others = [w for w in known if w.advertiser_id != advertiser_id]
            tenant.advertisers.record(link, [found], [*others, way], self.now)
        if kept:
            with self.store.writing(org.scope()) as tenant:
                tenant.advertisers.select([advertiser_id], chosen_at or self.now)

    def keep(
        self,
        *entities: Entity,
        advertiser: str = ONE,
        at: datetime | None = None,
        source: Source = Source.CAMPAIGNS,
        org: Organization | None = None,
    ) -> None:
        """Take a snapshot in which the advertiser has exactly these entities."""
        present: dict[Kind, Sequence[Entity]] = {
            kind: [entity for entity in entities if entity.kind is kind] for kind in Kind
        }
        when = at or self.now
        with self.background.writing((org or self.org).job) as tenant:
            tenant.entities.snapshot(advertiser, when.date(), source, present, when)

    def deliver(
        self,
        rows: Sequence[Row],
        period: DateRange,
        *,
        advertiser: str = ONE,
        currency: str = "USD",
        generated_at: datetime | None = None,
        equal_reads: int = 2,
        org: Organization | None = None,
        dataset: Dataset = Dataset.CAMPAIGN,
        lacks: Collection[str] = (),
    ) -> None:
        """Load a report that speaks of every day of `period`, with these rows; it has no column
        of what it `lacks`."""
        org = org or self.org
        self._loads += 1
        load_id = LoadId(f"load-{self._loads}")
        asked = Asked(frozenset({advertiser}), period)
        table = _table(rows, advertiser, currency, dataset)
        whole = layout_of(dataset)
        layout = replace(whole, columns=tuple(c for c in whole.columns if c.key not in lacks))
        with stage_arrow(table, layout, asked, scratch=self.lake.scratch) as staged:
            accepted = frozenset((advertiser, one) for one in period.days())
            load = Load(load_id, "v3", generated_at or self.now, self.now)
            self.lake.commit(org.job, staged, Verdict(accepted), load)
        covered = [
            _covered(advertiser, dataset, one, rows, load_id, generated_at or self.now, equal_reads)
            for one in period.days()
        ]
        with self.background.writing(org.job) as tenant:
            tenant.coverage.record(covered)

    def cover(self, *days: CoveredDay, org: Organization | None = None) -> None:
        """Write what is known of days, without touching the lake."""
        with self.background.writing((org or self.org).job) as tenant:
            tenant.coverage.record(days)


def layout_of(dataset: Dataset) -> Layout:
    """Return how the rows of a table are staged: under our own names."""
    keys = (WireColumn(key, key, Role.KEY) for key in (*TABLES[dataset].identity, "currency"))
    measures = (WireColumn(key, key, Role.MEASURE) for key in core_measures(dataset))
    return Layout(dataset, (*keys, *measures))


LAYOUT = layout_of(Dataset.CAMPAIGN)


def _table(rows: Sequence[Row], advertiser: str, currency: str, dataset: Dataset) -> pa.Table:
    """Return facts as the lake stages them; a measure given as None stays absent."""
    keys = {
        "advertiser_id": [advertiser] * len(rows),
        "day": pa.array([r["day"] for r in rows], pa.date32()),
        "currency": [currency] * len(rows),
    }
    usual = {"line_item_id": lambda r: f"{r['order_id']}-line", "creative_id": lambda r: "c1"}
    for key in TABLES[dataset].keys:
        otherwise = usual.get(key, lambda r: "unknown")
        keys[key] = [r.get(key, otherwise(r)) for r in rows]
    measures = {}
    for key in core_measures(dataset):
        values = [r.get(key, 0) for r in rows]
        measures[key] = _measure(key, values)
    texts = {k: pa.array(v, pa.string()) if k != "day" else v for k, v in keys.items()}
    return pa.table({**texts, **measures})


def _measure(key: str, values: Sequence[Any]) -> pa.Array:
    if METRICS[key].unit is Unit.COUNT:
        return pa.array([None if v is None else int(v) for v in values], pa.int64())
    exact = [None if v is None else Decimal(str(v)).quantize(Decimal("0.000001")) for v in values]
    return pa.array(exact, pa.decimal128(18, 6))


def _covered(
    advertiser: str,
    dataset: Dataset,
    one: date,
    rows: Sequence[Row],
    load_id: LoadId,
    generated_at: datetime,
    equal_reads: int,
) -> CoveredDay:
    own = [r for r in rows if r["day"] == one]
    return CoveredDay(
        AdvertiserId(advertiser),
        dataset,
        one,
        DayState.PRESENT,
        len(own),
        sum(int(r.get("impressions") or 0) for r in own),
        sum((Decimal(str(r.get("total_cost") or 0)) for r in own), Decimal(0)),
        Decimal(0),
        f"{load_id}",
        equal_reads,
        generated_at,
        generated_at,
        load_id,
        None,
    )
