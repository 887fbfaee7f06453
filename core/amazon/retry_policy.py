"""What to do about each answer, as a table; and how long to wait before doing it.

Nothing here touches a network or a clock, so each row is a test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum

PAUSE_SECONDS_MAX = 3600.0  # no answer of Amazon may put us to sleep for longer


class Reaction(StrEnum):
    """What follows an answer."""

    ACCEPT = "accept"
    REFRESH = "refresh"  # the token is no longer accepted: renew it once and ask once more
    SLOW_DOWN = "slow down"  # every process keeps away from this limit for a while
    ADOPT = "adopt"  # asked for already: the text names the earlier report
    ASK_AGAIN = "ask again"  # the other side failed; the same request may succeed
    FORBIDDEN = "forbidden"
    REFUSED = "refused"


# Source: Amazon Ads API documentation, "Errors" and "Rate limiting"; 425: Reporting v3. A
# redirect is refused: none is documented, and following one would carry the token away.
REACTIONS: Mapping[int, Reaction] = {
    400: Reaction.REFUSED,
    401: Reaction.REFRESH,
    403: Reaction.FORBIDDEN,
    404: Reaction.REFUSED,
    406: Reaction.REFUSED,
    408: Reaction.ASK_AGAIN,
    409: Reaction.REFUSED,
    413: Reaction.REFUSED,
    415: Reaction.REFUSED,
    422: Reaction.REFUSED,
    425: Reaction.ADOPT,
    429: Reaction.SLOW_DOWN,
    500: Reaction.ASK_AGAIN,
    502: Reaction.ASK_AGAIN,
    503: Reaction.ASK_AGAIN,
    504: Reaction.ASK_AGAIN,
}


def reaction_to(status: int) -> Reaction:
    """Return what follows this HTTP status; a status not in the table goes by its hundred."""
    if status in REACTIONS:
        return REACTIONS[status]
    if 200 <= status < 300:
        return Reaction.ACCEPT
    return Reaction.ASK_AGAIN if status >= 500 else Reaction.REFUSED


@dataclass(frozen=True, slots=True)
class Backoff:
    """Exponential waits with full jitter: attempt n waits between half and all of base × 2ⁿ."""

    base_seconds: float = 2.0
    cap_seconds: float = 300.0

    def wait(self, attempt: int, jitter: Callable[[], float]) -> float:
        """Return seconds before attempt `attempt` + 1 (0 is the first failure).

        `jitter` gives numbers in [0, 1). The lower half stays, so that a wait is never none.
        """
        whole = min(self.cap_seconds, self.base_seconds * 2.0 ** min(attempt, 30))
        return whole * (0.5 + 0.5 * jitter())


def retry_after(header: str | None, now: datetime) -> float | None:
    """Return the seconds a `Retry-After` header asks for, or None when it asks nothing readable.

    Both forms count: seconds, and an HTTP date (RFC 9110 §10.2.3). Never negative, at most
    `PAUSE_SECONDS_MAX`.
    """
    if header is None or not header.strip():
        return None
    try:
        seconds = float(header)
    except ValueError:
        seconds = _until(header, now)
    if seconds != seconds:  # not a number
        return None
    return min(max(seconds, 0.0), PAUSE_SECONDS_MAX)


def _until(header: str, now: datetime) -> float:
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return float("nan")
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - now).total_seconds()
