"""What an HDF5 file holds beside its model: nothing that Keras wrote, and yet somebody's."""

from __future__ import annotations

import h5py

from dimorder.formats.guard import objects, shown
from dimorder.formats.hdf5 import Hdf5Store
from dimorder.formats.provenance import PROVENANCE
from dimorder.model import Model

_WRITTEN_BY_KERAS = frozenset(
    {"layer_names", "weight_names", "backend", "keras_version", "model_config", "training_config"}
    | {"nb_layers", "nb_params", PROVENANCE}
)
"""Attributes; lists of names may be cut into numbered pieces."""


def beside(store: Hdf5Store, model: Model) -> str:
    """The first object or attribute that is no part of the model, by its place; "" where all of the file is model."""
    listed = {tensor.address for tensor in (*model.tensors(), *(slot.tensor for slot in model.slots))}
    for found in objects(store.root, store.path):
        place = found.place.decode()
        if not isinstance(found.object, h5py.h5g.GroupID) and place not in listed:
            return shown(place)
        for name in h5py.HLObject(found.object).attrs:
            if name.rstrip("0123456789") not in _WRITTEN_BY_KERAS:
                return f"attribute {shown(name)!r} of {shown(place)}"
    return ""
