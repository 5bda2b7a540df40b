"""Arrays of a file meet the layers of an architecture."""

from __future__ import annotations

import re
from dataclasses import replace

from dimorder.errors import WeightsDoNotFit
from dimorder.formats.containers import Container, Spec
from dimorder.formats.lower import Lowered
from dimorder.formats.packing import inner_name, packed, pieces
from dimorder.graph import Graph, Node, Tensor
from dimorder.model import Layer
from dimorder.semantics import Opaque, Weight
from dimorder.weights import weights_of

Bound = dict[str, tuple[Tensor, ...]]
"""By layer path, its arrays in the order its operation states them."""
Wanted = dict[str, "tuple[Weight, ...] | None"]
"""By layer path what it owns; None for a layer nobody knows."""


def bind(tree: Container, lowered: Lowered, layers: tuple[Layer, ...], path: str) -> Lowered:
    """The same graph with every node's arrays attached; roles filled in."""
    wanted = wanted_by(lowered)
    units = _units(tree, "", {layer.name for layer in layers}, wanted)
    groups = _pair(units, [layer for layer in layers if layer.tensors], wanted, path)
    bound: Bound = {}
    for leaves, layer in groups:
        bound |= _bind_group(leaves, layer, wanted, path)
    nodes = [with_tensors(node, bound, wanted) for node in lowered.nodes]
    return replace(lowered, nodes=nodes)


def trainable_addresses(tree: Container, graph: Graph) -> frozenset[str]:
    """Addresses of the arrays that training moves: not those of frozen layers, nor running statistics."""
    free = {place for place, _, trainable in _all_leaves(tree, "") if trainable}
    still = ("mean", "statistic")
    return frozenset(
        tensor.address
        for node in graph.nodes
        if node.layer in free
        for whole in node.tensors
        if whole.role not in still
        for tensor in whole.stored()
    )


def _all_leaves(tree: Container, prefix: str) -> list[Leaf]:
    found: list[Leaf] = []
    for spec in tree.layers:
        place = prefix + spec.name
        for branch in spec.branches:
            found += _all_leaves(branch, f"{place}/{branch.name}/")
        found += _leaves(spec, place, True)
    return found


def wanted_by(lowered: Lowered | Graph) -> Wanted:
    """What each layer of a graph owns."""
    shapes = {node.name: node.shape for node in lowered.nodes}
    wanted: Wanted = {}
    for node in lowered.nodes:
        inputs = tuple(shapes[name] for name in node.inputs)
        owned = None if isinstance(node.op, Opaque) else weights_of(node.op, inputs)
        if owned != ():
            wanted[node.layer] = owned
    return wanted


Leaf = tuple[str, Spec, bool]
"""Path, layer, and whether it and all containers around it are trainable."""
Unit = tuple[str, list[Leaf]]
"""A name that stands for a group of the file, and the layers with arrays below it."""


def _units(tree: Container, prefix: str, names: set[str], wanted: Wanted) -> list[Unit]:
    """Containers that have a group of their own stand for all their layers, others are opened (Keras 1 Sequential)."""
    units: list[Unit] = []
    for spec in tree.layers:
        place = prefix + spec.name
        for branch in spec.branches:
            units += _units(branch, f"{place}/{branch.name}/", names, wanted)
        if spec.inner is not None and spec.name not in names:
            units += _units(spec.inner, place + "/", names, wanted)
            continue
        leaves = [leaf for leaf in _leaves(spec, place, True) if leaf[0] in wanted]
        if leaves:
            units.append((spec.name, leaves))
    return units


def _leaves(spec: Spec, place: str, trainable: bool) -> list[Leaf]:
    trainable = trainable and bool(spec.config.get("trainable", True))
    if spec.inner is None:
        return [(place, spec, trainable)]
    return [leaf for child in spec.inner.layers for leaf in _leaves(child, f"{place}/{child.name}", trainable)]


