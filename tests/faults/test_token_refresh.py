"""Token refresh under every kind of trouble: the acceptance cases 1 to 12, by their numbers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from core.amazon.deadline import DeadlineTransport
from core.config import Settings
from core.domain.connections import RefreshOutcome, Status
from core.domain.ids import ConnectionId
from core.domain.regions import Region
from core.errors import AppError, NeedsReconnect, NotFound, OurConfig, Throttled, Upstream
from core.jobs import kinds
from core.jobs.background import Background
from core.jobs.endings import Ending
from core.jobs.frame import run_job
from core.jobs.handlers import HANDLERS
from core.jobs.refresh import LIFE_NEEDED, Access
from core.jobs.refreshing import BUSY_WAIT
from core.security import keys
from core.security.sealing import Opener, Purpose, SealContext, Sealer
from core.security.secret import Secret
from core.store.accounts.connections import AmazonUser, Connection
from core.store.accounts.credentials import Credential, CredentialHealth
from core.store.schema.words import JobState
from tests.integration.jobs.rig import Rig

ROOT = Path(__file__).resolve().parents[2]
TOKEN = {"operation": "token"}


@pytest.fixture(autouse=True)
def seen(rig: Rig, other_rig: Rig) -> None:
    """Each test has a second tenant beside it, whose connection must come to no harm."""


def really_waits(seconds: float) -> None:
    """Wait by the machine's clock, as a process does."""
    threading.Event().wait(seconds)


def due(credential: Credential) -> bool:
    """Return whether a credential has no token that lives, as a scheduler at margin sees it."""
    return credential.access_expires_at is None or credential.cooldown_until is None


def connection(rig: Rig, connection_id: str) -> Connection:
    with rig.web.reading(rig.org.scope()) as tenant:
        return tenant.connections.get(connection_id)


def health(rig: Rig, connection_id: str) -> CredentialHealth:
    with rig.web.reading(rig.org.scope()) as tenant:
        return next(h for h in tenant.credentials.health() if h.connection_id == connection_id)


def outcomes(rig: Rig, connection_id: str) -> list[RefreshOutcome]:
    with rig.web.reading(rig.org.scope()) as tenant:
        return [e.outcome for e in tenant.refreshes.recent(connection_id, 500)]


def token_calls(rig: Rig) -> int:
    """Return how many calls of the token endpoint there were, linking apart."""
    return sum("refresh" in call["detail"] for call in rig.calls(operation="token"))


def plant(rig: Rig, match: dict[str, Any], **effects: Any) -> None:
    rig.sandbox.control("faults", {"match": match, **effects})


def heal(rig: Rig) -> None:
    rig.sandbox.http.delete("/_sandbox/faults").raise_for_status()


@contextmanager
def processes(rig: Rig, count: int, **parts: Any) -> Iterator[list[Background]]:
    """Assemble as many backgrounds as there would be processes: nothing is shared in memory."""
    made = [rig.assembled(pause=really_waits, **parts) for _ in range(count)]
    try:
        yield made
    finally:
        for one in made:
            one.close()


def together(work: list[Callable[[], Any]]) -> list[Any]:
    """Run all at the same moment; return what each returned or raised, in their order."""
    gate = threading.Barrier(len(work))
    results: list[Any] = [None] * len(work)

    def run(number: int) -> None:
        gate.wait()
        try:
            results[number] = work[number]()
        except AppError as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(work))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def at_margin(rig: Rig, parts: Background, connection_id: str) -> Access | AppError:
    """Renew as the refresh job does: if it is due, and waiting for whoever is at it."""
    now = rig.now

    def is_due(credential: Credential) -> bool:
        return credential.refresh_due_at is not None and credential.refresh_due_at <= now

    return parts.refresher.renew(rig.scope, connection_id, is_due, patience=20.0)


