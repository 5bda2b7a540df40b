"""Code and the weights that it loads: would loading raise, or load and predict wrongly?"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from dimorder.finding import Related, Severity
from dimorder.flow.fits import Fit, fit
from dimorder.flow.lint_report import Judged
from dimorder.lint.code import Told
from dimorder.program import WORLDS, BuiltModel, Call, Program, Run, Thing, World
from dimorder.verdict import Confidence

RAISES, WRONG, DIFFERS = "DIM301", "DIM302", "DIM304"
_LOADS = "model.load_weights"
_FLIPS = ("convert_all_kernels_in_model", "convert_kernel")
_BOUND_ERA = {"keras0": "keras1", "keras1": "keras1", "keras2": "keras2"}
"""In which form an architecture is held against a file of this era."""


@dataclass(frozen=True, slots=True)
class _Load:
    """One call that loads a file into a model, in one world. flips: the code turns kernels as well."""

    world: World
    call: Call
    model: BuiltModel
    file: Judged
    by_name: bool
    flips: bool


class Joins:
    """The model files of a repository, as code finds them."""

    def __init__(self, models: Sequence[Judged]) -> None:
        self.by_path = {posixpath.normpath(one.path): one for one in models}
        self.by_name: dict[str, list[Judged]] = {}
        for path, one in self.by_path.items():
            self.by_name.setdefault(posixpath.basename(path), []).append(one)

    def found(self, program: Program) -> tuple[Told, ...]:
        """What is wrong with the files that the code loads: one finding for each place that loads, and layers."""
        loads: dict[Any, list[_Load]] = {}
        for run in program.runs:
            for load in self._loads(program, run):
                loads.setdefault(load.call.place, []).append(load)
        return tuple(told for each in loads.values() for told in _judged(each))

    def _loads(self, program: Program, run: Run) -> Iterator[_Load]:
        models = {model.place: model for model in run.models}
        flips = any(call.callee.endswith(_FLIPS) for call in run.calls)
        for call in run.calls:
            model = models.get(_place_of(call.on)) if call.callee == _LOADS else None
            if model is None:
                continue
            path = _argument(call, "filepath", "0")
            file = self.file(path, program.path)
            if file is not None and file.kind == "weights":
                yield _Load(run.world, call, model, file, _argument(call, "by_name", "1") is True, flips)

    def file(self, path: Any, importer: str) -> Judged | None:
        """The file that a path in code means: from the code's folder or one above, or the only one of its name."""
        if not isinstance(path, str) or not path:
            return None
        folder = posixpath.dirname(importer)
        while True:
            found = self.by_path.get(posixpath.normpath(posixpath.join(folder, path)))
            if found is not None or not folder.strip("/"):
                break
            folder = posixpath.dirname(folder)
        alike = self.by_name.get(posixpath.basename(path), [])
        return found or (alike[0] if len(alike) == 1 else None)


def _place_of(owner: Any) -> Any:
    return owner.of.get("place") if isinstance(owner, Thing) and owner.kind == "keras model" else None


def _argument(call: Call, *names: str) -> Any:
    found = (call.arguments[name].value for name in names if name in call.arguments)
    return next(found, None)


def _judged(loads: Sequence[_Load]) -> Iterator[Told]:
    """What the loads at one place come to, over all worlds that reach it."""
    fits = [(load, _fit(load)) for load in loads]
    differing = [(load, found) for load, found in fits if found.word == "differs"]
    fitting = [load for load, found in fits if found.word == "fits"]
    wrong = [load for load in fitting if _predicts_wrongly(load)]
    today = [(load, found) for load, found in differing if load.world == WORLDS[0]]
    if differing and not fitting:
        load, found = differing[0]
        sure: Confidence = "certain" if len(differing) == len(fits) else "likely"
        yield _told(RAISES, load, _raises(load, found), "join.shapes", "error", sure)
        yield from _layers(load, found, sure)
    elif wrong:
        yield _told(WRONG, wrong[0], _predicts(wrong[0]), "join.kernels", "error", _kernels(wrong[0]))
    elif today:
        load, found = today[0]
        where = f"where the machine says channels {load.world.channels}"
        yield _told(RAISES, load, f"{where}: {_raises(load, found)}", "join.machine", "warning", "certain")


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
    return fit(document, load.file.model, load.file.verdict, load.world.channels, by_name=load.by_name)


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
    )
    return Told(rule, load.call.place, severity, confidence, message, code, related)
