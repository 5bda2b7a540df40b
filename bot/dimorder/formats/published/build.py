"""Functional models written layer by layer, in the spelling of Keras 1 or Keras 2."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from dimorder.formats.document import Document
from dimorder.layout import Channels
from dimorder.model import Era

VERSIONS: dict[Era, str] = {"keras1": "1.2.2", "keras2": "2.0.8"}
"""Whose published code is followed."""
EPSILON = 1e-3
"""Default of BatchNormalization from 1.2.0 on."""
_PREFIX = {
    "conv": ("convolution2d", "conv2d"),
    "norm": ("batchnormalization", "batch_normalization"),
}
"""What Keras 1 and Keras 2 call a layer that was given no name; a number follows."""

Pair = tuple[int, int]
Value = str
"""A layer's name, standing for what it yields."""


class Build:
    """The layers so far. stored: names of the layers in the weights file, whose numbers unnamed layers take over."""

    def __init__(self, era: Era, channels: Channels, stored: Iterable[str] = ()) -> None:
        self.era = era
        self.channels = channels
        self.items: list[dict[str, Any]] = []
        self._numbered = {kind: _numbered(stored, names[era == "keras2"]) for kind, names in _PREFIX.items()}
        self._count = 0

    def input(self, size: int | None) -> Value:
        """A picture of three channels, size × size."""
        sample = [3, size, size] if self.channels == "first" else [size, size, 3]
        dtype = {"keras1": "input_dtype", "keras2": "dtype"}[self.era]
        return self._add("InputLayer", (), "input_1", {"batch_input_shape": [None, *sample], dtype: "float32"})

    def conv(
        self,
        x: Value,
        filters: int,
        size: Pair,
        *,
        strides: Pair = (1, 1),
        mode: str = "valid",
        activation: str = "linear",
        bias: bool = True,
        name: str = "",
    ) -> Value:
        rows, columns = size
        if self.era == "keras1":
            kernel: dict[str, Any] = {"nb_filter": filters, "nb_row": rows, "nb_col": columns}
            own = {**kernel, "subsample": list(strides), "border_mode": mode, "bias": bias}
        else:
            own = {"filters": filters, "kernel_size": list(size), "strides": list(strides), "padding": mode}
            own["use_bias"] = bias
        config = {**own, "activation": activation, **self._ordering()}
        return self._add(self._called("Convolution2D", "Conv2D"), (x,), name or self._next("conv"), config)

    def separable(self, x: Value, filters: int, *, name: str) -> Value:
        """3 × 3, 'same', without bias."""
        if self.era == "keras1":
            own: dict[str, Any] = {"nb_filter": filters, "nb_row": 3, "nb_col": 3, "border_mode": "same", "bias": False}
        else:
            own = {"filters": filters, "kernel_size": [3, 3], "padding": "same", "use_bias": False}
        config = {**own, "depth_multiplier": 1, "activation": "linear", **self._ordering()}
        return self._add(self._called("SeparableConvolution2D", "SeparableConv2D"), (x,), name, config)

    def norm(self, x: Value, *, scale: bool = True, name: str = "") -> Value:
        own: dict[str, Any] = {"scale": scale, "center": True}
        if self.era == "keras1":
            own = {"mode": 0, "gamma_regularizer": None, "beta_regularizer": None}
        config = {"axis": 1 if self.channels == "first" else 3, "epsilon": EPSILON, **own}
        return self._add("BatchNormalization", (x,), name or self._next("norm"), config)

    def pool(self, x: Value, kind: str, size: int, stride: int, mode: str = "valid") -> Value:
        """kind: Max or Average."""
        key = {"keras1": "border_mode", "keras2": "padding"}[self.era]
        config = {"pool_size": [size, size], "strides": [stride, stride], key: mode, **self._ordering()}
        return self._add(f"{kind}Pooling2D", (x,), "", config)

    def global_average(self, x: Value) -> Value:
        return self._add("GlobalAveragePooling2D", (x,), "", self._ordering())

    def pad(self, x: Value, zeros: int) -> Value:
        return self._add("ZeroPadding2D", (x,), "", {"padding": [zeros, zeros], **self._ordering()})

    def relu(self, x: Value) -> Value:
        return self._add("Activation", (x,), "", {"activation": "relu"})

    def add(self, *values: Value) -> Value:
        return self._merge("Add", "sum", values, {})

    def concat(self, *values: Value) -> Value:
        axis = 1 if self.channels == "first" else 3
        return self._merge("Concatenate", "concat", values, {"concat_axis" if self.era == "keras1" else "axis": axis})

    def flatten(self, x: Value) -> Value:
        return self._add("Flatten", (x,), "", {})

    def dense(self, x: Value, units: int, activation: str, name: str) -> Value:
        own = {"output_dim": units, "bias": True} if self.era == "keras1" else {"units": units, "use_bias": True}
        return self._add("Dense", (x,), name, {**own, "activation": activation})

    def document(self, name: str, output: Value) -> Document:
        """The whole model: from the first layer to `output`."""
        first, last = ([value, 0, 0] for value in ("input_1", output))
        config = {"name": name, "layers": self.items, "input_layers": [first], "output_layers": [last]}
        return {"class_name": "Model", "config": config, "keras_version": VERSIONS[self.era]}

    def _ordering(self) -> dict[str, str]:
        if self.era == "keras1":
            return {"dim_ordering": "th" if self.channels == "first" else "tf"}
        return {"data_format": f"channels_{self.channels}"}

    def _called(self, first: str, second: str) -> str:
        return first if self.era == "keras1" else second

    def _merge(self, class_name: str, mode: str, values: tuple[Value, ...], config: dict[str, Any]) -> Value:
        if self.era == "keras2":
            return self._add(class_name, values, "", config)
        raw = {f"{key}_type": "raw" for key in ("mode", "output_shape", "output_mask")}
        nothing: dict[str, Any] = {"output_shape": None, "output_mask": None, "arguments": {}, "dot_axes": -1}
        return self._add("Merge", values, "", {"mode": mode, "concat_axis": -1, **raw, **nothing, **config})

    def _next(self, kind: str) -> str:
        """The next unnamed layer of a kind: layers are numbered in the order in which they were made."""
        name: str = next(self._numbered[kind])
        return name

    def _add(self, class_name: str, reads: tuple[Value, ...], name: str, config: dict[str, Any]) -> Value:
        self._count += 1
        name = name or f"{class_name.lower()}_at_{self._count}"
        keywords: list[Any] = [{}] if self.era == "keras2" else []
        nodes = [[[value, 0, 0, *keywords] for value in reads]] if reads else []
        # Keras 1's Merge and InputLayer are the layers whose constructors take no `trainable`.
        trainable = {} if class_name in ("Merge", "InputLayer") else {"trainable": True}
        item = {"class_name": class_name, "name": name, "config": {"name": name, **trainable, **config}}
        self.items.append({**item, "inbound_nodes": nodes})
        return name


def _numbered(stored: Iterable[str], prefix: str) -> Any:
    """The file's own `prefix_12`, `prefix_13`, … in order of their numbers, then numbers that no layer has."""
    found = {int(match[1]): name for name in stored if (match := re.fullmatch(rf"{prefix}_(\d+)", name))}
    yield from (found[number] for number in sorted(found))
    number = max(found, default=0)
    while True:
        number += 1
        yield f"{prefix}_{number}"
