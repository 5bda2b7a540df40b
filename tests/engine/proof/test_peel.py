"""Values before the last squashing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dimorder import semantics as ops
from dimorder.engine.proof.peel import peel
from dimorder.engine.run import run
from dimorder.graph import Graph
from engine.proof.nets import graph_of


def tail(*layers: tuple[str, ops.Op]) -> Graph:
    """Layers in a row behind an input (3, 5)."""
    names = ["x", *(name for name, _ in layers)]
    rows = [(name, op, (names[i],)) for i, (name, op) in enumerate(layers)]
    return graph_of(("x", ops.Input((3, 5)), ()), *rows)


def before(graph: Graph) -> Any:
    """What the peeled graph shows for its output, and the batch fed."""
    batch = np.random.default_rng(0).standard_normal((2, 3, 5)).astype(np.float32)
    peeled = peel(graph)
    name = peeled.before[graph.outputs[0]]
    return run(peeled.graph, {"x": batch}, lambda tensor: batch, keep=[name])[name], batch


def test_a_linear_output_is_itself() -> None:
    graph = tail(("relu", ops.Activate("relu")))
    peeled = peel(graph)
    assert peeled.before == {"relu": "relu"}
    assert peeled.squashing == {"relu": None}
    assert peeled.graph == graph


@pytest.mark.parametrize("kind", sorted(ops.SQUASHING - {"hard_sigmoid"}))
def test_a_squashed_output_shows_what_went_in(kind: Any) -> None:
    value, batch = before(tail(("out", ops.Activate(kind))))
    assert np.array_equal(value, batch)


def test_permute_reshape_and_dropout_behind_the_squashing_are_kept() -> None:
    graph = tail(
        ("softmax", ops.Activate("softmax")),
        ("turn", ops.Permute((1, 0))),
        ("drop", ops.Identity()),
        ("flat", ops.Flatten()),
        ("again", ops.Reshape((5, 3))),
    )
    value, batch = before(graph)
    assert np.array_equal(value, batch.transpose(0, 2, 1))


def test_only_the_last_squashing_is_peeled() -> None:
    value, batch = before(tail(("a", ops.Activate("tanh")), ("b", ops.Activate("sigmoid"))))
    assert np.allclose(value, np.tanh(batch))


def test_a_squashing_behind_a_computation_is_no_tail() -> None:
    graph = tail(("a", ops.Activate("tanh")), ("b", ops.Scale(2.0)))
    assert peel(graph).squashing == {"b": None}


def test_two_spellings_of_hard_sigmoid_show_the_same_value() -> None:
    old, _ = before(tail(("out", ops.Activate("hard_sigmoid", slope=0.2))))
    new, _ = before(tail(("scale", ops.Scale(1.2)), ("out", ops.Activate("hard_sigmoid", slope=1 / 6))))
    assert np.allclose(old, new)
