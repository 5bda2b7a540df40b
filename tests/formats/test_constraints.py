"""Constraints of every era in what is written for Keras 3: norms go along the axes that they went along."""

from __future__ import annotations

import json
from typing import Any

import pytest

from dimorder import semantics as ops
from dimorder.formats.containers import Spec
from dimorder.formats.keras3 import architecture
from dimorder.formats.settings import settings
from dimorder.plan import Move
from dimorder.steps import Flip, Multiply, Permute, Step
from formats.test_keras3_cases import Case, conv, single

OF_KERAS1 = {"name": "MaxNorm", "m": 3, "axis": [1, 2, 3]}
OF_KERAS2 = {"class_name": "MaxNorm", "config": {"max_value": 3, "axis": [1, 2, 3]}}
FROM_THEANO = (Permute("OIHW", "HWIO"), Flip("HWIO", "HW"))


def spelled(class_name: str, **config: Any) -> dict[str, Any]:
    """The settings of a layer as those of Keras 3."""
    return settings(Spec("tested", class_name, config, (), ()))


def written(case: Case, *steps: Step, inside: str = "") -> Any:
    """The constraint of the kernel in the architecture that is written."""
    moves = {t.address: Move(t.name, t.address, steps, "") for t in case.graph.by_name()["tested"].tensors[:1]}
    document = json.loads(architecture(case.graph, case.net.configs, "net", moves))
    (config,) = (layer["config"] for layer in document["config"]["layers"] if layer["name"] == "tested")
    return (config[inside]["config"] if inside else config)["kernel_constraint"]


def constrained(constraint: Any, op: ops.Op | None = None) -> Case:
    config = spelled("Convolution2D", W_constraint=constraint)
    return single(op or conv(2, "last", "valid"), (7, 10, 3), config=config)


@pytest.mark.parametrize("constraint", [OF_KERAS1, OF_KERAS2])
def test_the_norm_of_a_filter_stays_one(constraint: Any) -> None:
    found = written(constrained(constraint), *FROM_THEANO)
    assert found["config"] == {"max_value": 3, "axis": [0, 1, 2]}
    assert (found["module"], found["class_name"]) == ("keras.constraints", "MaxNorm")


def test_nothing_moves_where_the_kernel_stays() -> None:
    assert written(constrained(OF_KERAS1))["config"]["axis"] == [1, 2, 3]


def test_a_constraint_that_names_no_axis_has_the_first() -> None:
    assert written(constrained({"name": "UnitNorm"}), *FROM_THEANO)["config"] == {"axis": 3}


def test_one_without_axes_comes_along_as_it_is() -> None:
    assert written(constrained({"name": "NonNeg"}), *FROM_THEANO)["class_name"] == "NonNeg"


@pytest.mark.parametrize("axis", [4, -5, "1", None, [1, 7]])
def test_an_axis_that_the_kernel_has_not_is_left_out(axis: Any) -> None:
    assert written(constrained({"name": "MaxNorm", "m": 3, "axis": axis})) is None


def test_numbers_that_were_computed_anew_have_another_norm() -> None:
    assert written(constrained(OF_KERAS1), Multiply(3, ((0, 2),), 1.2)) is None


def test_the_layer_inside_a_time_distributed_keeps_its_own() -> None:
    config = spelled("Convolution2D", W_constraint={"name": "MaxNorm", "m": 2, "axis": 0})
    case = single(ops.Mapped(conv(2, "last", "valid", "OIHW")), (5, 7, 10, 3), config=config)
    assert written(case, inside="layer")["config"]["axis"] == 3


def test_an_embedding_of_keras_1_keeps_its_regularizer_and_constraint() -> None:
    found = spelled("Embedding", W_constraint={"name": "NonNeg"}, W_regularizer={"l1": 0.0, "l2": 0.5})
    assert found["embeddings_constraint"]["class_name"] == "NonNeg"
    assert found["embeddings_regularizer"]["config"] == {"l1": 0.0, "l2": 0.5}