@pytest.mark.parametrize(
    ("fresh_database", "rounds", "delay"),
    [
        ("postgresql", 200, [0, 8]),
        ("sqlite", 50, [0, 8]),
        pytest.param("postgresql", 12, [0, 800], marks=pytest.mark.slow),
        pytest.param("sqlite", 12, [0, 800], marks=pytest.mark.slow),
    ],
    indirect=["fresh_database"],
)
def test_case_1_three_schedulers_at_margin_make_one_call_a_round(
    rig: Rig, rounds: int, delay: list[int]
) -> None:
    mine = rig.link("agency")
    plant(rig, TOKEN, delay_ms=delay)
    with processes(rig, 3) as made:
        for _ in range(rounds):
            rig.pass_time(minutes=50)
            rig.sandbox.http.delete("/_sandbox/calls")
            got = together([lambda p=p: at_margin(rig, p, mine) for p in made])  # type: ignore[misc]
            assert all(isinstance(one, Access) for one in got), got
            assert len({one.token.reveal() for one in got}) == 1
            assert token_calls(rig) == 1
    assert outcomes(rig, mine)[:rounds] == [RefreshOutcome.REFRESHED] * min(rounds, 500)


class Counting(httpx.BaseTransport):
    """The way to the network, counting what is under way at once."""

    def __init__(self) -> None:
        self.inner = DeadlineTransport()
        self.lock = threading.Lock()
        self.now = self.most = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        is_token = request.url.path.endswith("/token")
        with self.lock:
            self.now += is_token
            self.most = max(self.most, self.now)
        try:
            return self.inner.handle_request(request)
        finally:
            with self.lock:
                self.now -= is_token

    def close(self) -> None:
        self.inner.close()


def test_case_2_a_call_that_outlasts_the_lease_is_given_up_before_it_ends(rig: Rig) -> None:
    mine = rig.link("agency")
    rig.pass_time(minutes=50)
    plant(rig, TOKEN, hang_seconds=45)
    rig.settings = rig.settings.model_copy(update={"token_lease_seconds": 1.0})
    way = Counting()
    with processes(rig, 3, transport=way) as made:
        began = time.monotonic()
        got = together([lambda p=p: at_margin(rig, p, mine) for p in made])  # type: ignore[misc]
        took = time.monotonic() - began
    assert way.most == 1
    assert all(isinstance(one, Upstream) for one in got), got
    assert took < 10
    assert connection(rig, mine).status is Status.RETRYING
    assert health(rig, mine).failures == 1  # the others saw it cool down and made no call


HOLDER = """
import sys
from datetime import timedelta
from core.store.store import Process, Store
store = Store.open(sys.argv[1], Process.SCHEDULER)
with store.system() as system:
    length = timedelta(seconds=float(sys.argv[3]))
    lease = system.leases.acquire(f"token:{sys.argv[2]}", "holder", length)
print("held" if lease else "refused", flush=True)
sys.stdin.read()
"""


def test_case_3_the_lease_of_a_killed_holder_passes_on(rig: Rig) -> None:
    mine = rig.link("agency")
    rig.pass_time(minutes=50)
    command = [sys.executable, "-c", HOLDER, rig.database.address, mine, "3"]
    holder = subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    try:
        assert holder.stdout.readline().strip() == "held"
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait(10)
    finally:
        holder.stdin.close()
        holder.stdout.close()
    began = time.monotonic()
    with processes(rig, 1) as (successor,):
        assert isinstance(at_margin(rig, successor, mine), Access)
    assert time.monotonic() - began < 8


def test_case_3_the_job_of_a_killed_holder_comes_back_and_is_done_in_time(rig: Rig) -> None:
    mine = rig.link("agency")
    rig.pass_time(minutes=50)
    rig.ask(kinds.REFRESH, {"connection_id": mine}, key=mine)
    ended, only = timedelta(0), [kinds.REFRESH.name]
    with rig.parts.store.system() as system:
        assert system.jobs.claim("killed", 9, now=rig.now, lease=ended, kinds=only)
        assert system.leases.acquire(f"token:{mine}", "killed", ended)
        assert system.jobs.reap(rig.now) == 1
        holder, lease = rig.parts.holder, rig.parts.lease
        (job,) = system.jobs.claim(holder, 9, now=rig.now, lease=lease, kinds=only)
    assert run_job(rig.parts, HANDLERS, job) is Ending.DONE
    ends = health(rig, mine).access_expires_at
    assert ends is not None
    assert ends > rig.now + timedelta(minutes=50)


def test_case_3_as_shipped_the_longest_way_to_a_successor_is_short_enough(rig: Rig) -> None:
    """What other tests shorten to seconds. The worst: killed just after everything was held."""
    shipped = {name: field.default for name, field in Settings.model_fields.items()}
    reaped = shipped["job_lease_seconds"] * 1.25  # the lease, and a quarter between two looks
    free = shipped["token_lease_seconds"] + BUSY_WAIT.total_seconds()
    assert max(reaped, free) + 2 * shipped["scheduler_tick_seconds"] < 30


