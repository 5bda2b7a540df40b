"""Layers that Keras 1 had and Keras 3 has not; Keras 2 kept MaxoutDense and Highway as legacy layers.

Source: layers/core.py and layers/advanced_activations.py at 1.0.5, 1.0.8, 1.2.2; legacy/layers.py at 2.2.4.
"""

from __future__ import annotations

from typing import Any

from dimorder.formats.layers.written import Codec, Written, activation
from dimorder.semantics import Activate, Highway, Maxout, Op, Opaque, ParametricSoftplus, SReLU


def _highway(written: Written) -> tuple[Op, ...]:
    inside = activation(written.get("activation", default="linear"))
    if isinstance(inside, Opaque):
        return (Opaque(written.class_name, inside.because),)
    return (Highway(inside, bool(written.get("bias", default=True))),)


def _maxout(written: Written) -> tuple[Op, ...]:
    units, features = (int(written.config[key]) for key in ("output_dim", "nb_feature"))
    return (Maxout(units, features, bool(written.get("bias", default=True))),)


def _thresholded_linear(written: Written) -> tuple[Op, ...]:
    return (Activate("thresholded_linear", theta=float(written.get("theta", default=1.0))),)


def respell(op: SReLU | ParametricSoftplus, config: dict[str, Any]) -> dict[str, Any]:
    """Shared axes, without which Keras 1.2 would not load its own arrays."""
    return {"shared_axes": [axis + 1 for axis in op.shared_axes]} if op.shared_axes else {}


READ: dict[str, Codec] = {
    "Highway": _highway,
    "MaxoutDense": _maxout,
    "SReLU": lambda written: (SReLU(written.shared_axes()),),
    "ParametricSoftplus": lambda written: (ParametricSoftplus(written.shared_axes()),),
    "ThresholdedLinear": _thresholded_linear,
}
