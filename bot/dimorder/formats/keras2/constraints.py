"""Constraints along the axes of arrays that have moved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from dimorder.formats.keras2.weights import NAMES
from dimorder.formats.keras3.network import Layer, Network
from dimorder.formats.keras3.weights import as_keras
from dimorder.graph import Node, Tensor
from dimorder.plan import Flip, Move, Permute, Reorder

_SIZES = (2, 3, 5, 7, 11, 13)


def map_axes(network: Network, moves: Mapping[str, Move]) -> None:
    """Constraints of the network's layers with their axes where the arrays now have them; else taken away."""
    for layer in network.layers:
        for role, tensor in _constrained(layer):
            assert layer.owner is not None
            key = f"{_short(role)}_constraint"
            order = _order(layer.owner, tensor, moves[tensor.address])
            for config in _configs(layer):
                if config.get(key):
                    config[key] = _mapped(config[key], order)


def _constrained(layer: Layer) -> list[tuple[str, Tensor]]:
    """Arrays of a layer by role; of a layer that runs both ways, those of one."""
    tensors = layer.owner.tensors if layer.owner else ()
    return list({tensor.role.rpartition(" ")[2]: tensor for tensor in tensors}.items())


def _short(role: str) -> str:
    """`recurrent` for the recurrent kernel: how settings begin."""
    return NAMES.get(role, role).removesuffix("_kernel") if role != "kernel" else role


def _configs(layer: Layer) -> list[dict[str, Any]]:
    inner = layer.config.get("layer")
    return [inner["config"]] if isinstance(inner, dict) else [layer.config]


def _order(owner: Node, tensor: Tensor, move: Move) -> tuple[int, ...] | None:
    """For each axis of the source's array its place in the file; None where axes are not merely moved."""
    places = tuple(range(len(tensor.shape)))
    for step in move.steps:
        if isinstance(step, Permute):
            # An axis at letter L of the source goes where the target has L.
            kept = {step.source.index(letter): step.target.index(letter) for letter in step.source}
            places = tuple(kept[place] for place in places)
        elif not isinstance(step, Flip | Reorder):
            return None
    axes = str(getattr(owner.op, "axes", ""))
    if len(axes) == len(places) and tensor == owner.tensors[0]:
        dummies = {place for place, letter in enumerate(axes) if letter == "1"}
    else:
        dummies = set()
    sizes = tuple(1 if place in dummies else _SIZES[place] for place in range(len(places)))
    written = as_keras(owner, tensor, np.zeros(sizes, dtype=np.bool_)).shape
    return tuple(written.index(sizes[place]) if sizes[place] in written else -1 for place in places)


def _mapped(constraint: Mapping[str, Any], order: tuple[int, ...] | None) -> dict[str, Any] | None:
    """The constraint with its axes mapped; those of a dummy axis need no norm taken along them."""
    config = dict(constraint["config"])
    if "axis" not in config:
        return dict(constraint)
    if order is None:
        return None
    given = config["axis"] if isinstance(config["axis"], list) else [config["axis"]]
    axes = sorted(order[axis] for axis in given if order[axis] >= 0)
    if not axes:
        return None
    return {**constraint, "config": {**config, "axis": axes if len(axes) > 1 else axes[0]}}
