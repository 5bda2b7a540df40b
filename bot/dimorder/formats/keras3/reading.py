"""Reads the Keras 3 container: what computes, and where its arrays lie."""

from __future__ import annotations

import json
import math
from typing import BinaryIO

from dimorder.formats.keras3.activations import SLOPE
from dimorder.formats.keras3.archive import CONFIG, METADATA, Archive
from dimorder.formats.keras3.lowering import graph
from dimorder.formats.keras3.places import places
from dimorder.formats.keras3.stored import Stored
from dimorder.formats.keras3.tree import level
from dimorder.model import Layer, Model, Provenance, Slot

_PROVENANCE = "dimorder"
_OPTIMIZER = "optimizer/vars"
_SLOPE_UNTIL_2 = 0.2


def read(file: BinaryIO, path: str, sha256: str = "") -> tuple[Model, Stored]:
    """A `.keras` file as a Model, and its arrays; the file stays open for these."""
    archive = Archive(file, path)
    document = archive.json(CONFIG)
    tree = level(document, path)
    version = str(archive.mapping(METADATA).get("keras_version", ""))
    stored = Stored(archive.weights(), path)
    located = list(places(tree, stored))
    arrays = {place: stored.arrays(group) for place, _, group in located}
    found = graph(tree, arrays, _SLOPE_UNTIL_2 if version.startswith("2.") else SLOPE)
    bound = {node.layer: node.tensors for node in reversed(found.nodes) if node.tensors}
    slots = stored.arrays(_OPTIMIZER)
    model = Model(
        path=path,
        sha256=sha256,
        era="keras2" if version.startswith("2.") else "keras3",
        keras_version=version,
        backend="",
        kind="model",
        layers=tuple(Layer(place, spec.class_name, bound.get(place, arrays[place])) for place, spec, _ in located),
        graph=found,
        document=document,
        provenance=_provenance(stored.attribute(_PROVENANCE)),
        slots=tuple(Slot(tensor, "") for tensor in slots),
        slots_known=all(math.prod(tensor.shape) <= 1 for tensor in slots),
    )
    return model, stored


def _provenance(written: str) -> Provenance | None:
    """What this tool noted when it wrote the file; None for any other text."""
    try:
        stated = json.loads(written)
        keys = ("layout", "source_layout", "source_sha256", "version")
        texts = {key: str(stated[key]) for key in keys}
        return Provenance(**texts | {key: str(stated.get(key, "")) for key in ("conv1d", "flatten")})
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
