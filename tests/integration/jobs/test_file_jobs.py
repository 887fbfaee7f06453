"""Files that people ask for and the background makes, with the rights of whoever asked."""

from __future__ import annotations

import errno
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.roles import Role
from core.jobs import kinds
from core.lake.question import Question
from core.reports.charts.paper import Paper, on_paper
from core.reports.charts.specs import spec_of
from core.reports.charts.values import BarChart, BarRow, Point
from core.reports.file_specs import ChartFile, FileSpec, Format, PageFile, QuestionFile, TableFile
from core.reports.look import Look, keep_look
from core.reports.press import Press, Spec
from core.reports.typeset import ACCENT
from core.store.schema.words import JobState
from core.store.work.jobs import Job
from tests.databases import Organization
from tests.integration.jobs.looking import synced
from tests.integration.jobs.rig import Rig

# One database is enough: what differs between them is proven in the store's own tests.
pytestmark = pytest.mark.parametrize("fresh_database", ["sqlite"], indirect=True)

MAY = DateRange(date(2026, 5, 1), date(2026, 5, 31))
BARS = BarChart(
    question="Which supply?",
    unit="Sales, USD",
    rows=[BarRow("<img onerror=alert(1)>", Point(3.0, "$3")), BarRow("b", Point(1.0, "$1"))],
)


def made(rig: Rig, spec: FileSpec, format: Format, role: Role = Role.OWNER, *ids: str) -> Job:
    """Ask for a file as a member does, let the background work, and return its job."""
    scope = rig.org.scope(role)
    if ids:
        scope = scope.narrowed(ids)
    payload = {"spec": spec.as_json(), "format": format, "file_name": f"x.{format}"}
    with rig.web.writing(scope) as tenant:
        job_id = tenant.jobs.enqueue(kinds.MAKE_FILE.job(rig.now, payload), rig.now).id
    rig.run_due()
    with rig.web.reading(scope) as tenant:
        return tenant.jobs.get(job_id)


def content(rig: Rig, job: Job) -> bytes:
    """Return the file that a job has made."""
    assert job.state is JobState.DONE, job.error
    assert job.progress
    found = rig.parts.lake.shelf(rig.scope).read(job.progress["file"]["place"])
    assert len(found) == job.progress["file"]["bytes"]
    return found


def test_a_chart_becomes_a_picture_whose_names_are_text(rig: Rig) -> None:
    spec = ChartFile(on_paper(spec_of(BARS), Paper(width=600.0, title=BARS.question)))
    drawn = content(rig, made(rig, spec, Format.SVG)).decode()
    assert "&lt;img onerror=alert(1)&gt;" in drawn
    assert "<img" not in drawn
    assert content(rig, made(rig, spec, Format.PNG)).startswith(b"\x89PNG\r\n")


class FullDisk(Press):
    """A press that draws onto a disk without room."""

    def png(self, spec: Spec, *, scale: float = 2.0) -> bytes:
        raise OSError(errno.ENOSPC, "No space left on device")


def test_without_room_on_the_disk_a_file_waits_and_says_why(rig: Rig) -> None:
    press = rig.parts.press
    rig.parts = replace(rig.parts, press=FullDisk())
    spec = ChartFile(on_paper(spec_of(BARS), Paper(width=600.0, title=BARS.question)))
    job = made(rig, spec, Format.PNG)
    assert (job.state, job.attempts) == (JobState.QUEUED, 1)
    assert job.error
    assert job.error.startswith("There is no room left to write a file. Free some space")
    rig.parts = replace(rig.parts, press=press)
    rig.pass_time(minutes=10)
    rig.run_due()
    with rig.web.reading(rig.org.scope()) as tenant:
        assert content(rig, tenant.jobs.get(job.id)).startswith(b"\x89PNG")


class Listening(Press):
    """A press that draws nothing and keeps whose report it was given."""

    brand: Mapping[str, Any]

    def pdf(self, template: str, told: Mapping[str, Any], *, made_at: int) -> bytes:
        self.brand = told["brand"]
        return b"%PDF"


def test_a_pages_file_bears_the_organizations_own_colour_and_logo(rig: Rig, other_rig: Rig) -> None:
    listening = Listening()
    look = Look("#7A1F5C", '<svg viewBox="0 0 4 2"></svg>')
    keep_look(rig.parts.lake.shelf(rig.scope), look, rig.home / "scratch")
    page = PageFile("page", "morning", {"v": "1"}, "Acme")
    found = []
    for one in (rig, other_rig):
        one.parts = replace(one.parts, press=listening)
        made(one, page, Format.PDF)
        found.append(listening.brand)
    assert found == [
        {"name": "Acme", "colour": "#7A1F5C", "logo": look.logo},
        {"name": "Acme", "colour": ACCENT, "logo": ""},
    ]


def test_a_large_table_is_what_the_lake_says_row_by_row(rig: Rig, other: Organization) -> None:
    rig.datasets = frozenset({Dataset.CAMPAIGN})
    chosen = synced(rig, "agency", "Birch", "Alder")
    asked = Question(
        Dataset.CAMPAIGN,
        ("impressions", "total_cost"),
        MAY,
        by=("day", "advertiser_id", "order_id"),
    )
    with rig.parts.lake.reader(rig.scope, from_files=True) as reader:
        expected = reader.ask(asked).table.to_pylist()
    job = made(rig, QuestionFile(asked, 0), Format.XLSX)
    rows = list(openpyxl.load_workbook(BytesIO(content(rig, job)))["Data"].values)
    assert len(rows) - 1 == len(expected) > 0
    assert sum(row[3] for row in rows[1:]) == sum(row["impressions"] for row in expected)

    # A page of the same days, for somebody who may see one advertiser only.
    with rig.web.writing(rig.org.scope()) as tenant:
        tenant.members.limit(rig.org.scope(Role.VIEWER).user_id, [chosen["Birch"]])
    page = PageFile("page", "morning", {"v": "1", "range": "2026-05-01..2026-05-31"}, "Acme")
    limited = made(rig, page, Format.PDF, Role.VIEWER, chosen["Birch"])
    text = _text(content(rig, limited))
    assert "Birch" in text
    assert "Alder" not in text
    whole = _text(content(rig, made(rig, page, Format.PDF)))
    assert "Alder" in whole

    # So it is with a table that is reckoned when its file is made.
    asked_for = {"range": "2026-05-01..2026-05-31", "by": "advertiser"}
    rows_of = TableFile("Rows", "performance", asked_for, "USD", 0)
    limited = made(rig, rows_of, Format.CSV, Role.VIEWER, chosen["Birch"])
    assert "Birch" in content(rig, limited).decode()
    assert "Alder" not in content(rig, limited).decode()
    assert "Alder" in content(rig, made(rig, rows_of, Format.CSV)).decode()


def _text(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return done.stdout.decode()


def test_who_is_no_member_any_more_gets_no_file(rig: Rig) -> None:
    scope = rig.org.scope(Role.VIEWER)
    spec = ChartFile(on_paper(spec_of(BARS), Paper(width=600.0)))
    payload = {"spec": spec.as_json(), "format": "svg", "file_name": "x.svg"}
    with rig.web.writing(scope) as tenant:
        job_id = tenant.jobs.enqueue(kinds.MAKE_FILE.job(rig.now, payload), rig.now).id
    with rig.web.writing(rig.org.scope()) as tenant:
        tenant.members.remove(scope.user_id)
    rig.run_due()
    with rig.web.reading(rig.org.scope()) as tenant:
        job = tenant.jobs.get(job_id)
    assert job.state is JobState.FAILED
    assert "no longer a member" in str(job.error)
