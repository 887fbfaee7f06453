"""Custom metrics asked of the lake: every engine gives what fractions of the sums give."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from core.domain.catalogue import METRICS, including
from core.domain.custom_metrics import checked, custom_metric
from core.domain.metrics import Better, Dataset, Metric, Stage
from core.errors import UserError
from core.lake.export import ExportNote
from core.lake.question import Question, Sort, Within
from tests.integration.lake.ground import ACME, NOON, Ground, days, row

ONE, TWO, THREE = "590000000000000001", "590000000000000002", "590000000000000003"
FORMULAS = {
    "own_ratio": "1000 * (sales - total_cost) / (clicks + purchases)",
    "own_sum": "0.35 * sales - total_cost",
    "own_weighted": "(0.5 * clicks + purchases) / impressions",
    "own_differing": "total_cost / (clicks - purchases)",
    "own_of_ratios": "total_cost / purchases - sales / clicks",
    "own_count": "clicks * 0.125 + 999999999999 * purchases",
}
# Sums over days 0 to 1 of each order: clicks, purchases, impressions, total_cost, sales.
SUMS = {
    ONE: (20, 4, 2000, Fraction("25.0"), Fraction("80.5")),
    TWO: (6, 6, 200, Fraction("0.3"), Fraction("0.9")),
    THREE: (0, 0, 0, Fraction(0), Fraction(0)),
}


def _own(key: str, text: str) -> Metric:
    unit = checked(text, METRICS).units[0]
    return custom_metric(
        key, key, text, METRICS, unit=unit, better=Better.UP, stage=Stage.CONVERSION
    )


def _over(top: Fraction, over: Fraction | int) -> Fraction | None:
    return None if over == 0 else top / over


def _by_hand(order: str) -> dict[str, Fraction | None]:
    clicks, purchases, impressions, cost, sales = SUMS[order]
    first, second = _over(cost, purchases), _over(sales, clicks)
    return {
        "own_ratio": _over(1000 * (sales - cost), clicks + purchases),
        "own_sum": Fraction("0.35") * sales - cost,
        "own_weighted": _over(Fraction(clicks, 2) + purchases, impressions),
        "own_differing": _over(cost, clicks - purchases),
        "own_of_ratios": None if first is None or second is None else first - second,
        "own_count": Fraction(clicks, 8) + 999999999999 * purchases,
    }


@pytest.fixture
def loaded(ground: Ground) -> Iterator[Ground]:
    """Two days of three orders, the second with as many purchases as clicks; own metrics known."""
    rows = []
    for n in (0, 1):
        rows.append(row(n))
        rows.append(
            row(n, orderId=TWO, clicks=3, purchases=3, impressions=100,
                totalCost=(0.1, 0.2)[n], sales=(0.4, 0.5)[n])
        )  # fmt: skip
        rows.append(
            row(n, orderId=THREE, clicks=0, purchases=0, impressions=0, totalCost=0, sales=0)
        )
    ground.load(rows, days(0, 1))
    with including([_own(key, text) for key, text in FORMULAS.items()]):
        yield ground


QUESTION = Question(Dataset.CAMPAIGN, (), days(0, 1), by=("order_id",))


def _asked(ground: Ground, question: Question) -> list[dict[str, object]]:
    with ground.lake.reader(ACME) as reader:
        found: list[dict[str, object]] = reader.ask(question).table.to_pylist()
    return found


def test_case_39_what_people_call_a_metric_is_no_formula_above_a_streamed_file(
    ground: Ground, tmp_path: Path
) -> None:
    ground.load([row(0)], days(0, 0))
    name = '=HYPERLINK("https://evil.example","x")'
    hostile = replace(_own("own_1", "total_cost / clicks"), name=name, description="a,=1+1")
    note = ExportNote(("Advertisers: Acme,=1+1", "Orders: a;@SUM(A1)"), True, "USD")
    path = tmp_path / "x.csv"
    with including([hostile]), ground.lake.reader(ACME) as reader:
        reader.export_csv(
            Question(Dataset.CAMPAIGN, ("own_1",), days(0, 0), by=("day",)), path, note
        )
    for separator in ",;":
        with path.open(encoding="utf-8", newline="") as file:
            cells = [cell for line in csv.reader(file, delimiter=separator) for cell in line]
        assert not [cell for cell in cells if cell.startswith(tuple("=+-@"))]
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == '"# Advertisers: Acme,=1+1"'
    with path.open(encoding="utf-8", newline="") as file:
        assert list(csv.reader(file))[3] == ["Day", f"'{name} (USD)"]


@pytest.mark.parametrize("engine", ["files", "copy", "as of"])
@pytest.mark.parametrize("keys", [tuple(FORMULAS), ("own_ratio",)], ids=["trees", "ratio"])
def test_every_engine_reckons_a_formula_of_the_sums(
    loaded: Ground, engine: str, keys: tuple[str, ...]
) -> None:
    if engine == "copy":
        loaded.lake.prepare(ACME)
    as_of = NOON if engine == "as of" else None
    rows = _asked(loaded, replace(QUESTION, metrics=keys, as_of=as_of))
    assert [r["order_id"] for r in rows] == [ONE, TWO, THREE]
    for found in rows:
        expected = _by_hand(str(found["order_id"]))
        for key in keys:
            by_hand = expected[key]
            assert found[key] == (None if by_hand is None else pytest.approx(float(by_hand)))


def test_it_is_sorted_by_filtered_by_and_held_against_days_before(loaded: Ground) -> None:
    question = Question(
        Dataset.CAMPAIGN,
        ("own_sum",),
        days(1, 1),
        by=("order_id",),
        compare=days(0, 0),
        order_by=(Sort("own_sum__change"), Sort("own_sum", is_descending=False)),
    )
    rows = _asked(loaded, question)
    changes = {r["order_id"]: (r["own_sum"], r["own_sum__before"]) for r in rows}
    assert changes[TWO] == (pytest.approx(0.175 - 0.2), pytest.approx(0.14 - 0.1))
    assert [r["order_id"] for r in rows] == [THREE, ONE, TWO]
    above = replace(question, compare=None, order_by=(), where=(Within("own_sum", low=0),))  # type: ignore[arg-type]
    assert [r["order_id"] for r in _asked(loaded, above)] == [ONE, THREE]


def test_a_definition_that_changes_is_another_question(loaded: Ground) -> None:
    question = replace(QUESTION, metrics=("own_sum",))
    before = _asked(loaded, question)[0]["own_sum"]
    with including([_own("own_sum", "2 * sales - total_cost")]):
        again = replace(question)
        assert again != question
        assert _asked(loaded, again)[0]["own_sum"] == pytest.approx(161.0 - 25.0)
    assert _asked(loaded, question)[0]["own_sum"] == before


def test_a_question_keeps_the_definitions_it_was_asked_with(loaded: Ground) -> None:
    question = replace(QUESTION, metrics=("own_sum",))
    with including([]):
        assert _asked(loaded, question)[0]["own_sum"] == pytest.approx(0.35 * 80.5 - 25)
        with pytest.raises(UserError, match="no metric called 'own_sum'"):
            _asked(loaded, replace(question))


def test_a_file_names_it_and_says_what_it_means(loaded: Ground, tmp_path: Path) -> None:
    question = replace(QUESTION, metrics=("own_ratio", "own_weighted"))
    path = tmp_path / "file.csv"
    with loaded.lake.reader(ACME) as reader:
        reader.export_csv(question, path, ExportNote(("Orders",), True, "USD"))
    text = path.read_text()
    assert "own_ratio: own_ratio, as your organization defined it." in text
    assert "own_ratio (USD)" in text
    assert "2312.5" in text
