"""Index tracing on graphs made by hand, all axes of different lengths: each value is the planned view of the old."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dimorder import semantics as ops
from dimorder.errors import Refused
from dimorder.graph import Graph
from dimorder.semantics import Activate, BatchNorm, Dense, Flatten, Input, Merge, Permute, Reshape
from engine.proof.nets import graph_of
from rules.check import TO_TF, TO_TH, added, kinds, op_of, planned, predictions_survive, reordered, shared

Spec = tuple[str, ops.Op, tuple[str, ...]]
IMAGE: Spec = ("image", Input((2, 7, 11)), ())
OTHER: Spec = ("other", Input((3, 5, 4)), ())


def conv(filters: int = 5, size: tuple[int, ...] = (3, 2), **settings: object) -> ops.Conv:
    """A th convolution under Theano: 3 × 2 over any channels."""
    ones = (1,) * len(size)
    axes = {1: "L1IO", 2: "OIHW", 3: "OIDHW"}[len(size)]
    channels = "last" if len(size) == 1 else "first"
    plain = ops.Conv(len(size), filters, size, ones, ones, "valid", channels, True, axes, "convolution")  # type: ignore[arg-type]
    return replace(plain, **settings)  # type: ignore[arg-type]


def pool(kind: str, size: tuple[int, int], strides: tuple[int, int], **settings: object) -> ops.Pool:
    return replace(ops.Pool(2, kind, size, strides, "theano-same", "first"), **settings)  # type: ignore[arg-type]



def flattened(image: Spec, kernel: ops.Conv, name: str) -> tuple[Spec, Spec, Spec]:
    """An entrance, a convolution over it called so, and the Flatten behind."""
    return image, (name, kernel, (image[0],)), (f"flat_{name}", Flatten(), (name,))


def on_map(op: ops.Op, *rest: ops.Op, image: tuple[int, ...] = (2, 7, 11), spatial: bool = True) -> Graph:
    """An image (with a convolution in front, so that it is one), these operations in a row."""
    layers: list[Spec] = [("image", Input(image), ())]
    if spatial:
        layers.append(("conv", conv(5), ("image",)))
    for number, one in enumerate((op, *rest)):
        layers.append((f"op{number}" if number else "op", one, (layers[-1][0],)))
    return graph_of(*layers)


# Flatten and what reads it


def test_dense_rows_follow_the_map() -> None:
    plan = predictions_survive(on_map(Flatten(), Dense(3, True)))
    assert reordered(plan, "op1/kernel") == [0]
    assert plan.edits == ()


def test_layers_between_flatten_and_dense_follow_too() -> None:
    between = (BatchNorm(0, 1e-3), ops.PReLU(), Activate("tanh"), ops.Identity())
    plan = predictions_survive(on_map(Flatten(), *between, Dense(3, True)))
    for array in ("op1/gamma", "op1/statistic", "op2/alpha", "op5/kernel"):
        assert reordered(plan, array) == [0], array


def test_only_the_first_dense_behind_a_flatten_moves() -> None:
    plan = predictions_survive(on_map(Flatten(), Dense(6, True), Activate("relu"), Dense(3, True)))
    assert reordered(plan, "op1/kernel") == [0]
    assert reordered(plan, "op3/kernel") == []


def test_two_flattened_branches_are_two_blocks_of_rows() -> None:
    graph = graph_of(
        *flattened(IMAGE, conv(5), "a"),
        *flattened(OTHER, conv(4, (2, 3)), "b"),
        ("joined", Merge("concat", axis=0), ("flat_a", "flat_b")),
        ("fc", Dense(3, True), ("joined",)),
    )
    plan = predictions_survive(graph)
    assert added(graph, plan) == []
    assert reordered(plan, "fc/kernel") == [0]


def test_a_vector_beside_a_flattened_map_keeps_its_rows() -> None:
    graph = graph_of(
        *flattened(IMAGE, conv(5), "conv"),
        ("vector", Input((6,)), ()),
        ("joined", Merge("concat", axis=0), ("vector", "flat_conv")),
        ("fc", Dense(3, True), ("joined",)),
    )
    (rows,) = predictions_survive(graph).moves["fc/kernel"].steps
    assert rows.index[:6].tolist() == [0, 1, 2, 3, 4, 5]  # type: ignore[union-attr]
    assert sorted(rows.index) == list(range(len(rows.index)))  # type: ignore[union-attr]


def test_every_head_on_a_flatten_moves() -> None:
    graph = graph_of(
        *flattened(IMAGE, conv(5), "conv"),
        ("age", Dense(1, True), ("flat_conv",)),
        ("name", Dense(4, False), ("flat_conv",)),
        outputs=("name", "age"),
    )
    plan = predictions_survive(graph)
    assert reordered(plan, "age/kernel") == reordered(plan, "name/kernel") == [0]


def test_a_flattened_map_that_is_an_output_keeps_its_order() -> None:
    graph = on_map(Flatten())
    plan = predictions_survive(graph)
    assert added(graph, plan) == ["op_permute"]
    assert plan.outputs[0].permutation == (0,)


def test_branches_of_different_order_are_added_in_the_original_order() -> None:
    graph = graph_of(
        IMAGE,
        ("vector", Input((270,)), ()),
        ("conv", conv(5, (2, 3)), ("image",)),
        ("flat", Flatten(), ("conv",)),
        ("sum", Merge("sum"), ("flat", "vector")),
        ("fc", Dense(3, True), ("sum",)),
    )
    plan = predictions_survive(graph)
    assert added(graph, plan) == ["flat_permute"]
    assert reordered(plan, "fc/kernel") == []


def test_branches_of_one_order_are_added_as_they_are() -> None:
    graph = graph_of(
        IMAGE,
        ("a", conv(5), ("image",)),
        ("b", conv(5), ("image",)),
        ("flat_a", Flatten(), ("a",)),
        ("flat_b", Flatten(), ("b",)),
        ("sum", Merge("sum"), ("flat_a", "flat_b")),
        ("fc", Dense(3, True), ("sum",)),
    )
    plan = predictions_survive(graph)
    assert added(graph, plan) == []
    assert reordered(plan, "fc/kernel") == [0]


@pytest.mark.parametrize("mode", ["dot", "cos"])
def test_a_product_of_flattened_maps_does_not_feel_their_order(mode: str) -> None:
    graph = graph_of(
        IMAGE,
        ("a", conv(5), ("image",)),
        ("b", conv(5), ("image",)),
        ("flat_a", Flatten(), ("a",)),
        ("flat_b", Flatten(), ("b",)),
        ("product", Merge(mode, dot_axes=((0,), (0,))), ("flat_a", "flat_b")),  # type: ignore[arg-type]
    )
    assert added(graph, predictions_survive(graph)) == []


def test_a_flatten_that_puts_channels_last_leaves_dense_rows_alone() -> None:
    plan = predictions_survive(on_map(Flatten("first"), Dense(3, True)))
    assert reordered(plan, "op1/kernel") == []
    assert op_of(plan, "op") == Flatten("last")


def test_a_flatten_that_turns_a_sequence_round_moves_its_rows() -> None:
    graph = graph_of(
        ("text", Input((7, 3)), ()),
        ("conv", conv(5, (2,)), ("text",)),
        ("flat", Flatten("first"), ("conv",)),
        ("fc", Dense(4, True), ("flat",)),
    )
    assert reordered(predictions_survive(graph), "fc/kernel") == [0]


def test_a_model_that_starts_with_flatten_takes_its_input_for_a_map() -> None:
    graph = on_map(Flatten(), Dense(3, True), spatial=False)
    plan = predictions_survive(graph)
    assert plan.inputs[0].permutation == (1, 2, 0)
    assert reordered(plan, "op1/kernel") == [0]


def test_rows_of_a_dense_behind_repeat_move() -> None:
    plan = predictions_survive(on_map(Flatten(), ops.Repeat(4), Dense(3, True)))
    assert reordered(plan, "op2/kernel") == [0]


# Vectors that become maps


def decoder(*between: ops.Op) -> Graph:
    """Noise (6,), Dense to 40, these operations, a map (2, 4, 5) of it, a convolution."""
    layers: list[Spec] = [("noise", Input((6,)), ())]
    layers.append(("wide", Dense(40, True), ("noise",)))
    for number, op in enumerate(between):
        layers.append((f"between{number}", op, (layers[-1][0],)))
    return graph_of(
        *layers, ("map", Reshape((2, 4, 5)), (layers[-1][0],)), ("conv", conv(3, (3, 2)), ("map",))
    )


def test_dense_columns_follow_the_map_behind_a_reshape() -> None:
    graph = decoder(BatchNorm(0, 1e-3), Activate("relu"))
    plan = predictions_survive(graph)
    assert added(graph, plan) == []
    assert reordered(plan, "wide/kernel") == [1]
    assert reordered(plan, "wide/bias") == reordered(plan, "between0/mean") == [0]
    assert op_of(plan, "map") == Reshape((4, 5, 2))


def test_dense_columns_stay_where_an_output_reads_them_too() -> None:
    graph = graph_of(
        ("noise", Input((6,)), ()),
        ("wide", Dense(40, True), ("noise",)),
        ("map", Reshape((2, 4, 5)), ("wide",)),
        ("conv", conv(3, (3, 2)), ("map",)),
        outputs=("conv", "wide"),
    )
    plan = predictions_survive(graph)
    assert reordered(plan, "wide/kernel") == []
    assert added(graph, plan) == ["conv_permute"]


def test_dense_columns_move_where_another_dense_can_follow() -> None:
    graph = graph_of(
        ("noise", Input((6,)), ()),
        ("wide", Dense(40, True), ("noise",)),
        ("map", Reshape((2, 4, 5)), ("wide",)),
        ("conv", conv(3, (3, 2)), ("map",)),
        ("side", Dense(3, True), ("wide",)),
        outputs=("conv", "side"),
    )
    plan = predictions_survive(graph)
    assert added(graph, plan) == []
    assert reordered(plan, "side/kernel") == [0]


def test_a_flattened_map_reshaped_to_a_map_needs_nothing() -> None:
    graph = on_map(Flatten(), Reshape((5, 5, 10)), conv(3))
    plan = predictions_survive(graph)
    assert added(graph, plan) == []


def test_a_reshape_that_mixes_axes_reads_the_original_order() -> None:
    graph = on_map(Reshape((25, 10)), Dense(3, True))
    plan = predictions_survive(graph)
    assert added(graph, plan) == ["op_permute"]
    assert reordered(plan, "op1/kernel") == []


# Permute


def test_a_permute_takes_the_change_upon_itself() -> None:
    graph = on_map(Permute((1, 2, 0)), Reshape((50, 5)), Dense(3, True))
    plan = predictions_survive(graph)
    assert added(graph, plan) == []
    assert op_of(plan, "op") == Permute((0, 1, 2))


def test_a_permute_between_maps_stays_a_permute_of_maps() -> None:
    graph = on_map(Permute((0, 2, 1)), conv(3))
    plan = predictions_survive(graph)
    assert added(graph, plan) == []
    assert op_of(plan, "op") == Permute((1, 0, 2))


# Axes


def test_softmax_over_channels_stays_over_channels() -> None:
    plan = predictions_survive(on_map(Activate("softmax", axis=0)))
    assert op_of(plan, "op") == Activate("softmax", axis=None)


def test_softmax_over_the_last_axis_stays_over_width() -> None:
    plan = predictions_survive(on_map(Activate("softmax")))
    assert op_of(plan, "op") == Activate("softmax", axis=1)


@pytest.mark.parametrize(("axis", "target"), [(0, 2), (1, 0), (2, 1)])
def test_maps_are_joined_along_the_axis_meant(axis: int, target: int) -> None:
    """Axis 3 (or -1) of a th batch is width: unbatched 2."""
    sizes = [2, 7, 11]
    sizes[axis] += 2
    graph = graph_of(
        IMAGE,
        ("second", Input(tuple(sizes)), ()),
        ("joined", Merge("concat", axis=axis), ("image", "second")),
        ("conv", conv(3), ("joined",)),
    )
    plan = predictions_survive(graph)
    assert op_of(plan, "joined") == Merge("concat", axis=target)


@pytest.mark.parametrize(("axis", "target"), [(0, 2), (1, 0), (2, 1)])
def test_normalisation_stays_on_its_axis(axis: int, target: int) -> None:
    """Keras's default -1 is width in a th model."""
    plan = predictions_survive(on_map(BatchNorm(axis, 1e-3)))
    assert op_of(plan, "op") == BatchNorm(target, 1e-3)
    assert plan.moves["op/gamma"].steps == ()


