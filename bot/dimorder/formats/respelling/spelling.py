"""A layer that the conversion added, as an old Keras writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dimorder.errors import Refused
from dimorder.formats.containers import WRAPPER
from dimorder.formats.layers import resize
from dimorder.graph import Node
from dimorder.model import Era
from dimorder.semantics import (
    Conv,
    ConvRecurrent,
    ConvTranspose,
    Crop,
    Depthwise,
    GlobalPool,
    Identity,
    LocallyConnected,
    Mapped,
    Merge,
    Op,
    Permute,
    Pool,
    Separable,
    UpSample,
    ZeroPad,
)  # fmt: skip

WITH_CHANNELS = (Conv, Pool, GlobalPool, ZeroPad, Crop, UpSample, Identity, LocallyConnected, ConvRecurrent,
                 ConvTranspose, Depthwise, Separable)  # fmt: skip
_MODE = {"keras1": "border_mode", "keras2": "padding"}


def spell(node: Node, era: Era) -> dict[str, Any]:
    """A layer that the conversion added, as that era writes it."""
    name, op = node.layer.rpartition("/")[2], node.op
    if isinstance(op, Mapped) and isinstance(op.inner, Permute):
        op = Permute((0, *(axis + 1 for axis in op.inner.order)))
    if isinstance(op, Mapped):
        inside = spell(replace(node, layer=f"{name}_slice", op=op.inner), era)
        return {"class_name": WRAPPER, "config": {"name": name, "trainable": True, "layer": inside}}
    match op:
        case Permute(order):
            class_name, config = "Permute", {"dims": [axis + 1 for axis in order]}
        case ZeroPad(rank):
            class_name, config = f"ZeroPadding{rank}D", {"padding": resize.spell_amounts(op, era)}
        case Crop(rank):
            class_name, config = f"Cropping{rank}D", {"cropping": resize.spell_amounts(op, era)}
        case Pool(rank):
            class_name, config = _spelled_pool(op, era)
        case Merge("concat"):
            class_name, config = _spelled_concat(op, era)
        case _:
            raise Refused(f"layer {name!r}: {type(op).__name__} has no form in {era}")
    # Keras 1's Merge is the one layer whose constructor takes no `trainable`.
    trainable = {} if class_name == "Merge" else {"trainable": True}
    return {"class_name": class_name, "config": {"name": name, **trainable, **config, **ordering(op, {}, era)}}


def check_padding(op: Op, version: str, name: str) -> None:
    """Keras 1 pads three axes alike on both sides only, and before 1.2 any axes: more numbers would be passed over."""
    uneven = isinstance(op, ZeroPad) and any(before != after for before, after in op.amounts)
    if uneven and (getattr(op, "rank", 2) == 3 or not version.startswith("1.2")):
        raise Refused(
            f"layer {name!r}: Keras {version or '1'} has no padding that differs before and after",
            hint="write the .keras form: -o NAME.keras",
        )


def ordering(op: Op, config: Mapping[str, Any], era: Era) -> dict[str, str]:
    """The key that states the channels; a layer with one axis of space has it in Keras 2.2 only, as `config` tells."""
    if not isinstance(op, WITH_CHANNELS) or op.channels is None:
        return {}
    rank = getattr(op, "rank", 2)
    if era == "keras1":
        return {"dim_ordering": "tf" if op.channels == "last" else "th"} if rank > 1 else {}
    return {"data_format": f"channels_{op.channels}"} if rank > 1 or "data_format" in config else {}


def _spelled_pool(op: Pool, era: Era) -> tuple[str, dict[str, Any]]:
    class_name = f"{'Max' if op.kind == 'max' else 'Average'}Pooling{op.rank}D"
    size, strides = list(op.size), list(op.strides)
    if era == "keras1" and op.rank == 1:
        return class_name, {"pool_length": size[0], "stride": strides[0], "border_mode": "valid"}
    return class_name, {"pool_size": size, "strides": strides, _MODE[era]: "valid"}


def _spelled_concat(op: Merge, era: Era) -> tuple[str, dict[str, Any]]:
    assert op.axis is not None
    if era == "keras1":
        raw = {f"{key}_type": "raw" for key in ("mode", "output_shape", "output_mask")}
        nothing: dict[str, Any] = {"output_shape": None, "output_mask": None, "arguments": {}, "dot_axes": -1}
        return "Merge", {"mode": "concat", "concat_axis": op.axis + 1, **raw, **nothing}
    return "Concatenate", {"axis": op.axis + 1}
