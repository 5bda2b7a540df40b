"""Code and the architecture files that it reads or writes by name: layers of one name that differ in size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dimorder.errors import DimorderError
from dimorder.finding import Related
from dimorder.flow.joins import DIFFERS, Joins
from dimorder.flow.lint_report import Judged
from dimorder.formats.architectures import lowered_document
from dimorder.formats.bind import wanted_by
from dimorder.lint.code import Told
from dimorder.program import BuiltLayer, BuiltModel, Call, Program, Run
from dimorder.semantics import Shape

_ENDINGS = (".json", ".yaml", ".yml")
Sizes = tuple[tuple[int, ...], ...]
"""Of each array of a layer, sorted: which axis comes first is what other rules judge."""


def differing(program: Program, joins: Joins) -> Iterator[Told]:
    """One finding for each layer that the code names, and that has other sizes in such a file in every world."""
    met: dict[tuple[str, Any, str], list[tuple[BuiltLayer, Call, Judged, str]]] = {}
    agreed = set()
    for run in program.runs:
        for call, file in _named(run, program.path, joins):
            for model in run.models:
                for layer, because in _compared(model, file):
                    key = (file.path, layer.place, layer.name)
                    met.setdefault(key, []).append((layer, call, file, because))
                    agreed |= set() if because else {key}
    for key, cases in met.items():
        if key not in agreed:
            yield _told(*cases[0])


def _named(run: Run, path: str, joins: Joins) -> Iterator[tuple[Call, Judged]]:
    """Architectures whose names stand in calls, each once."""
    seen = set()
    for call in run.calls:
        for argument in call.arguments.values():
            if isinstance(argument.value, str) and argument.value.lower().endswith(_ENDINGS):
                file = joins.file(argument.value, path)
                if file is not None and file.kind == "architecture" and file.path not in seen:
                    seen.add(file.path)
                    yield call, file


def _compared(model: BuiltModel, file: Judged) -> Iterator[tuple[BuiltLayer, str]]:
    """Layers that the code gives a name which the file has too, and how they differ, "" where they do not."""
    document = model.documents.get("keras2")
    layers = {layer.name: layer for layer in model.layers if "name" in layer.arguments}
    there = {name: shapes for name, shapes in file.shapes if name in layers}
    if not document or not there:
        return
    try:
        wanted = wanted_by(lowered_document(document, "keras2", "", None))
    except (DimorderError, RecursionError):
        return
    owned = {place.rpartition("/")[2]: tuple(one.shape for one in weights or ()) for place, weights in wanted.items()}
    for name, shapes in there.items():
        ours, theirs = _sizes(owned.get(name, ())), _sizes(shapes)
        if ours and theirs and len(ours) == len(theirs):
            told = f"{_shown(shapes)} in the file, {_shown(owned[name])} in the code"
            yield layers[name], told if ours != theirs else ""


def _sizes(shapes: tuple[Shape, ...]) -> Sizes:
    """() where one is not known."""
    if any(None in shape for shape in shapes):
        return ()
    return tuple(tuple(sorted(size or 0 for size in shape)) for shape in shapes)


def _shown(shapes: tuple[Shape, ...]) -> str:
    return ", ".join(map(str, shapes))


def _told(layer: BuiltLayer, call: Call, file: Judged, because: str) -> Told:
    message = f"layer {layer.name!r} has other sizes in {file.path!r}, which this code names: {because}"
    related = (
        Related(file.path, None, f"has a layer {layer.name!r}, too"),
        Related(call.place.path, call.place.line, "names the file"),
    )
    return Told(DIFFERS, layer.place, "warning", "likely", message, "join.architecture", related)
