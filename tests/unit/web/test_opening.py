"""What the filter bar offers of an organization's groups of advertisers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.views import IDS_MAX
from core.store.store import Store
from core.web.opening import groups_offered
from tests.databases import Organization
from tests.unit.insight.office import NOW, ONE, TWO, Office

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True, scope="module")


@pytest.fixture
def office(
    store: Store, background: Store, tmp_path: Path, acme: Organization, other: Organization
) -> Iterator[Office]:
    made = Office(store, background, tmp_path, acme, other)
    yield made
    made.close()


def test_groups_stand_for_their_kept_advertisers(office: Office) -> None:
    office.advertiser(ONE, "Lumen")
    office.advertiser(TWO, "Sakura", kept=False)
    with office.store.writing(office.org.scope()) as tenant:
        tenant.groups.add("Both", [ONE, TWO], NOW)
        tenant.groups.add("Left", [TWO], NOW)
        tenant.groups.add("Large", [ONE, *(f"x{n}" for n in range(IDS_MAX + 5))], NOW)
    with office.store.writing(office.neighbour.scope()) as tenant:
        tenant.groups.add("Theirs", [ONE], NOW)
    with office.desk() as desk:
        offered = groups_offered(desk, desk.tenant.advertisers.all())
    assert offered == {"Both": (ONE,), "Large": (ONE,)}
    with office.desk(office.org.limited) as desk:
        assert groups_offered(desk, desk.tenant.advertisers.all()) == {}
