"""Report schedules as people make them, and the mail that came of them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from core.domain.periods import DateRange
from core.domain.recurrence import next_after
from core.domain.roles import Role
from core.domain.views import Screen, View
from core.jobs import kinds
from core.reports.definitions import ReportPlan, Rules
from core.reports.file_specs import Format
from core.reports.making import Kind
from core.store.delivery.deliveries import ReportDelivery
from core.store.delivery.schedules import Timing
from tests.integration.jobs.rig import Rig
from tests.unit.insight.office import Office, order

ZONE = "America/New_York"
READERS = ("client@mail.example", "boss@mail.example")


ADVERTISER = "581000000000000001"


def filled(rig: Rig) -> Office:
    """Have an organization with one advertiser and thirty days of two orders, ten dollars each."""
    office = Office(rig.web, rig.parts.store, rig.home, rig.org, rig.org, now=rig.now)
    office.advertiser(ADVERTISER, "Lumen Pet", zone=ZONE, chosen_at=rig.now - timedelta(days=90))
    office.keep(order("o1", "Lumen Prospecting", goal="CONVERSIONS"), order("o2", "Lumen CTV"))
    yesterday = rig.now.date() - timedelta(days=1)
    arrived(office, DateRange(yesterday - timedelta(days=29), yesterday))
    return office


def arrived(office: Office, days: DateRange, cost: str = "10") -> None:
    """Have a report arrive that tells of these days."""
    figures = {"impressions": 1000, "total_cost": cost, "total_sales": "40", "total_purchases": 9}
    rows = [{"order_id": o, "day": day, **figures} for day in days.days() for o in ("o1", "o2")]
    office.deliver(rows, days, advertiser=ADVERTISER)


def scheduled(
    rig: Rig,
    rule: str = "daily 07:00",
    readers: tuple[str, ...] = READERS,
    formats: tuple[Format, ...] = (Format.PDF, Format.XLSX),
    view: View | None = None,
    kind: Kind = Kind.WEEKLY,
    **rules: bool,
) -> str:
    """Define a report, the weekly summary by default, schedule it, and return the schedule's id."""
    plan = ReportPlan(kind=kind, view=view or View(screen=Screen.MORNING), formats=formats)
    with rig.web.writing(rig.org.scope()) as tenant:
        made = tenant.report_definitions.add("Weekly for Lumen", plan.payload(), rig.now)
        timing = Timing(
            name="Every morning",
            rule=rule,
            timezone=ZONE,
            options=Rules(**rules).payload(),
            next_run_at=next_after(rule, ZONE, rig.now),
        )
        schedule = tenant.report_schedules.add(made.id, timing, rig.now)
        for address in readers:
            tenant.recipients.add(schedule.id, address, rig.now)
    return schedule.id


def taken_over(rig: Rig, schedule_id: str, role: Role) -> None:
    """Have a member of a role keep a schedule from now on."""
    with rig.web.writing(rig.org.scope(role)) as tenant:
        seen = tenant.report_schedules.get(schedule_id)
        timing = Timing(
            name=seen.name,
            rule=seen.rule,
            timezone=seen.timezone,
            options=seen.options,
            next_run_at=next_after(seen.rule, seen.timezone, rig.now),
        )
        tenant.report_schedules.change(schedule_id, timing, rig.now)


def deliveries(rig: Rig) -> list[ReportDelivery]:
    """Return the deliveries, newest first."""
    with rig.web.reading(rig.org.scope()) as tenant:
        return tenant.report_deliveries.recent()


def mails(rig: Rig, to: str = "") -> list[dict[str, Any]]:
    """Return the mail that was caught, oldest first."""
    params = {"to": to} if to else {}
    found: list[dict[str, Any]] = rig.sandbox.http.get("/_sandbox/mail", params=params).json()[
        "mails"
    ]
    return found


def at(rig: Rig, instant: datetime) -> None:
    """Let time pass until an instant, without anything being done meanwhile."""
    rig.pass_time(seconds=(instant - rig.now).total_seconds())


def post(rig: Rig) -> None:
    """Plan what is due, deliver it, send the mail, and see it off."""
    for kind in (kinds.DELIVERIES, kinds.MAIL):
        with rig.parts.store.system() as system:
            system.jobs.enqueue(kind.job(rig.now), rig.now)
        rig.run_due()
    rig.pass_time(seconds=61)
    rig.run_due()


def next_run(rig: Rig, schedule_id: str) -> datetime:
    """Return when a schedule runs next."""
    with rig.web.reading(rig.org.scope()) as tenant:
        found = tenant.report_schedules.get(schedule_id).next_run_at
    assert found
    return found


A_MINUTE = timedelta(minutes=1)
