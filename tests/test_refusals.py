"""Shapes that no Keras builds an operation on; each told in a sentence, and what does fit is left alone."""

from __future__ import annotations

import pytest

from dimorder import semantics as ops
from dimorder.refusals import refusal
from dimorder.semantics import Op, Shape


def conv(kernel: int = 3, strides: int = 1) -> Op:
    size, steps = (kernel, kernel), (strides, strides)
    return ops.Conv(2, 4, size, steps, (1, 1), "valid", "last", use_bias=True, axes="HWIO")


@pytest.mark.parametrize(
    ("op", "shape"),
    [
        (conv(), (5, 7, 2)),
        (conv(), (None, None, 2)),
        (conv(5), (5, 7, 2)),
        (ops.Dense(3, use_bias=True), (5, 7)),
        (ops.Permute((1, 0)), (5, 7)),
        (ops.Reshape((7, 5)), (5, 7)),
        (ops.Reshape((-1, 5)), (5, 7)),
        (ops.Reshape((-1, 5)), (None, 7)),
        (ops.Repeat(3), (5,)),
    ],
)
def test_what_fits_is_not_refused(op: Op, shape: Shape) -> None:
    assert refusal(op, (shape,)) == ""


@pytest.mark.parametrize(
    ("op", "shape", "because"),
    [
        (conv(), (5, 7), "samples of 3 axes, not of 2"),
        (conv(6), (5, 7, 2), "nothing is left of (5, 7, 2)"),
        (conv(strides=0), (5, 7, 2), "a stride of less than one"),
        (ops.Dense(0, use_bias=True), (5,), "would have the shape (5, 0)"),
        (ops.BatchNorm(1, 1e-3), (5, None), "the length of an axis that its weights hang on"),
        (ops.Permute((0, 0)), (5, 7), "[1, 1] is no order of 2 axes"),
        (ops.Reshape((5, 5)), (5, 7), "the numbers of elements differ"),
        (ops.Reshape((4, -1)), (5, 7), "the numbers of elements differ"),
        (ops.Reshape((-1, -1)), (5, 7), "more than one length is left open"),
        (ops.Repeat(3), (5, 7), "samples of 1 axes, not of 2"),
    ],
)
def test_what_does_not_fit_is_refused(op: Op, shape: Shape, because: str) -> None:
    assert because in refusal(op, (shape,))
