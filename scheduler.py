"""The scheduler: `python scheduler.py`. The composition root of the background.

SIGTERM and Ctrl-C end it in order: it claims nothing more, gives its work some seconds, puts the
rest back and leaves with 0.
"""

from __future__ import annotations

import logging
import signal
import sys
from threading import Event
from types import FrameType

from core.config import Settings
from core.errors import OurConfig, Upstream
from core.jobs.assembly import assemble
from core.jobs.handlers import HANDLERS
from core.jobs.loop import Loop
from core.jobs.recurring import put_standing
from core.security.redaction import guard_logging


def main() -> int:
    """Run until told to stop; return the exit code."""
    stop = Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    try:
        settings = Settings.load().for_scheduler()
        _write_logs(settings)
        parts = assemble(settings, stop)
        put_standing(parts)
    except (OurConfig, Upstream) as refusal:
        sys.stderr.write(f"The scheduler does not start. {refusal}\n")
        return 2
    code = Loop(parts, HANDLERS, stop).run()
    parts.close()
    return code


def _write_logs(settings: Settings) -> None:
    logging.basicConfig(
        level=settings.log_level, format="%(asctime)s %(levelname)s %(name)s %(message)s"
    )
    for chatty in ("httpx", "alembic"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    guard_logging()


if __name__ == "__main__":
    raise SystemExit(main())
