"""How much public model code is read without running it: every layer's weight shapes known, some, or none.

    python benchmarks/read_share.py LABELS FOLDER [--all] [--part labelled|unlabelled] [--only WORDS]

LABELS: lint_labels.json. FOLDER: one exported tree for each repository, OWNER+NAME@COMMIT8; nothing of them is kept.
A file builds a model where one is met in any world. It is read completely where every model in it is known in at
least one world (code for Theano alone counts in the world of channels first), that is, where it is known which layers
the model has and of which shape each array of each layer's weights is; partly where one of several is; not at all
else. Layers of the code's own classes count by what their own `build` makes. A model whose shapes hang on an argument
that has no default and that nothing which is read here passes is told but not counted, unless the file builds no other;
neither is a Sequential that gets no layer, nor an object of a class that inherits from Model and hands it no tensors,
which Keras does not know as a model. Code that only puts Model around tensors of models that it is given or that it
reads from files builds none: nowhere does it say the shape of an input, and the weights are those of what it is given.
Where a file's own lines do not tell all, it is looked at from those files that import it: what they pass counts for
the models in it. Where conditions that nobody knows decide what is built, the model must be known whichever way they
go; or else with the program's command line taken to be empty, as its options' defaults are. Each file's row says which
of these told it.
Prints each file that is not read completely with the reasons, then the shares. Whether the shapes are right is told
by comparing with real Keras, not here. --all: also what was read completely, and what builds nothing.
"""

from __future__ import annotations

import json
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any, Literal

from dimorder.errors import DimorderError
from dimorder.flow.architectures import stand_ins
from dimorder.flow.callers import callers_of
from dimorder.flow.opened import Opened
from dimorder.flow.options import Options
from dimorder.flow.settling import judge
from dimorder.flow.shaping import shaping
from dimorder.formats.architectures import with_architecture
from dimorder.infer import settle
from dimorder.layout import Channels, Layout
from dimorder.model import Model
from dimorder.program import BuiltLayer, BuiltModel, Place, Program, Run, World
from dimorder.source import python
from dimorder.source.evaluate import evaluate
from dimorder.source.keras_api import KERAS
from dimorder.source.options import SAID
from dimorder.source.project import Project
from dimorder.source.trouble import Trouble

Share = Literal["completely", "partly", "not at all", "builds none", "cannot be parsed"]
GOAL = 0.80
_SECONDS = 120
"""Of a processor's time for one file."""
_LARGEST = 2 << 20
_LAYOUTS: dict[Channels, Layout] = {"first": Layout("th", "th"), "last": Layout("tf", "tf")}
WEIGHTLESS = frozenset({
    "InputLayer", "Activation", "Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "Flatten",
    "Reshape", "Permute", "RepeatVector", "Lambda", "Masking", "GaussianNoise", "GaussianDropout", "LeakyReLU", "ELU",
    "ThresholdedReLU", "Softmax", "ReLU", "Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate",
    "Dot", "Merge", "ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D", "Cropping1D", "Cropping2D", "Cropping3D",
    "UpSampling1D", "UpSampling2D", "UpSampling3D", "MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D",
    "AveragePooling2D", "AveragePooling3D", "GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D",
    "GlobalAveragePooling1D", "GlobalAveragePooling2D", "GlobalAveragePooling3D",
})  # fmt: skip
"""Classes of Keras 2 whose layers have no weights, whatever else is not known of them."""
UNCALLED = "nothing here calls it, and the parameter"
UNCOUNTED = (UNCALLED, "nothing is added to it that is seen here", "never becomes a model of Keras")
"""Reasons of models that are told but not counted beside others."""
INPUTS = frozenset({"input_shape", "batch_input_shape", "input_dim"})


