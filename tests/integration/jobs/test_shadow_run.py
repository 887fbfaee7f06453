"""The shadow run, the older days that follow it, and the switch of a connection."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from core.domain.comparisons import Likeness
from core.domain.connections import Adapter
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.requests import Reason, RequestState
from core.jobs import kinds
from core.store.ingest.comparisons import Comparison
from core.store.schema.words import DayState
from core.store.store import Store
from tests.databases import Database, Organization
from tests.integration.jobs.looking import history, lake, linked, truth
from tests.integration.jobs.rig import Rig
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

BASE = frozenset({Dataset.CAMPAIGN})
SEVERAL = BASE | {Dataset.GEO, Dataset.PRODUCT}


@pytest.fixture
def rig(
    sandbox: SandboxProcess, database: Database, acme: Organization, store: Store, tmp_path: Path
) -> Iterator[Rig]:
    """The background with the unified reports switched on."""
    changed = {"unified_reports": True}
    made = Rig(sandbox, database, acme, store, tmp_path / "home", changed)
    yield made
    made.close()


def _filled(rig: Rig) -> str:
    """Link, keep one advertiser, and let the youngest older days of it come; return its id."""
    found = linked(rig)
    rig.select(found["Alder"])
    rig.run_until(lambda: _has_older(rig), step=300)
    return found["Alder"]


def _has_older(rig: Rig) -> bool:
    done = [
        r.dataset
        for r in rig.requests()
        if r.adapter is Adapter.V1
        and r.reason is Reason.BACKFILL
        and r.end_day == older(rig).end
        and r.state is RequestState.COMMITTED
    ]
    return rig.datasets <= set(done)


def comparisons(rig: Rig) -> list[Comparison]:
    with rig.web.reading(rig.org.scope()) as tenant:
        return tenant.comparisons.all()


def older(rig: Rig) -> DateRange:
    """The days that version 3 no longer has and the unified reports still do."""
    first = history(rig).start - timedelta(days=1)
    return DateRange(first - timedelta(days=358), first)


def test_after_the_first_load_every_table_is_compared_and_the_older_days_follow(
    rig: Rig, other_rig: Rig
) -> None:
    rig.datasets = SEVERAL
    advertiser_id = _filled(rig)
    told = {one.dataset: one for one in comparisons(rig)}
    assert {d: one.outcome for d, one in told.items()} == dict.fromkeys(SEVERAL, Likeness.EQUAL)
    assert all(one.compared > 7 * 40 for one in told.values())
    days = DateRange(older(rig).end - timedelta(days=119), older(rig).end)
    assert lake(rig, advertiser_id, days) == truth(rig, advertiser_id, days) != {}
    with rig.web.reading(rig.org.scope()) as tenant:
        covered = tenant.coverage.days(days, Dataset.CAMPAIGN)
        used = tenant.ledger.used(rig.now.date(), Adapter.V1)
    assert [c.day for c in covered] == list(days.days())
    assert {c.state for c in covered} == {DayState.PRESENT}
    assert max(used.values()) <= 4
    assert comparisons(other_rig) == []
    assert lake(other_rig, advertiser_id, days) == {}


def test_what_differs_is_told_by_measure_and_day_and_stays_with_version_3(rig: Rig) -> None:
    """A purchase that the unified reports date by its ad is not where version 3 has it."""
    rig.datasets = BASE
    found = linked(rig)
    rig.select(found["Alder"])
    rig.run_until(lambda: _has_history(rig))
    rig.sandbox.control("beliefs", {"conversions_by": "traffic"})
    rig.run_until(rig.is_idle)
    (one,) = comparisons(rig)
    assert one.outcome is Likeness.DIFFERENT
    assert {d.what for d in one.differences} >= {"purchases", "total_sales"}
    assert not {d.what for d in one.differences} & {"impressions", "clicks", "total_cost"}
    assert all(d.day in one.days for d in one.differences if d.day)
    unified = [r for r in rig.requests() if r.adapter is Adapter.V1 and r.dataset in BASE]
    assert {r.reason for r in unified} == {Reason.COMPARISON}
    assert {r.state for r in unified} == {RequestState.COMPARED}
    rig.sandbox.control("beliefs", {"conversions_by": "conversion"})
    expected = truth(rig, found["Alder"], one.days)
    day = next(d for d in one.differences if d.what == "purchases" and d.day)
    ours = sum(row["purchases"] for (when, _), row in expected.items() if when == str(day.day))
    assert day.v3 == f"{ours}"
    rig.ask(kinds.COMPARE, {"connection_id": one.connection_id}, key=one.connection_id)
    rig.run_until(lambda: comparisons(rig)[0].at > one.at)
    (again,) = comparisons(rig)
    assert again.outcome is Likeness.EQUAL, "a person may ask for one more at once"


def _has_history(rig: Rig) -> bool:
    done = [r for r in rig.requests() if r.reason is Reason.BACKFILL]
    return len(done) == 4 and all(r.state is RequestState.COMMITTED for r in done)
