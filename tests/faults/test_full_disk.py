"""A disk that takes nothing more: a sentence for whoever can make room, and nothing is lost."""

from __future__ import annotations

import random
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.domain.columns import Column
from core.domain.ids import OrgId
from core.domain.scope import TenantScope
from core.errors import OurConfig
from core.insight.sheets import Sheet
from core.lake.engine import LakeFull
from core.lake.location import LakeRoot
from core.lake.shelf import Shelf
from core.reports.file_specs import Format, SheetFile
from core.web.downloads import Redeemed, address_of, opened
from core.web.frame import sentence_for
from core.web.services import Services
from tests.integration.web.conftest import clock, make_services, services
from tests.integration.web.test_downloads import Browser, owner

__all__ = ["clock", "make_services", "owner", "services"]

ACME = TenantScope.for_job(OrgId("org_acme"))
# A database of another process: in this one it would find no room either.
ELSEWHERE = pytest.mark.parametrize("fresh_database", ["postgresql"], indirect=True)
NOISE = random.Random(7)
ROWS = SheetFile(
    "Noise", Sheet((Column("A"),), tuple((str(NOISE.random()),) for _ in range(9_000)))
)


@contextmanager
def little_room() -> Iterator[None]:
    """Have the kernel refuse what would make a file larger than 30 kB, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (30_000, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_file_that_finds_no_room_on_the_shelf_leaves_what_stood_there(tmp_path: Path) -> None:
    shelf = Shelf(LakeRoot(str(tmp_path / "lake")), ACME)
    (tmp_path / "made").write_bytes(b"small")
    shelf.put("sent/dlv_1/report.pdf", tmp_path / "made")
    (tmp_path / "made").write_bytes(b"x" * 100_000)
    with pytest.raises(LakeFull, match="no room left to write a finished file"), little_room():
        shelf.put("sent/dlv_1/report.pdf", tmp_path / "made")
    assert shelf.read("sent/dlv_1/report.pdf") == b"small"
    [only] = [path for path in (tmp_path / "lake").rglob("*") if path.is_file()]
    assert only.name == "report.pdf"


@ELSEWHERE
def test_who_follows_a_link_reads_why_and_gets_the_file_once_there_is_room(owner: Browser) -> None:
    link = address_of(owner.context(), ROWS, "Noise", Format.XLSX)
    with little_room():
        answer = owner.get(link)
    assert answer.status_code == 503
    assert "There is no room left to write the workbook. Free some space" in answer.text
    assert owner.get(link).status_code == 200


@ELSEWHERE
@pytest.mark.parametrize("format", [Format.CSV, Format.XLSX])
def test_a_download_that_finds_no_room_is_a_sentence_and_leaves_nothing(
    services: Services, format: Format
) -> None:
    wanted = Redeemed(ACME, ROWS, format, "noise")
    with pytest.raises(LakeFull, match="Free some space"), little_room():
        opened(services, wanted)
    assert list((services.lake.scratch / "downloads").iterdir()) == []
    with opened(services, wanted) as file:
        assert len(file.read()) > 30_000


def test_a_page_says_that_the_disk_is_full_and_not_that_a_setting_is_wrong() -> None:
    assert sentence_for(LakeFull("…")).startswith("The disk is full.")
    assert "set up wrongly" in sentence_for(OurConfig("…"))
