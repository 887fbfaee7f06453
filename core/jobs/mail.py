"""Sending what stands in the outbox: each message by one process, tried again until it goes."""

from __future__ import annotations

import logging
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import urlsplit

from core.amazon.retry_policy import Backoff
from core.config import Settings
from core.domain.scope import TenantScope
from core.errors import LeaseLost, NotFound
from core.jobs.background import Again, Background
from core.reports.file_specs import Format
from core.security.redaction import body_excerpt, one_line
from core.store.work.jobs import ClaimedJob
from core.store.work.outbox import ClaimedMail, Post

AT_ONCE = 20
ATTEMPTS_MAX = 10
TIMEOUT_SECONDS = 20.0
LEASES = 15
"""So many of a job's leases a batch is held: twenty messages may take twenty seconds each."""

AFTER_FAILURE = Backoff(base_seconds=60.0, cap_seconds=6 * 3600.0)
AFTER_REFUSAL = timedelta(minutes=10)
UNSET = "mail"
REFUSED = "mail server"
_TOO_LARGE = 552
_log = logging.getLogger(__name__)


def send_mail(parts: Background, job: ClaimedJob) -> Again | None:
    """Send the messages that are due.

    Without a mail server, or while it does not accept us, they wait, and an alarm says so.
    """
    now = parts.clock.now()
    if not parts.settings.smtp_host or not parts.settings.mail_from:
        _note_unset(parts, now)
        return None
    parts.alarms.clear(UNSET)
    with parts.store.system() as system:
        due = system.post.claim(parts.holder, AT_ONCE, now=now, lease=LEASES * parts.lease)
    refusal = ""
    for claimed in due:
        # Asking on with a wrong password would only have us locked out.
        refusal = _wait(parts, claimed, refusal) if refusal else _send_one(parts, claimed)
    return Again(parts.clock.now()) if len(due) == AT_ONCE and not refusal else None


def message(claimed: ClaimedMail, settings: Settings, now: datetime) -> EmailMessage:
    """Return a message as it goes out, to one recipient: plain text, and HTML where it has some.

    Its id is the same at every attempt, so that a mailbox that was given it twice, because a
    process died between the handing over and the note of it, keeps one. Names in a subject come
    from Amazon: line ends in them are written out, never obeyed.
    """
    mail = claimed.mail
    made = EmailMessage()
    made["From"] = settings.mail_from
    made["To"] = one_line(mail.recipient)
    made["Subject"] = one_line(mail.subject)
    made["Date"] = format_datetime(now)
    host = urlsplit(settings.public_url).hostname or "flightdeck"
    made["Message-ID"] = f"<{claimed.claim.id}@{host}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's out-of-office answers it
    leave = mail.body.get("leave")
    if leave:  # RFC 8058: one click in the mail program, without opening a page
        made["List-Unsubscribe"] = f"<{leave}>"
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(str(mail.body.get("text", "")))
    if mail.body.get("html"):
        made.add_alternative(str(mail.body["html"]), subtype="html")
    return made


def _attach(parts: Background, claimed: ClaimedMail, made: EmailMessage) -> None:
    """Add the files that the message names, from the organization's shelf."""
    shelf = parts.lake.shelf(TenantScope.for_job(claimed.org_id))
    for file in claimed.mail.body.get("files", ()):
        kind, _, subtype = Format(file["format"]).media_type.partition(";")[0].partition("/")
        content = shelf.read(file["place"])
        made.add_attachment(content, maintype=kind, subtype=subtype, filename=file["name"])


def _send_one(parts: Background, claimed: ClaimedMail) -> str:
    """Send a message, or note why not; return how the server refused us, "" when it did not."""
    now = parts.clock.now()
    try:
        made = message(claimed, parts.settings, now)
        _attach(parts, claimed, made)
        _hand_over(parts.settings, made)
    except (OSError, smtplib.SMTPException, NotFound) as failure:
        if _refuses_us(failure, claimed.mail.recipient):
            return _wait(parts, claimed, _said(failure))
        _failed(parts, claimed, failure, now)
        return ""
    parts.alarms.clear(REFUSED)
    with parts.store.system() as system:
        system.post.sent(claimed, now)
    return ""


def _hand_over(settings: Settings, mail: EmailMessage) -> None:
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=TIMEOUT_SECONDS) as server:
        if settings.smtp_starttls:
            server.starttls(context=ssl.create_default_context())
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(mail)


def _failed(parts: Background, claimed: ClaimedMail, failure: Exception, now: datetime) -> None:
    """Put the message off; a recipient that is refused for good is not tried again."""
    is_final = claimed.attempt >= ATTEMPTS_MAX or _is_refused(failure)
    wait = timedelta(seconds=AFTER_FAILURE.wait(claimed.attempt - 1, parts.jitter))
    sentence = _said(failure)
    _log.warning("mail %s was not sent: %s", claimed.claim.id, sentence)
    with _held(parts, claimed) as post:
        post.failed(claimed, sentence, retry_at=None if is_final else now + wait)


@contextmanager
def _held(parts: Background, claimed: ClaimedMail) -> Iterator[Post]:
    try:
        with parts.store.system() as system:
            yield system.post
    except LeaseLost:
        _log.info("mail %s has passed to another process", claimed.claim.id)


def _is_refused(failure: Exception) -> bool:
    """Return whether the recipient or the message was refused for good (RFC 5321 §4.2.1: 5yz)."""
    if isinstance(failure, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in failure.recipients.values())
    return _is_too_large(failure) or (
        isinstance(failure, smtplib.SMTPDataError) and failure.smtp_code >= 500
    )


def _is_too_large(failure: Exception) -> bool:
    """Return whether the sender was refused for the message's size alone (RFC 1870 §6.1)."""
    return isinstance(failure, smtplib.SMTPSenderRefused) and failure.smtp_code == _TOO_LARGE


def _refuses_us(failure: Exception, recipient: str) -> bool:
    """Return whether the server accepts no mail of ours: a setting is wrong, not a recipient."""
    if isinstance(failure, smtplib.SMTPNotSupportedError):
        return recipient.isascii()  # an address of other letters needs what some servers lack
    if not isinstance(failure, smtplib.SMTPResponseException) or failure.smtp_code < 500:
        return False
    return not isinstance(failure, smtplib.SMTPDataError) and not _is_too_large(failure)


def _wait(parts: Background, claimed: ClaimedMail, refusal: str) -> str:
    """Put the message off until somebody has looked, without counting; return the refusal."""
    parts.alarms.sound(REFUSED, f"Mail waits: the mail server does not accept us. {refusal}")
    with _held(parts, claimed) as post:
        post.postpone(claimed, refusal, parts.clock.now() + AFTER_REFUSAL)
    return refusal


def _said(failure: Exception) -> str:
    return f"{type(failure).__name__}: {body_excerpt(str(failure), 200)}"


def _note_unset(parts: Background, now: datetime) -> None:
    with parts.store.system() as system:
        waiting = system.post.claim(parts.holder, 1, now=now, lease=timedelta(0))
        for claimed in waiting:
            system.post.postpone(claimed, "SMTP_HOST is not set", now + timedelta(hours=1))
    if waiting:
        parts.alarms.sound(UNSET, "Mail waits to be sent and SMTP_HOST or MAIL_FROM is not set.")
