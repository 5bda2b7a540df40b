"""A repository's code read again, to be mended: new contents of its files, verified by evaluating them."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import BinaryIO

from dimorder.flow.bundle import piece
from dimorder.flow.fix_unmoved import Unmoved, turned_names
from dimorder.flow.fixing import Fixes, Wanted, fixes, is_unsafe
from dimorder.flow.imports import importers, imports, stem
from dimorder.flow.joins import WRONG, Joins
from dimorder.flow.left_behind import in_the_way
from dimorder.flow.lint import lint, lint_contents
from dimorder.flow.lint_report import Ask, Linted
from dimorder.flow.loaded import builders, twin_instead
from dimorder.flow.shaping import shaping
from dimorder.flow.verifying import Verifier
from dimorder.flow.wish import Built, Wish
from dimorder.program import Program
from dimorder.remedy import Remedy
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
    # Whatever is not asked about has to move along, or nothing does.
    everything = (*ask.judge, *(path for path in options.around if path in {one.path for one in ask.pieces}))
    linted = lint(files, names, replace(ask, judge=everything) if options.unsafe else ask, outside)
    sources = {one.path: piece(files["source"], one) for one in ask.pieces}
    wanted = [one.remedies for one in linted.mendings if one.fingerprint in options.only]
    repository = _Repository(sources, ask, options.promised)
    if options.unsafe and (any(map(is_unsafe, wanted)) or _loads_wrongly(linted, options)):
        wanted += repository.loading(options.twins)
    judged = {path: sources[path] for path in ask.judge}

    def verify(changed: Mapping[str, bytes]) -> str:
        because = repository.objection(wanted, everything, changed)
        return because or _more({**sources, **changed}, replace(ask, judge=everything), outside)

    return fixes(judged, wanted, verify, unsafe=options.unsafe, in_the_way=in_the_way(linted, options))


def _more(contents: Mapping[str, bytes], ask: Ask, outside: Outside) -> str:
    """What would be found to move in these contents that did not move with the rest; "" for nothing."""
    for mending in lint_contents(contents.__getitem__, ask, outside).mendings:
        place = next((one.place for one in mending.remedies if not one.safe), None)
        if place is not None:
            return f"{place.path}:{place.line} would be found to move only then, which nobody has verified"
    return ""


def built(files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Ask, outside: Outside) -> Built:
    """The code that loads weights; nothing that it holds makes this raise."""
    repository = _Repository({one.path: piece(files["source"], one) for one in options.pieces}, options)
    return Built(tuple(dict.fromkeys(repository.builders())))


def _loads_wrongly(linted: Linted, options: Wish) -> bool:
    found = (one for report in linted.reports for one in report.findings)
    return any(one.rule == WRONG and one.fingerprint in options.only for one in found)


class _Repository:
    """The code as the evaluator knows it."""

    def __init__(self, sources: Mapping[str, bytes], ask: Ask, promised: tuple[str, ...] = ()) -> None:
        self.ask = ask
        self.inside = {posixpath.normpath(path): path for path in sources}
        self.texts = _texts(sources)
        self.joins = Joins(ask.models, promised)
        self.programs: dict[str, Program] = {}

    def loading(self, twins: tuple[tuple[str, str], ...]) -> Iterator[Wanted]:
        """Edits that load the twins instead of what they were made from."""
        project = Project(self.texts)
        for path in self._loading():
            yield from twin_instead(self.program(path), project, self.inside, self.joins, dict(twins))

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

    def objection(self, wanted: Iterable[Wanted], own: Iterable[str], changed: Mapping[str, bytes]) -> str:
        """Why these new contents must not be written: also code that stays as it is may load into what they build.

        own: paths of all code of the repository.
        """
        new = _texts(changed)
        near = {posixpath.normpath(path) for path in self._loading()} | importers(new, self.texts)
        new = {**{path: self.texts[path] for path in sorted(near)}, **new}
        before = {inside: self.program(self.inside[inside]) for inside in new}
        because = Verifier(before, self.texts, self.joins).objection(new)
        remedies = [remedy for one in wanted for remedy in one]
        return because or self._unmoved(_texts(changed), remedies, own).objection()

    def _unmoved(self, new: Mapping[str, str], remedies: Collection[Remedy], own: Iterable[str]) -> Unmoved:
        """What is to be seen of data of the old layout once the code is changed."""
        old = Project(self.texts)
        modules = ((path, old.module(posixpath.normpath(path))) for path in {one.place.path for one in remedies})
        names = frozenset(
            name
            for path, module in modules
            if module is not None
            for name in turned_names(module, [one for one in remedies if one.place.path == path])
        )
        paths = [posixpath.normpath(path) for path in own]
        maps = any(map(_yields_maps, self.programs.values()))
        # Of a file that does not tell, only its twin is known to have the new layout.
        old_models = (one.path for one in self.ask.models if one.verdict.layout.dim_ordering in ("th", "unknown"))
        models = [posixpath.basename(path) for path in old_models]
        return Unmoved({**self.texts, **new}, tuple(new), paths, names, models, maps)


def _yields_maps(program: Program) -> bool:
    """Whether some model's last layer yields maps, or nobody knows what."""
    lasts = (model.layers[-1] for run in program.runs for model in run.models if model.layers)
    return any(last.output_shape is None or len(last.output_shape) > 2 for last in lasts)


def _texts(sources: Mapping[str, bytes]) -> dict[str, str]:
    """Of what can be read at all, by paths as the evaluator knows them."""
    read = ((posixpath.normpath(path), python.decoded(content)) for path, content in sources.items())
    return {path: text for path, text in read if isinstance(text, str)}
