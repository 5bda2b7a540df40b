"""One file judged: weights, an architecture, or why it cannot be. Code is judged together: see lint.py."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, BinaryIO

from dimorder.errors import CannotTell, DimorderError, WeightsDoNotFit
from dimorder.finding import Finding, Related, Severity, Skipped
from dimorder.flow.as_findings import POINTER, finding, refusal
from dimorder.flow.ask import NOT_OURS, Ask
from dimorder.flow.code_inside import code_in
from dimorder.flow.foreign import is_foreign
from dimorder.flow.judging import judged
from dimorder.flow.kinds import START, has_foreign_name, kind_of
from dimorder.flow.lint_report import Judged, Looked
from dimorder.flow.machine import inspect_machine
from dimorder.flow.naming import CERTIFICATE
from dimorder.flow.opened import Opened
from dimorder.flow.options import Options
from dimorder.flow.reading import joined, open_model
from dimorder.flow.settling import judge
from dimorder.flow.wholeness import LARGEST, nonfinite
from dimorder.formats.arrays import read_arrays
from dimorder.formats.bind import wanted_by
from dimorder.formats.keras3 import shard_names
from dimorder.lint.dim211 import find_in_settings
from dimorder.model import Model
from dimorder.report_data import FileReport, InspectReport
from dimorder.sandbox.outside import Outside
from dimorder.verdict import Verdict

Files = Mapping[str, BinaryIO]
Names = Mapping[str, str]
_ALONE: dict[str, Any] = {}
_LOOKED_AT = 1 << 20
"""Bytes of a text in which an architecture gives itself away."""
_MISSING = "archive.missing"
_MOST_ARRAYS, _LONGEST_NAMES = 5000, 1 << 20
"""Of a model that code is held against: larger ones than people write are not."""


def check_one(files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Ask, outside: Outside) -> Looked:
    """What is wrong with the file; nothing that it holds makes this raise."""
    file, path = files["source"], names["source"]
    start = file.read(START)
    file.seek(0)
    match kind_of(start, path):
        case "pointer":
            told = "a Git LFS pointer, not the file itself (git lfs pull)"
            return Looked(FileReport(path, (finding("DIM401", path, told, POINTER),)))
        case "text":
            return _text(file, path, options)
        case "arrays":
            return Looked(_arrays(file, path, options))
        case "archive":
            return _archive(file, path)
        case _:
            found = _model(file, path, files, names)
            foreign = not options.named and is_foreign(file, path, found.report.findings)
            return Looked(_passed_over(path, "HDF5 without a Keras model")) if foreign else found


def _model(file: BinaryIO, path: str, files: Files = _ALONE, names: Names = _ALONE) -> Looked:
    """A model file. files, names: with the architecture that lies beside weights, if one does."""
    try:
        opened = open_model({"source": file}, {"source": path}, Options())
        opened, found = _with_mate(opened, files, names)
        verdict = judge(opened, Options())
        found += judged(opened, verdict)
        array = nonfinite(opened, file)
    except DimorderError as error:
        return Looked(FileReport(path, _refused(error, file, path)))
    if array:
        told = f"array {array!r} holds NaN or infinity: no proof of equal predictions can be made"
        found.append(finding("DIM405", path, told, "data.nonfinite"))
    return Looked(FileReport(path, tuple(found)), _bare(opened.model, verdict))


def _with_mate(opened: Opened, files: Files, names: Names) -> tuple[Opened, list[Finding]]:
    """Weights with the architecture beside them if it is theirs, and a finding if it should be and is not."""
    if "architecture" not in files or opened.model.kind != "weights":
        return opened, []
    mate = names["architecture"]
    try:
        return joined(opened, files["architecture"], mate, Options()), []
    except WeightsDoNotFit as problem:
        told = f"does not fit {mate!r} beside it: {problem.sentence.removeprefix(f'{opened.model.path}: ')}"
        one = finding("DIM303", opened.model.path, told, "join.architecture", None, "likely")
        return opened, [replace(one, related=(Related(mate, 1, "the architecture that its name promises"),))]
    except DimorderError:
        return opened, []  # what is wrong with that file is told of it


def _bare(model: Model, verdict: Verdict) -> Judged | None:
    """The model as code is held against it."""
    arrays = model.tensors()
    if len(arrays) > _MOST_ARRAYS or sum(len(one.name) + len(one.address) for one in arrays) > _LONGEST_NAMES:
        return None
    return Judged(
        model.path, model.sha256, model.era, model.keras_version, model.backend, model.kind, model.layers, verdict
    )


def _archive(file: BinaryIO, path: str) -> Looked:
    """A zip under another name: Keras's, or none of ours."""
    found = _model(file, path)
    foreign = has_foreign_name(path) and any(one.code == _MISSING for one in found.report.findings)
    return Looked(_passed_over(path, "a zip file that holds no model")) if foreign else found


