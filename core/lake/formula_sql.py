"""A custom metric's formula as SQL over sums.

Sums are exact decimals and whole counts, and so are their sums and multiples by a number: only a
quotient, or a product of two of them, is a binary float. A divisor that is zero is therefore
zero exactly, and the value absent, as `Formula.of` has it.
"""

from __future__ import annotations

from core.domain.formulas import Formula, Node, Number, Operation, Operator, Sum, is_linear
from core.lake.schema import quoted

_PLACES_MAX = 12  # beside the six of an amount, of the thirty-eight digits there are


def formula_sql(formula: Formula, suffix: str) -> str:
    """Return the expression of a formula; its parts are columns that end in `suffix`."""
    return f"CAST({_sql(formula.root, suffix)} AS DOUBLE)"


def _sql(node: Node, suffix: str) -> str:
    match node:
        case Number(value):
            return f"CAST('{value:f}' AS DECIMAL(24, {_places(node)}))"
        case Sum(key):
            return quoted(key + suffix)
        case Operation(Operator.ADD | Operator.SUBTRACT as operator, left, right):
            sign = "+" if operator is Operator.ADD else "-"
            return f"({_side(node, left, suffix)} {sign} {_side(node, right, suffix)})"
        case Operation(Operator.MULTIPLY, left, right):
            return f"({_side(node, left, suffix)} * {_side(node, right, suffix)})"
        case Operation(_, left, right):
            return f"({_float(left, suffix)} / nullif({_float(right, suffix)}, 0))"


def _side(whole: Node, side: Node, suffix: str) -> str:
    """Return a side exactly where the whole can be exact, else as a float."""
    return _sql(side, suffix) if _is_exact(whole) else _float(side, suffix)


def _is_exact(node: Node) -> bool:
    return is_linear(node) and not _divides(node) and _places(node) <= _PLACES_MAX


def _divides(node: Node) -> bool:
    if not isinstance(node, Operation):
        return False
    sides = (node.left, node.right)
    return node.operator is Operator.DIVIDE or any(_divides(side) for side in sides)


def _places(node: Node) -> int:
    """Return how many decimal places the numbers of an exact node bring to its sums' six."""
    match node:
        case Number(value):
            exponent = value.as_tuple().exponent
            return max(0, -exponent) if isinstance(exponent, int) else 0
        case Operation(Operator.MULTIPLY, left, right):
            return _places(left) + _places(right)
        case Operation(_, left, right):
            return max(_places(left), _places(right))
    return 0


def _float(node: Node, suffix: str) -> str:
    return f"CAST({_sql(node, suffix)} AS DOUBLE)"
