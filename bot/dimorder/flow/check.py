"""One file judged: weights, an architecture, code, or why it cannot be."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import BinaryIO

from dimorder.errors import CannotTell, DimorderError
from dimorder.finding import Finding, Severity, Skipped
from dimorder.flow.as_findings import POINTER, finding, refusal, troubled
from dimorder.flow.ask import NOT_OURS, Ask
from dimorder.flow.code_inside import code_in
from dimorder.flow.foreign import is_foreign
from dimorder.flow.judging import judged
from dimorder.flow.kinds import START, has_foreign_name, kind_of
from dimorder.flow.machine import inspect_machine
from dimorder.flow.options import Options
from dimorder.flow.reading import open_model
from dimorder.flow.settling import judge
from dimorder.flow.wholeness import LARGEST, nonfinite
from dimorder.formats.arrays import read_arrays
from dimorder.formats.keras3 import shard_names
from dimorder.report_data import FileReport
from dimorder.sandbox.outside import Outside
from dimorder.source import notebook, python
from dimorder.source.trouble import Trouble

_LOOKED_AT = 1 << 20
"""Bytes of a text in which an architecture gives itself away."""
_MISSING = "archive.missing"


def check_one(
    files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Ask, outside: Outside
) -> FileReport:
    """What is wrong with the file; nothing that it holds makes this raise."""
    file, path = files["source"], names["source"]
    start = file.read(START)
    file.seek(0)
    match kind_of(start, path):
        case "pointer":
            told = "a Git LFS pointer, not the file itself (git lfs pull)"
            return FileReport(path, (finding("DIM401", path, told, POINTER),))
        case "text":
            return _text(file, path, options)
        case "python":
            return _source(file, path, python.LARGEST, python.troubles_in)
        case "notebook":
            return _source(file, path, notebook.LARGEST, notebook.troubles_in)
        case "arrays":
            return _arrays(file, path, options)
        case "archive":
            return _archive(file, path)
        case _:
            report = _model(file, path)
            foreign = not options.named and is_foreign(file, path, report.findings)
            return _passed_over(path, "HDF5 without a Keras model") if foreign else report


def _model(file: BinaryIO, path: str) -> FileReport:
    try:
        opened = open_model({"source": file}, {"source": path}, Options())
        found = list(judged(opened, judge(opened, Options())))
        array = nonfinite(opened, file)
    except DimorderError as error:
        return FileReport(path, _refused(error, file, path))
    if array:
        told = f"array {array!r} holds NaN or infinity: no proof of equal predictions can be made"
        found.append(finding("DIM405", path, told, "data.nonfinite"))
    return FileReport(path, tuple(found))


def _archive(file: BinaryIO, path: str) -> FileReport:
    """A zip under another name: Keras's, or none of ours."""
    report = _model(file, path)
    foreign = has_foreign_name(path) and any(one.code == _MISSING for one in report.findings)
    return _passed_over(path, "a zip file that holds no model") if foreign else report


def _arrays(file: BinaryIO, path: str, options: Ask) -> FileReport:
    """Samples or other numbers, which no layout is told from; in files that only lie there, their state is nothing."""
    if os.fstat(file.fileno()).st_size > LARGEST:
        return _passed_over(path, "a large file of arrays, whose numbers are not read")
    try:
        read_arrays(file, path)
    except DimorderError as error:
        return FileReport(path, (refusal(error, path, None if options.named else "info"),))
    return FileReport(path)


def _text(file: BinaryIO, path: str, options: Ask) -> FileReport:
    """JSON or YAML: an architecture, the settings of a machine, an index of cut weights, or none of ours."""
    if inspect_machine(file, path) is not None:
        return FileReport(path)
    try:
        if shard_names(file, path):
            return _passed_over(path, "an index of cut weights: the files that it names are judged", "input.index")
        file.seek(0)
        opened = open_model({"source": file}, {"source": path}, Options())
        return FileReport(path, tuple(judged(opened, judge(opened, Options()))))
    except CannotTell as doubt:
        return FileReport(path, _refused(doubt, file, path))
    except DimorderError as error:
        if not options.named and not _speaks_of_keras(file):
            return _passed_over(path, "no Keras architecture")
        return FileReport(path, _refused(error, file, path, "warning"))


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


def _source(
    file: BinaryIO, path: str, largest: int, troubles_in: Callable[[bytes], tuple[Trouble, ...]]
) -> FileReport:
    data = file.read(largest + 1)
    severity: Severity = "warning" if b"keras" in data.lower() else "info"
    return FileReport(path, tuple(troubled(one, path, severity) for one in troubles_in(data)))


def _passed_over(path: str, because: str, code: str = NOT_OURS) -> FileReport:
    return FileReport(path, skipped=Skipped(path, because, code))
