"""Reports under every kind of trouble: the acceptance cases 21 to 29, by their numbers."""

from __future__ import annotations

import resource
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.requests import Reason, RequestState
from core.jobs import kinds
from core.jobs.frame import run_job, run_request
from core.jobs.handlers import HANDLERS
from core.lake.question import Question
from core.store.ingest.requests import ReportRequest
from core.store.schema.words import CheckOutcome, DayState
from tests.integration.jobs.looking import Figures, advertisers, history, lake, synced, total, truth
from tests.integration.jobs.photograph import Photograph
from tests.integration.jobs.rig import Rig

# The way of a report is the same on both databases; `test_crashes` runs it on Postgres.
pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

DOWNLOAD = {"operation": "download"}
CREATE = {"operation": "create_report"}
STATUS = {"operation": "report_status"}
EVER = DateRange(date(2026, 1, 1), date(2026, 6, 30))


@pytest.fixture(autouse=True)
def base_facts_only(rig: Rig, other_rig: Rig) -> None:
    """These tests are about the way of a report; one table shows it. A second tenant stands by."""
    rig.datasets = other_rig.datasets = frozenset({Dataset.CAMPAIGN})


@pytest.fixture(scope="module")
def photograph(tmp_path_factory: pytest.TempPathFactory) -> Photograph:
    return Photograph(tmp_path_factory.mktemp("photograph"))


@pytest.fixture
def alder(rig: Rig, photograph: Photograph) -> str:
    """An advertiser whose whole history has arrived, at the end of its day of linking."""
    if photograph.taken_at is None:
        photograph.take(rig, synced(rig, "agency", "Alder")["Alder"])
    else:
        photograph.put_up(rig)
    return photograph.advertiser_id


def plant(rig: Rig, match: dict[str, Any], **effects: Any) -> None:
    rig.sandbox.control("faults", {"match": match, **effects})


def heal(rig: Rig) -> None:
    rig.sandbox.http.delete("/_sandbox/faults").raise_for_status()


def tomorrow(rig: Rig) -> None:
    """Let it be the next local day, with a new ledger; nothing is due yet."""
    rig.pass_time(hours=11)
    rig.sandbox.http.delete("/_sandbox/calls")


def _ask(rig: Rig, advertiser_id: str, days: DateRange, key: str) -> None:
    """Ask for days again by hand."""
    wanted = {
        "advertiser_id": advertiser_id,
        "dataset": "campaign",
        "start_day": days.start.isoformat(),
        "end_day": days.end.isoformat(),
    }
    rig.ask(kinds.FETCH_AGAIN, wanted, key=key)


def fetch(rig: Rig, advertiser_id: str, days: DateRange, *, step: float = 60.0) -> None:
    """Ask for days again by hand, and let everything come of it that comes."""
    _ask(rig, advertiser_id, days, f"{rig.now}")
    before = len(_by_hand(rig))

    def is_over() -> bool:
        """Whether nothing of it is under way; the readings of the day go their own way."""
        is_there = len(_by_hand(rig)) > before
        return is_there and all(r.state.is_over for r in _family(rig))

    rig.run_until(is_over, hours=40, step=step)


def last(rig: Rig) -> ReportRequest:
    """The request that was planned last by hand."""
    return max(_by_hand(rig), key=lambda r: r.planned_at)


def _family(rig: Rig) -> list[ReportRequest]:
    """That request, and those that came of it."""
    mine = last(rig).id
    return [r for r in rig.requests() if mine in (r.id, r.parent_id)]


def _by_hand(rig: Rig) -> list[ReportRequest]:
    return [r for r in rig.requests() if r.reason is Reason.BY_HAND]


def back(rig: Rig, first: int, final: int) -> DateRange:
    """The days that are `first` to `final` days old."""
    today = rig.now.date()
    return DateRange(today - timedelta(days=first), today - timedelta(days=final))


def old(rig: Rig) -> DateRange:
    """Eight days that no longer move, and that no daily reading touches."""
    return back(rig, 40, 33)


def young(rig: Rig) -> DateRange:
    """Eight days that still move."""
    return back(rig, 12, 5)


def blocked(rig: Rig) -> list[tuple[str, str]]:
    with rig.web.reading(rig.org.scope()) as tenant:
        return [(c.rule, c.detail) for c in tenant.checks.recent(500, CheckOutcome.BLOCKED)]