def _arrays(file: BinaryIO, path: str, options: Ask) -> FileReport:
    """Samples or other numbers, which no layout is told from; in files that only lie there, their state is nothing."""
    if os.fstat(file.fileno()).st_size > LARGEST:
        return _passed_over(path, "a large file of arrays, whose numbers are not read")
    try:
        read_arrays(file, path)
    except DimorderError as error:
        return FileReport(path, (refusal(error, path, None if options.named else "info"),))
    return FileReport(path)


def _text(file: BinaryIO, path: str, options: Ask) -> Looked:
    """JSON or YAML: an architecture, the settings of a machine, an index of cut weights, or none of ours."""
    machine = inspect_machine(file, path)
    if machine is not None:
        return Looked(FileReport(path, _settings(machine)))
    try:
        if shard_names(file, path):
            because = "an index of cut weights: the files that it names are judged"
            return Looked(_passed_over(path, because, "input.index"))
        file.seek(0)
        opened = open_model({"source": file}, {"source": path}, Options())
        verdict = judge(opened, Options())
        return Looked(FileReport(path, tuple(judged(opened, verdict))), _architecture(opened.model, verdict))
    except CannotTell as doubt:
        return Looked(FileReport(path, _refused(doubt, file, path)))
    except DimorderError as error:
        if path.endswith(CERTIFICATE):  # which may hold the architecture that code built
            return Looked(_passed_over(path, "a certificate: the files that it is about are judged"))
        if not options.named and not _speaks_of_keras(file):
            return Looked(_passed_over(path, "no Keras architecture"))
        return Looked(FileReport(path, _refused(error, file, path, "warning")))


def _architecture(model: Model, verdict: Verdict) -> Judged | None:
    """The architecture as code is held against it."""
    bare = _bare(model, verdict)
    if bare is None or model.graph is None or len(model.graph.nodes) > _MOST_ARRAYS:
        return None
    owned = wanted_by(model.graph).items()
    shapes = ((place.rpartition("/")[2], tuple(one.shape for one in weights)) for place, weights in owned if weights)
    return replace(bare, shapes=tuple(shapes))


def _settings(machine: InspectReport) -> tuple[Finding, ...]:
    """What a keras.json asks for."""
    found = find_in_settings(machine.file, machine.backend, machine.layout.dim_ordering)
    return tuple(
        replace(finding(one.rule, machine.file, one.message, one.code, one.severity, one.confidence), line=1, column=1)
        for one in found
    )


def _refused(
    error: DimorderError, file: BinaryIO, path: str, severity: Severity | None = None
) -> tuple[Finding, ...]:
    """The error, behind code that the file holds besides. severity: of whatever is no such code."""
    inside = code_in(file, path)
    same = any(one.code == error.code for one in inside)
    return inside if same else (*inside, refusal(error, path, severity))


def _speaks_of_keras(file: BinaryIO) -> bool:
    """Whether the words of an architecture stand in the text, in whatever encoding."""
    file.seek(0)
    content = file.read(_LOOKED_AT).replace(b"\0", b"")
    return b"class_name" in content and b"config" in content


def _passed_over(path: str, because: str, code: str = NOT_OURS) -> FileReport:
    return FileReport(path, skipped=Skipped(path, because, code))
