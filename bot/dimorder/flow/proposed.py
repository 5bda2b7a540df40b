"""What a pull request to a repository would hold: converted twins, their certificates and, on request, moved code."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from dimorder.finding import NOT_JUDGED
from dimorder.flow.code_files import SUFFIXES
from dimorder.flow.configured import Found, in_folder, settings
from dimorder.flow.counted_from import counted_from
from dimorder.flow.fix_weights import MENDED
from dimorder.flow.kinds import by_name
from dimorder.flow.modules import below
from dimorder.flow.on_fixes import Fixing
from dimorder.flow.on_paths import fix_paths
from dimorder.flow.settings import Settings
from dimorder.flow.stated import Stated
from dimorder.proposal import CODE, Made, Moved, NewFile, Nothing
from dimorder.report_data import ConvertReport, FindingsReport, Fixed
from dimorder.sandbox.files import open_input, sha256
from dimorder.sandbox.outside import Progress

_CANNOT_TELL = "DIM105"
_NO_WEIGHTS = frozenset(("input.not-hdf5", "keras.names"))
"""Why a file called like weights is none: data sets have these endings as well."""
_FIRST = 3
"""Files that are told in the one sentence."""


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the operator wants proposed. unsafe: code whose layout moves, too. accept, architecture: as `check --fix`.

    settings: None for what the repository's own configuration says.
    """

    unsafe: bool = False
    accept: Literal["certain", "likely"] = "certain"
    architecture: str = ""
    samples: str = ""
    settings: Settings | None = None


def proposed(folder: str, wishes: Wishes, progress: Progress) -> Made | Nothing:
    """Check and mend the files in this folder, which holds (a part of) a repository as its base has it.

    Nothing but new twins and certificates, and edits of code that were asked for, is written; a second time in the
    same folder there is nothing left to do, so begin with a fresh one.
    """
    folder = os.path.realpath(folder)
    fixing = Fixing(unsafe=wishes.unsafe, accept=wishes.accept, architecture=wishes.architecture,
                    samples=wishes.samples)  # fmt: skip
    before = code_before(folder) if wishes.unsafe else {}
    said = wishes.settings or settings(Stated(), in_folder(folder) or Found(Stated()), Settings())
    return made(fix_paths((folder,), said, fixing, progress), folder, before)


def code_before(folder: str) -> dict[str, str]:
    """sha256 of all code, by real path: what is fixed in place shows afterwards no more what it was."""
    return dict(_hashed(below(folder, SUFFIXES)))


def made(report: FindingsReport, folder: str, before: Mapping[str, str]) -> Made | Nothing:
    """The same of a run of `check --fix` that is done. before: sha256 of the code that it may have edited."""
    fixes = report.fixes
    if report.bug:
        return Nothing("failed", report.bug)
    if fixes is None or not fixes.written:
        return _nothing(counted_from(report, folder))
    files = tuple(_new(path, folder) for path in sorted({os.path.realpath(one.path) for one in fixes.fixed}))
    reports = [one.report for one in fixes.fixed if one.report]
    code = tuple(one for one in fixes.fixed if os.path.realpath(one.path) in before)
    moved = (*(_converted(one, folder) for one in reports), *(_edited(one, folder, before) for one in code))
    return Made(
        tuple(sorted(moved, key=lambda one: one.path)),
        files,
        tuple(counted_from(one, folder) for one in reports),
        tuple(counted_from(one, folder) for one in code),
        tuple(counted_from(one, folder) for one in fixes.refused),
    )


def _nothing(report: FindingsReport) -> Nothing:
    odd = [one for one in report.findings if one.rule in NOT_JUDGED and by_name(one.path) == "model"]
    others = [f"{one.path}: {one.message}" for one in odd if one.code in _NO_WEIGHTS]
    untold = [one for one in report.findings if one.rule == _CANNOT_TELL]
    refused = [f"{one.path}: {one.because}" for one in report.fixes.refused] if report.fixes else []
    refused += [f"{one.path}: {one.message}" for one in (*untold, *odd) if one.code not in _NO_WEIGHTS]
    if refused:
        return Nothing("refused", _listed(refused))
    if any(one.rule in MENDED for one in report.findings):
        return Nothing("nothing", "only architectures are in Theano's layout: there are no weights to convert")
    files = "1 file" if report.checked == 1 else f"{report.checked} files"
    besides = f"; no weights of Keras: {_listed(others)}" if others else ""
    return Nothing("nothing", f"no weights in Theano's layout among {files}{besides}")


def _listed(told: Sequence[str]) -> str:
    more = f"; and {len(told) - _FIRST} more" if len(told) > _FIRST else ""
    return "; ".join(told[:_FIRST]) + more


def _converted(report: ConvertReport, folder: str) -> Moved:
    digest = report.sha256["source"]
    assert digest is not None, "what was converted was read"
    return Moved(_way(os.path.realpath(report.source), folder), digest, report.layout["target"])


def _edited(one: Fixed, folder: str, before: Mapping[str, str]) -> Moved:
    path = os.path.realpath(one.path)
    return Moved(_way(path, folder), before[path], CODE)


def _new(path: str, folder: str) -> NewFile:
    with open_input(path, follow=False) as opened:
        return NewFile(_way(path, folder), path, sha256(opened.file), opened.identity.size)


def _hashed(paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    for path in paths:
        if os.path.isfile(path) and not os.path.islink(path):
            with open_input(path, follow=False) as opened:
                yield os.path.realpath(path), sha256(opened.file)


def _way(path: str, folder: str) -> str:
    return os.path.relpath(path, folder).replace(os.sep, "/")
