"""What a target's suffix stands for, and which dialects can be written there."""

from __future__ import annotations

from typing import Literal

from dimorder.errors import UsageError
from dimorder.flow.options import Dialect

Form = Literal["h5", "keras", "weights.h5", "json", "weights.json"]
"""Containers: HDF5 with arrays by layer name, Keras 3's archive, Keras 3's weights alone, an architecture alone, and
Keras 3's weights in several files, which are read only."""

ENDINGS: tuple[tuple[str, Form], ...] = (
    (".weights.h5", "weights.h5"), (".h5", "h5"), (".hdf5", "h5"), (".keras", "keras"), (".json", "json"),
)  # fmt: skip
OFFERED: dict[Form, tuple[Dialect, ...]] = {
    "h5": ("same", "keras1", "keras2"), "keras": ("keras3",), "weights.h5": ("keras3",), "json": ("keras3", "same"),
    "weights.json": (),
}  # fmt: skip
"""The first is what the suffix alone stands for."""


def form_of(target: str) -> Form:
    """The container that this name stands for; Keras 3 tells its weights by `.weights.h5` and by nothing else."""
    found = next((form for ending, form in ENDINGS if target.lower().endswith(ending)), None)
    if found is None or target.lower().endswith(".weights.json"):  # an index of shards, which are not written
        known = [ending for ending, _ in ENDINGS]
        raise UsageError(
            f"{target}: its suffix stands for no container that is written here",
            hint=f"name the target {', '.join(known[:-1])} or {known[-1]}",
        )
    return found


def dialect_in(target: str, asked: Dialect | None) -> Dialect:
    """The dialect asked for, or the one that the target's suffix stands for."""
    offered = OFFERED[form_of(target)]
    if asked is None:
        return offered[0]
    if asked not in offered:
        raise UsageError(
            f"{target}: dialect {asked} is not what this suffix stands for",
            hint="name the target .keras or .weights.h5 for Keras 3, .h5 or .hdf5 for the dialects same, keras1 and "
            "keras2 (.json, an architecture alone, for keras3 and same)",
        )
    return asked
