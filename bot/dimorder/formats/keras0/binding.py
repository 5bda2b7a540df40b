"""Numbered arrays of Keras 0 meet the layers of an architecture: by place, for there are no names.

Containers list their layers' arrays layer by layer, each layer's running statistics behind its own trainable arrays;
what is frozen stays in its place. Source: get_weights in keras/layers/containers.py and core.py at 0.2.0 and 0.3.3.
"""

from __future__ import annotations

from dataclasses import replace

from dimorder.errors import WeightsDoNotFit
from dimorder.formats.bind import Bound, Wanted, wanted_by, with_tensors
from dimorder.formats.borders import BORDER
from dimorder.formats.containers import Container, Spec
from dimorder.formats.lower import Lowered
from dimorder.formats.packing import pieces
from dimorder.model import Layer

Leaf = tuple[str, Spec]
Group = tuple[list[Leaf], Layer]
HINT = "pass the architecture that belongs to these weights"


def bind_by_number(tree: Container, lowered: Lowered, layers: tuple[Layer, ...], path: str) -> Lowered:
    """The same graph with every node's arrays attached; roles filled in."""
    wanted = wanted_by(lowered)
    bound: Bound = {}
    for leaves, layer in _groups(tree, layers, wanted, path):
        bound |= _spread(leaves, layer, wanted, path)
    return replace(lowered, nodes=[with_tensors(node, bound, wanted) for node in lowered.nodes])


def _groups(tree: Container, layers: tuple[Layer, ...], wanted: Wanted, path: str) -> list[Group]:
    """A Graph's one group for all; a Sequential's by number, or, for an architecture of Keras 1, in order."""
    if [layer.name for layer in layers] == ["graph"]:
        return [([leaf for spec in tree.layers for leaf in _leaves(spec, "")], layers[0])]
    units = [_leaves(spec, "") for spec in tree.layers if not spec.name.endswith(BORDER)]
    if len(units) == len(layers):
        return list(zip(units, layers, strict=True))
    owners = [unit for unit in units if any(place in wanted for place, _ in unit)]
    filled = [layer for layer in layers if layer.tensors]
    if len(owners) != len(filled):
        raise WeightsDoNotFit(
            f"{path}: has {len(layers)} layers, {len(filled)} of them with arrays; "
            f"the architecture has {len(units)}, {len(owners)} of them with arrays",
            hint=HINT,
        )
    return list(zip(owners, filled, strict=True))


def _leaves(spec: Spec, prefix: str) -> list[Leaf]:
    place = prefix + spec.name
    found = [leaf for branch in spec.branches for inner in branch.layers
             for leaf in _leaves(inner, f"{place}/{branch.name}/")]  # fmt: skip
    if spec.inner is None:
        return [*found, (place, spec)]
    return [*found, *(leaf for inner in spec.inner.layers for leaf in _leaves(inner, f"{place}/"))]


def _spread(leaves: list[Leaf], layer: Layer, wanted: Wanted, path: str) -> Bound:
    owners = [leaf for leaf in leaves if leaf[0] in wanted]
    if len(owners) == 1:
        _require_statistics(*owners[0], layer, path)
        return {owners[0][0]: layer.tensors}
    bound: Bound = {}
    start = 0
    for place, spec in owners:
        owned = wanted[place]
        if owned is None:
            raise WeightsDoNotFit(f"{path}: arrays of {layer.name!r} cannot be told apart around layer {place!r}")
        stop = start + len(owned) * pieces(spec.class_name, spec.config)
        bound[place] = layer.tensors[start:stop]
        start = stop
    if start != len(layer.tensors):
        raise WeightsDoNotFit(
            f"{path}: {layer.name!r} holds {len(layer.tensors)} arrays, its layers own {start}", hint=HINT
        )
    return bound


def _require_statistics(place: str, spec: Spec, layer: Layer, path: str) -> None:
    """Keras 0.1 saved gamma and beta of a BatchNormalization, not what it had run up: normalization.py at 0.1.3."""
    if spec.class_name == "BatchNormalization" and len(layer.tensors) == 2:
        raise WeightsDoNotFit(
            f"{path}: layer {place!r} has gamma and beta alone, as Keras 0.1 saved a BatchNormalization; the mean and "
            "standard deviation that it predicts with were never written",
            hint="train on until Keras 0.2 or later has saved it",
        )
