"""Flows on paths: inputs opened, the flow run apart, and what is proven put in its place."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace

from dimorder.errors import UnreadableFile
from dimorder.flow import certificate
from dimorder.flow.certificate import Certificate
from dimorder.flow.code_files import split
from dimorder.flow.inputs import Paths, by_role, computing, host, looking, opened_inputs, scratch, small
from dimorder.flow.options import Options
from dimorder.flow.publishing import WRITTEN, check_apart, publish
from dimorder.report_data import CheckReport, ConvertReport, DiagnoseReport, InspectReport, ProveReport
from dimorder.sandbox import isolated
from dimorder.sandbox.files import open_input, sha256
from dimorder.sandbox.folder import alone_in
from dimorder.sandbox.isolated import Flow
from dimorder.sandbox.outside import Progress
from dimorder.sandbox.temporary import temporary

INSPECT = Flow("dimorder.flow.inspect:inspect", InspectReport, looks=True)
CONVERT = Flow("dimorder.flow.convert:convert", ConvertReport)
PROVE = Flow("dimorder.flow.prove:prove", ProveReport)
DIAGNOSE = Flow("dimorder.flow.diagnose:diagnose", DiagnoseReport)
RECHECK = Flow("dimorder.flow.recheck:recheck", CheckReport)
_STATED = Flow("dimorder.flow.standing:stated", Certificate)
_PUBLISHED = ("equivalent", "unproven")


def inspect_file(paths: Paths, options: Options, progress: Progress) -> InspectReport:
    """What the source is."""
    with ExitStack() as stack:
        opened = opened_inputs(stack, paths, options)
        limits = looking(opened, options)
        return isolated.run_isolated(INSPECT, by_role(opened), paths, options, limits, host(progress))


def prove_files(paths: Paths, options: Options, progress: Progress) -> ProveReport:
    """Whether `converted` computes what `source` computes."""
    with ExitStack() as stack:
        opened = opened_inputs(stack, paths, options)
        files = by_role(opened) | {"scratch": scratch(stack)}
        return isolated.run_isolated(PROVE, files, paths, options, computing(opened, options), host(progress))


def convert_file(paths: Paths, options: Options, progress: Progress, *, force: bool = False) -> ConvertReport:
    """The source converted to the target, which appears together with its certificate, or not at all."""
    with ExitStack() as stack:
        read = {role: path for role, path in paths.items() if role not in WRITTEN}
        inputs = opened_inputs(stack, read, options)
        written = {role: path for role, path in paths.items() if role in WRITTEN}
        check_apart(inputs, written)
        temps = {role: stack.enter_context(temporary(path)) for role, path in written.items() if not options.dry_run}
        inputs |= {role: replace(one, digest=sha256(one.file)) for role, one in inputs.items() if role != "source"}
        files = by_role(inputs) | {role: temp.file for role, temp in temps.items()}
        report = isolated.run_isolated(CONVERT, files, paths, options, computing(inputs, options), host(progress))
        if report.verdict not in _PUBLISHED or not temps:
            return report
        progress("publishing", 0, 1)
        inputs["source"] = replace(inputs["source"], digest=report.sha256["source"])
        with alone_in(os.path.dirname(temps["target"].target) or "."):
            return publish(stack, report, inputs, temps, force=force)


def diagnose_files(paths: Paths, options: Options, progress: Progress, *, force: bool = False) -> DiagnoseReport:
    """What `converted` is as a conversion of `source`; a `target` takes the right one, if that was wrong."""
    read = {role: path for role, path in paths.items() if role not in WRITTEN}
    with ExitStack() as stack:
        opened = opened_inputs(stack, read, options)
        limits = computing(opened, options)
        report = isolated.run_isolated(DIAGNOSE, by_role(opened), read, options, limits, host(progress))
    if "target" not in paths or report.verdict == "right":
        return report
    rest = {role: path for role, path in paths.items() if role != "converted"}
    return replace(report, repair=convert_file(rest, options, progress, force=force))


def check_certificate(path: str, given: Paths, progress: Progress) -> CheckReport:
    """The certificate's proof run again. given: paths that the user names instead of the certificate's."""
    with ExitStack() as stack:
        read = {"certificate": stack.enter_context(open_input(path))}
        stated = replace(small(_STATED, read), path=path)
        paths = {role: _found(role, stated, given) for role in (*stated.paths, *given)}
        known = {role: text for role, text in stated.documents.items() if role not in given}
        opened = opened_inputs(stack, paths, stated.options, known)
        files = by_role(opened) | {"scratch": scratch(stack)}
        # What the certificate says of limits is a stranger's word.
        limits = computing(opened, Options())
        return isolated.run_isolated(RECHECK, files, paths, stated, limits, host(progress))


def _found(role: str, stated: certificate.Certificate, given: Paths) -> str:
    """Where the user says, where the certificate says, or under the same name beside the certificate."""
    if role in given:
        return given[role]
    if role in stated.documents:
        return stated.paths[role]
    folder, named = os.path.dirname(stated.path), stated.paths[role]
    ways = [named] if certificate.is_near(named) else []
    for way in (*ways, os.path.basename(named)):
        if os.path.exists(split(place := os.path.join(folder, way))[0]):
            return place
    raise UnreadableFile(
        f"{stated.path}: speaks of {stated.paths[role]!r}, which is not there",
        hint="put it beside the certificate, or name it: dimorder prove --check CERT ORIGINAL CONVERTED",
    )
