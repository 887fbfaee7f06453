"""A store that knows a filled lake's world: advertisers, orders, flights, names, days, reach.

Made once beside the lake and kept with it, as the insight of every screen needs it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast

import numpy as np

from core.domain.connections import AccessMode, CampaignAccess
from core.domain.entities import (
    Approval,
    Budget,
    Creative,
    Entity,
    Flight,
    Kind,
    LineItem,
    Order,
    Rollover,
    State,
)
from core.domain.ids import AdvertiserId, LoadId, OrgId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.regions import Region
from core.domain.views import Window
from core.lake.lake import Lake
from core.store.accounts.advertisers import AdvertiserAccess, FoundAdvertiser
from core.store.accounts.connections import AmazonUser
from core.store.engine import WRITING, create_store_engine
from core.store.ingest.coverage import CoveredDay
from core.store.migrate import migrate
from core.store.schema.words import DayState, Source
from core.store.store import Process, Store
from tests.bench.fill import FILLED_AT, SCOPE, SUPPLY_KEPT, Filled
from tests.bench.world import CURRENCY, LAST_DAY, World
from tests.databases import Organization, standing_rows
from tests.unit.insight.office import Office
from tests.unit.insight.reach_reports import report_reach

NOW = datetime.combine(LAST_DAY + timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=9)
ORG = Organization(OrgId(SCOPE.org_id))
REACH_ADVERTISERS = 8
"""Reach is told of so many advertisers, the largest: one report each, as an account gets them."""

_ZONE = "UTC"
_READ_AT = FILLED_AT + timedelta(minutes=10)
_KNOWN_AT = FILLED_AT - timedelta(days=60)
"""Everything with a name is known for long: no week changes a whole account."""

_RESTATED_DAYS = 14
_RUNS_ON = timedelta(days=30)


def furnished(lake: Filled) -> Store:
    """Return the store of a lake's world, made now when it is not there yet."""
    mark = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:10]
    path, done = lake.home / f"store-{mark}.db", lake.home / f"store-{mark}"
    address = f"sqlite:///{path}"
    if done.exists():
        return Store.open(address, Process.SCHEDULER)
    path.unlink(missing_ok=True)
    store = _empty(address)
    _link(store, lake.world)
    _keep(store, lake.world)
    _cover(store, lake.world)
    if not lake.world.size.is_rolled_up:
        _reach(lake)
    done.touch()
    return store


def _empty(address: str) -> Store:
    engine = create_store_engine(address)
    migrate(engine)
    with engine.execution_options(**WRITING).begin() as connection:
        for statement, rows in standing_rows(ORG):
            connection.execute(statement, rows)
    engine.dispose()
    return Store.open(address, Process.SCHEDULER)


def _link(store: Store, world: World) -> None:
    ids = [AdvertiserId(a) for a in world.advertisers]
    found = [
        FoundAdvertiser(a, Region.NA, f"Brand {n}", CURRENCY, _ZONE) for n, a in enumerate(ids)
    ]
    with store.writing(ORG.scope()) as tenant:
        user = AmazonUser("amzn1.account.A", "Robin", "robin@mail.example")
        link = tenant.connections.link(Region.NA, user, NOW)
    ways = [AdvertiserAccess(a, link, AccessMode.PROFILE, "1", CampaignAccess.ALLOWED) for a in ids]
    with store.writing(SCOPE) as tenant:
        tenant.advertisers.record(link, found, ways, NOW)
    with store.writing(ORG.scope()) as tenant:
        tenant.advertisers.select(ids, NOW - timedelta(days=200))


def _keep(store: Store, world: World) -> None:
    """Keep everything that has a name, as it stood before the facts were restated."""
    owned = _by_advertiser(_entities(world))
    with store.writing(SCOPE) as tenant:
        for advertiser in world.advertisers:
            present = {
                kind: [one for one in owned.get(advertiser, ()) if one.kind is kind]
                for kind in (Kind.ORDER, Kind.FLIGHT, Kind.LINE_ITEM, Kind.CREATIVE)
            }
            tenant.entities.snapshot(
                advertiser, _KNOWN_AT.date(), Source.CAMPAIGNS, present, _KNOWN_AT
            )


def _by_advertiser(entities: Iterable[Entity]) -> dict[str, list[Entity]]:
    found: dict[str, list[Entity]] = {}
    for one in entities:
        found.setdefault(str(one.advertiser_id), []).append(one)
    return found


