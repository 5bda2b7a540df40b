"""Whether TensorFlow's 'same' is another than Theano's, against what both windows are when they are counted out."""

from __future__ import annotations

from itertools import product

import pytest

from dimorder.rules.theano_same import pads_otherwise
from dimorder.semantics import Activate, Conv, ConvTranspose, Mapped, Pool
from dimorder.windows import conv_pads


def conv(kernel: int, stride: int, padding: str = "theano-same") -> Conv:
    return Conv(2, 4, (kernel, 1), (stride, 1), (1, 1), padding, "first", True)  # type: ignore[arg-type]


@pytest.mark.parametrize("padding", ["valid", "tf-same"])
def test_what_theano_does_not_pad_is_never_told(padding: str) -> None:
    assert not pads_otherwise(conv(4, 2, padding), (3, 8, 8))
    assert not pads_otherwise(Activate("relu"), (3, 8, 8))


def test_ten_of_the_sixteen_measured_convolutions_differ() -> None:
    cases = list(product((2, 3, 4, 5), (1, 2), (7, 8)))
    differing = [case for case in cases if pads_otherwise(conv(*case[:2]), (3, case[2], 5))]
    assert len(differing) == 10
    for kernel, stride, size in cases:
        theano, tensorflow = (conv_pads(size, kernel, stride, mode)[0] for mode in ("theano-same", "tf-same"))
        assert ((kernel, stride, size) in differing) == (theano != tensorflow)


@pytest.mark.parametrize(("window", "stride", "size", "told"), [(3, 1, 8, 0), (3, 2, 7, 0), (3, 2, 8, 1), (2, 2, 8, 1)])
def test_poolings_differ_unless_their_windows_begin_alike(window: int, stride: int, size: int, told: int) -> None:
    op = Pool(2, "max", (window, 1), (stride, 1), "theano-same", "first")
    assert pads_otherwise(op, (3, size, 5)) == bool(told)


def test_a_mean_that_counts_its_padding_differs_always() -> None:
    op = Pool(2, "ave", (3, 3), (1, 1), "theano-same", "first", counts_padding=True)
    assert pads_otherwise(op, (3, 8, 8))


@pytest.mark.parametrize(("kernel", "stride", "told"), [(3, 1, 0), (5, 1, 0), (3, 2, 1), (1, 2, 0)])
def test_transposed_convolutions_differ_where_their_outputs_begin_elsewhere(
    kernel: int, stride: int, told: int
) -> None:
    op = ConvTranspose(2, 4, (kernel, 1), (stride, 1), "theano-same", "first", True)
    assert pads_otherwise(op, (3, 7, 7)) == bool(told)


def test_inside_a_time_distributed_the_map_is_what_counts() -> None:
    assert pads_otherwise(Mapped(conv(2, 1)), (6, 3, 8, 8))
    assert not pads_otherwise(Mapped(conv(3, 2)), (6, 3, 7, 8))
