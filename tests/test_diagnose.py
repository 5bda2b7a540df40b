"""Mistakes seeded into right conversions of real models are named, and right conversions have none."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest

from dimorder.flow.on_files import diagnose_files, prove_files
from dimorder.flow.options import Options
from dimorder.report_data import DiagnoseReport
from dimorder.steps import Array
from support.zoo import Entry, by_name, entries

MODELS = (
    "k122-theano-th/vgg_issue",
    "k122-theano-th/mnist_seq",
    "k122-theano-th/multi_dense_after_flatten",
    "k122-theano-th/resnet_fn",
    "k231-theano-th/vgg_issue",
    "k231-theano-th/prelu_net",
)
"""With Flatten and without, of Keras 1 and 2, sequential and not."""


def entry(name: str) -> Entry:
    return by_name()[name]


def silent(*_: object) -> None:
    return None


def diagnosed(one: Entry, converted: Path, **more: str) -> DiagnoseReport:
    paths = {"source": str(one.path("weights.h5")), "converted": str(converted)}
    paths |= {"architecture": str(one.path("model.json")), **more}
    return diagnose_files(paths, Options(stated=one.layout), silent)


def named(report: DiagnoseReport) -> set[str]:
    return {one.mistake for one in report.mistakes}


Seed = Callable[[Array, Array], "Array | None"]
"""From the original's array and the right one; None where the mistake cannot be made."""


def is_kernel(array: Array) -> bool:
    return array.ndim == 4 and max(array.shape[:2]) > 1


def kernels(change: Callable[[Array, Array], Array]) -> Seed:
    return lambda old, new: change(old, new) if is_kernel(new) else None


def rows(change: Callable[[Array, Array], Array]) -> Seed:
    """Dense kernels whose rows the conversion moves."""
    return lambda old, new: change(old, new) if old.ndim == 2 and not np.array_equal(old, new) else None


def index_of(old: Array, new: Array) -> Array:
    places = {row.tobytes(): place for place, row in enumerate(old)}
    return np.array([places[row.tobytes()] for row in new])


SEEDS: dict[str, tuple[Seed, set[str]]] = {
    "not flipped": (kernels(lambda old, new: new[::-1, ::-1]), {"not-flipped"}),
    "rows for columns": (kernels(lambda old, new: new.swapaxes(0, 1)), {"rows-columns-swapped"}),
    "keras#5374": (kernels(lambda old, new: new[::-1, ::-1].swapaxes(0, 1)), {"rows-columns-swapped", "not-flipped"}),
    "rows only flipped": (kernels(lambda old, new: new[:, ::-1]), {"partly-flipped"}),
    "channels flipped too": (kernels(lambda old, new: new[:, :, ::-1, ::-1]), {"channels-reversed"}),
    "inputs for outputs": (kernels(lambda old, new: new.swapaxes(2, 3)), {"inputs-outputs-swapped"}),
    "poured": (
        lambda old, new: old.reshape(new.shape) if is_kernel(new) and old.shape != new.shape else None,
        {"reshaped", "not-flipped"},
    ),
    "dense rows left": (rows(lambda old, new: old), {"dense-rows-unpermuted"}),
    "dense rows inverted": (
        rows(lambda old, new: old[np.argsort(index_of(old, new))]),
        {"dense-rows-inverse-permuted"},
    ),
    "dense rows twice": (rows(lambda old, new: new[index_of(old, new)]), {"dense-rows-permuted-twice"}),
    "dense rows shuffled": (rows(lambda old, new: np.roll(new, 1, axis=0)), {"dense-rows-reordered"}),
    "rows of a plain Dense moved": (
        lambda old, new: new[::-1] if new.ndim == 2 and np.array_equal(old, new) else None,
        {"dense-rows-permuted"},
    ),
    "altered": (kernels(lambda old, new: new * np.float32(1.01) + np.float32(1e-4)), {"altered"}),
    "never copied": (
        kernels(lambda old, new: np.random.default_rng(7).standard_normal(new.shape).astype(np.float32)),
        {"not-copied"},
    ),
}


def arrays(file: h5py.File) -> Iterator[str]:
    found: list[str] = []
    file.visititems(lambda name, item: found.append(name) if isinstance(item, h5py.Dataset) else None)
    yield from found


def seeded(one: Entry, seed: Seed, path: Path) -> set[str]:
    """Write the conversion with the mistake in it; names of the arrays that it changes."""
    shutil.copy(one.path("expected_tf.h5"), path)
    changed = set()
    with h5py.File(one.path("weights.h5")) as original, h5py.File(path, "r+") as file:
        for name in arrays(original):
            right = file[name][()]
            wrong = seed(original[name][()], right)
            if wrong is None or (wrong.shape == right.shape and np.array_equal(wrong, right)):
                continue
            del file[name]
            file[name] = wrong
            changed.add(name.rpartition("/")[2])
    return changed


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("model", MODELS)
def test_a_seeded_mistake_is_named(model: str, seed: str, tmp_path: Path) -> None:
    one, (change, words) = entry(model), SEEDS[seed]
    changed = seeded(one, change, tmp_path / "wrong.h5")
    report = diagnosed(one, tmp_path / "wrong.h5")
    assert named(report) == (words if changed else set())
    assert {mistake.tensor.rpartition("/")[2] for mistake in report.mistakes} == changed
    assert report.verdict == ("wrong" if changed else "right")


