"""What a download will hold survives the database, and no name in it acts as a formula."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.columns import Column, Form, revealed
from core.domain.ids import OrgId
from core.domain.metrics import Dataset
from core.domain.periods import DateRange
from core.domain.scope import TenantScope
from core.errors import Defect
from core.insight.sheets import Sheet
from core.lake.export import ExportNote
from core.lake.location import LakeRoot
from core.lake.question import Among, Containing, Question, Sort, Within
from core.lake.shelf import Shelf
from core.reports.file_making import write_sheet
from core.reports.file_specs import (
    ROWS_MAX,
    ChartFile,
    FileSpec,
    Format,
    KeptFile,
    PageFile,
    QuestionFile,
    SheetFile,
    TableFile,
    read_spec,
)
from core.reports.names import file_name

WEEK = DateRange(date(2026, 11, 1), date(2026, 11, 7))
HOSTILE = [
    "=HYPERLINK(1)",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    'say "hi", you',
    "a\nb",
    "é\U0001f600",
    "Acme;=1+1;'@x",
]


def test_a_question_comes_back_as_it_was() -> None:
    question = Question(
        dataset=Dataset.CAMPAIGN,
        metrics=("total_cost", "ctr"),
        days=WEEK,
        by=("day", "order_id"),
        where=(
            Among("order_id", frozenset({"1", "2"}), is_excluded=True),
            Containing("lumen'; drop", ("order_name",)),
            Within("total_cost", Decimal("0.10"), None),
        ),
        compare=DateRange(date(2026, 10, 25), date(2026, 10, 31)),
        order_by=(Sort("total_cost"), Sort("order_id", is_descending=False)),
        limit=500,
        as_of=datetime(2026, 11, 20, 12, tzinfo=UTC),
    )
    spec = QuestionFile(question, 7, ExportNote(("Data through 7 Nov",), True, "USD"))
    assert read_spec(json.loads(json.dumps(spec.as_json()))) == spec


def test_a_bare_question_comes_back_too() -> None:
    spec = QuestionFile(Question(Dataset.GEO, ("impressions",), WEEK), 1)
    assert read_spec(json.loads(json.dumps(spec.as_json()))) == spec


COLUMNS = (Column("Name"), Column("=Change, USD", Form.MONEY, "USD", "What moved."))
NOW = datetime(2026, 11, 23, 14, tzinfo=UTC)


def _sheet() -> SheetFile:
    rows = tuple((name, "-5.00") for name in HOSTILE)
    return SheetFile("=Names", Sheet(COLUMNS, (*rows, (None, None)), ("Days: 7 Nov\n,=1+1",)))


@pytest.mark.parametrize(
    "spec",
    [
        _sheet(),
        TableFile("Rows", "explore", {"v": "1", "cut": "order_id"}, "USD", 7, ("As of: 7 Nov",)),
        ChartFile({"layer": [{"mark": "line"}], "datasets": {"points": [{"value": 1.5}]}}),
        PageFile("weekly", "morning", {"v": "1", "range": "7d"}, "Acme", 7),
        KeptFile("made/job_1/x.pdf", 12, "ab" * 32),
    ],
)
def test_every_kind_comes_back_as_it_was(spec: FileSpec) -> None:
    assert read_spec(json.loads(json.dumps(spec.as_json()))) == spec


def test_what_we_did_not_write_is_a_defect() -> None:
    with pytest.raises(Defect):
        read_spec({"kind": "shell"})
    with pytest.raises(Defect):
        SheetFile("x", Sheet(COLUMNS[:1], (("x",),) * (ROWS_MAX + 1))).as_json()


def test_case_39_names_are_text_and_numbers_stay_numbers(tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    write_sheet(_sheet(), Format.CSV, path, NOW)
    with path.open(encoding="utf-8", newline="") as file:
        told, *rows = csv.reader(file)
    assert told == ["# Days: 7 Nov ,=1+1"]
    assert rows[0] == ["Name", "'=Change, USD"]
    assert [row[1] for row in rows[1:-1]] == ["-5.00"] * len(HOSTILE)
    assert rows[-1] == ["", ""]
    for name, (cell, _) in zip(HOSTILE, rows[1:-1], strict=True):
        assert revealed(cell) == name
        assert not [part for part in cell.split(";") if part[0] in "=+-@\t\r"]


def test_case_39_a_workbook_names_its_sheet_and_says_what_it_is_about(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    write_sheet(_sheet(), Format.XLSX, path, NOW)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["Names", "About this file"]
    cells = list(book["Names"].iter_rows(min_row=2, max_row=1 + len(HOSTILE)))
    assert {cell.data_type for cell, _ in cells} == {"s"}
    assert {(cell.data_type, cell.value) for _, cell in cells} == {("n", -5)}
    told = {row[0].value: row[1].value for row in book["About this file"].iter_rows()}
    assert told["Made"] == "23 Nov 2026, 14:00 UTC"
    assert told["Days"] == "7 Nov\n,=1+1"
    assert told["=Change, USD"] == "What moved."


@pytest.mark.parametrize(
    ("wanted", "name"),
    [
        ("Morning orders 2026-11-01", "Morning orders 2026-11-01.csv"),
        ("../../etc/passwd", "etc-passwd.csv"),
        ('x"; filename="y.exe', "x- filename-y.exe.csv"),
        ("a\r\nSet-Cookie: b", "a-Set-Cookie- b.csv"),
        ("=HYPERLINK(1)", "HYPERLINK-1.csv"),
        ("\u65e5\u672c", "flightdeck.csv"),
        ("con", "flightdeck con.csv"),
        ("_Weekly 1 \u2013 7 Nov", "Weekly 1 - 7 Nov.csv"),
        ("__", "flightdeck.csv"),
        ("", "flightdeck.csv"),
        ("x" * 300, "x" * 80 + ".csv"),
    ],
)
def test_a_file_name_is_plain_and_short(wanted: str, name: str) -> None:
    assert file_name(wanted, Format.CSV) == name


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(max_codepoint=0x3000) | st.sampled_from("._- \u2013'"), max_size=120))
def test_whatever_people_call_a_report_its_file_has_a_place_on_the_shelf(
    tmp_path: Path, wanted: str
) -> None:
    shelf = Shelf(LakeRoot(str(tmp_path / "lake")), TenantScope.for_job(OrgId("org_1")))
    made = tmp_path / "made"
    made.write_bytes(b"a")
    assert shelf.put(f"sent/dlv_1/{file_name(wanted, Format.PDF)}", made).bytes == 1
