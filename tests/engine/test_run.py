"""A graph's values: what is computed, read, kept, dropped and refused."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from dimorder import semantics as ops
from dimorder.engine.run import compute, run
from dimorder.engine.table import COMPUTE
from dimorder.errors import Refused
from dimorder.graph import Graph, Node, Tensor
from dimorder.steps import Array

ARRAYS = {"fc/W": np.arange(15.0).reshape(3, 5), "fc/b": np.full(5, 0.5)}


def tensor(address: str) -> Tensor:
    return Tensor(address, address, ARRAYS[address].shape, "float32")


def read(wanted: Tensor) -> Array:
    return ARRAYS[wanted.address]


def two_heads() -> Graph:
    """x -> fc -> relu, and fc -> sum with relu."""
    fc = ops.Dense(5, True)
    return Graph(
        nodes=(
            Node("x", "x", ops.Input((3,)), (), (3,)),
            Node("fc", "top/fc", fc, ("x",), (5,), (tensor("fc/W"), tensor("fc/b"))),
            Node("relu", "relu", ops.Activate("relu"), ("fc",), (5,)),
            Node("sum", "sum", ops.Merge("sum"), ("fc", "relu"), (5,)),
        ),
        inputs=("x",),
        outputs=("relu", "sum"),
    )


X = np.array([[1.0, -2.0, 0.5], [0.0, 1.0, 1.0]])
FC = X @ ARRAYS["fc/W"] + 0.5


def test_every_value_is_returned_unless_told_otherwise() -> None:
    values = run(two_heads(), {"x": X}, read)
    assert list(values) == ["x", "fc", "relu", "sum"]
    np.testing.assert_allclose(values["sum"], FC + np.maximum(FC, 0), rtol=1e-6)


def test_only_the_wanted_values_are_kept() -> None:
    assert run(two_heads(), {"x": X}, read, keep=["sum"]).keys() == {"sum"}
    assert run(two_heads(), {"x": X}, read, keep={"x", "relu"}).keys() == {"x", "relu"}


def test_what_the_wanted_values_do_not_need_is_not_computed() -> None:
    opaque = Node("strange", "strange", ops.Opaque("Warp2D"), ("relu",), (5,))
    graph = Graph((*two_heads().nodes, opaque), ("x",), ("strange",))
    assert "sum" in run(graph, {"x": X}, read, keep=["sum"])


def test_an_unknown_layer_is_refused_by_name() -> None:
    opaque = Node("strange", "body/strange", ops.Opaque("Warp2D", "custom"), ("relu",), (5,))
    graph = Graph((*two_heads().nodes, opaque), ("x",), ("strange",))
    with pytest.raises(Refused, match=r"layer 'body/strange': what Warp2D computes is not known"):
        run(graph, {"x": X}, read)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_everything_is_computed_in_the_wanted_precision(dtype: type) -> None:
    values = run(two_heads(), {"x": X.astype(np.float64)}, read, dtype=dtype)
    assert {value.dtype for value in values.values()} == {np.dtype(dtype)}


def test_each_array_is_read_once_for_each_node() -> None:
    seen: Counter[str] = Counter()

    def counting(wanted: Tensor) -> Array:
        seen[wanted.address] += 1
        return read(wanted)

    run(two_heads(), {"x": X}, counting)
    assert seen == {"fc/W": 1, "fc/b": 1}


def test_every_operation_but_input_and_opaque_can_be_computed() -> None:
    assert set(ops.Op.__args__) - COMPUTE.keys() == {ops.Input, ops.Opaque}


@pytest.mark.parametrize("token", [-1.0, 7.0, math.nan, math.inf])
def test_a_token_outside_the_table_is_refused(token: float) -> None:
    with pytest.raises(Refused, match=r"outside the embedding's table of 7 rows"):
        compute(ops.Embedding(7, 2), [np.array([[0.0, token]])], [np.zeros((7, 2))])


def test_float_tokens_pick_rows() -> None:
    table = np.arange(14.0).reshape(7, 2)
    picked = compute(ops.Embedding(7, 2), [np.array([[6.0, 2.0]], np.float32)], [table])
    assert picked.tolist() == [[[12, 13], [4, 5]]]


def test_cropping_everything_away_is_refused() -> None:
    with pytest.raises(Refused, match="leaves nothing"):
        compute(ops.Crop(1, ((2, 3),), "last"), [np.zeros((1, 5, 2))], [])


BATCH = np.random.default_rng(1).standard_normal((2, 3, 5))
GAMMA, BETA, MEAN, STATISTIC = np.random.default_rng(2).uniform(0.5, 2, (4, 3, 1))


@pytest.mark.parametrize(
    ("formula", "statistic", "divisor"),
    [
        ("sqrt(v+e)", "variance", np.sqrt(STATISTIC + 0.1)),
        ("sqrt(v+e)", "std", np.sqrt(STATISTIC**2 + 0.1)),
        ("std+e", "std", STATISTIC + 0.1),
        ("std+e", "variance", np.sqrt(STATISTIC) + 0.1),
        ("sqrt(v)+e", "variance", np.sqrt(STATISTIC) + 0.1),
    ],
)
def test_every_era_of_batch_normalisation_has_its_divisor(
    formula: str, statistic: str, divisor: Array
) -> None:
    op = ops.BatchNorm(0, 0.1, statistic=statistic, formula=formula)  # type: ignore[arg-type]
    weights = [array.ravel() for array in (GAMMA, BETA, MEAN, STATISTIC)]
    expected = GAMMA * (BATCH - MEAN) / divisor + BETA
    np.testing.assert_allclose(compute(op, [BATCH], weights), expected, rtol=1e-12)


def test_flatten_channels_first_also_turns_sequences() -> None:
    sequence = np.arange(6.0).reshape(1, 2, 3)
    flat = compute(ops.Flatten("first"), [sequence], [])
    assert flat.tolist() == [[0, 3, 1, 4, 2, 5]]


def test_a_vector_is_added_to_each_step_not_to_each_sample() -> None:
    vector, sequence = np.array([[1.0, 2], [3, 4]]), np.zeros((2, 2, 2))
    total = compute(ops.Merge("sum"), [vector, sequence], [])
    assert total.tolist() == [[[1, 2], [1, 2]], [[3, 4], [3, 4]]]


@pytest.mark.parametrize("kind", ["sigmoid", "softmax", "softplus", "swish", "elu", "selu"])
def test_large_values_do_not_overflow(kind: ops.ActivationKind) -> None:
    x = np.array([[-1e4, 0, 1e4]], np.float32)
    with np.errstate(over="raise", invalid="raise"):
        assert np.isfinite(compute(ops.Activate(kind, alpha=1.0), [x], [])).all()


def test_values_between_channels_first_layers_stay_in_one_memory_order() -> None:
    op = ops.Pool(2, "max", (1, 2), (1, 2), "valid", "first")
    value = compute(op, [np.zeros((1, 2, 4, 6))], [])
    assert value.shape == (1, 2, 4, 3)
    assert np.moveaxis(value, 1, -1).flags.c_contiguous
