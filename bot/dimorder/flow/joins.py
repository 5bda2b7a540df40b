"""Code and the weights that it loads: would loading raise, or load and predict wrongly?"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from dimorder.finding import Related, Severity
from dimorder.flow.fits import Fit, fit
from dimorder.flow.lint_report import Judged
from dimorder.lint.code import Told
from dimorder.program import WORLDS, BuiltModel, Call, Program, Run, Thing, World
from dimorder.verdict import Confidence

RAISES, WRONG, DIFFERS = "DIM301", "DIM302", "DIM304"
LOADS = "model.load_weights"
_FLIPS = ("convert_all_kernels_in_model", "convert_kernel")
Found = TypeVar("Found")
_BOUND_ERA = {"keras0": "keras1", "keras1": "keras1", "keras2": "keras2"}
"""In which form an architecture is held against a file of this era."""


@dataclass(frozen=True, slots=True)
class _Load:
    """One call that loads a file into a model, in one run.

    flips:   the code turns kernels as well.
    guessed: the code names a file elsewhere, and this is the only one of that name.
    """

    run: Run
    call: Call
    model: BuiltModel
    file: Judged
    by_name: bool
    flips: bool
    guessed: bool

    @property
    def world(self) -> World:
        """The machine that it runs on."""
        return self.run.world


class Joins:
    """The model files of a repository, as code finds them. promised: paths of converted twins that would be written."""

    def __init__(self, models: Sequence[Judged], promised: Sequence[str] = ()) -> None:
        self.by_path = {posixpath.normpath(one.path): one for one in models}
        self.promised = {posixpath.normpath(path): path for path in promised}
        self.by_name: dict[str, list[Judged]] = {}
        for path, one in self.by_path.items():
            self.by_name.setdefault(posixpath.basename(path), []).append(one)

    def found(self, program: Program) -> tuple[Told, ...]:
        """What is wrong with the files that the code loads: one finding for each place that loads, and layers."""
        loads: dict[Any, list[_Load]] = {}
        for run in program.alternatives:
            for load in self._loads(program, run):
                loads.setdefault(load.call.place, []).append(load)
        return tuple(told for each in loads.values() for told in _judged(each, _assuming(program)))

    def _loads(self, program: Program, run: Run) -> Iterator[_Load]:
        models = {model.place: model for model in run.models}
        flips = any(call.callee.endswith(_FLIPS) for call in run.calls)
        for call in run.calls:
            model = models.get(_place_of(call.on)) if call.callee == LOADS else None
            if model is None:
                continue
            path = argument(call, "filepath", "0")
            file = self.file(path, program.path)
            if file is not None and file.kind != "architecture":
                guessed = self.exactly(path, program.path) is None
                yield _Load(run, call, model, file, argument(call, "by_name", "1") is True, flips, guessed)

    def file(self, path: Any, importer: str) -> Judged | None:
        """The file that a path in code means: from the code's folder or one above, or the only one of its name."""
        found = self.exactly(path, importer)
        alike = self.by_name.get(posixpath.basename(path), []) if isinstance(path, str) and path else []
        return found or (alike[0] if len(alike) == 1 else None)

    def exactly(self, path: Any, importer: str) -> Judged | None:
        """The file at a path, seen from the code's folder or one above."""
        return _at(self.by_path, path, importer)

    def is_promised(self, path: Any, importer: str) -> bool:
        """Whether it is a twin that would be written."""
        return _at(self.promised, path, importer) is not None


def _at(table: Mapping[str, Found], path: Any, importer: str) -> Found | None:
    if not isinstance(path, str) or not path:
        return None
    folder = posixpath.dirname(importer)
    while True:
        found = table.get(posixpath.normpath(posixpath.join(folder, path)))
        if found is not None or not folder.strip("/"):
            return found
        folder = posixpath.dirname(folder)


def fitting(run: Run, call: Call, file: Judged) -> str | None:
    """Why it cannot be told that a file fits the model that a call loads it into; None where it does fit."""
    model = next((one for one in run.models if one.place == _place_of(call.on)), None)
    if model is None or file.kind == "architecture":
        return "the model is not known"
    if model.doubts:
        return model.doubts[0].because
    load = _Load(run, call, model, file, argument(call, "by_name", "1") is True, flips=False, guessed=False)
    found = _fit(load)
    return None if found.word == "fits" else found.because


def _place_of(owner: Any) -> Any:
    return owner.of.get("place") if isinstance(owner, Thing) and owner.kind == "keras model" else None


def argument(call: Call, *names: str) -> Any:
    """The value of the first of these arguments that the call has, None for none."""
    found = (call.arguments[name].value for name in names if name in call.arguments)
    return next(found, None)


