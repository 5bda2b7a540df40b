"""What the user knows about a model's answers: samples, and the predictions or labels that belong to them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import BinaryIO

import numpy as np

from dimorder.engine.proof.expectation import Expectation
from dimorder.engine.proof.known import reproduced, reproduces
from dimorder.errors import CannotTell, UnreadableFile, UsageError
from dimorder.flow.opened import Opened
from dimorder.flow.options import Options
from dimorder.infer import settle
from dimorder.layout import Ordering
from dimorder.model import Model
from dimorder.steps import Array
from dimorder.verdict import Evidence, Verdict

MAX_BYTES = 1 << 31
_CONVENTIONS: tuple[Ordering, ...] = ("th", "tf")


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
    arrays = _arrays(file, path)
    if set(wanted) <= arrays.keys():
        return {name: arrays[name] for name in wanted}
    if len(arrays) != len(wanted):
        raise UsageError(
            f"{path}: holds {len(arrays)} arrays, the model has {len(wanted)} ({', '.join(wanted)})",
            hint="name the arrays of an .npz after them",
        )
    return dict(zip(wanted, (arrays[key] for key in sorted(arrays)), strict=True))


def _arrays(file: BinaryIO, path: str) -> dict[str, Array]:
    data = file.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UnreadableFile(f"{path}: more than {MAX_BYTES} bytes of samples")
    try:
        loaded = np.load(io.BytesIO(data), allow_pickle=False)
        return {name: loaded[name] for name in loaded.files} if hasattr(loaded, "files") else {"": loaded}
    except (ValueError, OSError, EOFError) as problem:
        raise UnreadableFile(f"{path}: not a readable .npy or .npz ({problem})") from problem


def told_by_expectation(opened: Opened, verdict: Verdict, known: Knowledge, options: Options) -> Verdict:
    """Kernels become certain when only one convention gives the known answers: the only real proof there is."""
    graph = opened.model.graph
    if known.expectation is None or known.samples is None or graph is None:
        return verdict
    if verdict.layout.kernels == "n/a":
        return verdict
    met = [kernels for kernels in _CONVENTIONS if _met(opened, verdict, known, kernels, options)]
    if len(met) != 1:
        return verdict
    kernels = met[0]
    stated = options.stated
    if stated is not None and stated.kernels != kernels:
        raise CannotTell(
            f"--from says kernels {stated.kernels}, but only {kernels} kernels give the expected answers",
            hint=f"--from {stated.dim_ordering}/{kernels}",
        )
    said = Evidence("kernels", kernels, "only these reproduce the expected answers of the samples")
    layout = replace(verdict.layout, kernels=kernels)
    return replace(
        verdict,
        layout=layout,
        confidence={**verdict.confidence, "kernels": "certain"},
        evidence=(said, *verdict.evidence),
    )


def _met(opened: Opened, verdict: Verdict, known: Knowledge, kernels: Ordering, options: Options) -> bool:
    assert opened.model.graph is not None
    assert known.samples is not None
    assert known.expectation is not None
    assumed = replace(verdict, layout=replace(verdict.layout, kernels=kernels))
    version = options.keras_version or opened.model.keras_version
    graph = settle(opened.model.graph, assumed, keras_version=version)
    found = reproduces(graph, opened.read, known.samples, known.expectation)
    return reproduced([one.reproduced for one in found.values()]) is True
