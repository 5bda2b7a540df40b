"""Which group of the weights file belongs to which layer of the tree."""

from __future__ import annotations

from collections.abc import Iterator

from dimorder.errors import UnreadableFile
from dimorder.formats.keras3.naming import groups
from dimorder.formats.keras3.order import layer_order
from dimorder.formats.keras3.stored import Stored
from dimorder.formats.keras3.tree import Level, Ref, Spec

Place = tuple[str, Spec, str]
"""A layer's path, the layer, its group."""

# Keras 2.13 wrote the other one: saving_lib.py H5IOStore.get.
_CONTAINERS = ("layers", "_layer_checkpoint_dependencies")


def places(level: Level, stored: Stored, prefix: str = "", group: str = "") -> Iterator[Place]:
    """All layers that are not models themselves, as Keras counts them when it loads the file."""
    inside = next((name for name in _CONTAINERS if stored.has(group + name)), _CONTAINERS[0])
    counted = [spec for spec in _in_order(level) if ".ops." not in spec.module]
    names = groups(spec.class_name for spec in counted)
    for spec, name in zip(counted, names, strict=True):
        place = f"{group}{inside}/{name}"
        _check_owner(spec, place, stored)
        if spec.inner is not None:
            yield from places(spec.inner, stored, f"{prefix}{spec.name}/", f"{place}/")
        else:
            yield prefix + spec.name, spec, place


def _in_order(level: Level) -> list[Spec]:
    if level.sequential:
        return list(level.layers[1:])
    specs = {spec.name: spec for spec in level.layers}
    inputs, outputs = ([_use(ref) for ref in refs] for refs in (level.inputs, level.outputs))
    return [specs[name] for name in layer_order(level.parents(), inputs, outputs)]


def _use(ref: Ref) -> tuple[str, int]:
    return ref[0], ref[1]


def _check_owner(spec: Spec, place: str, stored: Stored) -> None:
    """Keras loads by count alone; where the noted name differs, one of the two is wrong."""
    owner = stored.owner(place)
    if owner and owner != spec.name:
        raise UnreadableFile(
            f"{stored.path}: the arrays that Keras would give to layer {spec.name!r} were saved by layer {owner!r}"
        )
