"""Architectures as documents: how the converted graph is spelled where no array is written beside it."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any

from dimorder.errors import Refused
from dimorder.flow.forms import ENDINGS
from dimorder.flow.opened import Settled
from dimorder.formats import keras3
from dimorder.formats.architectures import lowered_document
from dimorder.formats.containers import container
from dimorder.formats.keras0.spelling import spelled_back
from dimorder.formats.respelling import respell
from dimorder.formats.settings import training_settings
from dimorder.model import Model
from dimorder.plan import Plan


def new_document(settled: Settled, plan: Plan) -> dict[str, Any] | None:
    """The architecture for the converted graph as the source's own Keras spells it, None where none is known."""
    model = settled.model
    if model.document is None or plan.graph is None:
        return None
    version = str(model.document.get("keras_version") or model.keras_version)
    lowered = lowered_document(model.document, model.era, version, settled.verdict.layout.channels)
    spoken = "keras1" if model.era == "keras0" else model.era
    document = respell(model.document, lowered, plan.graph, spoken, version)
    if model.era == "keras0":
        _check_numbers(model, document)
    if "backend" in document:
        document["backend"] = "theano" if plan.target.kernels == "th" else "tensorflow"
    return document


def _check_numbers(model: Model, document: dict[str, Any]) -> None:
    """Keras 0 numbers its layers: one more would take the arrays of the next."""
    before, after = (container(each).layers for each in (model.document or {}, document))
    if len(before) != len(after):
        raise Refused(
            f"{model.path}: exact only with another layer in between, and files of Keras 0 tell layers by their number",
            hint="write the .keras form: -o NAME.keras",
        )


def spelled(model: Model, document: dict[str, Any]) -> bytes:
    """The architecture as the Keras of these weights reads it."""
    return json.dumps(spelled_back(document, model.path) if model.era == "keras0" else document).encode()


def keras3_settings(settled: Settled, plan: Plan) -> dict[str, dict[str, Any]]:
    """By layer path, what layers carry over that Keras 3 spells anew."""
    model = settled.model
    assert model.document is not None
    spoken = keras3.settings_in if model.era == "keras3" else None
    settings = spoken(model.document, model.path) if spoken else training_settings(model.document)
    return settings | {heir: settings[layer] for heir, layer in plan.heirs.items() if layer in settings}


def keras3_document(settled: Settled, plan: Plan, target: str) -> bytes:
    """The converted architecture as JSON of Keras 3."""
    assert plan.graph is not None
    return keras3.architecture(plan.graph, keras3_settings(settled, plan), model_name(target), plan.moves)


def model_name(target: str) -> str:
    """What a converted model is called in a file of this name."""
    name = PurePath(target).name
    return next((name[: -len(end)] for end, _ in ENDINGS if name.lower().endswith(end)), name)