@pytest.mark.parametrize(("shared_axes", "target"), [((), ()), ((1, 2), (0, 1)), ((0,), (2,)), ((2,), (1,))])
def test_prelu_slopes_follow_the_map(shared_axes: tuple[int, ...], target: tuple[int, ...]) -> None:
    plan = predictions_survive(on_map(ops.PReLU(shared_axes)))
    assert op_of(plan, "op") == ops.PReLU(target)


def test_a_dense_on_the_width_of_a_map_reads_the_original_axes() -> None:
    graph = on_map(Dense(3, True))
    assert added(graph, predictions_survive(graph)) == ["op_permute"]


# Kernels and padding


@pytest.mark.parametrize("size", [(3, 2), (1, 4), (1, 1), (2, 3, 4), (3,)])
def test_kernels_are_permuted_and_flipped(size: tuple[int, ...]) -> None:
    shape = {1: (9, 2), 2: (2, 7, 11), 3: (2, 6, 7, 8)}[len(size)]
    graph = graph_of(("map", Input(shape), ()), ("conv", conv(5, size), ("map",)))
    plan = predictions_survive(graph)
    assert op_of(plan, "conv").axes == {1: "L1IO", 2: "HWIO", 3: "DHWIO"}[len(size)]  # type: ignore[union-attr]
    steps = [type(step).__name__ for step in plan.moves["conv/kernel"].steps]
    assert ("Flip" in steps) == (max(size) > 1)
    assert ("Permute" in steps) == (len(size) > 1)


