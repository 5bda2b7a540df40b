"""Highway, MaxoutDense, SReLU and ParametricSoftplus behind a Flatten of a map, in every dialect."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dimorder import semantics as ops
from dimorder.graph import Graph, Node, Tensor
from dimorder.rules.tracing import Goal
from dimorder.semantics import Activate, BatchNorm, Highway, Maxout, Op, ParametricSoftplus, SReLU
from dimorder.shapes import output_shape
from dimorder.steps import Multiply, Reorder, Square
from dimorder.weights import weights_of
from rules.check import TO_TF, predictions_survive

DIALECTS = ("same", "keras2", "keras3")


def goal(dialect: str) -> Goal:
    return replace(TO_TF, dialect=dialect)  # type: ignore[arg-type]


def chain(*layers: Op, shape: tuple[int, ...] = (2, 3, 5)) -> Graph:
    """A channels-first map through these layers; the first ones read it as it is."""
    nodes = [Node("x", "x", ops.Input(shape), (), shape)]
    for number, op in enumerate(layers):
        read = nodes[-1]
        name = f"n{number}"
        tensors = tuple(
            Tensor(w.role, f"/{name}/{w.role}", tuple(n or 1 for n in w.shape), "float32", w.role)
            for w in weights_of(op, (read.shape,))
        )
        nodes.append(Node(name, name, op, (read.name,), output_shape(op, (read.shape,)), tensors))
    return Graph(tuple(nodes), ("x",), (nodes[-1].name,))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("op", [Highway(Activate("tanh"), True), Highway(Activate("linear"), False)])
def test_predictions_survive_a_highway_behind_a_flatten(op: Highway, dialect: str) -> None:
    plan = predictions_survive(chain(pool(), ops.Flatten("last"), op, ops.Dense(4, True)), goal(dialect))
    kernel = plan.moves["/n2/kernel"]
    assert [step.axis for step in kernel.steps if isinstance(step, Reorder)] == [0, 1]


def pool() -> ops.Pool:
    return ops.Pool(2, "max", (1, 1), (1, 1), "valid", "first")


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("bias", [True, False])
def test_predictions_survive_a_maxout_behind_a_flatten(bias: bool, dialect: str) -> None:
    predictions_survive(chain(pool(), ops.Flatten("last"), Maxout(4, 3, bias), ops.Dense(2, True)), goal(dialect))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("op", [SReLU(orientation="convolution"), SReLU((1, 2), "convolution"), ParametricSoftplus(),
                                ParametricSoftplus((0,))])  # fmt: skip
def test_predictions_survive_learned_activations_of_a_map_and_of_its_vector(op: Op, dialect: str) -> None:
    if dialect == "same" and isinstance(op, SReLU):
        # From Theano to TensorFlow only where no slope is negative: flow.values looks at the numbers.
        op = replace(op, orientation="correlation")
    vector = replace(op, shared_axes=())  # type: ignore[arg-type]
    predictions_survive(chain(pool(), op, ops.Flatten("last"), vector, ops.Dense(4, True)), goal(dialect))


def shared_twice(op: Op) -> Graph:
    """One layer called on two vectors of one map."""
    single = chain(pool(), ops.Flatten("last"), op)
    first = single.nodes[-1]
    scaled = Node("scaled", "scaled", ops.Scale(-0.5), (first.inputs[0],), first.shape)
    second = replace(first, name=f"{first.name}@1", inputs=("scaled",), call=1)
    added = Node("sum", "sum", ops.Merge("sum"), (first.name, second.name), first.shape)
    dense = chain(ops.Dense(4, True), shape=(30,)).nodes[-1]
    dense = replace(dense, name="dense", layer="dense", inputs=("sum",))
    return Graph((*single.nodes[:-1], scaled, first, second, added, dense), ("x",), ("dense",))


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("op", [Highway(Activate("relu"), True), ParametricSoftplus()])
def test_calls_of_a_shared_layer_share_what_it_is_built_from(op: Op, dialect: str) -> None:
    plan = predictions_survive(shared_twice(op), goal(dialect))
    assert plan.graph is not None
    owners: dict[str, set[str]] = {}
    for node in plan.graph.nodes:
        for tensor in node.tensors:
            owners.setdefault(tensor.address, set()).add(node.layer)
    assert all(len(layers) == 1 for layers in owners.values())


@pytest.mark.parametrize("theta", [0.7, 0.0])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_predictions_survive_a_thresholded_linear(theta: float, dialect: str) -> None:
    layers = pool(), Activate("thresholded_linear", theta=theta), ops.Flatten("last"), ops.Dense(4, True)
    predictions_survive(chain(*layers), goal(dialect))


OLD = BatchNorm(0, 0.03, statistic="std", formula="std+e")
OLD_107 = BatchNorm(0, 0.03, statistic="variance", formula="sqrt(v)+e", theano="sqrt(v)+e")


def steps_of(op: BatchNorm, where: Goal) -> tuple[object, ...]:
    plan = predictions_survive(chain(pool(), op, ops.Flatten("last"), ops.Dense(4, True)), where)
    return plan.moves["/n1/statistic"].steps


def test_a_standard_deviation_becomes_a_variance_only_for_another_keras() -> None:
    assert steps_of(OLD, goal("same")) == ()
    assert steps_of(OLD, goal("keras3")) == (Square(0.03, 0.03**2),)


def test_theanos_own_formula_is_restated_even_for_the_same_keras() -> None:
    assert steps_of(OLD_107, goal("same")) == (Square(0.03, 0.03**2, of_variance=True),)
    assert steps_of(OLD_107, replace(TO_TF, orientation="convolution")) == ()


def test_a_small_epsilon_of_a_map_is_raised_where_tensorflow_raises_it() -> None:
    where = replace(TO_TF, least_epsilon=0.05)
    assert steps_of(BatchNorm(0, 0.03), where) == (Square(0.0, 0.05 - 0.03, of_variance=True),)
    assert steps_of(BatchNorm(0, 0.06), where) == ()
    assert steps_of(BatchNorm(1, 0.03), where) == (Square(0.0, 0.05 - 0.03, of_variance=True),)
    assert steps_of(BatchNorm(2, 0.03), where) == ()


def test_no_step_multiplies_what_is_only_rearranged() -> None:
    plan = predictions_survive(chain(pool(), ops.Flatten("last"), Maxout(4, 3, True)), goal("keras3"))
    assert plan.is_lossless()
    assert not any(isinstance(step, Multiply) for move in plan.moves.values() for step in move.steps)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("op", [Highway(Activate("tanh"), True), Maxout(4, 3, True), SReLU(orientation="correlation"),
                                ParametricSoftplus(), OLD])  # fmt: skip
def test_predictions_survive_what_is_applied_to_every_slice(op: Op, dialect: str) -> None:
    maps = ops.Mapped(pool()), ops.Mapped(ops.Flatten("last")), ops.Mapped(op), ops.Flatten("last"), ops.Dense(4, True)
    predictions_survive(chain(*maps, shape=(7, 2, 3, 5)), goal(dialect))
