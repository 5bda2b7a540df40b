"""`x += y` and its kin: collections change in place, everything else is bound anew."""

from __future__ import annotations

import ast
from typing import Any

from dimorder.program import Argument, Thing, Unknown
from dimorder.source.arithmetic import binary
from dimorder.source.assignments import assign
from dimorder.source.bounds import MOST_ITEMS, weight
from dimorder.source.evaluation import Evaluation
from dimorder.source.frames import Frame, Signal
from dimorder.source.iteration import sequence


def augmented(ev: Evaluation, node: ast.AugAssign, frame: Frame) -> Signal | None:
    """`target op= value`."""
    value = ev.evaluate(node.value, frame)
    current = ev.evaluate(node.target, frame)
    if isinstance(current, (list, set)) and isinstance(node.op, (ast.Add, ast.BitOr)):
        _extended(ev, current, value)
        return None
    found = binary(ev, type(node.op), current, value)
    assign(ev, node.target, Argument(found, ev.place(node.value, frame)), frame)
    return None




def _extended(ev: Evaluation, current: Any, value: Any) -> None:
    items = sequence(ev, value)
    if items is None:
        reason = value if isinstance(value, (Unknown, Thing)) else None
        ev.journal.taint(current, reason if isinstance(reason, Unknown) else Unknown("items that are not known"))
    elif len(current) + len(items) > MOST_ITEMS:
        ev.journal.taint(current, Unknown(f"a collection of more than {MOST_ITEMS} items"))
    else:
        ev.journal.touch(current)
        if isinstance(current, list):
            current.extend(items)
        else:
            current.update(items)
        ev.spend(weight(current))
