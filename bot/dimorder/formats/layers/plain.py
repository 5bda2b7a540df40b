"""Layers without arrays that work element by element, or only rearrange."""

from __future__ import annotations

from typing import Any

from dimorder.formats.layers.written import Codec, Written, activation, sample_axis
from dimorder.semantics import Activate, Flatten, Identity, Op, Opaque, Permute, Repeat, Reshape, Scale

TRAINING_ONLY = (
    "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization",
)  # fmt: skip


def _activation(written: Written) -> tuple[Op, ...]:
    return (activation(written.config["activation"]),)


def _advanced(written: Written) -> tuple[Op, ...]:
    alpha = float(written.get("alpha", default={"LeakyReLU": 0.3}.get(written.class_name, 1.0)))
    if written.class_name == "LeakyReLU":
        return (Activate("leaky_relu", alpha=alpha),)
    if written.class_name == "ELU":
        return (Activate("elu", alpha=alpha),)
    return (Activate("thresholded_relu", theta=float(written.get("theta", default=1.0))),)


def _relu(written: Written) -> tuple[Op, ...]:
    limit = written.get("max_value")
    slope, theta = (float(written.get(key, default=0.0)) for key in ("negative_slope", "threshold"))
    if (limit is not None) + bool(slope) + bool(theta) > 1:
        return (Opaque("ReLU", "a ReLU with more than one of max_value, negative_slope, threshold"),)
    if slope or theta:
        return (Activate("leaky_relu", alpha=slope) if slope else Activate("thresholded_relu", theta=theta),)
    return (Activate("relu", max_value=None if limit is None else float(limit)),)


def _softmax(written: Written) -> tuple[Op, ...]:
    rank = len(written.inputs[0])
    axis = sample_axis(int(written.get("axis", default=-1)), rank)
    return (Activate("softmax", axis=None if axis == rank - 1 else axis),)


def _rescaling(written: Written) -> tuple[Op, ...]:
    factor, offset = written.config["scale"], written.get("offset", default=0.0)
    if not isinstance(factor, int | float) or offset != 0:
        return (Opaque("Rescaling", "it adds an offset, or scales by more than one number"),)
    return (Scale(float(factor)),)


def _flatten(written: Written) -> tuple[Op, ...]:
    # Keras 2.2.0 and later move channels to the end first: layout-facts 5. Without the key nothing is moved.
    moves = written.config.get("data_format") == "channels_first" and len(written.inputs[0]) > 1
    return (Flatten("first" if moves else "last"),)


def _permute(written: Written) -> tuple[Op, ...]:
    return (Permute(tuple(int(axis) - 1 for axis in written.config["dims"])),)


def _reshape(written: Written) -> tuple[Op, ...]:
    return (Reshape(tuple(-1 if n is None else int(n) for n in written.config["target_shape"])),)


def spell_changed(op: Op, config: dict[str, Any]) -> dict[str, Any]:
    """Keys that differ once a rearranging layer has been rewritten."""
    match op:
        case Permute(order):
            return {"dims": [axis + 1 for axis in order]}
        case Reshape(target):
            return {"target_shape": list(target)}
        case Flatten(channels) if "data_format" in config:
            return {"data_format": f"channels_{channels}"}
    return {}


def _dropout(written: Written) -> tuple[Op, ...]:
    """Until 0.2 Keras scaled by what dropout keeps when predicting, from 0.3 on when training.

    Source: core.py at 0.2.0 and theano_backend.py at 0.3.0 (measured with 0.2.0: 3e-3 without it).
    """
    kept = 1 - float(written.get("p", "rate", default=0.0))
    if written.version[:1] != (0,) or written.version >= (0, 3) or kept == 1:
        return (Identity(),)
    if written.version == (0,):
        way_out = 'say which in the JSON: "keras_version": "0.2", or "0.3"'
        return (Opaque("Dropout", f"Keras 0.2 scaled by what it keeps, 0.3 did not; {way_out}"),)
    return (Scale(kept),)


READ: dict[str, Codec] = {
    **dict.fromkeys(TRAINING_ONLY, lambda written: (Identity(),)),
    **dict.fromkeys(("SpatialDropout2D", "SpatialDropout3D"), lambda written: (Identity(written.channels()),)),
    "Dropout": _dropout,
    "Activation": _activation,
    "LeakyReLU": _advanced,
    "ELU": _advanced,
    "ThresholdedReLU": _advanced,
    "ReLU": _relu,
    "Softmax": _softmax,
    "Rescaling": _rescaling,
    "Identity": lambda written: (Identity(),),
    "Flatten": _flatten,
    "Permute": _permute,
    "Reshape": _reshape,
    "RepeatVector": lambda written: (Repeat(int(written.config["n"])),),
}
