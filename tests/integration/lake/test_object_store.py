"""A lake in an object store: read and written through copies of its unchanging files.

The store here is a folder behind the same interface (`file://`); deltalake and the copies treat
it as they treat s3://.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from moto.server import ThreadedMotoServer

from core.domain.metrics import Dataset
from core.errors import OurConfig
from core.lake.files import trim_copies
from core.lake.location import LakeRoot
from core.lake.question import Question
from tests.integration.lake.ground import ACME, OTHER, Ground, days, row

COST = Question(Dataset.CAMPAIGN, ("total_cost",), days(0, 9))


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    """A lake behind an address, with a load of either organization."""
    (tmp_path / "bucket").mkdir()
    with closing(Ground(tmp_path, url=f"file://{tmp_path}/bucket")) as ground:
        ground.load([row(0, totalCost=7)], days(0, 0), scope=OTHER)
        ground.load([row(n, totalCost=1) for n in range(3)], days(0, 2))
        yield ground


def copies(ground: Ground) -> list[Path]:
    return sorted((ground.home / "lake-copies").rglob("*.parquet"))


def test_loads_land_in_the_store_and_are_read_back_from_every_way(ground: Ground) -> None:
    ground.load([row(1, totalCost=5)], days(1, 1))
    assert list((ground.home / "bucket" / ACME.org_id / "campaign").rglob("*.parquet"))
    with ground.lake.reader(ACME, from_files=True) as reader:
        assert reader.ask(COST).table["total_cost"][0].as_py() == 7
    ground.lake.prepare(ACME)
    with ground.lake.reader(ACME) as reader:
        assert reader.is_served
        assert reader.ask(COST).table["total_cost"][0].as_py() == 7
        assert reader.restatements(COST).num_rows == 4


def test_another_machine_fetches_the_files_it_reads_once(ground: Ground, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    url = ground.root.url
    with closing(Ground(elsewhere, manifests=ground.manifests, url=url)) as second:
        for _ in range(2):
            with second.lake.reader(ACME, from_files=True) as reader:
                assert reader.ask(COST).table["total_cost"][0].as_py() == 3
            fetched = [(path, path.stat().st_mtime_ns) for path in copies(second)]
            assert fetched == [(path, path.stat().st_mtime_ns) for path in copies(second)]
        assert len(fetched) == 1
        second.load([row(2, totalCost=9)], days(2, 2), load_id="from-there")
    with ground.lake.reader(ACME, from_files=True) as reader:
        assert reader.ask(COST).table["total_cost"][0].as_py() == 11


def test_copies_are_trimmed_and_fetched_again(ground: Ground) -> None:
    with ground.lake.reader(ACME, from_files=True) as reader:
        reader.ask(COST)
        assert copies(ground)
        trim_copies(ground.home / "lake-copies", bytes_max=0)
        assert copies(ground) == []
        clicks = Question(Dataset.CAMPAIGN, ("clicks",), days(0, 9))
        assert reader.ask(clicks).table["clicks"][0].as_py() == 30


def test_a_dropped_organization_leaves_nothing_in_the_store(ground: Ground) -> None:
    ground.lake.drop(ACME)
    bucket = ground.home / "bucket"
    assert [p for p in (bucket / ACME.org_id).rglob("*") if p.is_file()] == []
    with ground.lake.reader(OTHER, from_files=True) as reader:
        assert reader.ask(COST).table["total_cost"][0].as_py() == 7


def test_a_store_is_looked_into_before_it_is_called_well() -> None:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    try:
        host, port = server.get_host_and_port()
        address = f"http://{host}:{port}"
        told = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "us-east-1"}
        options = {**told, "AWS_ENDPOINT_URL": address}
        httpx.put(f"{address}/bucket", trust_env=False).raise_for_status()
        for url in ("s3://bucket/lake", "s3://bucket"):
            LakeRoot(url, options).require_readable()
            LakeRoot(url, options).require_usable()
        with pytest.raises(OurConfig, match="NO_SUCH_BUCKET"):
            LakeRoot("s3://none/lake", options).require_readable()
    finally:
        server.stop()
    with pytest.raises(OurConfig, match="NETWORK_CONNECTION"):
        LakeRoot("s3://bucket/lake", options).require_readable()
