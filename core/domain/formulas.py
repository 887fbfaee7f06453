"""Formulas as small trees over sums: what a custom metric is made of.

A tree holds numbers, sums of measured metrics, and the four operations; nothing else, so that it
can be reckoned from sums anywhere: here exactly, in the lake as SQL. It is reckoned from the sums
of a whole period and group, never from values of its days or rows. Dividing by zero, and a sum
that is not known, give an absent value.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum

Amounts = Mapping[str, Decimal | int | None]
# Enough digits that a sum of amounts is exact; a quotient is cut to the usual 28.
_EXACT = Context(prec=60)


class Operator(StrEnum):
    """What an operation does with its two sides."""

    ADD = "+"
    SUBTRACT = "−"
    MULTIPLY = "×"
    DIVIDE = "÷"


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it was written."""

    value: Decimal


@dataclass(frozen=True, slots=True)
class Sum:
    """The sum of a measured metric, by its key."""

    key: str


@dataclass(frozen=True, slots=True)
class Operation:
    """Two nodes and what is done with them."""

    operator: Operator
    left: Node
    right: Node


Node = Number | Sum | Operation


@dataclass(frozen=True, slots=True)
class Formula:
    """A tree, and the measured metrics it is made of, each once, in the order first named."""

    root: Node
    parts: tuple[str, ...]

    @classmethod
    def of_tree(cls, root: Node) -> Formula:
        """Return the formula of a tree."""
        return cls(root, tuple(dict.fromkeys(_keys(root))))

    def of(self, sums: Amounts) -> Decimal | None:
        """Return the value from already summed parts; None when a part is absent or over is 0."""
        value = _value(self.root, sums)
        return None if value is None else +value

    @property
    def is_linear(self) -> bool:
        """Return whether the parts' own values add up to the whole's."""
        return is_linear(self.root)

    def words(self, names: Mapping[str, str]) -> str:
        """Return it as people read it, sums by their names."""
        return _words(self.root, names, 0)


def is_linear(node: Node) -> bool:
    """Return whether a node is a weighted sum of sums, without any number standing alone."""
    match node:
        case Number():
            return False
        case Sum():
            return True
        case Operation(Operator.ADD | Operator.SUBTRACT, left, right):
            return is_linear(left) and is_linear(right)
        case Operation(Operator.MULTIPLY, left, right):
            pairs = ((left, right), (right, left))
            return any(is_linear(a) and not _has_sums(b) for a, b in pairs)
        case Operation(_, left, right):
            return is_linear(left) and not _has_sums(right)


def _keys(node: Node) -> list[str]:
    match node:
        case Number():
            return []
        case Sum(key):
            return [key]
        case Operation(_, left, right):
            return [*_keys(left), *_keys(right)]


def _has_sums(node: Node) -> bool:
    return bool(_keys(node))


def _value(node: Node, sums: Amounts) -> Decimal | None:
    match node:
        case Number(value):
            return value
        case Sum(key):
            known = sums.get(key)
            return None if known is None else Decimal(known)
        case Operation(operator, left, right):
            return _operated(operator, _value(left, sums), _value(right, sums))


def _operated(operator: Operator, left: Decimal | None, right: Decimal | None) -> Decimal | None:
    if left is None or right is None:
        return None
    match operator:
        case Operator.ADD:
            return _EXACT.add(left, right)
        case Operator.SUBTRACT:
            return _EXACT.subtract(left, right)
        case Operator.MULTIPLY:
            return _EXACT.multiply(left, right)
        case Operator.DIVIDE:
            return _EXACT.divide(left, right) if right else None


_BINDING = {Operator.ADD: 1, Operator.SUBTRACT: 1, Operator.MULTIPLY: 2, Operator.DIVIDE: 2}


def _words(node: Node, names: Mapping[str, str], around: int) -> str:
    match node:
        case Number(value):
            return f"{value:,f}"
        case Sum(key):
            return names[key]
        case Operation(operator, left, right):
            binding = _BINDING[operator]
            after = binding + (operator in (Operator.SUBTRACT, Operator.DIVIDE))
            said = f"{_words(left, names, binding)} {operator} {_words(right, names, after)}"
            return f"({said})" if binding < around else said
