"""Every kind of background job: what it does, when it comes back, what it retries.

`docs/operations.md` shows this table; a test holds the two equal. The functions that do the work
stand in `core.jobs.handlers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from core.domain.job_kinds import JobKind
from core.domain.recurrence import CatchUp
from core.store.work.jobs import NewJob


class Whose(StrEnum):
    """Whom a job is done for."""

    SYSTEM = "the installation"
    ORGANIZATION = "each organization"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of job. `rule` is `core.domain.recurrence`'s, in UTC; "" means on demand."""

    name: str
    what: str
    retries: str
    whose: Whose = Whose.ORGANIZATION
    rule: str = ""
    catch_up: CatchUp = CatchUp.ONCE
    priority: int = 5
    attempts_max: int = 8
    timeout: timedelta = timedelta(minutes=10)

    def job(
        self,
        run_at: datetime,
        payload: Mapping[str, Any] | None = None,
        *,
        key: str = "",
    ) -> NewJob:
        """Return a job of this kind; `key` tells several open ones of an organization apart."""
        return NewJob(
            kind=self.name,
            payload=payload or {},
            run_at=run_at,
            key=f"{self.name}:{key}" if key else self.name,
            priority=self.priority,
            attempts_max=self.attempts_max,
            timeout=self.timeout,
        )


STANDING = Kind(
    name="standing",
    what="keeps the schedules of every organization complete",
    retries="the next run stands in",
    whose=Whose.SYSTEM,
    rule="every 5 min",
    attempts_max=1,
)
REFRESH_DUE = Kind(
    name="refresh_due",
    what="finds the access tokens that are due, and adds one refresh for each",
    retries="the next run stands in",
    whose=Whose.SYSTEM,
    rule="every 1 min",
    priority=1,
    attempts_max=1,
)
REFRESH = Kind(
    name="refresh",
    what="renews one connection's access token",
    retries="after the connection's cool-down: half a minute, doubling to 15 min",
    priority=0,
    # More than one, so that the job of a process that died comes back by itself.
    attempts_max=3,
    timeout=timedelta(minutes=2),
)
RESEAL = Kind(
    name="reseal",
    what="puts tokens sealed under an older key under the active one",
    retries="the next run stands in; a token that does not open is named and left",
    whose=Whose.SYSTEM,
    rule="daily 02:50",
    attempts_max=3,
)
DISCOVER = Kind(
    name=JobKind.DISCOVER,
    what="looks what lies behind one connection: profiles, managers, advertisers, seats",
    retries="eight times, 15 s doubling to 30 min",
    priority=1,
)
DISCOVER_ALL = Kind(
    name="discover_all",
    what="adds one discovery for each connection that works",
    retries="three times",
    rule="daily 04:10",
    attempts_max=3,
)
PLAN = Kind(
    name=JobKind.PLAN,
    what="works out which reports are due, within each advertiser's ledger, and plans them",
    retries="three times, then the next run stands in",
    rule="every 15 min",
    priority=2,
    attempts_max=3,
)
FETCH_AGAIN = Kind(
    name=JobKind.FETCH_AGAIN,
    what="plans one report that a person asked for, within the ledger",
    retries="three times",
    priority=1,
    attempts_max=3,
)
COMPARE = Kind(
    name=JobKind.COMPARE,
    what="plans one more comparison of the two generations of reports, within the ledger",
    retries="three times",
    priority=1,
    attempts_max=3,
)
SNAPSHOT = Kind(
    name=JobKind.SNAPSHOT,
    what="keeps each advertiser's budgets, flights, bids, states and names, once a local day "
    "from 05:00",
    retries="eight times; an advertiser that fails does not hold up the others",
    rule="every 1 h",
    priority=4,
    timeout=timedelta(minutes=30),
)
SETTLE = Kind(
    name="settle",
    what="learns from the revisions seen after how many days figures stand",
    retries="three times, then the next run stands in",
    rule="daily 05:30",
    priority=7,
    attempts_max=3,
)
PROBE = Kind(
    name="probe",
    what="measures what Amazon's dates, windows and rates mean, and keeps the verdicts",
    retries="three times, then the next run stands in",
    rule="daily 05:45",
    priority=7,
    attempts_max=3,
)
IMPORT_PLAN = Kind(
    name=JobKind.IMPORT_PLAN,
    what="keeps the flights and budgets of an imported flight plan",
    retries="three times",
    priority=1,
    attempts_max=3,
)
MAKE_FILE = Kind(
    name=JobKind.MAKE_FILE,
    what="makes a file that a person asked for: a picture, a PDF, a large table",
    retries="three times",
    priority=2,
    attempts_max=3,
)
DELIVERIES = Kind(
    name="deliveries",
    what="finds the report schedules that are due, and plans one delivery for each",
    retries="the next run stands in",
    whose=Whose.SYSTEM,
    rule="every 1 min",
    priority=3,
    attempts_max=1,
)
DELIVER = Kind(
    name=JobKind.DELIVER,
    what="makes one report, asks whom it has to ask, and puts it into the post",
    retries="eight times; every step is taken once, and the next goes on from there",
    priority=3,
    timeout=timedelta(minutes=15),
)
MAIL = Kind(
    name="mail",
    what="sends the mail that waits",
    retries="each message ten times, a minute doubling to six hours",
    whose=Whose.SYSTEM,
    rule="every 1 min",
    priority=3,
    attempts_max=1,
)
STREAM = Kind(
    name="stream",
    what="takes the hours that Amazon Marketing Stream has put into our queues",
    retries="the next run stands in; what was not counted stays in its queue",
    whose=Whose.SYSTEM,
    rule="every 1 min",
    priority=3,
    attempts_max=1,
)
SUBSCRIBE = Kind(
    name=JobKind.SUBSCRIBE,
    what="asks Amazon for the stream of advertisers that people want it of, and ends others",
    retries="eight times, 15 s doubling to 30 min",
    priority=1,
)
UPKEEP = Kind(
    name="upkeep",
    what="removes ended links, sessions, jobs and files, and what deleted organizations left",
    retries="three times, then the next run stands in",
    whose=Whose.SYSTEM,
    rule="daily 03:20",
    priority=8,
    attempts_max=3,
    timeout=timedelta(minutes=30),
)
LAKE_UPKEEP = Kind(
    name="lake_upkeep",
    what="compacts the lake's tables and removes files that no manifest needs",
    retries="three times, then the next run stands in",
    rule="daily 03:40",
    priority=8,
    attempts_max=3,
    timeout=timedelta(minutes=60),
)

KINDS: tuple[Kind, ...] = (
    STANDING,
    REFRESH_DUE,
    REFRESH,
    RESEAL,
    DISCOVER,
    DISCOVER_ALL,
    PLAN,
    FETCH_AGAIN,
    COMPARE,
    SNAPSHOT,
    SETTLE,
    PROBE,
    IMPORT_PLAN,
    MAKE_FILE,
    DELIVERIES,
    DELIVER,
    MAIL,
    STREAM,
    SUBSCRIBE,
    UPKEEP,
    LAKE_UPKEEP,
)
"""Every kind, in the order of the document."""

BY_NAME: Mapping[str, Kind] = {kind.name: kind for kind in KINDS}
