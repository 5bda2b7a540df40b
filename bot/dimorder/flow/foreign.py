"""HDF5 is the container of many programs: files that Keras never touched are none of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from dimorder.errors import DimorderError
from dimorder.finding import Finding
from dimorder.formats.hdf5 import Hdf5Store

_UNKNOWN = "keras.names"
_TRACES = ("keras_version", "model_config", "training_config", "layer_names", "layer_names0", "nb_layers")
_GROUPS = ("model_weights", "layer_0", "layers", "_layer_checkpoint_dependencies")


def is_foreign(file: BinaryIO, path: str, findings: Sequence[Finding]) -> bool:
    """Whether nothing but the absence of a Keras model was found, and no trace of one either."""
    if any(one.code != _UNKNOWN for one in findings) or not findings:
        return False
    file.seek(0)
    try:
        root = Hdf5Store(file, path).root
        return not any(name in root.attrs for name in _TRACES) and not any(name in root for name in _GROUPS)
    except DimorderError:
        return False
