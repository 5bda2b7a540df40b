"""What Keras 3 writes (`.keras`, `.weights.h5`, HDF5, JSON): written flat, read back with explicit semantics."""

from dimorder.formats.keras3.reading import (
    grouped,
    read,
    read_document,
    read_weights,
    settings_in,
    speaks,
    with_architecture,
)
from dimorder.formats.keras3.sharded import Sharded, shard_names
from dimorder.formats.keras3.stored import Stored, Weights
from dimorder.formats.keras3.units import holds_layers, in_hdf5
from dimorder.formats.keras3.writing import architecture, planned_layers, write, write_apart

__all__ = [
    "Sharded",
    "Stored",
    "Weights",
    "architecture",
    "grouped",
    "holds_layers",
    "in_hdf5",
    "planned_layers",
    "read",
    "read_document",
    "read_weights",
    "settings_in",
    "shard_names",
    "speaks",
    "with_architecture",
    "write",
    "write_apart",
]
