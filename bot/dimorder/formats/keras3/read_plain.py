"""All other Keras 3 layers that have an operation of ours."""

from __future__ import annotations

from typing import Any

from dimorder import semantics as ops
from dimorder.formats.keras3.merges import ELEMENTWISE
from dimorder.formats.keras3.settings import TRAINING_ONLY
from dimorder.formats.keras3.written import NotPlain, Parse, Written
from dimorder.formula import affine
from dimorder.semantics import Activate, Op


def _dense(written: Written) -> Op:
    written.expect("lora_rank", None)
    written.expect("quantization_config", None)
    return ops.Dense(int(written.config["units"]), written.flag("use_bias", True))


def _batch_norm(written: Written) -> Op:
    written.expect("renorm", False)
    return ops.BatchNorm(
        axis=written.axis(written.get("axis", -1)),
        epsilon=float(written.get("epsilon", 1e-3)),
        scale=written.flag("scale", True),
        center=written.flag("center", True),
    )


def _prelu(written: Written) -> Op:
    return ops.PReLU(tuple(written.axis(axis) for axis in written.get("shared_axes", None) or ()))


def _embedding(written: Written) -> Op:
    written.expect("lora_rank", None)
    written.expect("quantization_config", None)
    config = written.config
    sizes = int(config["input_dim"]), int(config["output_dim"])
    return ops.Embedding(*sizes, mask_zero=written.flag("mask_zero", False))


def _softmax(written: Written) -> Op:
    axis = written.axis(written.get("axis", -1))
    return Activate("softmax", axis=None if axis == len(written.shape) - 1 else axis)


def _relu(written: Written) -> Op:
    top, slope = written.get("max_value", None), float(written.get("negative_slope", 0.0) or 0.0)
    theta = float(written.get("threshold", 0.0) or 0.0)
    if (top is not None) + bool(slope) + bool(theta) > 1:
        raise NotPlain("a ReLU with more than one of max_value, negative_slope, threshold")
    if slope:
        return Activate("leaky_relu", alpha=slope)
    if theta:
        return Activate("thresholded_relu", theta=theta)
    return Activate("relu", max_value=None if top is None else float(top))


def _leaky_relu(written: Written) -> Op:
    slope = written.get("negative_slope", written.get("alpha", 0.3))
    return Activate("leaky_relu", alpha=float(slope))


def _identity(written: Written) -> Op:
    channels = written.channels
    return ops.Identity(None if channels == "unset" else channels)


def _rescaling(written: Written) -> Op:
    factor, offset = written.config["scale"], written.get("offset", 0.0)
    if not isinstance(factor, int | float) or not isinstance(offset, int | float):
        raise NotPlain("it scales by, or adds, more than one number")
    return affine(float(factor), float(offset)) if offset else ops.Scale(float(factor))


def _flatten(written: Written) -> Op:
    # Of a vector, or where channels are last, nothing moves.
    moves = written.channels == "first" and len(written.shape) > 1
    return ops.Flatten("first" if moves else "last")


def _reshape(written: Written) -> Op:
    return ops.Reshape(tuple(-1 if n is None else int(n) for n in written.config["target_shape"]))


def _permute(written: Written) -> Op:
    return ops.Permute(tuple(written.axis(axis) for axis in written.config["dims"]))


def _elementwise(mode: Any) -> Parse:
    return lambda written: ops.Merge(mode)


def _concatenate(written: Written) -> Op:
    return ops.Merge("concat", axis=written.axis(written.get("axis", -1)))


def _dot(written: Written) -> Op:
    axes = written.config["axes"]
    pair = (axes, axes) if isinstance(axes, int) else tuple(axes)
    ranks = [len(shape) for shape in written.shapes]
    first, second = (n - 1 if n > 0 else n + r for n, r in zip(pair, ranks, strict=True))
    normalize = written.flag("normalize", False)
    return ops.Merge("dot", dot_axes=((first,), (second,)), normalize=normalize)


PLAIN: dict[str, Parse] = {
    "Dense": _dense,
    "BatchNormalization": _batch_norm,
    "PReLU": _prelu,
    "Embedding": _embedding,
    "Activation": lambda written: written.activation(),
    "Softmax": _softmax,
    "ReLU": _relu,
    "LeakyReLU": _leaky_relu,
    "ELU": lambda written: Activate("elu", alpha=float(written.get("alpha", 1.0))),
    "ThresholdedReLU": lambda w: Activate("thresholded_relu", theta=float(w.get("theta", 1.0))),
    "Rescaling": _rescaling,
    "Flatten": _flatten,
    "Reshape": _reshape,
    "Permute": _permute,
    "RepeatVector": lambda written: ops.Repeat(int(written.config["n"])),
    "Concatenate": _concatenate,
    "Dot": _dot,
    **{class_name: _elementwise(mode) for mode, class_name in ELEMENTWISE.items()},
    **dict.fromkeys(TRAINING_ONLY, _identity),
}
