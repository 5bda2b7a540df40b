"""Shapes of what Lambdas yield, without running their functions.

Source: Lambda in keras/layers/core.py at 1.2.2 and 2.2.4: without output_shape, on Theano, the shape of the input.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from dimorder.program import Argument, Place, Unknown
from dimorder.source.values import Called, Session, Shape

if TYPE_CHECKING:
    from dimorder.source.keras_api.layer import Layer

ELEMENT_BY_ELEMENT = frozenset({
    "relu", "elu", "sigmoid", "hard_sigmoid", "tanh", "softplus", "softsign", "softmax", "abs", "square", "sqrt",
    "exp", "log", "clip", "round", "sign", "pow", "sin", "cos", "l2_normalize", "maximum", "minimum", "cast",
})  # fmt: skip
"""Functions of keras.backend that keep the shape of their first argument."""


def lambda_shape(layer: Layer, inputs: list[Shape | None], session: Session) -> Shape | None:
    """As output_shape says it: plain, or by a function of the input's shape; else as Keras finds it."""
    if layer.config.get("output_shape") is not None:
        return stated_output(layer.config["output_shape"])
    if len(inputs) != 1 or inputs[0] is None:
        return None
    if "output_shape" in layer.arguments and layer.arguments["output_shape"].value is not None:
        return called_with(layer.arguments["output_shape"].value, (), inputs[0], layer.place, session)
    function = layer.arguments["function"].value if "function" in layer.arguments else None
    guessed = layer.style != "tf" and session.backend == "theano"
    return inputs[0] if guessed or keeps_shape(getattr(function, "node", None)) else None


def called_with(function: Any, before: tuple[Any, ...], shape: Shape, place: Place, session: Session) -> Shape | None:
    """What a function of the code's own makes of a shape with its batch, without batch."""
    call = getattr(function, "call", None)
    if not callable(call):
        return None
    given = tuple(Argument(value) for value in (*before, (None, *shape)))
    found = call(Called(given, {}, place, session))
    return stated_output(found[1:]) if isinstance(found, list | tuple) else None


def stated_output(stated: Any) -> Shape | None:
    """A shape from plain data, of which axes may be unknown; None from anything else."""
    numbers = stated if isinstance(stated, list | tuple) else None
    if numbers is None or not all(one is None or type(one) in (int, Unknown) for one in numbers):
        return None
    return tuple(numbers)


def keeps_shape(node: Any) -> bool:
    """Whether a function yields each number of its one argument changed by itself and by plain numbers."""
    if not isinstance(node, ast.Lambda | ast.FunctionDef) or len(node.args.args) != 1:
        return False
    body = node.body if isinstance(node, ast.Lambda) else _returned(node)
    return body is not None and _keeps(body, node.args.args[0].arg)


def _returned(node: ast.FunctionDef) -> ast.expr | None:
    lines = [one for one in node.body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
    return lines[0].value if len(lines) == 1 and isinstance(lines[0], ast.Return) else None


def _keeps(node: ast.expr, name: str) -> bool:
    if isinstance(node, ast.Name):
        return node.id == name
    if isinstance(node, ast.UnaryOp):
        return _keeps(node.operand, name)
    if isinstance(node, ast.BinOp):
        sides = (node.left, node.right)
        return any(_keeps(one, name) for one in sides) and all(_keeps(one, name) or _is_number(one) for one in sides)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
        return node.func.attr in ELEMENT_BY_ELEMENT and _keeps(node.args[0], name) and _are_numbers(node)
    return False


def _are_numbers(node: ast.Call) -> bool:
    return all(_is_number(one) for one in (*node.args[1:], *(keyword.value for keyword in node.keywords)))


def _is_number(node: ast.expr) -> bool:
    if isinstance(node, ast.UnaryOp):
        return _is_number(node.operand)
    if isinstance(node, ast.BinOp):
        return _is_number(node.left) and _is_number(node.right)
    return isinstance(node, ast.Constant)
