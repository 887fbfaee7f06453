"""How a piece of work ends, decided from the error alone; nothing here touches the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from core.amazon.http import Unauthorized, is_out_of_reach
from core.amazon.retry_policy import Backoff
from core.errors import AppError, LeaseLost, OurConfig, Throttled, Upstream


class Ending(StrEnum):
    """What becomes of a job."""

    DONE = "done"
    AGAIN = "again"  # put back for later, and the attempt is not counted
    RETRY = "retry"  # put back for later, one attempt the poorer
    FAIL = "fail"
    DROP = "drop"  # another holder has it: nothing is written


@dataclass(frozen=True, slots=True)
class Decision:
    """An ending, and in how many seconds the next attempt comes where there is one."""

    ending: Ending
    wait_seconds: float = 0.0


AFTER_FAILURE = Backoff(base_seconds=15.0, cap_seconds=1800.0)
# A wrong setting is mended by people, who need minutes and not seconds.
AFTER_WRONG_SETTING = Backoff(base_seconds=300.0, cap_seconds=3600.0)


def decide(
    error: Exception, attempt: int, attempts_max: int, jitter: Callable[[], float]
) -> Decision:
    """Return what an error means for the job whose `attempt`th try (from 1) it ended.

    A pause that Amazon asks for costs no attempt. What nobody can mend by trying again fails at
    once; what is unexpected is tried again, since a state may pass that we did not foresee.
    """
    if isinstance(error, LeaseLost):
        return Decision(Ending.DROP)
    if isinstance(error, Throttled):
        asked = error.retry_after_seconds
        wait = AFTER_FAILURE.wait(attempt, jitter) if asked is None else asked * (1 + jitter() / 4)
        return Decision(Ending.AGAIN, wait)
    if isinstance(error, AppError) and not _may_pass(error):
        return Decision(Ending.FAIL)
    if attempt >= attempts_max:
        return Decision(Ending.FAIL)
    backoff = AFTER_WRONG_SETTING if isinstance(error, OurConfig) else AFTER_FAILURE
    return Decision(Ending.RETRY, backoff.wait(attempt - 1, jitter))


def _may_pass(error: AppError) -> bool:
    if isinstance(error, Unauthorized):
        return not is_out_of_reach(error)
    return isinstance(error, Upstream | OurConfig)