def _pair(units: list[Unit], layers: list[Layer], wanted: Wanted, path: str) -> list[tuple[list[Leaf], Layer]]:
    """Groups and units by name, or in order where the names are from another session."""
    by_name = {layer.name: layer for layer in layers}
    if all(name in by_name for name, leaves in units if not _may_own_nothing(leaves, wanted)):
        used = [(name, leaves) for name, leaves in units if name in by_name]
        _check_pairs([name for name, _ in used], layers, path)
        return [(leaves, by_name[name]) for name, leaves in used]
    units = [unit for unit in units if unit[0] in by_name or not _may_own_nothing(unit[1], wanted)]
    if len(units) == len(layers):
        return [(leaves, layer) for (_, leaves), layer in zip(units, layers, strict=True)]
    missing = next(name for name, _ in units if name not in by_name)
    raise WeightsDoNotFit(
        f"{path}: has arrays for {len(layers)} layers, the architecture has {len(units)} with arrays "
        f"(no array for layer {missing!r})",
        hint="pass the architecture that belongs to these weights",
    )


def _check_pairs(names: list[str], layers: list[Layer], path: str) -> None:
    """Keras loads by order: names must leave no array over, nor tell another order that would fit as well."""
    extra = [layer.name for layer in layers if layer.name not in names]
    if extra:
        raise WeightsDoNotFit(
            f"{path}: has arrays for layer {extra[0]!r}, which the architecture does not have",
            hint="pass the architecture that belongs to these weights",
        )
    shapes = {layer.name: [tensor.shape for tensor in layer.tensors] for layer in layers}
    stored = [layer.name for layer in layers]
    if stored != names and [shapes[name] for name in stored] == [shapes[name] for name in names]:
        crossed = next(name for name, other in zip(names, stored, strict=True) if name != other)
        raise WeightsDoNotFit(
            f"{path}: lists its layers in another order than the architecture (at {crossed!r}); Keras would load them "
            "by order, their names say otherwise",
            hint="pass the architecture that was saved with these weights",
        )


def _may_own_nothing(leaves: list[Leaf], wanted: Wanted) -> bool:
    """Layers nobody knows may own nothing (a Lambda)."""
    return all(wanted[place] is None for place, _, _ in leaves)


def _bind_group(leaves: list[Leaf], layer: Layer, wanted: Wanted, path: str) -> Bound:
    """Arrays of one group for the layers below it.

    Keras 1's names are unique and tell the owner even where a frozen layer changed the order; Keras 2's can carry
    scopes that leaked from elsewhere (traps 40), so there the order decides.
    """
    if len(leaves) == 1:
        return {leaves[0][0]: layer.tensors}
    named = None if any("/" in tensor.name for tensor in layer.tensors) else _by_name(leaves, layer)
    return named if named is not None else _by_order(leaves, layer, wanted, path)


def _by_name(leaves: list[Leaf], layer: Layer) -> Bound | None:
    """Keras 1 names arrays after their layer (`convolution2d_1_W`); used only if every array finds one owner."""
    bound: dict[str, list[Tensor]] = {place: [] for place, _, _ in leaves}
    for tensor in layer.tensors:
        owners = [(len(name), place) for place, spec, _ in leaves for name in _prefixes(spec)
                  if _belongs(tensor.name, name)]  # fmt: skip
        if not owners:
            return None
        bound[max(owners)[1]].append(tensor)
    return {place: tuple(tensors) for place, tensors in bound.items()}


def _prefixes(spec: Spec) -> tuple[str, ...]:
    """What its arrays' names begin with; those of wrapped layers are named after the layer inside (traps 39)."""
    inner = inner_name(spec.class_name, spec.config)
    return (spec.name, inner, f"forward_{inner}", f"backward_{inner}") if inner else (spec.name,)


def _belongs(tensor: str, layer: str) -> bool:
    return tensor.startswith(layer + "_")


