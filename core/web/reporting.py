"""What people do with reports: define, run, schedule, test, approve. Screens only ask here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.domain.job_kinds import JobKind
from core.domain.recurrence import next_after
from core.domain.roles import Action
from core.domain.views import View
from core.errors import NotFound, UserError
from core.reports.definitions import ReportPlan, Rules, read_plan
from core.reports.making import meant
from core.store.content.kept_views import ReportDefinition
from core.store.delivery.deliveries import ReportDelivery
from core.store.delivery.schedules import ReportSchedule, Timing
from core.store.doors import Tenant
from core.store.schema.words import DeliveryState
from core.store.work.jobs import NewJob
from core.web.context import PageContext
from core.web.inviting import is_address

RECIPIENTS_MAX = 50
COMMENT_CHARACTERS = 1_000
REPORTS_LISTED = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A schedule as a person asks for it."""

    name: str
    rule: str
    timezone: str
    rules: Rules
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SentReport:
    """A report that went out: when, of what moment its figures are, and whose, over which days.

    `view` is over the days of the report's kind; they ended the day before `due_at`.
    """

    id: str
    name: str
    sent_at: datetime
    at: datetime
    due_at: datetime
    view: View


def sent_report(delivery: ReportDelivery) -> SentReport | None:
    """Return what went out with a delivery, None when nothing did."""
    if delivery.state is not DeliveryState.SENT or not delivery.sent_at:
        return None
    at = datetime.fromisoformat(delivery.as_of["at"])
    plan = read_plan(delivery.as_of["report"])
    view = meant(plan.view, plan.kind)
    return SentReport(delivery.id, delivery.name, delivery.sent_at, at, delivery.due_at, view)


def reports_about(tenant: Tenant, advertiser_id: str, also: str = "") -> list[SentReport]:
    """Return the latest reports that went out about an advertiser, newest first.

    `also` is the id of one more that is wanted, however old. A member limited to some advertisers
    is given none: reports speak of others too.
    """
    found = tenant.report_deliveries.sent_about(advertiser_id, REPORTS_LISTED)
    if also and also not in {one.id for one in found}:
        with suppress(NotFound):
            found.append(tenant.report_deliveries.get(also))
    return [told for one in found if (told := sent_report(one)) is not None]


def may_send(ctx: PageContext) -> bool:
    """Return whether the person sends reports: the role may, and sees every advertiser."""
    return ctx.may(Action.SEND_REPORTS) and ctx.scope.advertiser_ids is None


def define(ctx: PageContext, name: str, plan: ReportPlan, *, is_shared: bool) -> ReportDefinition:
    """Return a new report definition. Raises UserError, NotAllowed as the store says."""
    (only,) = plan.view.advertisers if len(plan.view.advertisers) == 1 else (None,)
    with ctx.content() as content:
        return content.report_definitions.add(
            name, plan.payload(), ctx.now, is_shared=is_shared, advertiser_id=only
        )


def run_now(
    ctx: PageContext,
    definition: ReportDefinition,
    *,
    comment: str = "",
    to: Iterable[str] = (),
    is_test: bool = False,
) -> ReportDelivery:
    """Return a delivery that is made at once: kept in the history, and sent to `to` if anybody.

    Raises NotAllowed unless the role may send reports, UserError for an address that is none.
    """
    told: dict[str, Any] = {
        "report": dict(definition.payload),
        "to": addresses(to),
        "is_test": is_test,
    }
    with ctx.writing() as tenant:
        made = tenant.report_deliveries.plan(
            definition.id, definition.name, ctx.now, ctx.now, as_of=told, comment=_said(comment)
        )
        assert made is not None  # a delivery without a schedule has no rival
        _enqueue(ctx, tenant, made.id)
        tenant.audit.add("run report", made.id, ctx.now, {"test": is_test})
    return made