@pytest.mark.parametrize("trouble", ["500", "502", "503", "hang"])
def test_case_4_ten_minutes_of_failure_mark_nobody_and_hammer_nobody(
    rig: Rig, other_rig: Rig, trouble: str
) -> None:
    rig.settings = rig.settings.model_copy(update={"amazon_read_timeout_seconds": 0.2})
    rig.parts.close()
    rig.parts = rig.assembled()
    accounts = [rig.link(slug) for slug in ("agency", "reader")]
    theirs = other_rig.link("second-agency")
    rig.run_due()
    rig.start_schedules()
    ends = [health(rig, one).access_expires_at for one in accounts]
    before = [rig.parts.tokens.current(rig.scope, one).reveal() for one in accounts]
    effect: dict[str, Any] = {"hang_seconds": 2}
    if trouble != "hang":
        effect = {"answer": {"status": int(trouble), "text": "<h1>oops</h1>"}}
    plant(rig, TOKEN, when={"for_seconds": 3600 + 600}, **effect)
    rig.pass_time(minutes=46)
    rig.sandbox.http.delete("/_sandbox/calls")
    for _ in range(60):
        rig.run_due()
        rig.pass_time(seconds=10)
    for one in (*accounts, theirs):
        owner = other_rig if one == theirs else rig
        assert connection(owner, one).status is Status.RETRYING
        failures = outcomes(owner, one)
        assert 3 <= len(failures) <= 12
        assert set(failures) == {RefreshOutcome.RETRIED}
    assert token_calls(rig) <= 36
    # The tokens in hand are good until their end, and are used.
    assert all(end is not None and end > rig.now for end in ends)
    assert [rig.parts.tokens.current(rig.scope, one).reveal() for one in accounts] == before
    heal(rig)
    rig.run_until(
        lambda: all(connection(rig, one).status is Status.ACTIVE for one in accounts), hours=1
    )
    assert connection(other_rig, theirs).status is Status.ACTIVE


def test_case_5_a_lost_grant_stops_at_once_and_is_told_once(rig: Rig, other_rig: Rig) -> None:
    mine, theirs = rig.link("agency"), other_rig.link("second-agency")
    rig.run_due()
    rig.start_schedules()
    rig.sandbox.control("revoke", {"user": "agency"})
    rig.pass_time(minutes=50)
    rig.run_due()
    lost = connection(rig, mine)
    assert lost.status is Status.NEEDS_RECONNECT
    assert lost.status_at == rig.now
    assert connection(other_rig, theirs).status is Status.ACTIVE
    rig.sandbox.http.delete("/_sandbox/calls")
    for _ in range(8):
        rig.pass_time(minutes=30)
        rig.run_due()
    assert {call["account"] for call in rig.calls(operation="token")} == {
        rig.sandbox.user("second-agency")["user_id"]
    }
    with pytest.raises(NeedsReconnect):
        rig.parts.tokens.current(rig.scope, mine)
    mails = [m for m in rig.sandbox.control("mail")["mails"] if "Reconnect" in m["subject"]]
    assert [m["to"] for m in mails] == [["org_acme-owner@mail.example"]]
    with rig.web.reading(rig.org.scope()) as tenant:
        assert tenant.advertisers.all() != []  # what was found stays readable
    assert outcomes(rig, mine)[0] is RefreshOutcome.LOST


def test_case_5_a_connection_authorized_again_goes_on_and_a_new_loss_is_told_anew(
    rig: Rig,
) -> None:
    mine = rig.link("agency")
    for _ in range(2):
        rig.sandbox.control("revoke", {"user": "agency"})
        rig.pass_time(minutes=50)
        rig.start_schedules()
        rig.run_until(
            lambda: connection(rig, mine).status is Status.NEEDS_RECONNECT, step=60, hours=2
        )
        rig.pass_time(minutes=5)
        rig.run_due()
        rig.sandbox.http.delete("/_sandbox/revoke")
        assert rig.link("agency") == mine
        assert connection(rig, mine).status is Status.ACTIVE
    subjects = Counter(m["subject"] for m in rig.sandbox.control("mail")["mails"])
    assert subjects == {"Reconnect needed: Robin Vale": 2}


