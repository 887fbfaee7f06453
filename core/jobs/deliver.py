"""One delivery, step by step. A step is taken once, whoever takes it and whoever dies.

    planned ─ building ─┬─ ready ─ sending ─ sent
                        ├─ waiting for approval ─┬─ ready …
                        └─ skipped               └─ declined

Whatever ends a delivery before its time is noted as failed, where its history shows it, and a
person may let it begin again as long as nothing was posted.

Each step ends in a compare-and-set of the delivery's state. Mails go into the outbox in the same
transaction that says "sending", under ids made of delivery and recipient: a step that is taken
again puts nothing there twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from core.domain.connections import SyncState
from core.domain.periods import yesterday
from core.domain.recurrence import LATE_AFTER
from core.domain.scope import TenantScope
from core.errors import Defect, NotFound
from core.insight.known_days import KnownDays, known_days
from core.jobs.background import Again, Background
from core.jobs.delivery_files import Written, keep_files, pinned, report_of, rules_of
from core.jobs.endings import Ending, decide
from core.jobs.file_jobs import desk
from core.jobs.frame import told
from core.reports.definitions import read_plan
from core.reports.letter import Letter, html_of, subject_of, text_of
from core.security.tokens import new_token
from core.store.delivery.deliveries import ReportDelivery
from core.store.delivery.recipients import Recipient
from core.store.doors import Tenant
from core.store.schema.words import DeliveryState, MailState
from core.store.work.jobs import ClaimedJob
from core.store.work.outbox import Mail

LOOK_AGAIN = timedelta(minutes=10)
WAITS_AT_MOST = timedelta(hours=16)
"""Yesterday is read as a whole day after noon, and a report is built in three hours at most."""
WAITED_UNTIL = "waited_until"
POST_LOOK_AGAIN = timedelta(minutes=1)
ATTACHED_BYTES_MAX = 15_000_000
"""Larger files are led to: many mailboxes refuse a message of more than 20 MB."""
ORPHANED = "Whoever kept it may not send reports any more. A colleague can take it over."
FILES_LINKED_FOR = timedelta(days=30)

Step = Callable[[Background, TenantScope, ReportDelivery], Again | None]


def deliver(parts: Background, job: ClaimedJob) -> Again | None:
    """Take a delivery as far as it goes now; return when to go on, None at its end."""
    scope = job.scope
    if scope is None:
        raise Defect("a delivery is one organization's")
    while True:
        with parts.store.reading(scope) as tenant:
            delivery = tenant.report_deliveries.get(str(job.payload["delivery_id"]))
        step = _STEPS.get(delivery.state)
        if step is None:
            return None
        try:
            again = step(parts, scope, delivery)
        except Exception as failure:  # house: broad_catches_only_in_frames (raised again)
            _give_up(parts, scope, delivery, job, failure)
            raise
        if again is not None:
            return again


def _give_up(
    parts: Background,
    scope: TenantScope,
    delivery: ReportDelivery,
    job: ClaimedJob,
    failure: Exception,
) -> None:
    """Note a failure that ends the delivery, where its history shows it."""
    ending = decide(failure, job.attempt, job.attempts_max, parts.jitter).ending
    if ending is Ending.FAIL:
        with parts.store.writing(scope) as tenant:
            reason = told(failure)
            tenant.report_deliveries.advance(delivery, DeliveryState.FAILED, reason=reason)


def _begin(parts: Background, scope: TenantScope, delivery: ReportDelivery) -> Again | None:
    """Wait for the data where that is wanted, and note what the report is made from."""
    if not _is_answered_for(parts, scope, delivery):
        with parts.store.writing(scope) as tenant:
            tenant.report_deliveries.advance(delivery, DeliveryState.SKIPPED, reason=ORPHANED)
        return None
    now = parts.clock.now()
    waits = rules_of(delivery).waits_for_data and delivery.schedule_id is not None
    is_short = waits and not is_complete(parts, scope, delivery)
    if is_short and now - delivery.due_at < WAITS_AT_MOST:
        seen = {**delivery.as_of, WAITED_UNTIL: now.isoformat()}
        with parts.store.writing(scope) as tenant:
            tenant.report_deliveries.advance(delivery, DeliveryState.PLANNED, as_of=seen)
        return Again(now + LOOK_AGAIN)
    made_from = pinned(parts, scope, delivery)
    if is_short:
        made_from.pop(WAITED_UNTIL, None)
    with parts.store.writing(scope) as tenant:
        tenant.report_deliveries.advance(delivery, DeliveryState.BUILDING, as_of=made_from)
    return None


def _is_answered_for(parts: Background, scope: TenantScope, delivery: ReportDelivery) -> bool:
    with parts.store.reading(scope) as tenant:
        return tenant.members.sends(_answers_for(tenant, delivery))


def _answers_for(tenant: Tenant, delivery: ReportDelivery) -> str:
    """Return who answers for a delivery: who keeps its schedule, or asked for it by hand."""
    if delivery.schedule_id is None:
        return delivery.created_by
    with suppress(NotFound):
        return tenant.report_schedules.get(delivery.schedule_id).changed_by
    return ""


def is_complete(parts: Background, scope: TenantScope, delivery: ReportDelivery) -> bool:
    """Return whether the last day of the report is a whole one for each of its advertisers."""
    view = read_plan(delivery.as_of["report"]).view
    with desk(parts, scope) as at:
        everybody = at.tenant.advertisers.all()
        named = frozenset(view.advertisers)
        meant = [a for a in everybody if a.advertiser_id in named] or [
            a for a in everybody if a.sync_state is SyncState.SELECTED
        ]
        days = known_days(at, meant)
    return all(_is_whole(days[a.advertiser_id], delivery.due_at) for a in meant)


def _is_whole(days: KnownDays, due_at: datetime) -> bool:
    return days.firm_through is not None and days.firm_through >= yesterday(due_at, days.zone)


def owed_at(delivery: ReportDelivery) -> datetime:
    """Return from when a delivery could go: due, its days whole if it waits for them, let go."""
    waited = delivery.as_of.get(WAITED_UNTIL)
    whole_at = datetime.fromisoformat(waited) if waited else delivery.due_at
    return max(delivery.due_at, whole_at, delivery.approved_at or delivery.due_at)


def _build(parts: Background, scope: TenantScope, delivery: ReportDelivery) -> Again | None:
    """Write the report, or note why it does not go out."""
    written = report_of(parts, scope, delivery)
    reason = _reason_to_skip(parts, scope, delivery, written)
    if reason:
        with parts.store.writing(scope) as tenant:
            tenant.report_deliveries.advance(delivery, DeliveryState.SKIPPED, reason=reason)
        return None
    kept = _kept(parts, scope, delivery, written)
    asks = rules_of(delivery).asks_first and delivery.schedule_id is not None
    state = DeliveryState.WAITING if asks else DeliveryState.READY
    with parts.store.writing(scope) as tenant:
        tenant.report_deliveries.advance(delivery, state, **kept)
        if asks:
            _ask(parts, tenant, delivery)
    return None


def _kept(
    parts: Background, scope: TenantScope, delivery: ReportDelivery, written: Written
) -> dict[str, Any]:
    files = keep_files(parts, scope, delivery, written)
    shown = {
        "mark": written.document.mark,
        "comment": written.document.comment,
        "period": written.document.period,
        "freshness": written.document.freshness,
    }
    return {
        "files": files,
        "bytes": sum(file["bytes"] for file in files),
        "sha256": files[0]["sha256"],
        "as_of": {**delivery.as_of, **shown},
    }


def _reason_to_skip(
    parts: Background, scope: TenantScope, delivery: ReportDelivery, written: Written
) -> str:
    rules = rules_of(delivery)
    if delivery.schedule_id is None:
        return ""
    if rules.skips_empty and written.document.is_empty:
        return "Nothing was delivered in its days."
    if rules.skips_same:
        with parts.store.reading(scope) as tenant:
            last = tenant.report_deliveries.last_sent(delivery.schedule_id)
        if last and last.as_of.get("mark") == written.document.mark:
            return "Nothing changed since the last one that was sent."
    return ""


def _ask(parts: Background, tenant: Tenant, delivery: ReportDelivery) -> None:
    """Tell whoever made the schedule that the report waits for them."""
    assert delivery.schedule_id is not None
    lead = tenant.report_schedules.get(delivery.schedule_id).changed_by
    member = next((m for m in tenant.members.all() if m.user_id == lead), None)
    if member is None or not member.email:
        return
    text = (
        f"“{delivery.name}” is written and waits for you. Look at it, add a comment if you like, "
        "and let it go or decline it. Until then it is not sent.\n\n"
        f"{_address(parts, delivery)}"
    )
    subject = f"Waits for your approval: {delivery.name}"
    mail = Mail("approval", member.email, subject, {"text": text}, f"{delivery.id}:approval")
    tenant.outbox.put(mail, parts.clock.now())


def _send(parts: Background, scope: TenantScope, delivery: ReportDelivery) -> Again | None:
    """Put a mail to each recipient into the post, with the report as it was approved."""
    written = report_of(parts, scope, delivery)
    changed: dict[str, Any] = {}
    if (delivery.comment or "") != delivery.as_of.get("comment", ""):
        changed = _kept(parts, scope, delivery, written)
    now = parts.clock.now()
    is_late = delivery.schedule_id is not None and now - owed_at(delivery) > LATE_AFTER
    envelope = _Envelope(
        parts, delivery, written, changed.get("files", delivery.files), now, is_late
    )
    with parts.store.writing(scope) as tenant:
        ids = [envelope.post(tenant, one) for one in _recipients(tenant, delivery)]
        state = DeliveryState.SENDING if ids else DeliveryState.SENT
        posted = {"message_ids": ids, "is_late": is_late, "sent_at": None if ids else now}
        tenant.report_deliveries.advance(delivery, state, **changed, **posted)
    return None


@dataclass(frozen=True, slots=True)
class _To:
    """Somebody to write to; `recipient` is None where there is no mailing to leave."""

    address: str
    key: str
    recipient: Recipient | None = None


def _recipients(tenant: Tenant, delivery: ReportDelivery) -> Sequence[_To]:
    """Return the schedule's recipients that have not left it, or those named for this once."""
    if delivery.schedule_id is None:
        return [_To(address, address) for address in delivery.as_of.get("to", ())]
    found = tenant.recipients.all(delivery.schedule_id)
    return [_To(r.address, r.id, r) for r in found if r.unsubscribed_at is None]


