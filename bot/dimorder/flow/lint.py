"""A repository's code judged: evaluated in every world, held against the rules and against the models beside it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import BinaryIO

from dimorder.finding import Finding, Fix, Skipped
from dimorder.flow.as_findings import finding, source_line, troubled
from dimorder.flow.ask import NOT_OURS
from dimorder.flow.bundle import piece
from dimorder.flow.callers import callers_of, seen_from, waits_for_callers
from dimorder.flow.imports import imported_by, imports, stem
from dimorder.flow.joins import Joins
from dimorder.flow.lint_report import STAGE, Ask, Linted, Mending
from dimorder.flow.shaping import shaping
from dimorder.flow.stale import differing
from dimorder.flow.suppression import suppressed
from dimorder.flow.whichever import told_of_all
from dimorder.lint import code as code_of
from dimorder.lint import dim209, table
from dimorder.lint.code import Told
from dimorder.lint.unmoved import table as unmoved
from dimorder.program import Place, Program
from dimorder.report_data import FileReport
from dimorder.sandbox.outside import Outside
from dimorder.source import notebook, python
from dimorder.source.evaluate import evaluate
from dimorder.source.keras_api import KERAS
from dimorder.source.kerases import under_others
from dimorder.source.notebook import Pages
from dimorder.source.project import Project
from dimorder.source.trouble import Trouble

_MOST_CALLERS = 4
PYTHON2 = "py.python2"
_UNMOVED = "code.unread"
"""What findings without an edit are called that speak of a layout which has to move with the model's; data that have to
are looked for in the code as it would be written."""
_UNSAID = "images.unmoved"
_NOT_EDITED = "no fix is offered, since Python 2 is read and not edited"
_TRACES = ("keras", "dim_ordering", "data_format", "load_weights", "theano")
"""Words without which code has nothing to do with layouts."""


def lint(files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Ask, outside: Outside) -> Linted:
    """Reports on the files that are asked for; nothing that code holds makes this raise."""
    pieces = {one.path: one for one in options.pieces}
    return lint_contents(lambda path: piece(files["source"], pieces[path]), options, outside)


def lint_contents(content: Callable[[str], bytes], options: Ask, outside: Outside) -> Linted:
    """The same of files whose bytes come by their paths."""
    code = RepositoryCode(content, options)
    for done, path in enumerate(options.judge):
        code.alive = partial(outside.progress, STAGE, done, len(options.judge))
        code.alive()
        code.read(path)
    judged = [code.judged(path) for path in options.judge]
    return Linted(
        tuple(one.report for one in judged),
        tuple(mending for one in judged for mending in one.mendings),
        in_the_way=next((stuck for one in judged for stuck in one.stuck), ""),
    )


@dataclass
class _Judging:
    """One file on its way to a report. cells: its text, of notebooks by cell. told: what is said of places in it.

    older: those cells that only Python 2 reads.
    """

    troubles: list[Finding]
    cells: dict[int | None, str] = field(default_factory=dict)
    told: dict[tuple[str, Place], Told] = field(default_factory=dict)
    skipped: Skipped | None = None
    stopped: tuple[Finding, ...] = ()
    older: set[int | None] = field(default_factory=set)

    def is_editable(self, told: Told) -> bool:
        """Whether its edits could be made: what was translated from Python 2 has no text that they fit."""
        return bool(told.remedies) and told.place.cell not in self.older

    def is_stuck(self, told: Told) -> bool:
        """Whether it has to move with the layout, and no edit moves it."""
        if told.remedies:
            return not self.is_editable(told) and not all(one.safe for one in told.remedies)
        return told.code == _UNMOVED


@dataclass(frozen=True, slots=True)
class _Judged:
    """One file's report, what would mend its findings, and what of it no edit moves with the layout."""

    report: FileReport
    mendings: tuple[Mending, ...] = ()
    stuck: tuple[str, ...] = ()


