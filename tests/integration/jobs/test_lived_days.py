"""The demo's way through the days before today, in the tiny world and with the real background."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from core.domain.metrics import Dataset
from core.domain.periods import ONE_DAY, DateRange
from core.domain.requests import RequestState
from core.lake.asof import Between
from core.lake.question import Among, Question
from core.store.store import Store
from sandbox.demo.home import Home
from sandbox.demo.living import Living
from tests.databases import Database, Organization
from tests.integration.jobs.looking import Figures, history, lake, linked, total, truth
from tests.integration.jobs.rig import Rig
from tests.sandbox_process import SandboxProcess

pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

LOOKS_MAX = 600


@pytest.fixture
def rig(
    sandbox: SandboxProcess, database: Database, acme: Organization, store: Store, tmp_path: Path
) -> Iterator[Rig]:
    """The background as the demo starts it: the unified reports are on."""
    made = Rig(sandbox, database, acme, store, tmp_path / "home", {"unified_reports": True})
    made.datasets = frozenset({Dataset.CAMPAIGN})
    yield made
    made.close()


def live(rig: Rig, home: Path, days: int, look: Callable[[str], None]) -> str:
    """Live through the days before today with one advertiser kept, and look at it at the end of
    each; return its id."""
    home.mkdir()
    today = rig.now
    living = Living(Home(home), rig.sandbox.base_url, days, lambda: today)
    living.begin()
    rig.sandbox.control("clock")  # it moves by itself from here on
    assert rig.now.date() == today.date() - days * ONE_DAY
    advertiser_id = linked(rig)["Alder"]
    rig.start_schedules()
    rig.select(advertiser_id)

    def work() -> Mapping[str, int]:
        rig.run_due()
        soon = rig.now + timedelta(minutes=5)
        waits = RequestState.QUARANTINED
        with rig.web.reading(rig.org.scope()) as tenant:
            left = [r for r in tenant.requests.open() if r.state is not waits and r.run_at <= soon]
        return {"reports": len(left), "base": len(left), "jobs": 0}

    def wait(is_over: Callable[[], bool], what: str, seconds: float) -> None:
        for _ in range(LOOKS_MAX):
            if is_over():
                return
            rig.pass_time(seconds=20)
        raise AssertionError(f"{what} is not over")

    living.go_on(work, wait, lambda day: look(advertiser_id))
    assert rig.now >= today
    return advertiser_id


def test_lived_days_leave_a_past_to_look_at_corrections_to_tell_and_older_days(
    rig: Rig, other_rig: Rig, tmp_path: Path
) -> None:
    first = rig.now.date() - 3 * ONE_DAY  # the last whole day when life begins
    known = DateRange(first - 30 * ONE_DAY, first)
    shown: list[tuple[datetime, Figures]] = []

    def look(advertiser_id: str) -> None:
        shown.append((rig.now, lake(rig, advertiser_id, known)))

    advertiser_id = live(rig, tmp_path / "demo", 2, look)
    (evening, then), _ = shown
    assert lake(rig, advertiser_id, known, as_of=evening) == then != {}
    now = lake(rig, advertiser_id, known)
    sales = total(now, "total_sales") - total(then, "total_sales")
    assert sales != 0
    mine = (Among("advertiser_id", frozenset({advertiser_id})),)
    told = Question(Dataset.CAMPAIGN, ("total_sales",), known, ("day",), where=mine)
    with rig.parts.lake.reader(rig.scope, from_files=True) as reader:
        grown = reader.changes(told, Between(evening, rig.now)).to_pylist()
    assert sum(row["total_sales"] for row in grown) == sales
    oldest = history(rig).start - 3 * ONE_DAY  # out of version 3's reach when life began
    older = DateRange(oldest - 119 * ONE_DAY, oldest)
    assert lake(rig, advertiser_id, older) == truth(rig, advertiser_id, older) != {}
    assert lake(other_rig, advertiser_id, known) == {}
