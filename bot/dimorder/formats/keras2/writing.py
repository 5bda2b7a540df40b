"""Writes a whole model as Keras 2.3.1 on TensorFlow saves it: architecture, weights, and how it was trained."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

import h5py

from dimorder.formats.keras2.document import document
from dimorder.formats.keras2.names import check_names
from dimorder.formats.keras2.notes import notes
from dimorder.formats.keras2.settings import mattering, training_settings
from dimorder.formats.keras2.spelling import KERAS2
from dimorder.formats.keras2.state import State, state, write_state
from dimorder.formats.keras2.training import translated
from dimorder.formats.keras2.weights import set_attributes, write_weights
from dimorder.formats.keras3.constraints import map_axes
from dimorder.formats.keras3.network import Network, network
from dimorder.formats.keras3.weights import Read
from dimorder.formats.training import Became, changed_habits, changed_numbers, dropped, judged, lost
from dimorder.model import Model
from dimorder.plan import Move, Plan
from dimorder.steps import apply

KERAS_VERSION = "2.3.1"
"""The version whose spelling is written, and in which it was tried."""


@dataclass(frozen=True, slots=True)
class Source:
    """What the converted model is made from.

    training: the parsed training_config, None without one.
    read:     gives an array of the source, a weight or one of the optimizer's, as it lies there (parts joined).
    """

    model: Model
    training: Mapping[str, Any] | None
    read: Read


@dataclass(frozen=True, slots=True)
class Written:
    """What became of the training, and what the reader of the file should know."""

    training: Became
    notes: tuple[str, ...]


def write(source: Source, plan: Plan, file: BinaryIO, *, name: str, attributes: Mapping[str, bytes]) -> Written:
    """One flat functional model; same input, same bytes.

    Raises Refused for what Keras 2's own layers do not compute.
    """
    assert plan.graph is not None
    assert source.model.document is not None
    model = source.model
    planned = planned_network(plan, model)
    config = translated(source.training) if source.training else None
    kept = state(model.slots, config["optimizer_config"], planned, plan.moves) if config and model.slots_known else None
    version = {"keras_version": KERAS_VERSION, "backend": "tensorflow"}
    with h5py.File(file, "w") as root:
        architecture = json.dumps(document(planned, name))
        set_attributes(root, {**attributes, **version, "model_config": architecture})
        group = root.create_group("model_weights")
        set_attributes(group, version)
        write_weights(group, planned, plan.graph, _converted(source.read, plan.moves))
        if config is not None:
            set_attributes(root, {"training_config": json.dumps(config, sort_keys=True)})
        if kept is not None:
            write_state(root.create_group("optimizer_weights"), kept, source.read)
    return Written(_became(source, plan, planned, config, kept), notes(planned))


def planned_network(plan: Plan, model: Model) -> Network:
    """The layers that will be written."""
    assert plan.graph is not None
    assert model.document is not None
    settings = training_settings(model.document, model.era, model.path)
    settings |= {heir: settings[layer] for heir, layer in plan.heirs.items() if layer in settings}
    found = network(plan.graph, settings, KERAS2)
    map_axes(found, plan.moves)
    check_names(found)
    return found


def model_name(model: Model, otherwise: str) -> str:
    """The model's own name, where it has one; Keras takes no slash in it."""
    config = (model.document or {}).get("config")
    own = config.get("name") if isinstance(config, dict) else None
    return str(own or otherwise or "model").replace("/", "_")


def _converted(read: Read, moves: Mapping[str, Move]) -> Read:
    return lambda tensor: apply(moves[tensor.address].steps, read(tensor))


def _became(source: Source, plan: Plan, planned: Network, config: Any, kept: State | None) -> Became:
    """Preserved only if training would go on as it would have: all settings, all state, no number computed anew."""
    model = source.model
    assert model.document is not None
    stated = mattering(model.document, model.era, model.path)
    reasons = (
        *lost(stated, planned, plan.heirs.values()),
        *changed_numbers(plan),
        *changed_habits(stated, plan.graph, model, "keras2"),
    )
    if model.document.get("compile_config"):
        return dropped("what it was compiled with is left out: it is not read from a .keras file", reasons)
    if source.training is not None and config is None:
        return dropped(f"how it was trained is left out: Keras {KERAS_VERSION} has no such optimizer or loss", reasons)
    if source.training is not None and kept is None and (model.slots or not model.slots_known):
        return dropped("the optimizer's state is left out: it could not be matched with the weights", reasons)
    return judged(reasons)
