"""Entries of the zoo: files of real Keras, with the predictions that their own stack made."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from dimorder.layout import Layout
from dimorder.steps import Array
from support.places import PART_OF_ZOO, zoo

CHANNELS = {"img": 1, "vol": 1, "seqimg": 2}
"""Kinds of inputs that are maps; sequences, tokens and vectors lie alike in both layouts."""


@dataclass(frozen=True)
class Entry:
    """One model of one stack. facts: its row in the manifest."""

    folder: Path
    facts: dict[str, Any]

    @property
    def name(self) -> str:
        return str(self.facts["dir"])

    @property
    def layout(self) -> Layout:
        """The truth: it is known which Keras on which backend wrote the files."""
        return Layout(self.facts["ordering"], "th" if self.facts["backend"] == "theano" else "tf")

    def has(self, name: str) -> bool:
        return (self.folder / name).exists()

    def path(self, name: str) -> Path:
        return self.folder / name

    def sources(self) -> tuple[str, ...]:
        return tuple(name for name in ("weights.h5", "full.h5") if self.has(name))

    def inputs(self) -> list[Array]:
        """What the stack was fed, in its own layout."""
        return _numbered(self.path("io.npz"), "x")

    def predictions(self) -> list[Array]:
        """What the stack answered, in its own layout."""
        return _numbered(self.path("io.npz"), "y")

    def inputs_of_tensorflow(self) -> list[Array]:
        """The same inputs with channels last; known from their kind, not from the product."""
        first = self.facts["ordering"] == "th"
        pairs = zip(self.inputs(), self.facts["kinds"], strict=True)
        return [np.moveaxis(x, CHANNELS[kind], -1) if first and kind in CHANNELS else x for x, kind in pairs]

    def expected(self) -> list[Array]:
        """The predictions as a TensorFlow-ordered model gives them."""
        return _numbered(self.path("expected_y.npz"), "y")


def _numbered(path: Path, letter: str) -> list[Array]:
    with np.load(path) as arrays:
        count = sum(name.startswith(letter) for name in arrays.files)
        return [arrays[f"{letter}{number}"] for number in range(count)]


def entries_in(folder: Path) -> list[Entry]:
    rows = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["entries"]
    return [Entry(folder / row["dir"], row) for row in sorted(rows, key=lambda row: row["dir"])]


@cache
def entries() -> list[Entry]:
    """Of the widest zoo there is, and those that only this repository has."""
    whole = entries_in(zoo())
    known = {entry.name for entry in whole}
    return sorted([*whole, *(entry for entry in entries_in(PART_OF_ZOO) if entry.name not in known)], key=_name)


def _name(entry: Entry) -> str:
    return entry.name


@cache
def by_name() -> dict[str, Entry]:
    return {entry.name: entry for entry in entries()}


@cache
def results() -> dict[str, Any]:
    """The committed table of expected results: see zoo/write_expected_results.py."""
    path = PART_OF_ZOO / "expected_results.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def largest_difference(found: Sequence[Array], right: Sequence[Array]) -> float:
    """Max abs over all outputs; infinite where shapes or counts differ or something is not finite."""
    if [one.shape for one in found] != [one.shape for one in right]:
        return float("inf")
    both = zip(found, right, strict=True)
    worst = max(float(np.abs(a.astype(np.float64) - b).max(initial=0)) for a, b in both)
    return worst if np.isfinite(worst) else float("inf")
