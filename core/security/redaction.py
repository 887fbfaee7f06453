"""What may be written down. Everything logged, and every text an error carries, passes here."""

from __future__ import annotations

import logging
import re
from itertools import chain

MASK = "<hidden>"
BODY_CHARACTERS = 500
# Nothing beyond this is looked at, so that a huge body costs no time; it is cut off anyway.
_LOOKED_AT = 20_000

_NAMES = (
    "client_secret|refresh_token|access_token|id_token|code_verifier|code|assertion|password"
    "|api_?key|secret|token|state|x-amz-signature|x-amz-credential|x-amz-security-token"
)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    # Login with Amazon's tokens, also percent-encoded, and its client secrets
    (re.compile(r"Atz[a-z](?:\||%7C)[^\s\"'&<>,;]*", re.I), MASK),
    (re.compile(r"amzn1\.oa2-cs\.[\w.\-]+"), MASK),
    # JSON Web Tokens: three base64url parts, the first an object
    (re.compile(r"\beyJ[\w\-]{5,}\.[\w\-]+(?:\.[\w\-]*)?"), MASK),
    (re.compile(r"\b(Bearer|Basic)\s+[^\s\"',]+", re.I), rf"\1 {MASK}"),
    (re.compile(r"\b((?:set-)?cookie[\"']?\s*[:=])[^\r\n]*", re.I), rf"\1 {MASK}"),
    # name=value in addresses and forms, then "name": "value" in JSON and Python's repr
    (re.compile(rf"(?<![\w])({_NAMES})=[^\s&\"']*", re.I), rf"\1={MASK}"),
    (re.compile(rf"([\"'](?:{_NAMES})[\"']\s*:\s*)([\"']).*?(?<!\\)\2", re.I), rf"\1\2{MASK}\2"),
    # passwords inside addresses, and our own links that let their holder in
    (re.compile(r"(://[^/\s:@]*):[^/\s@]+@"), rf"\1:{MASK}@"),
    (re.compile(r"(/(?:downloads|invitations)/)[\w\-]{16,}"), rf"\1{MASK}"),
)
_MAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
# C0, DEL, C1 and the two Unicode line ends: whatever could start a forged line of a log.
_CONTROL = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029]")


def redacted(text: str, *, mail: bool = False) -> str:
    """Return `text` with every secret masked; with `mail`, addresses of people too."""
    for pattern, masked in _RULES:
        text = pattern.sub(masked, text)
    return _MAIL.sub(MASK, text) if mail else text


def one_line(text: str) -> str:
    """Return `text` on one line: control characters and line ends are written as escapes."""
    return _CONTROL.sub(lambda found: ascii(found.group())[1:-1], text)


def body_excerpt(body: str | bytes, limit: int = BODY_CHARACTERS) -> str:
    """Return the beginning of an answer's body, masked, on one line, `limit` characters long."""
    text = body.decode(errors="replace") if isinstance(body, bytes) else body
    shown = one_line(redacted(text[:_LOOKED_AT]))
    cut = len(text) - limit
    return shown if len(shown) <= limit else f"{shown[:limit]}… ({cut:,} more characters)"


class RedactingFilter(logging.Filter):
    """Masks secrets in a record before any handler writes it; lets every record through.

    A message becomes one line. A traceback keeps its lines, each set in from the margin.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = one_line(redacted(record.getMessage()))
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = _indented(redacted(record.exc_text))
        return True


def guard_logging(*names: str) -> None:
    """Put the filter on every handler of the root logger and of the loggers named."""
    loggers = chain([logging.getLogger()], map(logging.getLogger, names))
    for handler in chain.from_iterable(logger.handlers for logger in loggers):
        if not any(isinstance(f, RedactingFilter) for f in handler.filters):
            handler.addFilter(RedactingFilter())


def _indented(traceback: str) -> str:
    return "\n".join(f"    {one_line(line)}" for line in re.split("[\r\n]+", traceback))