@pytest.mark.parametrize("form", ["seconds", "date", "none"])
def test_case_6_a_throttled_token_endpoint_is_left_alone_by_every_process(
    rig: Rig, form: str
) -> None:
    one, two = rig.link("agency"), rig.link("reader")
    rig.pass_time(minutes=50)
    then = format_datetime(rig.now + timedelta(seconds=7), usegmt=True)
    headers = {"seconds": {"Retry-After": "7"}, "date": {"Retry-After": then}, "none": {}}[form]
    plant(rig, TOKEN, when={"times": 1}, answer={"status": 429, "headers": headers, "text": "slow"})
    rig.sandbox.http.delete("/_sandbox/calls")
    with processes(rig, 2) as (first, second):
        with pytest.raises(Throttled):
            at_margin(rig, first, one)
        assert token_calls(rig) == 1
        with pytest.raises(Throttled) as caught:
            at_margin(rig, second, two)
        left = caught.value.retry_after_seconds
        assert left is not None
        assert left == pytest.approx(7.0, abs=1.0) if form != "none" else 0 < left <= 2
        assert token_calls(rig) == 1
        rig.pass_time(seconds=left)
        assert isinstance(at_margin(rig, second, two), Access)
    assert connection(rig, one).status is Status.RETRYING


@pytest.mark.parametrize(
    ("effect", "is_good"),
    [
        ({"patch": {"set": {"expires_in": "3600"}}}, True),
        ({"patch": {"set": {"expires_in": 0}}}, False),
        ({"patch": {"set": {"expires_in": -1}}}, False),
        ({"patch": {"drop": ["expires_in"]}}, False),
        ({"patch": {"set": {"expires_in": 1e12}}}, False),
        ({"patch": {"drop": ["access_token"]}}, False),
        ({"answer": {"status": 200, "text": "<html>hello</html>"}}, False),
        ({"answer": {"status": 200, "text": ""}}, False),
    ],
)
def test_case_7_a_success_that_is_none_changes_no_token(
    rig: Rig, effect: dict[str, Any], is_good: bool
) -> None:
    mine = rig.link("agency")
    before = rig.parts.refresher.credential(rig.scope, mine)
    rig.pass_time(minutes=50)
    plant(rig, TOKEN, **effect)
    if is_good:
        renewed = at_margin(rig, rig.parts, mine)
        assert isinstance(renewed, Access)
        assert renewed.expires_at == rig.now + timedelta(seconds=3600)
        return
    with pytest.raises(Upstream):
        at_margin(rig, rig.parts, mine)
    after = rig.parts.refresher.credential(rig.scope, mine)
    assert (after.refresh, after.access) == (before.refresh, before.access)
    assert connection(rig, mine).status is Status.RETRYING


def test_case_8_twenty_calls_that_meet_a_401_together_lead_to_one_refresh(rig: Rig) -> None:
    mine = rig.link("agency")
    plant(
        rig,
        {"operation": "profiles"},
        when={"times": 20},
        answer={"status": 401, "json": {"code": "401", "details": "Authentication failed"}},
    )
    plant(rig, TOKEN, delay_ms=400)  # so that all twenty have met their 401 before it
    rig.sandbox.http.delete("/_sandbox/calls")
    with processes(rig, 1) as (parts,):
        link = parts.link(rig.scope, mine, Region.NA)
        ask = [lambda: link.read("GET", "/v2/profiles") for _ in range(20)]
        answers = together(ask)
    assert all(isinstance(answer, list) for answer in answers), answers
    assert token_calls(rig) == 1
    assert len(rig.calls(operation="profiles")) == 40


def test_case_8_a_token_refused_in_two_processes_is_renewed_once(rig: Rig) -> None:
    mine = rig.link("agency")
    held = rig.parts.tokens.current(rig.scope, mine)
    rig.sandbox.http.delete("/_sandbox/calls")
    with processes(rig, 2) as (first, second):
        got = together(
            [
                lambda: first.tokens.renewed(rig.scope, mine, held),
                lambda: second.tokens.renewed(rig.scope, mine, held),
            ]
        )
    assert [isinstance(one, Secret) for one in got] == [True, True], got
    assert got[0] == got[1] != held
    assert token_calls(rig) == 1


def until_a_refresh_is_under_way(rig: Rig) -> None:
    """Return once Amazon has been asked for a token."""
    arrived = threading.Event()
    for _ in range(500):
        if token_calls(rig):
            return
        arrived.wait(0.02)
    raise AssertionError("no refresh was under way")


