"""What stands behind each of the store's doors: the repositories, bound to one transaction."""

from __future__ import annotations

from copy import copy
from datetime import datetime
from typing import Self

from core.domain.scope import TenantScope
from core.store.accounts.advertisers import Advertisers
from core.store.accounts.connections import Connections
from core.store.accounts.credentials import Credentials, DueCredentials
from core.store.accounts.discovery import Discovery
from core.store.accounts.oauth_states import Consumption, OAuthStates
from core.store.accounts.refreshes import Refreshes
from core.store.content.content import Content
from core.store.content.sql_rows import SqlRows
from core.store.delivery.deliveries import ReportDeliveries
from core.store.delivery.file_links import FileLinks, OpenFiles
from core.store.delivery.recipients import Recipients, Unsubscription
from core.store.delivery.schedules import DueReportSchedules, ReportSchedules
from core.store.delivery.share_links import SharedViews, ShareLinks
from core.store.entities.labels import Labels
from core.store.entities.order_settings import OrderSettings
from core.store.entities.versions import EntityVersions
from core.store.identity.audit_trail import AuditTrail
from core.store.identity.invitations import Acceptance, Invitations
from core.store.identity.members import Members
from core.store.identity.organizations import Foundation, Organizations, OwnOrganization
from core.store.identity.people import PeopleAndSessions
from core.store.ingest.checks import Checks, Probes, SettledLines
from core.store.ingest.comparisons import Comparisons
from core.store.ingest.coverage import Coverage
from core.store.ingest.ledger import RequestLedger
from core.store.ingest.manifests import Manifests
from core.store.ingest.rates import RateBudgets
from core.store.ingest.requests import DueRequests, ReportRequests
from core.store.stream.hours import StreamHours
from core.store.stream.subscriptions import StreamReceivers, StreamSubscriptions
from core.store.transaction import Transaction
from core.store.work.attention import AttentionItems
from core.store.work.downloads import Downloads, Redemption
from core.store.work.heartbeats import Heartbeats
from core.store.work.jobs import JobQueue, Jobs
from core.store.work.leases import Leases
from core.store.work.outbox import Outbox, Post
from core.store.work.schedules import Schedules
from core.store.work.upkeep import Upkeep


class Tenant(Content):
    """One organization, as the holder of `scope` sees it."""

    def __init__(self, tx: Transaction, scope: TenantScope) -> None:
        super().__init__(SqlRows(tx, scope), scope)
        self.organization = OwnOrganization(tx, scope)
        self.members = Members(tx, scope)
        self.invitations = Invitations(tx, scope)
        self.audit = AuditTrail(tx, scope)
        self.oauth_states = OAuthStates(tx, scope)
        self.connections = Connections(tx, scope)
        self.credentials = Credentials(tx, scope)
        self.refreshes = Refreshes(tx, scope)
        self.discovery = Discovery(tx, scope)
        self.advertisers = Advertisers(tx, scope)
        self.entities = EntityVersions(tx, scope)
        self.order_settings = OrderSettings(tx, scope)
        self.labels = Labels(tx, scope)
        self.requests = ReportRequests(tx, scope)
        self.ledger = RequestLedger(tx, scope)
        self.coverage = Coverage(tx, scope)
        self.manifests = Manifests(tx, scope)
        self.checks = Checks(tx, scope)
        self.probes = Probes(tx, scope)
        self.comparisons = Comparisons(tx, scope)
        self.settling = SettledLines(tx, scope)
        self.streams = StreamSubscriptions(tx, scope)
        self.stream_hours = StreamHours(tx, scope)
        self.jobs = Jobs(tx, scope)
        self.attention = AttentionItems(tx, scope)
        self.downloads = Downloads(tx, scope)
        self.outbox = Outbox(tx, scope)
        self.report_schedules = ReportSchedules(tx, scope)
        self.recipients = Recipients(tx, scope)
        self.report_deliveries = ReportDeliveries(tx, scope)
        self.share_links = ShareLinks(tx, scope)
        self.file_links = FileLinks(tx, scope)

    def as_known_at(self, instant: datetime) -> Self:
        """Return the same organization with what was known at an instant, to be read only.

        Entities, coverage and the lines at which figures settle are those of then; what people
        set and leave, names that are no entity's, and how connections stand, is that of now.
        """
        then = copy(self)
        then.entities = self.entities.as_known_at(instant)
        then.coverage = self.coverage.as_known_at(instant)
        then.settling = self.settling.as_known_at(instant)
        return then


class People:
    """A request on its way to an organization."""

    def __init__(self, tx: Transaction) -> None:
        self.sessions = PeopleAndSessions(tx)
        self.organizations = Foundation(tx)
        self.invitations = Acceptance(tx)
        self.oauth_states = Consumption(tx)
        self.downloads = Redemption(tx)
        self.heartbeats = Heartbeats(tx)
        self.unsubscriptions = Unsubscription(tx)
        self.shared_views = SharedViews(tx)
        self.linked_files = OpenFiles(tx)


class System:
    """The scheduler over all organizations."""

    def __init__(self, tx: Transaction) -> None:
        self.organizations = Organizations(tx)
        self.credentials = DueCredentials(tx)
        self.requests = DueRequests(tx)
        self.rates = RateBudgets(tx)
        self.streams = StreamReceivers(tx)
        self.jobs = JobQueue(tx)
        self.schedules = Schedules(tx)
        self.report_schedules = DueReportSchedules(tx)
        self.leases = Leases(tx)
        self.heartbeats = Heartbeats(tx)
        self.post = Post(tx)
        self.upkeep = Upkeep(tx)
