"""Calls: what is called, with which arguments, and who carries it out."""

from __future__ import annotations

import ast
from typing import Any

from dimorder.program import Argument, Call, Place, Thing, Unknown
from dimorder.source.arrays import array_method, result_of
from dimorder.source.assignments import origin_of
from dimorder.source.attributes import attribute
from dimorder.source.bounds import unknown_in, within
from dimorder.source.classes import instance_of
from dimorder.source.evaluation import Arguments, Evaluation
from dimorder.source.frames import Frame, Raised
from dimorder.source.functions import call_function
from dimorder.source.iteration import mapping, sequence
from dimorder.source.objects import Class, Function, Instance, Method, Native, Partial, Property, Super
from dimorder.source.options import parsed
from dimorder.source.plain_methods import call_method
from dimorder.source.subscripts import kind_of
from dimorder.source.told import is_small, told
from dimorder.source.values import Called, External

MOST_ARGUMENTS = 1_000
CHANGING = frozenset(
    {"add", "append", "pop", "extend", "insert", "remove", "update", "setdefault", "clear", "sort", "reverse"}
)  # fmt: skip
LEAVING = frozenset({"sys.exit", "exit", "quit", "os._exit", "os.abort"})


def call(ev: Evaluation, node: ast.Call, frame: Frame) -> Any:
    """`callee(arguments)`."""
    if isinstance(node.func, ast.Name) and node.func.id == "super" and frame.holder("super") is None:
        return _super(ev, node, frame)
    if isinstance(node.func, ast.Attribute):
        ev.spend(1)
        callee = attribute(ev, ev.evaluate(node.func.value, frame), node.func.attr)
    else:
        callee = ev.evaluate(node.func, frame)
    return carried_out(ev, callee, arguments(ev, node, frame), ev.place(node, frame), frame)


def _super(ev: Evaluation, node: ast.Call, frame: Frame) -> Any:
    scope: Frame | None = frame
    while scope is not None and scope.owner is None:
        scope = scope.enclosing
    given = [ev.evaluate(one, frame) for one in node.args[:2]]
    if len(given) == 2 and isinstance(given[0], Class):
        return Super(given[0], given[1])
    return Super(*scope.owner) if scope and scope.owner else Unknown("super() outside of a method")


def arguments(ev: Evaluation, node: ast.Call, frame: Frame) -> Arguments:
    """What the call passes."""
    positional: list[Argument] = []
    keywords: dict[str, Argument] = {}
    rest: Unknown | None = None
    for one in node.args[:MOST_ARGUMENTS]:
        if isinstance(one, ast.Starred):
            items = sequence(ev, ev.evaluate(one.value, frame))
            rest = rest if items is not None else Unknown("arguments behind * are not known", ev.place(one, frame))
            positional.extend(Argument(item, ev.place(one, frame)) for item in (items or ())[:MOST_ARGUMENTS])
        elif rest is None:
            positional.append(_argument(ev, one, frame))
    for keyword in node.keywords[:MOST_ARGUMENTS]:
        if keyword.arg is not None:
            keywords[keyword.arg] = _argument(ev, keyword.value, frame)
            continue
        known = mapping(ev.evaluate(keyword.value, frame))
        place = ev.place(keyword.value, frame)
        rest = rest if known is not None else Unknown("arguments behind ** are not known", place)
        keywords |= {key: Argument(value, place) for key, value in (known or {}).items()}
    return Arguments(tuple(positional), keywords, rest)


def _argument(ev: Evaluation, node: ast.expr, frame: Frame) -> Argument:
    value = ev.evaluate(node, frame)
    return Argument(value, ev.place(node, frame), origin_of(ev, node, frame))


def carried_out(ev: Evaluation, callee: Any, passed: Arguments, place: Place, frame: Frame) -> Any:
    """What a call yields."""
    if isinstance(callee, Function):
        return call_function(ev, callee, passed)
    if isinstance(callee, Method):
        return _method(ev, callee, passed, place, frame)
    if isinstance(callee, Native):
        return _native(ev, callee, passed, place, frame)
    if isinstance(callee, Class):
        return instance_of(ev, callee, passed, called(ev, passed, place, frame))
    if isinstance(callee, Instance):
        return _instance(ev, callee, passed, place, frame)
    if isinstance(callee, Property):
        return carried_out(ev, callee.function, passed, place, frame)
    if isinstance(callee, Partial):
        positional = (*callee.passed.positional, *passed.positional)
        whole = Arguments(positional, {**callee.passed.keywords, **passed.keywords}, passed.rest)
        return carried_out(ev, callee.function, whole, place, frame)
    if isinstance(callee, (External, Thing, Unknown)):
        return _foreign(ev, callee, passed, place, frame)
    if callable(getattr(callee, "call", None)):
        return _object(ev, callee, passed, place, frame)
    return Unknown(f"a {type(callee).__name__} is not called", place)


