"""Schedulers that are killed, stopped or many: what they share is the database alone."""

from __future__ import annotations

import random
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from sqlalchemy import text

from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.requests import RequestState
from core.jobs import kinds
from core.store.schema.words import JobState
from tests.integration.jobs.looking import advertisers, history, lake, linked, truth
from tests.integration.jobs.processes import Schedulers, schedulers, wait_until
from tests.integration.jobs.rig import Rig, key_pair

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True),
]

# Days that no longer move, so that a run of some minutes compares with what stands still.
STILL = DateRange(date(2026, 3, 20), date(2026, 5, 10))
KINDS = (Dataset.CAMPAIGN,)


@pytest.fixture
def quick(rig: Rig, other_rig: Rig) -> Rig:
    """Leases of seconds and a clock that runs thirty times as fast; two tenants have linked."""
    changed = {
        "job_lease_seconds": 2.0,
        "token_lease_seconds": 3.0,
        "scheduler_workers": 3,
        "drain_seconds": 5.0,
        "report_poll_first_seconds": 5.0,
    }
    rig.settings = rig.settings.model_copy(update=changed)
    linked(rig)
    linked(other_rig, "second-agency")
    # Builds outlast a restart: Amazon calls a request a duplicate only while it is in work.
    slow = {"match": {"reportTypeId": "dspCampaign"}, "report": {"build_seconds": 180}}
    rig.sandbox.control("faults", slow)
    rig.sandbox.control("clock", {"rate": 30})
    return rig


def keep(rig: Rig, *names: str) -> list[str]:
    """Choose advertisers, with only the base facts to be fetched."""
    rig.datasets = frozenset(KINDS)
    found = advertisers(rig)
    chosen = [found[name] for name in names or found]
    rig.select(*chosen)
    rig.datasets = frozenset()
    return chosen


def campaign(rig: Rig) -> list[Any]:
    return [r for r in rig.requests() if r.dataset is Dataset.CAMPAIGN]


def has_history(rig: Rig, advertiser_id: str) -> bool:
    with rig.web.reading(rig.org.scope()) as tenant:
        covered = tenant.coverage.days(STILL, Dataset.CAMPAIGN, advertiser_ids=[advertiser_id])
    return len(covered) == STILL.length


def states(rig: Rig) -> Counter[RequestState]:
    return Counter(r.state for r in campaign(rig))


@contextmanager
def held(rig: Rig, table: str) -> Iterator[None]:
    """Let nobody write a table, so that a step can be caught in the middle."""
    with rig.database.owner.connect() as connection, connection.begin():
        connection.execute(text(f"lock table {table} in share mode"))
        yield


def built_once(rig: Rig) -> bool:
    """Return whether Amazon built each of our requests at most once."""
    names = Counter(report["name"] for report in rig.sandbox.control("reports")["reports"])
    return max(names.values()) == 1


def test_a_scheduler_killed_at_any_moment_loses_and_doubles_nothing(
    quick: Rig, other_rig: Rig, tmp_path: Path
) -> None:
    mine, theirs = keep(quick, "Birch"), keep(other_rig)
    chance = random.Random(7)
    pause = threading.Event()
    with schedulers(quick.settings, tmp_path / "logs", 2) as made:
        for _ in range(10):
            pause.wait(chance.uniform(0.8, 2.2))
            made.kill(chance.choice(made.running))
            made.start()
        wait_until(
            lambda: (
                all(has_history(quick, a) for a in mine)
                and all(has_history(other_rig, a) for a in theirs)
            ),
            180,
            "the history",
        )
    assert built_once(quick)
    for rig, ids in ((quick, mine), (other_rig, theirs)):
        for advertiser_id in ids:
            assert lake(rig, advertiser_id, STILL) == truth(rig, advertiser_id, STILL)
    assert "Traceback" not in made.written()


def test_killed_between_amazons_answer_and_our_note_the_report_is_adopted(
    quick: Rig, tmp_path: Path
) -> None:
    (mine,) = keep(quick, "Birch")
    quick.sandbox.control(
        "faults", {"match": {"operation": "create_report"}, "when": {"times": 1}, "delay_ms": 5000}
    )
    one_at_a_time = quick.settings.model_copy(update={"scheduler_workers": 2})
    with schedulers(one_at_a_time, tmp_path / "logs") as made:
        (first,) = made.running
        wait_until(lambda: bool(quick.calls(operation="create_report")), what="the first report")
        # From here on slowly: the build must outlast the restart, however slow the machine.
        quick.sandbox.control("clock", {"rate": 1})
        with held(quick, "report_request"):
            wait_until(
                lambda: quick.calls(operation="create_report")[0]["status"] == 200,
                what="the answer",
            )
            made.kill(first)
        asked = quick.calls(operation="create_report")
        assert [r.amazon_report_id for r in campaign(quick)] == [None] * len(campaign(quick))
        made.start()
        wait_until(lambda: any(r.adopted for r in campaign(quick)), what="the adoption")
        quick.sandbox.control("clock", {"rate": 30})
        wait_until(lambda: has_history(quick, mine), what="the history")
    assert len(asked) == 1
    assert built_once(quick)
    assert lake(quick, mine, STILL) == truth(quick, mine, STILL)


