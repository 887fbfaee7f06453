"""Every method behind the tenant's door, tried with ids that are not one's own (case 35).

The methods are read from the code: one that has no trial here fails the first test. A trial is
made twice, with ids that exist elsewhere and with ids that exist nowhere. Both must end alike,
in answer and in number of statements, and change nothing of what belongs to somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, insert, select
from sqlalchemy.exc import IntegrityError

from core.domain.comparisons import Likeness
from core.domain.connections import (
    AccessMode,
    Adapter,
    CampaignAccess,
    RefreshOutcome,
    Status,
)
from core.domain.content import AnnotationKind, Direction, Taggable
from core.domain.cuts import Labelled
from core.domain.entities import Kind, Order
from core.domain.fx import FxRate
from core.domain.ids import AdvertiserId, OrgId
from core.domain.metrics import Better, Dataset, Stage, Unit
from core.domain.periods import DateRange
from core.domain.regions import Region
from core.domain.requests import Reason, RequestState
from core.domain.roles import Role
from core.domain.scope import TenantScope
from core.domain.stream import HourRecord, StreamDataset, StreamState
from core.errors import AppError
from core.security.sealing import Sealed
from core.security.tokens import new_token
from core.store.accounts.connections import AmazonUser
from core.store.accounts.credentials import Credential, Grant
from core.store.accounts.refreshes import RefreshEvent
from core.store.content.annotations import Told
from core.store.content.client_budgets import Given
from core.store.content.goals import Aim
from core.store.content.own_metrics import Definition
from core.store.content.repository import Repository
from core.store.content.tags import EntityTag
from core.store.delivery.deliveries import ReportDelivery
from core.store.delivery.schedules import Timing
from core.store.doors import Tenant
from core.store.entities.labels import Label
from core.store.ingest.checks import CheckRecord, ProbeVerdict, SettledLine
from core.store.ingest.comparisons import Comparison
from core.store.ingest.coverage import CoveredDay
from core.store.ingest.manifests import StoredManifest
from core.store.ingest.requests import PlannedRequest, ReportRequest
from core.store.schema import METADATA, Sight, access_of
from core.store.schema.words import CheckOutcome, DayState, DeliveryState, Source
from core.store.scoped import Dated, Scoped
from core.store.store import Process, Store
from core.store.stream.subscriptions import StreamSubscription
from core.store.work.jobs import NewJob
from core.store.work.leases import Lease
from core.store.work.outbox import Mail
from tests.databases import LIMITED, NOW, Database, Organization, standing_rows
from tests.integration.store.every_table import UNSEEN, another, fill
from tests.integration.store.makers import DAY, HOUR, found_advertiser, way

TODAY = date(2026, 11, 23)


@dataclass(frozen=True)
class Ids:
    """Ids that somebody might pass, and the mark that all of them bear."""

    org_id: str
    advertiser_id: str
    user_id: str
    mark: str

    def __getattr__(self, name: str) -> str:
        """The id of a row that `every_table.fill` made: connection, job, and so on."""
        if name in ("definition_id", "schedule_id"):
            return f"{self.mark}-id"
        return f"{self.mark}-con" if name == "connection" else f"{self.mark}-{name}"


def _credential(ids: Ids) -> Credential:
    sealed = Sealed("k1", b"box")
    return Credential(ids.connection, sealed, None, None, None, None, 0, 1)  # type: ignore[arg-type]


def _subscription(ids: Ids) -> StreamSubscription:
    made: dict[str, Any] = dict.fromkeys(StreamSubscription.__slots__)
    told = {"advertiser_id": ids.advertiser_id, "dataset": StreamDataset.TRAFFIC}
    return StreamSubscription(**{**made, **told, "state": StreamState.ASKED})


def _hour_record(ids: Ids) -> HourRecord:
    mine, order = ids.advertiser_id, ids.order_id
    return HourRecord(ids.record_id, StreamDataset.TRAFFIC, mine, order, NOW)  # type: ignore[arg-type]


def _order(ids: Ids) -> Order:
    return Order(entity_id=ids.entity_id, advertiser_id=ids.advertiser_id, name="Mine")


def _label(ids: Ids) -> Label:
    return Label(AdvertiserId(ids.advertiser_id), Labelled.DEAL, ids.entity_id, "Mine")


def _request(ids: Ids) -> ReportRequest:
    made: dict[str, Any] = dict.fromkeys(ReportRequest.__slots__)
    return ReportRequest(**{**made, "id": ids.id, "state": RequestState.PLANNED})


def _plan(ids: Ids) -> PlannedRequest:
    return PlannedRequest(
        connection_id=ids.connection,  # type: ignore[arg-type]
        region=Region.NA,
        adapter=Adapter.V3,
        mode=AccessMode.PROFILE,
        header_value="1",
        dataset=Dataset.CAMPAIGN,
        spec="campaign",
        advertiser_ids=[ids.advertiser_id],
        days=DateRange(TODAY, TODAY),
        reason=Reason.DAILY,
        run_at=NOW,
    )


def _day(ids: Ids) -> CoveredDay:
    return CoveredDay(
        ids.advertiser_id,  # type: ignore[arg-type]
        Dataset.CAMPAIGN,
        TODAY,
        DayState.PRESENT,
        1,
        1,
        None,
        None,
        "mine",
        1,
        None,
        NOW,
        None,
        None,
    )


def _comparison(ids: Ids) -> Comparison:
    return Comparison(
        ids.connection,  # type: ignore[arg-type]
        ids.advertiser_id,  # type: ignore[arg-type]
        Dataset.CAMPAIGN,
        Likeness.EQUAL,
        TODAY,
        TODAY,
        1,
        0,
        (),
        None,
        NOW,
    )


def _manifest(ids: Ids) -> StoredManifest:
    return StoredManifest(ids.org_id, 1, ids.load_id, NOW, {}, None)  # type: ignore[arg-type]


def _told(ids: Ids) -> Told:
    return Told(kind=AnnotationKind.NOTE, days=_WEEK, words="Mine", advertiser_id=ids.advertiser_id)


def _aim(ids: Ids) -> Aim:
    return Aim(
        advertiser_id=ids.advertiser_id,
        metric="ctr",
        direction=Direction.AT_LEAST,
        target=Decimal("0.01"),
        valid_from=TODAY,
    )


def _given(ids: Ids) -> Given:
    return Given(advertiser_id=ids.advertiser_id, name="Mine", amount=Decimal(9), first_month=TODAY)


def _tag(ids: Ids, advertiser_id: str) -> EntityTag:
    return EntityTag(
        kind=Taggable.ADVERTISER,
        entity_id=ids.entity_id,
        tag=ids.tag,
        advertiser_id=advertiser_id,  # type: ignore[arg-type]
        value="mine",
        rule_id=None,
    )


def _delivery(ids: Ids) -> ReportDelivery:
    made: dict[str, Any] = dict.fromkeys(ReportDelivery.__slots__)
    return ReportDelivery(**{**made, "id": ids.id, "state": DeliveryState.PLANNED})


def _lease(ids: Ids) -> Lease:
    return Lease(f"token:{ids.connection}", "me", 9)


_GRANT = Grant(Sealed("k1", b"mine"), NOW, NOW)
_TIMING = Timing(name="Mine", rule="daily 07:00", timezone="UTC", options={}, next_run_at=NOW)
_DEFINITION = Definition(
    name="Mine",
    formula="clicks / impressions",
    unit=Unit.RATE,
    better=Better.UP,
    stage=Stage.DELIVERY,
    description="",
)
_WEEK = DateRange(TODAY - 6 * DAY, TODAY)
Trial = Callable[[Tenant, Ids], object]

TRIALS: dict[str, Trial] = {
    "organization.get": lambda t, i: t.organization.get(),
    "organization.rename": lambda t, i: t.organization.rename("Mine"),
    "organization.delete": lambda t, i: t.organization.delete(NOW),
    "members.all": lambda t, i: t.members.all(),
    "members.change_role": lambda t, i: t.members.change_role(i.user_id, Role.VIEWER),
    "members.sends": lambda t, i: t.members.sends(i.user_id),
    "members.limit": lambda t, i: t.members.limit(i.user_id, [LIMITED]),
    "members.remove": lambda t, i: t.members.remove(i.user_id),
    "invitations.create": lambda t, i: (
        t.invitations.create(
            "x@mail.example", Role.VIEWER, new_token(), now=NOW, expires_at=NOW + DAY
        )
        and None
    ),
    "invitations.all": lambda t, i: t.invitations.all(),
    "invitations.revoke": lambda t, i: t.invitations.revoke(i.id, NOW),
    "audit.add": lambda t, i: t.audit.add("refused", i.connection, NOW),
    "audit.recent": lambda t, i: t.audit.recent(),
    "audit.first_fault": lambda t, i: t.audit.first_fault(),
    "oauth_states.begin": lambda t, i: t.oauth_states.begin(
        new_token(),
        session_id=i.id,
        region=Region.NA,
        verifier_sealed=b"",
        now=NOW,
        expires_at=NOW + HOUR,
        connection_id=i.connection,
    ),
    "connections.all": lambda t, i: t.connections.all(),
    "connections.get": lambda t, i: t.connections.get(i.connection),
    "connections.link": lambda t, i: (
        t.connections.link(Region.NA, AmazonUser(i.amazon_user_id), NOW, again=i.connection)
        and None
    ),
    "connections.set_status": lambda t, i: t.connections.set_status(
        i.connection, Status.RETRYING, NOW
    ),
    "connections.set_adapter": lambda t, i: t.connections.set_adapter(i.connection, Adapter.V1),
    "connections.set_discovered": lambda t, i: t.connections.set_discovered(i.connection, NOW),
    "connections.disconnect": lambda t, i: t.connections.disconnect(i.connection, NOW),
    "connections.twins": lambda t, i: t.connections.twins(i.connection),
    "connections.merge": lambda t, i: t.connections.merge(i.connection, i.connection),
    "credentials.put": lambda t, i: t.credentials.put(i.connection, Sealed("k1", b"mine"), NOW),
    "credentials.health": lambda t, i: t.credentials.health(),
    "credentials.get": lambda t, i: t.credentials.get(i.connection),
    "credentials.refreshed": lambda t, i: t.credentials.refreshed(
        _credential(i), _lease(i), _GRANT, NOW
    ),
    "credentials.failed": lambda t, i: t.credentials.failed(
        _credential(i), _lease(i), "x", NOW, cooldown_until=NOW
    ),
    "credentials.lost": lambda t, i: t.credentials.lost(_credential(i), _lease(i), "x", NOW),
    "credentials.reseal": lambda t, i: t.credentials.reseal(
        _credential(i), Sealed("k2", b"mine"), None
    ),
    "refreshes.record": lambda t, i: t.refreshes.record(
        RefreshEvent(i.connection, NOW, RefreshOutcome.LOST, None, 1, in_time=True)  # type: ignore[arg-type]
    ),
    "refreshes.recent": lambda t, i: t.refreshes.recent(i.connection),
    "refreshes.reliability": lambda t, i: t.refreshes.reliability(NOW),
    "discovery.profiles": lambda t, i: t.discovery.profiles(),
    "discovery.manager_accounts": lambda t, i: t.discovery.manager_accounts(),
    "discovery.manager_links": lambda t, i: t.discovery.manager_links(),
    "discovery.seats": lambda t, i: t.discovery.seats(),
    "discovery.sponsored_accounts": lambda t, i: t.discovery.sponsored_accounts(),
    "discovery.record_profiles": lambda t, i: t.discovery.record_profiles(
        i.connection, [], NOW + DAY
    ),
    "discovery.record_managers": lambda t, i: t.discovery.record_managers(
        i.connection, [], [], NOW + DAY
    ),
    "discovery.record_seats": lambda t, i: t.discovery.record_seats(i.connection, [], NOW + DAY),
    "discovery.record_sponsored": lambda t, i: t.discovery.record_sponsored(
        i.connection, [], NOW + DAY
    ),
    "advertisers.all": lambda t, i: t.advertisers.all(),
    "advertisers.kept": lambda t, i: t.advertisers.kept(),
    "advertisers.get": lambda t, i: t.advertisers.get(i.advertiser_id),
    "advertisers.accesses": lambda t, i: t.advertisers.accesses(),
    "advertisers.record": lambda t, i: t.advertisers.record(
        i.connection,
        [found_advertiser(i.advertiser_id, "Mine")],
        [way(i.advertiser_id, i.connection)],
        NOW + DAY,
    ),
    "advertisers.select": lambda t, i: t.advertisers.select([i.advertiser_id], NOW),
    "advertisers.pause": lambda t, i: t.advertisers.pause([i.advertiser_id]),
    "advertisers.set_default": lambda t, i: t.advertisers.set_default(i.advertiser_id),
    "advertisers.set_synced": lambda t, i: t.advertisers.set_synced([i.advertiser_id], NOW),
    "advertisers.set_campaign_access": lambda t, i: t.advertisers.set_campaign_access(
        i.advertiser_id, i.connection, CampaignAccess.FORBIDDEN
    ),
    "entities.snapshot": lambda t, i: t.entities.snapshot(
        i.advertiser_id, TODAY, Source.PLAN, {Kind.ORDER: [_order(i)]}, NOW + DAY
    ),
    "entities.runs": lambda t, i: t.entities.runs(i.advertiser_id, TODAY),
    "entities.current": lambda t, i: t.entities.current(advertiser_ids=[i.advertiser_id]),
    "entities.as_of": lambda t, i: t.entities.as_of(NOW, advertiser_ids=[i.advertiser_id]),
    "entities.history": lambda t, i: t.entities.history(Kind.ORDER, i.entity_id),
    "entities.changes": lambda t, i: t.entities.changes(NOW - DAY, NOW + DAY),
    "entities.search": lambda t, i: t.entities.search(i.name),
    "entities.rejected": lambda t, i: t.entities.rejected(advertiser_ids=[i.advertiser_id]),
    "entities.named": lambda t, i: t.entities.named(Kind.ORDER, entity_ids=[i.entity_id]),
    "entities.placings": lambda t, i: t.entities.placings([i.entity_id]),
    "entities.mark": lambda t, i: t.entities.mark(),
    "order_settings.stages": lambda t, i: t.order_settings.stages(),
    "order_settings.set_stage": lambda t, i: t.order_settings.set_stage(
        i.advertiser_id, i.order_id, Stage.AWARENESS, NOW
    ),
    "labels.record": lambda t, i: t.labels.record([_label(i)], NOW),
    "labels.all": lambda t, i: t.labels.all(),
    "labels.mark": lambda t, i: t.labels.mark(),
    "requests.plan": lambda t, i: len(t.requests.plan([_plan(i)], NOW)),
    "requests.get": lambda t, i: t.requests.get(i.id),
    "requests.open": lambda t, i: t.requests.open(),
    "requests.recent": lambda t, i: t.requests.recent(),
    "requests.since": lambda t, i: t.requests.since(NOW - 8 * DAY),
    "requests.children": lambda t, i: t.requests.children(i.parent_id),
    "requests.advance": lambda t, i: t.requests.advance(_request(i), RequestState.CANCELLED),
    "ledger.try_spend": lambda t, i: t.ledger.try_spend(
        [i.advertiser_id], Dataset.CAMPAIGN, TODAY, 2
    ),
    "ledger.give_back": lambda t, i: t.ledger.give_back([i.advertiser_id], Dataset.CAMPAIGN, TODAY),
    "ledger.used": lambda t, i: t.ledger.used(TODAY),
    "coverage.record": lambda t, i: t.coverage.record([_day(i)]),
    "coverage.days": lambda t, i: t.coverage.days(_WEEK, advertiser_ids=[i.advertiser_id]),
    "coverage.known_or_read_since": lambda t, i: t.coverage.known_or_read_since(_WEEK, NOW),
    "coverage.mark": lambda t, i: t.coverage.mark(),
    "coverage.data_through": lambda t, i: t.coverage.data_through(Dataset.CAMPAIGN),
    "coverage.first_days": lambda t, i: t.coverage.first_days(i.advertiser_id),
    "manifests.append": lambda t, i: t.manifests.append(_manifest(i)),
    "manifests.latest": lambda t, i: t.manifests.latest(),
    "manifests.get": lambda t, i: t.manifests.get(1),
    "manifests.of_load": lambda t, i: t.manifests.of_load(i.load_id),
    "manifests.after": lambda t, i: t.manifests.after(0),
    "manifests.at": lambda t, i: t.manifests.at(NOW + DAY),
    "manifests.forget_before": lambda t, i: t.manifests.forget_before(9),
    "checks.record": lambda t, i: t.checks.record(
        [
            CheckRecord(
                i.advertiser_id,  # type: ignore[arg-type]
                Dataset.CAMPAIGN,
                i.id,
                "mine",
                CheckOutcome.PASSED,
                "",
                NOW,
            )
        ]
    ),
    "checks.recent": lambda t, i: t.checks.recent(advertiser_id=i.advertiser_id),
    "probes.put": lambda t, i: t.probes.put(
        [ProbeVerdict(i.advertiser_id, Adapter.V3, i.probe, "mine", None, NOW)]  # type: ignore[arg-type]
    ),
    "probes.all": lambda t, i: t.probes.all(),
    "comparisons.put": lambda t, i: t.comparisons.put([_comparison(i)]),
    "comparisons.all": lambda t, i: t.comparisons.all(),
    "streams.all": lambda t, i: t.streams.all(),
    "streams.want": lambda t, i: t.streams.want(i.advertiser_id, i.connection, NOW),
    "streams.unwant": lambda t, i: t.streams.unwant(i.advertiser_id, NOW),
    "streams.advance": lambda t, i: t.streams.advance(
        _subscription(i), StreamState.ACTIVE, NOW, subscription_id="mine"
    ),
    "streams.heard": lambda t, i: t.streams.heard(i.advertiser_id, StreamDataset.TRAFFIC, NOW),
    "stream_hours.add": lambda t, i: t.stream_hours.add(
        i.advertiser_id, ZoneInfo("UTC"), [_hour_record(i)], NOW
    ),
    "stream_hours.of_days": lambda t, i: t.stream_hours.of_days(
        DateRange(NOW.date(), NOW.date()), [i.advertiser_id]
    ),
    "stream_hours.days_told": lambda t, i: t.stream_hours.days_told(
        DateRange(NOW.date(), NOW.date()), i.advertiser_id
    ),
    "settling.put": lambda t, i: t.settling.put(
        [SettledLine(i.advertiser_id, i.metric, 1, 1, Decimal(0), NOW)]  # type: ignore[arg-type]
    ),
    "settling.all": lambda t, i: t.settling.all(),
    "jobs.enqueue": lambda t, i: (
        t.jobs.enqueue(NewJob(kind="mine", payload={}, run_at=NOW, key=i.dedupe_key), NOW).is_new
    ),
    "jobs.recent": lambda t, i: t.jobs.recent(),
    "jobs.open": lambda t, i: t.jobs.open(),
    "jobs.get": lambda t, i: t.jobs.get(i.id),
    "attention.all": lambda t, i: t.attention.all(),
    "attention.acknowledge": lambda t, i: t.attention.acknowledge(i.item_key, i.advertiser_id, NOW),
    "attention.snooze": lambda t, i: t.attention.snooze(i.item_key, i.advertiser_id, NOW, NOW),
    "attention.assign": lambda t, i: t.attention.assign(
        i.item_key, i.advertiser_id, NOW, i.user_id
    ),
    "attention.reopen": lambda t, i: t.attention.reopen(i.item_key, i.advertiser_id, NOW),
    "downloads.create": lambda t, i: t.downloads.create(
        new_token(), session_id=i.id, file_name="f", spec={}, now=NOW, expires_at=NOW
    ),
    "saved_views.all": lambda t, i: t.saved_views.all(),
    "saved_views.of_screen": lambda t, i: t.saved_views.of_screen(i.screen),
    "saved_views.get": lambda t, i: t.saved_views.get(i.id),
    "saved_views.add": lambda t, i: (
        t.saved_views.add("Mine", "morning", {}, NOW, is_shared=True, advertiser_id=i.advertiser_id)
        and None
    ),
    "saved_views.rename": lambda t, i: t.saved_views.rename(i.id, "Mine", NOW),
    "saved_views.share": lambda t, i: t.saved_views.share(i.id, NOW, is_shared=True),
    "saved_views.show_instead": lambda t, i: t.saved_views.show_instead(i.id, {}, NOW),
    "saved_views.remove": lambda t, i: t.saved_views.remove(i.id),
    "report_definitions.all": lambda t, i: t.report_definitions.all(),
    "report_definitions.get": lambda t, i: t.report_definitions.get(i.id),
    "report_definitions.add": lambda t, i: (
        t.report_definitions.add("Mine", {}, NOW, is_shared=True, advertiser_id=i.advertiser_id)
        and None
    ),
    "report_definitions.rename": lambda t, i: t.report_definitions.rename(i.id, "Mine", NOW),
    "report_definitions.share": lambda t, i: t.report_definitions.share(i.id, NOW, is_shared=False),
    "report_definitions.define": lambda t, i: t.report_definitions.define(i.id, {}, NOW),
    "report_definitions.remove": lambda t, i: t.report_definitions.remove(i.id),
    "annotations.all": lambda t, i: t.annotations.all(),
    "annotations.within": lambda t, i: t.annotations.within(_WEEK),
    "annotations.add": lambda t, i: t.annotations.add(_told(i), NOW) and None,
    "annotations.change": lambda t, i: t.annotations.change(i.id, _told(i), NOW),
    "annotations.remove": lambda t, i: t.annotations.remove(i.id),
    "goals.all": lambda t, i: t.goals.all(),
    "goals.add": lambda t, i: t.goals.add(_aim(i), NOW) and None,
    "goals.change": lambda t, i: t.goals.change(i.id, _aim(i), NOW),
    "goals.remove": lambda t, i: t.goals.remove(i.id),
    "client_budgets.all": lambda t, i: t.client_budgets.all(),
    "client_budgets.add": lambda t, i: t.client_budgets.add(_given(i), NOW) and None,
    "client_budgets.change": lambda t, i: t.client_budgets.change(i.id, _given(i), NOW),
    "client_budgets.remove": lambda t, i: t.client_budgets.remove(i.id),
    "own_metrics.all": lambda t, i: t.own_metrics.all(),
    "own_metrics.add": lambda t, i: t.own_metrics.add(_DEFINITION, NOW) and None,
    "own_metrics.change": lambda t, i: t.own_metrics.change(i.key, _DEFINITION, NOW),
    "own_metrics.remove": lambda t, i: t.own_metrics.remove(i.key),
    "groups.all": lambda t, i: t.groups.all(),
    "groups.add": lambda t, i: t.groups.add("Mine", [LIMITED], NOW) and None,
    "groups.change": lambda t, i: t.groups.change(i.id, "Mine", [LIMITED], NOW),
    "groups.remove": lambda t, i: t.groups.remove(i.id),
    "tag_rules.all": lambda t, i: t.tag_rules.all(),
    "tag_rules.get": lambda t, i: t.tag_rules.get(i.id),
    "tag_rules.add": lambda t, i: (
        t.tag_rules.add("Mine", Taggable.ORDER, "{a}", NOW, advertiser_id=i.advertiser_id) and None
    ),
    "tag_rules.change": lambda t, i: t.tag_rules.change(i.id, "Mine", "{a}", NOW),
    "tag_rules.remove": lambda t, i: t.tag_rules.remove(i.id),
    "tags.all": lambda t, i: t.tags.all(),
    "tags.bearing": lambda t, i: t.tags.bearing(Taggable.ADVERTISER, i.tag, [i.value]),
    "tags.put": lambda t, i: t.tags.put([_tag(i, i.advertiser_id), _tag(i, LIMITED)], NOW),
    "tags.remove": lambda t, i: t.tags.remove(Taggable.ADVERTISER, i.entity_id, i.tag),
    "tags.remove_read": lambda t, i: t.tags.remove_read(i.rule_id),
    "calendar.all": lambda t, i: t.calendar.all(),
    "calendar.put": lambda t, i: t.calendar.put(i.key, "Mine", _WEEK, NOW),
    "calendar.remove": lambda t, i: t.calendar.remove(i.key),
    "rates.within": lambda t, i: t.rates.within(_WEEK, ["USD", "EUR"]),
    "rates.held": lambda t, i: t.rates.held(),
    "rates.put": lambda t, i: t.rates.put(
        [FxRate(TODAY, "USD", "EUR", Decimal("0.9"), "mine")], NOW
    ),
    "rates.remove": lambda t, i: t.rates.remove("USD", "EUR", i.source),
    "report_schedules.add": lambda t, i: (
        t.report_schedules.add(i.definition_id, _TIMING, NOW) and None
    ),
    "report_schedules.all": lambda t, i: t.report_schedules.all(i.definition_id),
    "report_schedules.get": lambda t, i: t.report_schedules.get(i.id),
    "report_schedules.change": lambda t, i: t.report_schedules.change(i.id, _TIMING, NOW),
    "report_schedules.remove": lambda t, i: t.report_schedules.remove(i.id),
    "recipients.add": lambda t, i: t.recipients.add(i.schedule_id, "x@mail.example", NOW) and None,
    "recipients.all": lambda t, i: t.recipients.all(i.schedule_id),
    "recipients.remove": lambda t, i: t.recipients.remove(i.id),
    "recipients.issue_link": lambda t, i: t.recipients.issue_link(i.id, new_token(), NOW),
    "report_deliveries.plan": lambda t, i: (
        t.report_deliveries.plan(i.definition_id, "Mine", NOW, NOW, schedule_id=i.schedule_id)
        is None
    ),
    "report_deliveries.recent": lambda t, i: t.report_deliveries.recent(),
    "report_deliveries.count": lambda t, i: t.report_deliveries.count(),
    "report_deliveries.sent_about": lambda t, i: t.report_deliveries.sent_about(i.advertiser_id, 9),
    "report_deliveries.last_sent": lambda t, i: t.report_deliveries.last_sent(i.schedule_id),
    "report_deliveries.get": lambda t, i: t.report_deliveries.get(i.id),
    "report_deliveries.advance": lambda t, i: t.report_deliveries.advance(
        _delivery(i), DeliveryState.SENT
    ),
    "report_deliveries.decide": lambda t, i: t.report_deliveries.decide(
        i.id, NOW, is_approved=True
    ),
    "report_deliveries.begin_again": lambda t, i: t.report_deliveries.begin_again(i.id),
    "share_links.create": lambda t, i: (
        t.share_links.create("Mine", {}, new_token(), now=NOW, expires_at=NOW + DAY) and None
    ),
    "file_links.issue": lambda t, i: t.file_links.issue(
        i.delivery_id, i.recipient_id, [], new_token(), by="x", now=NOW, expires_at=NOW + DAY
    ),
    "share_links.all": lambda t, i: t.share_links.all(),
    "share_links.revoke": lambda t, i: t.share_links.revoke(i.id, NOW),
    "outbox.put": lambda t, i: t.outbox.put(
        Mail("mine", "x@mail.example", "s", {}, i.message_id), NOW
    ),
    "outbox.states": lambda t, i: t.outbox.states([i.message_id]),
}


def every_method() -> set[str]:
    """Return each public method behind the tenant's door, as the code has it."""
    tenant = Tenant(None, TenantScope.for_job("org"))  # type: ignore[arg-type]
    return {
        f"{name}.{method}"
        for name, repository in vars(tenant).items()
        if name != "scope"
        for method in dir(repository)
        if not method.startswith("_") and method not in _shared(repository)
    }