def _method(ev: Evaluation, callee: Method, passed: Arguments, place: Place, frame: Frame) -> Any:
    if isinstance(callee.function, Function):
        with_self = Arguments((Argument(callee.on), *passed.positional), passed.keywords, passed.rest)
        return call_function(ev, callee.function, with_self)
    if isinstance(callee.on, (Unknown, Thing)) or isinstance(callee.function, Unknown):
        if callee.name in CHANGING and id(callee.on) in ev.journal.either:
            ev.lose(f"{callee.name}() changes one of several things, and which one is not known")
        name = f"{kind_of(callee.on)}.{callee.name}"
        _given_away(ev, name, passed)
        record(ev, name, passed, place, frame, on=callee.on)
        options = parsed(ev, name, callee.on, passed, place)
        return array_method(ev, callee, name, passed) if options is None else options
    if callee.function is not None:
        return carried_out(ev, callee.function, passed, place, frame)
    if passed.rest is not None:
        return passed.rest
    keywords = {key: one.value for key, one in passed.keywords.items()}
    return call_method(ev, callee.on, callee.name, [one.value for one in passed.positional], keywords, place)


def _native(ev: Evaluation, callee: Native, passed: Arguments, place: Place, frame: Frame) -> Any:
    if "." in callee.name:
        record(ev, callee.name, passed, place, frame)
    if passed.rest is not None:
        return passed.rest
    positional = [one.value for one in passed.positional]
    keywords = {key: one.value for key, one in passed.keywords.items()}
    unknown = None if callee.raw else unknown_in(positional) or unknown_in(keywords)
    if unknown is not None:
        return unknown
    try:
        found = callee.function(ev, *positional, **keywords) if callee.raw else callee.function(*positional, **keywords)
        return ev.sized(within(found)) if found is not None else None
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as problem:
        return ev.fails(type(problem).__name__, f"{callee.name} fails here", place)


def _instance(ev: Evaluation, callee: Instance, passed: Arguments, place: Place, frame: Frame) -> Any:
    own = callee.cls.find("__call__")
    if isinstance(own, Function):
        return call_function(ev, own, Arguments((Argument(callee), *passed.positional), passed.keywords, passed.rest))
    if callee.delegate is not None:
        return carried_out(ev, callee.delegate, passed, place, frame)
    return Unknown(f"what calling a {callee.cls.name} yields is not known", place)


def _foreign(ev: Evaluation, callee: Any, passed: Arguments, place: Place, frame: Frame) -> Any:
    name = "" if isinstance(callee, Unknown) else callee.name
    _given_away(ev, name, passed)
    record(ev, name, passed, place, frame)
    if isinstance(callee, Unknown):
        return callee
    if name in LEAVING:
        raise Raised("SystemExit", f"the code ends by {name}", place)
    return result_of(ev, name, passed)


def _given_away(ev: Evaluation, name: str, passed: Arguments) -> None:
    """A model that code gets which is not read here may be another one afterwards; Keras's own functions look only."""
    if name.startswith("keras.") and not name.startswith(("keras.models.Sequential.", "keras.models.Model.")):
        return
    given = [one.value for one in (*passed.positional, *passed.keywords.values())]
    if any(hasattr(getattr(one, "delegate", one), "built") and not isinstance(one, Thing) for one in given):
        ev.lose(f"what {name or 'code that is not read here'} does to the model is not known")


def called(ev: Evaluation, passed: Arguments, place: Place, frame: Frame) -> Called:
    """A call as libraries get it; data too large to be told are not passed on."""
    positional = tuple(_bounded(one) for one in passed.positional)
    keywords = {key: _bounded(one) for key, one in passed.keywords.items()}
    return Called(positional, keywords, place, ev.session, frame.function, tuple(ev.guards), passed.rest)


def _bounded(argument: Argument) -> Argument:
    if is_small(argument.value):
        return argument
    return Argument(Unknown("more data than is read here"), argument.place, argument.origin)


def _object(ev: Evaluation, callee: Any, passed: Arguments, place: Place, frame: Frame) -> Any:
    """By its library; where that does not put the call down, it is put down here."""
    before = len(ev.session.calls)
    made = called(ev, passed, place, frame)
    value = callee.call(made)
    if not any(one.place == place for one in ev.session.calls[before:]):
        record(ev, str(getattr(callee, "callee", callee.kind)), passed, place, frame, on=callee)
    return ev.sized(value)


def record(
    ev: Evaluation, name: str, passed: Arguments, place: Place, frame: Frame, *, on: Any = None
) -> None:
    """Put a call down with its arguments by keyword or number."""
    ev.spend(1 + len(passed.positional) + len(passed.keywords))
    if not ev.is_wanted(place):  # to tell what it is given takes longer than the call
        return
    by_number = {str(number): one for number, one in enumerate(passed.positional)}
    said = {
        key: Argument(told(one.value), one.place, one.origin) for key, one in {**by_number, **passed.keywords}.items()
    }
    known = None if on is None else told(on)
    ev.session.calls.append(Call(name, place, said, known, frame.function, tuple(ev.guards)))
