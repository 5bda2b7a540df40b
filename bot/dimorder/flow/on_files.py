"""Flows on paths: inputs opened, the flow run apart, and what is proven put in its place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace

from dimorder.errors import DimorderError, UnreadableFile, UsageError
from dimorder.flow import certificate, convert, diagnose, inspect, prove, recheck
from dimorder.flow.naming import CERTIFICATE
from dimorder.flow.options import Options
from dimorder.formats.keras3 import shard_names
from dimorder.report_data import CheckReport, ConvertReport, DiagnoseReport, InspectReport, ProveReport
from dimorder.sandbox.files import Opened, check_unchanged, explaining, open_beside, open_input, sha256
from dimorder.sandbox.isolated import Progress, run_isolated
from dimorder.sandbox.publish import publish_together, stands_already
from dimorder.sandbox.temporary import Temporary, temporary

Paths = Mapping[str, str]
"""Paths by role: source, target, converted, architecture, converted_architecture, architecture_out, samples, expect."""

_WRITTEN = ("target", "architecture_out")
_MODELS = frozenset(("source", "converted"))
_PUBLISHED = ("equivalent", "unproven")


def inspect_file(paths: Paths, options: Options, progress: Progress) -> InspectReport:
    """What the source is."""
    with ExitStack() as stack:
        files = {role: one.file for role, one in _opened(stack, paths).items()}
        return run_isolated(inspect.inspect, files, paths, options, progress)


def prove_files(paths: Paths, options: Options, progress: Progress) -> ProveReport:
    """Whether `converted` computes what `source` computes."""
    with ExitStack() as stack:
        files = {role: one.file for role, one in _opened(stack, paths).items()}
        return run_isolated(prove.prove, files, paths, options, progress)


def convert_file(paths: Paths, options: Options, progress: Progress, *, force: bool = False) -> ConvertReport:
    """The source converted to the target, which appears together with its certificate, or not at all."""
    with ExitStack() as stack:
        inputs = _opened(stack, {role: path for role, path in paths.items() if role not in _WRITTEN})
        written = {role: path for role, path in paths.items() if role in _WRITTEN}
        _check_apart(inputs, written)
        temps = {role: stack.enter_context(temporary(path)) for role, path in written.items() if not options.dry_run}
        files = {role: one.file for role, one in inputs.items()}
        files |= {role: temp.file for role, temp in temps.items()}
        report = run_isolated(convert.convert, files, paths, options, progress)
        if report.verdict not in _PUBLISHED or not temps:
            return report
        progress("publishing", 0, 1)
        return _published(stack, report, inputs, temps, force=force)


def diagnose_files(paths: Paths, options: Options, progress: Progress, *, force: bool = False) -> DiagnoseReport:
    """What `converted` is as a conversion of `source`; a `target` takes the right one, if that was wrong."""
    read = {role: path for role, path in paths.items() if role not in _WRITTEN}
    with ExitStack() as stack:
        files = {role: one.file for role, one in _opened(stack, read).items()}
        report = run_isolated(diagnose.diagnose, files, read, options, progress)
    if "target" not in paths or report.verdict == "right":
        return report
    rest = {role: path for role, path in paths.items() if role != "converted"}
    return replace(report, repair=convert_file(rest, options, progress, force=force))


def check_certificate(path: str, given: Paths, progress: Progress) -> CheckReport:
    """The certificate's proof run again. given: paths that the user names instead of the certificate's."""
    with ExitStack() as stack:
        opened = stack.enter_context(open_input(path))
        if opened.identity.size > certificate.LARGEST:
            raise UnreadableFile(f"{path}: too large for a certificate")
        stated = certificate.read(opened.file.read(), path)
        paths = {role: _found(role, stated, given) for role in (*stated.paths, *given)}
        files = {role: one.file for role, one in _opened(stack, paths).items()}
        return run_isolated(recheck.recheck, files, paths, stated, progress)


def _opened(stack: ExitStack, paths: Paths) -> dict[str, Opened]:
    opened = {role: stack.enter_context(open_input(path)) for role, path in paths.items()}
    for role in _MODELS & opened.keys():
        for name in shard_names(opened[role].file, paths[role]):
            opened[f"{role}:{name}"] = stack.enter_context(open_beside(opened[role], name))
    return opened


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
    for one in inputs.values():
        check_unchanged(one)
    together = [(kept[role], force) for role in reversed(_WRITTEN) if role in kept]
    standing = _content(document.target)
    enough = stands_already(temps["target"]) and certificate.says_as_much(standing, text)
    if force or not enough:
        same = certificate.is_about_the_same(standing, text)
        together = [(document, force or same), *together]
    written = publish_together(together, inputs["source"].mode)
    return replace(report, certificate=path, already_there=not written)


def _content(path: str) -> bytes:
    """Of a certificate that stands there; nothing where none does."""
    try:
        with open_input(path) as there:
            return there.file.read() if there.identity.size <= certificate.LARGEST else b""
    except DimorderError:
        return b""


def _beside(inputs: Mapping[str, Opened], temps: Mapping[str, Temporary]) -> dict[str, tuple[str, str]]:
    """Path and sha256 of what the proof needs besides source and target."""
    found = {role: (one.path, sha256(one.file)) for role, one in inputs.items()}
    found |= {role: (temp.target, sha256(temp.file)) for role, temp in temps.items()}
    return {role: found[role] for role in certificate.BESIDE if role in found}


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
