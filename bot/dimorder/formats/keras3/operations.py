"""One use of a Keras 3 layer as operations: the layer's own, and the activation it takes along."""

from __future__ import annotations

from dimorder.errors import UnreadableFile
from dimorder.formats.keras3.read_maps import MAPS
from dimorder.formats.keras3.read_plain import PLAIN
from dimorder.formats.keras3.tree import Spec
from dimorder.formats.keras3.written import NotPlain, Written
from dimorder.semantics import Activate, Conv, Dense, Op, Opaque

CLASSES = MAPS | PLAIN
"""Every class that is read with its meaning; any other becomes Opaque."""


def operations(spec: Spec, written: Written) -> tuple[Op, ...]:
    """The operation, and a fused activation unless it is linear."""
    parse = CLASSES.get(spec.class_name)
    if parse is None or not spec.module.startswith("keras.layers"):
        return (Opaque(spec.class_name, "a class that is not known here"),)
    if spec.odd:
        return (Opaque(spec.class_name, spec.odd),)
    try:
        op = parse(written)
        fused = written.activation() if isinstance(op, Conv | Dense) else Activate("linear")
    except NotPlain as reason:
        return (Opaque(spec.class_name, str(reason)),)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError) as problem:
        raise UnreadableFile(
            f"layer {spec.name!r}: its configuration is not as Keras writes it ({problem!r})"
        ) from problem
    return (op,) if fused.kind == "linear" else (op, fused)
