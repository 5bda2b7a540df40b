"""Transposed convolutions as Keras 3 layers, and back."""

from __future__ import annotations

from dimorder.formats.keras3.call import Call, Place
from dimorder.formats.keras3.maps import sliding
from dimorder.formats.keras3.written import NotPlain, Parse, Written
from dimorder.layout import SPATIAL
from dimorder.semantics import ConvTranspose, Op, Shape, Size, spatial
from dimorder.windows import transposed_length


def conv_transpose(op: ConvTranspose, place: Place) -> Call:
    """Keras derives the output's sizes, or adds `output_padding` to the least that there can be."""
    if op.orientation != "correlation":
        raise place.refuse("Keras 3 computes correlations, and this kernel is one of a convolution")
    return place.call(
        f"Conv{op.rank}DTranspose",
        **sliding(op, place),
        filters=op.filters,
        output_padding=_output_padding(op, spatial(op.rank, op.channels, place.shapes[0]), place),
        dilation_rate=[1] * op.rank,
        activation="linear",
    )


def _output_padding(op: ConvTranspose, sizes: Shape, place: Place) -> list[int] | None:
    if not op.length or op.length == _derived(op, sizes):
        return None
    axes = zip(op.length, sizes, op.kernel_size, op.strides, strict=True)
    found = [_added(length, _least(size, k, stride, op.padding == "valid")) for length, size, k, stride in axes]
    known = [number for number, stride in zip(found, op.strides, strict=True) if number in range(stride)]
    if len(known) < op.rank:
        raise place.refuse(f"Keras 3 has no transposed convolution that yields {op.length} here")
    return known


def _added(length: Size, least: Size) -> int:
    return -1 if length is None or least is None else length - least


def _derived(op: ConvTranspose, sizes: Shape) -> Shape:
    axes = zip(sizes, op.kernel_size, op.strides, strict=True)
    return tuple(transposed_length(size, k, stride, op.padding) for size, k, stride in axes)


def _least(size: Size, kernel: int, stride: int, valid: bool) -> Size:
    """The output's size under output_padding 0. Source: compute_conv_transpose_output_shape at 3.15.1."""
    return None if size is None else (size - 1) * stride + (kernel if valid else kernel % 2)


def _parse(rank: int) -> Parse:
    def parse(written: Written) -> Op:
        written.expect("groups", 1)
        written.expect("lora_rank", None)
        if max(written.sizes("dilation_rate", rank)) > 1:
            raise NotPlain("a transposed convolution with dilation")
        op = ConvTranspose(
            rank=rank,
            filters=int(written.config["filters"]),
            **written.windows(rank),
            axes=SPATIAL[rank] + "OI",
            orientation="correlation",
            length=_length(written, rank),
        )
        if op.padding not in ("valid", "tf-same"):
            raise NotPlain(f"padding is {op.padding!r}")
        return op

    return parse


def _length(written: Written, rank: int) -> Shape:
    if written.get("output_padding", None) is None:
        return ()
    added, size, strides = (written.sizes(key, rank) for key in ("output_padding", "kernel_size", "strides"))
    read = spatial(rank, written.channels, written.shape)
    valid = written.padding() == "valid"
    least = tuple(_least(*axis, valid) for axis in zip(read, size, strides, strict=True))
    found = [n + more for n, more in zip(least, added, strict=True) if n is not None]
    if len(found) < rank:
        raise NotPlain("output_padding behind an input of unknown size")
    return tuple(found)


TRANSPOSED: dict[str, Parse] = {f"Conv{rank}DTranspose": _parse(rank) for rank in (1, 2, 3)}
