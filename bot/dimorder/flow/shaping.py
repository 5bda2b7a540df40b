"""What layers yield, for the evaluation of code: the readers of architectures and the shapes of operations."""

from __future__ import annotations

from typing import Any

from dimorder.errors import DimorderError
from dimorder.formats.layers.table import read_layer
from dimorder.formats.layers.written import Written
from dimorder.layout import Channels
from dimorder.mapping import times_mapped
from dimorder.semantics import Opaque, Shape
from dimorder.shapes import output_shape


def shaping(
    class_name: str, config: dict[str, Any], inputs: tuple[Shape, ...], channels: Channels
) -> Shape | None:
    """Shape (without batch) that a layer of Keras 2 yields; None where nobody knows it, or it cannot read these.

    channels: of layers that leave them to the machine.
    """
    written = Written("", class_name, config, "keras2", (2,), inputs, channels)
    shapes = inputs
    try:
        for op in read_layer(written):
            if isinstance(op, Opaque):
                return None
            shapes = (output_shape(times_mapped(op, shapes, 0), shapes),)
    except (DimorderError, AssertionError, IndexError, KeyError, ValueError, TypeError):
        return None
    fits = shapes and all(size is None or size > 0 for size in shapes[0])
    return shapes[0] if fits else None
