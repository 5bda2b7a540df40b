"""Any model file becomes a Model: recognised by content, arrays listed but not read."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import BinaryIO

import h5py

from dimorder.errors import UnreadableFile
from dimorder.formats import hdf5
from dimorder.formats.architectures import with_architecture
from dimorder.formats.bind import trainable_addresses
from dimorder.formats.containers import container
from dimorder.formats.document import parse, parse_file
from dimorder.formats.keras0 import weights as keras0_weights
from dimorder.formats.provenance import PROVENANCE, parsed_provenance
from dimorder.formats.slots import assign
from dimorder.graph import Tensor
from dimorder.layout import Channels
from dimorder.model import Era, Model, Slot


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
    document = parse_file(file, path)
    model = Model(path, digest, "keras1", "", "", "architecture", ())
    return with_architecture(model, document, default)


def read_hdf5(
    file: BinaryIO, path: str, default: Channels | None = None, root: h5py.File | None = None
) -> tuple[Model, hdf5.Hdf5Store]:
    """A weights file or whole model with arrays by layer name.

    default: channels of layers that state none. root: the file where it is open already.
    """
    digest = sha256(file)
    store = hdf5.Hdf5Store(file, path, root)
    group = hdf5.weights_group(store)
    if group is None:
        return _numbered(store, path, digest), store
    model = _with_attributes(Model(path, digest, "keras1", "", "", "weights", ()), store, group)
    saved_by, config = model.era, hdf5.architecture_text(store)
    if config:
        model = with_architecture(replace(model, kind="model"), parse(config.encode(), path), default)
    return _with_slots(model, store, saved_by), store


def _numbered(store: hdf5.Hdf5Store, path: str, digest: str) -> Model:
    """Weights of Keras 0, which go by the number of their layer."""
    group = keras0_weights.weights_group(store)
    if group is None:
        raise UnreadableFile(
            f"{path}: HDF5, but not weights that Keras saved (no layer_names): it holds {hdf5.contents(store)}",
            hint="name the file that model.save or model.save_weights wrote",
            code="keras.names",
        )
    written = parsed_provenance(hdf5.attribute(store.root, PROVENANCE))
    layers = keras0_weights.layers(store, group)
    return Model(path, digest, "keras0", "", "", "weights", layers, provenance=written)


def _with_attributes(model: Model, store: hdf5.Hdf5Store, group: h5py.Group) -> Model:
    """The model with what root and weights say: who wrote it, and the arrays of each layer."""
    root = store.root
    version = hdf5.attribute(root, "keras_version") or hdf5.attribute(group, "keras_version") or ""
    return replace(
        model,
        era=_era(version),
        keras_version=version,
        backend=hdf5.attribute(root, "backend") or hdf5.attribute(group, "backend") or "",
        layers=hdf5.layers(store, group),
        provenance=parsed_provenance(hdf5.attribute(root, PROVENANCE)),
    )


def _with_slots(model: Model, store: hdf5.Hdf5Store, saved_by: Era) -> Model:
    """The model with its optimizer's arrays, each with the weight that it belongs to."""
    slots = hdf5.optimizer_tensors(store)
    if saved_by == "keras3":
        # No slot is matched with its weight: the one target of such files, `.keras`, takes none along.
        return replace(model, slots=tuple(Slot(slot, "") for slot in slots), slots_known=not slots)
    assigned, known = assign(slots, trainable(model), model.era) if slots else ((), True)
    return replace(model, slots=assigned, slots_known=known)


def trainable(model: Model) -> tuple[Tensor, ...]:
    """The weights that training moves, in the order of the model's layers; () without an architecture."""
    if model.document is None or model.graph is None:
        return ()
    moved = trainable_addresses(container(model.document), model.graph)
    return tuple(tensor for tensor in model.tensors() if tensor.address in moved)


def _era(version: str) -> Era:
    """Keras 1 wrote no version into its weights; Keras 2 and 3 always did."""
    return "keras3" if version.startswith("3") else "keras2" if version.startswith("2") else "keras1"
