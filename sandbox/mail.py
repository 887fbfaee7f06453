"""The mail catcher: takes any mail, keeps it, and shows it on a page."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import default
from html import escape
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from starlette.requests import Request
from starlette.responses import Response

from sandbox.answers import Refusal, json_answer
from sandbox.clock import SandboxClock, written
from sandbox.pages import page

_KEPT = 500


@dataclass(frozen=True)
class Mail:
    """One caught mail."""

    mail_id: int
    received: str
    sender: str
    recipients: tuple[str, ...]
    message: EmailMessage

    def text(self, kind: str) -> str:
        """Return the body of a kind, "plain" or "html"; "" when it has none."""
        body = self.message.get_body((kind,))
        return "" if body is None else str(body.get_content())

    def attachments(self) -> list[tuple[str, str, bytes]]:
        """Return name, media type and content of each attachment."""
        return [
            (
                part.get_filename() or "attachment",
                part.get_content_type(),
                bytes(part.get_payload(decode=True) or b""),
            )
            for part in self.message.iter_attachments()
        ]

    def shown(self) -> dict[str, Any]:
        """Return the mail as JSON shows it."""
        return {
            "id": self.mail_id,
            "received": self.received,
            "from": self.sender,
            "to": list(self.recipients),
            "subject": str(self.message.get("Subject", "")),
            "headers": {name: str(value) for name, value in self.message.items()},
            "text": self.text("plain"),
            "html": self.text("html"),
            "attachments": [
                {"name": name, "type": kind, "bytes": len(content)}
                for name, kind, content in self.attachments()
            ],
        }


@dataclass
class Mailbox:
    """All caught mail, oldest first, and the server that catches it."""

    clock: SandboxClock
    mails: list[Mail] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _count: int = 0

    async def listen(self, port: int) -> None:
        """Start to take mail on a port of 127.0.0.1."""
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(self._session, "127.0.0.1", port)

    async def close(self) -> None:
        """Stop to take mail."""
        if self._server:
            self._server.close()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Keep one mail."""
        content = envelope.original_content or b""
        message = message_from_bytes(content, policy=default)
        self._count += 1
        mail = Mail(
            self._count,
            written(self.clock.now()),
            envelope.mail_from or "",
            tuple(envelope.rcpt_tos),
            message,
        )
        self.mails = [*self.mails, mail][-_KEPT:]
        return "250 Kept"

    def _session(self) -> SMTP:
        return SMTP(
            self,
            hostname="sandbox",
            auth_require_tls=False,
            authenticator=lambda *_: AuthResult(success=True),
        )

    async def as_json(self, request: Request) -> Response:
        """Answer /_sandbox/mail: the caught mail, newest last; `to` narrows; DELETE empties."""
        if request.method == "DELETE":
            self.mails = []
        wanted = request.query_params.get("to")
        found = [m.shown() for m in self.mails if not wanted or wanted in m.recipients]
        return json_answer({"mails": found})

    async def listing(self, request: Request) -> Response:
        """Answer /mail: the page that lists the mail, newest first."""
        rows = "".join(
            f'<tr><td><a href="/mail/{m.mail_id}">'
            f"{escape(str(m.message.get('Subject', '(no subject)')))}</a></td>"
            f"<td>{escape(', '.join(m.recipients))}</td><td>{escape(m.received)}</td></tr>"
            for m in reversed(self.mails)
        )
        table = f"<table><tr><th>Subject</th><th>To</th><th>Received</th></tr>{rows}</table>"
        empty = '<p class="note">Nothing was sent yet.</p>'
        return page("Caught mail", table if rows else empty)

    async def one(self, request: Request) -> Response:
        """Answer /mail/{id}: one mail; its HTML is shown without scripts."""
        mail = self._found(request)
        html = mail.text("html")
        frame = f'<iframe sandbox srcdoc="{escape(html)}"></iframe>' if html else ""
        files = "".join(
            f'<li><a href="/mail/{mail.mail_id}/{n}">{escape(name)}</a> '
            f"({escape(kind)}, {len(content)} bytes)</li>"
            for n, (name, kind, content) in enumerate(mail.attachments())
        )
        body = (
            f'<p class="note">From {escape(mail.sender)} to {escape(", ".join(mail.recipients))}, '
            f"{escape(mail.received)}. <a href='/mail'>All mail</a></p>{frame}"
            f"<pre>{escape(mail.text('plain'))}</pre><ul>{files}</ul>"
        )
        return page(str(mail.message.get("Subject", "(no subject)")), body)

    async def attachment(self, request: Request) -> Response:
        """Answer /mail/{id}/{n}: one attachment."""
        found = self._found(request).attachments()
        number = int(request.path_params["number"])
        if number >= len(found):
            raise Refusal(404, {"error": "no such attachment"})
        name, kind, content = found[number]
        quoted = name.replace('"', "")
        return Response(
            content,
            media_type=kind,
            headers={"Content-Disposition": f'attachment; filename="{quoted}"'},
        )

    def _found(self, request: Request) -> Mail:
        wanted = int(request.path_params["mail_id"])
        for mail in self.mails:
            if mail.mail_id == wanted:
                return mail
        raise Refusal(404, {"error": "no such mail"})


def _content(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