def schedule(ctx: PageContext, definition_id: str, wanted: Wanted) -> ReportSchedule:
    """Return a new schedule with its recipients.

    Raises UserError for a rule, a zone or an address that is none, NotFound for a definition
    that is not visible, NotAllowed unless the role may send reports.
    """
    listed = addresses(wanted.recipients)
    if not listed:
        raise UserError("Write at least one recipient's mail address.")
    with ctx.writing() as tenant:
        tenant.report_definitions.get(definition_id)
        made = tenant.report_schedules.add(definition_id, _timing(ctx, wanted), ctx.now)
        for address in listed:
            tenant.recipients.add(made.id, address, ctx.now)
        tenant.audit.add("schedule report", made.id, ctx.now, {"rule": wanted.rule})
    return made


def switch(ctx: PageContext, seen: ReportSchedule, *, enabled: bool) -> None:
    """Pause a schedule, or let it go on with its next instant from now.

    Who does so keeps it from then on.
    """
    timing = Timing(
        name=seen.name,
        rule=seen.rule,
        timezone=seen.timezone,
        options=seen.options,
        next_run_at=next_after(seen.rule, seen.timezone, ctx.now) if enabled else None,
        enabled=enabled,
    )
    with ctx.writing() as tenant:
        tenant.report_schedules.change(seen.id, timing, ctx.now)


def send_test(ctx: PageContext, definition: ReportDefinition) -> ReportDelivery:
    """Return a delivery to the person alone, marked as a test. Raises UserError without a mail."""
    address = ctx.visitor.person.email
    if not address:
        raise UserError("Your login does not tell your mail address, so no test can be sent.")
    return run_now(ctx, definition, to=[address], is_test=True)


def decide(ctx: PageContext, delivery_id: str, *, is_approved: bool, comment: str) -> None:
    """Let a delivery that waits go out with a comment, or decline it. Raises as the store does."""
    with ctx.writing() as tenant:
        tenant.report_deliveries.decide(
            delivery_id, ctx.now, is_approved=is_approved, comment=_said(comment) or ""
        )
        if is_approved:
            _enqueue(ctx, tenant, delivery_id)
        word = "approve report" if is_approved else "decline report"
        tenant.audit.add(word, delivery_id, ctx.now)


def make_again(ctx: PageContext, delivery_id: str) -> None:
    """Let a delivery that failed begin again, to whom it was meant. Raises as the store does."""
    with ctx.writing() as tenant:
        tenant.report_deliveries.begin_again(delivery_id)
        _enqueue(ctx, tenant, delivery_id)
        tenant.audit.add("make report again", delivery_id, ctx.now)


def addresses(given: Iterable[str]) -> list[str]:
    """Return mail addresses, each once, in order. Raises UserError naming one that is none."""
    listed = list(dict.fromkeys(a.strip() for a in given if a.strip()))
    for address in listed:
        if not is_address(address):
            raise UserError(f"“{address[:80]}” is no mail address.")
    if len(listed) > RECIPIENTS_MAX:
        raise UserError(f"A report goes to at most {RECIPIENTS_MAX} addresses.")
    return listed


def schedules_by_definition(tenant: Tenant) -> Mapping[str, list[ReportSchedule]]:
    """Return every schedule under its definition's id."""
    found: dict[str, list[ReportSchedule]] = {}
    for one in tenant.report_schedules.all():
        found.setdefault(one.definition_id, []).append(one)
    return found


def _timing(ctx: PageContext, wanted: Wanted) -> Timing:
    return Timing(
        name=wanted.name,
        rule=wanted.rule,
        timezone=wanted.timezone,
        options=wanted.rules.payload(),
        next_run_at=next_after(wanted.rule, wanted.timezone, ctx.now),
    )


def _enqueue(ctx: PageContext, tenant: Tenant, delivery_id: str) -> None:
    wanted = NewJob(
        kind=JobKind.DELIVER,
        payload={"delivery_id": delivery_id},
        run_at=ctx.now,
        key=f"{JobKind.DELIVER}:{delivery_id}",
        priority=1,
    )
    tenant.jobs.enqueue(wanted, ctx.now)


def _said(comment: str) -> str | None:
    text = "\n".join(" ".join(line.split()) for line in comment.strip().splitlines())
    if len(text) > COMMENT_CHARACTERS:
        raise UserError(f"A comment has at most {COMMENT_CHARACTERS:,} characters.")
    return text or None