def _shared(repository: object) -> set[str]:
    """Return what a repository has of its kind."""
    return {*dir(Dated if isinstance(repository, Dated) else Scoped), *dir(Repository)}


def test_every_method_behind_the_door_has_a_trial() -> None:
    assert every_method() == set(TRIALS)
    assert len(TRIALS) > 90


@pytest.fixture(scope="module")
def filled(fresh_database: Database) -> Database:
    """Two organizations, and of acme a row in every table, of an advertiser that only acme has.

    It is made once: each trial is rolled back, and the test sees to it that it was.
    """
    acme, other = Organization(OrgId("org_acme")), Organization(OrgId("org_other"))
    with fresh_database.owner.begin() as connection:
        for standing in (acme, other):
            for statement, rows in standing_rows(standing):
                connection.execute(statement, rows)
        fill(connection, acme, UNSEEN)
        for table in METADATA.sorted_tables:
            if "org_id" in table.c and access_of(table).sight is Sight.ADVERTISER:
                connection.execute(insert(table), another(table, acme, LIMITED))
    return fresh_database


@pytest.fixture(scope="module")
def store(filled: Database) -> Iterator[Store]:
    opened = Store.open(filled.address, Process.WEB)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def background(filled: Database) -> Iterator[Store]:
    opened = Store.open(filled.address, Process.SCHEDULER)
    yield opened
    opened.close()


