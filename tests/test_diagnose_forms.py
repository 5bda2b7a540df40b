"""Conversions into every form are called right, and what was done to whole layers or gates in them is named."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import numpy as np
import pytest

from dimorder.flow.on_files import convert_file, diagnose_files
from dimorder.flow.options import Dialect, Options
from dimorder.report_data import DiagnoseReport
from dimorder.steps import Array
from support.conversions import paths_of, quiet
from support.zoo import Entry, by_name

FORMS: dict[str, Dialect] = {".h5": "keras2", ".keras": "keras3", ".weights.h5": "keras3"}
MODELS = (
    "k122-theano-th/resnet_fn", "k122-theano-th/text_conv1d", "k122-theano-th/bidir_text",
    "k122-theano-th/td_conv_lstm", "k122-theano-th/highway_maxout", "k122-theano-th/advact_net",
    "k122-theano-th/locally2d", "k122-theano-th/deconv_same", "k231-theano-th/separable",
)  # fmt: skip
RECURRENT = "k122-theano-th/td_conv_lstm"
Change = Callable[[h5py.File], None]


def converted(one: Entry, folder: Path, form: str, dialect: Dialect) -> Path:
    target = folder / f"converted{form}"
    paths = {**paths_of(one, "weights.h5"), "target": str(target)}
    if form == ".weights.h5" or dialect == "same":
        paths["architecture_out"] = str(folder / "architecture.json")
    report = convert_file(paths, Options(stated=one.layout, referee="numpy", dialect=dialect), quiet)
    assert report.verdict == "equivalent"
    return target


def diagnosed(one: Entry, target: Path) -> DiagnoseReport:
    return diagnose_files({**paths_of(one, "weights.h5"), "converted": str(target)}, Options(stated=one.layout), quiet)


def changed(path: Path, change: Change) -> None:
    """The arrays of a file of any form, changed in place."""
    if path.suffix != ".keras":
        with h5py.File(path, "r+") as file:
            change(file)
        return
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    content = io.BytesIO(members["model.weights.h5"])
    with h5py.File(content, "r+") as file:
        change(file)
    _pack(path, members | {"model.weights.h5": content.getvalue()})


def _pack(path: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def datasets(file: h5py.File) -> Iterator[h5py.Dataset]:
    found: list[h5py.Dataset] = []
    file.visititems(lambda name, item: found.append(item) if isinstance(item, h5py.Dataset) else None)
    yield from found


def each(change: Callable[[Array], Array]) -> Change:
    def changing(file: h5py.File) -> None:
        for one in datasets(file):
            one[...] = change(one[()])

    return changing


def words(report: DiagnoseReport) -> list[str]:
    return [mistake.mistake for mistake in report.mistakes]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("model", MODELS)
def test_a_right_conversion_into_another_form_has_no_mistake(model: str, form: str, tmp_path: Path) -> None:
    one = by_name()[model]
    report = diagnosed(one, converted(one, tmp_path, form, FORMS[form]))
    assert (report.verdict, report.mistakes) == ("right", ())
    assert report.right == report.arrays > 0


def swapped_layers(file: h5py.File) -> None:
    """Everything that two layers of one shape hold, exchanged."""
    kernels = [one for one in datasets(file) if one.ndim == 4 and one.shape[:2] == (3, 3)]
    first, second = next((a, b) for a in kernels for b in kernels if a.name < b.name and a.shape == b.shape)
    for one, other in zip(datasets(first.parent), datasets(second.parent), strict=True):
        one[...], other[...] = other[()], one[()]


@pytest.mark.parametrize("form", FORMS)
def test_two_layers_exchanged_are_told_whatever_the_arrays_are_called(form: str, tmp_path: Path) -> None:
    one = by_name()["k122-theano-th/resnet_fn"]
    target = converted(one, tmp_path, form, FORMS[form])
    changed(target, swapped_layers)
    assert words(diagnosed(one, target)) == ["exchanged"] * 4


def renamed(path: Path) -> None:
    """A .keras file whose layers have names of another session."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    config = members["config.json"].decode()
    names = [layer["config"]["name"] for layer in json.loads(config)["config"]["layers"]]
    content = io.BytesIO(members["model.weights.h5"])
    for number, name in enumerate(names):
        config = config.replace(f'"{name}"', f'"other_{number}"')
    with h5py.File(content, "r+") as file:
        for group in file["layers"].values():
            if group["vars"].attrs["name"] in names:
                group["vars"].attrs["name"] = f"other_{names.index(group['vars'].attrs['name'])}"
    _pack(path, members | {"config.json": config.encode(), "model.weights.h5": content.getvalue()})


@pytest.mark.parametrize("exchanged", [False, True])
def test_layers_of_other_names_are_told_by_their_place(tmp_path: Path, exchanged: bool) -> None:
    one = by_name()["k122-theano-th/resnet_fn"]
    target = converted(one, tmp_path, ".keras", "keras3")
    renamed(target)
    if exchanged:
        changed(target, swapped_layers)
    report = diagnosed(one, target)
    assert words(report) == ["exchanged"] * 4 * exchanged
    assert all(mistake.found.startswith("other_") for mistake in report.mistakes)


def with_gates_of_torch(file: h5py.File) -> None:
    """i, f, c, o where the second and third are taken for each other."""
    for one in datasets(file):
        if "lstm" in one.name and "conv" not in one.name:
            i, f, c, o = np.split(one[()], 4, axis=-1)
            one[...] = np.concatenate([i, c, f, o], axis=-1)


