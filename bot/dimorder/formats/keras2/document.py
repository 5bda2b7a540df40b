"""A network as the architecture that Keras 2 writes: one functional Model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dimorder.formats.keras3.network import Layer, Network
from dimorder.formats.keras3.order import Use

Json = dict[str, Any]


def document(network: Network, name: str) -> Json:
    """The model's class and config. Source: Network.get_config in keras/engine/network.py at 2.3.1."""
    config = {
        "name": name,
        "layers": [_layer(layer) for layer in network.layers],
        "input_layers": [_ref(use) for use in network.inputs],
        "output_layers": [_ref(use) for use in network.outputs],
    }
    return {"class_name": "Model", "config": config}


def _layer(layer: Layer) -> Json:
    return {
        "name": layer.name,
        "class_name": layer.class_name,
        "config": config_of(layer),
        "inbound_nodes": [[[*_ref(use), {}] for use in reads] for reads in layer.reads if reads],
    }


def config_of(layer: Layer) -> Mapping[str, Any]:
    """The layer's configuration; without a dtype each Keras would take the reader's own default."""
    return {"dtype": "float32", **layer.config, "name": layer.name}


def _ref(use: Use) -> list[Any]:
    name, call = use
    return [name, call, 0]