def belongings(database: Database, org: Organization) -> dict[str, set[str]]:
    """Return every row of an organization, by table."""
    with database.owner.connect() as connection:
        return {
            table.name: {
                repr(row)
                for row in connection.execute(select(table).where(table.c.org_id == org.id))
            }
            for table in METADATA.sorted_tables
            if "org_id" in table.c
        }


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """Count the statements that the store sends."""
    sent: list[str] = []

    def note(connection, cursor, statement, *rest) -> None:  # type: ignore[no-untyped-def]
        sent.append(statement)

    event.listen(store.engine, "before_cursor_execute", note)
    yield sent
    event.remove(store.engine, "before_cursor_execute", note)


def tried(store: Store, scope: TenantScope, trial: Trial, ids: Ids) -> tuple[str, int]:
    """Return how the trial ended and how many statements it took; what it wrote is rolled back."""
    with counted(store) as sent:
        try:
            with store.writing(scope) as tenant:
                ended = repr(trial(tenant, ids))
                raise _Undo
        except _Undo:
            pass
        except (AppError, IntegrityError) as error:
            ended = f"{type(error).__name__}: {str(error).splitlines()[0]}"
    return ended, len(sent)


def nameless(ended: str) -> str:
    """Return the ending without ids, ours or theirs."""
    for known in (UNSEEN, NOBODYS.advertiser_id, "org_acme", NOBODYS.org_id):
        ended = ended.replace(known, "<id>")
    return re.sub(r"(job|kept|own)_[0-9a-f]{32}", "<new>", ended)


