"""What is asked for, in which order, and what becomes of wishes by hand."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.requests import Reason, RequestState
from core.jobs import kinds
from core.lake.question import Question
from core.store.schema.words import JobState
from tests.integration.jobs.looking import (
    history,
    lake,
    linked,
    synced,
)
from tests.integration.jobs.rig import Rig

# One database is enough: what differs between them is proven in the store's own tests.
pytestmark = pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True)


def test_the_base_facts_come_first_and_the_newest_days_before_the_older(rig: Rig) -> None:
    found = linked(rig, "reader")
    rig.select(*found.values())
    rig.run_due()
    asked = [call["detail"] for call in rig.calls(operation="create_report")]
    assert asked[:4] == ["dspCampaign"] * 4
    reports = rig.sandbox.control("reports")["reports"]
    asked_for = [r for r in reports if r["configuration"]["reportTypeId"] == "dspCampaign"]
    ends = [report["endDate"] for report in asked_for[:4]]
    assert len(set(ends)) == 4
    assert ends == sorted(ends, reverse=True)


def test_reach_is_kept_by_window_and_level(rig: Rig) -> None:
    rig.datasets = frozenset({Dataset.REACH})
    found = synced(rig, "agency", "Alder")
    yesterday = history(rig).end
    # The reach of orders is of the base facts' type, whose requests are spent on the first day.
    rig.pass_time(days=1)
    rig.ask(kinds.PLAN)
    rig.run_until(rig.is_idle)
    week = DateRange(yesterday - timedelta(days=6), yesterday)
    by = ("advertiser_id", "order_id")
    question = Question(Dataset.REACH, ("reach", "frequency"), week, by)
    with rig.parts.lake.reader(rig.scope, from_files=True) as reader:
        rows = reader.ask(question).table.to_pylist()
    assert {row["advertiser_id"] for row in rows} == {found["Alder"]}
    assert len(rows) > 3
    assert all(row["reach"] > 0 and row["frequency"] >= 1 for row in rows)


def test_a_paused_advertiser_is_not_asked_for_and_keeps_what_there_is(rig: Rig) -> None:
    found = synced(rig, "agency", "Alder")
    before = len(rig.requests())
    with rig.web.writing(rig.org.scope()) as tenant:
        tenant.advertisers.pause(list(found.values()))
    rig.pass_time(days=1)
    rig.ask(kinds.PLAN)
    rig.run_due()
    assert len(rig.requests()) == before
    assert lake(rig, found["Alder"], history(rig)) != {}


def test_a_request_of_a_connection_that_was_ended_is_dropped(rig: Rig) -> None:
    found = linked(rig, "reader")
    rig.select(*found.values())
    rig.ask(kinds.PLAN)
    rig.run_due()
    with rig.web.writing(rig.org.scope()) as tenant:
        (connection,) = tenant.connections.all()
        tenant.connections.disconnect(connection.id, rig.now)
    rig.run_until(rig.is_idle, hours=2)
    assert {r.state for r in rig.requests()} == {RequestState.CANCELLED}
    assert rig.calls(operation="download") == []


def test_fetching_again_by_hand_spends_what_the_ledger_has_left(rig: Rig) -> None:
    rig.datasets = frozenset({Dataset.CAMPAIGN})
    found = synced(rig, "agency", "Alder")
    rig.pass_time(hours=11)  # past midnight: the ledger is new, and nothing is due yet
    with rig.web.reading(rig.org.scope()) as tenant:
        used = tenant.ledger.used(rig.now.date())
    assert used == {}
    yesterday = history(rig).end.isoformat()
    wanted = {
        "advertiser_id": found["Alder"],
        "dataset": "campaign",
        "start_day": yesterday,
        "end_day": yesterday,
    }
    for number in (1, 2):
        rig.ask(kinds.FETCH_AGAIN, wanted, key=str(number))
        rig.run_until(rig.is_idle)
    rig.ask(kinds.FETCH_AGAIN, wanted, key="3")
    rig.run_due()
    with rig.web.reading(rig.org.scope()) as tenant:
        jobs = tenant.jobs.recent(kinds=[kinds.FETCH_AGAIN.name])
    states = Counter(job.state for job in jobs)
    assert states == {JobState.DONE: 2, JobState.FAILED: 1}
    refused = next(job for job in jobs if job.state is JobState.FAILED)
    assert "used up" in str(refused.error)
    by_hand = [r for r in rig.requests() if r.reason is Reason.BY_HAND]
    assert [(r.state, r.dataset) for r in by_hand] == [
        (RequestState.COMMITTED, Dataset.CAMPAIGN)
    ] * 2


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"start_day": "2026-01-01", "end_day": "2026-01-02"}, "Amazon can be asked for"),
        ({"start_day": "2026-04-01", "end_day": "2026-05-30"}, "at most 31 days"),
        ({"dataset": "reach"}, "read by windows"),
        ({"advertiser_id": "1"}, "not kept"),
    ],
)
def test_a_wish_that_cannot_be_met_is_refused_in_a_sentence(
    rig: Rig, changed: dict[str, str], sentence: str
) -> None:
    found = linked(rig)
    rig.select(found["Alder"])
    wanted = {
        "advertiser_id": found["Alder"],
        "dataset": "geo",
        "start_day": "2026-06-10",
        "end_day": "2026-06-12",
        **changed,
    }
    rig.ask(kinds.FETCH_AGAIN, wanted, key="x")
    rig.run_due()
    with rig.web.reading(rig.org.scope()) as tenant:
        (job,) = tenant.jobs.recent(kinds=[kinds.FETCH_AGAIN.name])
    assert job.state is JobState.FAILED
    assert sentence in str(job.error)
