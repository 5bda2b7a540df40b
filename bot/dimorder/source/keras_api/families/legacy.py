"""Layers that Keras 2 kept under Keras 1's own words, or not at all.

Source: keras/layers/core.py at 1.2.2, keras/legacy/layers.py at 2.2.4.
"""

from __future__ import annotations

from typing import Any

from dimorder.source.keras_api.families.conv import OLD_TAIL
from dimorder.source.keras_api.spec import NEEDED, LayerSpec, names

_LIMITS: dict[str, Any] = dict.fromkeys(OLD_TAIL[:-1])
_ENDS: dict[str, Any] = {**_LIMITS, "bias": True}
_TAIL = ("weights", *OLD_TAIL, "input_dim")
_MAXOUT = ("output_dim", "nb_feature", "init", *_TAIL)
_HIGHWAY = ("init", "activation", *_TAIL)
_MAPPED = (*names("output_dim init activation"), *_TAIL, "input_length")

_ALL = [
    LayerSpec("MaxoutDense", "MaxoutDense",
              {"output_dim": NEEDED, "init": "glorot_uniform", "nb_feature": 4, **_ENDS}, _MAXOUT, _MAXOUT),
    LayerSpec("Highway", "Highway", {"init": "glorot_uniform", "activation": "linear", **_ENDS}, _HIGHWAY, _HIGHWAY,
              dropped=("transform_bias",)),
    LayerSpec("TimeDistributedDense", "TimeDistributedDense",
              {"output_dim": NEEDED, "init": "glorot_uniform", "activation": "linear", **_ENDS}, _MAPPED, _MAPPED),
]  # fmt: skip
SPECS: dict[str, LayerSpec] = {spec.name: spec for spec in _ALL}
