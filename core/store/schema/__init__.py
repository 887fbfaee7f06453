"""Every table of the state. Truth about metrics is in the lake; everything else is here.

Each table says in `info["access"]` who reaches its rows, and row-level security on Postgres is
built from the same words (a test walks the catalogue of a real Postgres and compares):

tenant     rows of one organization, guarded by `org_id`
person     rows of one person (users, sessions)
system     rows of no tenant: leases, heartbeats, rate budgets; closed to members
secret     rows of one organization in a schema that no outside interface exposes

After a change here run `python -m core.store.freeze`: it writes the SQL that migrations run.
"""

from core.store.schema.accounts import (
    advertiser,
    advertiser_access,
    connection,
    credential,
    manager_account,
    manager_link,
    oauth_state,
    profile,
    refresh_event,
    seat,
    sponsored_account,
)
from core.store.schema.base import METADATA, Access, Guard, Sight, access_of, guard_of
from core.store.schema.content import (
    advertiser_group,
    annotation,
    calendar_event,
    client_budget,
    custom_metric,
    entity_tag,
    fx_rate,
    goal,
    report_definition,
    saved_view,
    tag_rule,
)
from core.store.schema.delivery import (
    file_link,
    recipient,
    report_delivery,
    report_schedule,
    share_link,
    unsubscribe_link,
)
from core.store.schema.entities import (
    entity_version,
    order_setting,
    report_label,
    snapshot_run,
)
from core.store.schema.identity import (
    app_session,
    app_user,
    audit_event,
    audit_head,
    invitation,
    membership,
    membership_advertiser,
    organization,
)
from core.store.schema.ingest import (
    check_result,
    coverage,
    coverage_reading,
    load_manifest,
    probe_verdict,
    rate_budget,
    report_comparison,
    report_request,
    request_ledger,
    settling,
)
from core.store.schema.stream import (
    stream_aside,
    stream_hour,
    stream_record,
    stream_subscription,
)
from core.store.schema.work import attention, download, heartbeat, job, lease, outbox, schedule

__all__ = [
    "METADATA",
    "Access",
    "Guard",
    "Sight",
    "access_of",
    "advertiser",
    "advertiser_access",
    "advertiser_group",
    "annotation",
    "app_session",
    "app_user",
    "attention",
    "audit_event",
    "audit_head",
    "calendar_event",
    "check_result",
    "client_budget",
    "connection",
    "coverage",
    "coverage_reading",
    "credential",
    "custom_metric",
    "download",
    "entity_tag",
    "entity_version",
    "file_link",
    "fx_rate",
    "goal",
    "guard_of",
    "heartbeat",
    "invitation",
    "job",
    "lease",
    "load_manifest",
    "manager_account",
    "manager_link",
    "membership",
    "membership_advertiser",
    "oauth_state",
    "order_setting",
    "organization",
    "outbox",
    "probe_verdict",
    "profile",
    "rate_budget",
    "recipient",
    "refresh_event",
    "report_comparison",
    "report_definition",
    "report_delivery",
    "report_label",
    "report_request",
    "report_schedule",
    "request_ledger",
    "saved_view",
    "schedule",
    "seat",
    "settling",
    "share_link",
    "snapshot_run",
    "sponsored_account",
    "stream_aside",
    "stream_hour",
    "stream_record",
    "stream_subscription",
    "tag_rule",
    "unsubscribe_link",
]