@pytest.mark.parametrize("operation", ["report_status", "download"])
def test_killed_while_it_asks_or_fetches_another_goes_on_from_there(
    quick: Rig, tmp_path: Path, operation: str
) -> None:
    (mine,) = keep(quick, "Birch")
    quick.sandbox.control(
        "faults",
        {"id": "slow-line", "match": {"operation": operation}, "cut": {"bytes_per_second": 5}},
    )
    with schedulers(quick.settings, tmp_path / "logs") as made:
        (first,) = made.running
        wait_until(lambda: bool(quick.calls(operation=operation)), what=operation)
        made.kill(first)
        quick.sandbox.http.delete("/_sandbox/faults?id=slow-line")
        made.start()
        wait_until(lambda: has_history(quick, mine), what="the history")
    assert built_once(quick)
    assert lake(quick, mine, STILL) == truth(quick, mine, STILL)
    given_up = {RequestState.FAILED, RequestState.CANCELLED, RequestState.QUARANTINED}
    assert not states(quick).keys() & given_up


def test_killed_after_the_files_are_written_and_before_they_count_nothing_is_doubled(
    quick: Rig, tmp_path: Path
) -> None:
    """The lake's files are there, the manifest that names them is not."""
    (mine,) = keep(quick, "Birch")
    with schedulers(quick.settings, tmp_path / "logs") as made:
        (first,) = made.running
        with held(quick, "load_manifest"):
            wait_until(lambda: states(quick)[RequestState.CHECKED] > 0, what="a checked file")
            written = quick.home / "lake"
            wait_until(lambda: any(written.rglob("*.parquet")), what="the lake's files")
            threading.Event().wait(0.5)
            made.kill(first)
        assert lake(quick, mine, STILL) == {}
        made.start()
        wait_until(lambda: has_history(quick, mine), what="the history")
    assert lake(quick, mine, STILL) == truth(quick, mine, STILL)
    assert states(quick)[RequestState.FAILED] == 0


def test_three_schedulers_ask_for_each_report_once(
    quick: Rig, other_rig: Rig, tmp_path: Path
) -> None:
    mine, theirs = keep(quick, "Birch"), keep(other_rig)
    with schedulers(quick.settings, tmp_path / "logs", 3) as made:
        wait_until(lambda: _beats(quick) == 3, what="the third scheduler")
        wait_until(
            lambda: (
                all(has_history(quick, a) for a in mine)
                and all(has_history(other_rig, a) for a in theirs)
            ),
            what="the history",
        )
    asked = Counter(call["status"] for call in quick.calls(operation="create_report"))
    reports = quick.sandbox.control("reports")["reports"]
    assert asked[200] == len(reports)
    assert asked[425] == 0
    assert built_once(quick)
    assert "Traceback" not in made.written()
    for rig, ids in ((quick, mine), (other_rig, theirs)):
        for advertiser_id in ids:
            assert lake(rig, advertiser_id, STILL) == truth(rig, advertiser_id, STILL)


def test_one_told_to_stop_ends_in_order_and_leaves_its_work_to_others(
    quick: Rig, tmp_path: Path
) -> None:
    (mine,) = keep(quick, "Birch")
    quick.sandbox.control(
        "faults",
        {"id": "slow-line", "match": {"operation": "download"}, "cut": {"bytes_per_second": 5}},
    )
    with schedulers(quick.settings, tmp_path / "logs") as made:
        (first,) = made.running
        wait_until(lambda: bool(quick.calls(operation="download")), what="a download")
        began = time.monotonic()
        assert made.stop(first) == 0
        took = time.monotonic() - began
        assert took < quick.settings.drain_seconds + 4
        with quick.parts.store.system() as system:
            assert system.heartbeats.all() == []
        quick.sandbox.http.delete("/_sandbox/faults")
        with quick.web.reading(quick.org.scope()) as tenant:
            assert not [j for j in tenant.jobs.open() if j.state is JobState.RUNNING]
        made.start()
        wait_until(lambda: has_history(quick, mine), what="the history")
    assert built_once(quick)


def test_what_a_person_asks_for_is_begun_within_a_second(quick: Rig, tmp_path: Path) -> None:
    quick.sandbox.control("clock", {"rate": 1})
    waits = []
    with schedulers(quick.settings, tmp_path / "logs") as made:
        wait_until(lambda: _beats(quick) == 1, what="the heartbeat")
        for number in range(7):
            job_id = quick.ask(kinds.SETTLE, key=str(number))
            began = time.monotonic()
            wait_until(lambda j=job_id: _state(quick, j) is not JobState.QUEUED)  # type: ignore[misc]
            waits.append(time.monotonic() - began)
        assert isinstance(made, Schedulers)
    assert median(waits) < 1.0, waits


def test_a_scheduler_that_cannot_open_the_tokens_does_not_start(quick: Rig, tmp_path: Path) -> None:
    public, private = key_pair(2)
    wrong = quick.settings.model_copy(
        update={
            "sealing_public_keys": public,
            "sealing_private_keys": type(quick.settings.sealing_private_keys)(private),
        }
    )
    made = Schedulers(wrong, tmp_path / "logs")
    process = made.start()
    try:
        assert process.wait(30) == 2
    except subprocess.TimeoutExpired:
        made.kill(process)
        raise
    assert "SEALING_PRIVATE_KEYS lacks" in made.written()
    assert private not in made.written()


def _beats(rig: Rig) -> int:
    with rig.parts.store.system() as system:
        return len(system.heartbeats.all())


def _state(rig: Rig, job_id: str) -> JobState:
    with rig.web.reading(rig.org.scope()) as tenant:
        return tenant.jobs.get(job_id).state


def test_the_days_compared_are_within_history(quick: Rig) -> None:
    assert history(quick).start <= STILL.start
    assert STILL.end < history(quick).end
