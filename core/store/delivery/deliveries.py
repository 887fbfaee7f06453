"""Deliveries: each time a report goes, or went, to people; with the very files that were sent.

A delivery moves from state to state by compare-and-set, so that two workers, or a worker and its
own ghost after a crash, never take the same step twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, false, func, select, update

from core.domain.ids import UserId
from core.domain.roles import Action
from core.errors import LeaseLost, NotFound, UserError
from core.security.tokens import new_id
from core.store.schema import report_delivery
from core.store.schema.words import DeliveryState
from core.store.scoped import Scoped
from core.store.transaction import picked


@dataclass(frozen=True, slots=True)
class ReportDelivery:
    """One delivery. `files` name what was made, `as_of` what it was made from."""

    id: str
    definition_id: str
    schedule_id: str | None
    name: str
    due_at: datetime
    state: DeliveryState
    is_late: bool
    as_of: Mapping[str, Any]
    files: Sequence[Mapping[str, Any]]
    bytes: int | None
    sha256: str | None
    message_ids: Sequence[str]
    comment: str | None
    approved_by: UserId | None
    approved_at: datetime | None
    reason: str | None
    created_by: UserId
    created_at: datetime
    sent_at: datetime | None

    @property
    def may_begin_again(self) -> bool:
        """Return whether it failed before anything was posted."""
        return self.state is DeliveryState.FAILED and not self.message_ids


class ReportDeliveries(Scoped):
    """The deliveries of one organization. Members limited to some advertisers see none."""

    def plan(
        self,
        definition_id: str,
        name: str,
        due_at: datetime,
        now: datetime,
        *,
        schedule_id: str | None = None,
        as_of: Mapping[str, Any] | None = None,
        comment: str | None = None,
    ) -> ReportDelivery | None:
        """Return a new delivery, None when the schedule's delivery of that instant is planned.

        Raises NotAllowed for a person whose role may not send reports.
        """
        self._require_sender()
        delivery = ReportDelivery(
            id=new_id("dlv"),
            definition_id=definition_id,
            schedule_id=schedule_id,
            name=name,
            due_at=due_at,
            state=DeliveryState.PLANNED,
            is_late=False,
            as_of=dict(as_of or {}),
            files=[],
            bytes=None,
            sha256=None,
            message_ids=[],
            comment=comment,
            approved_by=None,
            approved_at=None,
            reason=None,
            created_by=self.scope.user_id,
            created_at=now,
            sent_at=None,
        )
        row = {field: getattr(delivery, field) for field in ReportDelivery.__slots__}
        added = self.tx.insert_absent(report_delivery, self.own(report_delivery, **row))
        return delivery if added else None

    def recent(
        self,
        *,
        definition_id: str | None = None,
        state: DeliveryState | None = None,
        limit: int = 100,
        offset: int = 0,
    ) -> list[ReportDelivery]:
        """Return deliveries, newest first, after the first `offset` of them.

        Of all, of one definition, or of those that stand in a state.
        """
        c = report_delivery.c
        query = self._query()
        if definition_id is not None:
            query = query.where(c.definition_id == definition_id)
        if state is not None:
            query = query.where(c.state == state)
        ordered = query.order_by(c.created_at.desc(), c.id)
        return self.tx.many(ordered.limit(limit).offset(offset), ReportDelivery)

    def count(self) -> int:
        """Return how many deliveries there are."""
        counted = select(func.count()).select_from(report_delivery)
        row = self.tx.row(counted.where(self.mine(report_delivery)))
        return int(row[0]) if row else 0

    def sent_about(self, advertiser_id: str, limit: int) -> list[ReportDelivery]:
        """Return the latest that went out of a view of an advertiser or of all, newest first.

        Trials to oneself are none of them.
        """
        c = report_delivery.c
        named = c.as_of[("report", "query", "adv")].as_string()
        meant = named.is_(None) | ("," + named + ",").contains(f",{advertiser_id},")
        is_trial = func.coalesce(c.as_of["is_test"].as_boolean(), false())
        sent = self._query().where(c.state == DeliveryState.SENT, meant, ~is_trial)
        ordered = sent.order_by(c.sent_at.desc(), c.id).limit(limit)
        return self.tx.many(ordered, ReportDelivery)

    def last_sent(self, schedule_id: str) -> ReportDelivery | None:
        """Return the latest delivery of a schedule that went out, None while there is none."""
        c = report_delivery.c
        sent = (c.schedule_id == schedule_id) & (c.state == DeliveryState.SENT)
        found = self.tx.many(
            self._query().where(sent).order_by(c.sent_at.desc(), c.id).limit(1), ReportDelivery
        )
        return found[0] if found else None

    def get(self, delivery_id: str) -> ReportDelivery:
        """Return one delivery. Raises NotFound."""
        query = self._query().where(report_delivery.c.id == delivery_id)
        found = self.tx.one(query, ReportDelivery)
        if found is None:
            raise NotFound("The delivery")
        return found

    def advance(self, seen: ReportDelivery, state: DeliveryState, **changes: Any) -> ReportDelivery:
        """Return the delivery in its next state, with other columns changed beside it.

        Raises LeaseLost when it is no longer in the state it was seen in, NotAllowed for a
        person whose role may not send reports.
        """
        self._require_sender()
        unmoved = (report_delivery.c.id == seen.id) & (report_delivery.c.state == seen.state)
        moved = update(report_delivery).where(self.mine(report_delivery), unmoved)
        if not self.tx.run(moved.values(state=state, **changes)):
            raise LeaseLost(f"The delivery {seen.id} is no longer {seen.state}.")
        return replace(seen, state=state, **changes)

    def decide(
        self, delivery_id: str, now: datetime, *, is_approved: bool, comment: str = ""
    ) -> ReportDelivery:
        """Return a delivery that waited for approval, with a person's word on it.

        Raises NotAllowed unless the role may send reports, NotFound, UserError when it no
        longer waits.
        """
        self.require_person(Action.SEND_REPORTS)
        seen = self.get(delivery_id)
        if seen.state is not DeliveryState.WAITING:
            raise UserError(f"This delivery does not wait for approval: it is {seen.state}.")
        told = {
            "comment": comment or seen.comment,
            "approved_by": self.scope.user_id,
            "approved_at": now,
        }
        state = DeliveryState.READY if is_approved else DeliveryState.DECLINED
        return self.advance(seen, state, **told)

    def begin_again(self, delivery_id: str) -> ReportDelivery:
        """Return a delivery that failed before anything was posted, planned once more.

        Raises NotAllowed unless the role may send reports, NotFound, UserError for any other.
        """
        self.require_person(Action.SEND_REPORTS)
        seen = self.get(delivery_id)
        if not seen.may_begin_again:
            raise UserError("Only a report that failed before it was posted can be made again.")
        return self.advance(seen, DeliveryState.PLANNED, reason=None)

    def _require_sender(self) -> None:
        if not self._is_job:
            self.scope.require(Action.SEND_REPORTS)

    def _query(self) -> Select[Any]:
        return picked(report_delivery, ReportDelivery).where(self.mine(report_delivery))