def _entities(world: World) -> Iterator[Entity]:
    orders = world.orders().to_pylist()
    for one in orders:
        yield _order(one)
        yield _flight(one)
    for named, order in _parented(world, "line_item", world.pair_line):
        own = orders[order]
        yield LineItem(
            entity_id=named["line_item_id"], advertiser_id=own["advertiser_id"],
            parent_id=own["order_id"], name=named["name"], state=State.ENABLED,
        )  # fmt: skip
    for named, order in _parented(world, "creative", world.pair_creative):
        yield Creative(
            entity_id=named["creative_id"], advertiser_id=orders[order]["advertiser_id"],
            name=named["name"], approval=Approval.APPROVED,
        )  # fmt: skip


def _parented(
    world: World, entity: str, numbers: np.ndarray
) -> Iterator[tuple[dict[str, str], int]]:
    """Yield the id and name of each line item or creative, and the number of its order."""
    _, first = np.unique(numbers, return_index=True)
    named = world.names(entity, numbers).to_pylist()
    return zip(named, world.pair_order[first].tolist(), strict=True)


def _order(one: Mapping[str, Any]) -> Order:
    return Order(
        entity_id=one["order_id"], advertiser_id=one["advertiser_id"], name=one["name"],
        state=State.ENABLED, currency=CURRENCY, rollover=Rollover.NO, goal="CONVERSIONS",
    )  # fmt: skip


def _flight(one: Mapping[str, Any]) -> Flight:
    """Return an order's flight; that of an order which still runs has a month to go."""
    runs_on = _RUNS_ON if one["state"] == "RUNNING" else timedelta(0)
    return Flight(
        entity_id=f"f{one['order_id']}", advertiser_id=one["advertiser_id"],
        parent_id=one["order_id"], start=_midnight(one["start_day"]),
        end=_midnight(one["end_day"] + timedelta(days=1)) + runs_on,
        budget=Budget(Decimal(50_000), CURRENCY),
    )  # fmt: skip


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _cover(store: Store, world: World) -> None:
    """Cover every day of the facts, the restated ones twice, and those of the supply."""
    restated = DateRange(LAST_DAY - timedelta(days=_RESTATED_DAYS - 1), LAST_DAY)
    whole = world.size.period
    supply = DateRange(max(whole.start, LAST_DAY - SUPPLY_KEPT), LAST_DAY)
    with store.writing(SCOPE) as tenant:
        for dataset, days, at in (
            (Dataset.CAMPAIGN, whole, _READ_AT),
            (Dataset.INVENTORY, supply, _READ_AT),
            (Dataset.CAMPAIGN, restated, NOW),
        ):
            tenant.coverage.record(_covered(world, dataset, days, at))


def _covered(world: World, dataset: Dataset, days: DateRange, at: datetime) -> list[CoveredDay]:
    return [
        CoveredDay(
            AdvertiserId(a), dataset, day, DayState.PRESENT, 1,
            1, Decimal(1), Decimal(0), "x", 2, at, at, LoadId("bench"), None,
        )
        for a in world.advertisers
        for day in days.days()
    ]  # fmt: skip


@dataclass(frozen=True)
class _Reporting:
    """As much of an office as takes in a report of reach."""

    lake: Lake
    org: Organization = ORG
    now: datetime = NOW


def _reach(filled: Filled) -> None:
    """Load the last week and the one before, by advertiser, order and supply source."""
    lake = Lake(filled.root, filled.manifests, home=filled.home / "reach")
    office = cast(Office, _Reporting(lake))
    last = DateRange(LAST_DAY - timedelta(days=6), LAST_DAY)
    weeks = [DateRange(last.start - timedelta(days=7), last.end - timedelta(days=7)), last]
    orders = filled.world.orders().to_pylist()
    for advertiser in filled.world.advertisers[:REACH_ADVERTISERS]:
        own = [one["order_id"] for one in orders if one["advertiser_id"] == advertiser]
        ids = {"advertiser": ["all"], "order": own, "supply_source": _sources()}
        for level, week in ((level, week) for level in ids for week in weeks):
            figures = {one: {"reach": 90_000, "frequency": "3.5"} for one in ids[level]}
            report_reach(office, level, Window.WEEK, week, figures, advertiser=advertiser)
    lake.close()


def _sources() -> list[str]:
    return [f"Source {n}" for n in range(16)]
