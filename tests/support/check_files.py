"""Small files for `check`, honest and otherwise, built in code; every axis has another length."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import h5py
import numpy as np

FILTERS, CHANNELS, ROWS, COLUMNS, CLASSES = 5, 2, 3, 4, 7
HEIGHT, WIDTH = 8, 11
_FLAT = FILTERS * (HEIGHT - ROWS + 1) * (WIDTH - COLUMNS + 1)


def architecture(ordering: str = "th", *layers: dict[str, Any]) -> dict[str, Any]:
    """As Keras 1.2.2 writes it. layers: more of them, at the end."""
    shape = [CHANNELS, HEIGHT, WIDTH] if ordering == "th" else [HEIGHT, WIDTH, CHANNELS]
    conv = {
        "name": "conv", "nb_filter": FILTERS, "nb_row": ROWS, "nb_col": COLUMNS, "dim_ordering": ordering,
        "batch_input_shape": [None, *shape], "activation": "relu", "border_mode": "valid", "subsample": [1, 1],
        "bias": True, "input_dtype": "float32",
    }  # fmt: skip
    dense = {"name": "dense", "output_dim": CLASSES, "activation": "softmax", "bias": True}
    written = [
        {"class_name": "Convolution2D", "config": conv},
        {"class_name": "Flatten", "config": {"name": "flatten"}},
        {"class_name": "Dense", "config": dense},
        *layers,
    ]
    return {"class_name": "Sequential", "keras_version": "1.2.2", "config": written}


def model(path: Path, ordering: str = "th", **facts: Any) -> Path:
    """A whole model of Keras 1.2.2. facts: config (None for weights alone), backend, suffix of names, kernel."""
    shape = (FILTERS, CHANNELS, ROWS, COLUMNS) if ordering == "th" else (ROWS, COLUMNS, CHANNELS, FILTERS)
    kernel = facts.get("kernel", np.linspace(-1, 1, int(np.prod(shape)), dtype=np.float32).reshape(shape))
    arrays = {
        "conv": {"conv_W": kernel, "conv_b": np.zeros(FILTERS, np.float32)},
        "flatten": {},
        "dense": {"dense_W": np.ones((_FLAT, CLASSES), np.float32), "dense_b": np.zeros(CLASSES, np.float32)},
    }
    config = facts.get("config", architecture(ordering))
    with h5py.File(path, "w") as file:
        group = file if config is None else file.create_group("model_weights")
        if config is not None:
            file.attrs["model_config"] = np.bytes_(json.dumps(config))
        if "backend" in facts:
            file.attrs["backend"] = np.bytes_(facts["backend"])
        group.attrs["layer_names"] = np.array([name.encode() for name in arrays])
        for layer, own in arrays.items():
            names = [f"{name}{facts.get('suffix', '')}" for name in own]
            inside = group.create_group(layer)
            inside.attrs["weight_names"] = np.array([name.encode() for name in names], "S")
            for name, array in zip(names, own.values(), strict=True):
                inside[name] = array
    return path