@pytest.mark.parametrize("form", FORMS)
def test_gates_in_another_order_are_named(form: str, tmp_path: Path) -> None:
    one = by_name()[RECURRENT]
    target = converted(one, tmp_path, form, FORMS[form])
    changed(target, with_gates_of_torch)
    report = diagnosed(one, target)
    assert words(report) == ["gates-reordered"] * 3
    assert {mistake.because for mistake in report.mistakes} == {"gates (0,2,1,3) where (0,1,2,3) belong"}


def test_arrays_of_two_gates_exchanged_are_told(tmp_path: Path) -> None:
    one = by_name()[RECURRENT]
    target = converted(one, tmp_path, ".h5", "same")

    def exchange(file: h5py.File) -> None:
        first, second = (next(d for d in datasets(file) if d.name.endswith(end)) for end in ("_U_f", "_U_c"))
        first[...], second[...] = second[()], first[()]

    changed(target, exchange)
    assert words(diagnosed(one, target)) == ["exchanged", "exchanged"]


@pytest.mark.parametrize("form", FORMS)
def test_a_kernel_of_a_sequence_that_was_not_flipped_is_named(form: str, tmp_path: Path) -> None:
    """Keras 1 gives it a dummy axis, which later files have not."""
    one = by_name()["k122-theano-th/text_conv1d"]
    target = converted(one, tmp_path, form, FORMS[form])

    def flip(file: h5py.File) -> None:
        for kernel in datasets(file):
            if kernel.ndim == 3:
                kernel[...] = kernel[()][::-1]

    changed(target, flip)
    assert words(diagnosed(one, target)) == ["not-flipped"] * 2


@pytest.mark.parametrize("form", FORMS)
def test_numbers_that_went_through_float16_are_altered(form: str, tmp_path: Path) -> None:
    one = by_name()["k122-theano-th/mnist_seq"]
    target = converted(one, tmp_path, form, FORMS[form])
    changed(target, each(lambda array: array.astype(np.float16).astype(array.dtype)))
    report = diagnosed(one, target)
    assert words(report) == ["altered"] * report.arrays


def test_a_mistake_in_numbers_of_float16_is_named_besides(tmp_path: Path) -> None:
    one = by_name()["k122-theano-th/mnist_seq"]
    target = converted(one, tmp_path, ".h5", "keras2")

    def flip(file: h5py.File) -> None:
        kernel = next(one for one in datasets(file) if one.ndim == 4)
        kernel[...] = kernel[()][::-1, ::-1].astype(np.float16).astype(np.float32)

    changed(target, flip)
    assert words(diagnosed(one, target)) == ["not-flipped", "altered"]


def lost(file: h5py.File) -> None:
    root = file.get("model_weights", file)
    (first, *_) = [name for name in root.attrs["layer_names"] if len(root[name.decode()].attrs["weight_names"])]
    root.attrs["layer_names"] = np.array([name for name in root.attrs["layer_names"] if name != first])
    del root[first.decode()]


def added(file: h5py.File) -> None:
    root = file.get("model_weights", file)
    root.attrs["layer_names"] = np.array([*root.attrs["layer_names"], b"more"])
    root.create_group("more").attrs["weight_names"] = np.array([b"more/kernel:0"])
    root["more"]["more/kernel:0"] = np.ones((3, 5), np.float32)


@pytest.mark.parametrize(("change", "expected"), [(lost, ["missing"] * 2), (added, ["extra"])])
def test_a_layer_too_few_or_too_many_is_told(change: Change, expected: list[str], tmp_path: Path) -> None:
    one = by_name()["k122-theano-th/mnist_seq"]
    target = converted(one, tmp_path, ".h5", "same")
    changed(target, change)
    assert words(diagnosed(one, target)) == expected


def test_rows_ordered_for_another_number_of_channels_are_named(tmp_path: Path) -> None:
    one = by_name()["k122-theano-th/mnist_seq"]
    target = converted(one, tmp_path, ".h5", "same")
    with h5py.File(one.path("weights.h5")) as original:
        kernel = max((d for d in datasets(original) if d.ndim == 2), key=lambda d: d.shape[0])
        name, rows = kernel.name, kernel[()]
    wrong = rows.reshape(3, len(rows) // 3, -1).swapaxes(0, 1).reshape(rows.shape)
    changed(target, lambda file: file[name].write_direct(np.ascontiguousarray(wrong)))
    assert words(diagnosed(one, target)) == ["dense-rows-reordered"]


def test_symmetric_kernels_have_no_direction_and_zeros_no_order(tmp_path: Path) -> None:
    """Biases and rows of zeros fit everywhere; kernels moved without a flip are right."""
    one = by_name()["k122-theano-th/mnist_seq"]
    source, target = tmp_path / "symmetric.h5", tmp_path / "new.h5"
    source.write_bytes(one.path("weights.h5").read_bytes())
    target.write_bytes(one.path("expected_tf.h5").read_bytes())
    changed(source, each(lambda array: array + array[:, :, ::-1, ::-1] if array.ndim == 4 else np.zeros_like(array)))
    with h5py.File(source) as original:
        arrays = {array.name: array[()] for array in datasets(original)}

    def moved(file: h5py.File) -> None:
        for array in datasets(file):
            old = arrays[array.name]
            array[...] = old.transpose(2, 3, 1, 0) if old.ndim == 4 else old

    changed(target, moved)
    paths = {**paths_of(one, "weights.h5"), "source": str(source), "converted": str(target)}
    assert diagnose_files(paths, Options(stated=one.layout), quiet).verdict == "right"
