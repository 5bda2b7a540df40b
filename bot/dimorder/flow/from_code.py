"""The architecture that model code builds for given weights, among those that it builds on different machines."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from dimorder.errors import CannotTell, UsageError
from dimorder.flow.bundle import piece
from dimorder.flow.code_files import Code, Told
from dimorder.flow.fits import fit
from dimorder.flow.opened import Opened
from dimorder.flow.options import Options
from dimorder.flow.reading import ASSUMED, open_bare
from dimorder.flow.settling import judge
from dimorder.flow.shaping import shaping
from dimorder.flow.unsaid_epsilon import assumed, date
from dimorder.layout import Channels
from dimorder.program import WORLDS, BuiltModel, Unknown, World
from dimorder.sandbox.outside import Outside
from dimorder.source import python
from dimorder.source.evaluate import evaluate, evaluate_function
from dimorder.source.keras_api import KERAS
from dimorder.source.project import Project
from dimorder.source.trouble import Trouble
from dimorder.verdict import Verdict

Document = dict[str, Any]
_MOST_NAMES = 10
_ORDERINGS = ("data_format", "dim_ordering")
_CHANNELS: dict[str, Channels] = {"th": "first", "tf": "last"}
_BACKENDS = {"th": "theano", "tf": "tensorflow"}


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What the code builds in one world, spelled for the weights' era. assumed: what it leaves to Keras's version."""

    world: World
    document: Document
    assumed: tuple[str, ...] = ()


def architecture(
    files: Mapping[str, BinaryIO], names: Mapping[str, str], options: Code, outside: Outside
) -> Told:
    """The architecture as JSON. Raises CannotTell where the code alone does not say it, naming what is missing."""
    shown = names["code"]
    weights = open_bare(files["weights"], names["weights"], options.options) if "weights" in files else None
    era = weights.model.era if weights else "keras2"
    built = _built(files["code"], options, shown)
    spelled = "keras1" if era in ("keras0", "keras1") else "keras2"
    told = _told_by(weights, options)
    built = [(world, model) for world, model in built if told in (None, world.channels)] or built
    version = _version(weights, options.options)
    candidates = [_candidate(world, one, spelled, _spelled(one, spelled, shown, told), version) for world, one in built]
    chosen = _chosen(candidates, weights, options, shown)
    granted = [f"the model is the one that {shown} builds, as read without running it", *chosen.assumed]
    return Told(json.dumps({**chosen.document, ASSUMED: granted}, sort_keys=True))


def _candidate(world: World, model: BuiltModel, era: str, document: Document, version: str) -> _Candidate:
    if era != "keras1":
        return _Candidate(world, document)
    date(_configs(document), model, version, model.place.path)
    return _Candidate(world, document, tuple(assumed(model, version)))


def _built(bundle: BinaryIO, code: Code, shown: str) -> list[tuple[World, BuiltModel]]:
    """A complete model by world; CannotTell with the first reason where no world yields one."""
    path = posixpath.normpath(code.path)
    project = Project(dict(_texts(bundle, code, path)))
    name = code.name or _only_one(path, project, shown)
    found = list(zip(WORLDS, evaluate_function(path, name, project, (KERAS,), shaping), strict=True))
    complete = [(world, one) for world, one in found if isinstance(one, BuiltModel) and one.is_complete]
    if complete:
        return complete
    reasons = [reason for _, one in found for reason in ([one] if isinstance(one, Unknown) else one.unknown)]
    raise CannotTell(
        f"{shown}: the architecture cannot be told from the code: {_told(reasons)}",
        hint="name a function that needs no arguments (model.py:NAME), or pass what model.to_json() writes",
    )


def _only_one(path: str, project: Project, shown: str) -> str:
    """What builds the only model of a file."""
    runs = evaluate(path, project, (KERAS,), shaping).runs
    names = dict.fromkeys(model.function or model.name for run in runs for model in run.models)
    named = [name for name in names if name]
    if len(named) == 1:
        return named[0]
    what = f"builds several models: {', '.join(named[:_MOST_NAMES])}" if named else "builds no model that can be named"
    raise UsageError(f"{shown}: {what}", hint=f"say which: {shown}:{named[0] if named else 'NAME'}")


