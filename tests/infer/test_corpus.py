"""Real public files, judged by their arrays alone and compared with a careful reader's labels."""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from dimorder.infer import infer
from dimorder.verdict import ABOUT, About, Verdict
from infer.hdf5_reader import read_weights

ROOT = Path(__file__).parents[2]
CORPUS = Path(os.environ.get("DIMORDER_CORPUS", ROOT.parent / "shared" / "corpus"))
MANIFEST = CORPUS / "manifest.json"

pytestmark = pytest.mark.skipif(not MANIFEST.exists(), reason="the corpus is not here")

ORDERING = {"th": "th", "tf": "tf", "1D conv only": "n/a", "none (no conv kernels)": "n/a"}
KERNELS = {
    "true convolution (flip needed for TF)": "th",
    "cross-correlation": "tf",
    "n/a": "n/a",
}
"""Labels of both files that the manifest calls mixed or undecided are "unknown" here."""


def labelled() -> list[dict[str, Any]]:
    files = json.loads(MANIFEST.read_text())["files"]
    return [entry for entry in files if entry["type"] == "weights"]


def judged(entry: dict[str, Any]) -> Verdict:
    model = read_weights(CORPUS / entry["file"], name=entry["path"])
    return infer(model)


def outcome(entry: dict[str, Any], verdict: Verdict, about: About) -> str:
    """Confidence, and whether it agrees with the label; a label may know more (its file's JSON)."""
    labels = {"dim_ordering": ORDERING, "kernels": KERNELS}[about]
    label = labels.get(entry["dim_ordering" if about == "dim_ordering" else "kernel_convention"])
    value = getattr(verdict.layout, about)
    if verdict.confidence[about] in ("unknown", "contradictory"):
        return verdict.confidence[about]
    one_axis_only = about == "dim_ordering" and value == "n/a" and label in ("th", "tf")
    if one_axis_only and all(len(shape) < 4 for _, shape in entry["kernels"] or []):
        return "certain, Conv1D only"
    return f"{verdict.confidence[about]}, {'right' if value == label else 'wrong'}"


def test_nothing_certain_is_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    wrong, tables = [], {}
    for about in ABOUT[:2]:
        counts: Counter[tuple[str, str]] = Counter()
        for entry in labelled():
            result = outcome(entry, judged(entry), about)
            counts[entry["keras_generation"][:6], result] += 1
            if result == "certain, wrong" or result == "likely, wrong":
                wrong.append((entry["file"], about))
        tables[about] = counts
    with capsys.disabled():
        for about, counts in tables.items():
            print(f"\n{about}:")
            for (era, result), count in sorted(counts.items()):
                print(f"  {era}  {result:22} {count:3}")
    assert wrong == []
