"""Ratios of the catalogue as trees, and trees that are ratios of sums after all."""

from __future__ import annotations

from decimal import Decimal

from core.domain.formulas import Node, Number, Operation, Operator, Sum
from core.domain.metrics import Ratio


def tree_of(ratio: Ratio) -> Node:
    """Return a ratio of the catalogue as a tree."""
    top = _joined(ratio.plus)
    for key in ratio.minus:
        top = Operation(Operator.SUBTRACT, top, Sum(key))
    quotient = Operation(Operator.DIVIDE, top, _joined(ratio.over))
    if ratio.scale == 1:
        return quotient
    return Operation(Operator.MULTIPLY, quotient, Number(Decimal(ratio.scale)))


def ratio_of(root: Node) -> Ratio | None:
    """Return a tree as the ratio of sums that it is, None when it is none.

    (a + b − c) ÷ (d + e), with whole numbers as factors of the quotient: what the lake's prefix
    sums answer at once. The same sum twice on one side is none, since a ratio counts each once.
    """
    scale, root = _factored(root)
    if not (isinstance(root, Operation) and root.operator is Operator.DIVIDE):
        return None
    more, left = _factored(root.left)
    scale *= more
    top, over = _terms(left), _terms(root.right)
    if top is None or over is None or over[1] or scale <= 0 or scale != scale.to_integral_value():
        return None
    if any(len(set(side)) < len(side) for side in (*top, *over)) or not top[0]:
        return None
    return Ratio(top[0], over[0], top[1], int(scale))


def _joined(keys: tuple[str, ...]) -> Node:
    first, *rest = (Sum(key) for key in keys)
    node: Node = first
    for other in rest:
        node = Operation(Operator.ADD, node, other)
    return node


def _factored(node: Node) -> tuple[Decimal, Node]:
    """Return the numbers that a node is multiplied by, as one, and what is left without them."""
    scale = Decimal(1)
    while isinstance(node, Operation) and node.operator is Operator.MULTIPLY:
        number, other = (
            (node.right, node.left) if isinstance(node.right, Number) else (node.left, node.right)
        )
        if not isinstance(number, Number):
            break
        scale, node = scale * number.value, other
    return scale, node


def _terms(node: Node) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Return the sums that are added and those taken away, None when there is anything else."""
    match node:
        case Sum(key):
            return (key,), ()
        case Operation(Operator.ADD | Operator.SUBTRACT as operator, left, right):
            first, second = _terms(left), _terms(right)
            if first is None or second is None:
                return None
            if operator is Operator.SUBTRACT:
                second = second[1], second[0]
            return (*first[0], *second[0]), (*first[1], *second[1])
    return None
