"""Reports as Amazon may send them, read into rows that may be judged."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.domain.metrics import Dataset
from core.errors import BadReport, Upstream
from core.lake.cells import cells_of, ratio_gaps
from core.lake.engine import rows as select
from core.lake.layout import Asked, FileLimits, Layout, Role, WireColumn
from core.lake.opening import Format
from core.lake.staging import Staged, stage_file
from tests.integration.lake.ground import (
    ADVERTISER,
    CAMPAIGN,
    GEO,
    SECOND,
    Ground,
    asked,
    columns,
    day,
    days,
    row,
    write_csv,
    write_json,
)

FORMATS = pytest.mark.parametrize("form", list(Format))


def values(staged: Staged, *names: str) -> list[tuple[Any, ...]]:
    """Return columns of the staged rows, in the order of line items and days."""
    order = "line_item_id, day" if "line_item_id" in staged.layout.keys else "ALL"
    return select(staged.con, f"SELECT {', '.join(names)} FROM staged ORDER BY {order}")


@FORMATS
@pytest.mark.parametrize("as_number", [True, False])
def test_ids_beyond_a_floats_reach_stay_exact_as_number_and_as_text(
    ground: Ground, form: Format, as_number: bool
) -> None:
    # 2**53 + 1 and the largest 64-bit id: a float would round both.
    order, line = 9007199254740993, 18446744073709551615
    given = (
        row(orderId=order, lineItemId=line)
        if as_number
        else row(orderId=str(order), lineItemId=str(line))
    )
    with ground.staged([given], days(0, 0), form=form) as staged:
        assert values(staged, "order_id", "line_item_id") == [(str(order), str(line))]


def test_an_id_that_came_through_a_float_is_refused(ground: Ground) -> None:
    with pytest.raises(BadReport, match=r"ids: orderId holds '5\.9"):
        ground.staged([row(orderId=5.9e17 + 0.5)], days(0, 0))


@FORMATS
def test_numbers_with_thousands_commas_are_read_and_nulls_stay_null(
    ground: Ground, form: Format
) -> None:
    given = [
        row(lineItemId="1", totalCost="1,234.5", impressions="12,345,678", sales=None),
        row(lineItemId="2", totalCost="7", sales="-5.00"),
    ]
    with ground.staged(given, days(0, 0), form=form) as staged:
        found = values(staged, "total_cost", "impressions", "sales")
    assert found == [
        (Decimal("1234.5"), 12345678, None),
        (Decimal(7), 1000, Decimal("-5.00")),
    ]


@FORMATS
def test_a_measure_that_a_report_lacks_is_in_each_row_the_sum_that_it_is(
    ground: Ground, form: Format
) -> None:
    invalid = WireColumn("invalid", "invalid_impressions", Role.MEASURE)
    lacking = replace(
        CAMPAIGN,
        columns=(*CAMPAIGN.columns, invalid),
        sums={"gross_impressions": ("impressions", "invalid_impressions")},
    )
    given = [
        row(lineItemId="1", impressions="1,990", invalid="10"),
        row(lineItemId="2", impressions="500", invalid=None),
    ]
    with ground.staged(given, days(0, 0), form=form, layout=lacking) as staged:
        assert values(staged, "gross_impressions", "impressions") == [(2000, 1990), (500, 500)]


@pytest.mark.parametrize("text", ["1,5", "12,34.5", "1.234.5", "about 5", "NaN", "0x1f"])
def test_a_number_that_is_none_is_refused_and_named(ground: Ground, text: str) -> None:
    with pytest.raises(BadReport) as refused:
        ground.staged([row(totalCost=text)], days(0, 0))
    assert refused.value.rule == "types"
    assert "totalCost" in refused.value.detail
    assert text in refused.value.detail


def test_money_keeps_six_decimals_exactly(ground: Ground) -> None:
    given = [row(n, totalCost=f"{n}.000001") for n in range(3)]
    with ground.staged(given, days(0, 2)) as staged:
        cost = sum(cell.totals["total_cost"] or 0 for cell in cells_of(staged))
    assert cost == Decimal("3.000003")


def test_a_column_nobody_asked_for_is_reported_and_ignored(ground: Ground) -> None:
    given = [row(n, newMetric=5, another="x") for n in range(3)]
    with ground.staged(given, days(0, 2)) as staged:
        assert staged.unknown_columns == {"newMetric", "another"}
        assert staged.rows == 3


@FORMATS
def test_a_column_that_is_missing_blocks_the_file(ground: Ground, form: Format) -> None:
    given = row()
    del given["totalSales"]
    with pytest.raises(BadReport, match="columns: asked for and not in the file: totalSales"):
        ground.staged([given], days(0, 0), form=form)


def test_a_column_missing_in_the_first_row_only_is_null_there(ground: Ground) -> None:
    short = row(lineItemId="1")
    del short["sales"]
    with ground.staged([short, row(lineItemId="2")], days(0, 0)) as staged:
        assert values(staged, "sales") == [(None,), (Decimal("40.25"),)]


@FORMATS
def test_rows_doubled_inside_a_file_count_once(ground: Ground, form: Format) -> None:
    given = [row(0), row(1), row(0), row(0)]
    with ground.staged(given, days(0, 1), form=form) as staged:
        assert staged.rows == 2
        assert [cell.totals["impressions"] for cell in cells_of(staged)] == [1000, 1000]


def test_rows_of_the_same_key_that_disagree_block_the_file(ground: Ground) -> None:
    with pytest.raises(BadReport, match="doubled rows"):
        ground.staged([row(0), row(0, clicks=11)], days(0, 0))


def test_an_unnamed_creative_becomes_unknown_and_is_added_to_those_called_so(
    ground: Ground,
) -> None:
    given = [row(creativeId=None), row(creativeId="unknown", impressions=1)]
    with ground.staged(given, days(0, 0)) as staged:
        assert values(staged, "creative_id", "impressions") == [("unknown", 1001)]


def test_unknown_places_are_explicit_and_told_apart_from_known_ones(ground: Ground) -> None:
    base = {"date": day(0).isoformat(), "advertiserId": ADVERTISER, "orderId": "1", "clicks": 0}
    given = [
        base | {"country": None, "region": None, "dmaCode": None, "impressions": 5},
        base | {"country": "US", "region": None, "dmaCode": 501, "impressions": 6},
        base | {"country": "US", "region": "CA", "dmaCode": 803, "impressions": 7},
    ]
    with ground.staged(given, days(0, 0), layout=GEO) as staged:
        found = values(staged, "country", "region", "dma", "impressions", "currency")
    assert sorted(found) == [
        ("US", "CA", "803", 7, "unknown"),
        ("US", "unknown", "501", 6, "unknown"),
        ("unknown", "unknown", "unknown", 5, "unknown"),
    ]


SPLIT = Layout(
    Dataset.CAMPAIGN,
    (*CAMPAIGN.columns, *columns(Role.SPLIT, {"marketplace": "marketplace"})),
)


def test_rows_that_differ_only_in_a_key_we_do_not_keep_are_added_up(ground: Ground) -> None:
    """Trap: the unified reports want a product's marketplace beside it, which splits its rows."""
    given = [
        row(marketplace="US", clicks=3),
        row(marketplace="CA", clicks=4),
        row(1, marketplace="US"),
    ]
    twice = [*given, row(marketplace="US", clicks=3)]
    for written in (given, twice):
        with ground.staged(written, days(0, 1), layout=SPLIT) as staged:
            assert values(staged, "day", "clicks") == [(day(0), 7), (day(1), 10)]
    with pytest.raises(BadReport, match="doubled rows"):
        ground.staged([*given, row(marketplace="US", clicks=5)], days(0, 1), layout=SPLIT)