class Late(Exception):
    """A file takes too long."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """models: by the place of the call that makes them, what keeps them from being known; "" for nothing.

    by: what told those that the file's own lines do not tell by themselves.
    """

    name: str
    models: dict[Place, str]
    by: tuple[str, ...] = ()
    problem: str = ""
    parsed: bool = True
    seconds: float = 0.0

    @property
    def share(self) -> Share:
        if not self.parsed:
            return "cannot be parsed"
        if not self.models:
            return "not at all" if self.problem else "builds none"
        known = sum(not because for because in self.models.values())
        if known and all(not because or any(one in because for one in UNCOUNTED) for because in self.models.values()):
            return "completely"
        return "partly" if known else "not at all"


def project(tree: Path) -> Project:
    """All Python in a tree that is no larger than code ever is."""
    texts = {}
    for path in sorted((*tree.rglob("*.py"), *tree.rglob("*.ipynb"))):
        if path.is_file() and not path.is_symlink() and path.stat().st_size <= _LARGEST:
            text = python.decoded(path.read_bytes())
            if isinstance(text, str):
                texts[path.relative_to(tree).as_posix()] = text
    return Project(texts)


def lacking(model: BuiltModel, channels: Channels) -> str:
    """Why the shapes of the model's weights are not known; "" where they are."""
    within = {id(one) for layer in model.layers for one in layer.unknown}
    of_model = [one for one in model.unknown if id(one) not in within]
    if of_model:
        return of_model[0].because
    if model.is_complete:
        return lacking_in_document(model, channels)
    reasons = [one for one in (lacking_in_layer(layer, channels) for layer in model.layers) if one]
    entrance = [one.because for layer in model.layers if layer.class_name == "InputLayer" for one in layer.unknown]
    return next(iter([*entrance, *reasons] if reasons else ()), "")


def lacking_in_document(model: BuiltModel, channels: Channels) -> str:
    """The same of a model that is known completely."""
    spelled = next((era for era in ("keras2", "keras1") if model.documents.get(era)), None)
    return "it has no document" if spelled is None else unfilled(model.documents[spelled], spelled, channels)


def lacking_in_layer(layer: BuiltLayer, channels: Channels) -> str:
    """Why the shapes of one layer's weights are not known: asked of a model of this layer alone."""
    if layer.weights is not None or layer.class_name in WEIGHTLESS:
        return ""
    if layer.unknown or len(layer.input_shapes) != 1 or layer.input_shapes[0] is None:
        return layer.unknown[0].because if layer.unknown else f"what {layer.class_name} reads has no known shape"
    config = {**layer.config, "batch_input_shape": [None, *layer.input_shapes[0]]}
    layers = [{"class_name": layer.class_name, "config": config}]
    document = {"class_name": "Sequential", "config": {"name": "alone", "layers": layers}, "keras_version": "2"}
    return unfilled(document, "keras2", layer.channels or channels)


def unfilled(document: dict[str, Any], spelled: str, channels: Channels) -> str:
    """Why a document does not tell every array's shape."""
    try:
        plain = json.loads(json.dumps(document))
        read = with_architecture(Model("", "", spelled, "", "", "architecture", ()), plain, channels)
        verdict = judge(Opened(read, None, None), Options(stated=_LAYOUTS[channels]))
        settled = replace(read, graph=settle(read.graph, replace(verdict, layout=_LAYOUTS[channels])))
        stand_ins(Opened(settled, None, None))
    except DimorderError as error:
        return error.sentence
    return ""


def read(program: Program) -> tuple[dict[Place, str], dict[Place, str]]:
    """Of each model the least that keeps it from being known, in whatever world; of those known so, under what."""
    found: dict[Place, str] = {}
    under: dict[Place, str] = {}
    for run in program.runs:
        note(run, found)
    for world in dict.fromkeys(run.world for run in program.variants):
        for runs, said in variants(program, world):
            told = [(noted(run), run.stopped) for run in runs]
            for place, because in found.items():
                reasons = [one.get(place, "not reached" if stopped else "") for one, stopped in told]
                reached = any(place in one for one, _ in told)
                if because and reached and not any(reasons):
                    found[place], under[place] = "", said
    return found, under


def variants(program: Program, world: World) -> Iterator[tuple[list[Run], str]]:
    """Runs that have to agree, and what they take for granted together."""
    there = [run for run in program.variants if run.world == world]
    for said in ("", *SAID.values()):
        runs = [run for run in there if kind_of(run) == said]
        conditions = dict.fromkeys(one.said for run in runs for one in run.assumed if one.said != said)
        whichever = f"whichever way {', '.join(conditions)}" if conditions else ""
        if runs and (said or world in program.covered):
            yield runs, " and ".join(one for one in (said and f"where {said}", whichever) if one)


def kind_of(run: Run) -> str:
    return next((one.said for one in run.assumed if one.said in SAID.values()), "")


def noted(run: Run) -> dict[Place, str]:
    found: dict[Place, str] = {}
    note(run, found)
    return found


def note(run: Run, found: dict[Place, str]) -> None:
    """Put down what keeps each model from being known; "" stays."""
    for model in run.models:
        if found.get(model.place) != "" and not is_loaded(model):
            because = lacking(model, run.world.channels)
            found[model.place] = because if not because else found.get(model.place, because)


