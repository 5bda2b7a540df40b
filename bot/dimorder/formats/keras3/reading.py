"""Reads what Keras 3 writes: what computes, and where its arrays lie."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, BinaryIO

from dimorder.errors import UsageError
from dimorder.formats.boundary import as_keras_writes
from dimorder.formats.keras3.activations import SLOPE
from dimorder.formats.keras3.archive import METADATA, Archive
from dimorder.formats.keras3.grouped import arrays_by_place, leaves
from dimorder.formats.keras3.lowering import graph
from dimorder.formats.keras3.places import Place, places
from dimorder.formats.keras3.stored import Stored, Weights
from dimorder.formats.keras3.tree import Level, level
from dimorder.formats.keras3.units import units
from dimorder.model import Era, Layer, Model, Provenance, Slot

_PROVENANCE = "dimorder"
_OPTIMIZER = "optimizer/vars"
_SLOPE_UNTIL_2 = 0.2
_OLDEST = (2, 12)
"""The first tf.keras that wrote `.weights.h5` in this form."""

Document = Mapping[str, Any]


def speaks(document: Document) -> bool:
    """Whether Keras 3 wrote this architecture: it says so, or spells calls as only Keras 3 does.

    Its `to_json` states no version; tf.keras names modules too from 2.13 on, but states one.
    """
    version = str(document.get("keras_version") or "")
    return version.startswith("3") if version else "module" in document or "registered_name" in document


def read(file: BinaryIO, path: str, sha256: str = "") -> tuple[Model, Stored]:
    """A `.keras` file as a Model, and its arrays; the file stays open for these."""
    archive = Archive(file, path)
    document = archive.config()
    version = str(archive.mapping(METADATA).get("keras_version", ""))
    stored = Stored(archive.weights(), path)
    bare = Model(path, sha256, _era(version), version, "", "model", (), provenance=provenance(stored))
    with as_keras_writes(document, path, "model.unsafe-config"):
        tree = level(document, path)
        return _bound(bare, document, tree, list(places(tree, stored)), stored), stored


def read_weights(stored: Weights, path: str, sha256: str) -> Model:
    """A `.weights.h5`: its layers by the names that Keras noted, without an architecture."""
    layers = tuple(Layer(*unit) for unit in units(stored))
    model = Model(path, sha256, "keras3", "", "", "weights", layers, provenance=provenance(stored))
    return _with_slots(model, stored)


def with_architecture(model: Model, stored: Weights, document: Document) -> Model:
    """A `.weights.h5` with the architecture that the user gives."""
    version = str(document.get("keras_version") or "")
    if not speaks(document) and _numbers(version) < _OLDEST:
        raise UsageError(
            f"{model.path}: weights in Keras 3's form do not go with an architecture of Keras {version or '1 or 2'}",
            hint="pass the architecture that was saved beside these weights (model.to_json())",
        )
    known = replace(model, era=_era(version), keras_version=version)
    with as_keras_writes(document, model.path):
        tree = level(document, model.path)
        return _bound(known, document, tree, list(places(tree, stored, own=False)), stored)


def read_document(document: Document, path: str, sha256: str = "") -> Model:
    """An architecture on its own."""
    tree, version = level(document, path), str(document.get("keras_version") or "")
    layers = tuple(Layer(place, spec.class_name, ()) for place, spec in leaves(tree))
    found = graph(tree, None, SLOPE)
    return Model(path, sha256, "keras3", version, "", "architecture", layers, found, dict(document))


def grouped(model: Model, document: Document) -> Model:
    """A model whose arrays lie under their layers' names (HDF5 as Keras 2 wrote it), with its architecture."""
    tree = level(document, model.path)
    arrays = arrays_by_place(tree, model.layers, model.path)
    found = graph(tree, arrays, SLOPE)
    bound = {node.layer: node.tensors for node in reversed(found.nodes) if node.tensors}
    layers = tuple(Layer(place, spec.class_name, bound.get(place, arrays[place])) for place, spec in leaves(tree))
    return replace(model, layers=layers, graph=found, document=dict(document))


def settings_in(document: Document, path: str) -> dict[str, dict[str, Any]]:
    """By layer path what a rewritten layer carries over."""
    return {
        place: {"class_name": spec.class_name, **spec.config} for place, spec in leaves(level(document, path))
    }


def _bound(model: Model, document: Document, tree: Level, located: Sequence[Place], stored: Weights) -> Model:
    arrays = {place: stored.arrays(group) for place, _, group in located}
    found = graph(tree, arrays, _SLOPE_UNTIL_2 if model.era == "keras2" else SLOPE)
    bound = {node.layer: node.tensors for node in reversed(found.nodes) if node.tensors}
    layers = tuple(Layer(place, spec.class_name, bound.get(place, arrays[place])) for place, spec, _ in located)
    return _with_slots(replace(model, layers=layers, graph=found, document=dict(document)), stored)


def _with_slots(model: Model, stored: Weights) -> Model:
    slots = stored.arrays(_OPTIMIZER)
    known = all(math.prod(tensor.shape) <= 1 for tensor in slots)
    return replace(model, slots=tuple(Slot(tensor, "") for tensor in slots), slots_known=known)


def _era(version: str) -> Era:
    return "keras2" if version.startswith("2.") else "keras3"


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".")[:2] if part.isdigit())


def provenance(stored: Weights) -> Provenance | None:
    """What this tool noted when it wrote the file; None for any other text."""
    try:
        stated = json.loads(stored.attribute(_PROVENANCE))
        keys = ("layout", "source_layout", "source_sha256", "version")
        texts = {key: str(stated[key]) for key in keys}
        return Provenance(**texts | {key: str(stated.get(key, "")) for key in ("conv1d", "flatten", "dialect")})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