@pytest.mark.parametrize("size", [(2, 3), (3, 4), (5, 2), (3, 5), (1, 2)])
@pytest.mark.parametrize(
    ("strides", "dilation"), [((1, 1), (1, 1)), ((2, 3), (1, 1)), ((3, 2), (1, 1)), ((1, 1), (2, 1))]
)
def test_theano_same_padding_survives(
    size: tuple[int, int], strides: tuple[int, int], dilation: tuple[int, int]
) -> None:
    op = conv(5, size, strides=strides, dilation=dilation, padding="theano-same")
    for image in ((2, 7, 11), (2, 8, 10)):
        predictions_survive(graph_of(("image", Input(image), ()), ("conv", op, ("image",))))


@pytest.mark.parametrize("op", [ops.ZeroPad(2, ((1, 2), (3, 0)), "first"), ops.Crop(2, ((1, 2), (3, 0)), "first")])
def test_uneven_borders_stay_on_their_axes(op: ops.Op) -> None:
    plan = predictions_survive(on_map(op, ops.UpSample(2, (2, 3), "first")))
    assert op_of(plan, "op") == replace(op, channels="last")  # type: ignore[arg-type]


@pytest.mark.parametrize("size", [(2, 3), (3, 4), (5, 2), (4, 5)])
@pytest.mark.parametrize("strides", [(1, 1), (2, 3), (3, 2)])
@pytest.mark.parametrize("kind", ["max", "ave"])
@pytest.mark.parametrize("ahead", ["linear", "relu"])
def test_theano_same_pooling_survives(kind: str, size: tuple[int, int], strides: tuple[int, int], ahead: str) -> None:
    for image in ((2, 7, 11), (2, 8, 12)):
        predictions_survive(on_map(Activate(ahead), pool(kind, size, strides), image=image))  # type: ignore[arg-type]


