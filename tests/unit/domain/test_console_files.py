"""Files from Amazon's console: read as they come, or refused with what to do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.domain.console_files import ConsoleFile, by_order_and_day, read_console_file
from core.errors import UserError

PLAIN = (
    "Date,Order ID,Order,Impressions,Total cost,CTR\n"
    '2026-11-16,590000000000000001,Lumen,"1,200",$12.50,0.5%\n'
)


def read(text: str, encoding: str = "utf-8") -> ConsoleFile:
    return read_console_file(text.encode(encoding))


def figures(found: ConsoleFile) -> list[tuple[date, dict[str, Decimal]]]:
    return [(row.day, dict(row.values)) for row in found.rows]


def test_columns_are_recognised_by_the_consoles_names_and_ratios_are_passed_over() -> None:
    found = read(PLAIN)
    [row] = found.rows
    assert (row.order_id, row.order_name) == ("590000000000000001", "Lumen")
    assert row.values == {"impressions": 1200, "total_cost": Decimal("12.50")}
    assert found.metrics == ("impressions", "total_cost")
    assert found.ignored == ("CTR",)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_a_mark_of_byte_order_and_old_encodings_are_no_hindrance(encoding: str) -> None:
    text = PLAIN.replace("Lumen", "Größe").replace("$", "£")
    assert read(text, encoding).rows[0].order_name == "Größe"


@pytest.mark.parametrize(
    ("cells", "days"),
    [
        (("11/16/2026", "11/03/2026"), (date(2026, 11, 16), date(2026, 11, 3))),
        (("16/11/2026", "03/11/2026"), (date(2026, 11, 16), date(2026, 11, 3))),
        (("16.11.2026", "03.11.2026"), (date(2026, 11, 16), date(2026, 11, 3))),
        (("Nov 16, 2026", "3 Nov 2026"), (date(2026, 11, 16), date(2026, 11, 3))),
        (("2026-11-16", "20261103"), (date(2026, 11, 16), date(2026, 11, 3))),
    ],
)
def test_days_are_read_in_either_order_as_the_whole_file_tells(
    cells: tuple[str, ...], days: tuple[date, ...]
) -> None:
    lines = "".join(f'"{cell}",Lumen,1\n' for cell in cells)
    assert tuple(row.day for row in read(f"Day,Order,Impressions\n{lines}").rows) == days


def test_days_that_tell_no_order_are_read_amazons_way_and_that_is_said() -> None:
    found = read("Date,Order,Impressions\n03/04/2026,Lumen,1\n")
    assert found.rows[0].day == date(2026, 3, 4)
    assert "month/day" in found.notes[0]


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('"$1,234.50"', "1234.5"), ("USD 12", "12"), ("12 USD", "12"), ("(3.50)", "-3.5"),
        ('"1.234,50 €"', "1234.5"), ('"12,5"', "12.5"), ("¥1200", "1200"), ("-4.25", "-4.25"),
        ("1 234.5", "1234.5"), ("0.000001", "0.000001"),
    ],
)  # fmt: skip
def test_figures_are_read_with_their_signs_and_separators(cell: str, value: str) -> None:
    found = read(f"Date,Order,Total cost\n2026-11-16,Lumen,{cell}\n")
    assert found.rows[0].values == {"total_cost": Decimal(value)}


def test_a_file_of_semicolons_and_commas_is_read_as_it_is_meant() -> None:
    found = read("Date;Order;Impressions;Total cost (EUR)\n16.11.2026;Lumen;1.200;1.012,55\n")
    assert figures(found) == [
        (date(2026, 11, 16), {"impressions": Decimal(1200), "total_cost": Decimal("1012.55")})
    ]


def test_lines_above_the_heading_totals_and_empty_cells_are_passed_over() -> None:
    text = (
        "Report: Orders\nZone: America/New_York\n\n"
        "Date,Order,Impressions,Clicks\n2026-11-16,Lumen,10,--\n,,10,\nTotal,,10,0\n"
    )
    assert figures(read(text)) == [(date(2026, 11, 16), {"impressions": Decimal(10)})]


def test_lines_that_cannot_be_read_are_left_out_and_named() -> None:
    found = read("Date,Order,Impressions\n2026-11-16,Lumen,10\nyesterday,Lumen,5\n2026-11-17,L,x\n")
    assert (len(found.rows), found.left_out) == (1, 2)
    assert found.faults[0].startswith("Line 3 was left out")


def test_line_items_of_an_order_are_added_up() -> None:
    found = read(
        "Date,Order ID,Line item ID,Impressions\n2026-11-16,o1,l1,10\n2026-11-16,o1,l2,5\n"
    )
    assert found.has_line_items
    [(key, sums)] = list(by_order_and_day(found.rows))
    assert (key, sums) == (("o1", "", date(2026, 11, 16)), {"impressions": 15})


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "No heading"),
        (b"hello", "No heading"),
        (b"PK\x03\x04rest", "no CSV file"),
        (b"\x00\x01\x02", "no CSV file"),
        (b"Date,Impressions\n2026-11-16,1\n", "no column of orders"),
        (b"Date,Order,Impressions,Impressions\n2026-11-16,L,1,1\n", "the same figure"),
        (b"Date,Order,Impressions\n13/11/2026,L,1\n11/13/2026,L,1\n", "two orders at once"),
        (b"Date,Order,Impressions\nx,L,1\n", "No line"),
        (b"Date,Order,Impressions\n2026-11-16," + b"L" * 5000 + b",1\n", "no table"),
        (b"x" * 20_000_001, "larger than 20 MB"),
    ],
    ids=range(10),
)
def test_what_is_no_such_file_is_refused_with_what_to_do(data: bytes, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        read_console_file(data)


@pytest.mark.parametrize("cell", ["=1+1", "1e400", "NaN", "Infinity", "１２", "9" * 400])
def test_hostile_figures_are_no_numbers(cell: str) -> None:
    with pytest.raises(UserError, match="No line"):
        read(f"Date,Order,Impressions\n2026-11-16,L,{cell}\n")
