"""Transposed convolutions: Deconvolution2D of Keras 1, Conv2DTranspose and Conv3DTranspose of Keras 2."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, cast

from dimorder.formats.layers.conv import kernel_size
from dimorder.formats.layers.written import Codec, Written, numbers, with_activation
from dimorder.layout import SPATIAL, Channels
from dimorder.semantics import ConvTranspose, Op, Opaque, Padding, Shape, map_shape, spatial
from dimorder.windows import transposed_length

STATED = "output_shape"


def _transposed(written: Written, rank: int) -> tuple[Op, ...]:
    mode = written.get("border_mode", "padding", default="valid")
    if mode not in ("valid", "same"):
        return (Opaque(written.class_name, f"border mode {mode!r}"),)
    if max(numbers(written.get("dilation_rate", default=1), rank)) > 1:
        return (Opaque(written.class_name, "a transposed convolution with dilation"),)
    if written.get("groups", default=1) != 1:
        return (Opaque(written.class_name, "grouped convolution"),)
    channels: Channels = written.channels() if rank > 1 or "data_format" in written.config else "last"
    op = ConvTranspose(
        rank=rank,
        filters=int(written.get("nb_filter", "filters")),
        kernel_size=kernel_size(written, rank),
        strides=numbers(written.get("subsample", "strides", default=1), rank),
        padding=cast(Padding, mode),
        channels=channels,
        use_bias=bool(written.get("bias", "use_bias", default=True)),
        axes=_axes(written, rank, channels),
    )
    return _with_length(op, written)


def _axes(written: Written, rank: int, channels: Channels) -> str:
    if written.era == "keras2":
        return SPATIAL[rank] + "OI"
    return "OI" + SPATIAL[rank] if channels == "first" else SPATIAL[rank] + "IO"


def _with_length(op: ConvTranspose, written: Written) -> tuple[Op, ...]:
    if written.era == "keras1":
        stated = written.config[STATED]
        length = spatial(op.rank, op.channels, tuple(stated[1:]))
        if None in length:
            return (Opaque(written.class_name, "an output_shape of unknown size"),)
        op = replace(op, length=tuple(int(size) for size in length if size is not None))
        return with_activation(op, written)
    padding = written.get("output_padding")
    if padding is None:
        return with_activation(op, written)
    sizes = spatial(op.rank, op.channels, written.inputs[0])
    found = length_with(op, sizes, numbers(padding, op.rank))
    if found is None:
        return (Opaque(written.class_name, "output_padding behind an input of unknown size"),)
    return with_activation(replace(op, length=found), written)


def length_with(op: ConvTranspose, sizes: Shape, added: tuple[int, ...]) -> Shape | None:
    """Output sizes under `output_padding`: () where it says what is derived anyway, None where sizes are missing.

    Source: keras 2.2.4 utils/conv_utils.deconv_length.
    """
    mode = "valid" if op.padding == "valid" else "same"
    kept = tuple(k - 2 * (k // 2) if mode == "same" else k for k in op.kernel_size)
    ahead = tuple(k + extra - stride for k, extra, stride in zip(kept, added, op.strides, strict=True))
    derived = tuple(
        transposed_length(0, k, s, cast(Padding, mode)) for k, s in zip(op.kernel_size, op.strides, strict=True)
    )
    if ahead == derived:
        return ()
    known = [size for size in sizes if size is not None]
    if len(known) < len(sizes):
        return None
    return tuple(n * stride + more for n, stride, more in zip(known, op.strides, ahead, strict=True))


def respell(op: ConvTranspose, config: dict[str, Any]) -> dict[str, Any]:
    """Keys that differ once the layer's channels, padding or kernel have changed."""
    mode = "valid" if op.padding == "valid" else "same"
    if STATED in config:
        return {"border_mode": mode, STATED: [config[STATED][0], *map_shape(op.channels, op.length, op.filters)]}
    derived = {"output_padding": None} if "output_padding" in config and not op.length else {}
    return {"padding": mode, "kernel_size": list(op.kernel_size), **derived}


READ: dict[str, Codec] = {
    "Deconvolution2D": partial(_transposed, rank=2),
    **{f"Conv{rank}DTranspose": partial(_transposed, rank=rank)
       for rank in (1, 2, 3)},
}  # fmt: skip
