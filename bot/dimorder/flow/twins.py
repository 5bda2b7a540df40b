"""Converted files beside their originals: an original whose proven twin is there needs no warning.

A certificate alone never counts: git tracks both, both hashes match, and the conversion is made again.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import islice

from dimorder.errors import DimorderError, EnvironmentProblem
from dimorder.finding import Finding, Related
from dimorder.flow import standing
from dimorder.flow.as_findings import finding
from dimorder.flow.certificate import Certificate, is_near
from dimorder.flow.git_held import unheld
from dimorder.flow.inputs import by_role, computing, opened_inputs, scratch, small
from dimorder.flow.naming import CERTIFICATE
from dimorder.flow.options import Options
from dimorder.report_data import FileReport
from dimorder.sandbox import isolated
from dimorder.sandbox.files import explaining, open_input, sha256
from dimorder.sandbox.isolated import ChildFailed, Flow, Host
from dimorder.sandbox.outside import Progress

_VERIFY = Flow("dimorder.flow.twin_check:verify", standing.Verified)
_STATED = Flow("dimorder.flow.standing:stated", Certificate, looks=True)
_SILENCED = ("DIM101", "DIM102", "DIM108")
_MOST, _MOST_TRIED = 200, 20
"""Certificates of one folder that are read, and conversions of one file that are made again."""
_STALE = "layout.stale"


@dataclass(frozen=True, slots=True)
class _Twin:
    """A certificate, and the file that it is about, which need not be there."""

    path: str
    stated: Certificate


class Twins:
    """What is known of the folders that a run meets; each certificate is read once. bugs: our own failures."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.bugs: list[str] = []
        self.folders: dict[str, tuple[_Twin, ...]] = {}
        self.digests: dict[str, str] = {}
        self.told: set[str] = set()
        self.verified: dict[tuple[str, str], str] = {}

    def settled(self, report: FileReport) -> FileReport:
        """The report without what a proven twin makes harmless, with what a stale one makes wrong."""
        if report.skipped is not None:
            return report
        stale = tuple(self._stale(report.path))
        if not any(one.rule in _SILENCED for one in report.findings):
            return replace(report, findings=(*report.findings, *stale))
        doubts = self._doubts(report.path)
        if doubts is None:
            kept = tuple(one for one in report.findings if one.rule not in _SILENCED)
            silenced = report.suppressed + len(report.findings) - len(kept)
            return replace(report, findings=(*kept, *stale), suppressed=silenced)
        told = (_because_of(one, doubts) if one.rule in _SILENCED else one for one in report.findings)
        return replace(report, findings=(*told, *stale))

    def _doubts(self, path: str) -> tuple[Related, ...] | None:
        """Why none of the file's twins counts; None where one does."""
        found = []
        for twin in islice(self._of(path), _MOST_TRIED):
            because = self._because(path, twin)
            if not because:
                return None
            found.append(Related(twin.path, None, f"does not count as its converted twin: {because}"))
        return tuple(found)

    def is_proven(self, path: str, converted: str) -> bool:
        """Whether the second file is what its certificate's conversion makes of the first, whatever git knows."""
        return any(
            os.path.abspath(twin.path) == os.path.abspath(converted) and not self._unproven(path, twin)
            for twin in self._in(os.path.dirname(converted))
        )

    def _because(self, path: str, twin: _Twin) -> str:
        """Why this twin does not count; "" where it does."""
        if self._digest(path) != twin.stated.sha256["source"]:
            return "it was made from another original"
        if self._digest(twin.path) != twin.stated.sha256["converted"]:
            return "it is not the file that was certified" if os.path.lexists(twin.path) else "it is not there"
        return unheld((twin.path, twin.path + CERTIFICATE)) or self._unproven(path, twin)

    def _unproven(self, path: str, twin: _Twin) -> str:
        """Why the conversion does not yield the twin; "" where it does. It is made again once."""
        key = (os.path.abspath(path), os.path.abspath(twin.path))
        if key not in self.verified:
            try:
                self.verified[key] = _verified(path, twin, self.progress)
            except EnvironmentProblem:
                raise
            except DimorderError as problem:
                self.verified[key] = problem.sentence
            except ChildFailed as bug:
                self.verified[key] = "making it again met a bug of dimorder"
                self.bugs.append(str(bug))
        return self.verified[key]

    def _stale(self, path: str) -> Iterator[Finding]:
        """Twins that were made from what the original was before; told once, whichever of the two is looked at."""
        for twin in self._named(path):
            original = _beside(twin, twin.stated.paths["source"])
            found = self._digest(original) if original else ""
            if twin.path in self.told or not found or not self._digest(twin.path):
                continue
            if found not in (twin.stated.sha256["source"], twin.stated.sha256["converted"]):
                self.told.add(twin.path)
                name = os.path.basename(original)
                message = f"converted from another {name} than the one beside it: convert it anew"
                says = f"was made from {name} with sha256 {twin.stated.sha256['source'][:16]}…"
                related = (Related(original, None, f"has sha256 {found[:16]}…"), Related(twin.path, None, says))
                yield replace(finding("DIM106", twin.path, message, _STALE), related=related)

    def _of(self, path: str) -> Iterator[_Twin]:
        """Twins whose certificate is about a file of this name, or of these bytes."""
        for twin in self._in(os.path.dirname(path)):
            named = twin.stated.paths["source"] == os.path.basename(path)
            if named or twin.stated.sha256["source"] == self._digest(path):
                yield twin

    def _named(self, path: str) -> Iterator[_Twin]:
        """Those of which the file has the name, or the original's."""
        name = os.path.basename(path)
        for twin in self._in(os.path.dirname(path)):
            if name in (twin.stated.paths["source"], os.path.basename(twin.path)):
                yield twin

    def _in(self, folder: str) -> tuple[_Twin, ...]:
        if folder not in self.folders:
            self.folders[folder] = tuple(_certified(folder, self.bugs))
        return self.folders[folder]

    def _digest(self, path: str) -> str:
        """The file's sha256; "" for what is no regular file, or cannot be read."""
        if path not in self.digests:
            self.digests[path] = _sha256(path)
        return self.digests[path]


