"""Reports on their way, and schedulers killed at each step of it: nobody is written to twice."""

from __future__ import annotations

import asyncio
import random
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from sqlalchemy import update

from core.reports.file_specs import Format
from core.store.schema import outbox
from core.store.schema.words import DeliveryState
from core.store.transaction import DatabaseNow
from tests.faults.test_crashes import held
from tests.integration.jobs.posting import READERS, at, deliveries, filled, next_run, scheduled
from tests.integration.jobs.processes import schedulers, wait_until
from tests.integration.jobs.rig import Rig
from tests.ports import free_port

pytestmark = [
    pytest.mark.slow,
    pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True),
]


class Mailboxes:
    """A mail server whose answer to a message can be held back."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, str]] = []
        self.answers = threading.Event()
        self.answers.set()
        self.given = threading.Event()
        self.port = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        found = message_from_bytes(envelope.original_content or b"")
        self.taken += [(to, str(found["Message-ID"])) for to in envelope.rcpt_tos]
        self.given.set()
        while not self.answers.is_set():
            await asyncio.sleep(0.02)
        return "250 Kept"

    @property
    def kept(self) -> Counter[str]:
        """How many messages each mailbox shows: one that it was given twice is one."""
        return Counter(to for to, _ in set(self.taken))


@pytest.fixture
def mailboxes() -> Iterator[Mailboxes]:
    made = Mailboxes()
    made.port = free_port()
    controller = Controller(made, hostname="127.0.0.1", port=made.port)
    controller.start()
    yield made
    made.answers.set()
    controller.stop()


@pytest.fixture
def due(rig: Rig, mailboxes: Mailboxes) -> Rig:
    """A schedule that is due now, leases of seconds, and a clock that runs thirty times as fast."""
    changed = {
        "job_lease_seconds": 2.0,
        "scheduler_workers": 3,
        "drain_seconds": 5.0,
        "smtp_port": mailboxes.port,
    }
    rig.settings = rig.settings.model_copy(update=changed)
    filled(rig)
    schedule = scheduled(rig, formats=(Format.PDF, Format.CSV), waits_for_data=False)
    at(rig, next_run(rig, schedule) + timedelta(minutes=1))
    rig.sandbox.control("clock", {"rate": 30})
    return rig


def states(rig: Rig) -> list[DeliveryState]:
    return [one.state for one in deliveries(rig)]


def assert_sent_once(rig: Rig, mailboxes: Mailboxes) -> None:
    [sent] = deliveries(rig)
    assert sent.state is DeliveryState.SENT
    assert mailboxes.kept == dict.fromkeys(READERS, 1)
    shelf = rig.parts.lake.shelf(rig.scope)
    assert all(len(shelf.read(file["place"])) == file["bytes"] for file in sent.files)


@pytest.mark.parametrize(
    ("table", "reached"),
    [
        # Planned, and the schedule not yet moved on.
        ("report_schedule", (DeliveryState.PLANNED, DeliveryState.READY, DeliveryState.SENDING)),
        # Written and kept, and the mails not yet in the post.
        ("outbox", (DeliveryState.READY,)),
        # In the post, and no way out noted for one of them.
        ("unsubscribe_link", (DeliveryState.READY,)),
    ],
)
def test_killed_between_two_steps_another_goes_on_and_each_is_written_to_once(
    due: Rig, mailboxes: Mailboxes, tmp_path: Path, table: str, reached: tuple[DeliveryState, ...]
) -> None:
    with schedulers(due.settings, tmp_path / "logs") as made:
        (first,) = made.running
        with held(due, table):
            wait_until(lambda: any(s in reached for s in states(due)), what=f"{reached}")
            threading.Event().wait(0.5)
            made.kill(first)
        made.start()
        wait_until(lambda: states(due) == [DeliveryState.SENT], what="the report sent")
    assert_sent_once(due, mailboxes)
    assert "Traceback" not in made.written()


def test_killed_while_it_writes_the_report_no_half_file_is_ever_sent(
    due: Rig, mailboxes: Mailboxes, tmp_path: Path
) -> None:
    """Case 33: the process dies somewhere in the seconds in which files are written."""
    chance = random.Random(5)
    with schedulers(due.settings, tmp_path / "logs") as made:
        for _ in range(4):
            wait_until(lambda: bool(states(due)), what="the plan")
            threading.Event().wait(chance.uniform(0.2, 1.5))
            made.kill(made.running[0])
            made.start()
        wait_until(lambda: states(due) == [DeliveryState.SENT], what="the report sent")
    assert_sent_once(due, mailboxes)


def test_killed_between_the_mail_servers_answer_and_our_note_a_mailbox_shows_one(
    due: Rig, mailboxes: Mailboxes, tmp_path: Path
) -> None:
    """Nobody can hand a mail over and note it in one step; one id makes the second no other."""
    mailboxes.answers.clear()
    with schedulers(due.settings, tmp_path / "logs") as made:
        (first,) = made.running
        wait_until(mailboxes.given.is_set, what="the first mail")
        with held(due, "outbox"):
            mailboxes.answers.set()
            threading.Event().wait(0.5)
            made.kill(first)
        let_the_outbox_go(due)
        made.start()
        wait_until(lambda: states(due) == [DeliveryState.SENT], 120, what="the report sent")
    assert len(mailboxes.taken) > len(READERS), "one was given twice"
    assert_sent_once(due, mailboxes)


def let_the_outbox_go(due: Rig) -> None:
    """Let the leases of the killed run out now, instead of in half a minute."""
    with due.database.owner.begin() as connection:
        leased = update(outbox).where(outbox.c.lease_until.is_not(None))
        connection.execute(leased.values(lease_until=DatabaseNow()))


def test_three_schedulers_send_each_report_once(
    due: Rig, mailboxes: Mailboxes, tmp_path: Path
) -> None:
    with schedulers(due.settings, tmp_path / "logs", 3) as made:
        wait_until(lambda: states(due) == [DeliveryState.SENT], what="the report sent")
    assert len(mailboxes.taken) == len(READERS)
    assert_sent_once(due, mailboxes)
    assert "Traceback" not in made.written()
