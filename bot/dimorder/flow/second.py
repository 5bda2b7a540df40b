"""Real Keras 3 beside the numpy referee: which files it is shown, and when."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from functools import partial
from typing import BinaryIO

from dimorder.engine.proof.second import Models, not_asked, with_second
from dimorder.errors import DimorderError
from dimorder.flow import keras_service
from dimorder.flow.comparing import Terms
from dimorder.flow.opened import Settled
from dimorder.formats import keras3
from dimorder.formats.provenance import PROVENANCE
from dimorder.formats.reader import sha256
from dimorder.proof import Proof


def of_written(proof: Proof, models: Models, target: BinaryIO, terms: Terms, role: str = "target") -> Proof:
    """The proof of a file in Keras 3's form that this run wrote, with what real Keras 3 says of it.

    role: by which the parent, who starts Keras, has the same file.
    """
    if proof.verdict != "equivalent":
        return proof
    if terms.options.referee == "numpy":
        return not_asked(proof, "it was not to be asked (--referee numpy)")
    terms.outside.progress("real Keras 3", 0, 1)
    ask = partial(keras_service.ask, terms.outside.call, role, architecture=terms.architecture)
    return with_second(proof, models, target, ask, seed=terms.options.seed, samples=terms.known.samples)


def of_found(proof: Proof, models: Models, converted: Settled, terms: Terms, scratch: BinaryIO | None) -> Proof:
    """The same for a file that was there before; nothing for other formats than `.keras`.

    Keras is shown a copy made here, and only where both are alike byte for byte: provenance can be forged, and a
    hostile file can ask Keras for much, but not in the bytes that this program writes.
    """
    if proof.verdict != "equivalent" or converted.model.era != "keras3" or scratch is None:
        return proof
    architecture = _copied(converted, scratch)
    if terms.options.referee == "numpy" or architecture is not None:
        return of_written(proof, models, scratch, replace(terms, architecture=architecture or b""), "scratch")
    return not_asked(proof, "it opens only files that are, byte for byte, as this version of dimorder writes them")


def _copied(converted: Settled, copy: BinaryIO) -> bytes | None:
    """The model written once more: its architecture where that lies apart, None if another file comes of it."""
    model, opened = converted.model, converted.opened
    if model.provenance is None or model.document is None or converted.graph is None:
        return None
    stated = {PROVENANCE: json.dumps(asdict(model.provenance), sort_keys=True).encode()}
    write = keras3.write_apart if opened.form == "weights.h5" else keras3.write
    try:
        config = model.document["config"]
        settings = {one["name"]: {"class_name": one["class_name"], **one["config"]} for one in config["layers"]}
        planned = keras3.planned_layers(converted.graph, settings)
        architecture = write(planned, opened.read, copy, name=str(config["name"]), attributes=stated)
    except (DimorderError, KeyError, TypeError, ValueError, AttributeError):
        return None  # not as this program spells a model
    return (architecture or b"") if sha256(copy) == model.sha256 else None
