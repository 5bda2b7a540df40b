"""A repository's code read again, to be mended: new contents of its files, verified by evaluating them."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from dimorder.flow.bundle import piece
from dimorder.flow.fixing import Fixes, Wanted, fixes, is_unsafe
from dimorder.flow.imports import imports, stem
from dimorder.flow.joins import WRONG, Joins
from dimorder.flow.lint import lint
from dimorder.flow.lint_report import Ask, Linted
from dimorder.flow.loaded import builders, twin_instead
from dimorder.flow.shaping import shaping
from dimorder.flow.verifying import Verifier
from dimorder.flow.wish import Built, Wish
from dimorder.program import Program
from dimorder.sandbox.outside import Outside
from dimorder.source import python
from dimorder.source.evaluate import evaluate
from dimorder.source.keras_api import KERAS
from dimorder.source.project import Project

_LOADS = "load_"
"""Without this word code loads neither weights nor models."""


def mend(files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Wish, outside: Outside) -> Fixes:
    """What fixes make of the code; nothing that it holds makes this raise."""
    ask = options.ask
    linted = lint(files, names, ask, outside)
    sources = {one.path: piece(files["source"], one) for one in ask.pieces}
    wanted = [one.remedies for one in linted.mendings if one.fingerprint in options.only]
    repository = _Repository(sources, ask)
    if options.unsafe and (any(map(is_unsafe, wanted)) or _loads_wrongly(linted, options)):
        wanted += repository.loading(options.twins)
    judged = {path: sources[path] for path in ask.judge}
    return fixes(judged, wanted, repository.objection, unsafe=options.unsafe, in_the_way=linted.in_the_way)


def built(files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Ask, outside: Outside) -> Built:
    """The code that loads weights; nothing that it holds makes this raise."""
    repository = _Repository({one.path: piece(files["source"], one) for one in options.pieces}, options)
    return Built(tuple(dict.fromkeys(repository.builders())))


def _loads_wrongly(linted: Linted, options: Wish) -> bool:
    found = (one for report in linted.reports for one in report.findings)
    return any(one.rule == WRONG and one.fingerprint in options.only for one in found)


class _Repository:
    """The code as the evaluator knows it."""

    def __init__(self, sources: Mapping[str, bytes], ask: Ask) -> None:
        self.ask = ask
        self.inside = {posixpath.normpath(path): path for path in sources}
        self.texts = _texts(sources)
        self.joins = Joins(ask.models)
        self.programs: dict[str, Program] = {}

    def loading(self, twins: tuple[tuple[str, str], ...]) -> Iterator[Wanted]:
        """Edits that load the twins instead of what they were made from."""
        for path in self._loading():
            yield from twin_instead(self.program(path), path, self.joins, dict(twins))

    def builders(self) -> Iterator[tuple[str, str]]:
        """Weights without an architecture, and what builds their model."""
        for path in self._loading():
            yield from builders(self.program(path), self.inside, self.joins)

    def _loading(self) -> Iterator[str]:
        """Paths of code that loads something, or calls what does."""
        loading = {stem(path) for path, text in self.texts.items() if _LOADS in text}
        for path in self.ask.judge:
            text = self.texts.get(posixpath.normpath(path), "")
            if _LOADS in text or imports(text, loading):
                yield path

    def program(self, path: str) -> Program:
        """What the code was before."""
        if path not in self.programs:
            inside = posixpath.normpath(path)
            self.programs[path] = evaluate(inside, Project(self.texts), (KERAS,), shaping)
        return self.programs[path]

    def objection(self, changed: Mapping[str, bytes]) -> str:
        """Why these new contents must not be written: also code that stays as it is may load into what they build."""
        loading = {posixpath.normpath(path) for path in self._loading()}
        new = {**{path: self.texts[path] for path in loading}, **_texts(changed)}
        before = {inside: self.program(self.inside[inside]) for inside in new}
        return Verifier(before, self.texts, self.joins).objection(new)


def _texts(sources: Mapping[str, bytes]) -> dict[str, str]:
    """Of what can be read at all, by paths as the evaluator knows them."""
    read = ((posixpath.normpath(path), python.decoded(content)) for path, content in sources.items())
    return {path: text for path, text in read if isinstance(text, str)}