def test_every_seed_can_be_made_on_some_model(tmp_path: Path) -> None:
    for name, (change, _) in SEEDS.items():
        made = [seeded(entry(model), change, tmp_path / "wrong.h5") for model in MODELS]
        assert any(made), name


@pytest.mark.parametrize("name", [one.name for one in entries() if one.facts["weights_only_preserves"]])
def test_a_right_conversion_has_no_mistake(name: str) -> None:
    one = entry(name)
    if not one.has("model.json"):
        pytest.skip("Keras 0.x wrote no architecture of this model")
    report = diagnosed(one, one.path("expected_tf.h5"))
    assert report.mistakes == ()
    assert report.verdict == "right"


def renamed(source: Path, target: Path) -> None:
    """The same arrays under other names, layers in reverse."""
    with h5py.File(source) as old, h5py.File(target, "w") as new:
        listed = list(old.attrs["layer_names"])[::-1]
        new.attrs["layer_names"] = np.array([b"other_%d" % number for number in range(len(listed))])
        for number, layer in enumerate(listed):
            group = new.create_group(f"other_{number}")
            names = [name for name in old[layer.decode()].attrs["weight_names"] if isinstance(name, bytes)]
            group.attrs["weight_names"] = np.array([b"array_%d" % place for place in range(len(names))])
            for place, name in enumerate(names):
                group[f"array_{place}"] = old[layer.decode()][name.decode()][()]


@pytest.mark.parametrize("seed", ["not flipped", "keras#5374", "dense rows left"])
def test_mistakes_are_named_where_layers_were_renamed_and_reordered(seed: str, tmp_path: Path) -> None:
    one, (change, words) = entry(MODELS[0]), SEEDS[seed]
    changed = seeded(one, change, tmp_path / "wrong.h5")
    renamed(tmp_path / "wrong.h5", tmp_path / "renamed.h5")
    report = diagnosed(one, tmp_path / "renamed.h5")
    assert named(report) == words
    assert {mistake.tensor for mistake in report.mistakes} == changed
    assert all(mistake.found.startswith("array_") for mistake in report.mistakes)


def test_kernels_of_tensorflow_that_were_flipped_are_flipped_once_too_often(tmp_path: Path) -> None:
    one = entry("k122-tensorflow-th/flatten_concat_vec")
    seeded(one, kernels(lambda old, new: new[::-1, ::-1]), tmp_path / "wrong.h5")
    assert named(diagnosed(one, tmp_path / "wrong.h5")) == {"flipped-twice"}


def test_exchanged_arrays_are_told(tmp_path: Path) -> None:
    one = entry("k122-theano-th/resnet_fn")
    shutil.copy(one.path("expected_tf.h5"), tmp_path / "wrong.h5")
    with h5py.File(tmp_path / "wrong.h5", "r+") as file:
        gamma, beta = (next(name for name in arrays(file) if name.endswith(end)) for end in ("_gamma", "_beta"))
        one_way, other_way = file[gamma][()], file[beta][()]
        file[gamma][...], file[beta][...] = other_way, one_way
    report = diagnosed(one, tmp_path / "wrong.h5")
    assert [m.mistake for m in report.mistakes] == ["exchanged", "exchanged"]
    owners = {name.rpartition("/")[2] for name in (gamma, beta)}
    assert {m.because for m in report.mistakes} == {f"holds the numbers of {owner}" for owner in owners}


def test_the_repaired_file_is_proven_and_has_no_mistake(tmp_path: Path) -> None:
    one, (change, _) = entry(MODELS[0]), SEEDS["keras#5374"]
    seeded(one, change, tmp_path / "wrong.h5")
    report = diagnosed(one, tmp_path / "wrong.h5", target=str(tmp_path / "right.h5"))
    assert report.repair is not None
    assert report.repair.verdict == "equivalent"
    assert diagnosed(one, tmp_path / "right.h5").verdict == "right"


def test_what_diagnose_calls_right_prove_calls_equivalent(tmp_path: Path) -> None:
    """And the other way round: the two ways of looking know nothing of each other."""
    one = entry(MODELS[0])
    for seed, verdict in (("", "equivalent"), ("dense rows left", "different")):
        path = tmp_path / f"{seed or 'right'}.h5"
        seeded(one, SEEDS[seed][0] if seed else (lambda old, new: None), path)
        paths = {"source": one.path("weights.h5"), "converted": path, "architecture": one.path("model.json")}
        options = Options(stated=one.layout)
        proof = prove_files({role: str(place) for role, place in paths.items()}, options, silent).proof
        assert proof.verdict == verdict
        assert (diagnosed(one, path).verdict == "right") == (verdict == "equivalent")
