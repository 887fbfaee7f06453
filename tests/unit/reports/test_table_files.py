"""Table files read back as their source: typed in Excel and Parquet, harmless in CSV (case 39)."""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as some
from openpyxl.utils.escape import unescape

from core.domain.columns import Column, Form, harmless, revealed
from core.errors import Defect, UserError
from core.reports.about import About, about
from core.reports.csv_file import write_csv
from core.reports.parquet_file import write_parquet
from core.reports.tabular import Tabular, of_answer, of_rows
from core.reports.xlsx import ABOUT_SHEET, ROWS_MAX, TEXT_MAX, number_format, write_xlsx

NAMES = [
    '=HYPERLINK("https://evil.example","x")',
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\tcmd",
    "\rcmd",
    "\nfirst",
    "＝1+1",
    'say "hi", you',
    "two\nlines",
    "_x0041_",
    "'=already",
    "<b>&amp;</b> </script>",
    "日本 \U0001f600 é",
    "plain",
]
COLUMNS = (
    Column("=Order"),
    Column("Order ID"),
    Column("Day", Form.DAY),
    Column("Spend, USD", Form.MONEY, "USD", "What was paid."),
    Column("Impressions", Form.COUNT, meaning="Ads served."),
    Column("CTR", Form.RATE),
    Column("Seen at", Form.INSTANT),
)
ROWS = [
    [name, str(583_920_114_207_731_000 + n), "2026-11-0" + str(1 + n % 9), f"{n - 5}.25", str(n),
     None if n % 3 == 0 else "0.0123", "2026-11-21T08:00:00+00:00"]
    for n, name in enumerate(NAMES)
]  # fmt: skip


def quiet(_: int) -> None:
    """Take progress and say nothing."""


def written(tmp_path: Path, tabular: Tabular, told: About | None = None) -> openpyxl.Workbook:
    path = tmp_path / "file.xlsx"
    write_xlsx([tabular], told or About(), path, quiet)
    return openpyxl.load_workbook(path)


def test_a_workbook_reads_back_as_its_source(tmp_path: Path) -> None:
    sheet = written(tmp_path, of_rows("Orders", COLUMNS, ROWS)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == [column.title for column in COLUMNS]
    for cells, row in zip(sheet.iter_rows(min_row=2), ROWS, strict=True):
        name, entity, day, money, count, rate, instant = cells
        assert unescape(str(name.value)) == row[0]
        assert entity.value == row[1]
        assert day.value == datetime.fromisoformat(str(row[2]))
        assert Decimal(str(money.value)) == Decimal(str(row[3]))
        assert count.value == int(str(row[4]))
        assert rate.value == (None if row[5] is None else float(str(row[5])))
        assert instant.value == datetime(2026, 11, 21, 8)  # noqa: DTZ001


def test_no_text_of_a_workbook_is_a_formula_and_every_number_is_one(tmp_path: Path) -> None:
    sheet = written(tmp_path, of_rows("Orders", COLUMNS, ROWS)).worksheets[0]
    texts = [cell for row in sheet.iter_rows(max_col=2) for cell in row]
    assert {cell.data_type for cell in texts} == {"s"}
    assert all(cell.quotePrefix for cell in texts), "it stays text when somebody edits it"
    assert {cell.data_type for cell in sheet["D"][1:]} == {"n"}
    assert sheet["D2"].value == -5.25


def test_cells_are_written_as_their_unit_asks(tmp_path: Path) -> None:
    sheet = written(tmp_path, of_rows("Orders", COLUMNS, ROWS)).worksheets[0]
    formats = [cell.number_format for cell in sheet[3]]
    assert formats == [
        "@", "@", "yyyy-mm-dd", '"$"#,##0.00', "#,##0", "0.00%", "yyyy-mm-dd hh:mm:ss",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("currency", "expected"),
    [
        ("JPY", '"¥"#,##0'),
        ("EUR", '"€"#,##0.00'),
        ("KWD", '"KWD "#,##0.000'),
        ("", "#,##0.00"),
    ],
)
def test_money_has_its_currencys_own_decimals(currency: str, expected: str) -> None:
    assert number_format(Column("Spend", Form.MONEY, currency)) == expected


def test_the_heading_stays_in_sight_and_can_be_filtered_by(tmp_path: Path) -> None:
    sheet = written(tmp_path, of_rows("Orders", COLUMNS, ROWS)).worksheets[0]
    assert sheet.freeze_panes == "B2"
    assert sheet.auto_filter.ref == f"A1:G{len(ROWS) + 1}"
    assert sheet["A1"].font.bold
    assert sheet.column_dimensions["A"].width > sheet.column_dimensions["E"].width


def test_a_second_sheet_tells_about_the_file(tmp_path: Path) -> None:
    told = about([("Days", "1 – 7 Nov 2026"), ("Filter", "=cmd")], COLUMNS)
    sheet = written(tmp_path, of_rows("Orders", COLUMNS, ROWS), told)[ABOUT_SHEET]
    pairs = {row[0].value: row[1] for row in sheet.iter_rows(min_row=2)}
    assert pairs["Days"].value == "1 – 7 Nov 2026"
    assert pairs["Spend, USD"].value == "What was paid."
    assert pairs["Filter"].data_type == "s"


def test_several_tables_are_several_sheets_whatever_they_are_called(tmp_path: Path) -> None:
    path = tmp_path / "file.xlsx"
    tables = [
        of_rows(name, COLUMNS[:2], [["a", "1"]])
        for name in ("=Orders/[1]", "orders 1", "History", "x" * 60, "x" * 60, "")
    ]
    write_xlsx(tables, About(), path, quiet)
    names = openpyxl.load_workbook(path).sheetnames
    assert names == [
        "Orders 1", "orders 1 2", "History of days", "x" * 31, "x" * 29 + " 2", "Sheet",
        ABOUT_SHEET,
    ]  # fmt: skip


def test_a_table_without_rows_is_a_heading(tmp_path: Path) -> None:
    sheet = written(tmp_path, of_rows("Orders", COLUMNS, [])).worksheets[0]
    assert [cell.value for cell in sheet[1]] == [column.title for column in COLUMNS]
    assert sheet.max_row == 1


def test_two_columns_of_one_title_are_both_there(tmp_path: Path) -> None:
    sheet = written(tmp_path, of_rows("O", (Column("a"), Column("a")), [["x", "y"]])).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["a", "a (2)"],
        ["x", "y"],
    ]


