"""One use of a Keras 3 layer as operations: the layer's own, and the activation it takes along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dimorder.errors import UnreadableFile
from dimorder.formats.keras3.channelwise import CHANNELWISE
from dimorder.formats.keras3.conv_recurrent import CONV_RECURRENT
from dimorder.formats.keras3.locally import LOCAL
from dimorder.formats.keras3.read_maps import MAPS
from dimorder.formats.keras3.read_plain import PLAIN
from dimorder.formats.keras3.read_recurrent import RECURRENT
from dimorder.formats.keras3.transposed import TRANSPOSED
from dimorder.formats.keras3.tree import HELD, WRAPPER, Spec, module
from dimorder.formats.keras3.written import NotPlain, Written
from dimorder.formats.precision import coarse
from dimorder.mapping import mapped
from dimorder.semantics import Activate, Conv, ConvTranspose, Dense, Depthwise, Einsum, Op, Opaque, Separable

CLASSES = MAPS | PLAIN | LOCAL | CONV_RECURRENT | RECURRENT | TRANSPOSED | CHANNELWISE
"""Every class that is read with its meaning; any other becomes Opaque."""
OWN = ("keras.layers", "keras.src.layers")
"""Modules of Keras's own layers; 3.0 named the inner one."""
TAKES_ACTIVATION = (Conv, ConvTranspose, Dense, Depthwise, Einsum, Separable)


def operations(spec: Spec, written: Written) -> tuple[Op, ...]:
    """The operation, and a fused activation unless it is linear."""
    if spec.odd:
        return (Opaque(spec.class_name, spec.odd),)
    if spec.class_name == WRAPPER and spec.module.startswith(OWN):
        return _distributed(spec, written)
    parse = CLASSES.get(spec.class_name)
    if parse is None or not spec.module.startswith(OWN):
        return (Opaque(spec.class_name, "a class that is not known here"),)
    if because := coarse(spec.config):
        return (Opaque(spec.class_name, because),)
    try:
        op = parse(written)
        fused = written.activation() if isinstance(op, TAKES_ACTIVATION) else Activate("linear")
    except NotPlain as reason:
        return (Opaque(spec.class_name, str(reason)),)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as problem:
        raise UnreadableFile(
            f"layer {spec.name!r}: its configuration is not as Keras writes it ({problem!r})"
        ) from problem
    return (op,) if fused.kind == "linear" else (op, fused)


def _distributed(spec: Spec, written: Written) -> tuple[Op, ...]:
    """The operations of the layer inside a TimeDistributed, on slices."""
    slices = tuple(shape[1:] for shape in written.shapes)
    held = written.config.get(HELD)
    if not isinstance(held, Mapping) or not all(slices):
        raise UnreadableFile(f"layer {spec.name!r} distributes nothing")
    class_name, config = str(held["class_name"]), held["config"]
    inside = replace(spec, class_name=class_name, config=config, module=module(held))
    found = operations(inside, replace(written, class_name=class_name, config=config, shapes=slices))
    return tuple(mapped(op, slices) for op in found)
