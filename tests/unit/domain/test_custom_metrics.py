"""Formulas that people write: read by a grammar, checked by the catalogue, reckoned of sums."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from fractions import Fraction
from threading import Thread

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from core.domain.catalogue import METRICS, formula_words, including, metric, own_metrics
from core.domain.custom_metrics import PARTS_MAX, TEXT_MAX, checked, custom_metric
from core.domain.effects import effects, value
from core.domain.formulas import Formula
from core.domain.metrics import Better, Dataset, Metric, Pack, Ratio, Stage, Unit
from core.domain.views import Screen, read
from core.errors import UserError

NAMES = {key: entry.name for key, entry in METRICS.items()}


def own(text: str, unit: Unit, name: str = "Mine", key: str = "own_1") -> Metric:
    return custom_metric(
        key, name, text, METRICS, unit=unit, better=Better.UP, stage=Stage.CONVERSION
    )


def words(text: str) -> str:
    return checked(text, METRICS).formula.words(NAMES)


def refusal(text: str) -> str:
    with pytest.raises(UserError) as error:
        checked(text, METRICS)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("total_cost / dpv", "Total cost ÷ Detail page views"),
        ("TOTAL_COST÷dpv", "Total cost ÷ Detail page views"),
        ("[total cost] / [Detail page views]", "Total cost ÷ Detail page views"),
        ("clicks - dpv - atc", "Clicks − Detail page views − Add to cart"),
        ("clicks - (dpv - atc)", "Clicks − (Detail page views − Add to cart)"),
        ("2 * (clicks + dpv) / 3", "2 × (Clicks + Detail page views) ÷ 3"),
        ("clicks / (dpv * 2)", "Clicks ÷ (Detail page views × 2)"),
        ("-clicks", "-1 × Clicks"),
        ("ctr", "Clicks ÷ Impressions"),
        ("1 − ctr", "1 − Clicks ÷ Impressions"),
    ],
)
def test_a_formula_is_read_as_people_write_it(text: str, read_as: str) -> None:
    assert words(text) == read_as


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Write a formula"),
        ("5", "at least one figure"),
        ("clicks +", "ends where a figure"),
        ("* clicks", "should stand where “*” does"),
        ("(clicks", "opened and not closed"),
        ("clicks)", "cannot go on with “)”"),
        ("clicks dpv", "cannot go on with “dpv”"),
        ("clicks ** 2", "should stand where “*” does"),
        ("clicks.__class__", "“.” cannot stand in a formula"),
        ("__import__('os')", "“'” cannot stand in a formula"),
        ("__import__(os)", "no figure called “__import__”"),
        ("exec(clicks)", "no figure called “exec”"),
        ("clicks / 0", "divided by zero"),
        ("clicks / (1 - 1)", "divided by zero"),
        ("total_cost + clicks", "“Total cost” (an amount of money) and “Clicks” (a count)"),
        ("total_cost - 5", "(a plain number) cannot be set against"),
        ("total_cost * sales", "neither an amount, a count nor a ratio"),
        ("clicks * dpv", "neither an amount, a count nor a ratio"),
        ("reach / 2", "Reach cannot be added up"),
        ("frequency", "Frequency cannot be added up"),
        ("1234567890123 * clicks", "at most 12 digits"),
        ("clicks" + " + clicks" * PARTS_MAX, "at most 40 figures"),
        ("(" * 40 + "clicks" + ")" * 40, "nested too deeply"),
        ("clicks + " * TEXT_MAX, "at most 400 characters"),
        ("win_rate", "cannot be added up"),
    ],
)
def test_what_means_nothing_is_refused_with_a_reason(text: str, sentence: str) -> None:
    assert sentence in refusal(text)


@given(st.text(max_size=60) | st.text("clisdpv +-*/()[]0.1", max_size=60))
def test_no_text_does_anything_but_be_read_or_refused(text: str) -> None:
    with suppress(UserError):
        checked(text, METRICS)


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("total_cost / dpv", (Unit.MONEY,)),
        ("sales - total_cost", (Unit.MONEY,)),
        ("ecpm / 2", (Unit.MONEY,)),
        ("(sales - total_cost) / total_cost", (Unit.MULTIPLE, Unit.RATE, Unit.AVERAGE)),
        ("clicks / dpv", (Unit.RATE, Unit.MULTIPLE, Unit.AVERAGE)),
        ("0.5 * clicks + dpv", (Unit.COUNT, Unit.AVERAGE)),
        ("purchases / total_cost", (Unit.AVERAGE,)),
    ],
)
def test_what_comes_out_follows_from_what_goes_in(text: str, units: tuple[Unit, ...]) -> None:
    assert checked(text, METRICS).units == units
    with pytest.raises(UserError, match="This comes out as"):
        own(text, Unit.HOURS)


def test_it_is_asked_of_the_reports_that_measure_all_of_its_parts() -> None:
    mixed = checked("purchases / clicks", METRICS)
    assert mixed.datasets == METRICS["purchases"].datasets & METRICS["clicks"].datasets
    assert Dataset.CAMPAIGN in mixed.datasets
    assert mixed.pack is Pack.CORE


@pytest.mark.parametrize(
    "text",
    [
        "total_cost / dpv",
        "1000 * total_cost / (atc + dpv)",
        "(sales - total_cost) / total_cost * 3",
    ],
)
def test_what_is_a_ratio_of_sums_is_kept_as_one(text: str) -> None:
    entry = own(text, checked(text, METRICS).units[0])
    tree = checked(text, METRICS).formula
    assert isinstance(entry.formula, Ratio)
    sums = {
        "total_cost": Decimal("12.34"),
        "detail_page_views": 7,
        "add_to_cart": 3,
        "sales": Decimal("99.5"),
    }
    assert abs(entry.formula.of(sums) - tree.of(sums)) < Decimal("1e-20")  # type: ignore[operator]


@pytest.mark.parametrize("text", ["clicks / (dpv - atc)", "0.5 * clicks / dpv", "clicks / dpv + 1"])
def test_what_is_none_stays_a_tree(text: str) -> None:
    assert isinstance(own(text, checked(text, METRICS).units[0]).formula, Formula)


# what it comes to

PARTS = ("clicks", "detail_page_views", "add_to_cart", "purchases")
# Of what is drawn some has no figure in it, too many, or a number less itself to divide by.
REASONS = ("at least one figure", "at most", "divided by zero")
AMOUNTS = st.one_of(st.none(), st.integers(0, 10**9))
numbers = st.decimals("0.01", 999, places=2).map(lambda d: (f"{d:f}", Fraction(d)))


@st.composite
def ratios(draw: st.DrawFn, depth: int = 3) -> tuple[str, object]:
    """A plain formula (text) of counts over counts and numbers, and how loops reckon it."""
    if depth == 0 or draw(st.booleans()):
        if draw(st.booleans()):
            text, value = draw(numbers)
            return text, lambda sums: value
        top, over = draw(st.sampled_from(PARTS)), draw(st.sampled_from(PARTS))
        return f"{top} / {over}", lambda sums: _over(_part(sums, top), _part(sums, over))
    left, of_left = draw(ratios(depth - 1))
    right, of_right = draw(ratios(depth - 1))
    sign = draw(st.sampled_from("+-*/"))
    return f"({left}) {sign} ({right})", lambda sums: _done(sign, of_left(sums), of_right(sums))  # type: ignore[operator]


def _part(sums: dict[str, int | None], key: str) -> Fraction | None:
    value = sums[key]
    return None if value is None else Fraction(value)


def _over(left: Fraction | None, right: Fraction | None) -> Fraction | None:
    return None if left is None or right is None or right == 0 else left / right


def _done(sign: str, left: Fraction | None, right: Fraction | None) -> Fraction | None:
    if left is None or right is None or sign == "/":
        return _over(left, right)
    return {"+": left + right, "-": left - right, "*": left * right}[sign]


@given(ratios(), st.fixed_dictionaries(dict.fromkeys(PARTS, AMOUNTS)))
def test_a_formula_comes_to_what_fractions_come_to(
    drawn: tuple[str, object], sums: dict[str, int | None]
) -> None:
    text, by_hand = drawn
    try:
        formula = checked(text, METRICS).formula
    except UserError as error:
        assume(not any(reason in str(error) for reason in REASONS))
        raise
    expected = by_hand(sums)  # type: ignore[operator]
    found = formula.of(sums)
    if expected is None:
        assert found is None
    else:
        assert found is not None
        assert abs(Fraction(found) - expected) <= abs(expected) / 10**20 + Fraction(1, 10**20)


weights = st.decimals("0.01", 99, places=2)
terms = st.tuples(st.sampled_from(["+", "-"]), weights, st.sampled_from(PARTS))
days = st.lists(st.fixed_dictionaries({p: st.integers(0, 10**9) for p in PARTS}), min_size=1)


@given(st.lists(terms, min_size=1, max_size=6), days)
def test_days_of_a_weighted_sum_add_up_to_the_whole(
    drawn: list[tuple[str, Decimal, str]], rows: list[dict[str, int]]
) -> None:
    text = "0 * clicks" + "".join(f" {sign} {number:f} * {key}" for sign, number, key in drawn)
    formula = checked(text, METRICS).formula
    assert formula.is_linear
    whole = {part: sum(row[part] for row in rows) for part in PARTS}
    assert formula.of(whole) == sum(formula.of(row) for row in rows)  # type: ignore[misc]


def test_a_part_that_is_not_known_makes_it_absent_and_not_zero() -> None:
    formula = checked("clicks + dpv", METRICS).formula
    assert formula.of({"clicks": 5, "detail_page_views": None}) is None
    assert formula.of({"clicks": 5}) is None
    assert formula.of({"clicks": 0, "detail_page_views": 0}) == 0


def test_what_orders_do_to_a_weighted_sum_adds_up_to_its_change() -> None:
    entry = own("0.35 * sales - total_cost", Unit.MONEY)
    now = {"a": {"sales": Decimal("90.5"), "total_cost": Decimal(3)}, "b": {"sales": Decimal(7)}}
    before = {"a": {"sales": Decimal(20), "total_cost": Decimal("9.99")}}
    found = effects(entry, now, before)
    assert found is not None
    assert {key: effect.whole for key, effect in found.items()} == {
        "a": Fraction("0.35") * Fraction("70.5") + Fraction("6.99"),
        "b": Fraction("2.45"),
    }
    change = value(entry, now) - value(entry, before)  # type: ignore[operator]
    assert change == sum(effect.whole for effect in found.values())


def test_of_a_formula_that_no_parts_add_up_to_nothing_is_told() -> None:
    entry = own("clicks / detail_page_views + 1", Unit.MULTIPLE)
    assert effects(entry, {"a": {"clicks": 1}}, {"a": {"clicks": 2}}) is None
    assert value(entry, {"a": {"clicks": 1, "detail_page_views": 4}}) == Fraction(5, 4)


# beside the catalogue


def test_an_own_metric_stands_in_the_catalogue_for_as_long_as_it_is_included() -> None:
    entry = own("total_cost / dpv", Unit.MONEY, "Cost of a view")
    address = {"v": "1", "show": "own_1,ctr", "trend": "own_1"}
    with including([entry]):
        assert metric("own_1") is entry
        assert list(METRICS.values())[-1] is entry
        assert formula_words(metric("own_1")) == "Total cost ÷ Detail page views"
        assert read(Screen.MORNING, address).view.metrics == ("own_1", "ctr")
        assert own_metrics() == (entry,)
    assert "own_1" not in METRICS
    reading = read(Screen.MORNING, address)
    assert reading.view.metrics == ()
    assert "There is no metric “own_1”" in reading.notes[0]


def test_no_own_metric_takes_the_place_of_amazons() -> None:
    with including([own("clicks / dpv", Unit.RATE, key="ctr")]):
        assert not metric("ctr").is_own


def test_what_one_thread_includes_no_other_sees() -> None:
    seen: list[bool] = []
    with including([own("clicks / dpv", Unit.RATE)]):
        thread = Thread(target=lambda: seen.append("own_1" in METRICS))
        thread.start()
        thread.join()
    assert seen == [False]


def test_own_metrics_are_made_of_amazons_and_not_of_one_another() -> None:
    with including([own("clicks / dpv", Unit.RATE, "Views")]):
        assert "write its formula out" in refusal("own_1 * 2")
        assert "write its formula out" in refusal("[Views] * 2")
