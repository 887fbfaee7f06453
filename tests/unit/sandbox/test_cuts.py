"""Cuts: cells add up to their row to the last event, and parts stay within their whole."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from sandbox.reports.table import LeafRows, LineRows
from sandbox.world.cuts import Cells, Overlap, Partition, ProductPartition, product_cells
from sandbox.world.knowledge import Knowledge
from sandbox.world.lines import Lines
from sandbox.world.places import device_cells, map_cells, segment_cells, supply_cells
from sandbox.world.reading import Reading, read
from sandbox.world.window import Window
from sandbox.world.world import World, world

ADDITIVE = (
    "impressions",
    "clicked",
    "invalid",
    "supply",
    "audience",
    "agency",
    "video.start",
    "video.complete",
    "audio.complete",
    "purchase.promoted.view.new",
    "units.purchase.halo.view.known",
    "sales.purchase.promoted.view.known",
    "stream.promoted.view.known",
)
CUTS: dict[str, Callable[[Lines], Cells]] = {
    "supply": supply_cells, "map": map_cells, "devices": device_cells,
}  # fmt: skip


@pytest.fixture(scope="module")
def demo() -> World:
    return world("demo", 7, date(2026, 11, 23))


def reading(demo: World, slug: str) -> Reading:
    advertiser = next(a for a in demo.advertisers.values() if a.slug == slug)
    window = Window(advertiser.timezone, date(2026, 11, 1), date(2026, 11, 20))
    return read(demo.book(advertiser.advertiser_id), window, Knowledge.final(window))


@pytest.mark.parametrize("purpose", CUTS)
@pytest.mark.parametrize("slug", ["trailhead", "tsukishiro"])
def test_a_partition_loses_nothing(demo: World, purpose: str, slug: str) -> None:
    found = reading(demo, slug)
    for rows in (LineRows(found), LeafRows(found)):
        cut = Partition(rows, CUTS[purpose](found.lines), purpose)
        for atom in ADDITIVE:
            cells = cut.atom(atom)
            assert (cells >= 0).all(), atom
            assert (cells.sum(axis=2) == rows.atom(atom)).all(), atom


def test_within_a_cell_parts_stay_within_their_whole(demo: World) -> None:
    found = reading(demo, "trailhead")
    cut = Partition(LineRows(found), supply_cells(found.lines), "supply")
    chain = [
        "impressions",
        "video.start",
        "video.first",
        "video.midpoint",
        "video.third",
        "video.complete",
    ]

    for whole, part in pairwise(chain):
        assert (cut.atom(part) <= cut.atom(whole)).all()
    free = cut.atom("impressions") == 0
    assert (cut.atom("supply")[free] == 0).all()
    bought = cut.atom("purchase.promoted.view.known")
    assert (cut.atom("sales.purchase.promoted.view.known")[bought == 0] == 0).all()


def test_line_items_serve_where_their_supply_is(demo: World) -> None:
    found = reading(demo, "trailhead")
    cells = supply_cells(found.lines)
    television = [
        n for n, line in enumerate(found.lines.lines) if line.mix.inventory == "STREAMING_TV"
    ]
    served = Partition(LineRows(found), cells, "supply").atom("impressions")[television]

    sources = {cells.labels[n]["supplySource"] for n in np.flatnonzero(served.sum(axis=(0, 1)))}
    assert sources == {"Prime Video", "Fire TV Channels", "Publisher direct"}


def test_deals_appear_with_id_name_and_kind(demo: World) -> None:
    labels = supply_cells(reading(demo, "trailhead").lines).labels
    deals = [label for label in labels if label["dealId"]]

    assert deals
    assert all(label["deal"] and label["dealType"] for label in deals)


def test_segments_hold_a_share_of_their_line_items_each(demo: World) -> None:
    found = reading(demo, "lumen-pet")
    rows, cells = LineRows(found), segment_cells(found.lines)
    cut = Overlap(rows, cells, "segments")

    assert (cut.atom("impressions") <= rows.atom("impressions")[:, :, None]).all()
    assert cut.atom("impressions").sum() > 1.3 * rows.atom("impressions").sum()
    assert (cut.atom("video.complete") <= cut.atom("impressions")).all()


def test_products_take_promoted_and_halo_events_apart(demo: World) -> None:
    found = reading(demo, "northwind")
    rows = LineRows(found)
    book = demo.book(found.lines.advertiser.advertiser_id)
    cut = ProductPartition(rows, product_cells(found.lines, book.products), "products")
    promoted = np.array([product.is_promoted for product in book.products])

    own, halo = "purchase.promoted.view.known", "purchase.halo.view.known"
    assert cut.atom(own)[:, :, ~promoted].sum() == 0
    assert cut.atom(halo)[:, :, promoted].sum() == 0
    assert (cut.atom(own).sum(axis=2) == rows.atom(own)).all()
    assert cut.atom("supply").sum() == 0
