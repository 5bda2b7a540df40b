"""Any model file becomes a Model: recognised by content, arrays listed but not read."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import BinaryIO

from dimorder.errors import UnreadableFile, UsageError
from dimorder.formats import hdf5, keras3
from dimorder.formats.bind import bind, trainable_addresses
from dimorder.formats.containers import container
from dimorder.formats.document import Document, parse
from dimorder.formats.keras0 import weights as keras0_weights
from dimorder.formats.keras0.binding import bind_by_number
from dimorder.formats.keras0.reading import VERSION as KERAS0
from dimorder.formats.lower import Lowered, Spoken, lower, stated_in
from dimorder.formats.slots import assign
from dimorder.graph import Tensor
from dimorder.layout import Channels
from dimorder.model import Era, Kind, Model, Provenance, Slot

HDF5_MAGIC = b"\x89HDF\r\n\x1a\n"
ZIP_MAGIC = b"PK\x03\x04"
PROVENANCE = "dimorder"


def sha256(file: BinaryIO) -> str:
    """Hash of all bytes; leaves the file at its start."""
    file.seek(0)
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    file.seek(0)
    return digest.hexdigest()


def read_architecture(file: BinaryIO, path: str, default: Channels | None = None) -> Model:
    """A JSON or YAML architecture on its own."""
    digest = sha256(file)
    document = parse(file.read(), path)
    model = Model(path, digest, "keras1", "", "", "architecture", ())
    return with_architecture(model, document, default)


def read_hdf5(file: BinaryIO, path: str, default: Channels | None = None) -> tuple[Model, hdf5.Hdf5Store]:
    """A weights file or whole model with arrays by layer name. default: channels of layers that state none."""
    digest = sha256(file)
    store = hdf5.Hdf5Store(file, path)
    group = hdf5.weights_group(store)
    numbered = keras0_weights.weights_group(store) if group is None else None
    if numbered is not None:
        written = _provenance(hdf5.attribute(store.root, PROVENANCE))
        layers = keras0_weights.layers(store, numbered)
        return Model(path, digest, "keras0", "", "", "weights", layers, provenance=written), store
    if group is None:
        raise UnreadableFile(
            f"{path}: HDF5, but not weights that Keras saved (no layer_names): it holds {hdf5.contents(store)}",
            hint="name the file that model.save or model.save_weights wrote",
        )
    root = store.root
    version = hdf5.attribute(root, "keras_version") or hdf5.attribute(group, "keras_version") or ""
    backend = hdf5.attribute(root, "backend") or hdf5.attribute(group, "backend") or ""
    config = hdf5.attribute(root, "model_config")
    kind: Kind = "model" if config else "weights"
    layers = hdf5.layers(store, group)
    era = _era(version)
    model = Model(
        path, digest, era, version, backend, kind, layers, provenance=_provenance(hdf5.attribute(root, PROVENANCE))
    )
    if config:
        model = with_architecture(model, parse(config.encode(), path), default)
    slots = hdf5.optimizer_tensors(store)
    if era == "keras3":
        # No slot is matched with its weight: the one target of such files, `.keras`, takes none along.
        return replace(model, slots=tuple(Slot(slot, "") for slot in slots), slots_known=not slots), store
    assigned, known = assign(slots, trainable(model), model.era) if slots else ((), True)
    return replace(model, slots=assigned, slots_known=known), store


def trainable(model: Model) -> tuple[Tensor, ...]:
    """The weights that training moves, in the order of the model's layers; () without an architecture."""
    if model.document is None or model.graph is None:
        return ()
    moved = trainable_addresses(container(model.document), model.graph)
    return tuple(tensor for tensor in model.tensors() if tensor.address in moved)


def _era(version: str) -> Era:
    """Keras 1 wrote no version into its weights; Keras 2 and 3 always did."""
    return "keras3" if version.startswith("3") else "keras2" if version.startswith("2") else "keras1"


def provenance_in(file: BinaryIO, path: str) -> Provenance | None:
    """What an HDF5 file says of having been written by this tool; leaves the file at its start."""
    with hdf5.Hdf5Store(file, path).root as root:
        found = _provenance(hdf5.attribute(root, PROVENANCE))
    file.seek(0)
    return found


def _provenance(written: str | None) -> Provenance | None:
    if not written:
        return None
    try:
        stated = json.loads(written)
        layout, source, digest, version = (
            str(stated[key]) for key in ("layout", "source_layout", "source_sha256", "version")
        )
        more = (str(stated.get(key, "")) for key in ("conv1d", "flatten", "dialect"))
        return Provenance(layout, source, digest, version, *more)
    except (ValueError, KeyError, TypeError):
        return None


def with_architecture(model: Model, document: Document, default: Channels | None = None) -> Model:
    """The model with the graph of this architecture, its arrays bound to it."""
    version = str(document.get("keras_version") or model.keras_version or "")
    era = _era_stated(version) or ("keras3" if keras3.speaks(document) else _era_of(document))
    numbered = model.era == "keras0" and model.kind == "weights"
    if numbered and era == "keras1":
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
    tree = container(document)
    lowered = lowered_document(document, era, version, default)
    if model.kind != "architecture":
        bound_by = bind_by_number if numbered else bind
        lowered = bound_by(tree, lowered, model.layers, model.path)
    kinds = {place.rsplit("/", 1)[-1]: spec.class_name for place, spec in lowered.specs.items()}
    return replace(
        model,
        era=era,
        keras_version=model.keras_version or version,
        backend=model.backend or str(document.get("backend") or ""),
        layers=tuple(replace(layer, kind=kinds.get(layer.name, "")) for layer in model.layers),
        graph=lowered.graph(),
        document=document,
    )


def lowered_document(document: Document, era: Era, version: str, default: Channels | None) -> Lowered:
    """The graph of an architecture without arrays, and where its nodes stand in the document."""
    tree = container(document)
    spoken: Era = "keras1" if era == "keras0" else era
    return lower(tree, Spoken(spoken, version_numbers(version), stated_in(tree) or default))


def _era_stated(version: str) -> Era | None:
    eras: dict[str, Era] = {"0": "keras0", "1": "keras1", "2": "keras2", "3": "keras3"}
    return eras.get(version[:1])


def version_numbers(version: str) -> tuple[int, ...]:
    """`2.3.1` as (2, 3, 1); trailing words of a pre-release are left out."""
    parts = version.split("-")[0].split(".")[:3]
    return tuple(int(part) for part in parts if part.isdigit())


def _era_of(document: Document) -> Era:
    """Architectures before 1.0.4 and some later ones state no version: the keys of layers tell."""
    written = json.dumps(document)
    return "keras2" if '"kernel_initializer"' in written or '"data_format"' in written else "keras1"
