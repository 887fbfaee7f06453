"""What the web process writes down: one line an event, secrets masked, to stderr."""

from __future__ import annotations

import logging
from typing import Any

from core.config import Settings
from core.security.redaction import RedactingFilter

_FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"
# Libraries that tell too much, or what their caller tells better.
_QUIET = ("httpx", "httpcore", "authlib", "urllib3", "alembic")
_redacting = RedactingFilter()


def write_logs(settings: Settings) -> None:
    """Send logs to stderr, and mask every record of this process when it is made.

    Streamlit and uvicorn give their loggers handlers of their own, some of them late, so a filter
    on handlers would miss a few; the record itself passes through no other door.
    """
    logging.basicConfig(level=settings.log_level.upper(), format=_FORMAT, force=True)
    for name in _QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    logging.setLogRecordFactory(_masked)


def _masked(*args: Any, **extra: Any) -> logging.LogRecord:
    record = logging.LogRecord(*args, **extra)
    _redacting.filter(record)
    return record