@dataclass(frozen=True, slots=True)
class _Envelope:
    """A report on its way into mails."""

    parts: Background
    delivery: ReportDelivery
    written: Written
    files: Sequence[Mapping[str, Any]]
    now: datetime
    is_late: bool

    def post(self, tenant: Tenant, to: _To) -> str:
        """Put the mail of one recipient into the post and return its message id."""
        message_id = f"{self.delivery.id}:{to.key}"
        leave = self._way_out(tenant, to.recipient) if to.recipient else ""
        attached = self._attached()
        letter = Letter(
            notes=tuple(self._notes()),
            files=tuple(str(file["name"]) for file in attached),
            linked=() if attached else tuple(self._linked(tenant, to.recipient)),
            link=_address(self.parts, self.delivery),
            leave=leave,
        )
        document, brand = self.written.document, self.written.brand
        body = {
            "text": text_of(document, letter),
            "html": html_of(document, brand, letter),
            "files": [dict(file) for file in attached],
            "leave": leave,
        }
        is_test = bool(self.delivery.as_of.get("is_test"))
        subject = subject_of(document, is_late=self.is_late, is_test=is_test)
        tenant.outbox.put(Mail("report", to.address, subject, body, message_id), self.now)
        return message_id

    def _attached(self) -> Sequence[Mapping[str, Any]]:
        fits = sum(int(file["bytes"]) for file in self.files) <= ATTACHED_BYTES_MAX
        return self.files if rules_of(self.delivery).attaches and fits else ()

    def _linked(self, tenant: Tenant, to: Recipient | None) -> Iterator[tuple[str, str]]:
        """Yield the name and the address of each file; no login stands before them."""
        token, ends = new_token(), self.now + FILES_LINKED_FOR
        tenant.file_links.issue(
            self.delivery.id,
            to.id if to else None,
            self.files,
            token,
            by=_answers_for(tenant, self.delivery),
            now=self.now,
            expires_at=ends,
        )
        base = f"{self.parts.settings.public_url.rstrip('/')}/files/{token.reveal()}"
        for number, file in enumerate(self.files, 1):
            yield str(file["name"]), f"{base}/{number}"

    def _notes(self) -> list[str]:
        notes = []
        if self.delivery.as_of.get("is_test"):
            notes.append("This is a test: nobody else was sent it.")
        if self.is_late:
            due, sent = f"{self.delivery.due_at:%-d %b, %H:%M}", f"{self.now:%-d %b, %H:%M}"
            notes.append(f"This report is late: it was due {due} UTC and was sent {sent} UTC.")
        return notes

    def _way_out(self, tenant: Tenant, recipient: Recipient) -> str:
        token = new_token()
        tenant.recipients.issue_link(recipient.id, token, self.now)
        return f"{self.parts.settings.public_url.rstrip('/')}/unsubscribe/{token.reveal()}"