def test_a_maximum_of_negative_numbers_is_not_padded_with_zeros() -> None:
    plan = predictions_survive(on_map(Activate("linear"), pool("max", (2, 3), (2, 2))))
    assert "ZeroPad" not in kinds(plan)
    plan = predictions_survive(on_map(Activate("relu"), pool("max", (2, 3), (2, 2))))
    assert "ZeroPad" in kinds(plan)


def test_a_mean_that_counts_padding_is_padded() -> None:
    plan = predictions_survive(on_map(Activate("linear"), pool("ave", (2, 3), (2, 2), counts_padding=True)))
    assert "ZeroPad" in kinds(plan)


@pytest.mark.parametrize("keepdims", [False, True])
def test_global_pooling_survives(keepdims: bool) -> None:
    more = (Activate("tanh"),) if keepdims else (Dense(3, True),)
    predictions_survive(on_map(ops.GlobalPool(2, "max", "first", keepdims), *more))


# Inputs


def test_an_input_may_stay_as_it_is() -> None:
    graph = on_map(Flatten(), Dense(3, True))
    plan = predictions_survive(graph, replace(TO_TF, keep_inputs=("image",)))
    assert plan.inputs[0].permutation == (0, 1, 2)
    assert added(graph, plan) == ["conv_permute"]


