"""Arrays as the file keeps them become the arrays that an operation owns: pieces joined, order put right.

Source: layout-facts 2; `trainable_weights` in keras/layers/recurrent.py, convolutional_recurrent.py and core.py
(Highway) at 1.0.8 and 1.2.2.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from dimorder.graph import Tensor, joined
from dimorder.semantics import Bidirectional, ConvRecurrent, Highway, Mapped, Op, Recurrent

Tensors = tuple[Tensor, ...]

STORED_GATES = {"lstm": "icfo", "gru": "zrh"}
"""The gates in the order in which Keras 1 stored them."""
GATES = {"lstm": "ifco", "gru": "zrh"}
"""The same in the order in which they lie side by side."""
KINDS = {"LSTM": "lstm", "GRU": "gru", "ConvLSTM2D": "lstm"}
WRAPPERS = ("Bidirectional", "TimeDistributed")


def packed(op: Op, tensors: Tensors) -> Tensors:
    """The arrays of `weights.weights_of(op)`, made of those that the file keeps for the layer, in its order.

    What has no other form comes back as it is, also where the number of arrays is wrong: binding says so.
    """
    rule = _PACKED.get(type(op))
    return rule(op, tensors) if rule else tensors


def inner_name(class_name: str, config: Mapping[str, Any]) -> str:
    """The name of the layer that this one wraps, "" where it wraps none, or a whole model."""
    inner = config.get("layer") if class_name in WRAPPERS else None
    own = inner.get("config") if isinstance(inner, dict) else None
    return str(own.get("name") or "") if isinstance(own, dict) else ""


def pieces(class_name: str, config: Mapping[str, Any]) -> int:
    """How many arrays the file keeps for each one that the operation owns: Keras 1 stored every gate apart.

    With consume_less='gpu' it stored them side by side, as Keras 2 (`units`, `filters` instead of `output_dim`,
    `nb_filter`) always does.
    """
    if class_name in WRAPPERS:
        inner = config["layer"]
        return pieces(inner["class_name"], inner["config"]) if inner_name(class_name, config) else 1
    split = "output_dim" in config or "nb_filter" in config
    kind = KINDS.get(class_name)
    return len(STORED_GATES[kind]) if kind and split and config.get("consume_less") != "gpu" else 1


def _recurrent(op: Recurrent, tensors: Tensors) -> Tensors:
    return _gates(tensors, op.kind, (1, 1, 0)) if op.kind in GATES else tensors


def _conv_recurrent(op: ConvRecurrent, tensors: Tensors) -> Tensors:
    axis = op.axes.find("O")
    return _gates(tensors, "lstm", (axis, axis, 0)) if axis >= 0 else tensors


def _gates(tensors: Tensors, kind: str, axes: tuple[int, ...]) -> Tensors:
    """Kernel, recurrent kernel and bias from those of each gate; axes: along which the gates of each lie."""
    stored, count = STORED_GATES[kind], len(axes)
    if len(tensors) != count * len(stored) or not _agree(tensors, stored, count):
        return tensors
    order = [stored.index(gate) for gate in GATES[kind]]
    by_array = [tuple(tensors[count * gate + number] for gate in order) for number in range(count)]
    return tuple(joined(parts, axis, GATE.sub("", parts[0].name)) for parts, axis in zip(by_array, axes, strict=True))


GATE = re.compile(r"_([a-z])(?=(:\d+)?$)")
"""The gate in `lstm_1_W_i` and `lstm_1_W_i:0`."""


def _agree(tensors: Tensors, stored: str, count: int) -> bool:
    """No array's name states another gate than its place."""
    stated = [GATE.search(tensor.name) for tensor in tensors]
    return all(found is None or found[1] == stored[place // count] for place, found in enumerate(stated))


def _bidirectional(op: Bidirectional, tensors: Tensors) -> Tensors:
    half = len(tensors) // 2
    return _recurrent(op.inner, tensors[:half]) + _recurrent(op.inner, tensors[half:])


def _highway(op: Highway, tensors: Tensors) -> Tensors:
    """Until 1.1.2 each bias followed its kernel, from 1.2.0 both kernels come first: shapes tell."""
    if len(tensors) == 4 and len(tensors[1].shape) == 1:
        return tensors[0], tensors[2], tensors[1], tensors[3]
    return tensors


_PACKED: dict[type, Callable[[Any, Tensors], Tensors]] = {
    Recurrent: _recurrent,
    ConvRecurrent: _conv_recurrent,
    Bidirectional: _bidirectional,
    Highway: _highway,
    Mapped: lambda op, tensors: packed(op.inner, tensors),
}
