"""What one Keras does otherwise than another in training, under the same settings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Literal

from dimorder.formats.training.became import listed
from dimorder.formats.training.kept import ACTIVITY, Heeded
from dimorder.graph import Graph
from dimorder.mapping import innermost
from dimorder.model import Era, Model
from dimorder.semantics import BatchNorm

Written = Literal["keras2", "keras3"]
_NAMES: Mapping[Written, str] = {"keras2": "Keras 2.3.1", "keras3": "Keras 3"}
Over = Literal["batch", "sample", ""]
"""An activity regularizer adds up a whole batch, or what a sample has on average; "" where that is not known."""
_OVER: Mapping[Written, Over] = {"keras2": "batch", "keras3": "sample"}
Divisor = Literal["n", "n-1", ""]
_DIVISOR: Mapping[Written, Divisor] = {"keras2": "n-1", "keras3": "n"}


def changed_habits(stated: Heeded, graph: Graph | None, model: Model, written: Written) -> Iterator[str]:
    """What the Keras that is written for does otherwise with layers of this model."""
    if model.era == "keras3" == written:
        return
    yield from _activities(stated, model, written)
    if _divisor(model.era, model.keras_version) not in (_DIVISOR[written], ""):
        nodes = graph.nodes if graph else ()
        found = [node.layer for node in nodes if isinstance(innermost(node.op)[0], BatchNorm)]
        if found:
            yield (
                f"{_NAMES[written]} divides a batch's variance by {_DIVISOR[written]} where the original's Keras "
                f"does not, before it goes into the running one: {listed(found)}"
            )


def _activities(stated: Heeded, model: Model, written: Written) -> Iterator[str]:
    found = [
        path
        for path, settings in stated.items()
        if _is_active(settings) and over(model.era, model.keras_version, settings.get(ACTIVITY)) != _OVER[written]
    ]
    if found:
        ways = {"batch": "adds up a whole batch", "sample": "divides by the batch's size"}
        yield f"for activity regularizers {_NAMES[written]} {ways[_OVER[written]]}: {listed(found)}"


def _is_active(settings: Collection[str]) -> bool:
    """With such a regularizer, or a layer that is nothing else."""
    return bool({ACTIVITY, "l1", "l2"} & set(settings))


def over(era: Era, version: str, regularizer: Any = None) -> Over:
    """What the original's Keras did.

    Source: keras/regularizers.py at 0.3.3, 1.0.5 (mean of a batch), 1.0.7, 1.2.2 (under another name), 2.3.1 (sum);
    tensorflow/python/keras/engine/base_layer.py at 2.1 and keras/src/layers/layer.py at 3.15.1 (divided by its size).
    """
    if era in ("keras0", "keras3"):
        return "sample"
    numbers = _numbers(version)
    if era == "keras2":
        return "" if not numbers else "sample" if "tf" in version or numbers >= (2, 4) else "batch"
    if isinstance(regularizer, Mapping) and regularizer.get("name") == "L1L2Regularizer":
        return "batch"  # only 1.2 called it so
    return "" if not numbers else "batch" if numbers >= (1, 0, 7) else "sample"


def _divisor(era: Era, version: str) -> Divisor:
    """Of the variance that a batch adds to the running one; n - 1 where n / (n - 1) is taken of it.

    Source: keras/layers/normalization.py at 1.2.2, 2.0.8, 2.1.6, 2.3.1, keras/src/layers/normalization at 3.15.1;
    measured in tests/resume (resnet_fn).
    """
    if era != "keras2":
        return "n"
    numbers = _numbers(version)
    return "" if not numbers or (2, 0, 8) < numbers < (2, 1, 6) else "n" if numbers <= (2, 0, 8) else "n-1"


def _numbers(version: str) -> tuple[int, ...]:
    found = re.match(r"(\d+)\.(\d+)(?:\.(\d+))?", version)
    return tuple(int(number or 0) for number in found.groups()) if found else ()
