"""The safe fix of Theano-ordered weights: the converted twin and its certificate beside them, if that can be proven."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from dimorder.errors import DimorderError, EnvironmentProblem
from dimorder.finding import Finding
from dimorder.flow.certificate import Certificate
from dimorder.flow.inputs import small
from dimorder.flow.naming import CERTIFICATE, default_target
from dimorder.flow.on_files import convert_file
from dimorder.flow.options import TF_TF, Options
from dimorder.report_data import ConvertReport, Fixed, Unfixed
from dimorder.sandbox.files import open_input, sha256
from dimorder.sandbox.isolated import Flow
from dimorder.sandbox.outside import Progress

APP = "app:"
"""In front of a published architecture's name."""
MENDED = frozenset({"DIM101", "DIM102", "DIM104"})
_STATED = Flow("dimorder.flow.standing:stated", Certificate)
_ARCHITECTURES = (".json", ".yaml", ".yml")
"""Endings of what has no arrays that a proof could be about."""
_NONE: Mapping[str, str] = {}
_WHAT = "write the converted twin and its certificate"


def mendable(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Paths of the weights that have findings which a converted twin settles."""
    found = (one.path for one in findings if one.rule in MENDED and not one.path.lower().endswith(_ARCHITECTURES))
    return tuple(dict.fromkeys(found))


def write_twins(
    paths: Sequence[str],
    options: Options,
    progress: Progress,
    architectures: Mapping[str, str] = _NONE,
    samples: str = "",
) -> Iterator[Fixed | Unfixed]:
    """What became of each file: its twin and certificate written, or why not. Nothing for twins that stand there.

    architectures: of files that hold weights alone, as far as the code that loads them tells; app:NAME for published
    ones. samples: a file of real inputs, "" for none.
    options: as `convert` takes them; with `dry_run` nothing is written and what would be is told.
    What goes wrong with one file harms no other; a full disk and the like end all.
    """
    for path in paths:
        target = default_target(path, TF_TF, options.dialect)
        if stands(path, target):
            continue
        roles = {"source": path, "target": target}
        architecture = architectures.get(path, "")
        app = architecture.removeprefix(APP) if architecture.startswith(APP) else ""
        roles |= {"architecture": architecture} if architecture and not app else {}
        roles |= {"samples": samples} if samples else {}
        if os.path.islink(path):
            yield Unfixed(path, _WHAT, "it is a symbolic link: name the file itself")
            continue
        try:
            report = convert_file(roles, replace(options, app=app), progress)
        except EnvironmentProblem:
            raise
        except DimorderError as refusal:
            yield Unfixed(path, _WHAT, f"{refusal.sentence.removeprefix(f'{path}: ')}{_way_out(refusal.hint)}")
            continue
        yield from _told(path, report)


def stands(path: str, target: str) -> bool:
    """Whether the twin is there and its certificate is about these two, whatever git knows of them."""
    try:
        with (
            open_input(target + CERTIFICATE, follow=False) as certificate,
            open_input(path) as source,
            open_input(target, follow=False) as twin,
        ):
            stated = small(_STATED, {"certificate": certificate}).sha256
            return (stated.get("source"), stated.get("converted")) == (sha256(source.file), sha256(twin.file))
    except EnvironmentProblem:
        raise
    except DimorderError:
        return False


def _way_out(hint: str) -> str:
    """A fix takes no layout that somebody states."""
    return f" (dimorder convert: {hint})" if "--from" in hint else f" ({hint})" if hint else ""


def _told(path: str, report: ConvertReport) -> Iterator[Fixed | Unfixed]:
    if report.verdict == "equivalent" and not report.already_there:
        done = (f"converted from {path}: the predictions are proven equal",)
        yield Fixed(report.target, done, report=report)
        yield Fixed(report.certificate, (f"says how {report.target} was proven",))
    elif report.verdict == "planned":
        yield Fixed(report.target, (f"would be converted from {path}, if the proof succeeds",))
    elif report.verdict != "equivalent":
        yield Unfixed(path, _WHAT, report.because or report.verdict)