class _Undo(Exception):
    """Ends a door without keeping what was written."""


def ids_of(org: Organization, advertiser_id: str = UNSEEN) -> Ids:
    return Ids(org.id, advertiser_id, org.user(Role.VIEWER), org.id)


NOBODYS = Ids("org_nobody", "599999999999999999", "org_nobody-viewer", "org_nobody")


@pytest.mark.parametrize("name", sorted(TRIALS))
def test_anothers_ids_are_ids_of_nothing(
    store: Store,
    background: Store,
    filled: Database,
    acme: Organization,
    other: Organization,
    name: str,
) -> None:
    before = belongings(filled, acme)
    for opened, scope in ((store, other.scope()), (background, other.job)):
        theirs, statements = tried(opened, scope, TRIALS[name], ids_of(acme))
        nobodys, as_many = tried(opened, scope, TRIALS[name], NOBODYS)
        assert nameless(theirs) == nameless(nobodys)
        assert statements == as_many
        assert acme.id not in theirs or theirs.startswith("LeaseLost")  # it names what was asked
    assert belongings(filled, acme) == before


@pytest.mark.parametrize("name", sorted(TRIALS))
def test_a_limited_member_meets_only_their_advertisers(
    store: Store, filled: Database, acme: Organization, other: Organization, name: str
) -> None:
    before = belongings(filled, acme)
    unseen, statements = tried(store, acme.limited, TRIALS[name], ids_of(acme))
    hidden, as_many = tried(store, acme.limited, TRIALS[name], NOBODYS)
    assert UNSEEN not in unseen
    if not name.startswith(("manifests.", "organization.")):  # these are every member's
        assert nameless(unseen) == nameless(hidden)
        assert statements == as_many
    assert belongings(filled, acme) == before
