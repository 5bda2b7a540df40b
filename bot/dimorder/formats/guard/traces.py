"""Whether Keras ever touched an HDF5 file: HDF5 is the container of many programs, which keep other rules."""

from __future__ import annotations

import h5py

_ATTRIBUTES = (
    b"keras_version", b"model_config", b"training_config", b"layer_names", b"layer_names0", b"nb_layers",
    b"weight_names",
)  # fmt: skip
_GROUPS = (b"model_weights", b"optimizer_weights", b"layer_0", b"layers", b"_layer_checkpoint_dependencies", b"vars")
_VARIABLES = b"vars"
_MOST = 1000
"""Groups that are looked into, for arrays of a subclassed model of Keras 3."""


def is_of_keras(root: h5py.File) -> bool:
    """Whether the names at the root, or `vars` one below it, are of Keras; follows no link that is not a plain one."""
    if any(h5py.h5a.exists(root.id, name) for name in _ATTRIBUTES):
        return True
    top = h5py.h5o.open(root.id, b"/")
    if any(top.links.exists(name) for name in _GROUPS):
        return True
    return top.get_num_objs() <= _MOST and any(_has_variables(top, name) for name in top)


def _has_variables(top: h5py.h5g.GroupID, name: bytes) -> bool:
    if top.links.get_info(name).type != h5py.h5l.TYPE_HARD:
        return False
    inner = h5py.h5o.open(top, name)
    return isinstance(inner, h5py.h5g.GroupID) and inner.links.exists(_VARIABLES)
