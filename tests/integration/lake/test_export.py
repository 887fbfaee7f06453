"""CSV of exactly what an answer holds, safe to open, whole or not there."""

from __future__ import annotations

import csv
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from core.domain.metrics import Dataset
from core.errors import UserError
from core.lake.export import ExportNote
from core.lake.question import Question, Sort
from tests.integration.lake.ground import (
    ACME,
    ADVERTISER,
    OTHER,
    SECOND,
    Ground,
    day,
    days,
    limited_to,
    row,
)

HOSTILE = [
    '=HYPERLINK("https://evil.example","x")',
    "+1",
    "-1+1",
    "@SUM(A1)",
    "\tcmd",
    "\rcmd",
    'quote " comma , done',
    "two\nlines",
    "日本 ☃",
    "'already",
    "Acme;=1+1;x",
    "Acme;'@SUM(A1)",
    "a;b",
    "plain",
]


SET_OFF = {
    **{name: f"'{name}" for name in HOSTILE[:6]},
    "Acme;=1+1;x": "Acme;'=1+1;x",
    "Acme;'@SUM(A1)": "Acme;''@SUM(A1)",
}


def read(path: Path) -> list[dict[str, str]]:
    """Return the rows as a spreadsheet's reader of CSV would."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_names_that_a_spreadsheet_would_run_are_set_off_and_numbers_are_not(
    ground: Ground, tmp_path: Path
) -> None:
    given = [row(0, orderId=str(n), purchases=-n, sales=-5.0) for n in range(len(HOSTILE))]
    ground.load(given, days(0, 0))
    ids = [str(n) for n in range(len(HOSTILE))]
    ground.names.put(ACME, order=pa.table({"order_id": ids, "name": HOSTILE}))
    question = Question(
        Dataset.CAMPAIGN,
        ("purchases", "sales"),
        days(0, 0),
        by=("order_id", "order_name"),
        order_by=(Sort("purchases"),),
    )
    ground.lake.prepare(ACME)
    with ground.lake.reader(ACME) as reader:
        path = tmp_path / "orders.csv"
        assert reader.export_csv(question, path) == len(HOSTILE)
        shown = reader.ask(question).table.to_pylist()
    found = read(path)
    for cells, answer in zip(found, shown, strict=True):
        name = answer["order_name"]
        assert cells["Order name"] == SET_OFF.get(name, name)
        assert cells["Order ID"] == answer["order_id"]
        assert Decimal(cells["Sales (14 d)"] if "Sales (14 d)" in cells else cells["Sales"]) == -5
        assert int(cells["Purchases"]) == answer["purchases"]


def test_a_file_holds_exactly_the_answer_with_its_comparison(
    ground: Ground, tmp_path: Path
) -> None:
    ground.load([row(n, totalCost=f"{n}.000001", sales=None) for n in range(8)], days(0, 7))
    question = Question(
        Dataset.CAMPAIGN,
        ("total_cost", "ctr", "sales"),
        days(4, 7),
        by=("day",),
        compare=days(0, 3),
    )
    note = ExportNote(("Acme,  28 Oct\n to 4 Nov",), defines_metrics=True, currency="USD")
    path = tmp_path / "days.csv"
    with ground.lake.reader(ACME) as reader:
        reader.export_csv(question, path, note)
    told = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    assert told[0] == ["# Acme, 28 Oct to 4 Nov"]
    assert [line.split(":")[0] for (line,) in told[1:4]] == [
        "# Total cost",
        "# Click-through rate",
        "# Sales",
    ]
    found = told[4:]
    assert found[0][:3] == ["Day", "Total cost (USD)", "Total cost, period before (USD)"]
    assert found[1] == [day(4).isoformat(), "4.000001", "0.000001", "0.01", "0.01", "", ""]
    assert len(found) == 5


def test_a_file_holds_the_readers_own_advertisers_only(ground: Ground, tmp_path: Path) -> None:
    ground.load([row(0), row(0, advertiserId=SECOND)], days(0, 0))
    question = Question(Dataset.CAMPAIGN, ("clicks",), days(0, 9), by=("advertiser_id",))
    for scope, ids in ((limited_to(ACME, SECOND), [SECOND]), (OTHER, [ADVERTISER])):
        with ground.lake.reader(scope) as reader:
            reader.export_csv(question, tmp_path / "own.csv")
        assert [cells["Advertiser ID"] for cells in read(tmp_path / "own.csv")] == ids


def test_a_refused_export_leaves_what_was_there_and_nothing_beside_it(
    ground: Ground, tmp_path: Path
) -> None:
    ground.load([row(0), row(0, orderId="2", orderCurrency="EUR")], days(0, 0))
    folder = tmp_path / "downloads"
    folder.mkdir()
    path = folder / "kept.csv"
    path.write_text("before")
    with ground.lake.reader(ACME) as reader, pytest.raises(UserError, match="EUR and USD"):
        reader.export_csv(Question(Dataset.CAMPAIGN, ("total_cost",), days(0, 0)), path)
    assert path.read_text() == "before"
    assert list(folder.iterdir()) == [path]
