"""What code loads into models whose layout moved: weights that nobody knows may still have the old one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dimorder.flow.joins import LOADS, Joins, argument, fitting
from dimorder.program import Call, Run, Thing, Unknown

WHOLE = "keras.models.load_model"
_SETS = ("model.set_weights", "layer.set_weights")
_ELSEWHERE = "which is not among the files that are read, so it cannot be known to have the new layout"


def objections(run: Run, path: str, joins: Joins) -> Iterator[str]:
    """Why what the code loads may not be what the moved models need. path: of the code."""
    for call in run.calls:
        if call.callee == LOADS or call.callee == WHOLE:
            yield from _of_file(run, call, path, joins)
        elif call.callee in _SETS and not _is_of_a_model(next(iter(call.arguments.values()), None)):
            yield f"line {call.place.line} sets weights that are not known to have the new layout"


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


def _is_of_a_model(given: Any) -> bool:
    value = getattr(given, "value", None)
    return isinstance(value, Thing) and value.kind == "weights"


def _shown(named: Any) -> str:
    if isinstance(named, str):
        return repr(named)
    because = f" ({named.because})" if isinstance(named, Unknown) else ""
    return f"a file whose name is not known{because}"
