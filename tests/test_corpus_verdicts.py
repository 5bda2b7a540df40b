"""Real public files, each told what it is: the layout as a careful reader labelled it, or an honest "cannot tell"."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dimorder.errors import DimorderError, UnreadableFile
from dimorder.flow.on_files import convert_file, inspect_file, prove_files
from dimorder.flow.options import Options
from dimorder.layout import Layout
from dimorder.report_data import InspectReport
from dimorder.steps import Array
from dimorder.verdict import About
from support.conversions import quiet
from support.datasets import datasets
from support.places import corpus
from support.table import Recorder, record

pytestmark = pytest.mark.corpus

ORDERING = {"th": "th", "tf": "tf", "1D conv only": "n/a", "none (no conv kernels)": "n/a"}
KERNELS = {"true convolution (flip needed for TF)": "th", "cross-correlation": "tf", "n/a": "n/a"}
"""Labels in our words; what the reader calls mixed or undecided has none, and only "cannot tell" is right."""
NOT_KERAS = "other HDF5 data (not Keras weights)"


@cache
def entries() -> list[dict[str, Any]]:
    folder = corpus()
    found: list[dict[str, Any]] = json.loads((folder / "manifest.json").read_text("utf-8"))["files"] if folder else []
    return found


def of_type(*types: str) -> list[dict[str, Any]]:
    return [entry for entry in entries() if entry["type"] in types]


def place(entry: dict[str, Any]) -> Path:
    folder = corpus()
    assert folder is not None
    return folder / str(entry["file"])


def told(entry: dict[str, Any]) -> InspectReport:
    return inspect_file({"source": str(place(entry))}, Options(), quiet)


def told_or_refused(entry: dict[str, Any]) -> InspectReport | str:
    """The report, or the refusal and its hint."""
    try:
        return told(entry)
    except UnreadableFile as error:
        return str(error)


def labels(entry: dict[str, Any]) -> dict[About, str | None]:
    """The reader's labels in our words, None where there is none."""
    return {"dim_ordering": ORDERING.get(entry["dim_ordering"]), "kernels": KERNELS.get(entry["kernel_convention"])}


def outcome(value: str, confidence: str, label: str | None) -> str:
    """right, cannot tell, or wrong."""
    if confidence in ("unknown", "contradictory") or value == "unknown":
        return "cannot tell"
    return "right" if value == label else "wrong"


def test_every_weight_file_is_judged_right_or_not_at_all(
    capsys: pytest.CaptureFixture[str], record_property: Recorder
) -> None:
    wrong: list[tuple[str, str, str]] = []
    counts: dict[str, Counter[str]] = {}
    for entry in of_type("weights"):
        report = told(entry)
        for about, label in labels(entry).items():
            value, confidence = getattr(report.layout, about), report.confidence[about]
            found = outcome(value, confidence, label)
            counts.setdefault(f"{report.era} {about}", Counter())[found] += 1
            if found == "wrong":
                wrong.append((entry["file"], about, f"{value} {confidence}, labelled {label}"))
    with capsys.disabled():
        print(f"\n{'':24}right  cannot tell  wrong")
        for row, found_here in sorted(counts.items()):
            print(f"{row:24}{found_here['right']:5}{found_here['cannot tell']:13}{found_here['wrong']:7}")
    record(record_property, "", "corpus, verdicts", {row: dict(here) for row, here in sorted(counts.items())})
    assert wrong == []


def test_nearly_all_of_them_are_told() -> None:
    silent = [entry["file"] for entry in of_type("weights") if told(entry).confidence["dim_ordering"] == "unknown"]
    assert len(silent) <= 1


def test_every_architecture_that_states_an_ordering_is_read_so() -> None:
    for entry in of_type("architecture"):
        report = told(entry)
        assert report.kind == "architecture", entry["file"]
        assert report.layers, entry["file"]
        assert report.layout.dim_ordering in (ORDERING.get(entry["dim_ordering"], "n/a"), "n/a"), entry["file"]
        if entry["dim_ordering"] in ("th", "tf"):
            assert report.layout.dim_ordering == entry["dim_ordering"], entry["file"]


def test_every_keras_json_is_told_for_what_it_is() -> None:
    found = of_type("keras.json config")
    assert len(found) >= 10
    for entry in found:
        report = told(entry)
        assert report.layout.dim_ordering == entry["dim_ordering"], entry["file"]
        assert report.backend == entry["backend"], entry["file"]


