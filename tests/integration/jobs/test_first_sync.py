"""From consent to a lake that says what the simulation says, to the cent: one sync, looked at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import pytest

from core.amazon.reports.specs import spec_named
from core.domain.ids import OrgId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.requests import RequestState
from core.lake.question import Question
from core.store.schema.words import CheckOutcome, DayState
from core.store.store import Process, Store
from tests.databases import Database, Organization, with_only
from tests.integration.jobs.conftest import as_new
from tests.integration.jobs.looking import history, lake, synced, total, truth
from tests.integration.jobs.rig import Rig
from tests.sandbox_process import SandboxProcess

# One database is enough: what differs between them is proven in the store's own tests.
pytestmark = pytest.mark.parametrize(
    "fresh_database", ["postgresql"], indirect=True, scope="module"
)


@dataclass(frozen=True, slots=True)
class Synced:
    """An agency with all its advertisers' history, and a second tenant who keeps one of them."""

    mine: Rig
    found: dict[str, str]
    theirs: Rig
    shared: dict[str, str]


@pytest.fixture(scope="module")
def agency(
    running_sandbox: SandboxProcess,
    fresh_database: Database,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Synced]:
    """Every test here only looks: the sync is long, and done once for all of them."""
    home = tmp_path_factory.mktemp("first-sync")
    acme, other = Organization(OrgId("org_acme")), Organization(OrgId("org_other"))
    sandbox, database = as_new(running_sandbox), with_only(fresh_database, acme, other)
    store = Store.open(database.address, Process.WEB)
    mine, theirs = (Rig(sandbox, database, org, store, home) for org in (acme, other))
    found = synced(mine)
    yield Synced(mine, found, theirs, synced(theirs, "agency", "Alder"))
    for rig in (mine, theirs):
        rig.close()
    store.close()


def test_all_history_arrives_and_equals_the_simulation_to_the_cent(agency: Synced) -> None:
    rig, days = agency.mine, history(agency.mine)
    with rig.web.reading(rig.org.scope()) as tenant:
        covered = tenant.coverage.days(days, Dataset.CAMPAIGN)
        assert {r.state for r in tenant.requests.recent(1_000)} == {RequestState.COMMITTED}
    for advertiser_id in agency.found.values():
        own = [c for c in covered if c.advertiser_id == advertiser_id]
        assert [c.day for c in own] == list(days.days())
        assert {c.state for c in own} == {DayState.PRESENT}
        expected = truth(rig, advertiser_id, days)
        assert lake(rig, advertiser_id, days) == expected
        assert len(expected) > 100
        costs = (c.cost or Decimal(0) for c in own)
        assert sum(costs, Decimal(0)) == total(expected, "total_cost")


def test_a_second_tenant_has_what_it_chose_itself_and_nothing_else(agency: Synced) -> None:
    days = history(agency.mine)
    for name, advertiser_id in agency.found.items():
        expected = truth(agency.theirs, advertiser_id, days) if name == "Alder" else {}
        assert lake(agency.theirs, advertiser_id, days) == expected


def test_the_ledger_is_never_gone_beyond(agency: Synced) -> None:
    asked: Counter[tuple[str, str]] = Counter()
    for request in agency.mine.requests():
        for advertiser_id in request.advertiser_ids:
            asked[advertiser_id, spec_named(request.spec).report_type] += 1
    assert max(n for (_, kind), n in asked.items() if kind == "dspCampaign") == 4
    assert max(n for (_, kind), n in asked.items() if kind != "dspCampaign") == 2
    creates = agency.mine.calls(operation="create_report")
    assert len(creates) == len(agency.mine.requests()) + len(agency.theirs.requests())


def test_the_cuts_tie_to_the_base_facts(agency: Synced) -> None:
    rig, alder = agency.mine, agency.found["Alder"]
    days = DateRange(history(rig).end - timedelta(days=20), history(rig).end - timedelta(days=10))
    expected = truth(rig, alder, days)
    with rig.parts.lake.reader(rig.scope, from_files=True) as reader:
        for dataset in (Dataset.INVENTORY, Dataset.SITE, Dataset.GEO, Dataset.TECH):
            question = Question(dataset, ("impressions", "total_cost"), days, ("advertiser_id",))
            (row,) = (
                row
                for row in reader.ask(question).table.to_pylist()
                if row["advertiser_id"] == alder
            )
            assert row["impressions"] == total(expected, "impressions"), dataset
            assert abs(row["total_cost"] - total(expected, "total_cost")) < Decimal("0.01"), dataset


def test_two_organizations_never_share_a_report(agency: Synced) -> None:
    """The same advertiser of the same agency is asked for by both, each under its own name."""
    assert agency.shared["Alder"] == agency.found["Alder"]
    reports = agency.mine.sandbox.control("reports")["reports"]
    assert set(Counter(report["name"] for report in reports).values()) == {1}


def test_every_reading_leaves_its_checks(agency: Synced) -> None:
    rig = agency.mine
    with rig.web.reading(rig.org.scope()) as tenant:
        results = tenant.checks.recent(100_000)
    assert {r.outcome for r in results} <= {CheckOutcome.PASSED, CheckOutcome.WARNED}
    assert {r.request_id for r in results} == {r.id for r in rig.requests()}
