"""Data of the old layout that stay behind while models move: seen in the code as it would be written.

A model that takes channels last is fed wrongly by each line that still makes, indexes or names channels first, and
nothing raises where sizes are open. So every such line is looked for in the repository's own code, and in what
imports code that changes or is imported by it; one that a person called right (`# dimorder: ignore[DIM209] reason`)
is passed over.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from dimorder.flow.imports import imported, stem
from dimorder.lint.unmoved.table import RULE, Old, found
from dimorder.program import Place
from dimorder.remedy import Remedy
from dimorder.source.project import Module, Project
from dimorder.source.suppressions import suppressions
from dimorder.source.trouble import Trouble

_OTHERS = frozenset({"torch", "caffe", "mxnet", "lasagne", "chainer", "paddle"})
"""Frameworks whose own code says nothing of Keras's data."""
_TOLD = 3
_WAY_OUT = f"where a line is right as it is, say so behind it: # dimorder: ignore[{RULE}] and why"


@dataclass(frozen=True, slots=True)
class Unmoved:
    """texts: as they would be, by path as the project knows them. changed: of what edits change.

    own: of the repository's own code. moved: names of shapes that edits turn. models: names of model files whose
    channels come first. maps: some model yields maps.
    """

    texts: Mapping[str, str]
    changed: Collection[str]
    own: Collection[str]
    moved: Collection[str] = ()
    models: Collection[str] = ()
    maps: bool = False

    def objection(self) -> str:
        """Which lines stay behind, in one sentence; "" for none."""
        told = list(self._told())
        if not told:
            return ""
        more = f", and {len(told) - _TOLD} more lines" if len(told) > _TOLD else ""
        return f"no edit moves {'; '.join(told[:_TOLD])}{more} ({_WAY_OUT})"

    def _told(self) -> Iterator[str]:
        project = Project(self.texts)
        near = connected(project, self.texts, self.changed)
        for path in sorted({*near, *self.own}):
            module = project.module(path)
            if module is not None and (path in near or not _is_of_others(module.text)):
                yield from self._in(module, is_near=path in near)

    def _in(self, module: Module, *, is_near: bool) -> Iterator[str]:
        tree = module.tree
        if isinstance(tree, Trouble):
            if is_near:
                yield f"{module.path}, which cannot be read: {tree.message}"
            return
        right = [one for one in suppressions(module.text) if RULE in one.codes]
        for node, because in found(tree, Old(self.moved, self.models, self.maps)):
            if not any(one.holds(getattr(node, "lineno", None)) for one in right):
                yield f"{_shown(module.place(node))} ({because})"


def connected(project: Project, paths: Collection[str], start: Collection[str]) -> frozenset[str]:
    """The start, and all code that imports it or is imported by it, over however many others; told by names alone."""
    wanted = {path: imported(module.text) for path in paths if (module := project.module(path)) is not None}
    stems = {path: stem(path) for path in wanted}
    near, before = {path for path in start if path in wanted}, 0
    while len(near) > before:
        before = len(near)
        names = {stems[path] for path in near}
        asked = frozenset().union(*(wanted[path] for path in near))
        near |= {path for path in wanted if stems[path] in asked or wanted[path] & names}
    return frozenset(near)


def turned_names(module: Module, remedies: Collection[Remedy]) -> Iterator[str]:
    """Names of the shapes in this module that an edit turns."""
    places = {(one.place.line, one.place.column, one.place.cell) for one in remedies if one.kind == "reorder"}
    if not places or isinstance(module.tree, Trouble):
        return
    for node in ast.walk(module.tree):
        for name, value in _bound(node):
            place = module.place(value)
            if (place.line, place.column, place.cell) in places:
                yield name


def _bound(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """Names and what they are set to: by assignments, and as defaults of parameters."""
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                match target:
                    case ast.Name(id=name) | ast.Attribute(attr=name):
                        yield name, value
        case ast.arguments(args=args, defaults=defaults):
            yield from ((arg.arg, value) for arg, value in zip(reversed(args), reversed(defaults), strict=False))


def _is_of_others(text: str) -> bool:
    return "keras" not in text and bool(imported(text) & _OTHERS)


def _shown(place: Place) -> str:
    cell = f"cell {place.cell}, " if place.cell else ""
    return f"{place.path}:{cell}{place.line}"