def test_an_input_that_both_orderings_read_stays_as_it_is() -> None:
    graph = graph_of(
        IMAGE,
        ("a", conv(5), ("image",)),
        ("b", conv(4, (2, 3), channels="last", axes="HWIO"), ("image",)),
        ("flat_a", Flatten(), ("a",)),
        ("flat_b", Flatten(), ("b",)),
        ("joined", Merge("concat", axis=0), ("flat_a", "flat_b")),
        ("fc", Dense(3, True), ("joined",)),
    )
    plan = predictions_survive(graph)
    assert plan.inputs[0].permutation == (0, 1, 2)


def test_sequences_and_vectors_stay() -> None:
    graph = graph_of(
        ("text", Input((9, 4)), ()),
        ("vector", Input((6,)), ()),
        ("conv", conv(5, (3,)), ("text",)),
        ("flat", Flatten(), ("conv",)),
        ("joined", Merge("concat", axis=0), ("flat", "vector")),
        ("fc", Dense(3, True), ("joined",)),
    )
    plan = predictions_survive(graph)
    assert [port.permutation for port in plan.inputs] == [(0, 1), (0,)]
    assert reordered(plan, "fc/kernel") == []


# Shared layers


def test_a_shared_convolution_moves_once() -> None:
    graph = graph_of(
        IMAGE,
        ("second", Input((2, 7, 11)), ()),
        ("conv", conv(5), ("image",)),
        ("conv@1", conv(5), ("second",)),
        ("diff", Merge("sub"), ("conv", "conv@1")),
        ("flat", Flatten(), ("diff",)),
        ("fc", Dense(3, True), ("flat",)),
    )
    predictions_survive(shared(graph, "conv", "conv@1"))


def test_a_shared_dense_behind_two_flattens_moves_once() -> None:
    graph = graph_of(
        *flattened(IMAGE, conv(5), "a"),
        *flattened(("second", Input((2, 7, 11)), ()), conv(5), "b"),
        ("fc", Dense(3, True), ("flat_a",)),
        ("fc@1", Dense(3, True), ("flat_b",)),
        outputs=("fc", "fc@1"),
    )
    plan = predictions_survive(shared(graph, "fc", "fc@1"))
    assert reordered(plan, "fc/kernel") == [0]


def test_a_shared_dense_with_two_orders_is_refused_or_right() -> None:
    """One call reads a flattened map, the other a plain vector of that length."""
    graph = graph_of(
        *flattened(IMAGE, conv(5), "conv"),
        ("vector", Input((250,)), ()),
        ("fc", Dense(3, True), ("flat_conv",)),
        ("fc@1", Dense(3, True), ("vector",)),
        outputs=("fc", "fc@1"),
    )
    with pytest.raises(Refused, match="shared"):
        planned(shared(graph, "fc", "fc@1"))


# Refusals, and the way back


def test_flattening_a_map_of_unknown_size_is_refused_with_a_way_out() -> None:
    graph = graph_of(
        ("image", Input((2, None, 11)), ()), ("conv", conv(5), ("image",)), ("flat", Flatten(), ("conv",))
    )
    with pytest.raises(Refused, match="size of the map") as refusal:
        planned(graph)
    assert "fixed input shape" in refusal.value.hint


def test_the_way_back_is_exact_too() -> None:
    graph = graph_of(
        ("image", Input((7, 11, 2)), ()),
        ("conv", conv(5, channels="last", axes="HWIO", orientation="correlation"), ("image",)),
        ("norm", BatchNorm(2, 1e-3), ("conv",)),
        ("slopes", ops.PReLU((0, 1)), ("norm",)),
        ("flat", Flatten(), ("slopes",)),
        ("fc", Dense(3, True), ("flat",)),
    )
    plan = predictions_survive(graph, TO_TH)
    assert reordered(plan, "fc/kernel") == [0]


def test_a_converted_graph_needs_no_second_conversion() -> None:
    plan = planned(on_map(BatchNorm(2, 1e-3), Flatten(), Dense(3, True)))
    assert plan.graph is not None
    assert planned(plan.graph).is_identity()
