"""Learning after how many days figures stand, from the revisions that the lake has kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal

from core.domain.ids import AdvertiserId
from core.domain.metrics import Dataset
from core.domain.periods import ONE_DAY, DateRange
from core.jobs.background import Again, Background
from core.jobs.settle_rules import ASSUMED, Step, lines
from core.lake.question import Question
from core.lake.reader import Reader
from core.store.ingest.checks import SettledLine
from core.store.work.jobs import ClaimedJob

WATCHED_DAYS = 120


def settle(parts: Background, job: ClaimedJob) -> Again | None:
    """Learn the settled lines of every kept advertiser and keep them."""
    assert job.scope is not None
    now = parts.clock.now()
    with parts.store.reading(job.scope) as tenant:
        zones = {str(a.advertiser_id): a.timezone for a in tenant.advertisers.kept()}
    with parts.lake.reader(job.scope, from_files=True) as reader:
        steps = list(_steps(reader, now))
    learnt = [
        SettledLine(
            AdvertiserId(advertiser),
            metric,
            line.settled_after_days,
            line.observed_days,
            line.largest_change,
            now,
        )
        for advertiser, metric, line in lines(steps, zones, now)
    ]
    with parts.store.writing(job.scope) as tenant:
        tenant.settling.put(learnt)
    return None


def _steps(reader: Reader, now: datetime) -> Iterator[Step]:
    today = now.date()
    question = Question(
        dataset=Dataset.CAMPAIGN,
        metrics=tuple(ASSUMED),
        days=DateRange(today - WATCHED_DAYS * ONE_DAY, today),
        by=("advertiser_id", "day"),
    )
    for row in reader.restatements(question).to_pylist():
        grown = {metric: Decimal(str(row[metric] or 0)) for metric in ASSUMED}
        yield Step(str(row["advertiser_id"]), row["day"], row["at"], grown)
