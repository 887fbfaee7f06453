"""Putting tokens that are sealed under an older key under the active one, once a day.

`python -m core.store.reseal` does it at once and says when the old keys may go.
"""

from __future__ import annotations

import logging

from core.jobs.background import Again, Background
from core.store.reseal import reseal
from core.store.work.jobs import ClaimedJob

_ALARM = "seal:"
_log = logging.getLogger(__name__)


def reseal_all(parts: Background, job: ClaimedJob) -> Again | None:
    """Reseal everything that stands under another key.

    A token that does not open is left, and its alarm stands until it opens or goes.
    """
    refused = reseal(parts.store, parts.sealer, parts.opener).refused
    for connection_id, sentence in refused.items():
        _log.error("%s", sentence)
        parts.alarms.sound(f"{_ALARM}{connection_id}", sentence)
    for name in parts.alarms.standing():
        if name.startswith(_ALARM) and name.removeprefix(_ALARM) not in refused:
            parts.alarms.clear(name)
    return None