@pytest.mark.parametrize("end", ["disconnect", "delete"])
def test_case_9_what_is_unlinked_while_it_is_refreshed_stays_unlinked(rig: Rig, end: str) -> None:
    mine = rig.link("agency")
    rig.pass_time(minutes=50)
    plant(rig, TOKEN, delay_ms=700)
    result: list[Any] = []

    def work() -> None:
        try:
            result.append(at_margin(rig, rig.parts, mine))
        except AppError as error:
            result.append(error)

    thread = threading.Thread(target=work)
    thread.start()
    until_a_refresh_is_under_way(rig)
    with rig.web.writing(rig.org.scope()) as tenant:
        if end == "disconnect":
            tenant.connections.disconnect(mine, rig.now)
        else:
            tenant.organization.delete(rig.now)
    thread.join(30)
    (ended,) = result
    assert isinstance(ended, AppError)
    with pytest.raises(NotFound):
        rig.parts.refresher.credential(rig.scope, mine)
    with rig.parts.store.reading(rig.scope) as tenant:
        assert tenant.connections.get(mine).status is Status.DISCONNECTED
    with pytest.raises(NotFound):
        rig.parts.tokens.current(rig.scope, mine)


def test_case_9_the_job_of_a_refresh_that_came_too_late_is_done_and_not_taken_for_lost(
    rig: Rig,
) -> None:
    mine = rig.link("agency")
    rig.pass_time(minutes=50)
    plant(rig, TOKEN, delay_ms=700)
    job_id = rig.ask(kinds.REFRESH, {"connection_id": mine}, key=mine)
    with rig.parts.store.system() as system:
        jobs = system.jobs.claim(rig.parts.holder, 10, now=rig.now, lease=rig.parts.lease)
    (job,) = [job for job in jobs if job.id == job_id]
    thread = threading.Thread(target=run_job, args=(rig.parts, HANDLERS, job))
    thread.start()
    until_a_refresh_is_under_way(rig)
    with rig.web.writing(rig.org.scope()) as tenant:
        tenant.connections.disconnect(mine, rig.now)
    thread.join(30)
    with rig.web.reading(rig.org.scope()) as tenant:
        (ended,) = tenant.jobs.recent(kinds=[kinds.REFRESH.name])
    assert (ended.state, ended.error) == (JobState.DONE, None)


def test_a_wrong_client_is_one_alarm_and_marks_no_account(rig: Rig, other_rig: Rig) -> None:
    mine, theirs = rig.link("agency"), other_rig.link("second-agency")
    rig.run_due()
    rig.start_schedules()
    wrong = {"status": 401, "json": {"error": "invalid_client", "error_description": "no"}}
    plant(rig, TOKEN, answer=wrong)
    rig.pass_time(minutes=50)
    rig.sandbox.http.delete("/_sandbox/calls")
    for _ in range(20):
        rig.run_due()
        rig.pass_time(seconds=30)
    assert token_calls(rig) == 1  # the circuit is open for every account
    assert list(rig.parts.alarms.standing()) == ["amazon-client"]
    assert connection(rig, mine).status is Status.ACTIVE
    assert connection(other_rig, theirs).status is Status.ACTIVE
    with pytest.raises(OurConfig):
        at_margin(rig, rig.parts, mine)
    heal(rig)
    rig.run_until(lambda: not rig.parts.alarms.standing(), hours=1)
    rig.run_until(lambda: health(rig, mine).failures == 0 and token_calls(rig) >= 2, hours=1)


def test_a_mail_comes_before_data_stops(rig: Rig) -> None:
    mine = rig.link("agency")
    rig.run_due()
    rig.start_schedules()
    plant(rig, TOKEN, answer={"status": 503, "text": "down"})
    rig.pass_time(minutes=44)
    rig.run_until(lambda: bool(rig.sandbox.control("mail")["mails"]), step=20, hours=2)
    ends = health(rig, mine).access_expires_at
    assert ends is not None
    assert rig.now < ends
    for _ in range(40):
        rig.pass_time(minutes=5)
        rig.run_due()
    (mail,) = rig.sandbox.control("mail")["mails"]
    assert mail["subject"] == "Data is about to stop"
    assert "/accounts" in mail["text"]


