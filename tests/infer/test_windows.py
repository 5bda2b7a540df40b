"""What 'same' and a stated output mean, once the backend is known."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dimorder import semantics as ops
from dimorder.infer.windows import channelwise, transposed

DECONV = ops.ConvTranspose(2, 3, (3, 5), (2, 1), "same", "first", True, axes="OIHW")
SEPARABLE = ops.Separable(2, 5, 2, (2, 3), (1, 1), (1, 1), "same", "last", True, "HWIM")
DEPTHWISE = ops.Depthwise(2, 2, (2, 3), (1, 1), (1, 1), "same", "last", True, "HWIM")


def settled(op: ops.ConvTranspose, *, theano: bool = True) -> ops.ConvTranspose:
    found = transposed(op, (2, 4, 7), theano)
    assert isinstance(found, ops.ConvTranspose)
    return found


def refused(op: ops.ConvTranspose, because: str, *, theano: bool = True) -> None:
    found = transposed(op, (2, 4, 7), theano)
    assert isinstance(found, ops.Opaque)
    assert because in found.because


def test_same_is_that_of_the_backend() -> None:
    assert (settled(DECONV).padding, settled(DECONV).orientation) == ("theano-same", "convolution")
    on_tensorflow = settled(DECONV, theano=False)
    assert (on_tensorflow.padding, on_tensorflow.orientation) == ("tf-same", "correlation")


def test_keras_2_on_theano_takes_no_even_kernel() -> None:
    refused(replace(DECONV, kernel_size=(3, 2)), "even kernel")


def test_keras_1_on_theano_cuts_behind_an_even_kernel() -> None:
    """Measured with Keras 1.2.2: of 5 elements stated 2 are left, ceil(4 / 2)."""
    assert settled(replace(DECONV, kernel_size=(2, 5), length=(7, 7))).length == (2, 7)
    assert settled(replace(DECONV, kernel_size=(2, 5), length=(7, 7)), theano=False).length == (7, 7)


@pytest.mark.parametrize(("padding", "length"), [("valid", (8, 11)), ("valid", (11, 11)), ("same", (6, 7))])
def test_an_output_that_no_model_can_have_is_refused(padding: ops.Padding, length: tuple[int, int]) -> None:
    refused(replace(DECONV, padding=padding, length=length), "give an output of", theano=False)


def test_a_separable_on_theano_keeps_the_window_too_many() -> None:
    assert channelwise(SEPARABLE, theano=True).padding == "theano-half"
    assert channelwise(DEPTHWISE, theano=True).padding == "theano-same"
    assert {channelwise(op, theano=False).padding for op in (SEPARABLE, DEPTHWISE)} == {"tf-same"}
