"""Recurrent layers in converted graphs: rows follow what is read, gates follow Keras 3's hard_sigmoid."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from dimorder import semantics as ops
from dimorder.errors import Refused
from dimorder.graph import Graph
from dimorder.semantics import Activate, Bidirectional, Dense, Flatten, Input, Masking, Merge, Permute, Recurrent
from engine.proof.nets import graph_of
from rules.check import TO_TF, kinds, op_of, planned, predictions_survive, reordered
from rules.test_tracing import conv

HARD = Activate("hard_sigmoid")
LSTM = Recurrent("lstm", 3, Activate("tanh"), HARD)
GRU = Recurrent("gru", 3, Activate("tanh"), HARD)
SIMPLE = Recurrent("simple", 3, Activate("tanh"), Activate("linear"))
KERAS_3 = replace(TO_TF, dialect="keras3")
WORDS = ops.Embedding(7, 5, mask_zero=True)


def chain(*layers: ops.Op, entrance: tuple[int, ...] = (4, 5)) -> Graph:
    rows: list[tuple[str, ops.Op, tuple[str, ...]]] = [("in", Input(entrance), ())]
    for number, one in enumerate(layers):
        rows.append((f"op{number}" if number else "op", one, (rows[-1][0],)))
    return graph_of(*rows)


@pytest.mark.parametrize("layer", [LSTM, GRU, SIMPLE, Bidirectional(LSTM, "concat")])
def test_rows_follow_a_map_that_is_flattened_and_repeated(layer: ops.Op) -> None:
    plan = predictions_survive(chain(conv(5), Flatten(), ops.Repeat(3), layer, entrance=(2, 7, 11)))
    halves = ("forward ", "backward ") if isinstance(layer, Bidirectional) else ("",)
    assert all(reordered(plan, f"op3/{half}kernel") == [0] for half in halves)
    assert all(reordered(plan, f"op3/{half}recurrent") == [] for half in halves)


def test_columns_of_a_map_are_read_through_permute_and_reshape() -> None:
    rearranged = (conv(5), Permute((2, 0, 1)), ops.Reshape((10, 25)), LSTM)
    plan = predictions_survive(chain(*rearranged, entrance=(2, 7, 11)))
    assert kinds(plan)[-1] == "Recurrent"


@pytest.mark.parametrize("layer", [
    LSTM, GRU, replace(GRU, reset_after=True), replace(GRU, activation=HARD), replace(SIMPLE, activation=HARD),
    replace(GRU, reset_after=True, activation=HARD), replace(GRU, activation=HARD, gate=Activate("sigmoid")),
    replace(LSTM, use_bias=False), Bidirectional(replace(LSTM, sequences=True), "mul"),
])  # fmt: skip
def test_hard_sigmoid_is_scaled_for_keras_3(layer: ops.Op) -> None:
    plan = predictions_survive(chain(layer), KERAS_3)
    found = op_of(plan, "op")
    inner = found.inner if isinstance(found, Bidirectional) else found
    assert isinstance(inner, Recurrent)
    hard = [one for one in (inner.gate, inner.activation) if one.kind == "hard_sigmoid"]
    assert hard
    assert all(one.slope == 1 / 6 for one in hard)
    assert not plan.is_lossless()


def test_other_gates_are_left_alone() -> None:
    assert predictions_survive(chain(replace(LSTM, gate=Activate("sigmoid"))), KERAS_3).is_identity()


def test_gates_stay_in_the_same_dialect() -> None:
    assert predictions_survive(chain(LSTM)).is_identity()


def test_a_lstm_that_ends_in_hard_sigmoid_is_refused_for_keras_3() -> None:
    with pytest.raises(Refused, match="hard_sigmoid as activation of a LSTM"):
        planned(chain(replace(LSTM, activation=HARD)), KERAS_3)


def test_what_is_stateful_says_that_it_no_longer_is() -> None:
    plan = predictions_survive(chain(replace(SIMPLE, stateful=True)), KERAS_3)
    assert [edit.says for edit in plan.edits] == ["no longer stateful: every batch begins with states of zero"]


# Masks


def test_masks_go_along() -> None:
    layers = (Masking(0.0), Dense(4, True), Activate("tanh"), replace(GRU, sequences=True), LSTM)
    predictions_survive(chain(*layers), KERAS_3)


@pytest.mark.parametrize("mode", ["sum", "concat"])
def test_masks_that_versions_merge_differently_are_refused(mode: str) -> None:
    merge = Merge(mode, axis=1 if mode == "concat" else None)  # type: ignore[arg-type]
    rows: list[Any] = [("a", Input((4,)), ()), ("b", Input((4,)), ()), ("one", WORDS, ("a",)), ("two", WORDS, ("b",)),
            ("both", merge, ("one", "two")), ("lstm", LSTM, ("both",))]  # fmt: skip
    with pytest.raises(Refused, match="differs between versions of Keras"):
        planned(graph_of(*rows))


def test_a_mask_merged_with_itself_goes_on() -> None:
    rows: list[Any] = [
            ("a", Input((4,)), ()), ("one", WORDS, ("a",)), ("state", replace(GRU, units=5, sequences=True), ("one",)),
            ("both", Merge("sum"), ("one", "state")), ("lstm", LSTM, ("both",))]  # fmt: skip
    planned(graph_of(*rows), KERAS_3)


def test_a_mask_that_reaches_a_recurrent_layer_inside_a_time_distributed_is_refused() -> None:
    rows = (Masking(0.0), ops.Mapped(replace(LSTM, sequences=False)))
    with pytest.raises(Refused, match="mask that reaches it"):
        planned(chain(*rows, entrance=(6, 4, 5)))


def test_a_mask_does_not_survive_a_permute_that_the_conversion_needs() -> None:
    rows: list[Any] = [("image", Input((2, 7, 11)), ()), ("conv", conv(5, size=(7, 2)), ("image",)),
            ("line", ops.Reshape((5, 10)), ("conv",)), ("mask", Masking(0.0), ("line",)),
            ("gru", replace(GRU, sequences=True), ("mask",))]  # fmt: skip
    plan = predictions_survive(graph_of(*rows))
    names = kinds(plan)
    assert names.index("Masking") > max((n for n, name in enumerate(names) if name == "Permute"), default=0)


def test_masked_steps_of_both_directions_may_be_heeded_but_not_read() -> None:
    both = Bidirectional(replace(GRU, sequences=True), "sum")
    planned(chain(WORDS, both, Activate("tanh"), LSTM, entrance=(4,)), KERAS_3)
    for seen in ((both,), (both, ops.Flatten())):
        planned(chain(WORDS, *seen, entrance=(4,)))
        with pytest.raises(Refused, match="its masked steps are read"):
            planned(chain(WORDS, *seen, entrance=(4,)), KERAS_3)