class RepositoryCode:
    """The code of a repository: texts by path, or why they are none, and what is found in those that are judged.

    A program is let go once it is judged: all of a repository together would need more memory than one file may take.
    alive: called now and then while one of them takes long.
    """

    def __init__(self, content: Callable[[str], bytes], ask: Ask) -> None:
        self.content = content
        self.alive: Callable[[], None] = _unseen
        self.named = frozenset(ask.named)
        self.texts: dict[str, str] = {}
        for one in ask.pieces:
            text = python.decoded(content(one.path))
            if isinstance(text, str):
                self.texts[_inside(one.path)] = text
        self.project = Project(self.texts)
        stems = {stem(path) for path, text in self.texts.items() if _speaks(text)}
        self.speaking = {path for path, text in self.texts.items() if _speaks(text) or imports(text, stems)}
        self.met = imported_by(self.speaking, self.texts)
        self.joins = Joins(ask.models)
        self.files: dict[str, _Judging] = {}
        self.shown = {_inside(path): path for path in ask.judge}

    def read(self, path: str) -> None:
        """Evaluate the file, and keep what is to be said of it, and of places in other files that it leads to."""
        own = self.files.setdefault(path, _Judging([]))
        is_notebook = path.lower().endswith(".ipynb")
        troubles = (notebook if is_notebook else python).troubles_in(self.content(path))
        older = next((one for one in troubles if one.code == PYTHON2), None)
        text = self.texts.get(_inside(path))
        speaks = _speaks_raw(self.content(path)) if text is None else _inside(path) in self.speaking
        if older is not None:
            own.skipped = Skipped(path, older.message, older.code)
        elif not speaks and not troubles and path not in self.named:
            own.skipped = Skipped(path, "code that has nothing to do with Keras", NOT_OURS)
        else:
            own.troubles = [troubled(one, path, "warning" if speaks else "info") for one in troubles]
            # Of a notebook the cells that can be read are judged, of a module all or nothing.
            if text is not None and speaks and (is_notebook or not troubles):
                self._evaluate(path, text, own)
        if text is not None and not speaks and not troubles and _inside(path) in self.met:
            self._look_for_images(path, text, own)

    def _look_for_images(self, path: str, text: str, own: _Judging) -> None:
        """Code that says nothing of Keras and is imported where models are: it may make what they read."""
        code = code_of.parsed(Program(_inside(path), (), uses_keras=True), text)
        for told in dim209.find(code):
            own.cells, own.skipped = {None: text}, None
            own.told.setdefault((told.rule, told.place), told)

    def _evaluate(self, path: str, text: str, own: _Judging) -> None:
        program = self._program(_inside(path))
        self.alive()
        laid_out = self._pages(path)
        own.cells = dict(_cells(laid_out)) if laid_out else {None: text}
        own.stopped = _stopped(program, path)
        for cell, part in own.cells.items():
            code = code_of.parsed(program, part, cell)
            if code.tree is None:
                own.older.add(cell)
            for told in (*table.found(code), *told_of_all(program, partial(_found, part, cell))):
                own.told.setdefault((told.rule, told.place), told)
            for told in (told for other in under_others(program) for told in _found(part, cell, other)):
                own.told.setdefault((told.rule, told.place), told)
        for told in (*self.joins.found(program), *differing(program, self.joins)):
            owner = self.shown.get(told.place.path)
            if owner is not None:
                self.files.setdefault(owner, _Judging([])).told.setdefault((told.rule, told.place), told)

    def _program(self, path: str) -> Program:
        """What the file does; models that hang on what its callers pass as they are known there."""
        program = evaluate(path, self.project, (KERAS,), shaping, self.alive)
        for caller in callers_of(path, self.texts)[:_MOST_CALLERS]:
            if not waits_for_callers(program):
                break
            program = seen_from(program, [evaluate(caller, self.project, (KERAS,), shaping, self.alive)])
        return program

    def judged(self, path: str) -> _Judged:
        """What is said of one file that was read."""
        own = self.files[path]
        if own.skipped is not None:
            return _Judged(FileReport(path, skipped=own.skipped))
        pairs = [(_finding(one, path, own), one) for one in own.told.values()]
        pairs.sort(key=lambda pair: (pair[0].cell or 0, pair[0].line or 0, pair[0].column or 0, pair[0].rule))
        unsaid = self._unsaid(path) if any("dimorder:" in text for text in own.cells.values()) else []
        kept = suppressed(own.cells, [*own.troubles, *(one for one, _ in pairs), *unsaid], path)
        left = {id(one) for one in kept.findings}
        pairs = [pair for pair in pairs if id(pair[0]) in left]
        number = kept.number - sum(id(one) not in left for one in unsaid)
        told = [one for one in kept.findings if one.code != _UNSAID]
        return _Judged(
            FileReport(path, (*told, *own.stopped), suppressed=number),
            tuple(_mending(one, told, self.shown) for one, told in pairs if own.is_editable(told)),
            tuple(_stuck(one) for one, told in pairs if own.is_stuck(told)),
        )

    def _unsaid(self, path: str) -> list[Finding]:
        """What keeps a layout where it is and is told only then: a comment that calls such a line right is of use."""
        module = self.project.module(_inside(path))
        if module is None or isinstance(module.tree, Trouble):
            return []
        places = (module.place(node) for node, _ in unmoved.found(module.tree))
        bare = finding(unmoved.RULE, path, "", _UNSAID)
        return [replace(bare, line=one.line, column=one.column, cell=one.cell) for one in places]

    def _pages(self, path: str) -> Pages | None:
        module = self.project.module(_inside(path))
        return module.pages if module else None


