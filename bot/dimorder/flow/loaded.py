"""Model files that code loads: into which of its models, and a converted twin instead of its original."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import replace

from dimorder.flow.fixing import Wanted
from dimorder.flow.joins import Joins
from dimorder.program import Argument, Call, Place, Program, Thing
from dimorder.remedy import Remedy
from dimorder.source.project import Project
from dimorder.source.trouble import Trouble

_LOADS = ("model.load_weights", "keras.models.load_model")
_TOLD = "load the converted twin"


def twin_instead(
    program: Program, project: Project, shown: Mapping[str, str], joins: Joins, twins: Mapping[str, str]
) -> Iterator[Wanted]:
    """One edit for each name of a file that has a twin. shown: paths as users know them, by those of the project.

    A name that is not written in one piece is left as it is: it is still that of the original then, and whoever
    verifies the edits objects.
    """
    met: set[Remedy] = set()
    for call in (call for run in program.runs for call in run.calls if call.callee in _LOADS):
        argument = _argument(call)
        if argument is None or not isinstance(argument.value, str):
            continue
        file = joins.file(argument.value, program.path)
        twin = twins.get(file.path) if file else None
        for place, written in _names(argument, project) if twin else ():
            new = posixpath.join(posixpath.dirname(written), posixpath.basename(twin or ""))
            where = replace(place, path=shown.get(place.path, place.path))
            remedy = Remedy("replace", where, _TOLD, False, repr(written), repr(new))
            if remedy not in met:
                met.add(remedy)
                yield (remedy,)


def _names(argument: Argument, project: Project) -> Iterator[tuple[Place, str]]:
    """The strings that end in the file's name, in what the argument is written as: of a path, its last piece."""
    place = argument.origin or argument.place
    module = project.module(place.path) if place else None
    if place is None or module is None or isinstance(module.tree, Trouble):
        return
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
            continue
        here = module.place(node)
        inside = _start(place) <= _start(here) and _end(here) <= _end(place) and here.cell == place.cell
        if inside and posixpath.basename(node.value) == posixpath.basename(argument.value):
            yield here, node.value


def _start(place: Place) -> tuple[int, int]:
    return place.line, place.column


def _end(place: Place) -> tuple[int, int]:
    return place.end_line, place.end_column


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
