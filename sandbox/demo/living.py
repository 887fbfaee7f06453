"""The last days before today, lived through one by one: the clock is moved, the scheduler works.

Only what was read on a day can be asked for as of that day, and only what was read twice can have
been restated. So the first start puts the sandbox's clock two weeks back and moves it on by half
a day at a time, as soon as the background has nothing left to do. It begins after the demo is
ready, and a start that was interrupted is taken up where it stood.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx

from sandbox.demo.home import Home
from sandbox.demo.trouble import Trouble

STEP = timedelta(hours=12)
# A report is built in seconds of the sandbox's clock, which runs faster meanwhile.
RATE = 10.0
# So long the clock may have run on after the instant that was noted last: it never goes back.
AFTER_A_STOP = timedelta(hours=1)
NOTED_EVERY = timedelta(seconds=30)
HOUR_SECONDS = 3600
# A token that ends just after the next step is renewed in time there, as in real days.
LIVED_TOKEN_SECONDS = int(STEP.total_seconds()) + 600
# Half a day is over when nothing is left to do, or after a while: cuts that did not come are read
# again with the next ones. The base facts are waited for longer.
STEP_SECONDS = 15.0
STEP_SECONDS_MAX = 90.0
QUIET_LOOKS = 2

Wait = Callable[[Callable[[], bool], str, float], None]
Work = Callable[[], Mapping[str, int]]


def instants(lived_to: datetime | None, now: datetime, days: int) -> list[datetime]:
    """Return the instants at which the clock stops on its way: where it begins, half a day apart,
    and now. Only now when there is nothing to live through."""
    begin = now - timedelta(days=days)
    if lived_to is not None:
        begin = max(begin, lived_to + AFTER_A_STOP)
    found = []
    while begin < now - STEP / 2:
        found.append(begin)
        begin += STEP
    return [*found, now]


def _machine() -> datetime:
    return datetime.now(UTC)


@dataclass
class Living:
    """The clock of the sandbox, in the hands of the demo. `clock` tells when today is."""

    home: Home
    sandbox_address: str
    days: int
    clock: Callable[[], datetime] = _machine

    def __post_init__(self) -> None:
        now = self.clock()
        self._noted = now
        self._stops = instants(self.home.lived_to(), now, self.days)

    @property
    def is_due(self) -> bool:
        """Return whether there are days to live through."""
        return len(self._stops) > 1

    def begin(self) -> None:
        """Put the clock where life begins, before the product first looks at it."""
        if self.is_due:
            self._control("tokens", access_seconds=LIVED_TOKEN_SECONDS)
            self._control("clock", rate=RATE)
            self._move(self._stops[0])

    def go_on(self, work: Work, wait: Wait, tell: Callable[[str], None]) -> None:
        """Move on to today, whenever nothing is left to do; tell of each day that is over."""
        for number, stop in enumerate(self._stops[1:], start=1):
            _wait_for_quiet(work, wait)
            is_last = stop is self._stops[-1]
            if is_last:
                self._control("tokens", access_seconds=HOUR_SECONDS)
                self._control("clock", rate=1.0)
            self._move(self.clock() if is_last else stop)
            if is_last or number % 2 == 0:
                tell(f"{stop:%-d %B}")
        self.home.note_lived_to(self.clock())

    def note(self) -> None:
        """Remember that today is lived through in its own time, twice a minute."""
        now = self.clock()
        if self.days and now - self._noted >= NOTED_EVERY:
            self.home.note_lived_to(now)
            self._noted = now

    def _move(self, instant: datetime) -> None:
        self._control("clock", now=instant.isoformat())
        self.home.note_lived_to(instant)

    def _control(self, name: str, **told: object) -> None:
        address = f"{self.sandbox_address}/_sandbox/{name}"
        try:
            httpx.post(address, json=told, timeout=10.0, trust_env=False).raise_for_status()
        except httpx.HTTPError as failure:
            raise Trouble(f"The sandbox's clock could not be moved: {failure}.") from None


def _wait_for_quiet(work: Work, wait: Wait) -> None:
    """Return once half a day is over: work leads to work, so its end is looked at twice."""
    begun = time.monotonic()
    looks = 0

    def is_over() -> bool:
        nonlocal looks
        left = work()
        looks = 0 if left["reports"] or left["jobs"] else looks + 1
        is_late = time.monotonic() - begun > STEP_SECONDS
        return looks > QUIET_LOOKS or (is_late and not left["base"])

    try:
        wait(is_over, "The day", STEP_SECONDS_MAX)
    except Trouble as trouble:
        # A day that takes too long is cut short, as days are; a process that died is not.
        if "did not get ready" not in str(trouble):
            raise
