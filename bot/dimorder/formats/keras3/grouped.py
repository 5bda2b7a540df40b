"""HDF5 files that Keras 3 wrote in the old form: arrays by layer name, those of nested models in one group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dimorder.errors import WeightsDoNotFit
from dimorder.formats.keras3.order import layer_order
from dimorder.formats.keras3.tree import Level, Spec
from dimorder.graph import Tensor
from dimorder.model import Layer

Leaf = tuple[str, Spec]
"""A layer's path and the layer."""
_HINT = "pass the architecture that was saved with these weights"


def leaves(level: Level, prefix: str = "") -> Iterator[Leaf]:
    """All layers that are not models themselves, as the document lists them."""
    for spec in level.layers:
        place = prefix + spec.name
        if spec.inner is None:
            yield place, spec
        else:
            yield from leaves(spec.inner, f"{place}/")


def arrays_by_place(level: Level, layers: Sequence[Layer], path: str) -> dict[str, tuple[Tensor, ...]]:
    """The arrays of every layer, by its path."""
    groups = {layer.name: layer for layer in layers}
    _check_names(level, layers, path)
    found: dict[str, tuple[Tensor, ...]] = {}
    for spec in level.layers:
        tensors = groups[spec.name].tensors if spec.name in groups else ()
        if spec.inner is None:
            found[spec.name] = tensors
        else:
            found |= _shared_out(tensors, list(leaves(spec.inner, f"{spec.name}/")), path)
    return found


def _check_names(level: Level, layers: Sequence[Layer], path: str) -> None:
    """Keras loads these files by order; the names that are noted must tell the same."""
    stored = [layer.name for layer in layers if layer.tensors]
    names = [spec.name for spec in level.layers]
    extra = next((name for name in stored if name not in names), None)
    if extra is not None:
        because = f"has arrays for layer {extra!r}, which the architecture does not have"
        raise WeightsDoNotFit(f"{path}: {because}", hint=_HINT)
    ordered = [name for name in _listed(level) if name in stored]
    shapes = {layer.name: [tensor.shape for tensor in layer.tensors] for layer in layers}
    if ordered != stored and [shapes[name] for name in ordered] == [shapes[name] for name in stored]:
        crossed = next(name for name, other in zip(ordered, stored, strict=True) if name != other)
        raise WeightsDoNotFit(
            f"{path}: lists its layers in another order than the architecture (at {crossed!r}); Keras would load them "
            "by order, their names say otherwise",
            hint=_HINT,
        )


def _listed(level: Level) -> list[str]:
    """Names of the layers in the order in which Keras lists them when it opens the file."""
    if level.sequential:
        return [spec.name for spec in level.layers]
    inputs, outputs = ([ref[:2] for ref in refs] for refs in (level.inputs, level.outputs))
    return layer_order(level.parents(), inputs, outputs)


def _shared_out(tensors: tuple[Tensor, ...], inside: list[Leaf], path: str) -> dict[str, tuple[Tensor, ...]]:
    """The arrays of a nested model among its layers: each one's path names the layer that owns it.

    Their order tells nothing safely: what trains comes first, and a frozen layer changes that.
    """
    found: dict[str, list[Tensor]] = {place: [] for place, _ in inside}
    for tensor in tensors:
        found[_owner(tensor, [place for place, _ in inside], path)].append(tensor)
    return {place: tuple(own) for place, own in found.items()}


def _owner(tensor: Tensor, places: list[str], path: str) -> str:
    """`inner/conv/kernel`, `inner/lstm/lstm_cell/kernel`: the layer named last among those inside."""
    parts = tensor.name.split("/")[:-1]
    last = {place: _last(parts, place.rpartition("/")[2]) for place in places}
    deepest = max(last.values(), default=-1)
    owners = [place for place in places if last[place] == deepest >= 0]
    if len(owners) > 1:  # two inner models that call a layer the same
        owners = [place for place in owners if place.rpartition("/")[0].rpartition("/")[2] in parts[:deepest]]
    if len(owners) != 1:
        raise WeightsDoNotFit(f"{path}: array {tensor.name!r} of a nested model does not say which layer owns it")
    return owners[0]


def _last(parts: list[str], name: str) -> int:
    """Where the name stands last, -1 where it does not."""
    return max((number for number, part in enumerate(parts) if part == name), default=-1)
