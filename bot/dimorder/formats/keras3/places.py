"""Which group of the weights file belongs to which layer of the tree."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.errors import UnreadableFile, WeightsDoNotFit
from dimorder.formats.keras3.naming import groups
from dimorder.formats.keras3.order import layer_order
from dimorder.formats.keras3.stored import Weights
from dimorder.formats.keras3.tree import HELD, Level, Ref, Spec

Place = tuple[str, Spec, str]
"""A layer's path, the layer, its group."""

# Keras 2.13 wrote the other one: saving_lib.py H5IOStore.get.
CONTAINERS = ("layers", "_layer_checkpoint_dependencies")


def places(level: Level, stored: Weights, prefix: str = "", group: str = "", *, own: bool = True) -> Iterator[Place]:
    """All layers that are not models themselves, as Keras counts them when it loads the file.

    own: the arrays were saved together with this architecture, so that names tell; else another session may have
    numbered its layers otherwise.
    """
    inside = container(stored, group)
    counted = [spec for spec in _in_order(level) if ".ops." not in spec.module]
    names = list(groups(spec.class_name for spec in counted))
    _check_owners(counted, [f"{group}{inside}/{name}" for name in names], stored, own=own)
    if not own:
        _check_all_taken(names, f"{group}{inside}", stored)
    for spec, name in zip(counted, names, strict=True):
        place = f"{group}{inside}/{name}"
        if spec.inner is not None:
            below = "/".join((place, *(HELD,) * spec.mapped, ""))
            yield from places(spec.inner, stored, f"{prefix}{spec.name}/", below, own=own)
        else:
            yield prefix + spec.name, spec, place


def container(stored: Weights, group: str) -> str:
    """What the group of a model's layers is called."""
    return next((name for name in CONTAINERS if stored.has(group + name)), CONTAINERS[0])


def _in_order(level: Level) -> list[Spec]:
    if level.sequential:
        return list(level.layers[1:])
    specs = {spec.name: spec for spec in level.layers}
    inputs, outputs = ([_use(ref) for ref in refs] for refs in (level.inputs, level.outputs))
    return [specs[name] for name in layer_order(level.parents(), inputs, outputs)]


def _use(ref: Ref) -> tuple[str, int]:
    return ref[0], ref[1]


def _check_owners(counted: list[Spec], found: list[str], stored: Weights, *, own: bool) -> None:
    """Keras loads by count alone; where the noted names differ, one of the two is wrong."""
    noted = [(spec.name, stored.owner(place)) for spec, place in zip(counted, found, strict=True)]
    crossed = {name for name, owner in noted if owner} == {owner for _, owner in noted if owner}
    for name, owner in noted:
        if owner and owner != name and (own or crossed):
            raise UnreadableFile(
                f"{stored.path}: the arrays that Keras would give to layer {name!r} were saved by layer {owner!r}"
            )


def _check_all_taken(names: list[str], inside: str, stored: Weights) -> None:
    for name in stored.children(inside):
        if name not in names and stored.arrays(f"{inside}/{name}"):
            raise WeightsDoNotFit(
                f"{stored.path}: has arrays for a layer {name!r}, which the architecture does not have",
                hint="pass the architecture that was saved with these weights",
            )
