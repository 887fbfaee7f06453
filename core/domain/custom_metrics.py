"""Custom metrics: formulas that people write over the catalogue, read and checked, never run.

    (total_cost - amazon_fee) / dpv          [Total cost] / ([Detail page views] + 0.5 * [Clicks])

The grammar, in full:

    sum      = product { ("+" | "-") product }
    product  = factor { ("*" | "/" | "×" | "÷") factor }
    factor   = "-" factor | number | metric | "(" sum ")"
    number   = digits [ "." digits ]
    metric   = a key of the catalogue, or a metric's name in brackets

A ratio of the catalogue stands for its own formula. What cannot be added up (reach, frequency)
cannot be a part of one. Units are reckoned through: amounts and counts are not added to one
another, and what comes out must be something that can be shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce

from core.domain.formulas import Formula, Node, Number, Operation, Operator, Sum
from core.domain.metrics import Better, Dataset, Metric, Pack, Stage, Unit
from core.domain.ratio_trees import ratio_of, tree_of
from core.errors import UserError

TEXT_MAX = 400
PARTS_MAX = 40  # numbers and metrics of one formula, ratios counted as they stand for more
_DEPTH_MAX = 30
_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_]\w*)|\[([^\[\]]+)\]|([-+*/()×÷−]))")
_DIGITS_MAX = 12
_SIGNS = {
    "+": Operator.ADD,
    "-": Operator.SUBTRACT,
    "−": Operator.SUBTRACT,
    "*": Operator.MULTIPLY,
    "×": Operator.MULTIPLY,
    "/": Operator.DIVIDE,
    "÷": Operator.DIVIDE,
}


@dataclass(frozen=True, slots=True)
class Dimension:
    """How often amounts of money, counts and hours are factors of a value."""

    money: int = 0
    count: int = 0
    hours: int = 0

    def times(self, other: Dimension, sign: int = 1) -> Dimension:
        """Return the dimension of a product, or with sign -1 of a quotient."""
        return Dimension(
            self.money + sign * other.money,
            self.count + sign * other.count,
            self.hours + sign * other.hours,
        )


_OF_UNIT = {
    Unit.COUNT: Dimension(count=1),
    Unit.MONEY: Dimension(money=1),
    Unit.HOURS: Dimension(hours=1),
}
_PLAIN = Dimension()
# What may come out, and as what it can be shown; the first is what is proposed.
_SHOWN: Mapping[Dimension, tuple[Unit, ...]] = {
    _PLAIN: (Unit.RATE, Unit.MULTIPLE, Unit.AVERAGE),
    Dimension(money=1): (Unit.MONEY,),
    Dimension(money=1, count=-1): (Unit.MONEY,),
    Dimension(money=1, hours=-1): (Unit.MONEY,),
    Dimension(count=1): (Unit.COUNT, Unit.AVERAGE),
    Dimension(count=1, money=-1): (Unit.AVERAGE,),
    Dimension(count=1, hours=-1): (Unit.AVERAGE,),
    Dimension(hours=1): (Unit.HOURS,),
    Dimension(hours=1, count=-1): (Unit.HOURS,),
}
_RETURNS = (Unit.MULTIPLE, Unit.RATE, Unit.AVERAGE)


@dataclass(frozen=True, slots=True)
class Checked:
    """A formula that means something: as it is reckoned, where, and how it can be shown.

    `units` begins with the one that is proposed.
    """

    formula: Formula
    units: tuple[Unit, ...]
    datasets: frozenset[Dataset]
    pack: Pack


def checked(text: str, catalogue: Mapping[str, Metric]) -> Checked:
    """Return a formula that was read and found to mean something.

    Raises UserError with a sentence that says what is wrong with it.
    """
    root = _Reader(text, catalogue).read()
    formula = Formula.of_tree(root)
    if not formula.parts:
        raise UserError("A metric is made of at least one figure of the catalogue.")
    parts = [catalogue[key] for key in formula.parts]
    datasets = reduce(frozenset.intersection, (part.datasets for part in parts))
    if not datasets:
        names = " and ".join(part.name for part in parts)
        raise UserError(f"No report of Amazon's measures all of these together: {names}.")
    packs = (part.pack for part in parts if part.pack is not Pack.CORE)
    units = _units(root, _dimension(root, catalogue), catalogue)
    return Checked(formula, units, datasets, next(packs, Pack.CORE))


def custom_metric(
    key: str,
    name: str,
    text: str,
    catalogue: Mapping[str, Metric],
    *,
    unit: Unit,
    better: Better,
    stage: Stage,
    description: str = "",
) -> Metric:
    """Return a custom metric like those of the catalogue. Raises UserError as `checked`, and for
    a unit that the formula does not come out in.
    """
    found = checked(text, catalogue)
    if unit not in found.units:
        raise UserError(f"This comes out as {' or '.join(found.units)}, not as {unit}.")
    ratio = ratio_of(found.formula.root)
    return Metric(
        key=key,
        name=name,
        unit=unit,
        stage=stage,
        better=better,
        description=description or f"{name}, as your organization defined it.",
        formula=found.formula if ratio is None else ratio,
        additive=False,
        datasets=found.datasets,
        pack=found.pack,
        is_own=True,
    )


class _Reader:
    """Reads one text, token by token."""

    def __init__(self, text: str, catalogue: Mapping[str, Metric]) -> None:
        if len(text) > TEXT_MAX:
            raise UserError(f"A formula holds at most {TEXT_MAX} characters.")
        self._catalogue = catalogue
        self._tokens = list(_tokens(text))
        self._place = 0
        self._parts = 0

    def read(self) -> Node:
        """Return the tree. Raises UserError where the text does not follow the grammar."""
        if not self._tokens:
            raise UserError("Write a formula, such as total_cost / dpv.")
        root = self._sum(0)
        if (left := self._next) is not None:
            raise UserError(f"A formula cannot go on with “{left[1]}” here.")
        return root

    @property
    def _next(self) -> tuple[str, str] | None:
        return self._tokens[self._place] if self._place < len(self._tokens) else None

    def _taken(self, *signs: str) -> str | None:
        """Return the next token and go on, if it is one of these signs."""
        if (token := self._next) and token[0] == "sign" and token[1] in signs:
            self._place += 1
            return token[1]
        return None

    def _sum(self, depth: int) -> Node:
        node = self._product(depth)
        while sign := self._taken("+", "-", "−"):
            node = Operation(_SIGNS[sign], node, self._product(depth))
        return node

    def _product(self, depth: int) -> Node:
        node = self._factor(depth)
        while sign := self._taken("*", "/", "×", "÷"):
            right = self._factor(depth)
            if _SIGNS[sign] is Operator.DIVIDE and _is_zero(right):
                raise UserError("Nothing can be divided by zero.")
            node = Operation(_SIGNS[sign], node, right)
        return node

    def _factor(self, depth: int) -> Node:
        if depth > _DEPTH_MAX:
            raise UserError("This formula is nested too deeply: write it with fewer brackets.")
        if self._taken("-", "−"):
            return Operation(Operator.MULTIPLY, Number(Decimal(-1)), self._factor(depth + 1))
        if self._taken("("):
            node = self._sum(depth + 1)
            if not self._taken(")"):
                raise UserError("A bracket is opened and not closed.")
            return node
        return self._leaf()

    def _leaf(self) -> Node:
        token = self._next
        if token is None:
            raise UserError("The formula ends where a figure or a number should follow.")
        self._place += 1
        kind, text = token
        if kind == "sign":
            raise UserError(f"A figure or a number should stand where “{text}” does.")
        node = Number(Decimal(text)) if kind == "number" else self._named(text)
        self._parts += len(Formula.of_tree(node).parts) or 1
        if self._parts > PARTS_MAX:
            raise UserError(f"A formula holds at most {PARTS_MAX} figures and numbers.")
        return node

    def _named(self, text: str) -> Node:
        entry = _found(text, self._catalogue)
        if entry.formula is not None:
            formula = entry.formula
            return formula.root if isinstance(formula, Formula) else tree_of(formula)
        if not entry.additive:
            raise UserError(f"{entry.name} cannot be added up, so no formula can be made of it.")
        if entry.unit not in _OF_UNIT:
            raise UserError(f"{entry.name} is no sum, so no formula can be made of it.")
        return Sum(entry.key)


def _is_zero(node: Node) -> bool:
    formula = Formula.of_tree(node)
    return not formula.parts and not formula.of({})


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place, end = 0, len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place)
        if found is None:
            raise UserError(f"“{text[place:].strip()[:1]}” cannot stand in a formula.")
        number, key, name, sign = found.groups()
        if number is not None:
            if len(number) > _DIGITS_MAX:
                raise UserError(f"A number holds at most {_DIGITS_MAX} digits.")
            yield "number", number
        elif sign is not None:
            yield "sign", sign
        else:
            yield "name", key if key is not None else name.strip()
        place = found.end()


def _found(text: str, catalogue: Mapping[str, Metric]) -> Metric:
    """Return the metric of a key or a name. Custom metrics are no parts of others."""
    entry = catalogue.get(text) or catalogue.get(text.lower())
    if entry is None:
        named = [m for m in catalogue.values() if text.casefold() in _called(m)]
        entry = next(iter(named), None)
    if entry is None:
        raise UserError(f"There is no figure called “{text[:60]}”: the glossary lists them.")
    if entry.is_own:
        raise UserError(f"“{entry.name}” is a metric of your own: write its formula out.")
    return entry


def _called(entry: Metric) -> tuple[str, str]:
    return entry.name.casefold(), entry.label.casefold()


def _dimension(node: Node, catalogue: Mapping[str, Metric]) -> Dimension:
    match node:
        case Number():
            return _PLAIN
        case Sum(key):
            return _OF_UNIT[catalogue[key].unit]
        case Operation(operator, left, right):
            first, second = _dimension(left, catalogue), _dimension(right, catalogue)
            if operator in (Operator.MULTIPLY, Operator.DIVIDE):
                return first.times(second, 1 if operator is Operator.MULTIPLY else -1)
            if first != second:
                raise UserError(_mixed(operator, left, right, first, second, catalogue))
            return first


def _mixed(
    operator: Operator,
    left: Node,
    right: Node,
    first: Dimension,
    second: Dimension,
    catalogue: Mapping[str, Metric],
) -> str:
    names = {key: entry.name for key, entry in catalogue.items()}
    shown = [Formula.of_tree(node).words(names) for node in (left, right)]
    done = "added to" if operator is Operator.ADD else "set against"
    return (
        f"“{shown[0]}” ({_kind(first)}) and “{shown[1]}” ({_kind(second)}) "
        f"cannot be {done} one another."
    )


def _kind(dimension: Dimension) -> str:
    if dimension == _PLAIN:
        return "a plain number"
    names = {Dimension(money=1): "an amount of money", Dimension(count=1): "a count"}
    names |= {Dimension(hours=1): "hours", Dimension(money=1, count=-1): "money per event"}
    return names.get(dimension, "a quotient")


def _units(node: Node, found: Dimension, catalogue: Mapping[str, Metric]) -> tuple[Unit, ...]:
    if found not in _SHOWN:
        raise UserError(
            "What comes out is neither an amount, a count nor a ratio of them: "
            "check what is multiplied and divided."
        )
    if found == _PLAIN and any(
        catalogue[key].unit is Unit.MONEY for key in Formula.of_tree(node).parts
    ):
        return _RETURNS
    return _SHOWN[found]