def _texts(bundle: BinaryIO, code: Code, path: str) -> Iterator[tuple[str, str]]:
    for one in code.pieces:
        text = python.decoded(piece(bundle, one))
        if isinstance(text, str):
            yield posixpath.normpath(one.path), text
        elif posixpath.normpath(one.path) == path:
            raise _unreadable(code.path, text)


def _unreadable(path: str, trouble: Trouble) -> UsageError:
    return UsageError(f"{path}: {trouble.message}", hint="pass what model.to_json() writes", code=trouble.code)


def _told(reasons: Sequence[Unknown]) -> str:
    first = reasons[0] if reasons else Unknown("it builds no model")
    where = f" (line {first.place.line})" if first.place else ""
    return f"{first.because}{where}"


def _told_by(weights: Opened | None, code: Code) -> Channels | None:
    """The channels that the weights' own shapes prove, None where they do not."""
    verdict = judge(weights, code.options) if weights else None
    if verdict is None or verdict.confidence["dim_ordering"] != "certain":
        return None
    return _CHANNELS.get(verdict.layout.dim_ordering)


def _spelled(model: BuiltModel, era: str, shown: str, told: Channels | None) -> Document:
    """The architecture without the orderings that nobody states: that of some machine is no evidence."""
    document: Document = json.loads(json.dumps(model.documents.get(era) or {}))
    if not document:
        raise CannotTell(
            f"{shown}: the model that the code builds has no form in {era}",
            hint="pass what model.to_json() writes",
        )
    left_open = {one.name for one in model.layers if one.channels_from == "machine" and one.channels != told}
    for config in _configs(document):
        if config.get("name") in left_open:
            for key in _ORDERINGS:
                config.pop(key, None)
    return document


def _version(weights: Opened | None, options: Options) -> str:
    """Which Keras wrote the weights, "" where nobody says it."""
    if weights is None:
        return options.keras_version
    stated = options.keras_version or weights.model.keras_version
    return stated or ("0.3" if weights.model.era == "keras0" else "")


def _configs(value: Any) -> Iterator[Document]:
    """Every layer's settings, however deep inside."""
    waiting = [value]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            if isinstance(item.get("config"), dict):
                yield item["config"]
            waiting += item.values()
        elif isinstance(item, list):
            waiting += item


def _chosen(candidates: list[_Candidate], weights: Opened | None, code: Code, shown: str) -> _Candidate:
    """The only one there is; else that of the stated or found layout, else the only one that fits the weights."""
    ways = (
        lambda left: left,
        lambda left: [one for one in left if _is_stated(one.world, code)],
        lambda left: [one for one in left if weights is None or _fits(one, weights, code)],
        lambda left: [one for one in left if weights is None or _is_judged(one.world, judge(weights, code.options))],
    )
    left = candidates
    for way in ways:
        left = way(left) or left
        if all(one.document == left[0].document for one in left):
            return left[0]
    raise CannotTell(
        f"{shown}: the code builds another model on each machine, by its keras.json",
        hint="say which with --from, for example --from th/th",
    )


def _is_stated(world: World, code: Code) -> bool:
    stated = code.options.stated
    if stated is None:
        return True
    backend = _BACKENDS.get(stated.kernels, world.backend)
    return _CHANNELS.get(stated.dim_ordering, world.channels) == world.channels and backend == world.backend


def _is_judged(world: World, verdict: Verdict) -> bool:
    layout = verdict.layout
    channels = _CHANNELS.get(layout.dim_ordering, world.channels)
    return channels == world.channels and _BACKENDS.get(layout.kernels, world.backend) == world.backend


def _fits(one: _Candidate, weights: Opened, code: Code) -> bool:
    verdict = judge(weights, code.options)
    return fit(one.document, weights.model, verdict, one.world.channels, by_name=False).word == "fits"