@FORMATS
def test_an_advertiser_may_be_called_by_its_account_and_is_kept_by_its_id(
    ground: Ground, form: Format
) -> None:
    """Trap: the unified reports write an account's id where version 3 writes the advertiser's."""
    given = [row(advertiserId="amzn1.ads-account.g.o'1"), row(1)]
    path = ground.home / f"called.{form}.gz"
    (write_json if form is Format.JSON else write_csv)(path, given)
    called = {"amzn1.ads-account.g.o'1": ADVERTISER}
    wanted = Asked(frozenset({ADVERTISER}), days(0, 1), called=called)
    with stage_file(path, form, CAMPAIGN, wanted, scratch=ground.home) as staged:
        assert values(staged, "advertiser_id") == [(ADVERTISER,), (ADVERTISER,)]
    with pytest.raises(BadReport, match="ids: advertiserId"):
        stage_file(path, form, CAMPAIGN, asked(days(0, 1)), scratch=ground.home)


def test_a_report_that_names_no_currency_takes_the_advertisers(ground: Ground) -> None:
    given = {"date": day(0).isoformat(), "advertiserId": ADVERTISER, "orderId": "1", "clicks": 0}
    given |= {"country": "JP", "region": None, "dmaCode": None, "impressions": 5}
    path = write_json(ground.home / "geo.gz", [given])
    wanted = asked(days(0, 0), ADVERTISER, **{ADVERTISER: "JPY"})
    with stage_file(path, Format.JSON, GEO, wanted, scratch=ground.home) as staged:
        assert values(staged, "currency") == [("JPY",)]