def test_pointers_and_other_texts_are_refused_in_words() -> None:
    for entry in of_type("git-lfs pointer"):
        with pytest.raises(UnreadableFile, match="Git LFS pointer"):
            told(entry)
    for entry in of_type("other text"):
        with pytest.raises(UnreadableFile, match="not a Keras architecture"):
            told(entry)


def test_hdf5_that_is_not_weights_gets_no_layout() -> None:
    for entry in of_type(NOT_KERAS):
        report = told_or_refused(entry)
        if isinstance(report, str):
            assert "not weights that Keras saved" in report or "nothing of Keras" in report, entry["file"]
            continue
        # A whole model whose layers own nothing: there is nothing that could lie in any order.
        assert not any(layer.tensors for layer in report.layers), entry["file"]
        assert {report.layout.dim_ordering, report.layout.kernels} == {"n/a"}, entry["file"]


def at(path: str, digest: str = "") -> dict[str, Any]:
    found = [one for one in entries() if one["path"].endswith(path) and one["sha256"].startswith(digest)]
    if not found:
        pytest.skip(f"the corpus does not hold {path}")
    return found[0]


MOTIF = ("simulate_single_motif_detection.L10conv_width(15,)dropout0.0num_filters(10,)num_tasks1pool_width35"
         "seq_length500use_RNNFalseverboseFalse")  # fmt: skip
THEANO, KEPT = Layout("th", "th"), Layout("th", "tf")


def test_a_file_trained_again_is_no_conversion_of_its_namesake(tmp_path: Path) -> None:
    """dragonn's .hd5 and .h5 of one name: Keras 0, and trained twice."""
    first, second = at(f"{MOTIF}.weights.h5"), at(f"{MOTIF}.weights.hd5")
    paths = {"source": str(place(first)), "converted": str(place(second)),
             "architecture": str(place(at(f"{MOTIF}.arch.json")))}  # fmt: skip
    for target in (Layout("tf", "tf"), KEPT, THEANO):
        report = prove_files(paths, Options(stated=THEANO, target=target, referee="numpy"), quiet)
        assert report.proof.verdict == "different", target
    assert not as_converted(first, second, tmp_path)


FALSE_PAIRS: list[tuple[str, str, Layout]] = [
    ("random_minimodel_weights.hdf5", "random_minimodel_weights_tensorflow.hdf5", KEPT),
    ("weights/conv2d_theano_1.h5", "weights/conv2d_tensorflow_1.h5", Layout("tf", "tf")),
    ("weights/conv2d_theano_2.h5", "weights/conv2d_tensorflow_2.h5", Layout("tf", "tf")),
]


@pytest.mark.parametrize(("theano", "tensorflow", "target"), FALSE_PAIRS, ids=[pair[0] for pair in FALSE_PAIRS])
def test_files_that_look_like_twins_are_no_conversion(
    theano: str, tensorflow: str, target: Layout, tmp_path: Path
) -> None:
    first, second = at(theano), at(tensorflow)
    stated = Layout("tf" if target.dim_ordering == "tf" else "th", "th")
    assert not as_converted(first, second, tmp_path, stated, target)
    paths = {"source": str(place(first)), "converted": str(place(second))}
    options = Options(stated=stated, target=target, referee="numpy")
    verdict = answer(lambda: prove_files(paths, options, quiet).proof.verdict)
    assert verdict != "equivalent"


def answer(ask: Callable[[], str]) -> str:
    """The verdict, or the refusal's class."""
    try:
        return ask()
    except DimorderError as error:
        return type(error).__name__


def as_converted(
    first: dict[str, Any], second: dict[str, Any], folder: Path, stated: Layout = THEANO, target: Layout = KEPT
) -> bool:
    """Whether the second file's arrays are those of the first, converted."""
    source = folder / "source.h5"
    shutil.copy(place(first), source)
    options = Options(stated=stated, target=target, unproven=True, keep=("*melgram*",), referee="numpy")
    convert_file({"source": str(source), "target": str(folder / "ours.h5")}, options, quiet, force=True)
    ours, theirs = (_arrays(path) for path in (folder / "ours.h5", place(second)))
    return len(ours) == len(theirs) and all(np.array_equal(*pair) for pair in zip(ours, theirs, strict=True))


def _arrays(path: Path) -> list[Array]:
    """All weights in the file's own order, without optimizer state."""
    return [array for name, array in datasets(path).items() if not name.startswith("optimizer_weights")]