@pytest.mark.parametrize(
    "cut",
    [
        {"fraction": 0.5},
        {"drop_last": 8},
        {"fraction": 0.5, "short": True},
        {"fraction": 0.5, "reset": True},
    ],
    ids=["half", "no trailer", "shorter than said", "reset"],
)
def test_case_21_a_file_that_was_cut_is_fetched_again_and_nothing_of_it_is_loaded(
    rig: Rig, alder: str, cut: dict[str, Any]
) -> None:
    before = lake(rig, alder, EVER)
    tomorrow(rig)
    days = old(rig)
    plant(rig, DOWNLOAD, when={"times": 2}, cut=cut)
    fetch(rig, alder, days)
    request = last(rig)
    assert request.state is RequestState.COMMITTED
    assert request.attempts == 2
    assert len(rig.calls(operation="download")) == 3
    assert len(rig.calls(operation="create_report")) == 1
    assert lake(rig, alder, days) == truth(rig, alder, days)
    assert _but(lake(rig, alder, EVER), days) == _but(before, days)


@pytest.mark.parametrize(
    ("damage", "rule"),
    [({"bomb": 1_000_000_000}, "format"), ({"deep": 10_000}, "nesting")],
)
def test_case_22_a_file_that_swells_or_sinks_is_refused_in_bounded_memory(
    rig: Rig, alder: str, damage: dict[str, int], rule: str
) -> None:
    before = lake(rig, alder, EVER)
    tomorrow(rig)
    plant(rig, {"reportTypeId": "dspCampaign"}, report=damage)
    at_most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    fetch(rig, alder, old(rig))
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - at_most) / 1024
    assert grown < 300
    assert last(rig).state is RequestState.FAILED
    assert [found for found, _ in blocked(rig)] == [rule]
    assert lake(rig, alder, EVER) == before


def test_case_23_an_expired_address_is_signed_anew(rig: Rig, alder: str) -> None:
    tomorrow(rig)
    days = old(rig)
    plant(
        rig, DOWNLOAD, when={"nth": [1]}, answer={"status": 403, "text": "<Error>expired</Error>"}
    )
    fetch(rig, alder, days)
    assert last(rig).state is RequestState.COMMITTED
    assert len(rig.calls(operation="create_report")) == 1
    addresses = [call["query"] for call in rig.calls(operation="download")]
    assert len(addresses) == 2
    assert lake(rig, alder, days) == truth(rig, alder, days)


def test_case_24_a_report_that_comes_twice_counts_once(rig: Rig, alder: str) -> None:
    tomorrow(rig)
    days = old(rig)
    fetch(rig, alder, days)
    once = lake(rig, alder, days)
    fetch(rig, alder, days)
    assert lake(rig, alder, days) == once == truth(rig, alder, days)


def test_case_24_rows_that_stand_twice_in_one_file_count_once(rig: Rig, alder: str) -> None:
    tomorrow(rig)
    days = old(rig)
    plant(rig, {"reportTypeId": "dspCampaign"}, report={"rows": {"double": True, "every": 2}})
    fetch(rig, alder, days)
    assert last(rig).state is RequestState.COMMITTED
    assert lake(rig, alder, days) == truth(rig, alder, days)


def test_case_25_the_newest_of_three_restatements_wins_and_the_older_can_be_asked_for(
    rig: Rig, alder: str
) -> None:
    days = back(rig, 14, 1)
    instants, said = [], []
    for factor in (1.5, 0.97, 1.2):
        tomorrow(rig)
        plant(rig, {"reportTypeId": "dspCampaign"}, report={"restate": {"cost": factor}})
        fetch(rig, alder, days)
        heal(rig)
        instants.append(rig.now)
        said.append(total(lake(rig, alder, days), "total_cost"))
    assert len(set(said)) == 3
    true = total(truth(rig, alder, days), "total_cost")
    assert abs(said[-1] / true - Decimal("1.2")) < Decimal("0.05")
    for instant, then in zip(instants, said, strict=True):
        assert _cost_as_of(rig, days, instant) == then


