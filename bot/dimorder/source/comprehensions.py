"""Comprehensions and generator expressions, as lists."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

from dimorder.program import Argument, Unknown
from dimorder.source.assignments import assign
from dimorder.source.bounds import MOST_ITEMS, MOST_TURNS, Stopped, unknown_in
from dimorder.source.evaluation import Evaluation
from dimorder.source.frames import Frame
from dimorder.source.iteration import representative, sequence
from dimorder.source.operators import truth


def _gone(ev: Evaluation, node: Any, frame: Frame, turn: Callable[[Frame], None]) -> Unknown | None:
    """Go through all items; the reason where it is not known how many there are."""
    inside = Frame(frame.module, frame.function, frame, owner=frame.owner)
    ev.journal.fresh(inside.names)
    return _level(ev, node.generators, inside, turn)


def _level(
    ev: Evaluation, generators: list[ast.comprehension], frame: Frame, turn: Callable[[Frame], None]
) -> Unknown | None:
    if not generators:
        turn(frame)
        return None
    first = generators[0]
    value = ev.evaluate(first.iter, frame)
    items = sequence(ev, value)
    unknown: Unknown | None = None
    if items is None:
        item = representative(ev, value)
        unknown = item if isinstance(item, Unknown) else Unknown("how many items there are is not known")
        items = [item]
    if len(items) > MOST_TURNS:
        raise Stopped(f"a loop of more than {MOST_TURNS} turns")
    for item in items:
        assign(ev, first.target, Argument(item), frame)
        holds = [truth(ev.evaluate(test, frame)) for test in first.ifs]
        doubt = next((one for one in holds if isinstance(one, Unknown)), None)
        unknown = unknown or doubt
        if all(one is not False for one in holds):
            unknown = _level(ev, generators[1:], frame, turn) or unknown
    return unknown


def list_comprehension(ev: Evaluation, node: ast.ListComp | ast.GeneratorExp, frame: Frame) -> Any:
    """`[x for x in items]`."""
    found: list[Any] = []

    def turn(inside: Frame) -> None:
        found.append(ev.evaluate(node.elt, inside))
        if len(found) > MOST_ITEMS:
            raise Stopped(f"a collection of more than {MOST_ITEMS} items")

    return _gone(ev, node, frame, turn) or ev.sized(found)


def set_comprehension(ev: Evaluation, node: ast.SetComp, frame: Frame) -> Any:
    """`{x for x in items}`."""
    found: list[Any] = []
    unknown = _gone(ev, node, frame, lambda inside: found.append(ev.evaluate(node.elt, inside)))
    unknown = unknown or unknown_in(found)
    try:
        return unknown or ev.sized(set(found))
    except TypeError:
        return Unknown("a set of what cannot be in one")


def dict_comprehension(ev: Evaluation, node: ast.DictComp, frame: Frame) -> Any:
    """`{key: value for key, value in items}`."""
    pairs: list[tuple[Any, Any]] = []

    def turn(inside: Frame) -> None:
        pairs.append((ev.evaluate(node.key, inside), ev.evaluate(node.value, inside)))

    unknown = _gone(ev, node, frame, turn) or unknown_in([key for key, _ in pairs])
    try:
        return unknown or ev.sized(dict(pairs))
    except TypeError:
        return Unknown("a key that cannot be one")
