"""An office for each test, on SQLite, with a neighbour who has the same ids."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.store.engine import WRITING, create_store_engine
from core.store.store import Process, Store
from tests.databases import Organization, standing_rows
from tests.unit.insight.office import ONE, TWO, Office, days, flight, order, row


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory, migrated_sqlite: Path) -> Path:
    """A folder with both organizations; the neighbour has two advertisers, who spend madly."""
    home = tmp_path_factory.mktemp("furnished")
    shutil.copy(migrated_sqlite, home / "flightdeck.db")
    acme, other = Organization("org_acme"), Organization("org_other")  # type: ignore[arg-type]
    owner = create_store_engine(_address(home)).execution_options(**WRITING)
    with owner.begin() as connection:
        for standing in (acme, other):
            for statement, rows in standing_rows(standing):
                connection.execute(statement, rows)
    owner.dispose()
    office = _opened(home, acme, other)
    _settle_neighbour(office, other)
    _close(office)
    return home


@pytest.fixture
def office(
    tmp_path: Path, furnished: Path, acme: Organization, other: Organization
) -> Iterator[Office]:
    """An office without advertisers, beside its neighbour."""
    home = tmp_path / "home"
    shutil.copytree(furnished, home)
    office = _opened(home, acme, other)
    yield office
    _close(office)


def _opened(home: Path, acme: Organization, other: Organization) -> Office:
    address = _address(home)
    web, background = Store.open(address, Process.WEB), Store.open(address, Process.SCHEDULER)
    return Office(web, background, home, acme, other)


def _close(office: Office) -> None:
    office.close()
    office.store.close()
    office.background.close()


def _address(home: Path) -> str:
    return f"sqlite:///{home / 'flightdeck.db'}"


def _settle_neighbour(office: Office, other: Organization) -> None:
    mad = {"impressions": 999_999_999, "total_cost": "9999999.99", "total_sales": "8888888.88"}
    for advertiser, order_id in ((ONE, "o1"), (TWO, "o2")):
        office.advertiser(advertiser, "Neighbour", org=other)
        theirs = order(order_id, "Neighbour's", advertiser=advertiser, goal="AWARENESS")
        plan = flight(order_id, 30, -30, "77777777", advertiser=advertiser)
        office.keep(theirs, plan, advertiser=advertiser, org=other)
        rows = [row(order_id, n, **mad) for n in range(30)]
        office.deliver(rows, days(29), advertiser=advertiser, org=other)
