"""A network as the config.json of a .keras file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from dimorder.formats.keras3.call import layer_document
from dimorder.formats.keras3.network import Layer, Network
from dimorder.formats.keras3.order import Use

Json = dict[str, Any]


def configuration(network: Network, name: str) -> bytes:
    """The model as Keras 3 describes it; same network, same bytes."""
    layers = {layer.name: layer for layer in network.layers}
    config = {
        "name": model_name(name),
        "trainable": True,
        "layers": [_layer(layer, layers) for layer in network.layers],
        "input_layers": _refs(network.inputs),
        "output_layers": _refs(network.outputs),
    }
    document = {
        "module": "keras.src.models.functional",
        "class_name": "Functional",
        "config": config,
        "registered_name": "Functional",
        "build_config": {"input_shape": None},
    }
    return json.dumps(document, sort_keys=True).encode()


def model_name(name: str) -> str:
    """Keras takes no slash in a name."""
    return name.replace("/", "_") or "model"


def _layer(layer: Layer, layers: Mapping[str, Layer]) -> Json:
    return {
        **layer_document(layer.class_name, {**layer.config, "name": layer.name}),
        "name": layer.name,
        "inbound_nodes": [{"args": [_arguments(layer, reads, layers)], "kwargs": {}} for reads in layer.reads if reads],
    }


def _arguments(layer: Layer, reads: tuple[Use, ...], layers: Mapping[str, Layer]) -> Any:
    tensors = [_tensor(use, layers) for use in reads]
    return tensors if _takes_list(layer) else tensors[0]


def _takes_list(layer: Layer) -> bool:
    return layer.class_name in _OF_LISTS


_OF_LISTS = frozenset(["Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum", "Concatenate", "Dot"])


def _tensor(use: Use, layers: Mapping[str, Layer]) -> Json:
    name, number = use
    config = {
        "shape": [None, *layers[name].shapes[number]],
        "dtype": layers[name].config.get("dtype", "float32"),
        "keras_history": [name, number, 0],
    }
    return {"class_name": "__keras_tensor__", "config": config}


def _refs(uses: tuple[Use, ...]) -> list[Any]:
    """One input or output stands alone: with a list around it `predict` would return a list."""
    refs = [[name, number, 0] for name, number in uses]
    return refs[0] if len(refs) == 1 else refs
