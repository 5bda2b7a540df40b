"""Transposed and channelwise convolutions, against real Keras on real Theano."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dimorder import semantics as ops
from dimorder.engine.run import compute
from engine.test_golden import agrees, golden, operation

CASES = [*golden("windows-1.2.2.json"), *golden("windows-2.2.4.json")]


@pytest.mark.parametrize("case", CASES)
def test_engine_computes_what_keras_on_theano_computed(case: dict[str, Any]) -> None:
    numbers, shape = case["expected"]
    inputs, weights = ([np.array(array) for array in case[key]] for key in ("inputs", "weights"))
    agrees(operation(case), inputs, weights, np.array(numbers).reshape(shape))


def test_a_transposed_convolution_is_the_gradient_of_its_convolution() -> None:
    """<conv(y), x> = <y, transposed(x)> for all x and y: the definition, with 'same' as TensorFlow pads it."""
    rng = np.random.default_rng(5)
    kernel = rng.standard_normal((3, 4, 2, 5))
    x, y = rng.standard_normal((1, 4, 3, 5)), rng.standard_normal((1, 8, 9, 2))
    conv = ops.Conv(2, 5, (3, 4), (2, 3), (1, 1), "tf-same", "last", False, "HWIO", "correlation")
    back = ops.ConvTranspose(2, 2, (3, 4), (2, 3), "tf-same", "last", False, "HWOI", "correlation")
    forwards = compute(conv, [y], [kernel])
    backwards = compute(back, [x], [kernel])
    np.testing.assert_allclose(np.vdot(forwards, x), np.vdot(y, backwards), rtol=1e-12)


def test_zeros_behind_the_whole_carry_the_bias() -> None:
    op = ops.ConvTranspose(1, 2, (1,), (3,), "valid", "last", True, "LOI", "correlation")
    value = compute(op, [np.ones((1, 2, 1))], [np.ones((1, 2, 1)), np.array([5.0, 7.0])])
    assert value[0, :, 0].tolist() == [6, 5, 5, 6, 5, 5]
    assert value[0, :, 1].tolist() == [8, 7, 7, 8, 7, 7]