def _see_off(parts: Background, scope: TenantScope, delivery: ReportDelivery) -> Again | None:
    """Wait until every mail has gone, or was given up."""
    now = parts.clock.now()
    with parts.store.writing(scope) as tenant:
        found = tenant.outbox.states(delivery.message_ids)
        if any(state in {MailState.WAITING, MailState.SENDING} for state in found.values()):
            return Again(now + POST_LOOK_AGAIN)
        failed = sum(state is MailState.FAILED for state in found.values())
        tenant.report_deliveries.advance(
            delivery, _ended(delivery, failed), sent_at=now, reason=_refusals(delivery, failed)
        )
    return None


def _ended(delivery: ReportDelivery, failed: int) -> DeliveryState:
    is_lost = failed == len(delivery.message_ids)
    return DeliveryState.FAILED if is_lost else DeliveryState.SENT


def _refusals(delivery: ReportDelivery, failed: int) -> str | None:
    if not failed:
        return None
    return (
        f"{failed} of {len(delivery.message_ids)} mails were refused or could not be handed over."
    )


def _address(parts: Background, delivery: ReportDelivery) -> str:
    return f"{parts.settings.public_url.rstrip('/')}/reports?delivery={delivery.id}"


_STEPS: Mapping[DeliveryState, Step] = {
    DeliveryState.PLANNED: _begin,
    DeliveryState.BUILDING: _build,
    DeliveryState.READY: _send,
    DeliveryState.SENDING: _see_off,
}
