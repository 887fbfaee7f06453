"""Which function does which kind of job."""

from __future__ import annotations

from collections.abc import Mapping

from core.jobs import (
    deliver,
    delivery_plan,
    discover,
    file_jobs,
    flight_plan,
    kinds,
    lake_upkeep,
    mail,
    planning,
    probes,
    recurring,
    refreshing,
    reseal,
    settle,
    snapshot,
    stream,
    subscribe,
    upkeep,
)
from core.jobs.background import Again, Background, Handler
from core.store.work.jobs import ClaimedJob


def keep_schedules(parts: Background, job: ClaimedJob) -> Again | None:
    """Keep the schedules of every organization complete."""
    recurring.put_standing(parts)
    return None


HANDLERS: Mapping[str, Handler] = {
    kinds.STANDING.name: keep_schedules,
    kinds.REFRESH_DUE.name: refreshing.enqueue_refreshes,
    kinds.REFRESH.name: refreshing.refresh,
    kinds.RESEAL.name: reseal.reseal_all,
    kinds.DISCOVER.name: discover.discover,
    kinds.DISCOVER_ALL.name: discover.discover_all,
    kinds.PLAN.name: planning.plan_reports,
    kinds.FETCH_AGAIN.name: planning.fetch_again,
    kinds.COMPARE.name: planning.compare_again,
    kinds.SNAPSHOT.name: snapshot.snapshot,
    kinds.SETTLE.name: settle.settle,
    kinds.PROBE.name: probes.measure,
    kinds.IMPORT_PLAN.name: flight_plan.import_plan,
    kinds.MAKE_FILE.name: file_jobs.make_file,
    kinds.DELIVERIES.name: delivery_plan.plan_deliveries,
    kinds.DELIVER.name: deliver.deliver,
    kinds.MAIL.name: mail.send_mail,
    kinds.STREAM.name: stream.drain_all,
    kinds.SUBSCRIBE.name: subscribe.subscribe,
    kinds.UPKEEP.name: upkeep.clean_up,
    kinds.LAKE_UPKEEP.name: lake_upkeep.keep_lake,
}
