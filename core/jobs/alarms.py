"""What only the operator can mend: said once when it begins, shown while it lasts."""

from __future__ import annotations

import logging
from threading import Lock

_log = logging.getLogger(__name__)


class Alarms:
    """The alarms of this process. The heartbeat carries their names to `/healthz`, without what
    follows a ":", and their sentences to `python -m core.doctor`."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._standing: dict[str, str] = {}

    def sound(self, name: str, sentence: str) -> bool:
        """Note an alarm; return whether it is news. Only news is logged."""
        with self._lock:
            is_news = name not in self._standing
            self._standing[name] = sentence
        if is_news:
            _log.critical("ALARM %s: %s", name, sentence)
        return is_news

    def clear(self, name: str) -> None:
        """Take an alarm back, if it stands."""
        with self._lock:
            ended = self._standing.pop(name, None)
        if ended is not None:
            _log.warning("alarm over: %s", name)

    def standing(self) -> dict[str, str]:
        """Return the alarms that stand, by name."""
        with self._lock:
            return dict(self._standing)