def _judged(loads: Sequence[_Load], assuming: Sequence[Run]) -> Iterator[Told]:
    """What the loads at one place come to, over all worlds that reach it."""
    fits = [(load, _fit(load)) for load in loads]
    differing = [(load, found) for load, found in fits if found.word == "differs"]
    fitting = [load for load, found in fits if found.word == "fits"]
    wrong = [load for load in fitting if _predicts_wrongly(load)]
    today = _on_todays_machines(differing, fitting)
    if differing and not fitting:
        load, found = differing[0]
        all_differ = len(differing) == len(fits) and _agree([one for one, _ in differing], assuming)
        sure: Confidence = "certain" if all_differ else "likely"
        yield _told(RAISES, load, _raises(load, found), "join.shapes", "error", sure)
        yield from _layers(load, found, sure)
    elif wrong:
        worlds = {load.world for load in wrong}
        sure = _kernels(wrong[0]) if _agree(wrong, [run for run in assuming if run.world in worlds]) else "likely"
        yield _told(WRONG, wrong[0], _predicts(wrong[0]), "join.kernels", "error", sure)
    elif today:
        load, found = today[0]
        where = f"where the machine says channels {load.world.channels}"
        there = [run for run in assuming if run.world == load.world]
        sure = "certain" if _agree([one for one, _ in today], there) else "likely"
        yield _told(RAISES, load, f"{where}: {_raises(load, found)}", "join.machine", "warning", sure)


def _assuming(program: Program) -> tuple[Run, ...]:
    """Runs of which, in worlds where conditions are taken for granted, nobody knows which one it is."""
    worlds = {run.world for run in program.alternatives if run.assumed}
    return tuple(run for run in program.alternatives if run.world in worlds)


def _agree(loads: Sequence[_Load], runs: Sequence[Run]) -> bool:
    """Whether there is one of the loads in each of the runs."""
    return all(any(load.run is run for load in loads) for run in runs)


def _on_todays_machines(differing: Sequence[tuple[_Load, Fit]], fitting: Sequence[_Load]) -> list[tuple[_Load, Fit]]:
    """Loads that differ there; none where it hangs on an assumption whether they do."""
    there = [(load, found) for load, found in differing if load.world == WORLDS[0]]
    runs = [load.run for load, _ in there]
    otherwise = [load for load in fitting if load.world == WORLDS[0] and not any(load.run is run for run in runs)]
    return [] if otherwise else there


def _layers(load: _Load, found: Fit, confidence: Confidence) -> Iterator[Told]:
    """The first layer that the file has by the same name and with another shape, told once for all of them.

    Where most layers differ the file is another model's: that is told where it is loaded.
    """
    differing = dict(found.layers) if 2 * len(found.layers) <= found.met else {}
    layer = next((one for one in load.model.layers if one.name in differing), None)
    if layer is None:
        return
    more = f"; {len(differing) - 1} more layers differ" if len(differing) > 1 else ""
    file, place = load.file.path, load.call.place
    told = f"layer {layer.name!r} has another shape in {file!r}, which is loaded by name: {differing[layer.name]}{more}"
    related = (
        Related(file, None, f"holds a layer {layer.name!r}"),
        Related(place.path, place.line, "loads it by name"),
    )
    yield Told(DIFFERS, layer.place, "warning", confidence, told, "join.layer", related)


def _fit(load: _Load) -> Fit:
    era = _BOUND_ERA.get(load.file.era)
    document = load.model.documents.get(era or "")
    if not document:
        because = load.model.unknown[0].because if load.model.unknown else "the code's model is not known"
        return Fit("unknown", because)
    # A whole model is loaded for its arrays, too.
    stored = replace(load.file.model, kind="weights")
    return fit(document, stored, load.file.verdict, load.world.channels, by_name=load.by_name)


def _predicts_wrongly(load: _Load) -> bool:
    """Theano's kernels under TensorFlow: what Keras 1 wrote no Keras flips, nor does any Keras after 2.3.1."""
    kernels = load.file.verdict.layout.kernels
    if load.flips:
        return False
    return kernels == "th" and load.world.backend == "tensorflow" and load.file.era in ("keras0", "keras1")


def _kernels(load: _Load) -> Confidence:
    return load.file.verdict.confidence["kernels"]


def _raises(load: _Load, found: Fit) -> str:
    return f"{load.file.path!r} does not fit the model that the code builds: {found.because}"


def _predicts(load: _Load) -> str:
    return (
        f"{load.file.path!r} fits, and predicts wrongly on TensorFlow: its kernels are Theano's, "
        "which nothing here flips"
    )


def _told(rule: str, load: _Load, message: str, code: str, severity: Severity, confidence: Confidence) -> Told:
    built = load.model.place
    related = (
        Related(load.file.path, None, f"its layout: {load.file.verdict.layout}"),
        Related(built.path, built.line, "the model is built here"),
        *_reasons(load),
    )
    sure: Confidence = "likely" if _reasons(load) and confidence == "certain" else confidence
    return Told(rule, load.call.place, severity, sure, message, code, related)


def _reasons(load: _Load) -> tuple[Related, ...]:
    """Why what is told of the two may be wrong though it was read."""
    doubts = [(one.place, one.because) for one in load.model.doubts[:1] if one.place]
    followed = (Related(place.path, place.line, f"not followed: {because}") for place, because in doubts)
    guess = (Related(load.file.path, None, "the only file of this name; the code names another place"),)
    return (*followed, *(guess if load.guessed else ()))
