"""TimeDistributed around one layer: that layer's own operations, on slices."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dimorder.formats.containers import WRAPPER
from dimorder.formats.layers.written import Codec, Written
from dimorder.mapping import mapped
from dimorder.semantics import Op


def reader(read: Callable[[Written], tuple[Op, ...]]) -> dict[str, Codec]:
    """How the wrapper is read; `read` reads the layer inside."""

    def distributed(written: Written) -> tuple[Op, ...]:
        inside = written.config["layer"]
        slices = tuple(shape[1:] for shape in written.inputs)
        if not all(slices):
            raise ValueError(f"a sample of shape {written.inputs[0]} has nothing to distribute over")
        inner = replace(written, class_name=inside["class_name"], config=inside["config"], inputs=slices)
        return tuple(mapped(op, slices) for op in read(inner))

    return {WRAPPER: distributed}