@pytest.mark.parametrize(
    ("wire", "value"),
    [("impressions", -1), ("clicks", -1), ("totalCost", -0.01)],
)
def test_negative_delivery_blocks_the_file(ground: Ground, wire: str, value: float) -> None:
    with pytest.raises(BadReport, match=f"negative delivery: {wire}"):
        ground.staged([row(**{wire: value})], days(0, 0))


def test_a_negative_correction_of_conversions_is_flagged_and_kept(ground: Ground) -> None:
    with ground.staged([row(purchases=-1, sales=-20.5)], days(0, 0)) as staged:
        assert staged.negatives == ("purchases", "sales")
        assert values(staged, "purchases", "sales") == [(-1, Decimal("-20.5"))]


def test_a_count_with_a_fraction_is_refused(ground: Ground) -> None:
    with pytest.raises(BadReport, match="types: clicks counts in fractions"):
        ground.staged([row(clicks=10.5)], days(0, 0))
    with ground.staged([row(clicks=10.0)], days(0, 0)) as staged:
        assert values(staged, "clicks") == [(10,)]


def test_rows_of_days_or_advertisers_that_were_not_asked_for_block_the_file(
    ground: Ground,
) -> None:
    with pytest.raises(BadReport, match="days: rows run from"):
        ground.staged([row(0), row(5)], days(0, 4))
    with pytest.raises(BadReport, match=f"advertisers: rows of {SECOND}"):
        ground.staged([row(0, advertiserId=SECOND)], days(0, 4), ADVERTISER)


@pytest.mark.parametrize("absent", ["date", "orderId", "lineItemId"])
def test_a_row_without_one_of_its_keys_blocks_the_file(ground: Ground, absent: str) -> None:
    with pytest.raises(BadReport, match=f"keys: {absent} is absent in 1 rows"):
        ground.staged([row(0), row(1, **{absent: None})], days(0, 1), ADVERTISER)


@pytest.mark.parametrize("text", ["2026-02-30", "21/11/2026", "yesterday"])
def test_a_day_that_is_none_is_refused(ground: Ground, text: str) -> None:
    with pytest.raises(BadReport, match="types: date holds"):
        ground.staged([row(date=text)], days(0, 1))


@FORMATS
def test_an_empty_report_has_no_cells(ground: Ground, form: Format) -> None:
    path = ground.home / "empty.gz"
    header = ",".join(column.wire for column in CAMPAIGN.columns)
    path.write_bytes(gzip.compress(b"[]" if form is Format.JSON else f"{header}\n".encode()))
    with stage_file(path, form, CAMPAIGN, asked(days(0, 3)), scratch=ground.home) as staged:
        assert cells_of(staged) == ()
        assert staged.rows == 0


@pytest.mark.parametrize("kept", [0.5, -8, -1])
def test_a_file_that_is_cut_off_is_fetched_again_whatever_it_still_holds(
    ground: Ground, kept: float
) -> None:
    whole = write_json(
        ground.home / "whole.gz", [row(n % 5, lineItemId=str(n)) for n in range(500)]
    )
    content = whole.read_bytes()
    cut = ground.home / "cut.gz"
    cut.write_bytes(content[: int(len(content) * kept) if kept > 0 else int(kept)])
    with pytest.raises(Upstream, match="fetched again"):
        stage_file(cut, Format.JSON, CAMPAIGN, asked(days(0, 4)), scratch=ground.home)


def test_a_file_with_a_wrong_checksum_is_fetched_again(ground: Ground) -> None:
    path = write_json(ground.home / "wrong.gz", [row()])
    content = bytearray(path.read_bytes())
    content[-6] ^= 0xFF  # within the checksum that ends the file
    path.write_bytes(content)
    with pytest.raises(Upstream, match="damaged"):
        stage_file(path, Format.JSON, CAMPAIGN, asked(days(0, 0)), scratch=ground.home)


@pytest.mark.parametrize(
    "body",
    [b"<html>busy</html>", b"", b"null", b'{"a":1}', b"[1, 2]", b'["a"]', b'[{"date": [1]}]'],
)
def test_a_body_that_is_no_array_of_flat_rows_is_refused(ground: Ground, body: bytes) -> None:
    path = ground.home / "odd.gz"
    path.write_bytes(gzip.compress(body))
    with pytest.raises(BadReport):
        stage_file(path, Format.JSON, CAMPAIGN, asked(days(0, 0)), scratch=ground.home)


