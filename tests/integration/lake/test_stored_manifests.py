"""The lake on the store's own manifests, on SQLite and on Postgres."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from decimal import Decimal
from functools import partial
from pathlib import Path

import pytest

from core.domain.metrics import Dataset
from core.domain.roles import Role
from core.errors import NotFound
from core.lake.commit import Committed
from core.lake.manifest import StaleGeneration
from core.lake.question import Question
from core.lake.stored_manifests import StoredManifests, append
from core.store.store import Store
from tests.databases import LIMITED, Organization
from tests.integration.lake.ground import Ground, days, row

TODAY = days(0, 0).start
COST = Question(Dataset.CAMPAIGN, ("total_cost",), days(0, 9))


@pytest.fixture
def ground(tmp_path: Path, background: Store, other: Organization) -> Iterator[Ground]:
    """A lake whose manifests the scheduler keeps in the store, a load of the other's in it."""
    with closing(Ground(tmp_path, manifests=StoredManifests(background))) as ground:
        ground.load([row(0, totalCost=7)], days(0, 0), scope=other.job, load_id="same-name")
        yield ground


def test_a_load_is_kept_in_the_store_and_read_by_the_web_process(
    ground: Ground, store: Store, acme: Organization, other: Organization
) -> None:
    committed = ground.load([row(0, totalCost=1)], days(0, 0), scope=acme.job, load_id="same-name")
    web = StoredManifests(store)
    assert web.latest(acme.scope(Role.VIEWER)) == committed.manifest
    assert web.get(acme.scope(), 1) == committed.manifest
    assert web.of_load(acme.scope(), committed.manifest.load_id) == committed.manifest
    assert list(web.after(acme.limited, 0)) == [committed.manifest]
    assert list(web.after(acme.scope(), 1)) == []
    with closing(ground.opened(web)) as lake:
        for scope, cost in ((acme.limited, None), (acme.scope(Role.VIEWER), 1), (other.scope(), 7)):
            lake.prepare(scope)
            with lake.reader(scope) as reader:
                assert reader.is_served
                assert reader.ask(COST).table["total_cost"][0].as_py() == cost


def test_a_limited_member_reads_its_advertiser_alone(
    ground: Ground, store: Store, acme: Organization
) -> None:
    mine = row(0, advertiserId=LIMITED, totalCost=5)
    ground.load([mine, row(0, totalCost=1)], days(0, 0), scope=acme.job)
    with closing(ground.opened(StoredManifests(store))) as lake:
        lake.prepare(acme.limited)
        with lake.reader(acme.limited) as reader:
            assert reader.ask(COST).table["total_cost"][0].as_py() == Decimal(5)


def test_no_generation_is_there_before_the_first_load(ground: Ground, acme: Organization) -> None:
    assert ground.manifests.latest(acme.scope()).generation == 0
    assert ground.manifests.of_load(acme.scope(), "same-name") is None  # type: ignore[arg-type]
    with pytest.raises(NotFound):
        ground.manifests.get(acme.scope(), 1)


def test_what_belongs_to_a_load_becomes_true_with_its_manifest_or_not_at_all(
    ground: Ground, background: Store, acme: Organization
) -> None:
    def spend(dataset: Dataset, committed: Committed) -> None:
        with background.writing(acme.job) as tenant:
            tenant.ledger.try_spend([LIMITED], dataset, TODAY, 1)
            append(tenant, committed.manifest)

    first = ground.load(
        [row(0)], days(0, 0), scope=acme.job, publish=partial(spend, Dataset.CAMPAIGN)
    )
    with pytest.raises(StaleGeneration):
        spend(Dataset.GEO, first)
    with background.reading(acme.job) as tenant:
        assert tenant.ledger.used(TODAY) == {(LIMITED, Dataset.CAMPAIGN): 1}
