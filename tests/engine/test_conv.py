"""Convolution against its definition: every axis of another length, both orientations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from dimorder.engine import conv as engine_conv
from dimorder.engine.run import compute
from dimorder.errors import Refused
from dimorder.layout import SPATIAL, Orientation, permutation
from dimorder.semantics import Conv, Padding
from dimorder.steps import Array
from engine.loops import conv_starts, convolve

SIZES = {1: (11,), 2: (7, 13), 3: (5, 7, 4)}
RNG = np.random.default_rng(3)


def follows_the_definition(
    axes: str,
    size: Sequence[int],
    *,
    padding: Padding = "valid",
    orientation: Orientation = "convolution",
    strides: Sequence[int] = (1, 1, 1),
    dilation: Sequence[int] = (1, 1, 1),
) -> None:
    """Two images, 3 channels, 2 filters; channels first and last; with the stored axes given."""
    rank = len(size)
    strides, dilation = tuple(strides[:rank]), tuple(dilation[:rank])
    batch = RNG.standard_normal((2, *SIZES[rank], 3))
    kernel, bias = RNG.standard_normal((*size, 3, 2)), RNG.standard_normal(2)
    parts = zip(SIZES[rank], size, strides, dilation, strict=True)
    starts = [conv_starts(n, k, s, d, padding) for n, k, s, d in parts]
    flip = orientation == "convolution"
    expected = convolve(batch, kernel, starts, dilation, flip=flip) + bias
    weights = [file_kernel(kernel, axes), bias]
    first = Conv(rank, 2, tuple(size), strides, dilation, padding, "first", True, axes, orientation)
    moved = np.moveaxis(compute(first, [np.moveaxis(batch, -1, 1)], weights), 1, -1)
    np.testing.assert_allclose(moved, expected, atol=1e-12)
    last = Conv(rank, 2, tuple(size), strides, dilation, padding, "last", False, axes, orientation)
    np.testing.assert_allclose(compute(last, [batch], weights[:1]), expected - bias, atol=1e-12)


def file_kernel(kernel: Array, axes: str) -> Array:
    """A kernel (spatial.., I, O) with the axes of a file; "1" becomes an axis of length one."""
    stored = kernel.transpose(permutation(SPATIAL[kernel.ndim - 2] + "IO", axes.replace("1", "")))
    return np.expand_dims(stored, axes.index("1")) if "1" in axes else stored


@pytest.mark.parametrize("orientation", ["convolution", "correlation"])
@pytest.mark.parametrize(
    "axes", ["LIO", "OIL", "OIL1", "L1IO", "OIHW", "HWIO", "HWOI", "OIDHW", "DHWIO"]
)
def test_kernels_of_every_era_are_read_by_their_axes(axes: str, orientation: Orientation) -> None:
    size = {"L": (5,), "H": (2, 5), "D": (2, 5, 3)}
    letter = next(letter for letter in "DHL" if letter in axes)
    follows_the_definition(axes, size[letter], orientation=orientation)


@pytest.mark.parametrize("orientation", ["convolution", "correlation"])
@pytest.mark.parametrize("dilation", [(1, 1), (2, 3), (3, 1)])
@pytest.mark.parametrize("strides", [(1, 1), (2, 3), (3, 1)])
@pytest.mark.parametrize("padding", ["valid", "theano-same", "tf-same"])
@pytest.mark.parametrize("size", [(2, 5), (3, 4), (1, 2)])
def test_images_with_every_padding_stride_and_dilation(
    size: tuple[int, int],
    padding: Padding,
    strides: tuple[int, int],
    dilation: tuple[int, int],
    orientation: Orientation,
) -> None:
    follows_the_definition(
        "OIHW", size, padding=padding, orientation=orientation, strides=strides, dilation=dilation
    )


@pytest.mark.parametrize("padding", ["valid", "theano-same", "tf-same", "causal"])
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), (2, 1), (3, 2), (1, 3)])
def test_sequences_with_every_padding_stride_and_dilation(
    padding: Padding, stride: int, dilation: int
) -> None:
    for size in (2, 3, 4):
        follows_the_definition(
            "L1IO", (size,), padding=padding, strides=(stride,), dilation=(dilation,)
        )


@pytest.mark.parametrize("padding", ["valid", "theano-same", "tf-same"])
@pytest.mark.parametrize(("strides", "dilation"), [((1, 2, 3), (1, 1, 1)), ((2, 1, 1), (2, 1, 1))])
def test_volumes_with_every_padding_stride_and_dilation(
    padding: Padding, strides: tuple[int, ...], dilation: tuple[int, ...]
) -> None:
    follows_the_definition("OIDHW", (2, 3, 4), padding=padding, strides=strides, dilation=dilation)


def test_a_kernel_larger_than_the_map_sees_padding_on_both_sides() -> None:
    for padding in ("theano-same", "tf-same"):
        follows_the_definition("HWIO", (9, 17), padding=padding, strides=(2, 5))


def test_blocks_of_any_size_give_the_same_numbers(monkeypatch: pytest.MonkeyPatch) -> None:
    for size in (1, 1000, 3000):
        monkeypatch.setattr(engine_conv, "BLOCK_BYTES", size)
        follows_the_definition("OIHW", (3, 2), padding="theano-same", strides=(2, 1))
        follows_the_definition("OIDHW", (2, 2, 3), dilation=(1, 2, 1))


def test_a_kernel_that_does_not_fit_is_refused() -> None:
    op = Conv(2, 1, (3, 3), (1, 1), (1, 1), "valid", "last", False, "HWIO", "correlation")
    with pytest.raises(Refused, match="does not fit into a map of"):
        compute(op, [np.zeros((1, 2, 5, 1))], [np.zeros((3, 3, 1, 1))])


def test_inputs_and_weights_are_not_changed() -> None:
    batch, kernel = np.ones((1, 3, 5, 7)), np.ones((2, 3, 3, 2))
    batch.flags.writeable = kernel.flags.writeable = False
    op = Conv(2, 2, (3, 2), (1, 1), (1, 1), "valid", "first", False, "OIHW", "convolution")
    assert compute(op, [batch], [kernel]).shape == (1, 2, 3, 6)
