"""Whether training would go on the same: settings that came along, numbers that moved, habits of each Keras."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dimorder import semantics as ops
from dimorder.formats.keras3 import planned_layers
from dimorder.formats.training import changed_axes, changed_habits, changed_numbers, dropped, judged, lost
from dimorder.formats.training.habits import Written, over
from dimorder.graph import Graph
from dimorder.model import Era, Model
from dimorder.semantics import Activate
from dimorder.steps import Flip, Grow, Multiply, Permute
from formats.keras2_cases import plan
from formats.test_keras3_cases import Case, Net, conv, single

REGULARIZER = {"module": "keras.regularizers", "class_name": "L1L2", "registered_name": None,
               "config": {"l1": 0.5, "l2": 0.0}}  # fmt: skip
ACTIVE = {"tested": {"activity_regularizer": REGULARIZER}}


def missing(graph: Graph, configs: dict[str, Any], stated: dict[str, Any]) -> str:
    return "; ".join(lost(stated, planned_layers(graph, configs, {}), ()))


def test_a_setting_that_the_written_layer_has_is_not_missed() -> None:
    stated = {"tested": {"kernel_regularizer": REGULARIZER}}
    case = single(ops.Dense(5, True), (4,), config={"class_name": "Dense", **stated["tested"]})
    assert missing(case.graph, case.net.configs, stated) == ""
    assert "kernel_regularizer of tested" in missing(case.graph, {}, stated)


def test_settings_of_a_layer_that_became_several_are_missed() -> None:
    stated = {"tested": {"kernel_regularizer": REGULARIZER}}
    case = single(ops.Dense(5, True), (4,), config={"class_name": "Dense", **stated["tested"]})
    assert list(lost(stated, planned_layers(case.graph, case.net.configs, {}), ["tested"])) != []


def activated(kind: Activate, **config: Any) -> tuple[Graph, dict[str, Any]]:
    net = Net()
    net.activated(ops.Dense(5, True), kind, net.input(4), layer="tested")
    return net.graph(), {"tested": {"class_name": "Dense", **config}}


def test_an_activity_is_what_the_layer_yields_last() -> None:
    """An activation that Keras 3 has no word for stands in a layer of its own, behind the regularized one."""
    assert missing(*activated(Activate("relu"), **ACTIVE["tested"]), ACTIVE) == ""
    apart = missing(*activated(Activate("thresholded_linear", theta=1.5), **ACTIVE["tested"]), ACTIVE)
    assert apart == "settings did not come along as they were: 'activity_regularizer of tested'"


def test_an_activity_inside_a_time_distributed_is_not_heeded_by_keras_3() -> None:
    """It calls the inner layer's `call`: keras/src/layers/rnn/time_distributed.py at 3.15.1."""
    case = single(ops.Mapped(ops.Dense(5, True)), (7, 4), config={"class_name": "Dense", **ACTIVE["tested"]})
    assert "activity_regularizer" in missing(case.graph, case.net.configs, ACTIVE)


def numbers(case: Case, *steps: Any) -> str:
    return "; ".join(changed_numbers(plan(case.graph, {"tested/kernel": steps})))


def test_numbers_that_only_move_change_nothing() -> None:
    case = single(conv(2, "last", "valid"), (7, 10, 3))
    assert numbers(case, Permute("OIHW", "HWIO"), Flip("HWIO", "HW")) == ""
    assert "computed anew" in numbers(case, Multiply(3, ((0, 2),), 1.2))
    assert "would be trained" in numbers(case, Grow(((1, 2),)))


CONSTRAINED = {"tested": {"kernel_constraint": {"name": "MaxNorm", "m": 3, "axis": [1, 2, 3]}}}


def turned(stated: dict[str, Any], *steps: Any) -> str:
    case = single(conv(2, "last", "valid"), (7, 10, 3))
    return "; ".join(changed_axes(stated, case.graph, plan(case.graph, {"tested/kernel": steps})))


def test_a_constraint_follows_no_axes_by_itself() -> None:
    assert "of 'tested'" in turned(CONSTRAINED, Permute("OIHW", "HWIO"))
    assert turned(CONSTRAINED, Flip("HWIO", "HW")) == ""
    plain = {"tested": {"kernel_constraint": {"class_name": "NonNeg", "config": {}}}}
    assert turned(plain, Permute("OIHW", "HWIO")) == ""
    assert turned({"elsewhere": CONSTRAINED["tested"]}, Permute("OIHW", "HWIO")) != ""


@pytest.mark.parametrize(
    ("era", "version", "way"),
    [
        ("keras0", "0.3.3", "sample"), ("keras1", "1.0.5", "sample"), ("keras1", "1.0.7", "batch"),
        ("keras1", "1.2.2", "batch"), ("keras1", "", ""), ("keras2", "2.0.8", "batch"), ("keras2", "2.3.1", "batch"),
        ("keras2", "2.2.4-tf", "sample"), ("keras2", "2.4.0", "sample"), ("keras2", "", ""), ("keras3", "", "sample"),
    ],
)  # fmt: skip
def test_activities_are_added_up_in_two_ways(era: Era, version: str, way: str) -> None:
    assert over(era, version) == way


def test_keras_1_2_is_known_by_the_name_of_its_regularizer() -> None:
    assert over("keras1", "", {"name": "L1L2Regularizer", "l1": 0.5}) == "batch"
    assert over("keras1", "", {"name": "ActivityRegularizer", "l1": 0.5}) == ""


NORMALIZED = single(ops.BatchNorm(2, 1e-3), (5, 7, 3))
MODEL = Model("built.h5", "", "keras2", "2.3.1", "", "model", (), NORMALIZED.graph, {})


@pytest.mark.parametrize(
    ("era", "version", "differs"),
    [
        ("keras1", "1.2.2", {"keras2"}), ("keras2", "2.0.8", {"keras2"}), ("keras2", "2.3.1", {"keras3"}),
        ("keras2", "", set()), ("keras3", "3.15.1", {"keras2"}),
    ],
)  # fmt: skip
def test_running_variances_are_averaged_in_two_ways(era: Era, version: str, differs: set[str]) -> None:
    model = replace(MODEL, era=era, keras_version=version)
    both: tuple[Written, ...] = ("keras2", "keras3")
    for written in both:
        told = list(changed_habits({}, NORMALIZED.graph, model, written))
        assert bool(told) == (written in differs), (written, told)


def test_a_layer_that_is_nothing_but_a_regularizer_is_heeded() -> None:
    stated = {"tested": {"l1": 0.5}}
    assert "'tested'" in "".join(changed_habits(stated, NORMALIZED.graph, replace(MODEL, keras_version=""), "keras3"))


def test_the_sentence_names_a_few_and_counts_the_rest() -> None:
    stated: dict[str, Any] = {f"layer_{number}": {"kernel_constraint": {}} for number in range(5)}
    told = missing(NORMALIZED.graph, {}, stated)
    assert told.endswith("'kernel_constraint of layer_0', 'kernel_constraint of layer_1', "
                         "'kernel_constraint of layer_2' and 2 more")  # fmt: skip


def test_what_is_dropped_says_what_changes_besides() -> None:
    assert judged(()).word == "preserved"
    assert judged(["one", "two"]).because == "one; two"
    assert (dropped("state", ["one"]).word, dropped("state", ["one"]).because) == ("dropped", "state; one")