def test_more_rows_than_allowed_are_refused(ground: Ground) -> None:
    given = [row(0, lineItemId=str(n)) for n in range(11)]
    with pytest.raises(BadReport, match="11 rows, more than 10"):
        ground.staged(given, days(0, 0), limits=FileLimits(rows_max=10))


def test_nothing_is_left_in_the_scratch_folder_after_use_or_refusal(ground: Ground) -> None:
    with ground.staged([row()], days(0, 0)):
        assert list(ground.lake.scratch.glob("staging-*"))
    with pytest.raises(BadReport):
        ground.staged([row(clicks=-1)], days(0, 0))
    assert not list(ground.lake.scratch.glob("staging-*"))


def test_attributes_are_told_once_for_each_thing(ground: Ground) -> None:
    given = [row(n, orderId=str(n % 2), orderName=f"Order {n % 2}") for n in range(6)]
    with ground.staged(given, days(0, 5)) as staged:
        found = staged.attributes("order_id", "order_name").to_pylist()
    assert found == [
        {"order_id": "0", "order_name": "Order 0"},
        {"order_id": "1", "order_name": "Order 1"},
    ]


def test_ratios_stated_by_amazon_are_held_against_ours(ground: Ground) -> None:
    fine = row(0, impressions=1000, clicks=5, clickThroughRate=0.005)
    percent = row(1, impressions=1000, clicks=5, clickThroughRate=0.5)
    nothing = row(2, impressions=0, clicks=0, clickThroughRate=0)
    with ground.staged([fine, percent, nothing], days(0, 2)) as staged:
        (gap,) = ratio_gaps(staged)
    assert (gap.metric, gap.compared, gap.off) == ("ctr", 2, 1)


def test_equal_readings_have_equal_digests_in_any_order_of_rows_and_any_spelling(
    ground: Ground,
) -> None:
    given = [row(n % 2, lineItemId=str(n)) for n in range(6)]
    spelled = [r | {"totalCost": "12.50", "impressions": "1,000"} for r in reversed(given)]
    with ground.staged(given, days(0, 1)) as first, ground.staged(spelled, days(0, 1)) as second:
        assert cells_of(first) == cells_of(second)
    changed = [*given[:5], given[5] | {"totalSales": 60.500001}]
    with ground.staged(given, days(0, 1)) as first, ground.staged(changed, days(0, 1)) as second:
        before, after = cells_of(first), cells_of(second)
    assert before[0] == after[0]
    assert before[1].digest != after[1].digest


_BOMB_PROBE = """
import gzip, json, sys, zlib
from pathlib import Path
from core.errors import AppError
from core.domain.metrics import Dataset
from core.lake.layout import Asked, FileLimits, Layout, Role, WireColumn
from core.lake.opening import Format
from core.lake.staging import stage_file
from tests.integration.lake.ground import CAMPAIGN, asked, days, row as one
row = one()
home = Path(sys.argv[1])
path = home / "bomb.gz"
def body():
    kind = sys.argv[2]
    if kind == "rows":
        piece = (json.dumps(row).encode() + b",") * 1000
        yield b"["
        for _ in range(3000):
            yield piece
        yield json.dumps(row).encode() + b"]"
    elif kind == "text":
        yield b'[{"date": "'
        for _ in range(1000):
            yield b"x" * 1_000_000
        yield b'"}]'
    elif kind == "nesting":
        yield b"[" * 10_000 + b"]" * 10_000
    else:
        yield b'[{"date":' + b"[" * 10_000 + b"]" * 10_000 + b"}]"
with gzip.open(path, "wb") as file:
    for piece in body():
        file.write(piece)
try:
    stage_file(path, Format.JSON, CAMPAIGN, asked(days(0, 0)), scratch=home,
               limits=FileLimits(bytes_max=300_000_000)).close()
    outcome = "accepted"
except AppError as error:
    outcome = type(error).__name__
# ru_maxrss would begin with the size of the process this one was forked from.
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
peak_kb = int(status["VmHWM"].split()[0])
print(json.dumps({"outcome": outcome, "peak_mb": peak_kb / 1024}))
"""


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["rows", "text", "nesting", "nested value"])
def test_a_file_that_opens_to_a_gigabyte_or_nests_ten_thousand_deep_is_refused_in_bounds(
    tmp_path: Path, kind: str
) -> None:
    command = [sys.executable, "-c", _BOMB_PROBE, str(tmp_path), kind]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    told = json.loads(done.stdout)
    assert told["outcome"] == "BadReport"
    assert told["peak_mb"] < 450
