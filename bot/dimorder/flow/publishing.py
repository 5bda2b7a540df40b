"""What a conversion wrote put in its place: beside inputs that are still what was read, or not at all."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace

from dimorder.errors import DimorderError, EnvironmentProblem, UsageError
from dimorder.flow import certificate, standing
from dimorder.flow.certificate import Beside
from dimorder.flow.inputs import Paths, small
from dimorder.flow.naming import CERTIFICATE
from dimorder.report_data import ConvertReport
from dimorder.sandbox.files import Opened, check_unchanged, explaining, open_input, sha256
from dimorder.sandbox.isolated import ChildFailed, Flow
from dimorder.sandbox.publish import publish_together
from dimorder.sandbox.standing import other_names, stands_already
from dimorder.sandbox.temporary import Temporary, temporary

WRITTEN = ("target", "architecture_out")
_COMPARED = Flow("dimorder.flow.standing:compared", standing.Standing)


def check_apart(inputs: Mapping[str, Opened], written: Paths) -> None:
    """No file is both read and written, none written twice."""
    for target in written.values():
        if any(one.is_same_file(place) for one in inputs.values() for place in _places(target)):
            raise UsageError(f"{target!r} would be both read and written", hint="name another with -o")
    places = [os.path.realpath(place) for target in written.values() for place in _places(target)]
    if len(set(places)) < len(places):
        raise UsageError("two files would be written to one path", hint="name different paths")


def _places(target: str) -> tuple[str, str]:
    return target, target + CERTIFICATE


def publish(
    stack: ExitStack,
    report: ConvertReport,
    inputs: Mapping[str, Opened],
    temps: Mapping[str, Temporary],
    *,
    force: bool,
) -> ConvertReport:
    """Target, architecture and certificate put in their places together, and the report with what became of it."""
    _check_is_about(report, inputs["source"], temps["target"])
    path = report.target + CERTIFICATE
    kept = {role: temp for role, temp in temps.items() if role == "target" or _is_filled(temp)}
    beside = _beside(inputs, kept)
    document = stack.enter_context(temporary(path))
    text = certificate.write(report, path, beside)
    with explaining(f"cannot write {path!r}"):
        document.file.write(text)
        document.file.flush()
    together = [(kept[role], force) for role in reversed(WRITTEN) if role in kept]
    there = _against(document)
    enough = stands_already(temps["target"]) and there.as_much
    if force or not enough:
        together = [(document, force or there.same_files), *together]
    broken = _broken_links(together)
    _check_as_reported(report, inputs, temps["target"])
    written = publish_together(together, inputs["source"].rights)
    return replace(report, certificate=path, already_there=not written, notes=(*report.notes, *broken))


def _check_is_about(report: ConvertReport, source: Opened, target: Temporary) -> None:
    """A report comes from whoever read a stranger's bytes: it chooses no path that is written."""
    targets = (report.target, os.path.realpath(report.target))
    if report.source != source.path or target.target not in targets:
        raise ChildFailed("its report is about other files than it was given")


def _check_as_reported(report: ConvertReport, inputs: Mapping[str, Opened], target: Temporary) -> None:
    """What was read is what still lies there, and what was proven is what is about to be published."""
    for one in inputs.values():
        check_unchanged(one)
    if sha256(target.file) != report.sha256["target"]:
        raise EnvironmentProblem(
            f"{report.target!r} reads back otherwise than it was written", hint="check the disk before trying again"
        )


def _broken_links(temps: Sequence[tuple[Temporary, bool]]) -> tuple[str, ...]:
    """A file with several names is replaced under one of them."""
    names = {temp.target: other_names(temp.target) for temp, force in temps if force and not stands_already(temp)}
    return tuple(
        f"{target!r} was a hard link: its other {'name keeps' if count == 1 else f'{count} names keep'} the old file"
        for target, count in names.items()
        if count
    )


def _against(document: Temporary) -> standing.Standing:
    """What a certificate that stands there already says, compared with the new one."""
    try:
        with open_input(document.target) as there:
            ours = replace(there, file=document.file)
            document.file.seek(0)
            return small(_COMPARED, {"standing": there, "ours": ours})
    except DimorderError:
        return standing.Standing(as_much=False, same_files=False)


def _beside(inputs: Mapping[str, Opened], temps: Mapping[str, Temporary]) -> dict[str, Beside]:
    """What the proof needs besides source and target."""
    found = {role: Beside(one.path, one.digest or sha256(one.file), _document(one)) for role, one in inputs.items()}
    found |= {role: Beside(temp.target, sha256(temp.file)) for role, temp in temps.items()}
    return {role: stated for role, stated in found.items() if certificate.belongs(role)}


def _document(one: Opened) -> str:
    """The architecture that code told; "" for a file that lies where it is."""
    if not one.made:
        return ""
    one.file.seek(0)
    text = one.file.read().decode("utf-8")
    one.file.seek(0)
    return text


def _is_filled(temp: Temporary) -> bool:
    temp.file.flush()
    return os.fstat(temp.file.fileno()).st_size > 0
