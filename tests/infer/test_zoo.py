"""Files of real Keras on real Theano and TensorFlow: the stack's name is the truth."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import h5py
import numpy as np
import pytest

from dimorder.infer import infer
from dimorder.verdict import ABOUT
from infer.hdf5_reader import read_weights

ROOT = Path(__file__).parents[2]
ZOO = Path(os.environ.get("DIMORDER_ZOO", ROOT.parent / "shared" / "zoo"))
FILES = sorted(ZOO.glob("k*-*-*/*/weights.h5"))

pytestmark = pytest.mark.skipif(not FILES, reason="the zoo is not here")


def truth(path: Path) -> tuple[str, str]:
    """Dim ordering and kernels of the stack `k122-theano-th`."""
    _, backend, ordering = path.parts[-3].split("-")
    return ordering, {"theano": "th", "tensorflow": "tf"}[backend]


def moved_rows(path: Path) -> bool:
    """Whether the reference conversion moved anything in a matrix."""
    with h5py.File(path) as old, h5py.File(path.with_name("expected_tf.h5")) as new:
        moved: list[str] = []

        def compare(name: str, item: object) -> None:
            if isinstance(item, h5py.Dataset) and item.ndim == 2:
                moved.extend([name] * (not np.array_equal(item[()], new[name][()])))

        old.visititems(compare)
    return bool(moved)


def test_no_verdict_on_a_real_file_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    wrong, counts = [], Counter[tuple[str, str, str]]()
    for path in FILES:
        verdict = infer(read_weights(path))
        for about, true in zip(ABOUT[:2], truth(path), strict=True):
            value, sure = getattr(verdict.layout, about), verdict.confidence[about]
            right = value in (true, "n/a")
            told = "" if sure in ("unknown", "contradictory") else ", right" if right else ", WRONG"
            counts[about, path.parts[-3], sure + told] += 1
            if told == ", WRONG":
                wrong.append((path.parts[-3:-1], about))
    with capsys.disabled():
        for row, count in sorted(counts.items()):
            print("  {:13} {:20} {:18}".format(*row), count)
    assert wrong == []


def test_rows_called_not_applicable_were_not_moved_by_the_reference() -> None:
    wrong = [
        (path.parts[-3:-1], verdict.confidence["dense_rows"])
        for path in FILES
        if (verdict := infer(read_weights(path))).layout.dense_rows == "n/a"
        and path.with_name("expected_tf.h5").exists()
        and moved_rows(path)
    ]
    assert wrong == []
