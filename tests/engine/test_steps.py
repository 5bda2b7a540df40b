"""ConvLSTM2D, locally connected layers and pooled volumes: numbers that real Keras computed on Theano."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dimorder import semantics as ops
from dimorder.engine.run import compute
from dimorder.formats.keras3.locally import one_hot
from dimorder.layout import SPATIAL
from engine.test_golden import agrees, frozen, golden

INSIDE = {"activation": ops.Activate("tanh"), "gate": ops.Activate("hard_sigmoid")}
CASES = golden("steps-1.2.2.json") + golden("steps-2.0.8.json")


def operation(case: dict[str, Any]) -> ops.Op:
    inside = INSIDE if case["op"] == "ConvRecurrent" else {}
    fields = {key: frozen(value) for key, value in case["fields"].items()}
    op: ops.Op = getattr(ops, case["op"])(**inside, **fields)
    return op


@pytest.mark.parametrize("case", CASES)
def test_it_computes_what_keras_on_theano_computes(case: dict[str, Any]) -> None:
    inputs, weights = ([np.array(one) for one in case[key]] for key in ("inputs", "weights"))
    numbers, shape = case["expected"]
    agrees(operation(case), inputs, weights, np.array(numbers).reshape(shape))


@pytest.mark.parametrize(("kernel", "strides", "sizes"), [((2, 3), (2, 1), (5, 7)), ((3,), (2,), (8,))])
def test_a_convolution_with_a_constant_kernel_yields_the_patches(
    kernel: tuple[int, ...], strides: tuple[int, ...], sizes: tuple[int, ...]
) -> None:
    batch = np.random.default_rng(1).standard_normal((2, *sizes, 4))
    rank, constant = len(kernel), one_hot((*kernel, 4))
    ones, axes = (1,) * rank, SPATIAL[rank] + "IO"
    count = constant.shape[-1]
    convolution = ops.Conv(rank, count, kernel, strides, ones, "valid", "last", False, axes, "correlation")
    patches = compute(ops.Patches(rank, kernel, strides), [batch], [])
    assert np.array_equal(compute(convolution, [batch], [constant]).reshape(patches.shape), patches)


def test_patches_times_kernels_is_a_locally_connected_layer() -> None:
    rng = np.random.default_rng(2)
    op = ops.LocallyConnected(2, 5, (2, 3), (2, 1), "last", use_bias=True)
    batch, kernel, bias = (rng.standard_normal(shape) for shape in ((2, 5, 7, 4), (10, 24, 5), (2, 5, 5)))
    patches = compute(ops.Patches(2, (2, 3), (2, 1)), [batch], [])
    product = ops.Einsum("bpi,pio->bpo", (10, 5), "po")
    built = compute(product, [patches], [kernel, bias.reshape(10, 5)])
    np.testing.assert_allclose(built.reshape(2, 2, 5, 5), compute(op, [batch], [kernel, bias]), atol=1e-12)
