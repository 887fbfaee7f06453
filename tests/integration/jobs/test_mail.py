"""Mail and the ways in which a server says no: to a recipient, to a message, to us."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import SecretStr
from sqlalchemy import select

from core.jobs import kinds
from core.jobs.mail import ATTEMPTS_MAX, REFUSED
from core.store.schema import outbox
from core.store.schema.words import MailState
from core.store.work.outbox import Mail
from tests.integration.jobs.rig import Rig
from tests.ports import free_port

# One database is enough: what differs between them is proven in the store's own tests.
pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

FAR_APART = 7 * 3600.0  # seconds: longer than any wait between two attempts


@dataclass
class Server:
    """A mail server that says at each step what it is told to; None lets the step pass."""

    password: bytes = b"right"
    greeting: str | None = None
    sender: str | None = None
    recipient: str | None = None
    data: str | None = None
    taken: list[str] = field(default_factory=list)
    logins: int = 0
    port: int = 0

    def authenticate(self, *asked: Any) -> AuthResult:
        self.logins += 1
        given: LoginPassword = asked[-1]
        return AuthResult(success=given.password == self.password, handled=False)

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, host: str, answers: list[str]
    ) -> list[str]:
        session.host_name = host
        return [self.greeting] if self.greeting else answers

    async def handle_HELO(
        self, server: SMTP, session: Session, envelope: Envelope, host: str
    ) -> str:
        session.host_name = host
        return self.greeting or "250 hello"

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.sender or "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.recipient is None:
            envelope.rcpt_tos.append(address)
        return self.recipient or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.data is None:
            self.taken += envelope.rcpt_tos
        return self.data or "250 Kept"


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    made.port = free_port()
    controller = Controller(
        made,
        hostname="127.0.0.1",
        port=made.port,
        auth_require_tls=False,
        authenticator=made.authenticate,
    )
    controller.start()
    yield made
    controller.stop()


@pytest.fixture
def posted(rig: Rig, server: Server) -> Rig:
    """Two messages in the post, and a user and a password set for the server."""
    known = {"smtp_port": server.port, "smtp_user": "deck", "smtp_password": SecretStr("right")}
    rig.parts = replace(rig.parts, settings=rig.settings.model_copy(update=known))
    with rig.parts.store.writing(rig.scope) as tenant:
        for name in ("a", "b"):
            mail = Mail("report", f"{name}@mail.example", "Weekly", {"text": "Good morning."}, name)
            tenant.outbox.put(mail, rig.now)
    return rig


def round_of_mail(rig: Rig, times: int = 1) -> None:
    for _ in range(times):
        with rig.parts.store.system() as system:
            system.jobs.enqueue(kinds.MAIL.job(rig.now), rig.now)
        rig.run_due()
        rig.pass_time(seconds=FAR_APART)


def states(rig: Rig) -> list[str]:
    with rig.database.owner.connect() as connection:
        return sorted(connection.execute(select(outbox.c.state)).scalars())


@pytest.mark.parametrize(
    "wrong",
    [
        {"password": b"another"},  # 535
        {"sender": "530 Must issue a STARTTLS command first"},
        {"sender": "550 You may not send as this address"},
        {"greeting": "554 No service for you"},
    ],
)
def test_while_the_server_does_not_accept_us_mail_waits_and_an_alarm_says_so(
    posted: Rig, server: Server, wrong: dict[str, Any]
) -> None:
    for name, value in wrong.items():
        setattr(server, name, value)
    round_of_mail(posted, ATTEMPTS_MAX + 2)
    assert states(posted) == [MailState.WAITING, MailState.WAITING]
    assert "the mail server does not accept us" in posted.parts.alarms.standing()[REFUSED]
    for name, value in vars(Server()).items():
        if name in wrong:
            setattr(server, name, value)
    round_of_mail(posted)
    assert states(posted) == [MailState.SENT, MailState.SENT]
    assert sorted(server.taken) == ["a@mail.example", "b@mail.example"]
    assert posted.parts.alarms.standing() == {}


def test_a_wrong_password_is_tried_once_a_round_however_much_mail_waits(
    posted: Rig, server: Server
) -> None:
    server.password = b"another"
    round_of_mail(posted)
    once = server.logins
    assert once
    with posted.parts.store.writing(posted.scope) as tenant:
        for n in range(10):
            mail = Mail("report", f"{n}@mail.example", "Weekly", {"text": "Hello."}, f"n{n}")
            tenant.outbox.put(mail, posted.now)
    round_of_mail(posted)
    assert server.logins == 2 * once


@pytest.mark.parametrize(
    "refusal",
    [
        {"recipient": "550 No such mailbox"},
        {"data": "554 This looks like spam"},
        {"sender": "552 The message is too large"},
    ],
)
def test_what_is_refused_for_good_is_not_tried_again(
    posted: Rig, server: Server, refusal: dict[str, str]
) -> None:
    for name, value in refusal.items():
        setattr(server, name, value)
    round_of_mail(posted)
    assert states(posted) == [MailState.FAILED, MailState.FAILED]
    assert posted.parts.alarms.standing() == {}


@pytest.mark.parametrize(
    "passing", [{"recipient": "451 Try again later"}, {"sender": "451 Try again later"}]
)
def test_a_passing_refusal_is_tried_again_so_many_times(
    posted: Rig, server: Server, passing: dict[str, str]
) -> None:
    for name, value in passing.items():
        setattr(server, name, value)
    round_of_mail(posted, ATTEMPTS_MAX - 1)
    assert states(posted) == [MailState.WAITING, MailState.WAITING]
    round_of_mail(posted)
    assert states(posted) == [MailState.FAILED, MailState.FAILED]


def test_mail_without_a_server_waits_uncounted(posted: Rig, server: Server) -> None:
    with_server = posted.parts
    without = with_server.settings.model_copy(update={"smtp_host": ""})
    posted.parts = replace(with_server, settings=without)
    round_of_mail(posted, 2 * ATTEMPTS_MAX + 2)  # each asks for one of the two
    server.data = "451 Try again later"
    posted.parts = with_server
    round_of_mail(posted)
    assert states(posted) == [MailState.WAITING, MailState.WAITING]
