"""Probes: seeded, never constant, of the right kind and size, bounded in cost."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from dimorder import semantics as ops
from dimorder.engine.proof.entrances import spatial_axes
from dimorder.engine.proof.probes import FEWEST, MOST, length, probes
from dimorder.engine.proof.signals import WITH_SPACE
from dimorder.engine.proof.sizes import input_sizes, multiply_adds, shapes_for
from dimorder.errors import Refused, UsageError
from dimorder.graph import Graph
from engine.proof.nets import CONV, graph_of, tensorflow_graph, theano_graph


def words(mask_zero: bool = False) -> Graph:
    return graph_of(
        ("words", ops.Input((11,)), ()),
        ("noise", ops.Identity(), ("words",)),
        ("table", ops.Embedding(7, 3, mask_zero), ("noise",)),
        ("mean", ops.GlobalPool(1, "ave", "last"), ("table",)),
    )


def unet(depth: int = 3) -> Graph:
    """Halves `depth` times, doubles again, joins with the image: takes multiples of 2**depth."""
    same = replace(CONV, channels="last", padding="tf-same", axes="HWIO", orientation="correlation")
    down = [ops.Pool(2, "max", (2, 2), (2, 2), "valid", "last") for _ in range(depth)]
    ups = [ops.UpSample(2, (2, 2), "last") for _ in range(depth)]
    steps: list[ops.Op] = [*down, same, *ups]
    chain = [(f"step{i}", op) for i, op in enumerate(steps)]
    names = ["image", *(name for name, _ in chain)]
    return graph_of(
        ("image", ops.Input((None, None, 2)), ()),
        *((name, op, (names[i],)) for i, (name, op) in enumerate(chain)),
        ("join", ops.Merge("concat", axis=2), (names[-1], "image")),
    )


@pytest.mark.parametrize("kind", sorted(WITH_SPACE))
def test_no_signal_is_constant_or_looks_the_same_turned(kind: str) -> None:
    rng = np.random.default_rng(0)
    for field in (WITH_SPACE[kind](rng, (3, 8, 8), (1, 2)) for _ in range(10)):
        spread = field.std()
        assert all(plane.std() > 0 for plane in field)
        for other in (field[:, ::-1], field[:, :, ::-1], field.transpose(0, 2, 1), field[::-1]):
            assert np.abs(field - other).mean() > 0.05 * spread


def test_the_same_seed_draws_the_same_probes() -> None:
    first, again, other = (probes(theano_graph(), seed).batches[0]["image"] for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.dtype == np.float32


def test_probes_of_a_batch_all_differ() -> None:
    batch = probes(theano_graph(), 0).batches[0]["image"]
    assert len(batch) == MOST
    assert all(not np.array_equal(a, b) for a, b in pairwise(batch))


def test_tokens_are_whole_numbers_inside_the_table() -> None:
    tokens = probes(words(), 0).batches[0]["words"]
    assert tokens.dtype.kind == "i"
    assert set(np.unique(tokens)) == set(range(7))


def test_tokens_that_mask_leave_out_steps_behind_in_front_and_between() -> None:
    tokens = probes(words(mask_zero=True), 0).batches[0]["words"]
    counted = tokens > 0
    assert counted.any(axis=1).all()
    assert counted[0::4].all()
    assert (counted[1::4, 0] & ~counted[1::4, -1]).all()
    assert (~counted[2::4, 0] & counted[2::4, -1]).all()


def test_spatial_axes_follow_the_first_layer_that_knows() -> None:
    assert spatial_axes(theano_graph(), "image") == (1, 2)
    assert spatial_axes(tensorflow_graph(), "image") == (0, 1)


def test_a_vector_has_no_spatial_axes() -> None:
    graph = graph_of(("x", ops.Input((7,)), ()), ("fc", ops.Dense(3, True), ("x",)))
    assert spatial_axes(graph, "x") == ()
    assert probes(graph, 0).batches[0]["x"].shape == (MOST, 7)


def test_known_sizes_are_taken_as_they_are() -> None:
    assert input_sizes(theano_graph()) == ({"image": (2, 7, 11)},)


def test_open_sizes_come_in_both_parities() -> None:
    conv = graph_of(("image", ops.Input((2, None, None)), ()), ("conv", CONV, ("image",)))
    assert input_sizes(conv) == ({"image": (2, 8, 9)}, {"image": (2, 9, 10)})


def test_a_unet_is_given_multiples_that_it_can_join_again() -> None:
    sizes = input_sizes(unet())
    assert len(sizes) == 2
    assert all(size % 8 == 0 for each in sizes for size in each["image"][:2])
    assert all(shapes_for(unet(), each) for each in sizes)
    assert min(shapes_for(unet(), sizes[0])["step2"][:2]) >= 3


def test_a_network_that_takes_no_size_is_refused() -> None:
    graph = graph_of(("x", ops.Input((None,)), ()), ("cut", ops.Reshape((7, 1021)), ("x",)))
    with pytest.raises(Refused, match="no input size"):
        input_sizes(graph)


def test_large_networks_get_fewer_probes() -> None:
    large = replace(CONV, filters=512, padding="theano-same")
    graph = graph_of(
        ("image", ops.Input((3, 224, 224)), ()),
        ("conv", large, ("image",)),
        ("conv2", large, ("conv",)),
    )
    assert multiply_adds(graph, shapes_for(graph, {"image": (3, 224, 224)}) or {}) > 1e11
    drawn = probes(graph, 0)
    assert length(drawn.batches[0]) == FEWEST
    assert drawn.chunk == 1
    assert length(drawn.few()) == 2
    assert [length(chunk) for chunk in drawn.chunks()] == [1] * FEWEST


def test_samples_are_fed_too_and_set_the_range() -> None:
    samples = {"image": 100 + np.random.default_rng(0).random((3, 2, 7, 11))}
    drawn = probes(theano_graph(), 0, samples)
    assert [length(batch) for batch in drawn.batches] == [MOST, 3]
    assert 90 < drawn.batches[0]["image"].mean() < 110
    assert drawn.told["samples"] == 3


def test_samples_of_another_shape_are_an_error() -> None:
    with pytest.raises(UsageError, match=r"shape \(7, 11, 2\)"):
        probes(theano_graph(), 0, {"image": np.zeros((3, 7, 11, 2))})
    with pytest.raises(UsageError, match="image"):
        probes(theano_graph(), 0, {"other": np.zeros((3, 2, 7, 11))})
