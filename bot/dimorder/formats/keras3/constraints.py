"""Constraints along the axes of arrays that have moved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from dimorder.formats.keras3.network import Layer, Network
from dimorder.formats.keras3.weights import as_keras
from dimorder.graph import Node, Tensor
from dimorder.mapping import innermost
from dimorder.plan import Move
from dimorder.steps import Flip, Permute, Reorder, Step

_ENDING = "_constraint"
_INSIDE = ("layer", "backward_layer")
_OF_NORMS = ("MaxNorm", "UnitNorm", "MinMaxNorm")
"""Constraints of a norm along axes, the first where they name none. Source: keras/constraints.py at 0.3.3, 2.3.1."""
_SIZES = (2, 3, 5, 7, 11, 13)
Order = tuple[int, ...] | None
"""For each axis of the source's array its place in the file, -1 for a dummy; None where axes are not merely moved."""


def map_axes(network: Network, moves: Mapping[str, Move]) -> None:
    """Constraints of the network's layers with their axes where the arrays now have them; else taken away."""
    for layer in network.layers:
        configs = [config for config in _configs(layer) if any(key.endswith(_ENDING) for key in config)]
        orders = _orders(layer, moves) if configs else {}
        for config in configs:
            for key in [key for key in config if key.endswith(_ENDING)]:
                config[key] = _mapped(config[key], orders.get(key)) if config[key] else None


def _orders(layer: Layer, moves: Mapping[str, Move]) -> dict[str, Order]:
    """By key of a constraint; of a layer that runs both ways, both halves move alike."""
    if layer.owner is None:
        return {}
    return {
        f"{tensor.role.rpartition(' ')[2]}{_ENDING}": _order(layer.owner, tensor, _steps(moves, tensor))
        for tensor in layer.owner.tensors
    }


def _steps(moves: Mapping[str, Move], tensor: Tensor) -> tuple[Step, ...]:
    move = moves.get(tensor.address)
    return move.steps if move else ()


def _configs(layer: Layer) -> Iterator[dict[str, Any]]:
    """The layer's own configuration, or those of the layers inside it."""
    inside = [layer.config[key] for key in _INSIDE if isinstance(layer.config.get(key), dict)]
    yield from (held["config"] for held in inside)
    if not inside:
        yield layer.config


def _order(owner: Node, tensor: Tensor, steps: tuple[Step, ...]) -> Order:
    places = tuple(range(len(tensor.shape)))
    for step in steps:
        if isinstance(step, Permute):
            # An axis at letter L of the source goes where the target has L.
            kept = {step.source.index(letter): step.target.index(letter) for letter in step.source}
            places = tuple(kept[place] for place in places)
        elif not isinstance(step, Flip | Reorder):
            return None
    axes = str(getattr(innermost(owner.op)[0], "axes", ""))
    first = len(axes) == len(places) and tensor == owner.tensors[0]
    dummies = {place for place, letter in enumerate(axes) if letter == "1"} if first else set()
    sizes = tuple(1 if place in dummies else _SIZES[place] for place in range(len(places)))
    written = as_keras(owner, tensor, np.zeros(sizes, dtype=np.bool_)).shape
    return tuple(written.index(sizes[place]) if sizes[place] in written else -1 for place in places)


def _mapped(constraint: Any, order: Order) -> dict[str, Any] | None:
    """The constraint with its axes mapped; those of a dummy axis need no norm taken along them."""
    if not isinstance(constraint, Mapping) or not isinstance(constraint.get("config"), Mapping):
        return None
    config = constraint["config"]
    if constraint.get("class_name") not in _OF_NORMS:
        return dict(constraint)
    given = config.get("axis", 0)
    axes = _axes(given if isinstance(given, list) else [given], order)
    if not axes:
        return None
    return {**constraint, "config": {**config, "axis": axes if len(axes) > 1 else axes[0]}}


def _axes(given: list[Any], order: Order) -> list[int]:
    """Where these axes are now; none where that is not known."""
    if order is None or not all(isinstance(axis, int) and -len(order) <= axis < len(order) for axis in given):
        return []
    return sorted(order[axis] for axis in given if order[axis] >= 0)
