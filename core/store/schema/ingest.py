"""The way of a report: asked for, built, checked, committed; and what is known of each day."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    Float,
    Index,
    Integer,
    Table,
    UniqueConstraint,
)

from core.domain.comparisons import Likeness
from core.domain.connections import AccessMode, Adapter
from core.domain.metrics import Dataset
from core.domain.regions import Region
from core.domain.requests import Reason, RequestState
from core.store.schema.base import (
    JSON_VALUE,
    METADATA,
    Access,
    Exact,
    Guard,
    Sight,
    flag,
    instant,
    of_connection,
    org,
    per_advertiser,
    text,
    whole,
    word,
)
from core.store.schema.words import CheckOutcome, DayState

report_request = Table(
    "report_request",
    METADATA,
    text("id", key=True),
    org(),
    text("connection_id"),
    word("region", Region),
    word("adapter", Adapter),
    word("mode", AccessMode),
    text("header_value"),
    word("dataset", Dataset),
    text("spec"),  # which groupBy and columns: core.amazon.reports.specs
    text("window", default=""),  # reach only: the window's name
    Column("advertiser_ids", JSON_VALUE, nullable=False),
    Column("start_day", Date, nullable=False),
    Column("end_day", Date, nullable=False),
    word("reason", Reason),
    word("state", RequestState),
    text("amazon_report_id", null=True),
    flag("adopted"),
    Column("attempts", Integer, nullable=False, server_default="0"),  # of the present step
    Column("asked_anew", Integer, nullable=False, server_default="0"),
    Column("polls", Integer, nullable=False, server_default="0"),
    instant("planned_at", null=False),
    instant("run_at", null=False),
    instant("requested_at"),
    instant("generated_at"),
    instant("finished_at"),
    Column("bytes", BigInteger),
    Column("rows", BigInteger),
    text("load_id", null=True),
    text("parent_id", null=True),
    text("error", null=True),
    instant("lease_until"),
    text("lease_holder", null=True),
    Column("lease_token", BigInteger, nullable=False, server_default="0"),
    Index(None, "state", "run_at", "id"),
    Index(None, "org_id", "planned_at"),
    info=whole(system=True),
)

request_ledger = Table(
    "request_ledger",
    METADATA,
    org(key=True),
    text("advertiser_id", key=True),
    word("dataset", Dataset, key=True),  # stands for its report type: ReportSpec.counted_as
    word("adapter", Adapter, key=True),  # each generation of reports is rationed by itself
    Column("day", Date, primary_key=True),  # the advertiser's own day of asking
    Column("used", Integer, nullable=False, server_default="0"),
    CheckConstraint("used >= 0", name="used"),
    info=per_advertiser(),
)


def _which_day() -> tuple[Column[Any], ...]:
    return (
        org(key=True),
        text("advertiser_id", key=True),
        word("dataset", Dataset, key=True),
        Column("day", Date, primary_key=True),
    )


def _what_is_known() -> tuple[Column[Any], ...]:
    return (
        word("state", DayState),  # absent row: never fetched
        Column("rows", Integer, nullable=False),
        Column("impressions", BigInteger),
        Column("cost", Exact),
        Column("sales", Exact),
        text("digest"),
        Column("equal_reads", Integer, nullable=False, server_default="1"),
        instant("generated_at"),
        instant("fetched_at", null=False),
        text("load_id", null=True),
        text("request_id", null=True),
    )


coverage = Table("coverage", METADATA, *_which_day(), *_what_is_known(), info=per_advertiser())

# Every state that a row of coverage has been in: what was known of a day at any instant.
coverage_reading = Table(
    "coverage_reading",
    METADATA,
    *_which_day(),
    instant("known_at", null=False, key=True),
    *_what_is_known(),
    info=per_advertiser(),
)

load_manifest = Table(
    "load_manifest",
    METADATA,
    org(key=True),
    Column("generation", BigInteger, primary_key=True),
    text("load_id"),
    instant("at", null=False),
    Column("versions", JSON_VALUE, nullable=False),  # table name → Delta version
    Column("detail", JSON_VALUE),  # what the load replaced
    UniqueConstraint("org_id", "load_id"),
    # Every member reads the lake under a manifest; it names tables and versions only.
    info={"access": Access(Guard.TENANT, Sight.EVERY)},
)

check_result = Table(
    "check_result",
    METADATA,
    text("id", key=True),
    org(),
    text("advertiser_id", null=True),
    word("dataset", Dataset),
    text("request_id", null=True),
    text("rule"),
    word("outcome", CheckOutcome),
    text("detail"),
    instant("at", null=False),
    Index(None, "org_id", "at"),
    info=per_advertiser(system=True),
)

probe_verdict = Table(
    "probe_verdict",
    METADATA,
    org(key=True),
    text("advertiser_id", key=True),
    word("adapter", Adapter, key=True),
    text("probe", key=True),
    text("verdict"),
    Column("evidence", JSON_VALUE),
    instant("at", null=False),
    info=per_advertiser(),
)

report_comparison = Table(
    "report_comparison",
    METADATA,
    org(key=True),
    text("connection_id", key=True),
    text("advertiser_id", key=True),
    word("dataset", Dataset, key=True),
    word("outcome", Likeness),
    Column("start_day", Date, nullable=False),
    Column("end_day", Date, nullable=False),
    Column("compared", Integer, nullable=False),
    Column("differing", Integer, nullable=False),
    Column("differences", JSON_VALUE, nullable=False),
    text("request_id", null=True),
    instant("at", null=False),
    of_connection(),
    info=per_advertiser(),
)

settling = Table(
    "settling",
    METADATA,
    org(key=True),
    text("advertiser_id", key=True),
    text("metric", key=True),
    instant("since", null=False, key=True),  # when the line came to be what it is
    Column("settled_after_days", Integer, nullable=False),
    Column("observed_days", Integer, nullable=False),
    Column("largest_change", Exact, nullable=False),
    instant("at", null=False),
    info=per_advertiser(),
)

rate_budget = Table(
    "rate_budget",
    METADATA,
    text("name", key=True),  # region and kind of call
    Column("tokens", Float, nullable=False),
    instant("filled_at", null=False),
    instant("blocked_until"),
    Column("strikes", Integer, nullable=False, server_default="0"),
    info={"access": Access(Guard.SYSTEM, reads=None, system=True)},
)