def test_case_25_an_older_report_that_comes_home_last_changes_nothing(rig: Rig, alder: str) -> None:
    tomorrow(rig)
    days = young(rig)
    plant(rig, {"reportTypeId": "dspCampaign"}, report={"restate": {"cost": 0.97}})
    plant(rig, DOWNLOAD, answer={"status": 503, "text": "busy"})
    _ask(rig, alder, days, "older")
    rig.run_until(lambda: _by_hand(rig) != [] and last(rig).attempts > 0)
    older = last(rig)
    heal(rig)
    rig.pass_time(minutes=1)
    with rig.parts.store.system() as system:
        (slow,) = system.requests.claim("slow", 9, now=rig.now, lease=timedelta(hours=1))
    assert slow.request.id == older.id
    _ask(rig, alder, days, "newer")
    rig.run_until(lambda: last(rig).state is RequestState.COMMITTED, step=5)
    newest = lake(rig, alder, days)
    assert newest == truth(rig, alder, days)
    run_request(rig.parts, slow)
    ended = next(r for r in rig.requests() if r.id == older.id)
    assert ended.state is RequestState.COMMITTED
    assert lake(rig, alder, days) == newest
    with rig.web.reading(rig.org.scope()) as tenant:
        covered = tenant.coverage.days(days, Dataset.CAMPAIGN, advertiser_ids=[alder])
    assert {c.request_id for c in covered} == {last(rig).id}


def _cost_as_of(rig: Rig, days: DateRange, instant: Any) -> Decimal:
    question = Question(Dataset.CAMPAIGN, ("total_cost",), days, ("advertiser_id",), as_of=instant)
    with rig.parts.lake.reader(rig.scope, from_files=True) as reader:
        (row,) = reader.ask(question).table.to_pylist()
    return Decimal(str(row["total_cost"]))


def test_case_26_a_report_that_never_ends_is_withdrawn_and_not_asked_for_for_ever(
    rig: Rig, alder: str
) -> None:
    tomorrow(rig)
    plant(rig, {"reportTypeId": "dspCampaign"}, report={"status": "PENDING"})
    began = rig.now
    fetch(rig, alder, old(rig), step=300)
    assert last(rig).state in (RequestState.FAILED, RequestState.CANCELLED)
    assert rig.now - began <= timedelta(hours=2 * 6 + 2)
    deletes = len(rig.calls(operation="delete_report"))
    creates = len(rig.calls(operation="create_report"))
    assert deletes == creates <= 2


def test_case_26_a_report_that_fails_is_asked_for_within_the_ledger_and_then_given_up(
    rig: Rig, alder: str
) -> None:
    before = lake(rig, alder, EVER)
    tomorrow(rig)
    plant(rig, {"reportTypeId": "dspCampaign"}, report={"fails": True})
    fetch(rig, alder, old(rig), step=300)
    assert last(rig).state in (RequestState.FAILED, RequestState.CANCELLED)
    assert len(rig.calls(operation="create_report")) <= 2
    assert _but(lake(rig, alder, EVER), back(rig, 32, 0)) == _but(before, back(rig, 32, 0))


def test_a_report_that_stumbled_while_it_was_polled_is_still_asked_for_anew_when_it_fails(
    rig: Rig, alder: str
) -> None:
    tomorrow(rig)
    days = old(rig)
    plant(rig, STATUS, when={"times": 3}, answer={"status": 503, "text": "busy"})
    plant(rig, {"reportTypeId": "dspCampaign"}, when={"times": 1}, report={"fails": True})
    fetch(rig, alder, days)
    request = last(rig)
    assert (request.state, request.asked_anew) == (RequestState.COMMITTED, 1)
    assert len(rig.calls(operation="create_report")) == 2
    assert lake(rig, alder, days) == truth(rig, alder, days)


def test_what_is_too_large_arrives_in_halves(rig: Rig, alder: str) -> None:
    tomorrow(rig)
    days = back(rig, 38, 35)
    rows = len(truth(rig, alder, days, "creative"))
    rig.sandbox.control("beliefs", {"rows_max": int(rows * 0.7)})
    fetch(rig, alder, days, step=300)
    # One request of the day's two was the whole, so one half comes today and one tomorrow.
    halves = [r for r in rig.requests() if r.parent_id == last(rig).id]
    assert [(r.state, r.reason) for r in halves] == [(RequestState.COMMITTED, Reason.HALVED)] * 2
    assert last(rig).state is RequestState.CANCELLED
    assert lake(rig, alder, days) == truth(rig, alder, days)