def strangers(rig: Rig, count: int) -> list[ConnectionId]:
    """Link so many grants at once, all of which end in the same minute."""
    grants = rig.sandbox.control("grants", {"count": count})["grants"]
    sealer = Sealer.from_setting(rig.settings.sealing_public_keys)
    now = rig.now
    made = []
    with rig.web.writing(rig.org.scope()) as tenant:
        for number, grant in enumerate(grants):
            user = AmazonUser(f"amzn1.account.{number}")
            connection_id = tenant.connections.link(Region.NA, user, now)
            context = SealContext(rig.org.id, connection_id, Purpose.REFRESH_TOKEN)
            token = Secret(grant["refresh_token"])
            tenant.credentials.put(connection_id, sealer.seal(token, context), now)
            made.append(connection_id)
    return made


def renewed_in_time(rig: Rig, step: float, hours: float) -> tuple[int, int]:
    """Let time pass; return how many refreshes succeeded in time, and how many late."""
    end = rig.now + timedelta(hours=hours)
    while rig.now < end:
        rig.run_due()
        rig.pass_time(seconds=step)
    with rig.web.reading(rig.org.scope()) as tenant:
        found = tenant.refreshes.reliability(rig.now).values()
    return sum(one.in_time for one in found), sum(one.due - one.in_time for one in found)


# The set rate and the schedules know no database: one of each is enough for what takes long.
@pytest.mark.slow
@pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True)
def test_case_10_a_thousand_that_end_together_are_renewed_in_time_at_the_set_rate(
    rig: Rig,
) -> None:
    made = strangers(rig, 1_000)
    rig.start_schedules()
    rig.run_until(lambda: token_calls(rig) >= 1_000, step=1, hours=1)
    first = rig.calls(operation="token")
    per_second = Counter(call["at"][:19] for call in first)
    burst = rig.settings.token_refreshes_per_second
    assert max(per_second.values()) <= 2 * burst
    assert len(made) == len(first)
    span = datetime.fromisoformat(first[-1]["at"]) - datetime.fromisoformat(first[0]["at"])
    assert span.total_seconds() >= (1_000 - 2 * burst) / burst
    with rig.web.reading(rig.org.scope()) as tenant:
        alive = [h for h in tenant.credentials.health() if h.access_expires_at]
    assert all(h.access_expires_at > rig.now + LIFE_NEEDED for h in alive if h.access_expires_at)
    assert len(alive) == 1_000


@pytest.mark.slow
@pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)
def test_case_11_a_day_with_two_percent_of_faults_keeps_every_token_alive(rig: Rig) -> None:
    made = strangers(rig, 25)
    rig.run_due()
    rig.start_schedules()
    plant(rig, TOKEN, when={"share": 0.02}, answer={"status": 503, "text": "now and then"})
    in_time, late = renewed_in_time(rig, step=180, hours=24)
    assert in_time >= 25 * 23
    assert in_time / (in_time + late) >= 0.995
    assert {connection(rig, one).status for one in made} <= {Status.ACTIVE, Status.RETRYING}


def test_case_12_three_hours_of_silence_end_without_a_storm(rig: Rig) -> None:
    made = strangers(rig, 40)
    rig.start_schedules()
    rig.run_until(lambda: token_calls(rig) >= 40, step=2, hours=1)
    rig.pass_time(hours=3)
    rig.sandbox.http.delete("/_sandbox/calls")
    rig.run_until(lambda: token_calls(rig) >= 40, step=1, hours=1)
    per_second = Counter(call["at"][:19] for call in rig.calls(operation="token"))
    assert max(per_second.values()) <= 2 * rig.settings.token_refreshes_per_second
    assert {connection(rig, one).status for one in made} == {Status.ACTIVE}


def test_a_token_that_does_not_open_alarms_until_it_does(rig: Rig) -> None:
    mine = rig.link("agency")
    fresh = keys.generated()
    sealer = Sealer.from_setting(fresh["SEALING_PUBLIC_KEYS"])
    opener = Opener.from_setting(Secret(fresh["SEALING_PRIVATE_KEYS"]))
    without = replace(rig.parts, sealer=sealer, opener=opener)
    rig.ask(kinds.RESEAL)
    rig.run_due(without)
    (name,) = rig.parts.alarms.standing()
    assert name == f"seal:{mine}"
    rig.ask(kinds.RESEAL)
    rig.run_due()
    assert rig.parts.alarms.standing() == {}