def test_text_longer_than_a_cell_is_cut_and_says_so(tmp_path: Path) -> None:
    sheet = written(tmp_path, of_rows("O", (Column("a"),), [["x" * 40_000], ["y"]])).worksheets[0]
    assert sheet["A2"].value == "x" * (TEXT_MAX - 1) + "…"
    assert sheet["A3"].value == "y"


def test_more_rows_than_a_sheet_holds_are_refused_with_a_way_out(tmp_path: Path) -> None:
    half = pa.RecordBatch.from_pydict({"a": pa.nulls(ROWS_MAX // 2 + 1, pa.string())})
    table = Tabular("Orders", (Column("a"),), iter([half, half]))
    with pytest.raises(UserError, match="1,048,575 rows and “Orders” has more"):
        write_xlsx([table], About(), tmp_path / "file.xlsx", quiet)


def test_a_fault_in_the_rows_is_not_taken_for_too_many(tmp_path: Path) -> None:
    with pytest.raises(Defect, match="2 cells stands under 1 headings"):
        write_xlsx(
            [of_rows("O", (Column("a"),), [["x"]] * 10_001 + [["x", "y"]])],
            About(),
            tmp_path / "file.xlsx",
            quiet,
        )


def test_csv_reads_back_as_its_source(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    write_csv(COLUMNS, ROWS, path, ["Days: 1 – 7 Nov\n2026"])
    with path.open(encoding="utf-8", newline="") as file:
        assert file.readline() == '"# Days: 1 – 7 Nov 2026"\r\n'
        heads, *rows = csv.reader(file)
    assert [revealed(head) for head in heads] == [column.title for column in COLUMNS]
    assert heads[0] == "'=Order"
    for cells, row in zip(rows, ROWS, strict=True):
        assert [revealed(cell) for cell in cells[:2]] == row[:2]
        assert not cells[0].startswith(tuple("=+-@\t\r\n＝"))
        assert cells[3] == row[3], "a number keeps its sign"
        assert cells[5] == (row[5] or "")


def test_parquet_keeps_every_type_and_says_what_columns_mean(tmp_path: Path) -> None:
    path = tmp_path / "file.parquet"
    facts = about([("Days", "1 – 7 Nov 2026")], ())
    assert write_parquet(of_rows("O", COLUMNS, ROWS), facts, path, quiet) == len(ROWS)
    table = pq.read_table(path)
    assert table.column("=Order").to_pylist() == NAMES
    assert table.column("Spend, USD").to_pylist()[0] == Decimal("-5.25")
    assert table.column("Day").to_pylist()[0] == date(2026, 11, 1)
    assert table.column("Seen at").to_pylist()[0] == datetime(2026, 11, 21, 8, tzinfo=UTC)
    assert table.schema.field("Impressions").metadata == {b"meaning": b"Ads served."}
    assert table.schema.metadata[b"flightdeck.Days"].decode() == "1 – 7 Nov 2026"


def test_an_answers_columns_come_under_their_titles_in_order(tmp_path: Path) -> None:
    batch = pa.RecordBatch.from_pydict(
        {"clicks": [1, 2], "order_id": ["7", "8"], "aside": ["x", "y"]}
    )
    columns = {"order_id": Column("Order ID"), "clicks": Column("Clicks", Form.COUNT)}
    path = tmp_path / "file.parquet"
    write_parquet(of_answer("O", columns, [batch]), About(), path, quiet)
    assert pq.read_table(path).to_pydict() == {"Order ID": ["7", "8"], "Clicks": [1, 2]}


def test_progress_is_told_in_rows(tmp_path: Path) -> None:
    told: list[int] = []
    rows = [["x"]] * 25_000
    write_xlsx([of_rows("O", (Column("a"),), rows)], About(), tmp_path / "f.xlsx", told.append)
    assert told == [10_000, 20_000, 25_000]


@given(some.text(min_size=1, max_size=40))
def test_no_text_acts_and_none_is_lost(text: str) -> None:
    cell = harmless(text)
    assert cell[0] not in "=+-@\t\r\n＝＋－＠"
    assert revealed(cell) == text


@given(some.lists(some.text(some.characters(exclude_categories=["Cs"]), max_size=30), max_size=6))
def test_any_text_survives_a_workbook(texts: list[str]) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "f.xlsx"
        write_xlsx([of_rows("O", (Column("a"),), [[t] for t in texts])], About(), path, quiet)
        sheet = openpyxl.load_workbook(path).worksheets[0]
        cells = [sheet.cell(n + 2, 1) for n in range(len(texts))]
    assert all(cell.data_type in {"s", "n"} for cell in cells)
    found = [unescape(str(cell.value or "")) for cell in cells]
    assert [_newlines(f) for f in found] == [_newlines(t) for t in texts]


def _newlines(text: str) -> str:
    # XML knows one kind of line end (XML 1.0 §2.11).
    return text.replace("\r\n", "\n").replace("\r", "\n")