def test_case_26_a_401_that_passes_while_polling_is_lived_through(rig: Rig, alder: str) -> None:
    tomorrow(rig)
    plant(
        rig,
        STATUS,
        when={"nth": [1, 2]},
        answer={"status": 401, "json": {"code": "401", "details": "Authentication failed"}},
    )
    days = old(rig)
    fetch(rig, alder, days)
    assert last(rig).state is RequestState.COMMITTED
    assert len(rig.calls(operation="create_report")) == 1
    assert lake(rig, alder, days) == truth(rig, alder, days)


def test_case_26_a_build_of_three_hours_outlives_its_token(rig: Rig, alder: str) -> None:
    tomorrow(rig)
    plant(rig, {"reportTypeId": "dspCampaign"}, report={"build_seconds": 10_800})
    began = rig.now
    fetch(rig, alder, old(rig), step=300)
    assert last(rig).state is RequestState.COMMITTED
    assert rig.now - began >= timedelta(hours=3)
    # Only this report took so long: whatever else was due had come meanwhile.
    assert len(rig.calls(operation="token")) >= 3


def test_case_27_a_duplicate_that_is_named_is_adopted(rig: Rig, alder: str) -> None:
    tomorrow(rig)
    plant(rig, CREATE, when={"nth": [1]}, swallow=True, answer={"status": 503, "text": "lost"})
    days = old(rig)
    fetch(rig, alder, days)
    request = last(rig)
    assert (request.state, request.adopted) == (RequestState.COMMITTED, True)
    statuses = [call["status"] for call in rig.calls(operation="create_report")]
    assert statuses == [503, 425]
    names = [r["name"] for r in rig.sandbox.control("reports")["reports"]]
    assert names.count(f"flightdeck {request.id}") == 1
    assert lake(rig, alder, days) == truth(rig, alder, days)


def test_case_27_a_duplicate_without_a_name_is_left_for_later(rig: Rig, alder: str) -> None:
    tomorrow(rig)
    plant(
        rig,
        CREATE,
        when={"times": 2},
        answer={"status": 425, "json": {"code": "425", "detail": "The Request is a duplicate"}},
    )
    began = rig.now
    fetch(rig, alder, old(rig))
    assert last(rig).state is RequestState.COMMITTED
    assert len(rig.calls(operation="create_report")) == 3
    assert rig.now - began >= timedelta(minutes=20)


def test_case_28_half_an_hour_of_throttling_ends_with_all_done_and_nobody_flooded(
    rig: Rig, other_rig: Rig
) -> None:
    """30 % of calls 429, half of them without Retry-After; two processes, one budget."""
    for share, headers in ((0.15, {"Retry-After": "3"}), (0.15, {})):
        plant(
            rig,
            {"path": "/na/api"},
            when={"share": share, "for_seconds": 1800},
            answer={"status": 429, "headers": headers, "text": "<html>429</html>"},
        )
    rig.sandbox.http.delete("/_sandbox/calls")
    rig.link("agency")
    other_rig.link("second-agency")
    second = rig.assembled()
    _work_in_turns(rig, [rig.parts, second], lambda: bool(advertisers(other_rig)))
    rig.select(*advertisers(rig).values())
    other_rig.select(*advertisers(other_rig).values())
    _work_in_turns(rig, [rig.parts, second], lambda: rig.is_idle() and other_rig.is_idle())
    second.close()
    days = history(rig)
    for one in (rig, other_rig):
        for advertiser_id in advertisers(one).values():
            assert lake(one, advertiser_id, days) == truth(one, advertiser_id, days)
    calls = rig.calls(path="/na/api")
    refused = [call for call in calls if call["status"] == 429]
    assert len(refused) > 10
    assert len(calls) <= 1.5 * (len(calls) - len(refused))


def _work_in_turns(rig: Rig, made: list[Any], is_true: Callable[[], bool]) -> None:
    """Let two processes take turns, each with a piece of work, while time passes."""
    for _ in range(3_000):
        for parts in made:
            with parts.store.system() as system:
                now = parts.clock.now()
                jobs = system.jobs.claim(parts.holder, 1, now=now, lease=parts.lease)
                requests = system.requests.claim(parts.holder, 1, now=now, lease=parts.lease)
            for job in jobs:
                run_job(parts, HANDLERS, job)
            rig._narrow()
            for request in requests:
                run_request(parts, request)
        if is_true():
            return
        rig.pass_time(seconds=2)
    raise AssertionError("it did not come true")


