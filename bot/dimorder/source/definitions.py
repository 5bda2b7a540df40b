"""Functions and classes where they are defined."""

from __future__ import annotations

import ast
from typing import Any

from dimorder.program import Argument, Unknown
from dimorder.source.assignments import bind, origin_of
from dimorder.source.binding import default_nodes
from dimorder.source.evaluation import Arguments, Evaluation
from dimorder.source.frames import Frame, Signal
from dimorder.source.objects import AnyFunction, Class, Function, Instance, Native, Partial, Property
from dimorder.source.values import Called

HARMLESS = frozenset({"functools.lru_cache", "functools.wraps", "functools.total_ordering", "staticmethod"})
"""Decorators of libraries that leave alone what a call yields."""
HARMLESS_BEHIND = frozenset(
    {"wraps", "lru_cache", "cache", "abstractmethod", "total_ordering", "keras_export", "python_2_unicode_compatible",
     "interfaces.legacy_model_constructor_support", "register_keras_serializable", "override"}
)  # fmt: skip
HOOKS = frozenset({"__new__", "__setattr__", "__getattribute__", "__get__", "__set__", "__metaclass__"})
"""Methods by which classes decide themselves what making and asking their instances means."""


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
    if isinstance(wrapper, (Function, Class, Instance, Partial)):
        found = ev.call_value(wrapper, value)
        return _altered(value, found) if isinstance(found, Unknown) else found
    return value if isinstance(wrapper, Native) or _changes_nothing(wrapper) else _altered(value, wrapper)


def _changes_nothing(wrapper: Any) -> bool:
    name = str(getattr(wrapper, "name", ""))
    return name in HARMLESS or name.rpartition(".")[2] in HARMLESS_BEHIND


def _altered(value: Any, by: Any) -> Any:
    """Still read where nobody calls it; whoever calls it does not get what is written."""
    if isinstance(value, Function):
        known = by.because if isinstance(by, Unknown) else f"{value.name} is changed by a decorator that is not read"
        value.altered = Unknown(known)
    return value


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
    _told_apart(ev, node, made)
    found: Any = _known_base(made)
    for decorator in reversed(node.decorator_list):
        found = _class_decorated(ev, ev.evaluate(decorator, frame), found)
    bind(ev, node.name, Argument(found), frame)
    return None


def _class_decorated(ev: Evaluation, wrapper: Any, made: Any) -> Any:
    if isinstance(wrapper, (Function, Class, Instance, Partial)):
        return ev.call_value(wrapper, made)
    if not _changes_nothing(wrapper):
        ev.lose("a class is changed by a decorator that is not read")
    return made


def _told_apart(ev: Evaluation, node: ast.ClassDef, made: Class) -> None:
    """Classes that make or read their instances in a way of their own are not followed."""
    special = [one for one in node.keywords if one.arg == "metaclass" and not _is_abstract(one.value)]
    hooks = sorted(made.attributes.keys() & HOOKS)
    inherited = made.find("__init_subclass__", behind=made) is not None
    if special or hooks or inherited:
        because = f"by {hooks[0]}" if hooks else "by its metaclass or base"
        ev.lose(f"the class {made.name} is made in a way of its own, {because}")


def _is_abstract(node: ast.expr) -> bool:
    return ast.unparse(node).rpartition(".")[2] in ("ABCMeta", "type")


def _known_base(made: Class) -> Class:
    """object is a base that says nothing."""
    made.bases = tuple(base for base in made.bases if getattr(base, "name", "") != "object")
    return made


