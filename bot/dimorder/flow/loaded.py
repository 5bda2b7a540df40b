"""Model files that code loads: into which of its models, and a converted twin instead of its original."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace

from dimorder.flow.fixing import Wanted
from dimorder.flow.joins import Joins
from dimorder.program import Argument, Call, Program, Thing
from dimorder.remedy import Remedy

_LOADS = ("model.load_weights", "keras.models.load_model")
_TOLD = "load the converted twin"


def twin_instead(program: Program, path: str, joins: Joins, twins: Mapping[str, str]) -> Iterator[Wanted]:
    """One edit for each name of a file that has a twin. path: of the code, as it is shown.

    A name that the code puts together out of pieces is left as it is: what is loaded then no longer fits, and whoever
    verifies the edits objects.
    """
    met: set[Remedy] = set()
    for call in (call for run in program.runs for call in run.calls if call.callee in _LOADS):
        argument = _argument(call)
        place = (argument.origin or argument.place) if argument else None
        if argument is None or place is None or not isinstance(argument.value, str):
            continue
        file = joins.file(argument.value, program.path)
        twin = twins.get(file.path) if file else None
        if twin is None or place.path != program.path:
            continue
        new = posixpath.join(posixpath.dirname(argument.value), posixpath.basename(twin))
        remedy = Remedy("replace", replace(place, path=path), _TOLD, False, repr(argument.value), repr(new))
        if remedy not in met:
            met.add(remedy)
            yield (remedy,)


def builders(program: Program, shown: Mapping[str, str], joins: Joins) -> Iterator[tuple[str, str]]:
    """Weights without an architecture, and the function or variable that they are loaded into: `model.py:build`.

    shown: paths of code as users know them, by paths as the evaluator does; the model may be built in another file.
    What is loaded by name may be a part of the model only, and is left out.
    """
    for run in program.runs:
        models = {model.place: model for model in run.models}
        for call in run.calls:
            argument = _argument(call) if call.callee == _LOADS[0] and isinstance(call.on, Thing) else None
            model = models.get(call.on.of.get("place")) if argument else None
            file = joins.file(argument.value, program.path) if argument else None
            if model is None or file is None or file.kind != "weights" or call.arguments.keys() & {"by_name", "1"}:
                continue
            builds = (model.function or model.name).partition(".")[0]
            yield file.path, f"{shown.get(model.place.path, model.place.path)}:{builds}"


def _argument(call: Call) -> Argument | None:
    return next((call.arguments[name] for name in ("filepath", "0", "path") if name in call.arguments), None)
