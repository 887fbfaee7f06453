"""Reports on their way to people: what goes out, when it does not, and what the mail holds."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from core.domain.periods import DateRange
from core.domain.roles import Role
from core.domain.views import Screen, View
from core.errors import NotFound
from core.jobs import kinds
from core.jobs.frame import run_job
from core.jobs.handlers import HANDLERS
from core.reports.file_specs import Format
from core.reports.look import Look, keep_look
from core.reports.making import Kind
from core.reports.press import Press
from core.reports.typeset import ACCENT
from core.security.secret import Secret
from core.store.schema.words import DeliveryState
from tests.integration.jobs.posting import (
    A_MINUTE,
    READERS,
    arrived,
    at,
    deliveries,
    filled,
    mails,
    next_run,
    post,
    scheduled,
    taken_over,
)
from tests.integration.jobs.rig import Rig

# One database is enough: what differs between them is proven in the store's own tests.
pytestmark = pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True)


@pytest.fixture(scope="module")
def press() -> Iterator[Press]:
    """One press for all of these tests: its process takes longer to start than to print."""
    made = Press()
    yield made
    made.close()


@pytest.fixture(autouse=True)
def _shared(rig: Rig, press: Press) -> Iterator[None]:
    rig.parts = replace(rig.parts, press=press)
    yield
    rig.parts = replace(rig.parts, press=Press())


def test_a_schedule_sends_its_report_once_to_each_and_keeps_the_very_files(rig: Rig) -> None:
    filled(rig)
    schedule = scheduled(rig, waits_for_data=False)
    at(rig, next_run(rig, schedule) + A_MINUTE)
    post(rig)
    post(rig)
    [sent] = deliveries(rig)
    assert (sent.state, sent.is_late, sent.reason) == (DeliveryState.SENT, False, None)
    found = mails(rig)
    assert sorted(mail["to"][0] for mail in found) == sorted(READERS)
    for mail in found:
        assert mail["subject"].startswith("Weekly summary: Lumen Pet, ")
        assert [a["type"] for a in mail["attachments"]] == [
            f.media_type for f in (Format.PDF, Format.XLSX)
        ]
        assert "Unsubscribe=One-Click" in mail["headers"]["List-Unsubscribe-Post"]
        assert mail["headers"]["List-Unsubscribe"].startswith("<http://localhost:8501/unsubscribe/")
        assert "Data through" in mail["text"]
        assert "Data through" in mail["html"]
    shelf = rig.parts.lake.shelf(rig.scope)
    for number, file in enumerate(sent.files):
        kept = shelf.read(file["place"])
        assert hashlib.sha256(kept).hexdigest() == file["sha256"]
        mailed = rig.sandbox.http.get(f"/mail/{found[0]['id']}/{number}").content
        assert mailed == kept


def test_files_that_are_not_attached_are_fetched_by_the_mails_own_link(rig: Rig) -> None:
    filled(rig)
    schedule = scheduled(rig, waits_for_data=False, attaches=False)
    at(rig, next_run(rig, schedule) + A_MINUTE)
    post(rig)
    [sent] = deliveries(rig)
    tokens = set()
    for mail in mails(rig):
        assert mail["attachments"] == []
        found = re.findall(r"http://localhost:8501/files/([A-Za-z0-9_-]+)/(\d)", mail["text"])
        assert [number for _, number in found] == ["1", "2"]
        [token] = {token for token, _ in found}
        tokens.add(token)
        with rig.web.people() as door:
            assert door.linked_files.look(Secret(token), rig.now).files == sent.files
            with pytest.raises(NotFound):
                door.linked_files.look(Secret(token), rig.now + timedelta(days=30))
    assert len(tokens) == len(READERS), "a link of each reader's own"


def test_who_has_left_the_mailing_is_not_written_to_again(rig: Rig) -> None:
    filled(rig)
    schedule = scheduled(rig, waits_for_data=False)
    at(rig, next_run(rig, schedule) + A_MINUTE)
    post(rig)
    [mail] = mails(rig, READERS[0])
    [link] = re.findall(r"/unsubscribe/([A-Za-z0-9_-]+)", mail["headers"]["List-Unsubscribe"])
    with rig.web.people() as door:
        door.unsubscriptions.leave(Secret(link), rig.now)
    at(rig, next_run(rig, schedule) + A_MINUTE)
    post(rig)
    assert len(mails(rig, READERS[0])) == 1
    assert len(mails(rig, READERS[1])) == 2


def test_of_several_missed_mornings_one_goes_out_and_says_that_it_is_late(rig: Rig) -> None:
    filled(rig)
    schedule = scheduled(rig, waits_for_data=False)
    first = next_run(rig, schedule)
    at(rig, first + timedelta(days=2, hours=3))
    post(rig)
    [sent] = deliveries(rig)
    assert (sent.state, sent.is_late) == (DeliveryState.SENT, True)
    assert sent.due_at == first + timedelta(days=2)
    assert all(mail["subject"].startswith("Late: ") for mail in mails(rig))
    assert "This report is late: it was due 18 Jun, 11:00 UTC" in mails(rig)[0]["text"]
    assert next_run(rig, schedule) == first + timedelta(days=3)


def test_an_empty_report_and_one_like_the_last_stay_at_home(rig: Rig) -> None:
    filled(rig)
    empty = View(screen=Screen.MORNING, text="no order is called so")
    scheduled(rig, waits_for_data=False, view=empty)
    days = DateRange(date(2026, 6, 1), date(2026, 6, 7))
    still = View(screen=Screen.MORNING, range=days)
    same = scheduled(rig, kind=Kind.PAGE, view=still, waits_for_data=False, skips_same=True)
    at(rig, next_run(rig, same) + A_MINUTE)
    post(rig)
    states = {d.schedule_id == same: (d.state, d.reason) for d in deliveries(rig)}
    assert states[False] == (DeliveryState.SKIPPED, "Nothing was delivered in its days.")
    assert states[True][0] is DeliveryState.SENT
    at(rig, next_run(rig, same) + A_MINUTE)
    post(rig)
    newest = next(d for d in deliveries(rig) if d.schedule_id == same)
    assert newest.state is DeliveryState.SKIPPED
    assert newest.reason == "Nothing changed since the last one that was sent."


@pytest.mark.parametrize(
    ("rule", "kind", "behind", "period"),
    [
        # Due on 30 June at 23:00 in New York and begun on 1 July: the last month is still May.
        ("monthly last 23:00", Kind.MONTHLY, timedelta(minutes=70), "1 May – 31 May 2026"),
        # Due on Monday 22 June and caught up on Wednesday: the week that ended on Sunday.
        ("weekly mon 07:00", Kind.WEEKLY, timedelta(days=2), "15 Jun – 21 Jun 2026"),
    ],
)
def test_a_report_is_of_the_days_before_it_was_due_however_late_it_is_begun(
    rig: Rig, rule: str, kind: Kind, behind: timedelta, period: str
) -> None:
    filled(rig)
    schedule = scheduled(
        rig, rule=rule, kind=kind, formats=(Format.CSV,), waits_for_data=False, skips_empty=False
    )
    at(rig, next_run(rig, schedule) + behind)
    post(rig)
    [sent] = deliveries(rig)
    assert (sent.state, sent.as_of["period"]) == (DeliveryState.SENT, period)
    as_of = datetime.fromisoformat(sent.as_of["at"])
    assert f"As of {as_of:%-d %b %Y, %H:%M} UTC" in sent.as_of["freshness"]
    assert as_of >= sent.due_at + behind


def test_it_waits_until_yesterday_is_whole(rig: Rig) -> None:
    office = filled(rig)
    schedule = scheduled(rig, formats=(Format.CSV,))
    due = next_run(rig, schedule) + timedelta(days=1)
    for minutes in (1, 280):
        at(rig, due + minutes * A_MINUTE)
        post(rig)
    assert ([d.state for d in deliveries(rig)], mails(rig)) == ([DeliveryState.PLANNED], [])
    office.now = rig.now
    last = due.date() - timedelta(days=1)
    arrived(office, DateRange(last - timedelta(days=1), last))
    rig.pass_time(minutes=10)
    post(rig)
    [sent] = deliveries(rig)
    assert (sent.state, sent.is_late) == (DeliveryState.SENT, False)
    assert not mails(rig)[0]["subject"].startswith("Late")
    assert f"Data through {last:%-d %b}" in mails(rig)[0]["text"]


def test_what_was_held_up_after_its_days_were_whole_is_late(rig: Rig) -> None:
    office = filled(rig)
    schedule = scheduled(rig, formats=(Format.CSV,))
    due = next_run(rig, schedule) + timedelta(days=1)
    at(rig, due + A_MINUTE)
    post(rig)
    office.now = rig.now
    last = due.date() - timedelta(days=1)
    arrived(office, DateRange(last - timedelta(days=1), last))
    at(rig, due + timedelta(hours=5))
    post(rig)
    [sent] = deliveries(rig)
    assert (sent.state, sent.is_late) == (DeliveryState.SENT, True)


def test_a_schedule_just_after_midnight_waits_for_the_reading_after_noon(rig: Rig) -> None:
    filled(rig)
    schedule = scheduled(rig, rule="daily 00:10", formats=(Format.CSV,))
    due = next_run(rig, schedule) + timedelta(days=1)
    for hours in (0, 13):
        at(rig, due + timedelta(hours=hours, minutes=1))
        post(rig)
    assert [d.state for d in deliveries(rig)] == [DeliveryState.PLANNED]


def test_it_waits_for_data_no_longer_than_sixteen_hours(rig: Rig) -> None:
    filled(rig)
    schedule = scheduled(rig, formats=(Format.CSV,))
    due = next_run(rig, schedule) + timedelta(days=1)
    for hours in (0, 16):
        at(rig, due + timedelta(hours=hours, minutes=11))
        post(rig)
    [sent] = deliveries(rig)
    assert (sent.state, sent.is_late) == (DeliveryState.SENT, True)
    assert "Data through 14 Jun" in mails(rig)[0]["text"]


class BrokenPress(Press):
    """A press with a fault that nobody foresaw."""

    def pdf(self, template: str, told: Mapping[str, Any], *, made_at: int) -> bytes:
        raise RuntimeError("nobody foresaw this")


def test_an_unforeseen_fault_ends_in_the_history_and_the_report_can_be_made_again(
    rig: Rig, press: Press
) -> None:
    filled(rig)
    schedule = scheduled(rig, waits_for_data=False, formats=(Format.PDF,))
    at(rig, next_run(rig, schedule) + A_MINUTE)
    with closing(BrokenPress()) as broken:
        rig.parts = replace(rig.parts, press=broken)
        post(rig)
        for _ in range(kinds.DELIVER.attempts_max):
            rig.pass_time(hours=1)
            rig.run_due()
    [failed] = deliveries(rig)
    told = "A fault of ours (RuntimeError); the log has the details."
    assert (failed.state, failed.reason) == (DeliveryState.FAILED, told)
    rig.parts = replace(rig.parts, press=press)
    with rig.web.writing(rig.org.scope()) as tenant:
        tenant.report_deliveries.begin_again(failed.id)
        tenant.jobs.enqueue(kinds.DELIVER.job(rig.now, {"delivery_id": failed.id}), rig.now)
    post(rig)
    assert [d.state for d in deliveries(rig)] == [DeliveryState.SENT]
    assert len(mails(rig, READERS[0])) == 1


@pytest.mark.parametrize(
    ("state", "why"),
    [
        (DeliveryState.BUILDING, "stopped at every attempt"),
        (DeliveryState.SENDING, "Its mails are in the post"),
    ],
)
def test_a_delivery_whose_process_died_at_every_attempt_ends_in_the_history(
    rig: Rig, other_rig: Rig, state: DeliveryState, why: str
) -> None:
    made = []
    for one in (rig, other_rig):
        with one.web.writing(one.org.scope()) as tenant:
            new = tenant.report_deliveries.plan("def_1", "Weekly", one.now, one.now)
            assert new is not None
            made.append(tenant.report_deliveries.advance(new, state))
            job = kinds.DELIVER.job(one.now, {"delivery_id": new.id}, key=new.id)
            tenant.jobs.enqueue(job, one.now)
    for _ in range(kinds.DELIVER.attempts_max):
        with rig.parts.store.system() as system:
            claimed = system.jobs.claim("dead", 10, now=rig.now, lease=timedelta(0))
            for job_of_other in claimed:
                if job_of_other.org_id == other_rig.org.id:
                    system.jobs.postpone(job_of_other, rig.now)
            system.jobs.reap(rig.now)
    with rig.parts.store.system() as system:
        system.jobs.enqueue(kinds.DELIVERIES.job(rig.now), rig.now)
        [plan] = system.jobs.claim(
            "alive", 1, now=rig.now, lease=rig.parts.lease, kinds=[kinds.DELIVERIES.name]
        )
    run_job(rig.parts, HANDLERS, plan)
    assert [(d.state, why in (d.reason or "")) for d in deliveries(rig)] == [
        (DeliveryState.FAILED, True)
    ]
    assert [d.state for d in deliveries(other_rig)] == [state], "its job is still to be done"


def test_case_43_a_schedule_sends_nothing_once_its_keeper_may_not_until_it_is_taken_over(
    rig: Rig,
) -> None:
    filled(rig)
    schedule = scheduled(rig, waits_for_data=False, formats=(Format.CSV,))
    taken_over(rig, schedule, Role.ANALYST)
    with rig.web.writing(rig.org.scope()) as tenant:
        tenant.members.remove(rig.org.user(Role.ANALYST))
    at(rig, next_run(rig, schedule) + A_MINUTE)
    post(rig)
    [stopped] = deliveries(rig)
    assert stopped.state is DeliveryState.SKIPPED
    assert stopped.reason
    assert stopped.reason.startswith("Whoever kept it may not send reports any more.")
    assert mails(rig) == []
    taken_over(rig, schedule, Role.ADMIN)
    at(rig, next_run(rig, schedule) + A_MINUTE)
    post(rig)
    assert deliveries(rig)[0].state is DeliveryState.SENT
    assert len(mails(rig)) == len(READERS)


class Listening(Press):
    """A press that draws nothing but charts and keeps whose report it was given."""

    brand: Mapping[str, Any]

    def pdf(self, template: str, told: Mapping[str, Any], *, made_at: int) -> bytes:
        self.brand = told["brand"]
        return b"%PDF"


def test_a_report_bears_its_own_colour_and_the_organizations_logo(rig: Rig) -> None:
    filled(rig)
    look = Look("#7A1F5C", '<svg viewBox="0 0 4 2"></svg>')
    keep_look(rig.parts.lake.shelf(rig.scope), look, rig.home / "scratch")
    schedule = scheduled(rig, waits_for_data=False, formats=(Format.PDF,))
    at(rig, next_run(rig, schedule) + A_MINUTE)
    with closing(Listening()) as listening:
        rig.parts = replace(rig.parts, press=listening)
        post(rig)
        assert (listening.brand["colour"], listening.brand["logo"]) == (ACCENT, look.logo)


def test_what_asks_first_goes_out_with_the_leads_word_or_not_at_all(rig: Rig) -> None:
    filled(rig)
    schedule = scheduled(rig, waits_for_data=False, asks_first=True, formats=(Format.PDF,))
    at(rig, next_run(rig, schedule) + A_MINUTE)
    post(rig)
    [waiting] = deliveries(rig)
    assert waiting.state is DeliveryState.WAITING
    [ask] = mails(rig)
    assert ask["subject"] == "Waits for your approval: Weekly for Lumen"
    assert f"/reports?delivery={waiting.id}" in ask["text"]
    before = rig.parts.lake.shelf(rig.scope).read(waiting.files[0]["place"])
    rig.pass_time(hours=3)
    with rig.web.writing(rig.org.scope()) as tenant:
        tenant.report_deliveries.decide(
            waiting.id, rig.now, is_approved=True, comment="Budget moved to <b>CTV</b>."
        )
        tenant.jobs.enqueue(kinds.DELIVER.job(rig.now, {"delivery_id": waiting.id}), rig.now)
    post(rig)
    [sent] = deliveries(rig)
    assert (sent.state, sent.is_late) == (DeliveryState.SENT, False)
    [mail] = mails(rig, READERS[0])
    assert "Budget moved to <b>CTV</b>." in mail["text"]
    assert "Budget moved to &lt;b&gt;CTV&lt;/b&gt;." in mail["html"]
    assert rig.parts.lake.shelf(rig.scope).read(sent.files[0]["place"]) != before

    at(rig, next_run(rig, schedule) + A_MINUTE)
    post(rig)
    newest = deliveries(rig)[0]
    with rig.web.writing(rig.org.scope()) as tenant:
        tenant.report_deliveries.decide(newest.id, rig.now, is_approved=False)
    post(rig)
    assert deliveries(rig)[0].state is DeliveryState.DECLINED
    assert len(mails(rig, READERS[0])) == 1
