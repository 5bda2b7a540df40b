"""One small convolutional model in the words of every Keras: its configs, and arrays with all bits that matter."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from dimorder.steps import Array

IMAGE, KERNEL, FILTERS, MAP, UNITS = (2, 6, 8), (3, 2), 5, (4, 7), 6
"""Channels first; 5 filters of 3 × 2 leave maps of 4 × 7, flattened into 140 rows."""
ROWS = FILTERS * MAP[0] * MAP[1]
CONV, DENSE = "conv_a", "dense_b"


def arrays(kernel: tuple[int, ...]) -> dict[str, Array]:
    """Kernel and bias of both layers, Keras 1's names; kernel: the convolution's shape as stored."""
    random = np.random.default_rng(4)
    shapes = {"conv W": kernel, "conv b": (FILTERS,), "dense W": (ROWS, UNITS), "dense b": (UNITS,)}
    return {name: random.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}


def keras1() -> dict[str, Any]:
    """As `model.to_json()` of Keras 1.2.2 spells it."""
    conv = {
        "name": CONV, "batch_input_shape": [None, *IMAGE], "nb_filter": FILTERS, "nb_row": 3, "nb_col": 2,
        "dim_ordering": "th", "border_mode": "valid", "subsample": [1, 1], "activation": "relu", "bias": True,
    }  # fmt: skip
    dense = {"name": DENSE, "output_dim": UNITS, "input_dim": ROWS, "activation": "linear", "bias": True}
    layers = [("Convolution2D", conv), ("Flatten", {"name": "flat"}), ("Dense", dense)]
    config = [{"class_name": name, "config": own} for name, own in layers]
    return {"class_name": "Sequential", "keras_version": "1.2.2", "config": config}


def keras2() -> dict[str, Any]:
    """As Keras 2.1.5 on Theano spells it: its Flatten states no ordering."""
    conv = {
        "name": CONV, "batch_input_shape": [None, *IMAGE], "filters": FILTERS, "kernel_size": [*KERNEL],
        "data_format": "channels_first", "padding": "valid", "strides": [1, 1], "dilation_rate": [1, 1],
        "activation": "relu", "use_bias": True,
    }  # fmt: skip
    dense = {"name": DENSE, "units": UNITS, "activation": "linear", "use_bias": True}
    layers = [("Conv2D", conv), ("Flatten", {"name": "flat"}), ("Dense", dense)]
    config = [{"class_name": name, "config": own} for name, own in layers]
    return {"class_name": "Sequential", "keras_version": "2.1.5", "backend": "theano", "config": config}


def keras3() -> dict[str, Any]:
    """A Sequential of Keras 3 whose Flatten takes the channels-first map as it lies."""
    conv = {
        "name": CONV, "filters": FILTERS, "kernel_size": [*KERNEL], "data_format": "channels_first",
        "padding": "valid", "strides": [1, 1], "dilation_rate": [1, 1], "groups": 1,
        "activation": "relu", "use_bias": True,
    }  # fmt: skip
    layers: list[tuple[str, dict[str, Any]]] = [
        ("InputLayer", {"name": "image", "batch_shape": [None, *IMAGE], "dtype": "float32"}),
        ("Conv2D", conv),
        ("Flatten", {"name": "flat", "data_format": "channels_last"}),
        ("Dense", {"name": DENSE, "units": UNITS, "activation": "linear", "use_bias": True}),
    ]
    config = [_of_keras3(name, own) for name, own in layers]
    return _of_keras3("Sequential", {"name": "small", "layers": config})


def _of_keras3(class_name: str, config: dict[str, Any]) -> dict[str, Any]:
    module = "keras" if class_name == "Sequential" else "keras.layers"
    return {"module": module, "class_name": class_name, "config": config, "registered_name": None}


def spelled(document: dict[str, Any]) -> bytes:
    return json.dumps(document).encode()
