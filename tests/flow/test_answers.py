"""`--samples` with `--expect`: what known answers tell of the kernels, and what is said where they tell nothing."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dimorder.errors import CannotTell
from dimorder.flow.on_files import convert_file
from dimorder.flow.options import Options
from dimorder.layout import parse_layout
from dimorder.report_data import ConvertReport
from dimorder.steps import Array
from support.conversions import quiet
from support.zoo import by_name

ENTRY = "k122-theano-th/even_same"
NEITHER = "neither th nor tf kernels reproduce the expected answers"


def converted(folder: Path, answers: Array, samples: Array | None = None, **options: Any) -> ConvertReport:
    entry = by_name()[ENTRY]
    np.save(folder / "x.npy", entry.inputs()[0] if samples is None else samples)
    np.save(folder / "y.npy", answers)
    paths = {"source": str(entry.path("full.h5")), "target": str(folder / "new.h5"),
             "samples": str(folder / "x.npy"), "expect": str(folder / "y.npy")}  # fmt: skip
    return convert_file(paths, Options(referee="numpy", **options), quiet)


def known() -> Array:
    return by_name()[ENTRY].predictions()[0]


def test_the_only_kernels_that_give_the_known_answers_are_certain(tmp_path: Path) -> None:
    report = converted(tmp_path, known())
    assert report.verdict == "equivalent"
    assert report.layout["source"].startswith("th/th")


def test_a_statement_against_the_known_answers_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CannotTell, match="only th kernels give the expected answers"):
        converted(tmp_path, known(), stated=parse_layout("th/tf"))


@pytest.mark.parametrize("accept", ["certain", "likely"])
def test_answers_that_neither_reading_gives_are_told_with_both_errors(accept: str, tmp_path: Path) -> None:
    with pytest.raises(CannotTell, match=NEITHER) as told:
        converted(tmp_path, known()[::-1], accept=accept)
    assert re.search(r"\(read as th, relative L2 1\.\d+; read as tf, relative L2 \d\.\d+, ", told.value.sentence)
    assert "up to 0.001 would count" in told.value.sentence
    assert "the answers are not this model's, or the samples are not what it was fed" in told.value.sentence
    assert "--samples" in told.value.hint
    assert "likely" not in told.value.sentence
    assert not (tmp_path / "new.h5").exists()


def test_samples_scaled_otherwise_are_told_alike(tmp_path: Path) -> None:
    with pytest.raises(CannotTell, match=NEITHER):
        converted(tmp_path, known(), by_name()[ENTRY].inputs()[0] * 3)


def test_labels_are_told_by_their_share(tmp_path: Path) -> None:
    wrong = (known().argmax(-1) + 1) % known().shape[-1]
    with pytest.raises(CannotTell, match=r"as th, 0% of the labels; read as tf, \d+% of the labels, from 50%"):
        converted(tmp_path, wrong)


def test_answers_of_another_shape_are_told_to_be(tmp_path: Path) -> None:
    with pytest.raises(CannotTell, match="read as th, another shape"):
        converted(tmp_path, known()[:, :3])


def test_too_little_known_is_not_taken_for_a_no(tmp_path: Path) -> None:
    """One label of four classes may be met by luck."""
    entry = by_name()[ENTRY]
    first = entry.inputs()[0][:1]
    with pytest.raises(CannotTell, match="do not tell th from tf kernels") as told:
        converted(tmp_path, known()[:1].argmax(-1), first)
    assert "more samples" in told.value.hint
    assert converted(tmp_path, known()[:1].argmax(-1), first, accept="likely").verdict == "equivalent"


def test_whoever_states_the_layout_gets_the_comparison_in_the_proof(tmp_path: Path) -> None:
    report = converted(tmp_path, known()[::-1], stated=parse_layout("th/th"))
    assert report.verdict == "inconclusive"
    assert "not reproduced" in report.because
