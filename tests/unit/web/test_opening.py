"""What the filter bar offers of an organization's groups of advertisers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.domain.views import IDS_MAX
from core.store.store import Store
from core.web.opening import groups_kept, groups_offered, why_left_out
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


def test_a_group_that_is_not_offered_is_told_with_the_reason(office: Office) -> None:
    office.advertiser(ONE, "Lumen")
    office.advertiser(TWO, "Sakura", kept=False)
    with office.store.writing(office.org.scope()) as tenant:
        tenant.groups.add("Both", [ONE, TWO], NOW)
        tenant.groups.add("Left", [TWO], NOW)
    with office.desk() as desk:
        told = groups_kept(desk, desk.tenant.advertisers.all())
    assert told == {"Both": (ONE,), "Left": ()}
    assert why_left_out(told["Both"]) == ""
    assert "no advertiser of it is kept" in why_left_out(told["Left"])
    assert why_left_out([f"x{n}" for n in range(IDS_MAX)]) == ""
    assert "room for 200" in why_left_out([f"x{n}" for n in range(IDS_MAX + 1)])
