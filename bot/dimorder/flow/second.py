"""Real Keras 3 beside the numpy referee: which files it is shown, and when."""

from __future__ import annotations

import json
import tempfile
from dataclasses import asdict, dataclass
from typing import BinaryIO

from dimorder.engine import keras_referee
from dimorder.engine.proof.second import Models, not_asked, with_second
from dimorder.errors import DimorderError
from dimorder.flow.knowledge import Knowledge
from dimorder.flow.options import Options
from dimorder.flow.reading import Settled
from dimorder.formats import keras3
from dimorder.formats.reader import PROVENANCE, sha256
from dimorder.proof import Proof
from dimorder.sandbox.isolated import Progress


@dataclass(frozen=True, slots=True)
class Terms:
    """What the first referee was given, so that the second sees the same."""

    known: Knowledge
    options: Options
    progress: Progress


def of_written(proof: Proof, models: Models, target: BinaryIO, terms: Terms) -> Proof:
    """The proof of a `.keras` file that this run wrote, with what real Keras 3 says of it."""
    if proof.verdict != "equivalent":
        return proof
    if terms.options.referee == "numpy":
        return not_asked(proof, "it was not to be asked (--referee numpy)")
    because = keras_referee.missing()
    if because:
        return not_asked(proof, f"{because} ({keras_referee.INSTALL})")
    terms.progress("real Keras 3", 0, 1)
    seed, samples = terms.options.seed, terms.known.samples
    return with_second(proof, models, target, keras_referee.ask, seed=seed, samples=samples)


def of_found(proof: Proof, models: Models, converted: Settled, terms: Terms) -> Proof:
    """The same for a file that was there before; nothing for other formats than `.keras`.

    Keras is shown a copy made here, and only where both are alike byte for byte: provenance can be forged, and a
    hostile file can ask Keras for much, but not in the bytes that this program writes.
    """
    if proof.verdict != "equivalent" or converted.model.era != "keras3":
        return proof
    with tempfile.TemporaryFile() as copy:
        if terms.options.referee == "numpy" or _is_copied(converted, copy):
            return of_written(proof, models, copy, terms)
    return not_asked(proof, "it opens only files that are, byte for byte, as this version of dimorder writes them")


def _is_copied(converted: Settled, copy: BinaryIO) -> bool:
    """Write the model once more; whether the same file comes of it."""
    model = converted.model
    if model.provenance is None or model.document is None or converted.graph is None:
        return False
    stated = {PROVENANCE: json.dumps(asdict(model.provenance), sort_keys=True).encode()}
    config = model.document["config"]
    settings = {one["name"]: {"class_name": one["class_name"], **one["config"]} for one in config["layers"]}
    try:
        keras3.write(
            converted.graph, settings, converted.opened.read, copy, name=str(config["name"]), attributes=stated
        )
    except (DimorderError, KeyError, TypeError, ValueError, AttributeError):
        return False  # not as this program spells a model
    return sha256(copy) == model.sha256
