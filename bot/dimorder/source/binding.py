"""Arguments to the parameters of the code's own functions."""

from __future__ import annotations

import ast

from dimorder.program import Argument, Unknown
from dimorder.source.evaluation import Arguments
from dimorder.source.objects import Function


def bound(function: Function, passed: Arguments, missing: str) -> dict[str, Argument]:
    """Each parameter's argument. missing: why one without a default is not known."""
    parameters = function.node.args
    names = [one.arg for one in (*parameters.posonlyargs, *parameters.args)]
    found = dict(zip(names, passed.positional, strict=False))
    if parameters.vararg:
        found[parameters.vararg.arg] = _rest_of(passed, len(names))
    known = {*names, *(one.arg for one in parameters.kwonlyargs)}
    for name in known:
        if name not in found:
            found[name] = passed.keywords.get(name) or _absent(function, name, passed.rest, missing)
    if parameters.kwarg:
        extra = {name: one.value for name, one in passed.keywords.items() if name not in known}
        found[parameters.kwarg.arg] = Argument(passed.rest if passed.rest and not extra else extra)
    return found


def _rest_of(passed: Arguments, taken: int) -> Argument:
    if passed.rest is not None and len(passed.positional) <= taken:
        return Argument(passed.rest)
    return Argument(tuple(one.value for one in passed.positional[taken:]))


def _absent(function: Function, name: str, rest: Unknown | None, missing: str) -> Argument:
    if rest is not None:
        return Argument(rest)
    if name in function.defaults:
        return Argument(function.defaults[name], None, function.origins.get(name))
    return Argument(Unknown(f"{missing} {name!r} of {function.name} has no value", None))


def required(function: Function) -> list[str]:
    """Parameters without a default, `self` among them."""
    parameters = function.node.args
    names = [one.arg for one in (*parameters.posonlyargs, *parameters.args, *parameters.kwonlyargs)]
    return [name for name in names if name not in function.defaults]


def default_nodes(parameters: ast.arguments) -> list[tuple[str, ast.expr]]:
    """The expressions of defaults by parameter."""
    positional = [one.arg for one in (*parameters.posonlyargs, *parameters.args)]
    behind = positional[len(positional) - len(parameters.defaults) :]
    by_name = [(one.arg, node) for one, node in zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True) if node]
    return [*zip(behind, parameters.defaults, strict=True), *by_name]
