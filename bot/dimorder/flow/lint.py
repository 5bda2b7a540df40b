"""A repository's code judged: evaluated in every world, held against the rules and against the models beside it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import BinaryIO

from dimorder.finding import Finding, Fix, Severity, Skipped
from dimorder.flow.as_findings import finding, source_line, troubled
from dimorder.flow.ask import NOT_OURS
from dimorder.flow.bundle import piece
from dimorder.flow.joins import Joins
from dimorder.flow.lint_report import STAGE, Ask, Linted, Mending
from dimorder.flow.shaping import shaping
from dimorder.flow.suppression import suppressed
from dimorder.lint import code as code_of
from dimorder.lint import table
from dimorder.lint.code import Told
from dimorder.program import Program
from dimorder.report_data import FileReport
from dimorder.sandbox.outside import Outside
from dimorder.source import notebook, python
from dimorder.source.evaluate import evaluate
from dimorder.source.keras_api import KERAS
from dimorder.source.notebook import Pages
from dimorder.source.project import Project
from dimorder.source.trouble import Trouble

PYTHON2 = "py.python2"
_TRACES = ("keras", "dim_ordering", "data_format", "load_weights", "theano")
"""Words without which code has nothing to do with layouts."""


def lint(files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Ask, outside: Outside) -> Linted:
    """Reports on the files that are asked for; nothing that code holds makes this raise."""
    read = _Read(files["source"], options)
    reports: list[FileReport] = []
    mendings: list[Mending] = []
    for done, path in enumerate(options.judge):
        outside.progress(STAGE, done, len(options.judge))
        report, wanted = read.judged(path)
        reports.append(report)
        mendings += wanted
    return Linted(tuple(reports), tuple(mendings))


class _Read:
    """The code of a repository: texts by path, or why they are none."""

    def __init__(self, bundle: BinaryIO, ask: Ask) -> None:
        self.texts: dict[str, str] = {}
        self.troubles: dict[str, Trouble] = {}
        self.contents = {one.path: one for one in ask.pieces}
        self.named = frozenset(ask.named)
        self.bundle = bundle
        for one in ask.pieces:
            text = python.decoded(piece(bundle, one))
            if isinstance(text, Trouble):
                self.troubles[one.path] = text
            else:
                self.texts[_inside(one.path)] = text
        self.project = Project(self.texts)
        self.joins = Joins(ask.models)

    def judged(self, path: str) -> tuple[FileReport, list[Mending]]:
        """The report on one file, and what would mend its findings."""
        data = piece(self.bundle, self.contents[path])
        is_notebook = path.lower().endswith(".ipynb")
        troubles = (notebook if is_notebook else python).troubles_in(data)
        if any(one.code == PYTHON2 for one in troubles):
            return _unread(path, next(one for one in troubles if one.code == PYTHON2)), []
        text = self.texts.get(_inside(path))
        speaks = text is not None and any(word in text for word in _TRACES)
        if not speaks and not troubles and path not in self.named:
            return FileReport(path, skipped=Skipped(path, "code that has nothing to do with Keras", NOT_OURS)), []
        severity: Severity = "warning" if speaks else "info"
        found = [troubled(one, path, severity) for one in troubles]
        # Of a notebook the cells that can be read are judged, of a module all or nothing.
        if text is None or not speaks or (troubles and not is_notebook):
            return FileReport(path, tuple(found)), []
        return self._evaluated(path, text, found)

    def _evaluated(self, path: str, text: str, troubles: list[Finding]) -> tuple[FileReport, list[Mending]]:
        program = evaluate(_inside(path), self.project, (KERAS,), shaping)
        laid_out = self._pages(path)
        cells: dict[int | None, str] = dict(_cells(laid_out)) if laid_out else {None: text}
        told = {(one.rule, one.place, one.code): one for cell, part in cells.items()
                for one in table.found(code_of.parsed(program, part, cell))}  # fmt: skip
        joined = self.joins.found(program)
        by_finding = [(_finding(one, path, cells), one) for one in (*told.values(), *joined)]
        by_finding.sort(key=lambda pair: (pair[0].cell or 0, pair[0].line or 0, pair[0].column or 0, pair[0].rule))
        kept = suppressed(cells, [*troubles, *(one for one, _ in by_finding)], path)
        left = {id(one) for one in kept.findings}
        mendings = [_mending(one, told) for one, told in by_finding if told.remedies and id(one) in left]
        return FileReport(path, (*kept.findings, *_stopped(program, path)), suppressed=kept.number), mendings

    def _pages(self, path: str) -> Pages | None:
        module = self.project.module(_inside(path))
        return module.pages if module else None


def _inside(path: str) -> str:
    """As the project knows the file."""
    return posixpath.normpath(path)


def _cells(laid_out: Pages) -> Iterator[tuple[int, str]]:
    """Text by the number of its cell."""
    lines = laid_out.text.split("\n")
    ends = (*laid_out.starts[1:], len(lines))
    for number, (start, end) in enumerate(zip(laid_out.starts, ends, strict=True), 1):
        yield number, "\n".join(lines[start:end])


def _finding(told: Told, path: str, cells: Mapping[int | None, str]) -> Finding:
    place = told.place
    made = finding(told.rule, path, told.message, told.code, told.severity, told.confidence)
    fix = None
    if told.remedies:
        said = dict.fromkeys(one.description for one in told.remedies)
        fix = Fix(all(one.safe for one in told.remedies), "; ".join(said))
    return replace(
        made,
        line=place.line,
        column=place.column,
        cell=place.cell,
        related=told.related,
        fix=fix,
        source=source_line(cells.get(place.cell, ""), place.line),
    )


def _mending(found: Finding, told: Told) -> Mending:
    remedies = (replace(one, place=replace(one.place, path=found.path)) for one in told.remedies)
    return Mending(found.fingerprint, tuple(remedies))


def _unread(path: str, trouble: Trouble) -> FileReport:
    return FileReport(path, skipped=Skipped(path, trouble.message, trouble.code))


def _stopped(program: Program, path: str) -> Sequence[Finding]:
    """That the code was not evaluated to its end, told once."""
    stops = [run.stopped for run in program.runs if run.stopped]
    if not stops:
        return ()
    told = f"not read to its end: {stops[0].because}"
    return (finding("DIM404", path, told, "limits.steps", "info"),)
