"""A repository's code judged: evaluated in every world, held against the rules and against the models beside it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from dimorder.finding import Finding, Fix, Skipped
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
from dimorder.program import Place, Program
from dimorder.report_data import FileReport
from dimorder.sandbox.outside import Outside
from dimorder.source import notebook, python
from dimorder.source.evaluate import evaluate
from dimorder.source.keras_api import KERAS
from dimorder.source.notebook import Pages
from dimorder.source.project import Project

PYTHON2 = "py.python2"
_TRACES = ("keras", "dim_ordering", "data_format", "load_weights", "theano")
"""Words without which code has nothing to do with layouts."""
_IMPORTED = re.compile(r"^\s*(?:from|import)\s+([\w.]+)", re.MULTILINE)


def lint(files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Ask, outside: Outside) -> Linted:
    """Reports on the files that are asked for; nothing that code holds makes this raise."""
    code = RepositoryCode(files["source"], options)
    for done, path in enumerate(options.judge):
        outside.progress(STAGE, done, len(options.judge))
        code.read(path)
    judged = [code.judged(path) for path in options.judge]
    return Linted(tuple(report for report, _ in judged), tuple(one for _, mendings in judged for one in mendings))


@dataclass
class _Judging:
    """One file on its way to a report. cells: its text, of notebooks by cell. told: what is said of places in it."""

    troubles: list[Finding]
    cells: dict[int | None, str] = field(default_factory=dict)
    told: dict[tuple[str, Place], Told] = field(default_factory=dict)
    skipped: Skipped | None = None
    stopped: tuple[Finding, ...] = ()


class RepositoryCode:
    """The code of a repository: texts by path, or why they are none, and what is found in those that are judged.

    programs: of the files that were evaluated, by path.
    """

    def __init__(self, bundle: BinaryIO, ask: Ask) -> None:
        self.bundle = bundle
        self.pieces = {one.path: one for one in ask.pieces}
        self.named = frozenset(ask.named)
        self.texts: dict[str, str] = {}
        for one in ask.pieces:
            text = python.decoded(piece(bundle, one))
            if isinstance(text, str):
                self.texts[_inside(one.path)] = text
        self.project = Project(self.texts)
        self.stems = {_stem(path) for path, text in self.texts.items() if _speaks(text)}
        self.joins = Joins(ask.models)
        self.programs: dict[str, Program] = {}
        self.files: dict[str, _Judging] = {}
        self.shown = {_inside(path): path for path in ask.judge}

    def content(self, path: str) -> bytes:
        """The file's bytes."""
        return piece(self.bundle, self.pieces[path])

    def read(self, path: str) -> None:
        """Evaluate the file, and keep what is to be said of it, and of places in other files that it leads to."""
        own = self.files.setdefault(path, _Judging([]))
        is_notebook = path.lower().endswith(".ipynb")
        troubles = (notebook if is_notebook else python).troubles_in(self.content(path))
        older = next((one for one in troubles if one.code == PYTHON2), None)
        text = self.texts.get(_inside(path))
        speaks = text is not None and (_speaks(text) or self._uses(text))
        if older is not None:
            own.skipped = Skipped(path, older.message, older.code)
        elif not speaks and not troubles and path not in self.named:
            own.skipped = Skipped(path, "code that has nothing to do with Keras", NOT_OURS)
        else:
            own.troubles = [troubled(one, path, "warning" if speaks else "info") for one in troubles]
            # Of a notebook the cells that can be read are judged, of a module all or nothing.
            if text is not None and speaks and (is_notebook or not troubles):
                self._evaluate(path, text, own)

    def _uses(self, text: str) -> bool:
        """Whether the code imports a module of the repository that has to do with Keras."""
        parts = (part for name in _IMPORTED.findall(text) for part in name.split("."))
        return any(part in self.stems for part in parts)

    def _evaluate(self, path: str, text: str, own: _Judging) -> None:
        program = self.programs[path] = evaluate(_inside(path), self.project, (KERAS,), shaping)
        laid_out = self._pages(path)
        own.cells = dict(_cells(laid_out)) if laid_out else {None: text}
        own.stopped = _stopped(program, path)
        for cell, part in own.cells.items():
            for told in table.found(code_of.parsed(program, part, cell)):
                own.told.setdefault((told.rule, told.place), told)
        for told in self.joins.found(program):
            owner = self.shown.get(told.place.path)
            if owner is not None:
                self.files.setdefault(owner, _Judging([])).told.setdefault((told.rule, told.place), told)

    def judged(self, path: str) -> tuple[FileReport, list[Mending]]:
        """The report on one file that was read, and what would mend its findings."""
        own = self.files[path]
        if own.skipped is not None:
            return FileReport(path, skipped=own.skipped), []
        pairs = [(_finding(one, path, own.cells), one) for one in own.told.values()]
        pairs.sort(key=lambda pair: (pair[0].cell or 0, pair[0].line or 0, pair[0].column or 0, pair[0].rule))
        kept = suppressed(own.cells, [*own.troubles, *(one for one, _ in pairs)], path)
        left = {id(one) for one in kept.findings}
        mendings = [_mending(one, told) for one, told in pairs if told.remedies and id(one) in left]
        return FileReport(path, (*kept.findings, *own.stopped), suppressed=kept.number), mendings

    def _pages(self, path: str) -> Pages | None:
        module = self.project.module(_inside(path))
        return module.pages if module else None


def _speaks(text: str) -> bool:
    return any(word in text for word in _TRACES)


def _stem(path: str) -> str:
    """What other modules call the file: of a package, its folder."""
    folder, name = posixpath.split(path)
    return posixpath.basename(folder) if name == "__init__.py" else posixpath.splitext(name)[0]


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


def _stopped(program: Program, path: str) -> tuple[Finding, ...]:
    """That the code was not evaluated to its end, told once."""
    stops = [run.stopped for run in program.runs if run.stopped]
    if not stops:
        return ()
    told = f"not read to its end: {stops[0].because}"
    return (finding("DIM404", path, told, "limits.steps", "info"),)
