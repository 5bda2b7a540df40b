"""Rules inside a TimeDistributed: every axis another length, each value the planned view of the old one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dimorder import semantics as ops
from dimorder.graph import Graph
from dimorder.mapping import innermost, mapped, sliced
from dimorder.plan import Plan
from dimorder.semantics import Activate, BatchNorm, Dense, Flatten, Input, Mapped, Merge, Permute, Reshape
from dimorder.steps import Reorder
from engine.proof.nets import graph_of
from rules.check import TO_TF, TO_TH, planned, predictions_survive
from rules.test_tracing import conv, pool

CLIP = ("clip", Input((3, 2, 7, 11)), ())


def reordered(plan: Plan) -> set[str]:
    """Arrays whose elements change places."""
    return {move.address for move in plan.moved() if any(isinstance(step, Reorder) for step in move.steps)}


def kinds_inside(graph: Graph) -> list[str]:
    return [type(innermost(node.op)[0]).__name__ for node in graph.nodes]


def test_the_map_of_a_clip_moves_and_its_steps_stay() -> None:
    plan = predictions_survive(graph_of(CLIP, ("conv", Mapped(conv()), ("clip",))))
    assert plan.inputs[0].permutation == plan.outputs[0].permutation == (0, 2, 3, 1)


def test_a_flatten_in_every_step_reorders_the_rows_behind() -> None:
    plan = predictions_survive(
        graph_of(
            CLIP,
            ("conv", Mapped(conv()), ("clip",)),
            ("flat", Mapped(Flatten()), ("conv",)),
            ("norm", BatchNorm(1, 1e-3), ("flat",)),
            ("fc", Dense(4, True), ("norm",)),
        )
    )
    assert reordered(plan) >= {"fc/kernel", "norm/gamma"}


def test_a_second_flatten_follows_the_first() -> None:
    flat = ("all", Flatten(), ("flat",))
    plan = predictions_survive(graph_of(CLIP, ("conv", Mapped(conv()), ("clip",)),
                                        ("flat", Mapped(Flatten()), ("conv",)), flat,
                                        ("fc", Dense(4, True), ("all",))))  # fmt: skip
    assert reordered(plan) == {"fc/kernel"}


def test_columns_follow_a_reshape_in_every_step() -> None:
    plan = predictions_survive(
        graph_of(
            ("steps", Input((3, 5)), ()),
            ("fc", Dense(2 * 4 * 5, True), ("steps",)),
            ("map", Mapped(Reshape((2, 4, 5))), ("fc",)),
            ("conv", Mapped(conv()), ("map",)),
        )
    )
    assert reordered(plan) == {"fc/kernel", "fc/bias"}


def test_a_vector_that_becomes_a_clip_arrives_in_its_order() -> None:
    plan = predictions_survive(
        graph_of(
            ("vector", Input((6,)), ()),
            ("fc", Dense(3 * 2 * 4 * 5, True), ("vector",)),
            ("clip", Reshape((3, 2, 4, 5)), ("fc",)),
            ("conv", Mapped(conv()), ("clip",)),
        )
    )
    assert "Permute" not in kinds_inside(plan.graph or Graph((), (), ()))


def test_padding_is_distributed_too() -> None:
    graph = graph_of(CLIP, ("conv", Mapped(conv(size=(2, 4), padding="theano-same")), ("clip",)))
    plan = predictions_survive(graph)
    assert plan.graph is not None
    assert [innermost(node.op)[1] for node in plan.graph.nodes] == [0, 1, 1]
    assert kinds_inside(plan.graph) == ["Input", "ZeroPad", "Conv"]


@pytest.mark.parametrize("kind", ["max", "ave"])
def test_pooling_as_theano_pads_it_is_rebuilt_in_every_step(kind: str) -> None:
    predictions_survive(graph_of(CLIP, ("pool", Mapped(pool(kind, (2, 3), (2, 2))), ("clip",))))


def test_what_reads_steps_in_the_original_order_gets_a_permute() -> None:
    graph = graph_of(CLIP, ("conv", Mapped(conv()), ("clip",)), ("turned", Mapped(Permute((2, 0, 1))), ("conv",)),
                     ("flat", Mapped(Flatten()), ("turned",)), ("fc", Dense(3, True), ("flat",)))  # fmt: skip
    assert reordered(predictions_survive(graph)) == set()


def test_a_map_whose_channels_become_steps_keeps_them_first() -> None:
    volume = ("volume", Input((2, 5, 7, 6)), ())
    graph = graph_of(volume, ("conv", conv(3, (2, 2, 3)), ("volume",)), ("each", Mapped(Flatten()), ("conv",)),
                     ("fc", Dense(3, True), ("each",)))  # fmt: skip
    predictions_survive(graph)


def test_distributed_twice() -> None:
    films = ("films", Input((3, 4, 2, 7, 6)), ())
    plan = predictions_survive(graph_of(films, ("conv", Mapped(Mapped(conv())), ("films",)),
                                        ("flat", Mapped(Mapped(Flatten())), ("conv",)),
                                        ("fc", Dense(3, True), ("flat",))))  # fmt: skip
    assert plan.inputs[0].permutation == (0, 1, 3, 4, 2)


def test_back_to_channels_first() -> None:
    last = conv(channels="last", axes="HWIO", orientation="correlation")
    graph = graph_of(("clip", Input((3, 7, 11, 2)), ()), ("conv", Mapped(last), ("clip",)),
                     ("flat", Mapped(Flatten()), ("conv",)), ("fc", Dense(3, True), ("flat",)))  # fmt: skip
    assert predictions_survive(graph, TO_TH).inputs[0].permutation == (0, 3, 1, 2)


def test_a_kept_input_gets_a_permute_inside() -> None:
    graph = graph_of(CLIP, ("conv", Mapped(conv()), ("clip",)))
    plan = planned(graph, replace(TO_TF, keep_inputs=("clip",)))
    assert plan.graph is not None
    assert [node.op for node in plan.graph.nodes][1] == Mapped(Permute((1, 2, 0)))


ALIKE = [Dense(3, True), Activate("softmax", axis=1), Activate("relu"), BatchNorm(2, 1e-3), Merge("concat", axis=1),
         Merge("sum"), ops.Scale(2.0)]  # fmt: skip


@pytest.mark.parametrize("op", ALIKE, ids=lambda op: type(op).__name__)
def test_what_needs_no_wrapper_comes_back_from_without_it(op: ops.Op) -> None:
    outside = mapped(op, ((4, 5, 6),) * 2)
    assert not isinstance(outside, Mapped)
    assert sliced(outside) == op


@pytest.mark.parametrize("op", [Activate("softmax", axis=0), BatchNorm(0, 1e-3), Permute((1, 0, 2))], ids=str)
def test_what_looks_across_steps_has_no_slice(op: ops.Op) -> None:
    assert sliced(op) is None
