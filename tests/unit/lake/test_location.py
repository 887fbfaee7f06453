"""Where tables are, and that nobody names another's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import SecretStr

from core.config import Settings
from core.domain.ids import OrgId
from core.domain.scope import TenantScope
from core.errors import Defect, OurConfig
from core.lake.location import LakeRoot
from core.lake.own_folder import OwnFolder


@pytest.mark.parametrize(
    "name", ["", "..", "a/b", "../other", "a b", "a\0", "-x", "é", "a" * 65, "a.b", "*"]
)
def test_an_organization_that_could_leave_its_folder_has_no_address(name: str) -> None:
    with pytest.raises(Defect):
        LakeRoot("/lake").address(TenantScope.for_job(OrgId(name)), "campaign")


@pytest.mark.parametrize("url", ["var/lake", "s3://bucket/lake/"])
def test_the_organization_is_outermost(url: str) -> None:
    address = LakeRoot(url).address(TenantScope.for_job(OrgId("org_1")), "campaign")
    assert address == f"{url.rstrip('/')}/org_1/campaign"


def test_the_settings_name_the_lake_and_its_options() -> None:
    options = SecretStr('{"AWS_REGION": "us-east-1", "port": 9}')
    root = LakeRoot.from_settings(Settings(lake_url="s3://b/l", lake_storage_options=options))
    assert root.options == {"AWS_REGION": "us-east-1", "port": "9"}
    assert not root.is_folder
    assert "us-east-1" not in repr(root)
    assert LakeRoot.from_settings(Settings(flightdeck_home=Path("x"))).url == "x/lake"


@pytest.mark.parametrize("options", ["[1]", "not json", '"text"'])
def test_options_that_are_no_object_are_refused_and_not_shown(options: str) -> None:
    with pytest.raises(OurConfig) as refused:
        LakeRoot.from_settings(Settings(lake_storage_options=SecretStr(options)))
    assert options not in str(refused.value)


def test_a_place_of_an_unknown_kind_is_refused() -> None:
    with pytest.raises(OurConfig, match="begins with ftp://"):
        LakeRoot("ftp://x/y").require_usable()


def test_a_lake_that_can_be_written_is_usable_and_keeps_nothing(tmp_path: Path) -> None:
    for url in (str(tmp_path / "folder"), f"file://{tmp_path}"):
        LakeRoot(url).require_usable()
    assert [p for p in tmp_path.rglob("*") if p.is_file()] == []
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OurConfig, match="cannot be written to"):
        LakeRoot(str(tmp_path / "file")).require_usable()


def test_a_folder_is_one_processs_and_the_next_one_takes_over_what_was_left(
    tmp_path: Path,
) -> None:
    first, second = OwnFolder.taken(tmp_path), OwnFolder.taken(tmp_path)
    assert first.path != second.path
    (first.path / "copy").write_text("kept")
    first.release()
    third = OwnFolder.taken(tmp_path)
    assert third.path == first.path
    assert (third.path / "copy").read_text() == "kept"
    second.release()
    third.release()


def test_of_several_folders_left_behind_the_newest_is_kept(tmp_path: Path) -> None:
    taken = [OwnFolder.taken(tmp_path) for _ in range(3)]
    for age, folder in enumerate(taken):
        folder.release()
        os.utime(folder.path / "lock", (1000 - age, 1000 - age))
    kept = OwnFolder.taken(tmp_path)
    assert kept.path == taken[0].path
    assert list(tmp_path.iterdir()) == [kept.path]
    kept.release()