def is_loaded(model: BuiltModel) -> bool:
    """Whether it comes from a file, so that no code builds it."""
    return not model.layers and any("read from a file" in one.because for one in model.unknown)


def begins(program: Program) -> bool:
    """Whether it makes any Input or layer that says what it reads, or puts any layer into a model."""
    for run in (*program.runs, *program.variants):
        if any(model.layers for model in run.models):
            return True
        if any(layer.class_name == "InputLayer" or INPUTS & set(layer.arguments) for layer in run.layers):
            return True
    return not any(run.models for run in program.runs)


def outcome(entry: dict[str, Any], trees: Path) -> Outcome:
    name = f"{entry['repo']}/{entry['path']}"
    tree = trees / f"{entry['repo'].replace('/', '+')}@{entry['commit'][:8]}"
    start = time.process_time()
    try:
        with at_most(_SECONDS):
            own = project(tree)
            module = own.module(entry["path"])
            if module is None or isinstance(module.tree, Trouble):
                because = module.tree.message if module else "it is not here"
                return Outcome(name, {}, problem=because, parsed=False)
            program = evaluate(entry["path"], own, (KERAS,), shaping)
            stops = [run.stopped.because for run in program.runs if run.stopped]
            models, under = read(program) if begins(program) else ({}, {})
            if Outcome(name, models).share != "completely":
                under |= called_for(entry["path"], own, models)
    except Late:
        return Outcome(name, {}, problem=f"more than {_SECONDS} s", seconds=_SECONDS)
    problem = stops[0] if len(stops) == len(program.runs) else ""
    took = time.process_time() - start
    return Outcome(name, models, tuple(dict.fromkeys(under.values())), problem if program.uses_keras else "",
                   seconds=took)  # fmt: skip


def called_for(path: str, own: Project, models: dict[Place, str]) -> dict[Place, str]:
    """Make those models of the file known that are known as others call it; who does, by place."""
    under: dict[Place, str] = {}
    for caller in callers_of(path, own.texts):
        found, how = read(evaluate(caller, own, (KERAS,), shaping))
        for place, because in models.items():
            if because and place.path == path and found.get(place) == "":
                models[place] = ""
                under[place] = f"called by {caller}" + (f", {how[place]}" if place in how else "")
        if not any(models.values()):
            break
    return under


@contextmanager
def at_most(seconds: int) -> Iterator[None]:
    def late(number: int, frame: FrameType | None) -> None:
        raise Late

    before = signal.signal(signal.SIGPROF, late)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def show(one: Outcome) -> None:
    known = sum(not because for because in one.models.values())
    print(f"{one.share:16} {one.name}  {known} of {len(one.models)} models, {one.seconds:.1f} s  {one.problem}")
    for said in one.by:
        print(f"                 told {said}")
    for place, because in one.models.items():
        if because:
            print(f"                 {place.path}:{place.line}  {because}")


def summary(found: Sequence[Outcome]) -> bool:
    counted = Counter(one.share for one in found)
    building = counted["completely"] + counted["partly"] + counted["not at all"]
    print(f"\n{len(found)} files: {building} build models, {counted['builds none']} none, "
          f"{counted['cannot be parsed']} are no Python")  # fmt: skip
    for share in ("completely", "partly", "not at all"):
        print(f"  {share:12}{counted[share]:4}  {counted[share] / max(building, 1):6.1%}")
    whole = counted["completely"] / max(building, 1)
    print(f"goal: {GOAL:.0%} completely{'' if whole >= GOAL else ', not reached'}")
    reasons = Counter(because for one in found for because in one.models.values() if because)
    print("\nReasons, by models:")
    for because, count in reasons.most_common(15):
        print(f"  {count:4}  {because[:150]}")
    return whole >= GOAL


def main(labels: str, trees: str, *options: str) -> int:
    part = options[options.index("--part") + 1] if "--part" in options else "unlabelled"
    found = []
    only = options[options.index("--only") + 1] if "--only" in options else ""
    for entry in json.loads(Path(labels).read_text())[part]:
        if only not in f"{entry['repo']}/{entry['path']}":
            continue
        one = outcome(entry, Path(trees))
        found.append(one)
        if "--all" in options or one.by or one.share in ("partly", "not at all"):
            show(one)
    return 0 if summary(found) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
