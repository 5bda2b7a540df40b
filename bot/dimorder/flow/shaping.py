"""What layers yield, for the evaluation of code: the readers of architectures and the shapes of operations."""

from __future__ import annotations

from typing import Any

from dimorder.errors import DimorderError, UnreadableFile, WeightsDoNotFit
from dimorder.formats.layers.table import read_layer
from dimorder.formats.layers.written import Written
from dimorder.layout import Channels
from dimorder.mapping import times_mapped
from dimorder.refusals import refusal
from dimorder.semantics import Opaque, Shape
from dimorder.shapes import output_shape
from dimorder.source.values import Refused

LAST = (2, 3, 1)
"""The last Keras 2: shapes are the same in all, and older ones computed some layers in ways that are not told."""


def shaping(
    class_name: str, config: dict[str, Any], inputs: tuple[Shape, ...], channels: Channels
) -> Shape | Refused | None:
    """Shape (without batch) that a layer of Keras 2 yields; None where nobody knows it.

    channels: of layers that leave them to the machine.
    """
    written = Written("", class_name, config, "keras2", LAST, inputs, channels)
    try:
        return _yielded(written)
    except (UnreadableFile, WeightsDoNotFit) as problem:
        return Refused(str(problem.__cause__ or problem.sentence))
    except (DimorderError, AssertionError, ArithmeticError, LookupError, ValueError, TypeError):
        return None


def _yielded(written: Written) -> Shape | Refused | None:
    shapes = written.inputs
    for op in read_layer(written):
        if isinstance(op, Opaque):
            return None
        op = times_mapped(op, shapes, 0)
        if because := refusal(op, shapes):
            return Refused(because)
        shapes = (output_shape(op, shapes),)
    return shapes[0] if shapes else None