def test_the_sandboxs_own_limits_are_never_flooded(rig: Rig) -> None:
    """Without any planted fault: Amazon's throttle is on, as it is by default."""
    rig.settings = rig.settings.model_copy(
        update={"amazon_report_creates_per_minute": 6.0, "amazon_requests_per_second": 4.0}
    )
    rig.parts.close()
    rig.parts = rig.assembled()
    rig.sandbox.control("throttle", {"on": True})
    rig.datasets = frozenset()
    rig.link("agency")
    rig.run_due()
    rig.select(advertisers(rig)["Alder"])
    rig.run_until(rig.is_idle, step=10, hours=3)
    calls = rig.calls(path="/na/api")
    refused = sum(call["status"] == 429 for call in calls)
    assert refused <= 0.05 * len(calls)
    assert {r.state for r in rig.requests()} == {RequestState.COMMITTED}


EDITS: list[tuple[dict[str, Any], RequestState, str]] = [
    ({"set": {"brandNewColumn": 7}}, RequestState.COMMITTED, "unknown columns"),
    ({"drop": ["impressions"]}, RequestState.FAILED, "columns"),
    ({"null": ["sales"]}, RequestState.COMMITTED, ""),
    ({"text": ["impressions"]}, RequestState.COMMITTED, ""),
    ({"negate": ["purchases"], "every": 7}, RequestState.COMMITTED, "negative correction"),
    ({"negate": ["totalCost"], "every": 7}, RequestState.FAILED, "negative delivery"),
]


@pytest.mark.parametrize(("edit", "state", "rule"), EDITS, ids=[str(e[0]) for e in EDITS])
def test_case_29_each_oddity_of_rows_has_its_rule(
    rig: Rig, alder: str, edit: dict[str, Any], state: RequestState, rule: str
) -> None:
    tomorrow(rig)
    # A settled day whose sales are gone would be kept aside: that is another rule's business.
    days = young(rig) if "null" in edit else old(rig)
    before = lake(rig, alder, days)
    plant(rig, {"reportTypeId": "dspCampaign"}, report={"rows": edit})
    fetch(rig, alder, days)
    request = last(rig)
    assert request.state is state
    with rig.web.reading(rig.org.scope()) as tenant:
        rules = {c.rule for c in tenant.checks.recent(500) if c.request_id == request.id}
    assert not rule or rule in rules
    after = lake(rig, alder, days)
    expected = truth(rig, alder, days)
    if state is RequestState.FAILED:
        assert after == before
    elif "null" in edit:
        assert total(after, "sales") == 0
        assert total(after, "total_cost") == total(expected, "total_cost")
    elif "negate" in edit:
        assert total(after, "purchases") < total(expected, "purchases")
        assert total(after, "total_cost") == total(expected, "total_cost")
    else:
        assert after == expected


def _but(figures: Figures, days: DateRange) -> Figures:
    """Return the figures of all other days."""
    inside = {day.isoformat() for day in days.days()}
    return {key: row for key, row in figures.items() if key[0] not in inside}


def _without(figures: Figures, measure: str) -> Figures:
    return {
        key: {name: value for name, value in row.items() if name != measure}
        for key, row in figures.items()
    }


def test_case_29_ids_beyond_two_to_the_53_stay_exact_as_numbers(rig: Rig, alder: str) -> None:
    tomorrow(rig)
    rig.sandbox.control("beliefs", {"ids": "number"})
    days = old(rig)
    fetch(rig, alder, days)
    assert last(rig).state is RequestState.COMMITTED
    assert lake(rig, alder, days) == truth(rig, alder, days)
    assert all(int(key[1]) > 2**53 for key in lake(rig, alder, days))


def test_a_column_that_amazon_no_longer_knows_costs_one_call_and_no_data(
    rig: Rig, alder: str
) -> None:
    tomorrow(rig)
    rig.sandbox.control("beliefs", {"refused_columns": ["brandSearches", "videoAdStart"]})
    days = old(rig)
    fetch(rig, alder, days)
    assert last(rig).state is RequestState.COMMITTED
    assert [c["status"] for c in rig.calls(operation="create_report")] == [400, 200]
    assert lake(rig, alder, days) == truth(rig, alder, days)
    with rig.web.reading(rig.org.scope()) as tenant:
        probes = {v.probe: v.verdict for v in tenant.probes.all()}
    assert probes["refused columns: campaign"] == "brandSearches, videoAdStart"
    fetch(rig, alder, back(rig, 36, 35))
    assert [c["status"] for c in rig.calls(operation="create_report")] == [400, 200, 200]


