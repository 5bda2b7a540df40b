"""Which values carry a mask, and where it was made."""

from __future__ import annotations

import pytest

from dimorder import semantics as ops
from dimorder.graph import Graph
from dimorder.masks import UNCLEAR, carried
from dimorder.semantics import Activate, Bidirectional, Dense, Embedding, Identity, Input, Mapped, Masking, Merge
from engine.proof.nets import graph_of

GRU = ops.Recurrent("gru", 5, Activate("tanh"), Activate("sigmoid"), sequences=True)
LAST = ops.Recurrent("simple", 5, Activate("tanh"), Activate("linear"))


def behind(*layers: ops.Op) -> str | None:
    """The mask of what comes out where words of an Embedding with a mask go in."""
    rows: list[tuple[str, ops.Op, tuple[str, ...]]] = [
        ("in", Input((4,)), ()),
        ("words", Embedding(7, 5, mask_zero=True), ("in",)),
    ]
    for number, one in enumerate(layers):
        rows.append((f"op{number}", one, (rows[-1][0],)))
    return carried(graph_of(*rows)).get(rows[-1][0])


@pytest.mark.parametrize("layer", [
    Dense(5, True), Activate("tanh"), Identity(), ops.BatchNorm(1, 1e-3), GRU, Bidirectional(GRU, "sum"),
    Mapped(ops.Maxout(3, 2, True)), ops.Scale(2.0), ops.PReLU(),
])  # fmt: skip
def test_masks_go_through_layers_that_support_them(layer: ops.Op) -> None:
    assert behind(layer, Activate("tanh")) == "words"


@pytest.mark.parametrize("layer", [LAST, ops.Flatten(), ops.Permute((1, 0)), ops.Reshape((5, 4))])
def test_masks_end_at_all_others(layer: ops.Op) -> None:
    assert behind(layer) is None


def test_a_masking_makes_a_mask_of_its_own() -> None:
    assert behind(Dense(3, True), Masking(0.0)) == "op1"


def test_what_nobody_knows_leaves_the_mask_unclear() -> None:
    assert behind(ops.Opaque("Warp")) == UNCLEAR


def merged(merge: Merge, *, second: str) -> str | None:
    rows: list[tuple[str, ops.Op, tuple[str, ...]]] = [
        ("a", Input((4,)), ()), ("b", Input((4, 5)), ()), ("words", Embedding(7, 5, mask_zero=True), ("a",)),
        ("same", Activate("tanh"), ("words",)), ("other", Masking(0.0), ("b",)),
        ("merge", merge, ("words", second)),
    ]  # fmt: skip
    graph: Graph = graph_of(*rows)
    return carried(graph).get("merge")


def test_one_mask_met_again_stays() -> None:
    assert merged(Merge("sum"), second="same") == "words"
    assert merged(Merge("concat", axis=1), second="same") == "words"


def test_masks_that_keras_versions_join_differently_are_unclear() -> None:
    assert merged(Merge("sum"), second="other") == UNCLEAR
    assert merged(Merge("mul"), second="b") == UNCLEAR
    assert merged(Merge("concat", axis=0), second="same") == UNCLEAR
