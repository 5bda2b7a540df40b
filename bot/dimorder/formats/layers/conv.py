"""Convolution layers: Convolution1D/2D/3D and AtrousConvolution of Keras 1, Conv1D/2D/3D of Keras 2."""

from __future__ import annotations

from functools import partial
from typing import Any, cast

from dimorder.formats.layers.written import Codec, Written, numbers, with_activation
from dimorder.layout import SPATIAL, Channels
from dimorder.semantics import Conv, Op, Opaque, Padding

_KERNEL_KEYS = {1: ("filter_length",), 2: ("nb_row", "nb_col"), 3: ("kernel_dim1", "kernel_dim2", "kernel_dim3")}


def _conv(written: Written, rank: int) -> tuple[Op, ...]:
    mode = written.get("border_mode", "padding", default="valid")
    if mode not in ("valid", "same", "causal"):
        return (Opaque(written.class_name, f"border mode {mode!r}"),)
    if written.get("groups", default=1) != 1:
        return (Opaque(written.class_name, "grouped convolution"),)
    size = kernel_size(written, rank)
    strides = numbers(written.get("subsample", "strides", "subsample_length", default=1), rank)
    if rank == 3 and mode == "same" and written.era == "keras1" and written.version < (1, 2) and _is_even(size):
        if not _is_padded_by_keras(written, strides):
            because = "an even kernel with 'same': what Keras 1 put around it depends on its version, and on Theano's"
            return (Opaque(written.class_name, because),)
        mode = "tf-same"
    channels: Channels = written.channels() if rank > 1 or "data_format" in written.config else "last"
    op = Conv(
        rank=rank,
        filters=int(written.get("nb_filter", "filters")),
        kernel_size=size,
        strides=strides,
        dilation=numbers(written.get("atrous_rate", "dilation_rate", default=1), rank),
        padding=cast(Padding, mode),
        channels=channels,
        use_bias=bool(written.get("bias", "use_bias", default=True)),
        axes=_axes(written, rank, channels),
    )
    return with_activation(op, written)


def _is_padded_by_keras(written: Written, strides: tuple[int, ...]) -> bool:
    """Whether Keras itself put zeros around three axes, (k-1)//2 before, on either backend, and refused strides.

    Source: theano_backend.conv3d at 1.0.5 to 1.1.0, measured 1.0.8. From 1.1.1 on Theano did it if it could.
    """
    return (1,) <= written.version < (1, 1, 1) and max(strides) == 1


def _is_even(size: tuple[int, ...]) -> bool:
    return any(length % 2 == 0 for length in size)


def kernel_size(written: Written, rank: int) -> tuple[int, ...]:
    """Along each axis of space, from Keras 2's one key or Keras 1's several."""
    if "kernel_size" in written.config:
        return numbers(written.config["kernel_size"], rank)
    return tuple(int(written.config[key]) for key in _KERNEL_KEYS[rank])


def _axes(written: Written, rank: int, channels: Channels) -> str:
    if written.era == "keras2":
        return SPATIAL[rank] + "IO"
    if rank == 1:
        return ""  # OIL1 until 1.0.8, L1IO from 1.1.0: the array's own shape tells
    return "OI" + SPATIAL[rank] if channels == "first" else SPATIAL[rank] + "IO"


def respell(op: Conv, config: dict[str, Any]) -> dict[str, Any]:
    """Keys that differ once the layer's channels or padding have changed."""
    mode = {"theano-same": "same", "tf-same": "same"}.get(op.padding, op.padding)
    key = "border_mode" if "border_mode" in config else "padding"
    return {key: mode}


READ: dict[str, Codec] = {
    **{f"{name}{rank}D": partial(_conv, rank=rank)
       for name in ("Convolution", "AtrousConvolution", "Conv") for rank in (1, 2, 3)},
}  # fmt: skip
