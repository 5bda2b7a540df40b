"""Dot products and cosines: what today's Keras sums over, and what it has no layer for."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dimorder import semantics as ops
from dimorder.errors import Refused
from dimorder.graph import Graph, Node
from dimorder.rules.tracing import Goal
from dimorder.semantics import Merge, Shape
from dimorder.shapes import output_shape
from rules.check import TO_TF, TO_TH, planned, predictions_survive


def product(op: Merge, *shapes: Shape) -> Graph:
    inputs = tuple(Node(name, name, ops.Input(shape), (), shape) for name, shape in zip("ab", shapes, strict=True))
    merged = Node("product", "product", op, ("a", "b"), output_shape(op, shapes))
    return Graph((*inputs, merged), ("a", "b"), ("product",))


def goal(dialect: str, base: Goal = TO_TF) -> Goal:
    return replace(base, dialect=dialect)  # type: ignore[arg-type]


BOTH = Merge("dot", dot_axes=((0, 1), (1, 0)))


@pytest.mark.parametrize("dialect", ["keras2", "keras3"])
def test_a_sum_over_all_axes_is_a_product_of_vectors(dialect: str) -> None:
    plan = predictions_survive(product(BOTH, (3, 5), (5, 3)), goal(dialect))
    assert plan.graph is not None
    assert plan.graph.by_name()["product"].op == Merge("dot", dot_axes=((0,), (0,)))


def test_a_sum_over_some_of_several_axes_is_refused() -> None:
    op = Merge("dot", dot_axes=((0, 1), (2, 0)))
    with pytest.raises(Refused, match="one axis only"):
        planned(product(op, (3, 5), (5, 2, 3)), goal("keras3"))


def test_only_theano_sums_over_several_axes() -> None:
    with pytest.raises(Refused, match="only Theano"):
        planned(product(BOTH, (3, 5), (5, 3)), goal("same"))
    predictions_survive(product(BOTH, (3, 5), (5, 3)), goal("same", TO_TH))


def test_a_product_of_matrices_over_one_axis_stays_in_its_own_keras() -> None:
    predictions_survive(product(Merge("dot", dot_axes=((1,), (1,))), (3, 5), (2, 5)), goal("same"))


def test_a_cosine_of_matrices_stays_in_its_own_keras() -> None:
    plan = planned(product(Merge("cos", dot_axes=((1,), (1,))), (3, 5), (3, 5)), goal("same"))
    assert plan.is_identity()


def test_a_cosine_of_matrices_is_refused_for_another_keras() -> None:
    with pytest.raises(Refused, match="cosine of matrices"):
        planned(product(Merge("cos", dot_axes=((1,), (1,))), (3, 5), (3, 5)), goal("keras3"))


def test_a_cosine_of_vectors_is_a_normalized_product() -> None:
    predictions_survive(product(Merge("cos", dot_axes=((0,), (0,))), (5,), (5,)), goal("keras3"))
