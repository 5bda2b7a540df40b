"""What code may ask a layer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dimorder.program import Thing, Unknown
from dimorder.source.keras_api.methods import Method
from dimorder.source.keras_api.own import added

if TYPE_CHECKING:
    from dimorder.source.keras_api.layer import Layer

TENSORS = {"output": "outputs", "input": "inputs"}
SHAPES = {"output_shape": "outputs", "input_shape": "inputs"}
METHODS = {
    "get_weights": (), "set_weights": ("weights",), "get_config": (), "count_params": (), "build": ("input_shape",),
    "get_output_at": ("node_index",), "get_input_at": ("node_index",), "compute_output_shape": ("input_shape",),
    "get_output_shape_at": ("node_index",), "reset_states": (), "get_output_shape_for": ("input_shape",),
}  # fmt: skip
WEIGHTS = frozenset({"W", "b", "kernel", "bias", "gamma", "beta", "U", "recurrent_kernel"})
OLD = {
    "nb_filter": "filters", "border_mode": "padding", "subsample": "strides", "dim_ordering": "data_format",
    "output_dim": "units", "p": "rate",
}  # fmt: skip


COMPUTING = frozenset({"call", "build", "compute_output_shape", "get_output_shape_for", "layer", "rank", "axis"})
TRAINING_ONLY = ("_initializer", "_regularizer", "_constraint")
"""Ends of the names of settings that change nothing about what a layer computes from its weights."""


def layer_attribute(layer: Layer, name: str) -> Any:
    """Its settings, tensors and methods; Unknown where nobody knows."""
    if name in METHODS:
        return Method(layer, name, METHODS[name])
    if name in ("add_weight", "add_variable") and not layer.spec.known:
        return Method(layer, name, (), lambda called: added(layer, called))
    if name == "name":
        return layer.name
    if name == "trainable":
        return layer.trainable
    if name in TENSORS or name in SHAPES:
        return _of_node(layer, name)
    if name in ("layer", "forward_layer") and layer.inner is not None:
        return layer.inner
    if name == "__class__":
        return Thing("class", f"keras.layers.{layer.class_name}")
    if name == "weights" or name in WEIGHTS or name.endswith("_weights"):
        return Thing("weights", name, {"layer": layer.told()})
    if name in ("inbound_nodes", "_inbound_nodes", "outbound_nodes", "_outbound_nodes"):
        return Unknown("nodes of layers are not told")
    return _setting(layer, name)


def _setting(layer: Layer, name: str) -> Any:
    key = OLD.get(name, name)
    held = {**layer.inherited, **layer.config}
    found = held.get(key, held.get(name, Unknown(f"{name!r} of {layer.label()} is not known")))
    if name == "dim_ordering" and layer.channels:
        return "th" if layer.channels == "first" else "tf"
    return tuple(found) if isinstance(found, list) else found


def _of_node(layer: Layer, name: str) -> Any:
    if not layer.nodes:
        return Unknown(f"{layer.label()} is not called yet")
    side = {**TENSORS, **SHAPES}[name]
    found = getattr(layer.nodes[0 if len(layer.nodes) == 1 else -1], side)
    if len(layer.nodes) > 1:
        return Unknown(f"{layer.label()} is called several times")
    values = found if name in TENSORS else [one.full_shape() for one in found]
    return values[0] if len(values) == 1 else values
