"""What Theano's padding does and TensorFlow's does not: layout-facts 7 and 8, traps 25 to 29."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from dimorder.engine.run import compute
from dimorder.semantics import Conv, Padding, Pool, ZeroPad
from dimorder.steps import Array
from engine.loops import pool_starts, pooled

RNG = np.random.default_rng(8)


def convolved(line: Array, kernel: Array, stride: int, padding: Padding) -> Array:
    """A sequence (N, L, 1) convolved as Theano does, with a kernel (L, 1, 1)."""
    size = (len(kernel),)
    op = Conv(1, 1, size, (stride,), (1,), padding, "last", False, "LIO", "convolution")
    return compute(op, [line], [kernel])


def pool_line(line: Array, size: int, stride: int, padding: Padding, kind: str = "max") -> Array:
    op = Pool(1, "max" if kind == "max" else "ave", (size,), (stride,), padding, "last")
    return compute(op, [line], [])


def line(length: int) -> Array:
    return RNG.standard_normal((1, length, 1))


def same(one: Array, other: Array) -> bool:
    return one.shape == other.shape and np.allclose(one, other, atol=1e-12)


CONVS = list(itertools.product((2, 3, 4, 5), (1, 2), (7, 8)))


def test_same_convolution_differs_from_tensorflow_in_10_of_16_measured_cases() -> None:
    differing = []
    for k, stride, n in CONVS:
        x, kernel = line(n), RNG.standard_normal((k, 1, 1))
        theano, tensorflow = (
            convolved(x, kernel, stride, padding) for padding in ("theano-same", "tf-same")
        )
        if not same(theano, tensorflow):
            differing.append((k, stride, n))
    odd_and_alike = {(3, 1, 7), (3, 1, 8), (5, 1, 7), (5, 1, 8), (3, 2, 7), (5, 2, 7)}
    assert set(CONVS) - set(differing) == odd_and_alike


@pytest.mark.parametrize(("k", "stride", "n"), CONVS)
def test_zero_padding_and_valid_computes_theanos_same(k: int, stride: int, n: int) -> None:
    x, kernel = line(n), RNG.standard_normal((k, 1, 1))
    padded = compute(ZeroPad(1, ((k // 2, (k - 1) // 2),), "last"), [x], [])
    expected = convolved(x, kernel, stride, "theano-same")
    assert same(convolved(padded, kernel, stride, "valid"), expected)


@pytest.mark.parametrize(("k", "stride", "n"), [(2, 1, 7), (2, 1, 8), (4, 1, 7), (3, 2, 8)])
def test_a_kernel_grown_by_a_zero_computes_theanos_same(k: int, stride: int, n: int) -> None:
    x, kernel = line(n), RNG.standard_normal((k, 1, 1))
    grown = np.concatenate([kernel[::-1], np.zeros((1, 1, 1))])[::-1]
    assert same(convolved(x, grown, stride, "tf-same"), convolved(x, kernel, stride, "theano-same"))


@pytest.mark.parametrize(("window", "before"), [(1, 0), (2, 1), (3, 1), (4, 3), (5, 3), (7, 5)])
def test_theano_pools_from_so_many_places_before_the_map(window: int, before: int) -> None:
    x = -np.arange(1.0, 10).reshape(1, 9, 1)  # falling: the maximum is a window's first element
    starts = 1 - np.arange(9) + before
    expected = np.minimum(-1, starts - 2)
    assert pool_line(x, window, 1, "theano-same")[0, :, 0].tolist() == expected.tolist()


@pytest.mark.parametrize("kind", ["max", "ave"])
def test_same_pooling_agrees_with_tensorflow_only_for_three_and_fitting_strides(kind: str) -> None:
    for size, stride, n in itertools.product((2, 3), (1, 2, 3), (7, 8)):
        x = line(n)
        theano, tensorflow = (
            pool_line(x, size, stride, padding, kind) for padding in ("theano-same", "tf-same")
        )
        alike = size == 3 and (stride == 1 or n % stride == 1)
        assert same(theano, tensorflow) == alike, (size, stride, n)


def test_padding_never_wins_a_maximum() -> None:
    x = np.full((1, 5, 7, 2), -3.0)
    for padding in ("theano-same", "tf-same"):
        op = Pool(2, "max", (4, 2), (2, 3), padding, "last")
        assert np.unique(compute(op, [x], [])).tolist() == [-3.0]


def test_padding_counts_in_the_mean_only_where_stated() -> None:
    x = np.ones((1, 4, 1))
    left_out = Pool(1, "ave", (2,), (1,), "theano-same", "last")
    counted = Pool(1, "ave", (2,), (1,), "theano-same", "last", counts_padding=True)
    assert compute(left_out, [x], []).ravel().tolist() == [1, 1, 1, 1]
    assert compute(counted, [x], []).ravel().tolist() == [0.5, 1, 1, 1]


@pytest.mark.parametrize("counts", [False, True])
@pytest.mark.parametrize("kind", ["max", "ave"])
@pytest.mark.parametrize("padding", ["valid", "theano-same", "tf-same"])
@pytest.mark.parametrize("strides", [(1, 1), (2, 3), (3, 1), (5, 2)])
@pytest.mark.parametrize("size", [(2, 3), (5, 4), (1, 7)])
def test_pooling_follows_its_definition(
    size: tuple[int, int], strides: tuple[int, int], padding: Padding, kind: str, counts: bool
) -> None:
    sizes = (7, 11)
    x = RNG.standard_normal((2, *sizes, 3))
    parts = zip(sizes, size, strides, strict=True)
    starts = [pool_starts(n, k, s, padding) for n, k, s in parts]
    expected = pooled(x, size, starts, kind, counts)
    op = Pool(2, "max" if kind == "max" else "ave", size, strides, padding, "first", counts)
    value = np.moveaxis(compute(op, [np.moveaxis(x, -1, 1)], []), 1, -1)
    np.testing.assert_allclose(value, expected, atol=1e-12)


@pytest.mark.parametrize("padding", ["valid", "theano-same", "tf-same"])
def test_volumes_are_pooled_by_definition(padding: Padding) -> None:
    sizes, size, strides = (5, 7, 4), (2, 3, 4), (2, 1, 3)
    x = RNG.standard_normal((1, *sizes, 2))
    parts = zip(sizes, size, strides, strict=True)
    starts = [pool_starts(n, k, s, padding) for n, k, s in parts]
    value = compute(Pool(3, "ave", size, strides, padding, "last"), [x], [])
    np.testing.assert_allclose(value, pooled(x, size, starts, "ave", False), atol=1e-12)
