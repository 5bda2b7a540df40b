"""Layers that read several tensors: Keras 2's classes, and what mode of Keras 1's Merge each stands for.

Source: keras/layers/merge.py at 2.2.4, keras/engine/topology.py at 1.2.2.
"""

from __future__ import annotations

from dimorder.source.keras_api.spec import NEEDED, LayerSpec

MODES = {
    "Add": "sum", "Multiply": "mul", "Average": "ave", "Maximum": "max", "Concatenate": "concat", "Dot": "dot",
}  # fmt: skip
"""Keras 2's class -> Keras 1's mode; Subtract and Minimum had none."""

_ALL = [
    *(LayerSpec(name, "Merge") for name in ("Add", "Multiply", "Average", "Maximum")),
    *(LayerSpec(name, "") for name in ("Subtract", "Minimum")),
    LayerSpec("Concatenate", "Merge", {"axis": -1}, ("axis",), ("axis",)),
    LayerSpec("Dot", "Merge", {"axes": NEEDED, "normalize": False}, ("axes", "normalize"), ("axes", "normalize")),
]
SPECS: dict[str, LayerSpec] = {spec.name: spec for spec in _ALL}