def _because_of(one: Finding, doubts: tuple[Related, ...]) -> Finding:
    return replace(one, related=(*one.related, *doubts))


def _sha256(path: str) -> str:
    try:
        with open_input(path, follow=False) as opened, explaining(f"cannot read {path!r}"):
            return sha256(opened.file)
    except DimorderError:
        return ""


def _certified(folder: str, bugs: list[str]) -> Iterator[_Twin]:
    """What the folder's certificates are about; those that cannot be read say nothing."""
    try:
        names = sorted(name for name in os.listdir(folder or os.curdir) if name.endswith(CERTIFICATE))
    except OSError:
        return
    for name in names[:_MOST]:
        path = os.path.join(folder, name)
        try:
            with open_input(path, follow=False) as opened:
                stated = small(_STATED, {"certificate": opened})
        except EnvironmentProblem:
            raise
        except DimorderError:
            continue
        except ChildFailed as bug:
            bugs.append(str(bug))
            continue
        if {"source", "converted"} <= stated.paths.keys() & stated.sha256.keys():
            yield _Twin(path.removesuffix(CERTIFICATE), replace(stated, path=path))


def _verified(path: str, twin: _Twin, progress: Progress) -> str:
    """Why the conversion, made again, does not yield the twin; "" where it does."""
    paths = {"source": path, "converted": twin.path}
    for role, way in twin.stated.paths.items():
        if role in paths:
            continue
        place = way if role in twin.stated.documents else _beside(twin, way)
        if not place:
            return f"{way!r}, which its certificate names, is not there"
        paths[role] = place
    with ExitStack() as stack:
        opened = opened_inputs(stack, paths, Options(), twin.stated.documents)
        files = by_role(opened) | {"target": scratch(stack)}
        names = {**paths, "target": twin.path}
        # What the certificate says of limits is a stranger's word.
        limits = computing(opened, Options())
        return isolated.run_isolated(_VERIFY, files, names, twin.stated, limits, Host(progress, {})).because


def _beside(twin: _Twin, way: str) -> str:
    """A file that a certificate names: by its way from there, else under its name; "" for none, and for links."""
    folder = os.path.dirname(twin.path)
    for found in (*((way,) if is_near(way) else ()), os.path.basename(way)):
        place = os.path.normpath(os.path.join(folder, found))
        real = os.path.normpath(os.path.join(os.path.realpath(folder), found))
        if os.path.isfile(place) and os.path.realpath(place) == real:
            return place
    return ""


def with_twins(reports: Sequence[FileReport], twins: Twins) -> list[FileReport]:
    """The reports, each held against the certificates beside its file."""
    return [twins.settled(report) for report in reports]
