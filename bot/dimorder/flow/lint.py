"""A repository's code judged: evaluated in every world, held against the rules and against the models beside it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import BinaryIO

from dimorder.finding import Finding, Skipped
from dimorder.flow.as_findings import finding, troubled
from dimorder.flow.ask import NOT_OURS
from dimorder.flow.bundle import piece
from dimorder.flow.callers import callers_of, seen_from, waits_for_callers
from dimorder.flow.imports import imported_by, imports, stem
from dimorder.flow.joins import Joins
from dimorder.flow.lint_judging import UNMOVED, Judging, judged
from dimorder.flow.lint_report import STAGE, Ask, Linted
from dimorder.flow.shaping import shaping
from dimorder.flow.stale import differing
from dimorder.flow.whichever import told_of_all
from dimorder.lint import code as code_of
from dimorder.lint import dim209, table
from dimorder.lint.code import Told
from dimorder.lint.unmoved import table as unmoved
from dimorder.program import Place, Program
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
    every = [judged(path, code.files[path], code.shown, code.unmoved_at(path)) for path in options.judge]
    return Linted(
        tuple(one.report for one in every),
        tuple(mending for one in every for mending in one.mendings),
        in_the_way=next((stuck for one in every for stuck in one.stuck), ""),
    )


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
        self.files: dict[str, Judging] = {}
        self.shown = {_inside(path): path for path in ask.judge}

    def read(self, path: str) -> None:
        """Evaluate the file, and keep what is to be said of it, and of places in other files that it leads to."""
        own = self.files.setdefault(path, Judging([]))
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

    def _look_for_images(self, path: str, text: str, own: Judging) -> None:
        """Code that says nothing of Keras and is imported where models are: it may make what they read."""
        code = code_of.parsed(Program(_inside(path), (), uses_keras=True), text)
        for told in dim209.find(code):
            own.cells, own.skipped = {None: text}, None
            own.told.setdefault((told.rule, told.place), told)

    def _evaluate(self, path: str, text: str, own: Judging) -> None:
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
                self.files.setdefault(owner, Judging([])).told.setdefault((told.rule, told.place), told)

    def _program(self, path: str) -> Program:
        """What the file does; models that hang on what its callers pass as they are known there."""
        program = evaluate(path, self.project, (KERAS,), shaping, self.alive)
        for caller in callers_of(path, self.texts)[:_MOST_CALLERS]:
            if not waits_for_callers(program):
                break
            program = seen_from(program, [evaluate(caller, self.project, (KERAS,), shaping, self.alive)])
        return program

    def unmoved_at(self, path: str) -> list[Place]:
        """Where the code keeps a layout in its place; asked only of files with comments that may call that right."""
        module = self.project.module(_inside(path))
        commented = any("dimorder:" in text for text in self.files[path].cells.values())
        if not commented or module is None or isinstance(module.tree, Trouble):
            return []
        return [module.place(node) for node, _ in unmoved.found(module.tree)]

    def _pages(self, path: str) -> Pages | None:
        module = self.project.module(_inside(path))
        return module.pages if module else None


def _found(text: str, cell: int | None, program: Program) -> Iterator[Told]:
    """What the rules say of lines that some run came to."""
    return (told for told in table.found(code_of.parsed(program, text, cell)) if told.code != UNMOVED)


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


def _stopped(program: Program, path: str) -> tuple[Finding, ...]:
    """That the code was not evaluated to its end, told once."""
    stops = [run.stopped for run in program.runs if run.stopped]
    if not stops:
        return ()
    told = f"not read to its end: {stops[0].because}"
    return (finding("DIM404", path, told, "limits.steps", "info"),)
