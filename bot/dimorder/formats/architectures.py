"""An architecture's document becomes the graph of a model, with the model's arrays bound to it."""

from __future__ import annotations

import json
from dataclasses import replace

from dimorder.errors import UsageError
from dimorder.formats import keras3
from dimorder.formats.bind import bind
from dimorder.formats.boundary import as_keras_writes
from dimorder.formats.containers import container
from dimorder.formats.document import Document
from dimorder.formats.keras0.binding import bind_by_number
from dimorder.formats.keras0.reading import VERSION as KERAS0
from dimorder.formats.lower import Lowered, Spoken, lower, stated_in
from dimorder.layout import Channels
from dimorder.model import Era, Model


def with_architecture(model: Model, document: Document, default: Channels | None = None) -> Model:
    """The model with the graph of this architecture, its arrays bound to it.

    Raises UnreadableFile (config.type) for a document that is not as Keras writes it.
    """
    with as_keras_writes(document, model.path):
        return _with_architecture(model, document, default)


def _with_architecture(model: Model, document: Document, default: Channels | None) -> Model:
    version = str(document.get("keras_version") or model.keras_version or "")
    era = _era_stated(version) or ("keras3" if keras3.speaks(document) else _era_of(document))
    if _is_numbered(model) and era == "keras1":
        # Keras 1 still loaded such files; their arrays mean what they meant to Keras 0.
        era, version = "keras0", KERAS0
        document = {**document, "keras_version": version}
    if model.kind == "weights" and model.era != era:
        raise UsageError(
            f"{model.path}: weights of {model.era} do not go with an architecture of {era}",
            hint="pass the architecture that was saved beside these weights",
        )
    if era == "keras3":
        alone = model.kind == "architecture"
        return keras3.read_document(document, model.path, model.sha256) if alone else keras3.grouped(model, document)
    lowered = _bound(model, document, lowered_document(document, era, version, default))
    return _with_graph(replace(model, era=era, keras_version=model.keras_version or version), document, lowered)


def _is_numbered(model: Model) -> bool:
    """Whether arrays go by the number of their layer, which is all that files of Keras 0 say."""
    return model.era == "keras0" and model.kind == "weights"


def _bound(model: Model, document: Document, lowered: Lowered) -> Lowered:
    if model.kind == "architecture":
        return lowered
    bound_by = bind_by_number if _is_numbered(model) else bind
    return bound_by(container(document), lowered, model.layers, model.path)


def _with_graph(model: Model, document: Document, lowered: Lowered) -> Model:
    kinds = {place.rsplit("/", 1)[-1]: spec.class_name for place, spec in lowered.specs.items()}
    return replace(
        model,
        backend=model.backend or str(document.get("backend") or ""),
        layers=tuple(replace(layer, kind=kinds.get(layer.name, "")) for layer in model.layers),
        graph=lowered.graph(),
        document=document,
    )


def lowered_document(document: Document, era: Era, version: str, default: Channels | None) -> Lowered:
    """The graph of an architecture without arrays, and where its nodes stand in the document."""
    tree = container(document)
    spoken: Era = "keras1" if era == "keras0" else era
    return lower(tree, Spoken(spoken, _version_numbers(version), stated_in(tree) or default))


def _era_stated(version: str) -> Era | None:
    eras: dict[str, Era] = {"0": "keras0", "1": "keras1", "2": "keras2", "3": "keras3"}
    return eras.get(version[:1])


def _version_numbers(version: str) -> tuple[int, ...]:
    """`2.3.1` as (2, 3, 1); trailing words of a pre-release are left out."""
    parts = version.split("-")[0].split(".")[:3]
    return tuple(int(part) for part in parts if part.isdigit())


def _era_of(document: Document) -> Era:
    """Architectures before 1.0.4 and some later ones state no version: the keys of layers tell."""
    written = json.dumps(document)
    return "keras2" if '"kernel_initializer"' in written or '"data_format"' in written else "keras1"