@pytest.mark.parametrize("damage", ["empty", "vanished_day"])
def test_what_is_suddenly_gone_is_believed_only_when_it_is_said_twice(
    rig: Rig, alder: str, damage: str
) -> None:
    tomorrow(rig)
    days = old(rig)
    gone = days.start.isoformat()
    before = lake(rig, alder, days)
    effect: dict[str, Any] = {"empty": True} if damage == "empty" else {"vanished_day": gone}
    plant(rig, {"reportTypeId": "dspCampaign"}, report=effect)
    _ask(rig, alder, days, "x")

    def is_read() -> bool:
        ends = (RequestState.QUARANTINED, RequestState.COMMITTED)
        return bool(_by_hand(rig)) and last(rig).state in ends

    rig.run_until(is_read)
    day = days.start
    assert _state_of(rig, alder, day) is DayState.QUARANTINED
    doubted = {k: v for k, v in before.items() if damage == "empty" or k[0] == gone}
    assert doubted.items() <= lake(rig, alder, days).items()
    rig.run_until(lambda: all(r.state.is_over for r in _family(rig)), hours=80, step=300)
    assert _state_of(rig, alder, day) is DayState.VANISHED
    assert not doubted.keys() & lake(rig, alder, days).keys()
    second = [r for r in rig.requests() if r.parent_id == last(rig).id]
    assert [r.state for r in second] == [RequestState.COMMITTED]
    first = last(rig)
    assert first.state is RequestState.COMMITTED


def test_a_second_reading_leaves_the_reading_after_noon_its_request_and_is_decided_by_it(
    rig: Rig, alder: str
) -> None:
    tomorrow(rig)
    plant(rig, {"reportTypeId": "dspCampaign"}, when={"times": 1}, report={"empty": True})
    began, days = rig.now, back(rig, 3, 1)
    rig.start_schedules()
    _ask(rig, alder, days, "x")
    rig.run_until(lambda: rig.now - began > timedelta(hours=25), step=1800, hours=27)
    told = {
        (r.reason, r.days, r.state)
        for r in rig.requests()
        if r.planned_at >= began and r.dataset is Dataset.CAMPAIGN
    }
    month = DateRange(days.end - timedelta(days=30), days.end)
    assert told >= {
        (Reason.BY_HAND, days, RequestState.CANCELLED),  # the reading after noon said otherwise
        (Reason.SECOND_READING, days, RequestState.CANCELLED),
        (Reason.DAILY, month, RequestState.COMMITTED),
    }
    assert {_state_of(rig, alder, day) for day in days.days()} == {DayState.PRESENT}


def test_what_was_gone_once_and_is_back_stays(rig: Rig, alder: str) -> None:
    tomorrow(rig)
    days = old(rig)
    before = lake(rig, alder, days)
    plant(rig, {"reportTypeId": "dspCampaign"}, when={"times": 1}, report={"empty": True})
    fetch(rig, alder, days, step=300)
    assert lake(rig, alder, days) == truth(rig, alder, days) == before
    assert last(rig).state is RequestState.CANCELLED
    assert {_state_of(rig, alder, day) for day in days.days()} == {DayState.PRESENT}


def test_a_partial_day_is_kept_aside(rig: Rig, alder: str) -> None:
    tomorrow(rig)
    days = old(rig)
    partial = {"date": days.end.isoformat(), "fraction": 0.4}
    plant(rig, {"reportTypeId": "dspCampaign"}, when={"times": 1}, report={"partial_day": partial})
    fetch(rig, alder, days, step=300)
    assert lake(rig, alder, days) == truth(rig, alder, days)
    assert {rule for rule, _ in blocked(rig)} == {"settled day fell"}


def _state_of(rig: Rig, advertiser_id: str, day: Any) -> DayState:
    with rig.web.reading(rig.org.scope()) as tenant:
        found = tenant.coverage.days(
            DateRange(day, day), Dataset.CAMPAIGN, advertiser_ids=[advertiser_id]
        )
    return found[0].state
