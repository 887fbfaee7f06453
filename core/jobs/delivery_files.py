"""What a delivery sends: the report written once, from data that stays the same at every attempt.

The lake's generation and the instant are noted before anything is written, so that a report that
is written again, because a process died or somebody added a comment, shows the same figures. Its
days are those before it was due: a report that waited, or was caught up, is of the same week.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from core.domain.scope import TenantScope
from core.errors import NotFound
from core.insight.desk import Desk
from core.jobs.background import Background
from core.jobs.file_jobs import desk, scratch, told
from core.lake.shelf import Shelf
from core.reports.definitions import ReportPlan, Rules, read_plan, read_rules
from core.reports.document import Document
from core.reports.file_making import write_document
from core.reports.file_specs import Format
from core.reports.look import look_of
from core.reports.making import document_of
from core.reports.names import file_name
from core.reports.typeset import Brand
from core.store.delivery.deliveries import ReportDelivery

DRAWER = "sent"


@dataclass(frozen=True, slots=True)
class Written:
    """A report and whose it is."""

    document: Document
    brand: Brand
    plan: ReportPlan
    at: datetime


def rules_of(delivery: ReportDelivery) -> Rules:
    """Return the rules that a delivery was planned under."""
    return read_rules(delivery.as_of.get("rules", {}))


def pinned(parts: Background, scope: TenantScope, delivery: ReportDelivery) -> dict[str, Any]:
    """Return what a delivery is made from, with the newest generation and this instant in it."""
    with parts.lake.reader(scope, from_files=True) as reader:
        generation = reader.manifest.generation
    at = parts.clock.now().isoformat()
    return {**delivery.as_of, "generation": generation, "at": at}


def report_of(parts: Background, scope: TenantScope, delivery: ReportDelivery) -> Written:
    """Return the report of a delivery, with the comment that it bears by now.

    Where its generation is no longer kept, since somebody took days to let it go, the newest is
    taken, and the report says its own age.
    """
    plan = read_plan(delivery.as_of["report"])
    at = datetime.fromisoformat(delivery.as_of["at"])
    try:
        document = _document(parts, scope, delivery, delivery.as_of["generation"], at)
    except NotFound:
        at = parts.clock.now()
        document = _document(parts, scope, delivery, None, at)
    logo = look_of(parts.lake.shelf(scope)).logo
    with parts.store.reading(scope) as tenant:
        brand = plan.brand(tenant.organization.get().name, logo)
        by = delivery.approved_by or delivery.created_by
        names = {m.user_id: m.name or m.email or "" for m in tenant.members.all()}
    comment = delivery.comment or ""
    signed = names.get(by, "") if comment else ""
    return Written(replace(document, comment=comment, comment_by=signed), brand, plan, at)


def _document(
    parts: Background,
    scope: TenantScope,
    delivery: ReportDelivery,
    generation: int | None,
    at: datetime,
) -> Document:
    plan = read_plan(delivery.as_of["report"])
    with desk(parts, scope, generation or None) as now:
        then = Desk(now.tenant, now.reader, at, now.memory, due_at=delivery.due_at)
        return document_of(then, plan.view, plan.kind)


def keep_files(
    parts: Background, scope: TenantScope, delivery: ReportDelivery, written: Written
) -> list[dict[str, Any]]:
    """Write the report's files, put them on the shelf, and return what is known of each."""
    shelf = parts.lake.shelf(scope)
    with scratch(parts) as folder:
        path = folder / "file"
        return [
            _kept(parts, shelf, delivery, written, format, path) for format in written.plan.formats
        ]


def _kept(
    parts: Background,
    shelf: Shelf,
    delivery: ReportDelivery,
    written: Written,
    format: Format,
    path: Path,
) -> dict[str, Any]:
    write_document(written.document, format, written.brand, parts.press, path, written.at)
    name = file_name(f"{delivery.name} {written.document.period}", format)
    kept = shelf.put(f"{DRAWER}/{delivery.id}/{name}", path)
    return {"name": name, "format": format, **told(kept)}
