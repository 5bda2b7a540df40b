"""What Keras 3 makes of masked steps where Keras 1 and 2 make nothing of them."""

from __future__ import annotations

from typing import Any

import pytest

from dimorder import semantics as ops
from dimorder.graph import Graph
from dimorder.rules.masks import refusals
from dimorder.semantics import Activate, Embedding, Input, Merge
from engine.proof.nets import graph_of

GRU = ops.Recurrent("gru", 5, Activate("tanh"), Activate("sigmoid"))
ZEROS = "its masked steps are read, and Keras 3 puts zeros there"
ONES = "its masked steps are read, and Keras 3 takes them for ones where it multiplies"


def product(mode: Any, *, masked: bool, then: ops.Op) -> Graph:
    """Words times themselves, or times a sequence, and what reads that."""
    return graph_of(
        ("in", Input((4,)), ()), ("words", Embedding(7, 5, mask_zero=masked), ("in",)),
        ("bent", Activate("tanh"), ("words",)), ("merge", Merge(mode), ("words", "bent")),
        ("end", then, ("merge",)),
    )  # fmt: skip


def told(graph: Graph, dialect: str) -> list[str]:
    return [one.because for one in refusals(graph, graph, dialect)]


@pytest.mark.parametrize("then", [ops.Flatten(), Activate("tanh"), ops.GlobalPool(1, "max", "last")])
def test_a_product_whose_masked_steps_are_read_is_refused(then: ops.Op) -> None:
    assert told(product("mul", masked=True, then=then), "keras3") == [ONES]


def test_a_product_of_masked_and_other_steps_is_refused() -> None:
    graph = graph_of(
        ("in", Input((4,)), ()), ("words", Embedding(7, 5, mask_zero=True), ("in",)), ("gate", Input((4, 5)), ()),
        ("merge", Merge("mul"), ("words", "gate")), ("end", ops.Flatten(), ("merge",)),
    )  # fmt: skip
    assert told(graph, "keras3") == [ONES]


def test_other_sums_other_dialects_and_readers_that_heed_the_mask_are_not() -> None:
    assert told(product("sum", masked=True, then=ops.Flatten()), "keras3") == []
    assert told(product("mul", masked=True, then=ops.Flatten()), "keras2") == []
    assert told(product("mul", masked=True, then=GRU), "keras3") == []
    assert told(product("mul", masked=False, then=ops.Flatten()), "keras3") == []


@pytest.mark.parametrize(("backwards", "refused"), [(False, []), (True, [ZEROS])])
def test_steps_that_come_out_reversed_are_not_those_that_the_mask_leaves_out(
    backwards: bool, refused: list[str]
) -> None:
    inner = ops.Recurrent("gru", 5, Activate("tanh"), Activate("sigmoid"), sequences=True, backwards=backwards)
    graph = graph_of(
        ("in", Input((4,)), ()), ("words", Embedding(7, 5, mask_zero=True), ("in",)),
        ("both", ops.Bidirectional(inner, "sum"), ("words",)), ("end", GRU, ("both",)),
    )  # fmt: skip
    assert told(graph, "keras3") == refused
