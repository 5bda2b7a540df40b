"""Functions and classes where they are defined."""

from __future__ import annotations

import ast
from typing import Any

from dimorder.program import Argument
from dimorder.source.assignments import bind, origin_of
from dimorder.source.binding import default_nodes
from dimorder.source.evaluation import Arguments, Evaluation
from dimorder.source.frames import Frame, Signal
from dimorder.source.objects import AnyFunction, Class, Function, Property
from dimorder.source.values import Called


def function_of(ev: Evaluation, node: AnyFunction, frame: Frame, name: str) -> Function:
    """The function that a definition makes, defaults evaluated now."""
    nodes = default_nodes(node.args)
    qualified = f"{frame.function}.{name}" if frame.function else name

    def calling(called: Called) -> Any:
        passed = Arguments(called.positional, called.keywords)
        return ev.calling(ev, function, passed, called.place, frame)

    function = Function(qualified, node, frame, {key: ev.evaluate(one, frame) for key, one in nodes}, calling)
    function.origins = {key: origin_of(ev, one, frame) for key, one in nodes}
    ev.made.append(function)
    return function


def define_function(ev: Evaluation, node: ast.FunctionDef | ast.AsyncFunctionDef, frame: Frame) -> Signal | None:
    """`def name(...)`, with decorators."""
    value: Any = function_of(ev, node, frame, node.name)
    for decorator in reversed(node.decorator_list):
        value = _decorated(ev, decorator, value, frame)
    bind(ev, node.name, Argument(value), frame)
    return None


def _decorated(ev: Evaluation, decorator: ast.expr, value: Any, frame: Frame) -> Any:
    """By the code's own decorators; those of libraries are taken to leave the function as it is."""
    if isinstance(decorator, ast.Name) and decorator.id in ("property", "staticmethod", "classmethod"):
        return Property(value, decorator.id)
    if isinstance(decorator, ast.Attribute) and decorator.attr in ("setter", "getter", "deleter"):
        holder = frame.holder(decorator.value.id) if isinstance(decorator.value, ast.Name) else None
        return holder.names[decorator.value.id] if holder and isinstance(decorator.value, ast.Name) else value
    wrapper = ev.evaluate(decorator, frame)
    if not isinstance(wrapper, (Function, Class)):
        return value
    found = ev.call_value(wrapper, value)
    return found if isinstance(found, (Function, Class, Property)) else value


def define_class(ev: Evaluation, node: ast.ClassDef, frame: Frame) -> Signal | None:
    """`class Name(Base)`."""
    bases = tuple(ev.evaluate(base, frame) for base in node.bases if not isinstance(base, ast.Starred))
    qualified = f"{frame.function}.{node.name}" if frame.function else node.name
    body = Frame(frame.module, qualified, frame, is_class=True)
    ev.journal.fresh(body.names)
    ev.run(node.body, body)
    made = Class(qualified, bases[:20], body.names, body.origins, body.asked)
    for value in body.names.values():
        inner = value.function if isinstance(value, Property) else value
        if isinstance(inner, Function):
            inner.owner = made
    bind(ev, node.name, Argument(_known_base(made)), frame)
    return None


def _known_base(made: Class) -> Class:
    """object is a base that says nothing."""
    made.bases = tuple(base for base in made.bases if getattr(base, "name", "") != "object")
    return made


