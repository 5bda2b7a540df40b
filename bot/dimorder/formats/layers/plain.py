"""Layers without arrays that work element by element, or only rearrange."""

from __future__ import annotations

from typing import Any

from dimorder.formats.layers.written import Codec, Written, activation, sample_axis
from dimorder.semantics import Activate, Flatten, Identity, Op, Opaque, Permute, Repeat, Reshape

TRAINING_ONLY = (
    "Dropout", "SpatialDropout1D", "GaussianNoise", "GaussianDropout", "AlphaDropout", "ActivityRegularization",
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
    if written.get("negative_slope", default=0.0) or written.get("threshold", default=0.0):
        return (Opaque("ReLU", "a ReLU with slope or threshold"),)
    limit = written.get("max_value")
    return (Activate("relu", max_value=None if limit is None else float(limit)),)


def _softmax(written: Written) -> tuple[Op, ...]:
    rank = len(written.inputs[0])
    axis = sample_axis(int(written.get("axis", default=-1)), rank)
    return (Activate("softmax", axis=None if axis == rank - 1 else axis),)


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


READ: dict[str, Codec] = {
    **dict.fromkeys(TRAINING_ONLY, lambda written: (Identity(),)),
    **dict.fromkeys(("SpatialDropout2D", "SpatialDropout3D"), lambda written: (Identity(written.channels()),)),
    "Activation": _activation,
    "LeakyReLU": _advanced,
    "ELU": _advanced,
    "ThresholdedReLU": _advanced,
    "ReLU": _relu,
    "Softmax": _softmax,
    "Flatten": _flatten,
    "Permute": _permute,
    "Reshape": _reshape,
    "RepeatVector": lambda written: (Repeat(int(written.config["n"])),),
}