def _by_order(leaves: list[Leaf], layer: Layer, wanted: Wanted, path: str) -> Bound:
    """Keras lists all trainable arrays of all sublayers first, then the others: layout-facts 1."""
    first, last = [], []
    for place, spec, trainable in leaves:
        owned = wanted[place]
        if owned is None:
            raise WeightsDoNotFit(f"{path}: arrays of {layer.name!r} cannot be told apart around layer {place!r}")
        stored = owned * pieces(spec.class_name, spec.config)
        first += [place for weight in stored if weight.trainable and trainable]
        last += [place for weight in stored if not (weight.trainable and trainable)]
    order = first + last
    if len(order) != len(layer.tensors):
        raise WeightsDoNotFit(
            f"{path}: group {layer.name!r} holds {len(layer.tensors)} arrays, its layers own {len(order)}"
        )
    _check_owners(leaves, order, layer, path)
    bound: dict[str, list[Tensor]] = {place: [] for place, _, _ in leaves}
    for place, tensor in zip(order, layer.tensors, strict=True):
        bound[place].append(tensor)
    return {place: tuple(tensors) for place, tensors in bound.items()}


def _check_owners(leaves: list[Leaf], order: list[str], layer: Layer, path: str) -> None:
    """Keras does not write down that an inner model is frozen, which changes the order: the names still show it."""
    own = {spec.name: place for place, spec, _ in leaves}
    stated = [own.get(_scope(tensor.name)) for tensor in layer.tensors]
    if None not in stated and len(own) == len(leaves) and stated != order:
        raise WeightsDoNotFit(
            f"{path}: the arrays of {layer.name!r} lie in another order than its layers state (a frozen inner model?)",
            hint="set trainable to true in every layer, save the model again, and convert that file",
        )


def _scope(name: str) -> str:
    """The layer that an array's name states, looking past the halves of a Bidirectional; "" for none."""
    scopes = name.split("/")[:-1]
    if len(scopes) > 1 and scopes[-1].startswith(("forward_", "backward_")):
        return scopes[-2]
    return scopes[-1] if scopes else ""


def with_tensors(node: Node, bound: Bound, wanted: Wanted) -> Node:
    """The node with its layer's arrays in the order and form its operation states."""
    tensors = packed(node.op, bound.get(node.layer, ()))
    if isinstance(node.op, Opaque):
        return replace(node, tensors=tensors)
    owned = wanted.get(node.layer) or ()
    if node.name.endswith("/activation") or not node.inputs or not owned:
        return node
    if len(owned) != len(tensors):
        raise WeightsDoNotFit(
            f"layer {node.layer!r} owns {len(owned)} arrays ({', '.join(w.role for w in owned)}), "
            f"the file has {len(tensors)} for it"
        )
    roles = [replace(tensor, role=weight.role) for tensor, weight in zip(tensors, owned, strict=True)]
    for tensor in roles:
        _check_role(node, tensor)
    return replace(node, tensors=tuple(roles))


ROLES = {
    "depthwise_kernel": "depthwise", "pointwise_kernel": "pointwise",
    "recurrent_kernel": "recurrent", "U": "recurrent", "W": "kernel", "kernel": "kernel",
    "embeddings": "embeddings", "b": "bias", "bias": "bias", "gamma": "gamma", "beta": "beta",
    "running_mean": "mean", "moving_mean": "mean", "running_std": "statistic",
    "moving_variance": "statistic", "alpha": "alpha", "alphas": "alpha",
}  # fmt: skip
"""What the ending of an array's name says it is."""
_NUMBER = re.compile(r"(_\d+)?(:\d+)?$")
_ENDING = re.compile(rf"(?:^|[_/])({'|'.join(ROLES)})$")


def _check_role(node: Node, tensor: Tensor) -> None:
    """A name that states another role than the array's place would be read wrongly on both sides of any proof."""
    found = _ENDING.search(_NUMBER.sub("", tensor.name))
    stated = ROLES[found[1]] if found else None
    # A Bidirectional's roles say which half: `forward kernel`.
    role = tensor.role.rpartition(" ")[2]
    stated = "embeddings" if role == "embeddings" and stated == "kernel" else stated
    if stated is not None and stated != role:
        raise WeightsDoNotFit(
            f"layer {node.layer!r}: array {tensor.name!r} stands where its {tensor.role} belongs",
            hint="pass the architecture that was saved with these weights",
        )
