"""Each classic mistake, made by hand in a right conversion: `prove` says different, every time."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import h5py
import numpy as np
import pytest

from dimorder.flow.goal import make_plan
from dimorder.flow.on_files import prove_files
from dimorder.flow.options import Options
from dimorder.graph import Node
from dimorder.plan import Plan
from dimorder.proof import RELATIVE_LIMIT, Proof
from dimorder.semantics import BatchNorm, Conv
from dimorder.steps import Array, Flip, Permute, Reorder
from support.conversions import Workshop, paths_of, quiet
from support.datasets import datasets, same_bits
from support.referee import opened
from support.table import Recorder, record
from support.zoo import Entry, by_name

MODELS = (
    "k108-theano-th/bn_default_axis",
    "k122-theano-th/ambiguous_square",
    "k122-theano-th/atrous",
    "k122-tensorflow-th/bn_default_axis",
    "k122-theano-th/bn_axis_fits",
    "k122-theano-th/bn_default_axis",
    "k122-theano-th/conv3d",
    "k122-theano-th/decoder",
    "k122-theano-th/even_valid",
    "k122-theano-th/flatten_after_concat",
    "k122-theano-th/flatten_concat_vec",
    "k122-theano-th/multi_dense_after_flatten",
    "k122-theano-th/nested_seq_add",
    "k122-theano-th/prelu_net",
    "k122-theano-th/shared_layer",
    "k122-theano-th/text_conv1d",
    "k122-theano-th/vgg_issue",
    "k122-theano-tf/mnist_seq",
    "k122-tensorflow-th/ambiguous_square",
    "k208-theano-th/dilated",
    "k208-theano-th/prelu_net",
    "k231-theano-th/flatten_dense",
    "k231-theano-th/vgg_issue",
)
WIDE = (
    "k108-theano-th/resnet_fn",
    "k122-tensorflow-th/densenet_gap",
    "k122-tensorflow-th/resnet_fn",
    "k122-theano-tf/resnet_fn",
    "k122-theano-th/densenet_gap",
    "k122-theano-th/resnet_fn",
    "k208-theano-th/resnet_fn",
    "k224-theano-th/resnet_fn",
    "k231-theano-tf/resnet_fn",
    "k231-theano-th/resnet_fn",
)
"""Deep models with many normalisations: only beside the whole zoo, which alone has nearly all of them."""

every_model = pytest.mark.parametrize("name", [*MODELS, *(pytest.param(name, marks=pytest.mark.zoo) for name in WIDE)])
Mistaken = dict[str, Array]
"""Path of a dataset in the converted file -> what a mistake leaves there."""

COUNTED = {
    "no flip on one kernel": 21,
    "flipped twice": 21,
    "rows and columns swapped": 19,
    "dense rows left": 19,
    "dense rows inverse-permuted": 19,
    "channels reversed": 22,
    "gamma and beta swapped": 5,
    "altered by 1 %": 23,
    "unconverted values reshaped": 23,
}
"""Mistake -> on how many of MODELS it can be made and changes something."""


def mistakes(entry: Entry, right: dict[str, Array]) -> dict[str, Mistaken]:
    """Every mistake that can be made on this model and changes something."""
    with ExitStack() as stack:
        source = opened(stack, paths_of(entry, "weights.h5"), Options(stated=entry.layout))
        assert source.graph is not None
        plan = make_plan(source, Options(stated=entry.layout))
        old = {t.address: np.asarray(source.opened.read(t)) for n in source.graph.nodes for t in n.tensors}
    made = (*_by_moves(plan, old), *_by_layers(plan, old))
    paths = {address: address.strip("/") for address in old}
    found = {name: {paths[address]: array for address, array in arrays.items()} for name, arrays in made}
    return {name: arrays for name, arrays in found.items() if _changes(arrays, right)}


def _changes(arrays: Mistaken, right: dict[str, Array]) -> bool:
    return any(not same_bits(np.ascontiguousarray(array), right[path]) for path, array in arrays.items())


def _by_moves(plan: Plan, old: dict[str, Array]) -> Iterator[tuple[str, Mistaken]]:
    """Mistakes in what is done to arrays."""
    right = {address: _right(plan, old, address) for address in old}
    flipped = [address for address in old if any(isinstance(s, Flip) for s in plan.moves[address].steps)]
    if flipped:
        yield "no flip on one kernel", {flipped[-1]: _unflipped(plan, flipped[-1], right)}
        yield "flipped twice", {address: _unflipped(plan, address, right) for address in flipped}
    for address in old:
        for step in plan.moves[address].steps:
            if isinstance(step, Reorder) and step.axis == 0 and old[address].ndim == 2:
                yield "dense rows left", {address: old[address]}
                yield "dense rows inverse-permuted", {address: step.inverse.apply(old[address])}
    reshaped = {a: old[a].reshape(right[a].shape) for a in old if old[a].ndim > 1 and plan.moves[a].steps}
    if reshaped:
        yield "unconverted values reshaped", reshaped


def _right(plan: Plan, old: dict[str, Array], address: str) -> Array:
    array = old[address]
    for step in plan.moves[address].steps:
        array = step.apply(array)
    return array


def _unflipped(plan: Plan, address: str, right: dict[str, Array]) -> Array:
    (flip,) = (step for step in plan.moves[address].steps if isinstance(step, Flip))
    return flip.apply(right[address])


def _by_layers(plan: Plan, old: dict[str, Array]) -> Iterator[tuple[str, Mistaken]]:
    """Mistakes in what is taken for what."""
    assert plan.graph is not None
    right = {address: _right(plan, old, address) for address in old}
    convs = [node for node in plan.graph.nodes if isinstance(node.op, Conv)]
    two = [node for node in convs if node.op.rank == 2 and _square(node)]  # type: ignore[union-attr]
    if two:
        yield "rows and columns swapped", {n.tensors[0].address: _swapped(n, right) for n in two}
    for node in convs[:1]:
        kernel = node.tensors[0].address
        channels = node.op.axes.index("I")  # type: ignore[union-attr]
        yield "channels reversed", {kernel: np.flip(right[kernel], channels)}
    for node in plan.graph.nodes:
        if isinstance(node.op, BatchNorm) and node.op.scale and node.op.center:
            gamma, beta = (tensor.address for tensor in node.tensors[:2])
            yield "gamma and beta swapped", {gamma: right[beta], beta: right[gamma]}
    largest = max(old, key=lambda address: old[address].size)
    noise = 1 + 0.01 * np.random.default_rng(7).standard_normal(right[largest].shape)
    yield "altered by 1 %", {largest: (right[largest] * noise).astype(right[largest].dtype)}


def _square(node: Node) -> bool:
    assert isinstance(node.op, Conv)
    return len(set(node.op.kernel_size)) == 1


def _swapped(node: Node, right: dict[str, Array]) -> Array:
    """What numpy's (3,2,1,0) in the place of (2,3,1,0) comes to."""
    assert isinstance(node.op, Conv)
    axes = node.op.axes
    return Permute(axes, axes.translate(str.maketrans("HW", "WH"))).apply(right[node.tensors[0].address])