def _found(text: str, cell: int | None, program: Program) -> Iterator[Told]:
    """What the rules say of lines that some run came to."""
    return (told for told in table.found(code_of.parsed(program, text, cell)) if told.code != _UNMOVED)


def _unseen() -> None:
    """Nobody waits."""


def _speaks(text: str) -> bool:
    return any(word in text for word in _TRACES)


def _speaks_raw(content: bytes) -> bool:
    """The same of bytes that are no text, in whatever encoding they were meant."""
    return _speaks(content.replace(b"\0", b"").decode("latin-1"))


def _inside(path: str) -> str:
    """As the project knows the file."""
    return posixpath.normpath(path)


def _cells(laid_out: Pages) -> Iterator[tuple[int, str]]:
    """Text by the number of its cell."""
    lines = laid_out.text.split("\n")
    ends = (*laid_out.starts[1:], len(lines))[: len(laid_out.starts)]  # a notebook may hold no code at all
    for number, (start, end) in enumerate(zip(laid_out.starts, ends, strict=True), 1):
        yield number, "\n".join(lines[start:end])


def _finding(told: Told, path: str, own: _Judging) -> Finding:
    place = told.place
    editable = own.is_editable(told)
    message = told.message if editable or not told.remedies else f"{told.message} ({_NOT_EDITED})"
    made = finding(told.rule, path, message, told.code, told.severity, told.confidence)
    return replace(
        made,
        line=place.line,
        column=place.column,
        cell=place.cell,
        related=told.related,
        fix=_fix(told) if editable else None,
        source=source_line(own.cells.get(place.cell, ""), place.line),
    )


def _fix(told: Told) -> Fix:
    said = dict.fromkeys(one.description for one in told.remedies)
    return Fix(all(one.safe for one in told.remedies), "; ".join(said))


def _stuck(found: Finding) -> str:
    cell = f"cell {found.cell}, " if found.cell else ""
    return f"no edit moves {found.path}:{cell}{found.line} ({found.rule}: {found.message})"


def _mending(found: Finding, told: Told, shown: Mapping[str, str]) -> Mending:
    """shown: paths as users know them, by paths as the project knows them: an edit may be one of another file."""
    places = (replace(one.place, path=shown.get(one.place.path, one.place.path)) for one in told.remedies)
    remedies = (replace(one, place=place) for one, place in zip(told.remedies, places, strict=True))
    return Mending(found.fingerprint, tuple(remedies))


def _stopped(program: Program, path: str) -> tuple[Finding, ...]:
    """That the code was not evaluated to its end, told once."""
    stops = [run.stopped for run in program.runs if run.stopped]
    if not stops:
        return ()
    told = f"not read to its end: {stops[0].because}"
    return (finding("DIM404", path, told, "limits.steps", "info"),)
