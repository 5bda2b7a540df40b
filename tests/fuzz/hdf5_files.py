"""The small model in every HDF5 form that a Keras wrote."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any

import h5py
import numpy as np

from dimorder.steps import Array
from fuzz import nets

OIHW, HWIO = (nets.FILTERS, nets.IMAGE[0], *nets.KERNEL), (*nets.KERNEL, nets.IMAGE[0], nets.FILTERS)
PACKED = {"chunks": True, "compression": "gzip", "shuffle": True, "fletcher32": True}


def keras1_weights(**file: Any) -> bytes:
    """file: of h5py.File, such as libver."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w", **file) as root:
        _fill(root, _keras1_names(nets.arrays(OIHW)))
    return buffer.getvalue()


def keras1_model() -> bytes:
    """With its architecture, and the moments of Adam."""
    buffer = io.BytesIO()
    own = _keras1_names(nets.arrays(OIHW))
    with h5py.File(buffer, "w") as root:
        _state(root, nets.keras1(), "1.2.2")
        _fill(root.create_group("model_weights"), own)
        _fill_slots(root.create_group("optimizer_weights"), [a for layer in own.values() for a in layer.values()])
    return buffer.getvalue()


def keras2_model() -> bytes:
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as root:
        _state(root, nets.keras2(), "2.1.5")
        group = root.create_group("model_weights")
        for place in (root, group):
            place.attrs["backend"], place.attrs["keras_version"] = b"theano", b"2.1.5"
        _fill(group, _keras2_names(nets.arrays(HWIO)))
    return buffer.getvalue()


def keras2_packed() -> bytes:
    """Weights in chunks: compressed, shuffled, with checksums."""
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as root:
        root.attrs["backend"], root.attrs["keras_version"] = b"theano", b"2.1.5"
        _fill(root, _keras2_names(nets.arrays(HWIO)), **PACKED)
    return buffer.getvalue()


def keras3_weights(only: tuple[str, ...] = ("conv2d", "dense")) -> bytes:
    """What Keras 3 calls `.weights.h5`: arrays by class and number. only: these groups."""
    own = nets.arrays(HWIO)
    buffer = io.BytesIO()
    with h5py.File(buffer, "w") as root:
        for group, name, kind in (("conv2d", nets.CONV, "conv"), ("dense", nets.DENSE, "dense")):
            if group in only:
                stored = root.create_group(f"layers/{group}/vars")
                stored.attrs["name"] = name
                for number, letter in enumerate("Wb"):
                    stored[str(number)] = own[f"{kind} {letter}"]
    return buffer.getvalue()


def keras3_shards() -> tuple[bytes, bytes]:
    """The same, a file for each layer."""
    return keras3_weights(("conv2d",)), keras3_weights(("dense",))


def _keras1_names(own: Mapping[str, Array]) -> dict[str, dict[str, Array]]:
    return {
        layer: {f"{layer}_{letter}": own[f"{kind} {letter}"] for letter in "Wb"}
        for layer, kind in ((nets.CONV, "conv"), (nets.DENSE, "dense"))
    }


def _keras2_names(own: Mapping[str, Array]) -> dict[str, dict[str, Array]]:
    return {
        layer: {f"{layer}/kernel": own[f"{kind} W"], f"{layer}/bias": own[f"{kind} b"]}
        for layer, kind in ((nets.CONV, "conv"), (nets.DENSE, "dense"))
    }


def _fill(group: h5py.Group, layers: Mapping[str, Mapping[str, Array]], **storage: Any) -> None:
    group.attrs["layer_names"] = np.array([nets.CONV.encode(), b"flat", nets.DENSE.encode()])
    group.create_group("flat").attrs["weight_names"] = np.array([])
    for layer, own in layers.items():
        inside = group.create_group(layer)
        inside.attrs["weight_names"] = np.array([name.encode() for name in own])
        for name, array in own.items():
            inside.create_dataset(name, data=array, **storage)


def _state(root: h5py.File, document: dict[str, Any], version: str) -> None:
    training = {"optimizer_config": {"class_name": "Adam", "config": {"lr": 0.001}}, "loss": "mse", "metrics": []}
    root.attrs["keras_version"] = version.encode()
    root.attrs["model_config"] = json.dumps(document).encode()
    root.attrs["training_config"] = json.dumps(training).encode()


def _fill_slots(group: h5py.Group, weights: list[Array]) -> None:
    """Adam as Keras 1.2.2 on Theano stores it: iterations, then first and second moments."""
    names = [f"param_{number}".encode() for number in range(2 * len(weights) + 1)]
    group.attrs["weight_names"] = np.array(names)
    group[names[0].decode()] = np.float32(7)
    for number, array in enumerate([*(2 * w for w in weights), *(w * w for w in weights)], start=1):
        group[names[number].decode()] = array
