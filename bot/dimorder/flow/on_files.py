"""Flows on paths: inputs opened, the flow run apart, and what is proven put in its place."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import BinaryIO, cast

from dimorder.errors import DimorderError, EnvironmentProblem, UnreadableFile, UsageError
from dimorder.flow import certificate, keras_service, standing
from dimorder.flow.certificate import Certificate
from dimorder.flow.naming import CERTIFICATE
from dimorder.flow.options import Options
from dimorder.report_data import CheckReport, ConvertReport, DiagnoseReport, InspectReport, ProveReport
from dimorder.sandbox import bounds, isolated
from dimorder.sandbox.bounds import Limits
from dimorder.sandbox.files import Opened, check_unchanged, explaining, open_beside, open_input, sha256
from dimorder.sandbox.folder import alone_in
from dimorder.sandbox.isolated import Flow, Host
from dimorder.sandbox.outside import Progress
from dimorder.sandbox.publish import publish_together
from dimorder.sandbox.standing import other_names, stands_already
from dimorder.sandbox.temporary import Temporary, temporary

Paths = Mapping[str, str]
"""Paths by role: source, target, converted, architecture, converted_architecture, architecture_out, samples, expect."""

INSPECT = Flow("dimorder.flow.inspect:inspect", InspectReport)
CONVERT = Flow("dimorder.flow.convert:convert", ConvertReport)
PROVE = Flow("dimorder.flow.prove:prove", ProveReport)
DIAGNOSE = Flow("dimorder.flow.diagnose:diagnose", DiagnoseReport)
RECHECK = Flow("dimorder.flow.recheck:recheck", CheckReport)
_SHARDS = Flow("dimorder.flow.standing:shards", standing.Shards)
_STATED = Flow("dimorder.flow.standing:stated", Certificate)
_COMPARED = Flow("dimorder.flow.standing:compared", standing.Standing)

_WRITTEN = ("target", "architecture_out")
_MODELS = frozenset(("source", "converted"))
_PUBLISHED = ("equivalent", "unproven")


def inspect_file(paths: Paths, options: Options, progress: Progress) -> InspectReport:
    """What the source is."""
    with ExitStack() as stack:
        opened = _opened(stack, paths)
        limits = _looking(opened, options)
        return isolated.run_isolated(INSPECT, _files(opened), paths, options, limits, _host(progress))


def prove_files(paths: Paths, options: Options, progress: Progress) -> ProveReport:
    """Whether `converted` computes what `source` computes."""
    with ExitStack() as stack:
        opened = _opened(stack, paths)
        files = _files(opened) | {"scratch": _scratch(stack)}
        return isolated.run_isolated(PROVE, files, paths, options, _computing(opened, options), _host(progress))


def convert_file(paths: Paths, options: Options, progress: Progress, *, force: bool = False) -> ConvertReport:
    """The source converted to the target, which appears together with its certificate, or not at all."""
    with ExitStack() as stack:
        inputs = _opened(stack, {role: path for role, path in paths.items() if role not in _WRITTEN})
        written = {role: path for role, path in paths.items() if role in _WRITTEN}
        _check_apart(inputs, written)
        temps = {role: stack.enter_context(temporary(path)) for role, path in written.items() if not options.dry_run}
        inputs |= {role: replace(one, digest=sha256(one.file)) for role, one in inputs.items() if role != "source"}
        files = _files(inputs) | {role: temp.file for role, temp in temps.items()}
        report = isolated.run_isolated(CONVERT, files, paths, options, _computing(inputs, options), _host(progress))
        if report.verdict not in _PUBLISHED or not temps:
            return report
        progress("publishing", 0, 1)
        inputs["source"] = replace(inputs["source"], digest=report.sha256["source"])
        with alone_in(os.path.dirname(temps["target"].target) or "."):
            return _published(stack, report, inputs, temps, force=force)


def diagnose_files(paths: Paths, options: Options, progress: Progress, *, force: bool = False) -> DiagnoseReport:
    """What `converted` is as a conversion of `source`; a `target` takes the right one, if that was wrong."""
    read = {role: path for role, path in paths.items() if role not in _WRITTEN}
    with ExitStack() as stack:
        opened = _opened(stack, read)
        limits = _computing(opened, options)
        report = isolated.run_isolated(DIAGNOSE, _files(opened), read, options, limits, _host(progress))
    if "target" not in paths or report.verdict == "right":
        return report
    rest = {role: path for role, path in paths.items() if role != "converted"}
    return replace(report, repair=convert_file(rest, options, progress, force=force))


def check_certificate(path: str, given: Paths, progress: Progress) -> CheckReport:
    """The certificate's proof run again. given: paths that the user names instead of the certificate's."""
    with ExitStack() as stack:
        read = {"certificate": stack.enter_context(open_input(path))}
        stated = _small(_STATED, read)
        paths = {role: _found(role, stated, given) for role in (*stated.paths, *given)}
        opened = _opened(stack, paths)
        files = _files(opened) | {"scratch": _scratch(stack)}
        limits = _computing(opened, stated.options)
        return isolated.run_isolated(RECHECK, files, paths, stated, limits, _host(progress))


def _opened(stack: ExitStack, paths: Paths) -> dict[str, Opened]:
    opened = {role: stack.enter_context(open_input(path)) for role, path in paths.items()}
    for role in _MODELS & opened.keys():
        for name in _shard_names(opened[role]):
            opened[f"{role}:{name}"] = stack.enter_context(open_beside(opened[role], name))
    return opened


def _shard_names(one: Opened) -> tuple[str, ...]:
    """Of an index: the only file here that begins with a brace."""
    begins = one.file.read(1)
    one.file.seek(0)
    return _small(_SHARDS, {"source": one}).names if begins == b"{" else ()


def _small(flow: Flow[isolated.Report], opened: Mapping[str, Opened]) -> isolated.Report:
    """A flow that reads a document."""
    limits = bounds.for_looking(one.identity.size for one in opened.values())
    names = {role: one.path for role, one in opened.items()}
    return isolated.run_isolated(flow, _files(opened), names, standing.Nothing(), limits, _host(_unseen))


def _files(opened: Mapping[str, Opened]) -> dict[str, BinaryIO]:
    return {role: one.file for role, one in opened.items()}


def _scratch(stack: ExitStack) -> BinaryIO:
    """A file that the flow may write into, and Keras read from; HDF5 opens none that has lost its name."""
    return cast(BinaryIO, stack.enter_context(tempfile.NamedTemporaryFile()))


def _host(progress: Progress) -> Host:
    return Host(progress, {keras_service.SERVICE: keras_service.serve})


def _unseen(stage: str, done: int, total: int) -> None:
    """Too short to be watched."""


def _looking(opened: Mapping[str, Opened], options: Options) -> Limits:
    sizes = (one.identity.size for one in opened.values())
    return bounds.for_looking(sizes).stated(memory=options.max_memory, seconds=options.max_seconds)


def _computing(opened: Mapping[str, Opened], options: Options) -> Limits:
    sizes = (one.identity.size for one in opened.values())
    return bounds.for_computing(sizes).stated(memory=options.max_memory, seconds=options.max_seconds)


def _check_apart(inputs: Mapping[str, Opened], written: Paths) -> None:
    """No file is both read and written, none written twice."""
    for target in written.values():
        if any(one.is_same_file(place) for one in inputs.values() for place in _places(target)):
            raise UsageError(f"{target!r} would be both read and written", hint="name another with -o")
    places = [os.path.realpath(place) for target in written.values() for place in _places(target)]
    if len(set(places)) < len(places):
        raise UsageError("two files would be written to one path", hint="name different paths")


def _places(target: str) -> tuple[str, str]:
    return target, target + CERTIFICATE


def _published(
    stack: ExitStack,
    report: ConvertReport,
    inputs: Mapping[str, Opened],
    temps: Mapping[str, Temporary],
    *,
    force: bool,
) -> ConvertReport:
    path = report.target + CERTIFICATE
    kept = {role: temp for role, temp in temps.items() if role == "target" or _is_filled(temp)}
    beside = _beside(inputs, kept)
    document = stack.enter_context(temporary(path))
    text = certificate.write(report, path, beside)
    with explaining(f"cannot write {path!r}"):
        document.file.write(text)
        document.file.flush()
    together = [(kept[role], force) for role in reversed(_WRITTEN) if role in kept]
    there = _against(document)
    enough = stands_already(temps["target"]) and there.as_much
    if force or not enough:
        together = [(document, force or there.same_files), *together]
    broken = _broken_links(together)
    _check_as_reported(report, inputs, temps["target"])
    written = publish_together(together, inputs["source"].rights)
    return replace(report, certificate=path, already_there=not written, notes=(*report.notes, *broken))


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
            return _small(_COMPARED, {"standing": there, "ours": ours})
    except DimorderError:
        return standing.Standing(as_much=False, same_files=False)


def _beside(inputs: Mapping[str, Opened], temps: Mapping[str, Temporary]) -> dict[str, tuple[str, str]]:
    """Path and sha256 of what the proof needs besides source and target."""
    found = {role: (one.path, one.digest or sha256(one.file)) for role, one in inputs.items()}
    found |= {role: (temp.target, sha256(temp.file)) for role, temp in temps.items()}
    return {role: stated for role, stated in found.items() if certificate.belongs(role)}


def _is_filled(temp: Temporary) -> bool:
    temp.file.flush()
    return os.fstat(temp.file.fileno()).st_size > 0


def _found(role: str, stated: certificate.Certificate, given: Paths) -> str:
    """Where the user says, where the certificate says, or under the same name beside the certificate."""
    if role in given:
        return given[role]
    folder = os.path.dirname(stated.path)
    named = os.path.join(folder, stated.paths[role])
    beside = os.path.join(folder, os.path.basename(stated.paths[role]))
    for place in (named, beside):
        if os.path.exists(place):
            return place
    raise UnreadableFile(
        f"{stated.path}: speaks of {stated.paths[role]!r}, which is not there",
        hint="put it beside the certificate, or name it: dimorder prove --check CERT ORIGINAL CONVERTED",
    )
