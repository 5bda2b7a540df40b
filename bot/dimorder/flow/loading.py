"""What code loads into models whose layout moved: arrays that nobody knows may still have the old one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dimorder.flow.joins import LOADS, Joins, argument, fitting
from dimorder.program import BuiltLayer, Call, Run, Thing, Unknown

WHOLE = "keras.models.load_model"
_SETS = ("set_weights", "set_value", "batch_set_value", "assign")
"""Last words of what puts arrays into layers."""
_RESTORES = ("restore", "load_weights_from_hdf5_group", "load_weights_from_hdf5_group_by_name")
_DEEPEST = 4
_ELSEWHERE = "which is not among the files that are read, so it cannot be known to have the new layout"
_UNKNOWN = "that are not known to have the new layout"


def objections(run: Run, path: str, joins: Joins) -> Iterator[str]:
    """Why what the code loads may not be what the moved models need. path: of the code."""
    for call in run.calls:
        word = call.callee.rpartition(".")[2]
        if call.callee in (LOADS, WHOLE):
            yield from _of_file(run, call, path, joins)
        elif word in _RESTORES:
            yield f"line {call.place.line} loads arrays {_UNKNOWN} ({call.callee})"
        elif word in _SETS and _sets_arrays(call):
            yield f"line {call.place.line} sets weights {_UNKNOWN}"
    for layer in run.layers:
        if _has_arrays(layer):
            yield f"line {layer.place.line} gives a layer arrays {_UNKNOWN}"


def _of_file(run: Run, call: Call, path: str, joins: Joins) -> Iterator[str]:
    named = argument(call, "filepath", "0", "path")
    said = f"line {call.place.line} loads {_shown(named)}"
    file = joins.exactly(named, path)
    if joins.is_promised(named, path):
        return
    if file is None:
        yield f"{said}, {_ELSEWHERE}"
    elif call.callee != LOADS:
        if not {file.verdict.layout.dim_ordering, file.verdict.layout.kernels} <= {"tf", "n/a"}:
            yield f"{said}, which is not known to have the new layout"
    elif (because := fitting(run, call, file)) is not None:
        yield f"{said}, of which it cannot be told that it fits: {because}"


def _sets_arrays(call: Call) -> bool:
    """Whether a layer or model gets arrays; those of another model of the code have moved with it."""
    given = [one.value for one in call.arguments.values()]
    if call.callee in ("model.set_weights", "layer.set_weights"):
        return not (given and isinstance(given[0], Thing) and given[0].kind == "weights")
    return _holds((call.on, given), "weights")


def _has_arrays(layer: BuiltLayer) -> bool:
    """Whether its call brings arrays; a table of words has no layout."""
    given = {name: one.value for name, one in layer.arguments.items()}
    stated = layer.class_name != "Embedding" and given.get("weights") is not None
    return stated or any(_holds(one, "array") for one in given.values() if isinstance(one, Thing))


def _holds(value: Any, kind: str) -> bool:
    """Whether a Thing of this kind is in it, one or two levels deep."""
    waiting = [(value, 0)]
    while waiting:
        item, depth = waiting.pop()
        if isinstance(item, Thing) and item.kind == kind:
            return True
        inside = item.of.values() if isinstance(item, Thing) else item if isinstance(item, (list, tuple)) else ()
        waiting += [(one, depth + 1) for one in inside if depth < _DEEPEST]
    return False


def _shown(named: Any) -> str:
    return repr(named) if isinstance(named, str) else named.because if isinstance(named, Unknown) else "something"
