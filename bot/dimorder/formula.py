"""Arithmetic expressions in x, elementwise, from a small allow-list: parsed, never evaluated as code.

Only what Keras 3's stock layers can compute is allowed, so that a .keras file can state it.
"""

from __future__ import annotations

import ast
import math

from dimorder.errors import UsageError
from dimorder.semantics import Formula, Term

FUNCTIONS = ("abs", "square", "exp", "relu", "tanh", "sigmoid", "softplus")
"""Of one expression."""
BOUNDS = ("maximum", "minimum")
"""Of an expression and a number."""
ALLOWED = f"x, numbers, + - * /, ** with a whole number from 2 to 8, {', '.join((*FUNCTIONS, *BOUNDS))}"
LARGEST_POWER = 8
_LONGEST = 500
_MOST_LAYERS = 60
X: Term = ("x",)
_OPERATORS: dict[type, str] = {ast.Add: "add", ast.Sub: "sub", ast.Mult: "mul", ast.Div: "div"}


def parse(text: str) -> Formula:
    """The formula in `text`. Raises UsageError for anything but the allow-list.

    Terms: ("x",), ("number", n), (operator, term, term) with add, sub, mul, div (by a number), ("pow", term, n),
    (function, term), ("maximum" or "minimum", term, n).
    >>> parse("x / 2 - 1").term
    ('sub', ('div', ('x',), ('number', 2.0)), ('number', 1.0))
    """
    try:
        tree = ast.parse(text.strip(), mode="eval") if len(text) <= _LONGEST else None
    except (SyntaxError, ValueError, RecursionError, MemoryError) as problem:
        raise _refused(text, "is not an expression") from problem
    if tree is None:
        raise _refused(text[:40] + "…", f"is longer than {_LONGEST} characters")
    term = _term(tree.body, text)
    if number(term) is not None:
        raise _refused(text, "does not depend on x")
    if _layers(term) > _MOST_LAYERS:
        raise _refused(text, "takes more layers than a Lambda is worth")
    return Formula(" ".join(text.split()), term)


def _layers(term: Term) -> int:
    """About how many layers spell the term; an operand used twice counts twice."""
    inner = [_layers(part) for part in term if isinstance(part, tuple)]
    times = {"abs": 2, "square": 2, "pow": int(str(term[2])[:1]) if term[0] == "pow" else 1}
    return sum(inner) * times.get(str(term[0]), 1) + 1


def affine(factor: float, offset: float) -> Formula:
    """x * factor + offset."""
    return Formula(
        f"x*{factor!r} + {offset!r}", ("add", ("mul", X, ("number", float(factor))), ("number", float(offset)))
    )


def number(term: Term) -> float | None:
    """The value of a term that does not depend on x; None of one that does."""
    match term:
        case ("number", float(value)):
            return value
    return None


def _term(node: ast.expr, text: str) -> Term:
    match node:
        case ast.Name(id="x"):
            return X
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return _number(value, text)
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return _folded("mul", _term(operand, text), ("number", -1.0), text)
        case ast.UnaryOp(op=ast.UAdd(), operand=operand):
            return _term(operand, text)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            return _power(_term(left, text), right, text)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATORS:
            return _folded(_OPERATORS[type(op)], _term(left, text), _term(right, text), text)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
            return _called(name, args, text)
    raise _refused(text, f"contains {ast.unparse(node)!r}, which is not allowed")


def _number(value: float, text: str) -> Term:
    try:
        found = float(value)
    except OverflowError:
        found = math.inf
    if not math.isfinite(found):
        raise _refused(text, "contains a number that is too large")
    return ("number", found)


def _folded(operator: str, left: Term, right: Term, text: str) -> Term:
    """The term, computed at once where both sides are numbers."""
    a, b = number(left), number(right)
    if operator == "div" and b is None:
        raise _refused(text, "divides by something else than a number")
    if operator == "div" and b == 0:
        raise _refused(text, "divides by zero")
    if a is None or b is None:
        return (operator, left, right)
    results = {"add": a + b, "sub": a - b, "mul": a * b, "div": a / b if b else 0.0}
    return _number(results[operator], text)


def _power(base: Term, exponent: ast.expr, text: str) -> Term:
    match exponent:
        case ast.Constant(value=int(n)) if 2 <= n <= LARGEST_POWER and not isinstance(n, bool):
            value = number(base)
            return ("pow", base, float(n)) if value is None else _number(math.prod([value] * n), text)
    raise _refused(text, f"raises to a power that is no whole number from 2 to {LARGEST_POWER}")


def _called(name: str, args: list[ast.expr], text: str) -> Term:
    if name in BOUNDS and len(args) == 2:
        one, other = (_term(arg, text) for arg in args)
        term, bound = (one, number(other)) if number(one) is None else (other, number(one))
        if bound is not None and number(term) is None:
            return (name, term, bound)
        raise _refused(text, f"takes the {name} of other things than x and a number")
    if name in FUNCTIONS and len(args) == 1:
        term = _term(args[0], text)
        if number(term) is not None:
            raise _refused(text, f"takes {name} of a number; write its value")
        return (name, term)
    raise _refused(text, f"calls {name!r} with {len(args)} arguments, which is not allowed")


def _refused(text: str, because: str) -> UsageError:
    return UsageError(f"--lambda: the expression {text!r} {because}", hint=f"allowed are {ALLOWED}")