def spoiled(right: Path, arrays: Mistaken, target: Path) -> Path:
    """The converted file with some arrays replaced."""
    shutil.copyfile(right, target)
    with h5py.File(target, "r+") as file:
        for path, array in arrays.items():
            file[path][...] = array
    return target


def proven(workshop: Workshop, entry: Entry, converted: Path) -> Proof:
    architecture = workshop.converted(entry, "weights.h5", "same").architecture
    paths = {**paths_of(entry, "weights.h5"), "converted": str(converted), "converted_architecture": str(architecture)}
    return prove_files(paths, Options(stated=entry.layout), quiet).proof


@every_model
def test_the_right_conversion_is_equivalent(name: str, workshop: Workshop) -> None:
    entry = by_name()[name]
    proof = proven(workshop, entry, workshop.converted(entry, "weights.h5", "same").target)
    assert proof.verdict == "equivalent", proof.because


@every_model
def test_every_mistake_is_different(
    name: str, workshop: Workshop, tmp_path: Path, record_property: Recorder
) -> None:
    entry = by_name()[name]
    right = workshop.converted(entry, "weights.h5", "same").target
    made = mistakes(entry, datasets(right))
    found = {
        mistake: proven(workshop, entry, spoiled(right, arrays, tmp_path / f"{number}.h5"))
        for number, (mistake, arrays) in enumerate(made.items())
    }
    assert {mistake: proof.verdict for mistake, proof in found.items() if proof.verdict != "different"} == {}
    least = min(proof.relative_l2 or 0.0 for proof in found.values())
    assert least > RELATIVE_LIMIT, "told by its arrays alone, not by what it predicts"
    record(record_property, "", f"mistakes in {name}", f"{len(found)}, all different, least relative L2 {least:.0e}")


def counted(names: tuple[str, ...], workshop: Workshop) -> Counter[str]:
    counts: Counter[str] = Counter()
    for name in names:
        entry = by_name()[name]
        counts.update(mistakes(entry, datasets(workshop.converted(entry, "weights.h5", "same").target)).keys())
    return counts


def test_the_mistakes_are_these_many(workshop: Workshop) -> None:
    assert counted(MODELS, workshop) == COUNTED


@pytest.mark.zoo
def test_each_mistake_is_made_on_ten_models(workshop: Workshop, record_property: Recorder) -> None:
    counts = counted((*MODELS, *WIDE), workshop)
    record(record_property, "", "mistakes by hand", f"{counts.total()}: {dict(counts)}")
    assert {mistake: count for mistake, count in counts.items() if count < 10} == {}


def test_the_command_ends_with_1(workshop: Workshop, tmp_path: Path) -> None:
    entry = by_name()["k122-theano-th/vgg_issue"]
    result = workshop.converted(entry, "weights.h5", "same")
    arrays = mistakes(entry, datasets(result.target))["no flip on one kernel"]
    wrong = spoiled(result.target, arrays, tmp_path / "wrong.h5")
    command = [sys.executable, "-m", "dimorder", "prove", str(entry.path("weights.h5")), str(wrong), "--from", "th/th"]
    done = subprocess.run(
        [*command, "--architecture", str(entry.path("model.json"))], capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1, done.stderr
    assert "DIFFERENT" in done.stdout
