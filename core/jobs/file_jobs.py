"""Files that people asked for and that a page does not wait for: made here, kept on the shelf.

A file is made for the person who asked, with the rights that they have now. How far it is stands
in the job's progress; once it is done, so do its place and digest, and the web gives it out.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from core.domain.scope import TenantScope
from core.errors import Defect, UserError
from core.insight.desk import Desk
from core.jobs.background import Again, Background
from core.lake import engine
from core.lake.shelf import Shelved
from core.reports.file_making import (
    page_document,
    write_answer,
    write_chart,
    write_document,
    write_sheet,
)
from core.reports.file_specs import (
    ChartFile,
    FileSpec,
    Format,
    PageFile,
    QuestionFile,
    SheetFile,
    TableFile,
    read_spec,
)
from core.reports.look import look_of
from core.reports.typeset import Brand
from core.reports.whole_tables import whole_table
from core.store.work.jobs import ClaimedJob

DRAWER = "made"
_TELL_EVERY_SECONDS = 0.5


def make_file(parts: Background, job: ClaimedJob) -> Again | None:
    """Make the file of the job's payload and put it on the shelf. Raises as its maker does."""
    whole = job.scope
    if whole is None:
        raise Defect("a file is made for one organization")
    scope = scope_of_asker(parts, whole, job)
    spec, format = read_spec(job.payload["spec"]), Format(job.payload["format"])
    with scratch(parts) as folder:
        path = folder / "file"
        _write(parts, scope, spec, format, path, _Progress(parts, job))
        kept = parts.lake.shelf(scope).put(f"{DRAWER}/{job.id}/{job.payload['file_name']}", path)
    with parts.store.system() as system:
        system.jobs.set_progress(job, {"file": told(kept), "bytes": kept.bytes})
    return None


def scope_of_asker(parts: Background, whole: TenantScope, job: ClaimedJob) -> TenantScope:
    """Return the organization as the person who asked sees it today.

    Raises UserError when they are no longer a member.
    """
    with parts.store.reading(whole) as tenant:
        asker = tenant.jobs.get(job.id).created_by
        member = next((m for m in tenant.members.all() if m.user_id == asker), None)
    if member is None:
        raise UserError("Whoever asked for this is no longer a member of the organization.")
    return whole if member.advertiser_ids is None else whole.narrowed(member.advertiser_ids)


@contextmanager
def scratch(parts: Background) -> Iterator[Path]:
    """Yield a folder that is gone afterwards. Raises LakeFull when there is no room in it."""
    parent = parts.lake.scratch / "made"
    with engine.told("a file"):
        parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=parent) as folder:
            yield Path(folder)


@contextmanager
def desk(parts: Background, scope: TenantScope, generation: int | None = None) -> Iterator[Desk]:
    """Yield what a report is written from; the lake's files are read as they are."""
    with (
        parts.store.reading(scope) as tenant,
        parts.lake.reader(scope, generation, from_files=True) as reader,
    ):
        yield Desk(tenant, reader, parts.clock.now(), parts.memory)


def told(kept: Shelved) -> dict[str, object]:
    """Return a file on the shelf as JSON."""
    return {"place": kept.place, "bytes": kept.bytes, "sha256": kept.sha256}


def _write(
    parts: Background,
    scope: TenantScope,
    spec: FileSpec,
    format: Format,
    path: Path,
    progress: _Progress,
) -> None:
    match spec:
        case SheetFile():
            write_sheet(spec, format, path, parts.clock.now())
        case TableFile():
            with desk(parts, scope, spec.generation or None) as at:
                sheet = whole_table(at, spec)
            write_sheet(sheet, format, path, parts.clock.now())
        case ChartFile():
            write_chart(parts.press, spec, format, path)
        case QuestionFile():
            most = parts.settings.download_rows_max
            with parts.lake.export_reader(scope, spec.generation or None) as reader:
                write_answer(reader, spec, format, path, rows_max=most, progress=progress)
        case PageFile():
            with desk(parts, scope, spec.generation or None) as at:
                document = page_document(at, spec)
            look = look_of(parts.lake.shelf(scope))
            brand = Brand(name=spec.brand, colour=look.colour, logo=look.logo)
            write_document(document, format, brand, parts.press, path, parts.clock.now())
        case _:
            raise Defect("a finished file is not made again")


class _Progress:
    """Tells how many rows are written, at most twice a second."""

    def __init__(self, parts: Background, job: ClaimedJob) -> None:
        self._parts = parts
        self._job = job
        self._last = 0.0

    def __call__(self, rows: int) -> None:
        now = time.monotonic()
        if now - self._last < _TELL_EVERY_SECONDS:
            return
        self._last = now
        with self._parts.store.system() as system:
            system.jobs.set_progress(self._job, {"rows": rows})
