"""What the user knows about a model's answers: samples, and the predictions or labels that belong to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

from dimorder.engine.proof.expectation import Expectation
from dimorder.errors import UsageError
from dimorder.formats.arrays import read_arrays
from dimorder.model import Model
from dimorder.steps import Array


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Samples by input name and what is expected of them by output name; None without."""

    samples: dict[str, Array] | None = None
    expectation: Expectation | None = None


def knowledge(files: Mapping[str, BinaryIO], names: Mapping[str, str], model: Model) -> Knowledge:
    """Read --samples and --expect against the model's inputs and outputs."""
    if model.graph is None:
        if "samples" in files or "expect" in files:
            raise UsageError("--samples and --expect need an architecture to compute with", hint="pass --architecture")
        return Knowledge()
    inputs, outputs = model.graph.inputs, model.graph.outputs
    samples = _by_name(files["samples"], names["samples"], inputs) if "samples" in files else None
    expected = _by_name(files["expect"], names["expect"], outputs) if "expect" in files else None
    if expected is not None and samples is None:
        raise UsageError("--expect says what is known of samples, and there are none", hint="pass --samples too")
    return Knowledge(samples, Expectation(expected) if expected is not None else None)


def _by_name(file: BinaryIO, path: str, wanted: tuple[str, ...]) -> dict[str, Array]:
    """Arrays for these names: by name, else in the file's sorted order."""
    arrays = read_arrays(file, path)
    if set(wanted) <= arrays.keys():
        return {name: arrays[name] for name in wanted}
    if len(arrays) != len(wanted):
        raise UsageError(
            f"{path}: holds {len(arrays)} arrays, the model has {len(wanted)} ({', '.join(wanted)})",
            hint="name the arrays of an .npz after them",
        )
    return dict(zip(wanted, (arrays[key] for key in sorted(arrays)), strict=True))
