"""Files know things by the names they have today, and by no name that the reader may not see."""

from __future__ import annotations

import csv
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from core.domain.metrics import Dataset
from core.domain.scope import TenantScope
from core.lake.lake import Lake
from core.lake.location import LakeRoot
from core.lake.question import Question
from core.lake.stored_manifests import StoredManifests
from core.lake.stored_names import StoredNames
from tests.unit.insight.office import NOW, ONE, TWO, Office, days, order, row

ASKED = Question(
    Dataset.CAMPAIGN,
    ("impressions",),
    days(0, 0),
    by=("advertiser_id", "advertiser_name", "order_id", "order_name"),
)


def exported(office: Office, folder: Path, scope: TenantScope | None = None) -> list[list[str]]:
    root, names = LakeRoot(str(office.home / "lake")), StoredNames(office.background)
    lake = Lake(root, StoredManifests(office.background), home=folder, file_names=names)
    with lake.export_reader(scope or office.org.scope()) as reader:
        reader.export_csv(ASKED, folder / "rows.csv")
    lake.close()
    with (folder / "rows.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_each_id_stands_beside_its_name_of_today(office: Office, tmp_path: Path) -> None:
    office.advertiser(ONE, "Lumen Pet")
    office.keep(order("o1", "=Brand"), order("o2", "Old"), at=NOW - timedelta(days=2))
    office.keep(order("o1", "=Brand"), order("o2", "New"))
    loaded = [row(name, 0, impressions=n) for n, name in enumerate(("o1", "o2", "o3"), 1)]
    office.deliver(loaded, days(0))
    assert exported(office, tmp_path) == [
        ["Advertiser ID", "Advertiser name", "Order ID", "Order name", "Impressions"],
        [ONE, "Lumen Pet", "o1", "'=Brand", "1"],
        [ONE, "Lumen Pet", "o2", "New", "2"],
        [ONE, "Lumen Pet", "o3", "", "3"],
    ]


def test_a_limited_member_gets_neither_rows_nor_names_of_others(
    office: Office, tmp_path: Path
) -> None:
    office.advertiser(ONE, "Lumen Pet")
    office.advertiser(TWO, "Harbor")
    office.keep(order("o1", "Mine"))
    office.keep(order("o2", "Theirs", advertiser=TWO), advertiser=TWO)
    office.deliver([row("o1", 0, impressions=1)], days(0))
    office.deliver([row("o2", 0, impressions=2)], days(0), advertiser=TWO)
    limited = replace(office.org.scope(), advertiser_ids=frozenset({ONE}))
    assert [line[3] for line in exported(office, tmp_path, limited)[1:]] == ["Mine"]
    assert sorted(line[3] for line in exported(office, tmp_path)[1:]) == ["Mine", "Theirs"]
