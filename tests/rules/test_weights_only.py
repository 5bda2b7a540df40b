"""Weights without an architecture: what would have to move, and nobody knows how it lies, is refused."""

from __future__ import annotations

from dimorder.graph import Tensor
from dimorder.layout import parse_layout
from dimorder.plan import Plan
from dimorder.rules.weights_only import Part, Wanted, plan_weights
from dimorder.steps import Reorder

CHW, TF = parse_layout("th/th/chw"), parse_layout("tf/tf")
GATES = tuple(f"{array}_{gate}" for gate in "icfo" for array in "WUb")


def part(name: str, kind: str, *shapes: tuple[int, ...], roles: tuple[str, ...] = ("kernel", "bias")) -> Part:
    pairs = zip(roles, shapes, strict=True)
    tensors = tuple(Tensor(f"{name}_{role}", f"/{name}/{role}", shape, "float32") for role, shape in pairs)
    return Part(name, kind, tensors, roles, CHW)


def lstm(rows: int) -> Part:
    return part("lstm", "recurrent", *((rows, 7), (7, 7), (7,)) * 4, roles=GATES)


CONV = part("conv", "conv2d", (5, 2, 3, 4), (5,))


def dense(rows: int, name: str = "fc") -> Part:
    return part(name, "dense", (rows, 3), (3,))


def planned(*parts: Part, keep: tuple[str, ...] = ()) -> Plan:
    return plan_weights(parts, CHW, Wanted(TF, True, "L1IO", keep))


def reordered(plan: Plan) -> list[str]:
    return [move.tensor for move in plan.moved() if any(isinstance(step, Reorder) for step in move.steps)]


def refused(plan: Plan) -> dict[str, str]:
    return {refusal.layer: refusal.because for refusal in plan.refusals}


def test_rows_of_the_first_dense_follow_the_map() -> None:
    plan = planned(CONV, dense(10), dense(15, "fc2"))
    assert reordered(plan) == ["fc_kernel"]
    assert not plan.refusals


def test_as_many_rows_as_channels_stay() -> None:
    assert not reordered(planned(CONV, dense(5)))


def test_rows_that_are_no_multiple_of_the_channels_are_refused() -> None:
    assert refused(planned(CONV, dense(12))) == {"fc": "it reads 12 numbers, no multiple of the 5 channels in front"}


def test_a_recurrent_layer_behind_a_map_is_refused() -> None:
    said = "what it reads is not known without the architecture (10 numbers, 5 channels in front)"
    assert refused(planned(CONV, lstm(10))) == {"lstm": said}


def test_one_that_reads_the_channels_alone_is_copied_and_the_dense_behind_it_too() -> None:
    plan = planned(CONV, lstm(5), dense(10))
    assert not reordered(plan)
    assert not plan.refusals


def test_one_half_that_is_kept_does_not_let_the_other_pass() -> None:
    assert set(refused(planned(CONV, lstm(10), dense(14), keep=("lstm",)))) == {"fc"}


def test_kept_layers_are_not_refused() -> None:
    plan = planned(CONV, lstm(10), keep=("lstm",))
    assert plan.kept == ("lstm",)
    assert not plan.refusals


def test_channels_of_keras_2_are_the_last_axis_whatever_the_ordering() -> None:
    """Since 2.0.0 kernels are stored (H, W, I, O) under either ordering: here 5 filters, not 3."""
    conv = part("conv", "conv2d", (3, 2, 4, 5), (5,))
    plan = plan_weights((conv, dense(30)), CHW, Wanted(TF, False, ""))
    (step,) = plan.moves["/fc/kernel"].steps
    assert str(step) == "reorder 30 rows (5 channels × 6 positions)"
