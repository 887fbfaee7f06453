"""Downloads: a link for one person in one session, and the file that it gives.

The link is random, kept hashed, and over after ten minutes. Who follows it must hold the session
that made it; the rights are asked anew, and everybody else gets the answer of a link that never
was. A table's file is made when it is fetched, whole, and has no name by the time it is sent:
however the sending ends, nothing of it stays. Pictures, PDFs and large tables are made by the
background and only given out here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

from core.domain.job_kinds import JobKind
from core.domain.roles import Action
from core.domain.scope import TenantScope
from core.errors import Defect, NotFound
from core.lake import engine
from core.reports.file_making import write_answer, write_sheet
from core.reports.file_specs import (
    FileSpec,
    Format,
    KeptFile,
    QuestionFile,
    SheetFile,
    read_spec,
)
from core.reports.names import file_name
from core.security.secret import Secret
from core.security.tokens import new_token
from core.store.schema.words import JobState
from core.store.work.downloads import Download
from core.store.work.jobs import Job, NewJob
from core.web.context import PageContext
from core.web.services import Services
from core.web.sessions import Visitor

LIFETIME = timedelta(minutes=10)
DIRECT_ROWS_MAX = 100_000
"""More rows than this are made by the background: a page would wait for them."""


@dataclass(frozen=True, slots=True)
class Redeemed:
    """What a link stands for, and the scope it may be answered in now."""

    scope: TenantScope
    spec: FileSpec
    format: Format
    file_name: str


@dataclass(frozen=True, slots=True)
class Making:
    """How far the background is with a file. `spec` is there once it is done."""

    state: JobState
    rows: int = 0
    error: str = ""
    spec: KeptFile | None = None


def address_of(ctx: PageContext, spec: FileSpec, name: str, format: Format = Format.CSV) -> str:
    """Return the link to a new download. Raises NotAllowed unless the role may download.

    `name` is what the file shall be called, without its ending; it may hold anything.
    """
    token = new_token()
    with ctx.writing() as tenant:
        tenant.downloads.create(
            token,
            session_id=ctx.visitor.session.id,
            file_name=file_name(name, format),
            spec={**spec.as_json(), "format": format},
            now=ctx.now,
            expires_at=ctx.now + LIFETIME,
        )
    return f"/downloads/{token.reveal()}"


def asked_for(ctx: PageContext, spec: FileSpec, name: str, format: Format) -> str:
    """Return the id of the job that makes a file; asking twice for the same is one job.

    Raises NotAllowed unless the role may download.
    """
    ctx.scope.require(Action.DOWNLOAD)
    payload = {"spec": spec.as_json(), "format": format, "file_name": file_name(name, format)}
    digest = hashlib.sha256(repr(payload).encode()).hexdigest()[:24]
    wanted = NewJob(
        kind=JobKind.MAKE_FILE,
        payload=payload,
        run_at=ctx.now,
        key=f"{JobKind.MAKE_FILE}:{ctx.scope.user_id}:{digest}",
        priority=2,
        attempts_max=3,
    )
    with ctx.writing() as tenant:
        return tenant.jobs.enqueue(wanted, ctx.services.clock.now()).id


def making(ctx: PageContext, job_id: str) -> Making:
    """Return how far a file is. Raises NotFound for one that this person did not ask for."""
    with ctx.reading() as tenant:
        job = tenant.jobs.get(job_id)
    if job.kind != JobKind.MAKE_FILE or job.created_by != ctx.scope.user_id:
        raise NotFound("The file")
    return _making(job)


def _making(job: Job) -> Making:
    progress = job.progress or {}
    if job.state is JobState.DONE and "file" in progress:
        return Making(job.state, spec=kept_file(progress["file"]))
    return Making(job.state, int(progress.get("rows", 0)), job.error or "")


def kept_file(told: Mapping[str, Any]) -> KeptFile:
    """Return a file on the shelf from what a job or a delivery says of it."""
    return KeptFile(told["place"], told["bytes"], told["sha256"])


def redeemed(services: Services, visitor: Visitor, token: str) -> Redeemed:
    """Return what a link stands for.

    Raises NotFound, always the same, for every link that is not this visitor's.
    """
    with services.store.reading_people() as door:
        found = door.downloads.redeem(
            Secret(token),
            session_id=visitor.session.id,
            user_id=visitor.person.id,
            now=services.clock.now(),
        )
    scope = visitor.scope_in(found.org_id)
    scope.require(Action.DOWNLOAD)
    with services.catalogue(scope):
        return _read(scope, found)


def _read(scope: TenantScope, found: Download) -> Redeemed:
    format = Format(found.spec["format"])
    return Redeemed(scope, read_spec(found.spec), format, found.file_name)


def opened(services: Services, found: Redeemed) -> BinaryIO:
    """Return the finished file, open for reading; closing it leaves nothing behind.

    Raises NotFound for a file that is no longer kept, UserError for a question that can no
    longer be answered, and what the lake raises.
    """
    if isinstance(found.spec, KeptFile):
        return services.lake.shelf(found.scope).open(found.spec.place)
    scratch = services.lake.scratch / "downloads"
    with engine.told("the download"):
        scratch.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=scratch) as folder:
            path = Path(folder) / "file"
            with services.catalogue(found.scope):
                _write(services, found, path)
            return path.open("rb")


def _write(services: Services, found: Redeemed, path: Path) -> None:
    match found.spec:
        case SheetFile():
            write_sheet(found.spec, found.format, path, services.clock.now())
        case QuestionFile():
            with services.lake.export_reader(found.scope, found.spec.generation or None) as reader:
                write_answer(
                    reader,
                    found.spec,
                    found.format,
                    path,
                    rows_max=services.settings.download_rows_max,
                    progress=lambda rows: None,
                )
        case _:
            raise Defect("pictures and pages are made by the background")
