"""Fixed code evaluated again: it must build what the conversion makes of the models that it built before.

What nobody read cannot be verified, and then nothing moves: a layer in no model, weights that lie elsewhere, code that
does what the evaluator does not follow.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dimorder.flow.alike import differences, has_channels_first
from dimorder.flow.imports import importers
from dimorder.flow.joins import Joins
from dimorder.flow.loading import WHOLE, objections
from dimorder.flow.shaping import shaping
from dimorder.layout import Channels
from dimorder.program import BuiltModel, Place, Program, Run
from dimorder.source.evaluate import evaluate
from dimorder.source.keras_api import KERAS
from dimorder.source.kerases import under_others
from dimorder.source.project import Project

_RUNS = re.compile(r'(?:"|\\n)[ \t]*%(?:run|load|loadpy|execfile)\b')
_WRITTEN = re.compile(r"%%(?:writefile|file)[ \t]+(?:-a[ \t]+)?([^\s\"\\]+)")
"""In notebooks as they are stored: JSON, with line ends spelled in strings."""


@dataclass
class _Seen:
    """moved: places of layers that had their channels first. verified: of those in models that were compared.

    by: programs in which a model was compared, or a whole model is loaded that has its channels last.
    """

    moved: dict[Place, str] = field(default_factory=dict)
    verified: set[Place] = field(default_factory=set)
    by: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Verifier:
    """before: programs by path as they were. texts: of the whole repository, as the project knows them."""

    before: Mapping[str, Program]
    texts: Mapping[str, str]
    joins: Joins

    def objection(self, changed: Mapping[str, str]) -> str:
        """Why these texts (by path) must not be written; "" where they may be.

        changed: with those that stay as they are, and see what becomes of the others.
        """
        project = Project({**self.texts, **changed})
        seen = _Seen()
        for path in changed:
            after = evaluate(posixpath.normpath(path), project, (KERAS,), shaping)
            because = next(self._objections(self.before[path], after, seen), "")
            if because:
                return f"{path}: {because}"
        edited = [path for path, text in changed.items() if text != self.texts.get(path)]
        for path in edited:
            if under_others(self.before[path]):
                return f"{path}: cannot be verified, since by Keras's version it decides what it builds"
        return next(self._written(edited), "") or next(self._unread(edited, seen), "")

    def _objections(self, before: Program, after: Program, seen: _Seen) -> Iterator[str]:
        old, new = _run(before, "first"), _run(after, "last")
        if old is None or new is None:
            return
        if before.path.lower().endswith(".ipynb") and _RUNS.search(self.texts.get(before.path, "")):
            yield "cannot be verified, since a cell runs or loads another file in a way that is not followed (%run)"
        for run in (old, new):
            if run.stopped is not None:
                yield f"cannot be verified, since it was not read to its end: {run.stopped.because}"
        seen.moved |= {layer.place: layer.name for layer in old.layers if layer.channels == "first"}
        yield from _compared(old, new, before.path, seen)
        yield from (told.message for told in self.joins.found(after))
        yield from objections(new, after.path, self.joins)
        if any(call.callee == WHOLE for call in new.calls):
            seen.by.add(after.path)

    def _written(self, edited: list[str]) -> Iterator[str]:
        """Cells of notebooks that write an edited file anew."""
        names = {posixpath.basename(path) for path in edited}
        for path, text in self.texts.items():
            written = _WRITTEN.findall(text) if path.lower().endswith(".ipynb") else ()
            if again := next((name for name in map(posixpath.basename, written) if name in names), ""):
                yield f"{path}: a cell writes {again} as it was before"

    def _unread(self, edited: list[str], seen: _Seen) -> Iterator[str]:
        """What was edited and reaches no model that was compared."""
        for place, name in seen.moved.items():
            if place not in seen.verified:
                yield f"{place.path}:{place.line}: cannot be verified, since layer {name!r} is in no model that is read"
        for path in edited:
            if seen.by.isdisjoint(importers((path,), self.texts)):
                yield f"{path}: cannot be verified, since no model that is read has to do with it"


def _run(program: Program, channels: Channels) -> Run | None:
    """On a machine of today's backend with these channels."""
    worlds = (run for run in program.runs if (run.world.channels, run.world.backend) == (channels, "tensorflow"))
    return next(worlds, None)


def _compared(old: Run, new: Run, path: str, seen: _Seen) -> Iterator[str]:
    """Models of one name are held against each other in the order in which they are built."""
    whole = {call.place for call in old.calls if call.callee == WHOLE}
    there: dict[tuple[str, str], list[BuiltModel]] = {}
    for model in new.models:
        there.setdefault(_key(model), []).append(model)
    for model in old.models:
        name = model.name or model.function or "the model"
        alike = there.get(_key(model), [])
        if not alike:
            yield f"{name} would not be built any more"
            return
        after = alike.pop(0)
        if model.place in whole or not has_channels_first(model):
            continue  # what a file holds is judged where it is loaded
        yield from (f"{name}: {because}" for because in differences(model, after))
        seen.verified |= {layer.place for layer in model.layers}
        seen.by.add(path)


def _key(model: BuiltModel) -> tuple[str, str]:
    return model.function, model.name
